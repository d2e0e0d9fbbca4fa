/* SPDX-License-Identifier: GPL-2.0 */
/*
 * batch.h - what one call of the kernel did wrong, by kind: a record each,
 * however many entries. Pure, for tests/unit/batch_test.c; wants struct mma_hit
 * before it.
 */
#ifndef MMA_BATCH_H
#define MMA_BATCH_H

#include <linux/types.h>

#define MMA_KINDS	4

struct mma_kind {
	struct mma_hit hit;		/* the first of them; .addr is the lowest */
	__u32 broken, count;
	unsigned long end;		/* behind the highest */
};

/*
 * Half a kilobyte of a probe's stack, so it is in no frame that a sound decision
 * needs. Only .nr wants to be 0 before.
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

/* The kind hit belongs to, or NULL: a new one. If none is free any more the last is of all that is left. */
static inline struct mma_kind *mma_kind_of(struct mma_batch *b, const struct mma_hit *hit, __u32 broken)
{
	struct mma_kind *k;

	for (k = b->kind; k < b->kind + b->nr; k++)
		if (mma_same_kind(k, hit, broken))
			return k;
	return b->nr < MMA_KINDS ? NULL : k - 1;
}

/* One entry, [hit->addr, end). */
static inline void mma_batch_put(struct mma_batch *b, const struct mma_hit *hit, __u32 broken,
				 unsigned long end)
{
	struct mma_kind *k = mma_kind_of(b, hit, broken);

	if (!k) {
		b->kind[b->nr++] = (struct mma_kind){ *hit, broken, 1, end };
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
