/* SPDX-License-Identifier: GPL-2.0 */
/*
 * batch.h - what one call of the kernel did wrong, by kind: one record for each
 * kind, however many entries it has. Pure, so that tests/unit/batch_test.c can
 * compile it; struct mma_hit must be declared before.
 */
#ifndef MMA_BATCH_H
#define MMA_BATCH_H

#include <linux/types.h>

#include "mmaudit.h"

#define MMA_KINDS	4

struct mma_kind {
	struct mma_hit hit;		/* the first of them; .addr is the lowest */
	__u32 broken, count;
	unsigned long end;		/* of the highest */
	struct mma_map map;		/* of the first; the caller fills it */
};

/*
 * Three quarters of a kilobyte, too big for the stack frame of a sound decision. Only .nr needs
 * to be 0 at the start.
 */
struct mma_batch {
	unsigned int nr;
	struct mma_kind kind[MMA_KINDS];
};

static inline int mma_same_kind(const struct mma_kind *k, const struct mma_hit *hit, __u32 broken)
{
	return k->broken == broken && k->hit.verdict == hit->verdict && k->hit.level == hit->level &&
	       k->hit.mm == hit->mm;
}

/* The kind that hit belongs to; NULL: a new one. When all are in use, any other hit goes to the last one. */
static inline struct mma_kind *mma_kind_of(struct mma_batch *b, const struct mma_hit *hit, __u32 broken)
{
	struct mma_kind *k;

	for (k = b->kind; k < b->kind + b->nr; k++)
		if (mma_same_kind(k, hit, broken))
			return k;
	return b->nr < MMA_KINDS ? NULL : k - 1;
}

/* Adds one entry, which maps [hit->addr, end). */
static inline void mma_batch_put(struct mma_batch *b, const struct mma_hit *hit, __u32 broken,
				 unsigned long end)
{
	struct mma_kind *k = mma_kind_of(b, hit, broken);

	if (!k) {
		b->kind[b->nr++] = (struct mma_kind){ .hit = *hit, .broken = broken, .count = 1, .end = end };
		return;
	}
	k->broken |= broken;
	k->count++;
	if (hit->addr < k->hit.addr)
		k->hit.addr = hit->addr;
	if (end > k->end)
		k->end = end;
}

#endif /* MMA_BATCH_H */
