// SPDX-License-Identifier: GPL-2.0
/* files.c - reads small files of /proc and /sys, and tells whether two paths are one file. */
#include <errno.h>
#include <stdio.h>
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
