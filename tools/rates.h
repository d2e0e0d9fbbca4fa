/* SPDX-License-Identifier: GPL-2.0 */
/* rates.h - what happened at each site between two looks at the counters, in a second. Pure. */
#ifndef RATES_H
#define RATES_H

#include "device.h"

struct rate {
	unsigned int site;			/* of a row; 0 of the sum */
	double grants, denials, violations, missed;	/* a second */
	__u64 all_grants, all_denials, all_violations, all_missed;	/* since load */
};

struct rates {
	unsigned int nr;
	struct rate at[COVERAGE_MAX];		/* violations first, then the busiest; sites that this kernel does not have are left out */
	struct rate sum;			/* a probe that sees several sites is counted once */
};

void rates_of(struct rates *rates, const struct coverage *was, const struct coverage *now, double seconds);

#endif /* RATES_H */
