// SPDX-License-Identifier: GPL-2.0
/* paths.c - see paths.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode.h"
#include "paths.h"

/* A line of /proc/PID/maps. */
struct line {
	unsigned long long start, end, offset, ino;
	unsigned int major, minor;
	char *path;		/* "" if it has none */
};

static int parse_line(char *text, struct line *l)
{
	int at = 0;

	text[strcspn(text, "\n")] = 0;
	if (sscanf(text, "%llx-%llx %*4s %llx %x:%x %llu %n", &l->start, &l->end, &l->offset, &l->major, &l->minor, &l->ino,
		   &at) != 6 || !at)
		return 0;
	l->path = text + at;
	return 1;
}

static int is_it(const struct line *l, const struct mma_map *map)
{
	if (map->kind == MMA_MAP_FILE)
		return l->ino == map->ino && l->major == map->dev >> 20 && l->minor == (map->dev & 0xfffff);
	return !l->ino && l->start == map->start;
}

/* A path may have any bytes but '\n' and NUL. */
static char *printable(const char *path)
{
	char *text = malloc(PATH_TEXT_LEN);

	if (text)
		decode_text(path, strlen(path), text, PATH_TEXT_LEN);
	return text;
}

static char *look_up(__u32 pid, const struct mma_map *map)
{
	char name[32], *text = NULL, *path = NULL;
	struct line line;
	size_t room = 0;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%u/maps", pid);
	f = fopen(name, "re");
	while (f && !path && getline(&text, &room, f) > 0)
		if (parse_line(text, &line) && is_it(&line, map) && *line.path)
			path = printable(line.path);
	free(text);
	if (f)
		fclose(f);
	return path;
}

static unsigned int slot_of(__u32 pid, const struct mma_map *map)
{
	return ((map->start ^ map->ino ^ ((__u64)pid << 40)) * 0x9e3779b97f4a7c15ULL) >> 58 & (PATH_SLOTS - 1);
}

const char *path_of(struct paths *paths, __u32 pid, const struct mma_map *map)
{
	__typeof__(paths->slot[0]) *s = &paths->slot[slot_of(pid, map)];

	if (!pid || (map->kind != MMA_MAP_FILE && map->kind != MMA_MAP_SPECIAL && map->kind != MMA_MAP_ANON))
		return NULL;
	if (s->pid == pid && s->start == map->start && s->ino == map->ino && s->dev == map->dev)
		return s->path;
	free(s->path);
	s->pid = pid;
	s->start = map->start;
	s->ino = map->ino;
	s->dev = map->dev;
	s->path = look_up(pid, map);
	return s->path;
}

void paths_free(struct paths *paths)
{
	for (int i = 0; i < PATH_SLOTS; i++)
		free(paths->slot[i].path);
	memset(paths, 0, sizeof(*paths));
}
