// SPDX-License-Identifier: GPL-2.0
/* confirm.c - judges suspects in process context, under mmap_lock and page-table lock. */
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "mma.h"

#define NR_SUSPECTS	1024		/* per CPU */
#define STEP		(16 * PTRS_PER_PTE)	/* entries looked at before mmap_lock is let go */

struct suspect {
	bool queued;			/* set by its CPU's probe, cleared by the worker */
	struct mm_struct *mm;		/* mmgrab()bed */
	unsigned long end;		/* 0: the one entry in rec(); else all of [rec()->addr, end) */
	u64 context;			/* facts of the moment that stay true */
	u32 exempt;			/* rules the site has no part in */
	u64 room[MMA_REC_MAX / 8];	/* its record: rec() */
};

static struct mma_decision *rec(struct suspect *s)
{
	return (struct mma_decision *)s->room;
}

struct queue {
	unsigned int next;
	struct suspect s[NR_SUSPECTS];
};

static struct queue *queues;		/* [nr_cpu_ids]; a CPU writes its own */
static struct workqueue_struct *wq;
static struct work_struct work;
static struct irq_work kick;

/* In a probe, preemption off. end 0: hit's entry; else every entry of [hit->addr, end). */
void mma_suspect(const struct mma_hit *hit, unsigned long end)
{
	struct queue *q = &queues[smp_processor_id()];
	struct suspect *s = &q->s[q->next % NR_SUSPECTS];

	mma_event(MMA_SUSPECTS);
	if (smp_load_acquire(&s->queued)) {
		mma_event(MMA_SUSPECTS_LOST);
		return;
	}
	q->next++;
	s->mm = hit->mm;
	s->end = end;
	s->exempt = hit->exempt;
	s->context = hit->facts & (MMA_F_AT_GRANT | MMA_F_UNSHARE | MMA_F_READ_FAULT);
	mmgrab(s->mm);
	mma_fill(rec(s), hit, 0);
	mma_stack_locked(rec(s));
	smp_store_release(&s->queued, true);
	irq_work_queue(&kick);
}

struct trial {
	struct suspect *s;
	struct mma_sieve sieve;		/* of the mapping at hand */
	struct mma_batch found;
};

/* Page-table lock and mmap_lock held: every rule is final. */
static void try_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level, void *arg)
{
	struct trial *t = arg;
	struct mma_decision *d = rec(t->s);
	struct mma_hit hit = { .addr = addr, .new = raw, .level = level, .verdict = d->verdict };
	u32 broken;

	if (!t->s->end && !mma_same_entry(raw, d->new_entry))
		return;
	mma_facts(&hit, vma, t->s->context | MMA_F_LOCK_PTL | MMA_F_LOCK_MM);
	broken = mma_check(hit.facts) & ~t->s->exempt;
	if (!broken)
		return;
	if (t->s->end) {
		hit.flags = MMA_DEC_OLD_UNKNOWN;
		hit.verdict = MMA_WRITABLE;
	}
	mma_batch_add(&t->found, &hit, broken);
}

static void begin_vma(struct vm_area_struct *vma, void *arg)
{
	struct trial *t = arg;

	mma_sieve_init(&t->sieve, vma);
}

static unsigned long try_step(struct trial *t, unsigned long addr, unsigned long end)
{
	struct mma_walk w = {
		.fn = try_entry, .vma = begin_vma, .arg = t, .budget = STEP, .wait = true,
		.sieve = &t->sieve,
	};

	return mma_step(t->s->mm, addr, end, &w);
}

static void try_suspect(struct suspect *s)
{
	struct trial t = { .s = s };
	unsigned long addr = rec(s)->addr;
	unsigned long end = s->end ?: addr + PAGE_SIZE;

	if (mmget_not_zero(s->mm)) {	/* else the address space is gone */
		while (addr < end)
			addr = try_step(&t, addr, end);
		mmput(s->mm);
	}
	mma_batch_confirm(&t.found, rec(s));
	preempt_disable();
	mma_event(t.found.nr ? MMA_CONFIRMED : MMA_CLEARED);
	preempt_enable();
	mmdrop(s->mm);
}

static void confirm(struct work_struct *unused)
{
	int cpu, i;

	for_each_possible_cpu(cpu) {
		struct queue *q = &queues[cpu];

		for (i = 0; i < NR_SUSPECTS; i++) {
			if (!smp_load_acquire(&q->s[i].queued))
				continue;
			try_suspect(&q->s[i]);
			smp_store_release(&q->s[i].queued, false);
		}
	}
}

static void kicked(struct irq_work *unused)
{
	queue_work(wq, &work);
}

void mma_confirm_flush(void)
{
	irq_work_sync(&kick);
	flush_work(&work);
}

int mma_confirm_init(void)
{
	queues = kvcalloc(nr_cpu_ids, sizeof(*queues), GFP_KERNEL);
	if (!queues)
		return -ENOMEM;
	wq = alloc_workqueue("mmaudit", WQ_UNBOUND, 1);
	if (!wq) {
		kvfree(queues);
		return -ENOMEM;
	}
	INIT_WORK(&work, confirm);
	init_irq_work(&kick, kicked);
	return 0;
}

/* No probe is left; what is queued is judged, so that every mm is let go. */
void mma_confirm_exit(void)
{
	mma_confirm_flush();
	destroy_workqueue(wq);
	kvfree(queues);
}
