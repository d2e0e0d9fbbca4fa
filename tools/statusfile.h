/* SPDX-License-Identifier: GPL-2.0 */
/* statusfile.h - run --status-file: the verdict and both statuses for a script, whole or not there. */
#ifndef STATUSFILE_H
#define STATUSFILE_H

#include <limits.h>
#include <stdio.h>

struct statusfile {
	const char *path;		/* NULL: none is wanted */
	char beside[PATH_MAX];		/* what is written, then renamed; empty: path itself, which is no plain file */
	FILE *file;			/* NULL: not open */
};

/* What it says: lines of KEY=VALUE. */
struct status {
	const char *verdict;
	int exit;			/* mmaudit's */
	int command, signal;		/* CMD's, as a shell has it, negative: none; what ended it, or 0 */
	unsigned long long violations;
};

/* Before CMD runs: can it be written? Takes away what an earlier run left. 0 or -errno, said. */
int statusfile_open(struct statusfile *f, const char *path);

/* 0 or -errno, said; then path is not there, or as a device or pipe took it. */
int statusfile_write(struct statusfile *f, const struct status *status);

#endif /* STATUSFILE_H */
