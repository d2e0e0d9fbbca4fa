// SPDX-License-Identifier: GPL-2.0
/* files.c - reads small files of /proc and /sys, and tells whether two paths are one file. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "files.h"

int first_line(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");
	int ok = f && fgets(buf, size, f);

	if (f)
		fclose(f);
	if (!ok)
		*buf = 0;
	buf[strcspn(buf, "\n")] = 0;
	return ok;
}

int first_pid_namespace(void)
{
	const ino_t first = 0xEFFFFFFC;	/* PROC_PID_INIT_INO, include/linux/proc_ns.h */
	struct stat st;

	return stat("/proc/self/ns/pid", &st) || st.st_ino == first;
}

int same_file(const char *a, const char *b)
{
	struct stat x, y;

	if (stat(a, &x))
		return errno == ENOENT && !strcmp(a, b);	/* it will be */
	return !stat(b, &y) && S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* "NSpid:  1234  5": the number in each pid namespace, from this one down to the process's own. */
static int is_inner(const char *line, unsigned int pid)
{
	const char *last = strrchr(line, '\t');

	return !strncmp(line, "NSpid:", 6) && last && last != strchr(line, '\t') && strtoul(last + 1, NULL, 10) == pid;
}

static int has_inner(const char *name, unsigned int pid)
{
	char path[300], *line = NULL;
	size_t room = 0;
	int found = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/status", name);
	f = fopen(path, "re");
	while (f && !found && getline(&line, &room, f) > 0)
		found = is_inner(line, pid);
	free(line);
	if (f)
		fclose(f);
	return found;
}

unsigned int pid_of_inner(unsigned int pid)
{
	DIR *proc = opendir("/proc");
	unsigned int found = 0;
	struct dirent *entry;

	while (proc && !found && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]) && has_inner(entry->d_name, pid))
			found = strtoul(entry->d_name, NULL, 10);
	if (proc)
		closedir(proc);
	return found;
}
