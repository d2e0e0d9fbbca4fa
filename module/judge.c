// SPDX-License-Identifier: GPL-2.0
/* judge.c - facts to verdict: counts it, has it recorded, or hands a suspect on. */
#include "judge.h"
#include "reader.h"
#include "record.h"
#include "rule.h"
#include "stat.h"
#include "suspect.h"

/* In a probe: preemption off, no sleep, no allocation, bounded. The rules that are broken for good; 0 also of a suspect. */
u32 mma_decide(struct mma_hit *hit)
{
	u32 broken = (mma_check(hit->facts) | mma_check_kept(hit->before, hit->facts)) & ~hit->exempt, final;

	if (hit->verdict == MMA_GRANTED ||
	    (hit->verdict == MMA_WRITABLE && (hit->flags & MMA_DEC_OLD_UNKNOWN)))
		mma_count(hit->site, MMA_GRANTS);
	else if (hit->verdict == MMA_DENIED)
		mma_count(hit->site, MMA_DENIALS);
	final = broken & mma_final(hit->facts);
	if (unlikely(final))
		return final;
	if (unlikely(broken))
		mma_queue_suspect(hit, 0);
	else if (READ_ONCE(mma_decisions))
		mma_report_sound(hit);
	return 0;
}

/* Under the page-table lock that the kernel holds around the probe. */
void mma_judge(struct mma_hit *hit)
{
	u32 broken = mma_decide(hit);

	if (unlikely(broken))
		mma_report_violation_locked(hit, broken);
}
