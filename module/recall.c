// SPDX-License-Identifier: GPL-2.0
/*
 * recall.c - copies events of the history for who asks for them. The rings are written
 * on meanwhile: what the writer may have begun to overwrite before it was copied is
 * dropped, and who asked is told.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "arch/arch.h"
#include "describe.h"
#include "history.h"
#include "reader.h"
#include "recall.h"
#include "rings.h"
#include "stat.h"

#define CHUNK	128	/* slots copied at a time */

/* One part of what an ioctl copies. */
struct part {
	const struct mma_ring *ring;
	u64 from, to;			/* positions */
	struct mma_event *events;	/* CHUNK of them */
};

/* The oldest position that is still whole if the writer has come to head and may be writing an event there. */
static u64 oldest_at(u64 head)
{
	const u64 whole = mma_slot_mask + 1 - MMA_SLOTS_MOST;

	return head > whole ? head - whole : 0;
}

static void copy_slot(struct mma_event *to, const struct mma_event *from)
{
	const u64 *src = (const u64 *)from;
	u64 *dst = (u64 *)to;
	int i;

	BUILD_BUG_ON(sizeof(*to) % sizeof(*dst));
	for (i = 0; i < sizeof(*to) / sizeof(*dst); i++)
		dst[i] = READ_ONCE(src[i]);
}

static void tell_letters(struct mma_event *e)
{
	e->time = mma_letters_of(e->time);
	e->what = mma_letters_of(e->what);
}

static void tell_facts(struct mma_event *e)
{
	const union mma_change c = { .was = e->was, .is = e->is };

	e->was = mma_event_was(mma_entry_facts(mma_raw_unpack(c.both), MMA_LEVEL_PTE), mma_event_site(e));
	e->is = mma_entry_facts(e->what, MMA_LEVEL_PTE) & MMA_EV_FACTS;
}

/* Also of what will be dropped: that does no harm. */
static void tell(struct mma_event *e)
{
	if (!(e->where & MMA_RAW))
		return;
	e->where &= ~(u64)MMA_RAW;
	if (mma_event_kind(e) == MMA_EVENT_MORE)
		tell_letters(e);
	else
		tell_facts(e);
}

/* Copies [from, to), then advances p->from past what was overwritten meanwhile. Returns how many at its beginning that were. */
static u64 copy_part(struct part *p)
{
	u64 pos, oldest, first = p->from;

	for (pos = first; pos < p->to; pos++)
		copy_slot(&p->events[pos - first], mma_slot_at(p->ring, pos));
	smp_rmb();		/* before the writer's head is read again */
	oldest = oldest_at(READ_ONCE(p->ring->head));
	for (pos = first; pos < p->to; pos++)
		tell(&p->events[pos - first]);
	p->from = clamp(oldest, first, p->to);
	return p->from - first;
}

/* Which ring; h->set is its number from now on. */
static const struct mma_ring *find_ring(struct mma_history *h)
{
	if (!h->set)
		h->set = mma_set_written();
	if (!mma_set_there(h->set))
		return NULL;
	mma_set_settle(h->set);
	return &per_cpu(mma_rings, h->cpu).set[h->set & 1];
}

/* What is to be copied next. False: nothing is left, there is no room, or events were overwritten that would stand in between. */
static bool plan_part(const struct mma_history *h, struct part *p)
{
	const u64 room = h->room / sizeof(struct mma_event) - h->events;

	p->from = max(h->next, oldest_at(smp_load_acquire(&p->ring->head)));
	p->to = min3(h->end, p->from + CHUNK, p->from + room);
	return p->from < p->to && (!h->events || p->from == h->next);
}

/* Appends to what is copied already. Returns 1 if there may be more. */
static int copy_some(struct mma_history *h, struct part *p)
{
	struct mma_event __user *to = (struct mma_event __user *)u64_to_user_ptr(h->buffer) + h->events;
	u64 lost, n;

	if (!plan_part(h, p))
		return 0;
	lost = copy_part(p);
	if (!mma_set_there(h->set))
		return -ENOENT;
	if (h->events && lost)
		return 0;
	n = p->to - p->from;
	if (copy_to_user(to, p->events + lost, n * sizeof(*to)))
		return -EFAULT;
	if (!h->events)
		h->first = p->from;
	h->events += n;
	h->next = p->to;
	return n > 0;
}

static int copy_events(struct mma_history *h, const struct mma_ring *ring)
{
	struct part p = { .ring = ring };
	int ret;

	p.events = kmalloc_array(CHUNK, sizeof(*p.events), GFP_KERNEL);
	if (!p.events)
		return -ENOMEM;
	do {
		ret = copy_some(h, &p);
	} while (ret > 0 && !signal_pending(current));
	kfree(p.events);
	return ret < 0 && !(ret == -EFAULT && h->events) ? ret : 0;
}

/* Some threads may have dropped the mm already; that of a kernel thread is not its own. */
static u32 mm_id_of(struct task_struct *task)
{
	struct task_struct *t;
	u32 id = 0;

	if (task->flags & PF_KTHREAD)
		return 0;
	for_each_thread(task, t) {
		task_lock(t);
		if (t->mm)
			id = mma_mm_id(t->mm);
		task_unlock(t);
		if (id)
			break;
	}
	return id;
}

static int find_mm(struct mma_history *h)
{
	struct task_struct *task;

	h->mm = 0;
	if (!h->pid)
		return 0;
	rcu_read_lock();
	task = pid_task(find_pid_ns(h->pid, &init_pid_ns), PIDTYPE_PID);
	if (task)
		h->mm = mm_id_of(task);
	rcu_read_unlock();
	return h->mm ? 0 : -ESRCH;
}

static void tell_clock(struct mma_history *h)
{
	const struct mma_moment m[] = { mma_moment_first(), mma_moment_now() };
	int i;

	for (i = 0; i < ARRAY_SIZE(m); i++) {
		h->counter[i] = m[i].counter;
		h->time_ns[i] = m[i].ns;
	}
}

static void tell_state(struct mma_history *h)
{
	h->mode = mma_history_mode_now(&h->since);
	h->nr_cpus = nr_cpu_ids;
	h->capacity = mma_slot_mask + 1;
	h->kept = mma_set_kept();
	h->not_kept = mma_total_events(MMA_NOT_KEPT);
	h->begun = mma_set_begun(h->set);
	h->state = mma_counters_in_step() ? 0 : MMA_HISTORY_UNORDERED;
	h->text = (unsigned long)schedule;	/* modules, too, are within 2 GiB of it, or no call would reach */
}

static void tell_ring(struct mma_history *h, const struct mma_ring *ring)
{
	h->missed = READ_ONCE(ring->missed);
	h->end = smp_load_acquire(&ring->head);
	h->oldest = oldest_at(h->end);
	h->first = h->next = max(h->next, h->oldest);
	h->events = 0;
}

int mma_recall(const struct mma_reader *r, struct mma_history *h)
{
	const struct mma_ring *ring;
	int ret;

	if (!mma_slot_mask)
		return -EOPNOTSUPP;
	if (h->cpu >= nr_cpu_ids || !cpu_possible(h->cpu))
		return -EINVAL;
	if (h->flags & MMA_HISTORY_GIVE_BACK)
		return mma_history_give_back(h->set, mma_reader_slot(r));
	ret = find_mm(h);
	if (ret)
		return ret;
	ring = find_ring(h);
	if (!ring)
		return -ENOENT;
	tell_clock(h);
	tell_state(h);
	tell_ring(h, ring);
	return ring->events ? copy_events(h, ring) : 0;
}
