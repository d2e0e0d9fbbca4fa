/* SPDX-License-Identifier: GPL-2.0 */
/* family.h - the processes of an audit: which of them still run, and which exist already at its begin. */
#ifndef FAMILY_H
#define FAMILY_H

#include "device.h"

#define FAMILY_NAMED	8	/* members named; all are counted */

struct member {
	__u32 pid;
	char comm[MMA_COMM_LEN];
};

struct family {
	unsigned int nr;
	int unknown;			/* it is not known whether there are any */
	struct member member[FAMILY_NAMED];
};

/*
 * Finds the processes of dev's filter that still have memory. Waits a moment for
 * those that are just exiting. Never fails: see unknown.
 */
void family_left(const struct device *dev, struct family *family);

/*
 * Adds to dev's filter, which has a process and follows forks, all descendants of that
 * process that exist already and whose ancestors up to it all live. Sets *nr to how
 * many. Returns 0, or -errno after saying why.
 */
int family_adopt(const struct device *dev, unsigned int *nr);

#endif /* FAMILY_H */
