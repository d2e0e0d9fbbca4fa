// SPDX-License-Identifier: GPL-2.0
/* reader.c - readers: each with its own filter, ring, position and loss count. */
#include <linux/bitmap.h>
#include <linux/irq_work.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/ring_buffer.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/threads.h>
#include <linux/tracepoint.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "reader.h"
#include "sites.h"
#include "trace.h"

#define MAX_READERS 8
#define WAKE_RECORDS 256	/* of one CPU */
#define WAKE_JIFFIES (HZ / 100)

static unsigned int ring_kb = 512;
module_param(ring_kb, uint, 0444);
MODULE_PARM_DESC(ring_kb, "KiB of ring per reader and CPU (4..65536)");

struct tally {
	u64 seq, seen, filtered, full, written;
	u64 lost;		/* and no MMA_REC_LOST says so yet */
	u64 read;		/* seq of what was read last; under the reader's lock */
	u32 asleep;		/* records since it was woken */
};

struct mma_reader {
	int slot;		/* of readers[] */
	bool selftest;		/* only this reader gets planted grants */
	struct mma_filter filter;
	bool chosen;		/* the user has set the filter: a reader without one gets records, but audits nothing */
	unsigned long *pids;	/* bit per tgid; NULL: all */
	struct trace_buffer *rb;
	struct tally __percpu *tally;
	struct mutex lock;	/* one read() at a time */
	u64 delivered, skipped;	/* under lock */
	int cpu;		/* of the record peeked at last; negative: ~cpu, and it is a MMA_REC_LOST up to skip_to */
	u64 skip_to;
	bool wake_pending;	/* `later` is scheduled */
	struct irq_work wake, soon;
	struct delayed_work later;
	struct wait_queue_head wait;
};

bool mma_decisions, mma_tracing, mma_sweeping;
static bool event_decisions;			/* under readers_lock */
u32 mma_history_wish = MMA_HISTORY_OFF;
static int (*wishes_changed)(bool sweep);
static void (*reader_left)(unsigned int slot);

static struct mma_reader __rcu *readers[MAX_READERS];
static DECLARE_BITMAP(slots, MAX_READERS);	/* taken, even while a filter changes */
static DEFINE_MUTEX(readers_lock);		/* of both */

/*
 * What protects readers[] and what belongs to a reader, its filter, pids, ring
 * and tally: unpublish() removes the reader from readers[] and calls
 * synchronize_rcu() before any of it changes or is freed. That waits for
 * rcu_read_lock() and for preemption off; either is enough on every kernel.
 * Probes run with preemption off, which ring and tally need, too, being per CPU.
 * A tracepoint's callback does so on older kernels only: in 7.2 it is
 * preemptible, under SRCU that nobody here waits for, include/linux/tracepoint.h:315.
 */
static struct mma_reader *reader_at(int i)
{
	return rcu_dereference_check(readers[i], rcu_read_lock_sched_held());
}

/* Also asked of the owner of the memory: ksmd, kcompactd and move_pages() act on that of an audited process. */
static bool audits(const struct mma_reader *r, u32 tgid)
{
	return !r->pids || test_bit(tgid, r->pids);
}

static bool wants_finding(const struct mma_reader *r, const struct mma_finding *f)
{
	if (!(r->filter.flags & MMA_FILTER_SWEEP) || r->filter.sites)
		return false;
	if (r->filter.rules && !(f->broken & r->filter.rules))
		return false;
	return audits(r, f->pid);
}

static bool wants_decision(const struct mma_reader *r, const struct mma_decision *d)
{
	const struct mma_filter *f = &r->filter;

	if ((d->flags & MMA_DEC_PLANTED) && !r->selftest)
		return false;
	if (!d->broken && !(f->flags & MMA_FILTER_DECISIONS))
		return false;
	if (d->broken && f->rules && !(d->broken & f->rules))
		return false;
	if (f->sites && !(f->sites & 1ULL << d->site))
		return false;
	return audits(r, d->tgid) || (d->owner && audits(r, d->owner));
}

static bool wanted(const struct mma_reader *r, const struct mma_hdr *h)
{
	if (h->type == MMA_REC_FINDING)
		return wants_finding(r, (const struct mma_finding *)h);
	return wants_decision(r, (const struct mma_decision *)h);
}

/*
 * Preemption is off. Bits of the slots of readers whose filter lets it through, and names a
 * mode: others may not know that they must give the history back.
 */
