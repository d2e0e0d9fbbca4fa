// SPDX-License-Identifier: GPL-2.0
/*
 * flush.c - does a write fault owe a TLB flush to userfaultfd?
 *
 * UFFDIO_WRITEPROTECT takes write bits away and flushes the TLBs only at its end. A
 * CPU may write to the page until then. So a write fault must flush before it copies
 * the page: do_wp_page() mm/memory.c:3423 (6.1), :3690 (6.12). It asks the kernel's own
 * count, mm->tlb_flush_pending. That count does not say whether one flush was pending
 * all the time or one ended and another began, so it is not used here. Instead the
 * gather itself is noted:
 *
 *	tlb_gather_mmu() [pending++], change_protection() [noted], clears,
 *	tlb_finish_mmu() [forgotten, flushes, pending--].
 *
 * While it is noted, its flush is pending. The fault looks twice, and does this:
 *
 *	handle_mm_fault() [first look], page-table lock, flushes if one is pending,
 *	unlock, copies, page-table lock [second look], flushes.
 *
 * If the same gather is noted at both looks, its flush was pending in between, so the
 * fault had to flush. Each flush raises mm->context.tlb_gen: flush_tlb_mm_range()
 * arch/x86/mm/tlb.c:1046 (6.1), :1061 (6.12). If that has not changed, nobody flushed.
 *
 * What is known of a gather is in one place for each hash of a mm. The first to come
 * has it until it ends; others are not known meanwhile, so less is seen, never more.
 *
 * Before 5.19 change_protection() raises and lowers the count itself, so no probe
 * stands where it is raised for sure.
 *
 * A place is written like a seqcount. Who frees it sets turn to 0 first, and the next to
 * have it gets it by a cmpxchg(), so its mm and range are written after that: who reads
 * these sees the turn gone when it looks again. A task reads its own mm's count of flushes
 * twice, before and after a flush of its own, which no CPU reorders.
 *
 * Where nothing counts flushes (MMA_COUNTS_FLUSHES) nobody is ever found to owe one.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "flush.h"
#include "quiet.h"
#include "site.h"

#define BITS	6
#define ENDS	(1ULL << MMA_POINT_GATHER_END)

static struct place {
	struct mma_gather *tlb;		/* who has it: only that task writes the rest; NULL: free */
	struct mm_struct *mm;
	unsigned long start, end;
	u64 turn;			/* another for each gather; 0: the rest is not filled */
} places[1 << BITS];			/* by mm */

static atomic64_t turns = ATOMIC64_INIT(0);

/*
 * The first look of the last fault on this CPU. If the current task has made it and was
 * not switched out since, it is of this fault: each one begins with a look, and on the
 * same CPU.
 */
struct look {
	struct task_struct *task;	/* NULL: none */
	unsigned long addr, moment;
	u64 turn, gen;
};

static DEFINE_PER_CPU(struct look, looks);

static struct place *place_of(const struct mm_struct *mm)
{
	return &places[hash_ptr(mm, BITS)];
}

/* A place whose gather has ended unseen would look pending for ever. */
static bool is_watched(void)
{
	return MMA_COUNTS_FLUSHES && READ_ONCE(mma_armed) & ENDS && !mma_dropped(ENDS);
}

void mma_flush_begin(struct mm_struct *mm, struct mma_gather *tlb, unsigned long start, unsigned long end)
{
	struct place *p = place_of(mm);

	if (!is_watched() || cmpxchg(&p->tlb, NULL, tlb))
		return;
	p->mm = mm;
	p->start = start;
	p->end = end;
	smp_store_release(&p->turn, atomic64_inc_return(&turns));
}

void mma_flush_end(struct mma_gather *tlb)
{
	struct place *p = place_of(tlb->mm);

	if (likely(READ_ONCE(p->tlb) != tlb))
		return;
	WRITE_ONCE(p->turn, 0);
	smp_store_release(&p->tlb, NULL);
}

void mma_flush_reset(void)
{
	int i;

	for (i = 0; i < 1 << BITS; i++) {
		WRITE_ONCE(places[i].turn, 0);
		smp_store_release(&places[i].tlb, NULL);
	}
}

/* The turn of a gather that is write-protecting addr and has not flushed yet, or 0. */
static u64 pending_at(const struct mm_struct *mm, unsigned long addr)
{
	const struct place *p = place_of(mm);
	u64 turn = smp_load_acquire(&p->turn);
	bool there;

	if (likely(!turn))
		return 0;
	there = READ_ONCE(p->mm) == mm && addr >= READ_ONCE(p->start) && addr < READ_ONCE(p->end);
	smp_rmb();	/* if the turn is still the same, all this was of one gather */
	return there && READ_ONCE(p->turn) == turn ? turn : 0;
}

/*
 * Changes when a fault ends, mm_account_fault() mm/memory.c:5193 (6.1), and when the task
 * is switched out, __schedule() kernel/sched/core.c:6575 (6.1), without which it cannot
 * come to another CPU. So a look of a fault that was retried is never taken for that of an
 * unshare, which owes no flush. A fault that slept is not judged.
 */
static unsigned long moment_of_current(void)
{
	return current->min_flt + current->maj_flt + current->nvcsw + current->nivcsw;
}

void mma_flush_look(struct mm_struct *mm, unsigned long addr, bool write)
{
	struct look *l = this_cpu_ptr(&looks);

	l->task = NULL;
	if (!write)
		return;
	l->turn = pending_at(mm, addr);
	if (likely(!l->turn))
		return;
	l->gen = mma_flushes(mm);
	l->addr = addr;
	l->moment = moment_of_current();
	l->task = current;
}

bool mma_flush_owed(struct mm_struct *mm, unsigned long addr)
{
	const struct look *l = this_cpu_ptr(&looks);

	return l->task == current && l->addr == addr && l->moment == moment_of_current() &&
	       l->turn == pending_at(mm, addr) && l->gen == mma_flushes(mm) && is_watched();
}
