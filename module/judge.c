// SPDX-License-Identifier: GPL-2.0
/*
 * judge.c - asks the rules about a hit, counts it, and has it recorded or queued
 * as a suspect: what the locks held in the probe do not make final is judged
 * again by confirm.c.
 */
#include "describe.h"
#include "judge.h"
#include "reader.h"
#include "record.h"
#include "rule.h"
#include "stat.h"
#include "suspect.h"

/* The sieve passes only what a write fault would give, too, so what is counted without a look at its facts is not missed here. */
static void count_grant(const struct mma_hit *hit)
{
	mma_count(hit->site, MMA_GRANTS);
	if (unlikely(mma_fault_refuses(hit->facts, hit->refs, hit->maps)) && !mma_is_planted(hit->mm, hit->addr))
		mma_count(hit->site, MMA_GRANTS_REFUSED);
}

/* Most denials are only counted, and nobody knows what they map: mma_count_denial(). */
static void count_denial(const struct mma_hit *hit)
{
	mma_count(hit->site, MMA_DENIALS);
	if (!(hit->facts & MMA_F_PTE_PRESENT))
		return;
	mma_count(hit->site, MMA_DENIALS_JUDGED);
	if (mma_fault_reuses(hit->facts, hit->refs, hit->maps))
		mma_count(hit->site, MMA_DENIALS_REUSABLE);
}

/*
 * Returns the broken rules whose answer is final; the caller reports these. Returns 0
 * for a sound hit and for a suspect, which it reports or queues itself. Runs in a
 * probe: preemption off, no sleep, no allocation, bounded.
 */
u32 mma_decide(struct mma_hit *hit)
{
	u32 broken = (mma_check_hit(hit) | mma_check_kept(hit->before, hit->facts)) & ~hit->exempt, final;

	if (hit->verdict == MMA_GRANTED ||
	    (hit->verdict == MMA_WRITABLE && (hit->flags & MMA_DEC_OLD_UNKNOWN)))
		count_grant(hit);
	else if (hit->verdict == MMA_DENIED)
		count_denial(hit);
	final = broken & mma_final(hit->facts);
	if (unlikely(final)) {
		if (hit->facts & MMA_F_LOCK_PTL)
			mma_describe_folio(hit);
		return final;
	}
	if (unlikely(broken))
		mma_queue_suspect(hit, 0);
	else if (READ_ONCE(mma_decisions))
		mma_report_sound(hit);
	return 0;
}

/* As mma_decide(), but reports, too. The kernel holds the page-table lock around the probe. */
void mma_judge(struct mma_hit *hit)
{
	u32 broken = mma_decide(hit);

	if (unlikely(broken))
		mma_report_violation_locked(hit, broken);
}
