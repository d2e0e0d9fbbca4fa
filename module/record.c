// SPDX-License-Identifier: GPL-2.0
/*
 * record.c - hits to records: fills them, unwinds the stack, hands them to the readers.
 *
 * What one call of the kernel did wrong is one report. It is made without a
 * page-table lock: our code that holds one collects what is wrong in a batch and
 * reports the batch after the unlock. Only where the kernel itself holds the
 * lock around our probe is a report made under it; its stack then comes from a
 * budget, see may_unwind().
 */
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/timekeeping.h>

#include "bits.h"
#include "describe.h"
#include "facts.h"
#include "history.h"
#include "reader.h"
#include "record.h"
#include "stat.h"
#include "trace.h"

#define ENTRY_FACTS ((1ULL << 10) - 1)	/* the PTE_* bits of MMA_FACTS */

/* The facts are of the new page; the old one may be gone. */
static bool is_copy(const struct mma_hit *hit, u64 old)
{
	if (!(old & MMA_F_PTE_PRESENT))
		return false;
	return hit->site == MMA_SITE_WP_COPY ||
	       (hit->site == MMA_SITE_HUGETLB && !mma_same_page(hit->old, hit->level, hit->new, hit->level, hit->addr));
}

/* What do_wp_page() would have done with the entry as it was. */
static u8 fault_would(const struct mma_hit *hit)
{
	u64 f = hit->facts, old = mma_entry_facts(hit->old, hit->level);
	enum mma_fault would;

	if (hit->flags & MMA_DEC_OLD_UNKNOWN)
		return mma_fault(f & ~MMA_F_PTE_WRITE, hit->refs, hit->maps);
	would = mma_fault((f & ~ENTRY_FACTS) | old, hit->refs, hit->maps);
	return is_copy(hit, old) ? mma_fault_copied(would) : would;
}

/* The self-test's mapping: mmaudit itself makes the wrong grant there, so it is no violation of the kernel. */
static struct mm_struct *planted_mm;
static unsigned long planted_addr;

void mma_plant(struct mm_struct *mm, unsigned long addr)
{
	WRITE_ONCE(planted_addr, addr);
	WRITE_ONCE(planted_mm, mm);
}

bool mma_is_planted(const struct mm_struct *mm, unsigned long addr)
{
	return unlikely(mm == READ_ONCE(planted_mm)) && addr - READ_ONCE(planted_addr) < MMA_PLANTED;
}

void mma_fill_record(struct mma_decision *d, const struct mma_hit *hit, u32 broken)
{
	memset(d, 0, sizeof(*d));
	d->hdr.size = sizeof(*d);
	d->hdr.type = MMA_REC_DECISION;
	d->hdr.time_ns = ktime_get_mono_fast_ns();
	d->site = hit->site;
	d->point = hit->point;
	d->verdict = hit->verdict;
	d->level = hit->level;
	d->fault_would = fault_would(hit);
	d->reason = mma_reason(hit->facts);
	d->flags = hit->flags | (MMA_UNKNOWN_KERNEL ? MMA_DEC_UNKNOWN_KERNEL : 0) | (mma_is_planted(hit->mm, hit->addr) ? MMA_DEC_PLANTED : 0) | (hit->before ? 0 : MMA_DEC_NOT_COMPARED);
	d->broken = broken;
	d->pid = current->pid;
	d->tgid = current->tgid;
	d->owner = mma_owner(hit->mm);
	d->addr = hit->addr;
	d->end = hit->addr + mma_level_size(hit->level);
	d->count = 1;
	d->old_entry = hit->old;
	d->new_entry = hit->new;
	d->facts = hit->facts;
	d->old_facts = hit->flags & MMA_DEC_OLD_UNKNOWN ? 0 : mma_entry_facts(hit->old, hit->level);
	d->exempt = hit->exempt;
	d->refs = hit->refs;
	d->maps = hit->maps;
	d->piped = hit->piped;
	d->ip = hit->ip;
	d->counter = mma_counter();
	d->mm = hit->mm ? mma_mm_id(hit->mm) : 0;
	d->stack_off = offsetof(struct mma_decision, stack);
	memcpy(d->comm, current->comm, sizeof(d->comm));
	d->comm[sizeof(d->comm) - 1] = 0;
}

/* Counts entries, not records, as MMA_GRANTS does. */
static void tell_violation(struct mma_decision *d)
{
	mma_count_many(d->site, MMA_VIOLATIONS, d->count);
	mma_count_broken(d->site, d->broken, d->count);
	d->number = mma_history_number();
	d->kept = mma_history_keep(&d->hdr, d->broken, d->site, d->ip);
	trace_violation(d);
}

static void emit_violation(struct mma_decision *d)
{
	if (!(d->flags & MMA_DEC_PLANTED))
		tell_violation(d);
	mma_emit_decision(d);
}

static void set_stack(struct mma_decision *d, u32 nr)
{
	d->nr_stack = nr;
	d->hdr.size = sizeof(*d) + nr * sizeof(d->stack[0]);
}

/*
 * The stack begins with the frame that the deciding call returns to, d->ip: the frames
 * inside it are the probe's and ours. Before 5.15 the unwinder cannot go past a return
 * probe; then d->ip is the whole stack.
 */
static void unwind(struct mma_decision *d)
{
	unsigned int n = stack_trace_save((unsigned long *)d->stack, MMA_STACK_MAX, 2), i;

	for (i = 0; i < n && d->stack[i] != d->ip; i++)
		;
	if (i == n) {
		d->stack[0] = d->ip;
		i = 0;
		n = 1;
	}
	memmove(d->stack, d->stack + i, (n - i) * sizeof(d->stack[0]));
	set_stack(d, n - i);
}

