// SPDX-License-Identifier: GPL-2.0
/* work.c - when the worker runs, and who waits for it. What it does is in confirm.c. */
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
 * The work may never end, but must not delay those who wait for every task to be
 * scheduled out once (synchronize_rcu_tasks()), as unregistering from ftrace does: on a
 * preemptible kernel a plain cond_resched() does not count as that.
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

/* Waits until all that r audits and that was queued before now is done; work of other processes is not waited for. */
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

/* Called before the probes are removed: nothing more is queued, and what is queued is not done any more. */
void mma_work_stop(void)
{
	WRITE_ONCE(stopping, true);
}

/* No probe is left. Waits for one step of the worker at most. */
void mma_work_exit(void)
{
	mma_work_stop();
	irq_work_sync(&kick);
	cancel_delayed_work_sync(&work);
	destroy_workqueue(wq);
}
