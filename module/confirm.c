// SPDX-License-Identifier: GPL-2.0
/*
 * confirm.c - what a probe may not do is done later by one worker: suspects are
 * judged here, memory that was given up is swept by sweep.c.
 *
 * Whose memory it is may be anybody's, so the worker waits for no lock that a
 * task may hold as long as it likes, and never drops the last reference of a
 * mm, which may wait for a file system of the user's own: mmput_async(). It
 * does a bounded step of each in turn, so no process's work delays another's.
 */
#include <linux/delay.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "mma.h"

#define NR_SUSPECTS	256
#define NR_UNAUDITED	128		/* of these, of all that no reader audits, so that they starve no audit; */
#define NR_OF_UNAUDITED	16		/* and of one of them */
#define TRIES		256		/* of a probe to get the table's lock */
#define STEP		(16 * PTRS_PER_PTE)	/* entries looked at before mmap_lock is let go */
#define SOON		64		/* tries of a busy mm that come at once, for what is wrong may not stay so */

/* A probe has FREE to FILLING to WAITING, the worker all else. */
enum state { FREE, FILLING, WAITING, TRYING };

struct suspect {
	u8 state;
	u8 site;
	bool audited;
	bool begun, wrong;		/* the worker's */
	u32 exempt;			/* rules the site has no part in */
	u32 tgid, owner;
	u64 ticket;			/* queued before, or after? */
	u64 context;			/* facts of the moment that stay true */
	unsigned long ip;
	unsigned long addr, end;	/* still to be looked at: all of it; or end 0, the one entry in rec() */
	unsigned int busy;		/* times its mm was, */
	unsigned long tried;		/* the last time, in jiffies */
	u64 room[MMA_REC_MAX / 8];	/* its record: rec() */
};

/* mms[i] is mmgrab()bed, and NULL if suspects[i] is FREE. Not in there, for each probe looks through all. */
static struct mm_struct *mms[NR_SUSPECTS];
static struct suspect suspects[NR_SUSPECTS];
static unsigned int unaudited;		/* of them */
static DEFINE_RAW_SPINLOCK(lock);	/* of all these; interrupts off, nothing that is probed is called under it */

static atomic64_t tickets = ATOMIC64_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(flushers);
static struct workqueue_struct *wq;
static struct delayed_work work;
static struct irq_work kick;
static bool stopping;

static struct mma_decision *rec(struct suspect *s)
{
	return (struct mma_decision *)s->room;
}

/* ---- in a probe: preemption off ---- */

u64 mma_work_ticket(void)
{
	return atomic64_inc_return(&tickets);
}

void mma_work_kick(void)
{
	irq_work_queue(&kick);
}

bool mma_audited(const struct mma_hit *hit)
{
	return mma_readers_audit(hit->site, current->tgid, mma_owner(hit->mm));
}

/* Who is not audited stands back: others must find it free. */
static bool lock_table(unsigned long *flags, bool audited)
{
	int i;

	if (!audited && READ_ONCE(unaudited) >= NR_UNAUDITED)
		return false;
	for (i = 0; i < (audited ? TRIES : 1); i++) {
		if (raw_spin_trylock_irqsave(&lock, *flags))
			return true;
		cpu_relax();
	}
	return false;
}

/* The range of s touches [addr, end) and is one with it in all else. Then it is both. */
static bool merge(struct suspect *s, const struct mma_hit *hit, unsigned long end, bool audited)
{
	u8 state = READ_ONCE(s->state);		/* a probe may be filling it */

	if ((state != FILLING && state != WAITING) || !s->end || hit->addr > s->end || s->addr > end ||
	    s->ip != hit->ip || s->site != hit->site || s->exempt != hit->exempt || s->audited != audited)
		return false;
	s->addr = min(s->addr, hit->addr);
	s->end = max(s->end, end);
	return true;
}

/*
 * A mm that is audited may have twice as many places as are left free for
 * others: two thirds alone, two fifths each of two, and never all.
 */
static bool has_share(unsigned int of_mm, unsigned int nr_free, bool audited)
{
	if (audited)
		return of_mm < 2 * nr_free;
	return nr_free && of_mm < NR_OF_UNAUDITED && unaudited < NR_UNAUDITED;
}

