// SPDX-License-Identifier: GPL-2.0
/* paths.c - see paths.h. */
#define _GNU_SOURCE	/* O_PATH */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
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

/* The directory goes on to mean the process that it was opened of, whoever gets the number. */
static int open_process(__u32 pid)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/%u", pid);
	return open(name, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static FILE *open_in(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f && fd >= 0)
		close(fd);
	return f;
}

/* When it began, in clock ticks since boot; 0: it has ended. Its own name, which may have any characters, ends at the last ')'. */
static unsigned long long begun(int dir)
{
	FILE *f = open_in(dir, "stat");
	char text[1024];
	size_t len = f ? fread(text, 1, sizeof(text) - 1, f) : 0;
	unsigned long long ticks = 0;
	const char *rest;

	if (f)
		fclose(f);
	text[len] = 0;
	rest = strrchr(text, ')');
	if (!rest || sscanf(rest, ") %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu", &ticks) != 1)
		return 0;
	return ticks;
}

/* Whether the process was there at time_ns. Ticks are rounded down, so one that began in the same hundredth of a second counts. */
static int was_there(int dir, __u64 time_ns)
{
	const __u64 now = now_ns(), asleep = boottime_ns() - now;
	const unsigned long long ticks = begun(dir);

	return ticks && ticks * (1000000000ULL / sysconf(_SC_CLK_TCK)) <= time_ns + asleep;
}

static char *look_up(int dir, const struct mma_map *map)
{
	char *text = NULL, *path = NULL;
	struct line line;
	size_t room = 0;
	FILE *f = open_in(dir, "maps");

	while (f && !path && getline(&text, &room, f) > 0)
		if (parse_line(text, &line) && is_it(&line, map) && *line.path)
			path = printable(line.path);
	free(text);
	if (f)
		fclose(f);
	return path;
}

static char *look_up_then(__u32 pid, __u64 time_ns, const struct mma_map *map)
{
	int dir = open_process(pid);
	char *path = dir >= 0 && was_there(dir, time_ns) ? look_up(dir, map) : NULL;

	if (dir >= 0)
		close(dir);
	return path;
}

static unsigned int slot_of(__u32 pid, const struct mma_map *map)
{
	return ((map->start ^ map->ino ^ ((__u64)pid << 40)) * 0x9e3779b97f4a7c15ULL) >> 58 & (PATH_SLOTS - 1);
}

const char *path_of(struct paths *paths, __u32 pid, __u64 time_ns, const struct mma_map *map)
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
	s->path = look_up_then(pid, time_ns, map);
	return s->path;
}

void paths_free(struct paths *paths)
{
	for (int i = 0; i < PATH_SLOTS; i++)
		free(paths->slot[i].path);
	memset(paths, 0, sizeof(*paths));
}
