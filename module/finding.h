/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* finding.h - when two findings of a sweep are one: the module merges them in a call, the command across calls. */
#ifndef MMA_FINDING_H
#define MMA_FINDING_H

#include "mmaudit.h"
#include "rule.h"

/* facts without those that may change at any moment: entries that differ only in these are alike. */
static inline __u64 mma_lasting(__u64 facts)
{
	return facts & ~(MMA_F_PAGE_LOCKED | MMA_F_PAGE_LRU | MMA_F_PAGE_SWAPCACHE | MMA_F_PAGE_MAPS);
}

/* Whether b begins where a ends and is else the same. */
static inline int mma_alike(const struct mma_finding *a, const struct mma_finding *b)
{
	return a->end == b->start && a->level == b->level && a->level != MMA_LEVEL_NONE &&
	       a->map.start == b->map.start &&
	       a->broken == b->broken && a->pid == b->pid && a->flags == b->flags &&
	       mma_lasting(a->facts) == mma_lasting(b->facts);
}

#endif /* MMA_FINDING_H */