u32 mma_readers_that_take(const struct mma_hdr *h)
{
	const struct mma_reader *r;
	u32 takers = 0;
	int i;

	for (i = 0; i < MAX_READERS; i++) {
		r = reader_at(i);
		if (r && r->filter.history > MMA_HISTORY_OFF && wanted(r, h))
			takers |= 1U << i;
	}
	return takers;
}

static bool write_record(struct mma_reader *r, struct tally *t, struct mma_hdr *h)
{
	struct ring_buffer_event *event = ring_buffer_lock_reserve(r->rb, h->size);

	if (!event)
		return false;
	h->cpu = smp_processor_id();
	h->seq = ++t->seq;
	memcpy(ring_buffer_event_data(event), h, h->size);
	mma_rb_commit(r->rb, event);
	return true;
}

/*
 * Waking a reader costs ten times a record. It is woken at once for a violation,
 * else for WAKE_RECORDS of them or after WAKE_JIFFIES.
 */
static void wake_reader(struct mma_reader *r, struct tally *t, bool urgent)
{
	if (urgent || ++t->asleep >= WAKE_RECORDS) {
		t->asleep = 0;
		irq_work_queue(&r->wake);
		return;
	}
	smp_mb();	/* pairs with wake_later(): who is woken there sees the record, or no wake-up is pending here */
	if (!READ_ONCE(r->wake_pending)) {
		WRITE_ONCE(r->wake_pending, true);
		irq_work_queue(&r->soon);
	}
}

static void trace_lost_record(const struct mma_reader *r, const struct mma_hdr *h)
{
	const struct mma_decision *d = (const struct mma_decision *)h;

	if (h->type == MMA_REC_FINDING)
		trace_lost(MMA_TRACE_RECORD, r->slot, MMA_TRACE_SWEEP, ((const struct mma_finding *)h)->pid);
	else
		trace_lost(MMA_TRACE_RECORD, r->slot, d->site, d->tgid);
}

static void offer_record(struct mma_reader *r, struct mma_hdr *h)
{
	struct tally *t = this_cpu_ptr(r->tally);

	t->seen++;
	if (!wanted(r, h)) {
		t->filtered++;
		return;
	}
	if (t->lost) {
		struct mma_lost lost = {
			.hdr = { .size = sizeof(lost), .type = MMA_REC_LOST,
				 .time_ns = h->time_ns },
			.ring_full = t->lost,
		};

		if (write_record(r, t, &lost.hdr))
			t->lost = 0;
	}
	if (!t->lost && write_record(r, t, h)) {
		t->written++;
	} else {
		t->full++;
		t->lost++;
		trace_lost_record(r, h);
	}
	wake_reader(r, t, h->type != MMA_REC_DECISION || ((struct mma_decision *)h)->broken);
}

/* Preemption off; nested only by an NMI, where no page table is changed. */
static void emit(struct mma_hdr *h)
{
	struct mma_reader *r;
	int i;

	for (i = 0; i < MAX_READERS; i++) {
		r = reader_at(i);
		if (r)
			offer_record(r, h);
	}
}

void mma_emit_decision(struct mma_decision *d)
{
	emit(&d->hdr);
}

void mma_emit_finding(struct mma_finding *f)
{
	emit(&f->hdr);
}

/* r->lock keeps the filter. */
bool mma_reader_audits(struct mma_reader *r, u32 tgid)
{
	bool ret;

	mutex_lock(&r->lock);
	ret = audits(r, tgid);
	mutex_unlock(&r->lock);
	return ret;
}

/* Returns 1 if tgid is audited, else 0. r->lock keeps the filter; on_fork() changes bits at the same time, each atomically. */
int mma_reader_pid(struct mma_reader *r, u32 tgid, bool add)
{
	int ret = -EINVAL;

	if (!tgid || tgid >= PID_MAX_LIMIT)
		return ret;
	mutex_lock(&r->lock);
	if (add && r->pids)
		set_bit(tgid, r->pids);
	if (!add || r->pids)
		ret = audits(r, tgid);
	mutex_unlock(&r->lock);
	return ret;
}

/* In a probe: whether a reader wants the memory of this process swept at exit or exec. */
bool mma_any_reader_sweeps(u32 tgid)
{
	struct mma_reader *r;
	int i;

	for (i = 0; i < MAX_READERS; i++) {
		r = reader_at(i);
		if (r && r->filter.flags & MMA_FILTER_SWEEP && audits(r, tgid))
			return true;
	}
	return false;
}

