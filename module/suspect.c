// SPDX-License-Identifier: GPL-2.0
/* suspect.c - the table of suspects: a probe fills it, the worker of confirm.c empties it. */
#include <linux/jiffies.h>
#include <linux/sched/mm.h>
#include <linux/spinlock.h>

#include "facts.h"
#include "reader.h"
#include "record.h"
#include "suspect.h"
#include "trace.h"
#include "work.h"

#define TRIES		256		/* how often a probe tries to get the table's lock */
#define SOON		64		/* tries of a busy mm without a pause: what is wrong may be gone soon */

static struct mma_suspects all;		/* each of all.mms is mmgrab()bed */
static DEFINE_RAW_SPINLOCK(lock);	/* of it; interrupts off, nothing that is probed is called under it */

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

	if (!audited && READ_ONCE(all.unaudited) >= MMA_UNAUDITED)
		return false;
	for (i = 0; i < (audited ? TRIES : 1); i++) {
		if (raw_spin_trylock_irqsave(&lock, *flags))
			return true;
		cpu_relax();
	}
	return false;
}

/* Under the lock: sets all that others read of a suspect. The record is filled later, without the lock. */
static struct mma_suspect *fill_place(int place, const struct mma_hit *hit, unsigned long end, bool audited)
{
	struct mma_suspect *s = &all.table[place];

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
	all.unaudited += !audited;
	WRITE_ONCE(s->state, MMA_FILLING);
	smp_store_release(&all.mms[place], hit->mm);
	return s;
}

static void count_end(enum mma_occasion how, enum mma_site site, u32 tgid)
{
	mma_count_event(how);
	if (how == MMA_SUSPECTS_LOST)
		trace_lost(MMA_TRACE_SUSPECT, -1, site, tgid);
}

/* NULL: another was extended by it, or there was no place, which is counted. */
static struct mma_suspect *reserve(const struct mma_hit *hit, unsigned long end)
{
	bool audited = mma_is_audited(hit), merged = false;
	struct mma_suspect *s = NULL;
	unsigned long flags;
	int place = -1;

	if (!mma_work_stopping() && lock_table(&flags, audited)) {
		place = mma_place_for(&all, hit, end, audited, &merged);
		if (place >= 0 && !merged)
			s = fill_place(place, hit, end, audited);
		raw_spin_unlock_irqrestore(&lock, flags);
	}
	if (!merged)
		mma_count_event(MMA_SUSPECTS);
	if (place < 0)
		count_end(audited ? MMA_SUSPECTS_LOST : MMA_SKIPPED, hit->site, current->tgid);
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

void mma_suspect_finish(struct mma_suspect *s, enum mma_occasion how)
{
	struct mm_struct *mm = all.mms[s - all.table];

	count_end(how, s->site, s->tgid);
	raw_spin_lock_irq(&lock);
	all.unaudited -= !s->audited;
	WRITE_ONCE(s->state, MMA_FREE);
	WRITE_ONCE(all.mms[s - all.table], NULL);
	raw_spin_unlock_irq(&lock);
	mmdrop(mm);
	mma_work_done();
}

struct mm_struct *mma_suspect_mm(const struct mma_suspect *s)
{
	return all.mms[s - all.table];
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

	for (i = 0; i < MMA_SUSPECT_PLACES; i++) {
		turn = (turn + 1) % MMA_SUSPECT_PLACES;
		s = &all.table[turn];
		if (!READ_ONCE(all.mms[turn]) || smp_load_acquire(&s->state) < MMA_WAITING || s->audited != audited)
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

	for (i = 0; i < MMA_SUSPECT_PLACES; i++) {
		s = &all.table[i];
		if (smp_load_acquire(&all.mms[i]) && READ_ONCE(s->ticket) <= ticket &&
		    mma_reader_waits(r, READ_ONCE(s->tgid), READ_ONCE(s->owner)))
			return true;
	}
	return false;
}

/* No probe, worker or reader is left, so what is still queued is dropped. */
void mma_suspect_drop(void)
{
	int i;

	for (i = 0; i < MMA_SUSPECT_PLACES; i++)
		if (all.mms[i])
			mmdrop(all.mms[i]);
}
