// SPDX-License-Identifier: GPL-2.0
/* judge.c - facts to verdict: counts it, tells readers, or hands a suspect on. */
#include <linux/sched.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "bits.h"
#include "mma.h"

#define ENTRY_FACTS ((1ULL << 10) - 1)	/* the PTE_* bits of MMA_FACTS */

/* What do_wp_page() would have done with the entry as it was. */
static u8 fault_would(const struct mma_hit *hit)
{
	u64 f = hit->facts;

	if (hit->flags & MMA_DEC_OLD_UNKNOWN)
		return mma_fault(f & ~MMA_F_PTE_WRITE, hit->refs, hit->maps);
	f = (f & ~ENTRY_FACTS) | mma_entry_facts(hit->old, hit->level);
	return mma_fault(f, hit->refs, hit->maps);
}

void mma_fill(struct mma_decision *d, const struct mma_hit *hit, u32 broken)
{
	memset(d, 0, sizeof(*d));
	d->hdr.size = sizeof(*d);
	d->hdr.type = MMA_REC_DECISION;
	d->hdr.time_ns = ktime_get_mono_fast_ns();
	d->site = hit->site;
	d->point = hit->point;
	d->verdict = hit->verdict;
	d->level = hit->level;
	d->fault_would = fault_would(hit);
	d->reason = mma_reason(hit->facts);
	d->flags = hit->flags | (mma_selftest_owns(hit->mm, hit->addr) ? MMA_DEC_PLANTED : 0);
	d->broken = broken;
	d->pid = current->pid;
	d->tgid = current->tgid;
	d->owner = mma_owner(hit->mm);
	d->addr = hit->addr;
	d->old_entry = hit->old;
	d->new_entry = hit->new;
	d->facts = hit->facts;
	d->refs = hit->refs;
	d->maps = hit->maps;
	d->ip = hit->ip;
	d->stack_off = offsetof(struct mma_decision, stack);
	memcpy(d->comm, current->comm, sizeof(d->comm));
	d->comm[sizeof(d->comm) - 1] = 0;
}

void mma_violation(struct mma_decision *d)
{
	if (!(d->flags & MMA_DEC_PLANTED))
		mma_count(d->site, MMA_VIOLATIONS);
	mma_emit(d);
}

/* From the frame the deciding call returns to: what is inside of it is ours and the probe's. */
void mma_stack(struct mma_decision *d)
{
	unsigned int n = stack_trace_save((unsigned long *)d->stack, MMA_STACK_MAX, 2), i;

	for (i = 0; i < n && d->stack[i] != d->ip; i++)
		;
	if (i == n)
		i = 0;
	d->nr_stack = n - i;
	memmove(d->stack, d->stack + i, d->nr_stack * sizeof(d->stack[0]));
	d->hdr.size = sizeof(*d) + d->nr_stack * sizeof(d->stack[0]);
}

/* Any lock, preemption off. Too big a frame for a sound grant, hence its own. */
static noinline void report(const struct mma_hit *hit, u32 broken)
{
	u64 room[(sizeof(struct mma_decision) + MMA_STACK_MAX * sizeof(u64)) / sizeof(u64)];
	struct mma_decision *d = (struct mma_decision *)room;

	BUILD_BUG_ON(sizeof(room) > MMA_REC_MAX);
	mma_fill(d, hit, broken);
	mma_stack(d);
	mma_violation(d);
}

static noinline void tell(const struct mma_hit *hit)
{
	struct mma_decision d;

	mma_fill(&d, hit, 0);
	mma_emit(&d);
}

/* In a probe: preemption off, no sleep, no allocation, bounded. */
void mma_judge(struct mma_hit *hit)
{
	u32 broken = (mma_check(hit->facts) | mma_check_kept(hit->before, hit->facts)) & ~hit->exempt, final;

	if (hit->verdict == MMA_GRANTED ||
	    (hit->verdict == MMA_WRITABLE && (hit->flags & MMA_DEC_OLD_UNKNOWN)))
		mma_count(hit->site, MMA_GRANTS);
	else if (hit->verdict == MMA_DENIED)
		mma_count(hit->site, MMA_DENIALS);
	final = broken & mma_final(hit->facts);
	if (unlikely(final))
		report(hit, final);
	else if (unlikely(broken))
		mma_suspect(hit, 0);
	else if (READ_ONCE(mma_decisions))
		tell(hit);
}