/*
 * In a probe: whether a user of /dev/mmaudit has asked for what tgid does at this site,
 * or for what is done to the memory of owner. What no user has asked for still reaches
 * the kernel log and the counters, where that costs little.
 */
bool mma_any_reader_audits(u8 site, u32 tgid, u32 owner)
{
	struct mma_reader *r;
	int i;

	for (i = 0; i < MAX_READERS; i++) {
		r = reader_at(i);
		if (!r || !r->chosen)
			continue;
		if (r->filter.sites && !(r->filter.sites & 1ULL << site))
			continue;
		if (audits(r, tgid) || (owner && audits(r, owner)))
			return true;
	}
	return false;
}

/* In a probe: the same, whatever the site; for what came before a violation. */
bool mma_any_reader_follows(u32 tgid, u32 owner)
{
	struct mma_reader *r;
	int i;

	for (i = 0; i < MAX_READERS; i++) {
		r = reader_at(i);
		if (r && r->chosen && !r->selftest && (audits(r, tgid) || (owner && audits(r, owner))))
			return true;
	}
	return false;
}

/* While its filter changes a reader audits nothing. */
bool mma_reader_waits(struct mma_reader *r, u32 tgid, u32 owner)
{
	bool ret;

	preempt_disable();
	r = reader_at(r->slot);
	ret = r && (audits(r, tgid) || (owner && audits(r, owner)));
	preempt_enable();
	return ret;
}

/* A child gets its parent's bit, set or clear, so that a reused pid is right, too. */
static void on_fork(void *unused, struct task_struct *parent, struct task_struct *child)
{
	struct mma_reader *r;
	int i;

	if (parent->tgid == child->tgid)
		return;
	rcu_read_lock();		/* or it may be preempted: see reader_at() */
	for (i = 0; i < MAX_READERS; i++) {
		r = reader_at(i);
		if (!r || !r->pids)
			continue;
		clear_bit(child->tgid, r->pids);
		smp_mb__after_atomic();		/* must not undo one who adds the parent, then this child */
		if ((r->filter.flags & MMA_FILTER_DESCENDANTS) && test_bit(parent->tgid, r->pids))
			set_bit(child->tgid, r->pids);
	}
	rcu_read_unlock();
}

static void wake_now(struct irq_work *w)
{
	wake_up_all(&container_of(w, struct mma_reader, wake)->wait);
}

static void schedule_wake(struct irq_work *w)
{
	schedule_delayed_work(&container_of(w, struct mma_reader, soon)->later, WAKE_JIFFIES);
}

static void wake_later(struct work_struct *w)
{
	struct mma_reader *r = container_of(to_delayed_work(w), struct mma_reader, later);

	smp_store_mb(r->wake_pending, false);	/* before who is woken looks for records, see wake_reader() */
	wake_up_all(&r->wait);
}

/* Publishes what all readers together want. An error is returned only to a reader that wants sweeps. */
static int update_decisions(void)
{
	bool any = event_decisions, tracing = event_decisions, sweep = false;
	u32 history = MMA_HISTORY_OFF;
	int i, ret;

	for (i = 0; i < MAX_READERS; i++) {
		struct mma_reader *r = rcu_dereference_protected(readers[i],
						lockdep_is_held(&readers_lock));

		any |= r && (r->filter.flags & MMA_FILTER_DECISIONS);
		tracing |= r && !r->selftest && (r->filter.flags & MMA_FILTER_DECISIONS);
		sweep |= r && (r->filter.flags & MMA_FILTER_SWEEP);
		if (r && r->chosen && !r->selftest)
			history = max(history, r->filter.history ?: MMA_HISTORY_TRACKED);
	}
	WRITE_ONCE(mma_history_wish, history);
	WRITE_ONCE(mma_decisions, any);
	WRITE_ONCE(mma_tracing, tracing);
	ret = wishes_changed(sweep);
	return sweep ? ret : 0;
}

void mma_readers_event(bool wanted)
{
	mutex_lock(&readers_lock);
	if (event_decisions != wanted) {
		event_decisions = wanted;
		update_decisions();
	}
	mutex_unlock(&readers_lock);
}

