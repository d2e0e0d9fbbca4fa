// SPDX-License-Identifier: GPL-2.0
/* suspect.c - the table of suspects: a probe fills it, the worker of confirm.c empties it. */
#include <linux/jiffies.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>

#include "facts.h"
#include "reader.h"
#include "record.h"
#include "suspect.h"
#include "work.h"

#define NR_SUSPECTS	256
#define NR_UNAUDITED	128		/* places for all processes that no reader audits, so that they starve no audit */
#define NR_OF_UNAUDITED	16		/* places for one of these */
#define TRIES		256		/* how often a probe tries to get the table's lock */
#define SOON		64		/* tries of a busy mm without a pause: what is wrong may be gone soon */

/* mms[i] is mmgrab()bed; NULL: suspects[i] is MMA_FREE. In an array of their own, since each probe reads all of them. */
static struct mm_struct *mms[NR_SUSPECTS];
static struct mma_suspect suspects[NR_SUSPECTS];
static unsigned int unaudited;		/* suspects that no reader audits */
static DEFINE_RAW_SPINLOCK(lock);	/* of all these; interrupts off, nothing that is probed is called under it */

/* ---- in a probe: preemption off ---- */

bool mma_is_audited(const struct mma_hit *hit)
{
	return mma_any_reader_audits(hit->site, current->tgid, mma_owner(hit->mm));
}

/*
 * A process that is not audited tries once, and not at all if the table has many of
 * these: an audited process must find the lock free.
 */
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

/* If the range of s touches [hit->addr, end) and all else is the same, extends s by it. */
static bool merge(struct mma_suspect *s, const struct mma_hit *hit, unsigned long end, bool audited)
{
	u8 state = READ_ONCE(s->state);		/* a probe may be filling it */

	if ((state != MMA_FILLING && state != MMA_WAITING) || !s->end || hit->addr > s->end || s->addr > end ||
	    s->ip != hit->ip || s->site != hit->site || s->exempt != hit->exempt || s->audited != audited)
		return false;
	s->addr = min(s->addr, hit->addr);
	s->end = max(s->end, end);
	return true;
}

/*
 * A mm that is audited may have twice as many places as are free: one alone gets two
 * thirds of the table, two get two fifths each, and none ever gets all.
 */
static bool has_share(unsigned int of_mm, unsigned int nr_free, bool audited)
{
	if (audited)
		return of_mm < 2 * nr_free;
	return nr_free && of_mm < NR_OF_UNAUDITED && unaudited < NR_UNAUDITED;
}

/* Returns a free place, or -1 if the mm has its share. *merged: the place is that of a suspect extended by this range. */
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

/* Under the lock: sets all that others read of a suspect. The record is filled later, without the lock. */
static struct mma_suspect *fill_place(int place, const struct mma_hit *hit, unsigned long end, bool audited)
{
	struct mma_suspect *s = &suspects[place];

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
	WRITE_ONCE(s->state, MMA_FILLING);
	smp_store_release(&mms[place], hit->mm);
	return s;
}

/* NULL: it was merged into another, or there was no place, which is counted. */
static struct mma_suspect *reserve(const struct mma_hit *hit, unsigned long end)
{
	bool audited = mma_is_audited(hit), merged = false;
	struct mma_suspect *s = NULL;
	unsigned long flags;
	int place = -1;

	if (!mma_work_stopping() && lock_table(&flags, audited)) {
		place = place_for(hit, end, audited, &merged);
		if (place >= 0 && !merged)
			s = fill_place(place, hit, end, audited);
		raw_spin_unlock_irqrestore(&lock, flags);
	}
	if (!merged)
		mma_count_event(MMA_SUSPECTS);
	if (place < 0)
		mma_count_event(audited ? MMA_SUSPECTS_LOST : MMA_SKIPPED);
	return s;
}

void mma_queue_suspect(const struct mma_hit *hit, unsigned long end)
{
	struct mma_suspect *s = reserve(hit, end);

	if (!s)
		return;
	mmgrab(hit->mm);
	s->context = hit->facts & (MMA_F_AT_GRANT | MMA_F_UNSHARE | MMA_F_READ_FAULT);
	mma_fill_record(mma_suspect_record(s), hit, 0);
	mma_unwind_locked(mma_suspect_record(s));
	smp_store_release(&s->state, MMA_WAITING);
	mma_work_kick();
}

/* ---- in the worker ---- */

/* While it is MMA_TRYING nothing merges with it, so its range is the worker's alone. */
void mma_suspect_set(struct mma_suspect *s, enum mma_suspect_state state)
{
	raw_spin_lock_irq(&lock);
	WRITE_ONCE(s->state, state);
	raw_spin_unlock_irq(&lock);
}

void mma_suspect_finish(struct mma_suspect *s, enum mma_event how)
{
	struct mm_struct *mm = mms[s - suspects];

	mma_count_event(how);
	raw_spin_lock_irq(&lock);
	unaudited -= !s->audited;
	WRITE_ONCE(s->state, MMA_FREE);
	WRITE_ONCE(mms[s - suspects], NULL);
	raw_spin_unlock_irq(&lock);
	mmdrop(mm);
	mma_work_done();
}

struct mm_struct *mma_suspect_mm(const struct mma_suspect *s)
{
	return mms[s - suspects];
}

/* Whether it was audited when it was queued, and is not any more. */
bool mma_suspect_forsaken(const struct mma_suspect *s)
{
	bool heard;

	if (!s->audited)
		return false;
	preempt_disable();
	heard = mma_any_reader_audits(s->site, s->tgid, s->owner);
	preempt_enable();
	return !heard;
}

/*
 * Whether a suspect whose mm was busy is tried again at once. That is limited to a few
 * milliseconds in all, which the others wait.
 */
static bool is_soon(const struct mma_suspect *s)
{
	return s->audited && s->busy < SOON;
}

/* Returns the next one in turn, or NULL. *later: there is one that must not be tried before the next jiffy. */
struct mma_suspect *mma_suspect_next(bool audited, bool *later)
{
	static unsigned int turn;
	struct mma_suspect *s;
	int i;

	for (i = 0; i < NR_SUSPECTS; i++) {
		turn = (turn + 1) % NR_SUSPECTS;
		s = &suspects[turn];
		if (!READ_ONCE(mms[turn]) || smp_load_acquire(&s->state) < MMA_WAITING || s->audited != audited)
			continue;
		if (!s->busy || is_soon(s) || s->tried != jiffies)
			return s;
		*later = true;
	}
	return NULL;
}

/*
 * Whether a suspect of this reader that was queued with this ticket or before is still
 * here. Needs no lock: one that is queued meanwhile has a later ticket.
 */
bool mma_suspect_pending(struct mma_reader *r, u64 ticket)
{
	const struct mma_suspect *s;
	int i;

	for (i = 0; i < NR_SUSPECTS; i++) {
		s = &suspects[i];
		if (smp_load_acquire(&mms[i]) && READ_ONCE(s->ticket) <= ticket &&
		    mma_reader_waits(r, READ_ONCE(s->tgid), READ_ONCE(s->owner)))
			return true;
	}
	return false;
}

/* No probe, worker or reader is left, so what is still queued is dropped. */
void mma_suspect_drop(void)
{
	int i;

	for (i = 0; i < NR_SUSPECTS; i++)
		if (mms[i])
			mmdrop(mms[i]);
}
