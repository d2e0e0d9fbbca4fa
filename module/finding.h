/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* finding.h - when two findings of a sweep are one: the module merges by it, the command across calls. */
#ifndef MMA_FINDING_H
#define MMA_FINDING_H

#include "mmaudit.h"
#include "rule.h"

/* What one entry may have and its neighbour not, and both be alike: the page's moment, not its state. */
static inline __u64 mma_lasting(__u64 facts)
{
	return facts & ~(MMA_F_PAGE_LOCKED | MMA_F_PAGE_LRU | MMA_F_PAGE_SWAPCACHE | MMA_F_PAGE_MAPS);
}

/* Does b go on where a ends, with nothing new to tell? */
static inline int mma_alike(const struct mma_finding *a, const struct mma_finding *b)
{
	return a->end == b->start && a->level == b->level && a->level != MMA_LEVEL_NONE &&
	       a->broken == b->broken && a->pid == b->pid && a->flags == b->flags &&
	       mma_lasting(a->facts) == mma_lasting(b->facts);
}

#endif /* MMA_FINDING_H */