static int reserve_slot(struct mma_reader *r)
{
	int ret = 0;

	mutex_lock(&readers_lock);
	r->slot = find_first_zero_bit(slots, MAX_READERS);
	if (r->slot < MAX_READERS)
		set_bit(r->slot, slots);
	else
		ret = -EUSERS;
	mutex_unlock(&readers_lock);
	return ret;
}

static int publish(struct mma_reader *r)
{
	int ret;

	mutex_lock(&readers_lock);
	rcu_assign_pointer(readers[r->slot], r);
	ret = update_decisions();
	mutex_unlock(&readers_lock);
	return ret;
}

/* goes: it will not be published with another filter, so what it has asked for ends. */
static void unpublish(struct mma_reader *r, bool goes)
{
	mutex_lock(&readers_lock);
	RCU_INIT_POINTER(readers[r->slot], NULL);
	if (goes)
		update_decisions();
	mutex_unlock(&readers_lock);
	synchronize_rcu();	/* no probe writes to its ring any more */
	irq_work_sync(&r->wake);
	irq_work_sync(&r->soon);
	cancel_delayed_work_sync(&r->later);
	r->wake_pending = false;
	reader_left(r->slot);
}

static void destroy(struct mma_reader *r)
{
	if (r->rb)
		ring_buffer_free(r->rb);
	free_percpu(r->tally);
	vfree(r->pids);
	kfree(r);
}

/*
 * A kernel thread allocates the ring: in a task that was just killed the
 * allocation of a CPU's pages fails, and trace_rb_cpu_prepare() warns of it,
 * kernel/trace/ring_buffer.c:1692 and :5858 (6.1).
 */
struct ring_order {
	struct work_struct work;
	struct trace_buffer *rb;
};

static void make_ring(struct work_struct *work)
{
	struct ring_order *order = container_of(work, struct ring_order, work);

	order->rb = ring_buffer_alloc((unsigned long)clamp(ring_kb, 4U, 65536U) << 10, 0);
}

static struct trace_buffer *alloc_ring(void)
{
	struct ring_order order = { .rb = NULL };

	INIT_WORK_ONSTACK(&order.work, make_ring);
	queue_work(system_dfl_wq, &order.work);
	flush_work(&order.work);
	destroy_work_on_stack(&order.work);
	return order.rb;
}

static struct mma_reader *create(bool selftest)
{
	struct mma_reader *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return NULL;
	r->selftest = selftest;
	mutex_init(&r->lock);
	init_waitqueue_head(&r->wait);
	init_irq_work(&r->wake, wake_now);
	init_irq_work(&r->soon, schedule_wake);
	INIT_DELAYED_WORK(&r->later, wake_later);
	r->rb = alloc_ring();
	r->tally = alloc_percpu(struct tally);
	if (r->rb && r->tally)
		return r;
	destroy(r);
	return NULL;
}

struct mma_reader *mma_reader_open(bool selftest)
{
	struct mma_reader *r = create(selftest);
	int ret;

	if (!r)
		return ERR_PTR(-ENOMEM);
	ret = reserve_slot(r);
	if (ret) {
		destroy(r);
		return ERR_PTR(ret);
	}
	publish(r);
	return r;
}

void mma_reader_close(struct mma_reader *r)
{
	unpublish(r, true);
	clear_bit(r->slot, slots);
	destroy(r);
}

/* With a new filter a reader starts afresh: queued records and counts of the old one are dropped. */
int mma_reader_filter(struct mma_reader *r, const struct mma_filter *f)
{
	unsigned long *pids = NULL;
	int cpu, ret;

	if (f->pid >= PID_MAX_LIMIT)
		return -EINVAL;
	if (f->pid) {
		pids = vzalloc(BITS_TO_LONGS(PID_MAX_LIMIT) * sizeof(long));
		if (!pids)
			return -ENOMEM;
		set_bit(f->pid, pids);
	}
	mutex_lock(&r->lock);
	unpublish(r, false);
	vfree(r->pids);
	r->pids = pids;
	r->filter = *f;
	r->chosen = true;
	r->delivered = 0;
	r->skipped = 0;
	ring_buffer_reset(r->rb);
	for_each_possible_cpu(cpu)
		memset(per_cpu_ptr(r->tally, cpu), 0, sizeof(struct tally));
	ret = publish(r);
	mutex_unlock(&r->lock);
	return ret;
}

unsigned int mma_reader_slot(const struct mma_reader *r)
{
	return r->slot;
}

struct mutex *mma_reader_lock(struct mma_reader *r)
{
	return &r->lock;
}

