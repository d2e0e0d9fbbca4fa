// SPDX-License-Identifier: GPL-2.0
/*
 * work.c - the one worker, which does later what a probe may not do: when it
 * runs, and who waits for it. What it does is confirm.c's.
 */
#include <linux/irq_work.h>
#include <linux/sched.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "work.h"

static atomic64_t tickets = ATOMIC64_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(flushers);
static struct workqueue_struct *wq;
static struct delayed_work work;
static struct irq_work kick;
static enum mma_work (*do_some)(void);
static bool stopping;

u64 mma_work_ticket(void)
{
	return atomic64_inc_return(&tickets);
}

void mma_work_kick(void)
{
	irq_work_queue(&kick);
}

bool mma_work_stopping(void)
{
	return READ_ONCE(stopping);
}

/*
 * It may have work without end, and must not hold up who waits for each task to
 * let go of the processor once, as unregistering from ftrace does: a plain
 * cond_resched() is none of that on a preemptible kernel.
 */
static void work_on(struct work_struct *unused)
{
	enum mma_work last;

	do {
		last = do_some();
		cond_resched_tasks_rcu_qs();
	} while (!READ_ONCE(stopping) && last == MMA_WORKED);
	if (last == MMA_BUSY)
		queue_delayed_work(wq, &work, 1);
}

static void kicked(struct irq_work *unused)
{
	mod_delayed_work(wq, &work, 0);
}

void mma_work_done(void)
{
	if (wq_has_sleeper(&flushers))
		wake_up_all(&flushers);
}

/* For what r audits and was queued before now; other processes' work it does not wait for. */
int mma_work_wait(struct mma_reader *r, bool (*pending)(struct mma_reader *r, u64 ticket))
{
	u64 ticket = atomic64_read(&tickets);

	return wait_event_interruptible(flushers, !pending(r, ticket)) ? -EINTR : 0;
}

int mma_work_init(enum mma_work (*fn)(void))
{
	wq = alloc_workqueue("mmaudit", WQ_UNBOUND, 1);
	if (!wq)
		return -ENOMEM;
	do_some = fn;
	INIT_DELAYED_WORK(&work, work_on);
	init_irq_work(&kick, kicked);
	return 0;
}

/* Before the probes go: nothing more is queued, and what is there is left. */
void mma_work_stop(void)
{
	WRITE_ONCE(stopping, true);
}

/* No probe is left. A step is all that is waited for. */
void mma_work_exit(void)
{
	mma_work_stop();
	irq_work_sync(&kick);
	cancel_delayed_work_sync(&work);
	destroy_workqueue(wq);
}
