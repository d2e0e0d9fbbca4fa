/* SPDX-License-Identifier: GPL-2.0 */
/* judge.h - judges a hit whose facts are known. */
#ifndef MMA_JUDGE_H
#define MMA_JUDGE_H

#include "hit.h"
#include "reader.h"
#include "rule.h"
#include "site.h"
#include "stat.h"

/*
 * True: this denial was counted and needs nothing else. A denial can break only the
 * rules on marks: on lost ones (MMA_F_KEEPS, MMA_F_MOVED), and on one that `entry`, the
 * PTE_* facts, has. A sound one is reported only to a reader that wants all decisions.
 */
static inline bool mma_count_denial(enum mma_site site, u64 context, u64 entry)
{
	if (READ_ONCE(mma_decisions) || context & (MMA_F_KEEPS | MMA_F_MOVED) || entry & MMA_F_PTE_UFFD_WP)
		return false;
	mma_count(site, MMA_DENIALS);
	return true;
}

/* What pipes.c knows is true as long as its probes see each call. */
static inline u32 mma_check_pipes(struct mma_hit *hit)
{
	const u64 points = 1ULL << MMA_POINT_PIPE | 1ULL << MMA_POINT_PIPE_RELEASE;

	if (likely(!hit->piped))
		return 0;
	if ((READ_ONCE(mma_armed) & points) != points || mma_dropped(points))
		hit->piped = 0;
	return mma_check_holders(hit->facts, hit->piped);
}

/* The rules on the entry as it is now. */
static inline u32 mma_check_hit(struct mma_hit *hit)
{
	return mma_check(hit->facts) | mma_check_pipes(hit);
}

u32 mma_decide(struct mma_hit *hit);
void mma_judge(struct mma_hit *hit);

#endif /* MMA_JUDGE_H */