/* A free place, which is -1 if the mm has its share; *merged if a range has taken this one in. */
static int place_for(const struct mma_hit *hit, unsigned long end, bool audited, bool *merged)
{
	unsigned int of_mm = 0, nr_free = 0;
	int i, place = -1;

	for (i = 0; i < NR_SUSPECTS; i++) {
		if (!mms[i]) {
			place = i;
			nr_free++;
		}
		if (mms[i] != hit->mm)
			continue;
		*merged = end && merge(&suspects[i], hit, end, audited);
		if (*merged)
			return i;
		of_mm++;
	}
	return has_share(of_mm, nr_free, audited) ? place : -1;
}

/* Under the lock: all that others ask of it. Its record is not. */
static struct suspect *take(int place, const struct mma_hit *hit, unsigned long end, bool audited)
{
	struct suspect *s = &suspects[place];

	s->site = hit->site;
	s->audited = audited;
	s->begun = s->wrong = false;
	s->exempt = hit->exempt;
	s->tgid = current->tgid;
	s->owner = mma_owner(hit->mm);
	s->ticket = mma_work_ticket();
	s->ip = hit->ip;
	s->addr = hit->addr;
	s->end = end;
	s->busy = 0;
	unaudited += !audited;
	WRITE_ONCE(s->state, FILLING);
	smp_store_release(&mms[place], hit->mm);
	return s;
}

/* NULL: merged, or without a place, which is counted. */
static struct suspect *reserve(const struct mma_hit *hit, unsigned long end)
{
	bool audited = mma_audited(hit), merged = false;
	struct suspect *s = NULL;
	unsigned long flags;
	int place = -1;

	if (!READ_ONCE(stopping) && lock_table(&flags, audited)) {
		place = place_for(hit, end, audited, &merged);
		if (place >= 0 && !merged)
			s = take(place, hit, end, audited);
		raw_spin_unlock_irqrestore(&lock, flags);
	}
	if (!merged)
		mma_event(MMA_SUSPECTS);
	if (place < 0)
		mma_event(audited ? MMA_SUSPECTS_LOST : MMA_SKIPPED);
	return s;
}

/* In a probe, preemption off. end 0: hit's entry; else every entry of [hit->addr, end). */
void mma_suspect(const struct mma_hit *hit, unsigned long end)
{
	struct suspect *s = reserve(hit, end);

	if (!s)
		return;
	mmgrab(hit->mm);
	s->context = hit->facts & (MMA_F_AT_GRANT | MMA_F_UNSHARE | MMA_F_READ_FAULT);
	mma_fill(rec(s), hit, 0);
	mma_stack_locked(rec(s));
	smp_store_release(&s->state, WAITING);
	mma_work_kick();
}

/* ---- in the worker ---- */

struct trial {
	struct suspect *s;
	struct mma_sieve sieve;		/* of the mapping at hand */
	struct mma_batch found;
};

/* Page-table lock and mmap_lock held: every rule is final. */
static void try_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level, void *arg)
{
	struct trial *t = arg;
	struct suspect *s = t->s;
	struct mma_hit hit = { .addr = addr, .new = raw, .level = level, .verdict = rec(s)->verdict };
	u32 broken;

	if (!s->end && !mma_same_entry(raw, rec(s)->new_entry))
		return;
	mma_facts(&hit, vma, s->context | MMA_F_LOCK_PTL | MMA_F_LOCK_MM);
	broken = mma_check(hit.facts) & ~s->exempt;
	if (!broken)
		return;
	if (s->end) {
		hit.flags = MMA_DEC_OLD_UNKNOWN;
		hit.verdict = MMA_WRITABLE;
	}
	mma_batch_add(&t->found, &hit, broken);
}

static void begin_vma(struct vm_area_struct *vma, void *arg)
{
	mma_sieve_init(&((struct trial *)arg)->sieve, vma);
}

/* While it is TRYING nothing merges with it, so its range is the worker's alone. */
static void set_state(struct suspect *s, enum state state)
{
	raw_spin_lock_irq(&lock);
	WRITE_ONCE(s->state, state);
	raw_spin_unlock_irq(&lock);
}

static void finish(struct suspect *s, enum mma_event how)
{
	struct mm_struct *mm = mms[s - suspects];

	mma_event(how);
	raw_spin_lock_irq(&lock);
	unaudited -= !s->audited;
	WRITE_ONCE(s->state, FREE);
	WRITE_ONCE(mms[s - suspects], NULL);
	raw_spin_unlock_irq(&lock);
	mmdrop(mm);
	mma_work_done();
}