/*
 * How many stacks a CPU unwinds under a page-table lock in STACKS_NS: others
 * wait for that lock, and a flood of violations has the same stack each time. A
 * task that migrates between these lines only miscounts one.
 */
#define STACKS		64
#define STACKS_NS	(10 * NSEC_PER_MSEC)

static DEFINE_PER_CPU(struct { u64 since; unsigned int nr; }, stacks);

static bool may_unwind(u64 now)
{
	if (now - this_cpu_read(stacks.since) >= STACKS_NS) {
		this_cpu_write(stacks.since, now);
		this_cpu_write(stacks.nr, 0);
	}
	return this_cpu_inc_return(stacks.nr) <= STACKS;
}

void mma_unwind_locked(struct mma_decision *d)
{
	if (may_unwind(d->hdr.time_ns))
		unwind(d);
	else
		d->flags |= MMA_DEC_NO_STACK;
}

/* A record with its stack. It is too big for the frame of a sound grant, so only noinline functions have one. */
union room {
	struct mma_decision d;
	u8 bytes[sizeof(struct mma_decision) + MMA_STACK_MAX * sizeof(u64)];
};
static_assert(sizeof(union room) <= MMA_REC_MAX, "no record is larger");

static void fill_kinds(struct mma_decision *d)
{
	d->old_kind = d->flags & MMA_DEC_OLD_UNKNOWN ? 0 : mma_entry_kind(d->old_entry, d->level);
	d->new_kind = mma_entry_kind(d->new_entry, d->level);
}

/* Where one is reported, what kept the vma while it was judged is still held. */
static void fill_violation(struct mma_decision *d, const struct mma_hit *hit, u32 broken)
{
	mma_fill_record(d, hit, broken);
	mma_describe(&d->map, hit);
	fill_kinds(d);
}

/* The kernel holds the page-table lock around the probe. */
noinline void mma_report_violation_locked(const struct mma_hit *hit, u32 broken)
{
	union room room;

	fill_violation(&room.d, hit, broken);
	mma_unwind_locked(&room.d);
	emit_violation(&room.d);
}

/* No page-table lock is held. */
noinline void mma_report_violation(const struct mma_hit *hit, u32 broken)
{
	union room room;

	fill_violation(&room.d, hit, broken);
	unwind(&room.d);
	emit_violation(&room.d);
}

/* ---- what one call did to many entries ---- */

/* The mapping is described here, because the batch may be reported when nothing keeps it any more. */
void mma_batch_add(struct mma_batch *b, const struct mma_hit *hit, u32 broken)
{
	const unsigned int nr = b->nr;

	mma_batch_put(b, hit, broken, hit->addr + mma_level_size(hit->level));
	if (b->nr > nr)
		mma_describe(&b->kind[nr].map, hit);
}

/* What a record says of all entries of a kind. */
static void set_range(struct mma_decision *d, const struct mma_kind *k)
{
	d->addr = k->hit.addr;
	d->end = k->end;
	d->count = k->count;
	d->map = k->map;
}

/* All kinds are of one call, so they share its stack. */
static noinline void report_kinds(const struct mma_batch *b, bool locked)
{
	const struct mma_kind *k;
	union room room;
	u32 nr = 0;

	for (k = b->kind; k < b->kind + b->nr; k++) {
		mma_fill_record(&room.d, &k->hit, k->broken);
		set_range(&room.d, k);
		fill_kinds(&room.d);
		if (k > b->kind)
			set_stack(&room.d, nr);
		else if (locked)
			mma_unwind_locked(&room.d);
		else
			unwind(&room.d);
		nr = room.d.nr_stack;
		emit_violation(&room.d);
	}
}

void mma_report_batch(struct mma_batch *b)
{
	if (unlikely(b->nr))
		report_kinds(b, false);
	b->nr = 0;
}

void mma_report_batch_locked(struct mma_batch *b)
{
	if (unlikely(b->nr))
		report_kinds(b, true);
	b->nr = 0;
}

/* Reports what the worker found of a suspect, in process context: d has the task and the stack of when the probe met it. */
void mma_report_confirmed(const struct mma_batch *b, struct mma_decision *d)
{
	const struct mma_kind *k;

	for (k = b->kind; k < b->kind + b->nr; k++) {
		set_range(d, k);
		d->verdict = k->hit.verdict;
		d->level = k->hit.level;
		d->new_entry = k->hit.new;
		d->facts = k->hit.facts;
		d->refs = k->hit.refs;
		d->maps = k->hit.maps;
		d->piped = k->hit.piped;
		d->broken = k->broken;
		d->reason = MMA_REASON_NONE;
		d->flags |= MMA_DEC_CONFIRMED | k->hit.flags;
		fill_kinds(d);
		if (k->hit.flags & MMA_DEC_OLD_UNKNOWN)
			d->fault_would = fault_would(&k->hit);
		preempt_disable();
		emit_violation(d);
		preempt_enable();
	}
}

/* A sound decision, which has no stack. */
noinline void mma_report_sound(const struct mma_hit *hit)
{
	struct mma_decision d;

	mma_fill_record(&d, hit, 0);
	fill_kinds(&d);
	if (!(d.flags & MMA_DEC_PLANTED))
		trace_decision(&d);
	mma_emit_decision(&d);
}
