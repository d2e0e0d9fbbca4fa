/* SPDX-License-Identifier: GPL-2.0 */
/* judge.h - what a probe asks of a hit whose facts are known. */
#ifndef MMA_JUDGE_H
#define MMA_JUDGE_H

#include "hit.h"
#include "reader.h"
#include "rule.h"
#include "stat.h"

/*
 * True: this denial is counted now, and nothing else is to be done about it. Only
 * the rules on lost marks (MMA_F_KEEPS, MMA_F_MOVED) can be broken by a denial,
 * and only a reader that wants all decisions is told of a sound one.
 */
static inline bool mma_count_denial(enum mma_site site, u64 context)
{
	if (READ_ONCE(mma_decisions) || context & (MMA_F_KEEPS | MMA_F_MOVED))
		return false;
	mma_count(site, MMA_DENIALS);
	return true;
}

u32 mma_decide(struct mma_hit *hit);
void mma_judge(struct mma_hit *hit);

#endif /* MMA_JUDGE_H */
