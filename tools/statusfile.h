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

/* Opens it before CMD runs, and removes what an earlier run left. Returns 0, or -errno after saying why. */
int statusfile_open(struct statusfile *f, const char *path);

/* Returns 0, or -errno after saying why; then path does not exist, or the device or pipe has got a part. */
int statusfile_write(struct statusfile *f, const struct status *status);

#endif /* STATUSFILE_H */
