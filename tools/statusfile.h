/* SPDX-License-Identifier: GPL-2.0 */
/* statusfile.h - run --status-file: a file with the verdict and both statuses for a script; it is whole or does not exist. */
#ifndef STATUSFILE_H
#define STATUSFILE_H

#include "wholefile.h"

/* What is written: lines of KEY=VALUE. */
struct status {
	const char *verdict;
	int exit;			/* status of mmaudit */
	int command, signal;		/* CMD's status as a shell has it, negative: none; signal that ended it, or 0 */
	unsigned long long violations;
};

/* Opens it before CMD runs, and removes what an earlier run left. Returns 0, or -errno after saying why. */
int statusfile_open(struct wholefile *f, const char *path);

/* Returns 0, or -errno after saying why; then path does not exist, or is a device or pipe that has got a part. */
int statusfile_write(struct wholefile *f, const struct status *status);

#endif /* STATUSFILE_H */
