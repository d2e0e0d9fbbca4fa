/* SPDX-License-Identifier: GPL-2.0 */
/* family.h - the processes of an audit: which of them still run, and the descendants that exist already. */
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
	int unknown;			/* whether there are any is not known */
	struct member member[FAMILY_NAMED];
};

/*
 * Processes of dev's filter that have memory still. One that is about to go is
 * given a moment for that. Never fails: see unknown.
 */
void family_left(const struct device *dev, struct family *family);

/*
 * Adds to dev's filter, which has process pid and follows forks, all its
 * descendants whose line of parents is unbroken. How many in *nr; 0 or -errno,
 * said.
 */
int family_adopt(const struct device *dev, unsigned int *nr);

#endif /* FAMILY_H */