/* Was it audited, and is nobody there to hear of it any more? */
static bool forsaken(const struct suspect *s)
{
	bool heard;

	if (!s->audited)
		return false;
	preempt_disable();
	heard = mma_readers_audit(s->site, s->tgid, s->owner);
	preempt_enable();
	return !heard;
}

/* True: all of it was looked at, for what goes with its mm is sound. What is not begun may grow still. */
static bool try_step(struct suspect *s, struct mm_struct *mm)
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
	mma_batch_confirm(&t.found, rec(s));
	return s->addr >= end;
}

static void try_suspect(struct suspect *s)
{
	set_state(s, TRYING);
	if (forsaken(s))
		finish(s, MMA_SKIPPED);
	else if (try_step(s, mms[s - suspects]))
		finish(s, s->wrong ? MMA_CONFIRMED : MMA_CLEARED);
	else if (s->busy > MMA_PATIENCE)
		finish(s, s->audited ? MMA_SUSPECTS_LOST : MMA_SKIPPED);
	else if (!s->begun)
		set_state(s, WAITING);
}

/* Of one that was found busy: a few milliseconds in all, so others wait no longer for it. */
static bool is_soon(const struct suspect *s)
{
	return s->audited && s->busy < SOON;
}

/* In turn; *later if one is there that is not to be tried now. */
static struct suspect *next(bool audited, bool *later)
{
	static unsigned int turn;
	struct suspect *s;
	int i;

	for (i = 0; i < NR_SUSPECTS; i++) {
		turn = (turn + 1) % NR_SUSPECTS;
		s = &suspects[turn];
		if (!READ_ONCE(mms[turn]) || smp_load_acquire(&s->state) < WAITING || s->audited != audited)
			continue;
		if (!s->busy || is_soon(s) || s->tried != jiffies)
			return s;
		*later = true;
	}
	return NULL;
}

static enum mma_work judge_one(bool audited)
{
	bool later = false;
	struct suspect *s = next(audited, &later);

	if (!s)
		return later ? MMA_BUSY : MMA_IDLE;
	if (s->busy && s->tried == jiffies)
		usleep_range(30, 60);
	try_suspect(s);
	return MMA_WORKED;
}

/* A step of what is audited, or else of what is not. */
static enum mma_work work_some(void)
{
	enum mma_work judged = judge_one(true), swept = mma_sweep_leaving(), other = MMA_IDLE;

	if (judged != MMA_WORKED && swept != MMA_WORKED)
		other = judge_one(false);
	return max3(judged, swept, other);
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
		last = work_some();
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

/* ---- who waits ---- */

/* Without the lock: what comes to a place meanwhile has a later ticket. */
static bool pending(struct mma_reader *r, u64 ticket)
{
	const struct suspect *s;
	int i;

	for (i = 0; i < NR_SUSPECTS; i++) {
		s = &suspects[i];
		if (smp_load_acquire(&mms[i]) && READ_ONCE(s->ticket) <= ticket &&
		    mma_reader_waits(r, READ_ONCE(s->tgid), READ_ONCE(s->owner)))
			return true;
	}
	return mma_sweep_pending(r, ticket);
}

/* For what the reader audits and was queued before now; other processes' work it does not wait for. */
int mma_flush(struct mma_reader *r)
{
	u64 ticket = atomic64_read(&tickets);

	return wait_event_interruptible(flushers, !pending(r, ticket)) ? -EINTR : 0;
}

int mma_confirm_init(void)
{
	wq = alloc_workqueue("mmaudit", WQ_UNBOUND, 1);
	if (!wq)
		return -ENOMEM;
	INIT_DELAYED_WORK(&work, work_on);
	init_irq_work(&kick, kicked);
	return 0;
}

/* Before the probes go: nothing more is queued, and what is there is left. */
void mma_confirm_stop(void)
{
	WRITE_ONCE(stopping, true);
}

/* No probe is left and nobody reads: what is queued is of no use any more. A step is all that is waited for. */
void mma_confirm_exit(void)
{
	int i;

	mma_confirm_stop();
	irq_work_sync(&kick);
	cancel_delayed_work_sync(&work);
	destroy_workqueue(wq);
	for (i = 0; i < NR_SUSPECTS; i++)
		if (mms[i])
			mmdrop(mms[i]);
	mma_sweep_drop();
}
