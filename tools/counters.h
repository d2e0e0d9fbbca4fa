/* SPDX-License-Identifier: GPL-2.0 */
/* counters.h - the table of the module's counters, which `mmaudit stat` prints in each of its forms. */
#ifndef COUNTERS_H
#define COUNTERS_H

#include "mmaudit.h"

struct counter {
	const char *name, *text;
	const char *alone;	/* text where it does not stand below the row it is a part of; NULL: the same */
	__u64 (*value)(const struct mma_stats *stats);
};

/* Ends with an empty row. */
extern const struct counter counters[];

#endif /* COUNTERS_H */