struct wait_queue_head *mma_reader_wait(struct mma_reader *r)
{
	return &r->wait;
}

bool mma_reader_empty(struct mma_reader *r)
{
	return ring_buffer_empty(r->rb);
}

/*
 * The ring skips the rest of a page if the writer leaves that page after the
 * reader has read how much is on it and before it reads whether the writer is
 * still there: rb_get_reader_page() kernel/trace/ring_buffer.c:5380, :5391 (6.12).
 * If h does not follow the record read last, a MMA_REC_LOST comes before it.
 */
static ssize_t report_skipped(struct mma_reader *r, struct tally *t, const struct mma_hdr *h,
			    void *buf)
{
	struct mma_lost lost = {
		.hdr = { .size = sizeof(lost), .type = MMA_REC_LOST, .cpu = h->cpu,
			 .seq = h->seq - 1, .time_ns = h->time_ns },
		.ring_full = h->seq - t->read - 1,
	};

	r->cpu = ~r->cpu;
	r->skip_to = lost.hdr.seq;
	memcpy(buf, &lost, sizeof(lost));
	return sizeof(lost);
}

/* Copy the oldest record of all CPUs to buf without removing it; 0: none. Under lock. */
ssize_t mma_reader_peek(struct mma_reader *r, void *buf)
{
	struct tally *t;
	struct ring_buffer_event *event;
	struct mma_hdr *h;
	u64 ts, oldest = U64_MAX;
	ssize_t size = 0;
	int cpu;

	for_each_possible_cpu(cpu) {	/* an offline one may have left records */
		event = ring_buffer_peek(r->rb, cpu, &ts, NULL);
		if (!event)
			continue;
		h = ring_buffer_event_data(event);
		if (h->time_ns >= oldest)
			continue;
		oldest = h->time_ns;
		size = h->size;
		r->cpu = cpu;
		memcpy(buf, h, size);
	}
	if (!size)
		return 0;
	h = buf;
	t = per_cpu_ptr(r->tally, r->cpu);
	return h->seq == t->read + 1 ? size : report_skipped(r, t, h, buf);
}

/* Remove what mma_reader_peek() copied. Under lock. */
void mma_reader_consume(struct mma_reader *r)
{
	struct ring_buffer_event *event;
	struct mma_hdr *h;
	struct tally *t;
	u64 ts;

	if (r->cpu < 0) {
		t = per_cpu_ptr(r->tally, ~r->cpu);
		r->skipped += r->skip_to - t->read;
		t->read = r->skip_to;
		return;
	}
	event = ring_buffer_consume(r->rb, r->cpu, &ts, NULL);
	if (!event)
		return;
	h = ring_buffer_event_data(event);
	per_cpu_ptr(r->tally, r->cpu)->read = h->seq;
	if (h->type != MMA_REC_LOST)
		r->delivered++;
}

void mma_reader_stats(struct mma_reader *r, struct mma_stats *st)
{
	u64 written = 0;
	int cpu;

	mutex_lock(&r->lock);
	for_each_possible_cpu(cpu) {
		const struct tally *t = per_cpu_ptr(r->tally, cpu);

		st->seen += READ_ONCE(t->seen);
		st->filtered += READ_ONCE(t->filtered);
		st->ring_full += READ_ONCE(t->full);
		written += READ_ONCE(t->written);
	}
	st->delivered = r->delivered;
	st->ring_full += r->skipped;
	/* A record can be read before its writer has counted it: see write_record() and offer_record(). */
	st->queued = written > r->delivered + r->skipped ? written - r->delivered - r->skipped : 0;
	mutex_unlock(&r->lock);
}

/* No point of sites.h: a tracepoint's hook is the kernel's own, which no live patch or switch takes away, and readers want it whatever is armed. */
static struct tracepoint *fork_tp;

static void find_fork(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "sched_process_fork"))
		fork_tp = tp;
}

int mma_readers_init(int (*changed)(bool sweep), void (*left)(unsigned int slot))
{
	wishes_changed = changed;
	reader_left = left;
	for_each_kernel_tracepoint(find_fork, NULL);
	if (!fork_tp)
		return -ENOENT;
	return tracepoint_probe_register(fork_tp, on_fork, NULL);
}

void mma_readers_exit(void)
{
	tracepoint_probe_unregister(fork_tp, on_fork, NULL);
	tracepoint_synchronize_unregister();
}
