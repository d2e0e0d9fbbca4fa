// SPDX-License-Identifier: GPL-2.0
/*
 * confirm.c - what the worker does: it judges suspects, under the locks that make
 * every rule final, and has sweep.c sweep memory that was given up.
 *
 * The memory may be a hostile user's, so the worker waits for no lock that a task
 * may hold as long as it likes, and never drops the last reference of a mm, which
 * may wait for a file system of that user's own: mmput_async(). It does a bounded
 * step of each in turn, so no process's work delays another's.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>

#include "confirm.h"
#include "describe.h"
#include "judge.h"
#include "record.h"
#include "suspect.h"
#include "sweep.h"
#include "walk.h"

#define STEP		(16 * PTRS_PER_PTE)	/* entries looked at before mmap_lock is dropped */

struct trial {
	struct mma_suspect *s;
	struct mma_sieve sieve;		/* of the current mapping */
	struct mma_batch found;
};

/* Page-table lock and mmap_lock held: every rule is final. */
static void try_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level, void *arg)
{
	struct trial *t = arg;
	struct mma_suspect *s = t->s;
	struct mma_hit hit = { .addr = addr, .new = raw, .level = level, .verdict = mma_suspect_record(s)->verdict };
	u32 broken;

	if (!s->end && !mma_same_entry(raw, mma_suspect_record(s)->new_entry))
		return;
	preempt_disable();		/* with PREEMPT_RT the page-table lock leaves it on */
	mma_facts(&hit, vma, s->context | MMA_F_LOCK_PTL | MMA_F_LOCK_MM);
	preempt_enable();
	broken = mma_check_hit(&hit) & ~s->exempt;
	if (!broken)
		return;
	mma_describe_folio(&hit);
	if (s->end) {
		hit.flags = MMA_DEC_OLD_UNKNOWN;
		hit.verdict = mma_all(hit.facts, MMA_F_PTE_WRITE) ? MMA_WRITABLE : MMA_DENIED;
	}
	mma_batch_add(&t->found, &hit, broken);
}

static void begin_vma(struct vm_area_struct *vma, void *arg)
{
	mma_sieve_init(&((struct trial *)arg)->sieve, vma);
}

/* True: all of it was judged, or its mm has no users any more. A suspect that is not begun may still be extended. */
static bool try_step(struct mma_suspect *s, struct mm_struct *mm)
{
	unsigned long end = s->end ?: (s->addr & PAGE_MASK) + PAGE_SIZE, from = s->addr;
	struct trial t = { .s = s };
	struct mma_walk w = {
		.fn = try_entry, .vma = begin_vma, .arg = &t, .budget = STEP, .wait = true,
		.nowait = true, .sieve = &t.sieve,
	};

	if (!mmget_not_zero(mm))
		return true;
	s->addr = mma_step(mm, from, end, &w);
	s->begun |= s->addr != from;
	s->busy += w.busy;
	s->tried = w.busy ? jiffies : 0;
	mmput_async(mm);
	s->wrong |= t.found.nr;
	mma_report_confirmed(&t.found, mma_suspect_record(s));
	return s->addr >= end;
}

static void try_suspect(struct mma_suspect *s)
{
	mma_suspect_set(s, MMA_TRYING);
	if (mma_suspect_forsaken(s))
		mma_suspect_finish(s, MMA_SKIPPED);
	else if (try_step(s, mma_suspect_mm(s)))
		mma_suspect_finish(s, s->wrong ? MMA_CONFIRMED : MMA_CLEARED);
	else if (s->busy > MMA_PATIENCE)
		mma_suspect_finish(s, s->audited ? MMA_SUSPECTS_LOST : MMA_SKIPPED);
	else if (!s->begun)
		mma_suspect_set(s, MMA_WAITING);
}

static enum mma_work judge_one(bool audited)
{
	bool later = false;
	struct mma_suspect *s = mma_suspect_next(audited, &later);

	if (!s)
		return later ? MMA_BUSY : MMA_IDLE;
	if (s->busy && s->tried == jiffies)
		usleep_range(30, 60);
	try_suspect(s);
	return MMA_WORKED;
}

/* Does one step of each kind for audited processes, or, if they have nothing to do, one for the others. */
static enum mma_work work_some(void)
{
	enum mma_work judged = judge_one(true), swept = mma_sweep_leaving(), other = MMA_IDLE;

	if (judged != MMA_WORKED && swept != MMA_WORKED)
		other = judge_one(false);
	return max3(judged, swept, other);
}

static bool pending(struct mma_reader *r, u64 ticket)
{
	return mma_suspect_pending(r, ticket) || mma_sweep_pending(r, ticket);
}

int mma_wait_confirmed(struct mma_reader *r)
{
	return mma_work_wait(r, pending);
}

int mma_confirm_init(void)
{
	return mma_work_init(work_some);
}

/* No probe is left and no reader. */
void mma_confirm_exit(void)
{
	mma_work_exit();
	mma_suspect_drop();
	mma_sweep_drop();
}
