// SPDX-License-Identifier: GPL-2.0
/* range.c - entries before and after a function that rewrites a range of them. */
#include <linux/mm.h>

#include "history.h"
#include "judge.h"
#include "quiet.h"
#include "range.h"
#include "record.h"
#include "suspect.h"
#include "walk.h"

/* How many entries and tables one return handler looks at: one page table, and those above it. */
#define BUDGET (PTRS_PER_PTE + 8)

void mma_range_init(struct mma_range *r, enum mma_site site, enum mma_point point, u64 context,
		    const struct pt_regs *regs)
{
	mma_count_hit(point);
	r->site = site;
	r->point = point;
	r->context = context;
	r->f.ip = mma_return_address(regs);
	r->noted.begun = 0;
	r->noted.moved = false;
	r->known = 0;
	r->had = 0;
	r->protects = 0;
	r->folio = NULL;
	r->found = NULL;
	r->exempt = 0;
	r->ends = 0;
	r->f.quiet = 0;
	r->f.vma = NULL;
	r->all = false;
	r->fresh = false;
	r->counted = false;
	r->alone = false;
}

void mma_range_set(struct mma_range *r, struct vm_area_struct *vma, unsigned long addr,
		   unsigned long end)
{
	r->f.vma = vma;
	r->f.mm = vma->vm_mm;
	r->f.addr = addr;
	r->f.end = end;
	r->f.at.pte = NULL;
}

/* ---- for the history ---- */

static bool is_single(const struct mma_range *r)
{
	return r->f.end - r->f.addr == PAGE_SIZE;
}

/* What keeps the page tables here keeps them at return, too. */
noinline void mma_range_begin_note(struct mma_range *r, u64 takes, u64 sets)
{
	r->noted = (struct mma_noted){ .begun = mma_counter(), .takes = takes, .sets = sets };
	if (!is_single(r) || mma_shares_tables(r->f.vma))
		return;
	r->noted.quiet = mma_quiet_token(r->f.mm, r->context & MMA_F_LOCK_MM);
	r->noted.old = mma_peek(r->f.mm, r->f.addr, &r->noted.level);
}

/* What has become of an entry. OUT and BACK have the entry that names where its page was meanwhile. */
static enum mma_event_kind kind_of_change(u64 was, u64 is)
{
	if (was & MMA_F_PTE_PRESENT && is & MMA_F_PTE_SWAP)
		return MMA_EVENT_OUT;
	return was & MMA_F_PTE_SWAP && is & MMA_F_PTE_PRESENT ? MMA_EVENT_BACK : MMA_EVENT_ENTRY;
}

/*
 * The call holds the page-table lock for a part of its time only. If a mark has changed that is none of its business, it was
 * this call only if nothing else was at work on the mm: quiet.c.
 */
static bool may_be_others(const struct mma_range *r, u64 was, u64 is)
{
	const u64 marks = MMA_MARKS & ~(u64)(r->noted.takes | r->noted.sets), there = MMA_F_PTE_PRESENT | MMA_F_PTE_SWAP;
	struct mma_slot slot;
	bool quiet;

	if (r->alone || !((was ^ is) & marks) || !(was & there) || !(is & there))
		return false;
	if (!r->noted.locked && !mma_slot_trylock(&slot, r->f.mm, r->f.addr))
		return true;
	quiet = mma_quiet_held(r->f.mm, r->noted.quiet);
	if (!r->noted.locked)
		mma_slot_unlock(&slot);
	return !quiet;
}

static void note_single(const struct mma_range *r)
{
	u8 level;
	u64 raw = mma_peek(r->f.mm, r->f.addr, &level);
	u64 was = mma_entry_facts(r->noted.old, r->noted.level), is = mma_entry_facts(raw, level);
	enum mma_event_kind kind = kind_of_change(was, is);
	u64 beside;

	if (raw == r->noted.old)
		return;
	beside = may_be_others(r, was, is) ? MMA_EV_BESIDE : 0;
	mma_note(&(struct mma_note){
		.where = mma_where(r->f.addr, kind, level) | beside, .what = kind == MMA_EVENT_BACK ? r->noted.old : raw, .mm = r->f.mm,
		.change = mma_change(was, is, r->site), .ip = r->f.ip });
}

static void note_moved(const struct mma_range *r, const struct mma_note *n)
{
	mma_note_both(n, &(struct mma_note_more){ .where = r->noted.from, .what = r->f.end - r->f.addr, .mm = r->f.mm });
}

/* Before the entries are judged: a violation keeps what was noted until then. */
noinline void mma_range_note(struct mma_range *r)
{
	const bool moved = r->noted.moved;
	struct mma_note n = {
		.where = mma_where(r->f.addr, moved ? MMA_EVENT_MOVED : MMA_EVENT_RANGE, MMA_LEVEL_NONE), .mm = r->f.mm,
		.what = (r->f.end - r->f.addr) | mma_event_order(mma_counter() - r->noted.begun),
		.change = mma_change(r->noted.takes, r->noted.sets, r->site), .ip = r->f.ip,
	};

	if (moved)
		note_moved(r, &n);
	else if (is_single(r) && r->f.vma && !mma_shares_tables(r->f.vma))
		note_single(r);
	else
		mma_note(&n);
	r->noted.begun = 0;
}

static __always_inline void note_if_asked(struct mma_range *r)
{
	if (unlikely(r->noted.begun))
		mma_range_note(r);
}

/* ---- before ---- */

u64 mma_range_marks(const struct mma_range *r, unsigned int i)
{
	return (test_bit(i, r->uffd_wp) ? MMA_F_PTE_UFFD_WP : 0) |
	       (test_bit(i, r->soft_dirty) ? MMA_F_PTE_SOFT_DIRTY : 0);
}

void mma_range_mark(struct mma_range *r, unsigned int i, u64 f)
{
	__assign_bit(i, r->uffd_wp, !!(f & MMA_F_PTE_UFFD_WP));
	__assign_bit(i, r->soft_dirty, !!(f & MMA_F_PTE_SOFT_DIRTY));
}

/* Where a page is taken away, only its own entries must keep their marks, not those of other pages in between. */
static u64 facts_to_keep(const struct mma_range *r, u64 raw, u8 level)
{
	if (r->context & MMA_F_TAKEN && !mma_maps_folio(raw, level, r->folio))
		return 0;
	return mma_entry_facts(raw, level);
}

/*
 * Whether `protects` must mark this entry. A guard or poison needs no mark: whoever
 * touches it is killed. What is there when it has been taken away owes nothing to it.
 * Nor is a small page that is being migrated judged: MADV_FREE may have given it up
 * before, and then reclaim may drop it as soon as it is back.
 */
static bool is_mark_due(const struct mma_range *r, u64 raw, u8 level)
{
	if (mma_is_deadly(raw, level) || (level == MMA_LEVEL_PTE && mma_is_migration(raw, level)))
		return false;
	return mma_must_mark(mma_entry_facts(raw, level), r->protects);
}

/* Where r->protects is set, bit i of r->uffd_wp does not say what the entry had, but what it must have afterwards. */
static u64 marks_to_remember(const struct mma_range *r, u64 raw, u8 level)
{
	u64 f = facts_to_keep(r, raw, level);

	if (!r->protects)
		return f;
	return (f & MMA_F_PTE_SOFT_DIRTY) | (is_mark_due(r, raw, level) ? MMA_F_PTE_UFFD_WP : 0);
}

static noinline void remember_marks(struct mma_range *r)
{
	unsigned long addr = r->f.addr + MMA_OLDS * PAGE_SIZE;
	unsigned long end = min(r->f.end, r->f.addr + MMA_KNOWN * PAGE_SIZE);
	u8 level;
	u64 raw;

	for (; addr < end; addr += PAGE_SIZE) {
		raw = mma_peek(r->f.mm, addr, &level);
		if (level == MMA_LEVEL_PMD)
			break;
		mma_range_mark(r, r->known++, marks_to_remember(r, raw, level));
	}
}

void mma_range_remember(struct mma_range *r)
{
	unsigned long end = min(r->f.end, r->f.addr + MMA_OLDS * PAGE_SIZE);

	r->known = 0;
	if (mma_shares_tables(r->f.vma))
		return;
	if (r->context & MMA_F_KEEPS && !r->alone && mma_tracked(r->f.vma))
		r->f.quiet = r->fresh ? mma_quiet_fill_token(r->f.mm) : mma_quiet_token(r->f.mm, r->context & MMA_F_LOCK_MM);
	r->known = mma_peek_all(r->f.mm, r->f.addr, end, r->olds, &r->f.at);
	if (r->known == MMA_OLDS && r->context & (MMA_F_KEEPS | MMA_F_TAKEN | MMA_F_PROTECTS))
		remember_marks(r);
}

/* PTE_* facts of the i-th entry as it was before, if they matter; beyond the first MMA_OLDS only its marks are known. */
static u64 facts_known(const struct mma_range *r, unsigned long i, u8 level)
{
	if (i >= r->known || r->fresh)
		return 0;
	if (i < MMA_OLDS)
		return mma_entry_facts(r->olds[i], level);
	return mma_range_marks(r, i) & (r->protects ? MMA_F_PTE_SOFT_DIRTY : MMA_MARKS);
}

/* Whether this path had to mark the i-th entry. What an entry of anonymous memory was must be known for that. */
static bool had_to_mark(const struct mma_range *r, unsigned long i, u8 level)
{
	const u64 file = MMA_F_VMA_ANON | MMA_F_VMA_UFFD_HOLES;

	if (i >= r->known)
		return (r->protects & file) == MMA_F_VMA_UFFD_HOLES;
	return i < MMA_OLDS ? is_mark_due(r, r->olds[i], level) : test_bit(i, r->uffd_wp);
}

static bool is_mark_missing(const struct mma_range *r, unsigned long i, u64 raw, u8 level)
{
	return r->protects && !(mma_entry_facts(raw, level) & MMA_F_PTE_UFFD_WP) &&
	       had_to_mark(r, i, level) && !mma_is_deadly(raw, level);
}

/* Most entries that were to be protected are, and their marks are right. */
static bool is_protected(const struct mma_range *r, u64 before, u64 now)
{
	return r->protects && now & MMA_F_PTE_UFFD_WP && !mma_facts_writable(now) &&
	       !(before & ~now & MMA_MARKS) && !mma_check_mark(now | r->protects) && !READ_ONCE(mma_decisions);
}

/*
 * r->context without what cannot be demanded of marks that are gone. Unless
 * mmap_lock is held for writing, others may have cleared them, also of entries that
 * were moved here; and the page may be another, unless its folio is locked.
 */
static u64 context_of_loss(const struct mma_range *r, const struct vm_area_struct *vma, u64 lost)
{
	const u64 said = r->context & (MMA_F_KEEPS | MMA_F_MOVED | MMA_F_PROTECTS);

	if (!said || !(lost & MMA_MARKS))
		return r->context;
	if (!r->alone && !mma_quiet_keeps(r->f.mm, r->f.quiet, mma_tracked(vma) ? lost : 0))
		return r->context & ~said;
	return r->context | (said & MMA_F_KEEPS && (r->alone || r->folio) ? MMA_F_STAYED : 0);
}

/* An entry that is moved becomes soft-dirty, whatever it was. */
static u64 marks_to_get(const struct mma_range *r)
{
	return r->context & MMA_F_MOVED ? MMA_F_PTE_SOFT_DIRTY : 0;
}

/*
 * The huge entry that collapse makes must keep the marks of all small ones. A small
 * one must keep its own, whether collapse has refused or has made a folio of some of
 * them: mm/khugepaged.c:1433 (7.2).
 */
static u64 marks_to_keep(const struct mma_range *r, unsigned long i, u8 level)
{
	if (r->point != MMA_POINT_COLLAPSE || level == MMA_LEVEL_PMD || !r->had)
		return r->had;
	return mma_range_marks(r, i);
}

static void judge_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level,
			void *arg)
{
	const struct mma_range *r = arg;
	unsigned long i = (max(addr, r->f.addr) - r->f.addr) >> PAGE_SHIFT;
	bool known = i < r->known && i < MMA_OLDS;
	struct mma_hit hit = {
		.site = r->site, .point = r->point, .level = level, .addr = addr,
		.ip = r->f.ip, .old = known ? r->olds[i] : 0, .new = raw, .exempt = r->exempt,
		.flags = known ? MMA_DEC_OLD_LOCKLESS : MMA_DEC_OLD_UNKNOWN,
	};
	u64 before = facts_known(r, i, level);
	u64 now = mma_entry_facts(raw, level);
	bool missing = is_mark_missing(r, i, raw, level);
	u64 context;
	u32 broken;

	hit.before = before | marks_to_keep(r, i, level);
	if (!(now & MMA_F_PTE_PRESENT) && !missing)
		return;
	if (is_protected(r, hit.before, now)) {
		mma_count_many(r->site, MMA_DENIALS, !!(now & MMA_F_PTE_PRESENT));
		return;
	}
	if (r->folio && !mma_maps_folio(raw, level, r->folio))
		return;
	/* Writable before, and no mark is lost: this function has granted nothing. */
	if (mma_facts_writable(before) && !r->all && !(hit.before & ~now & MMA_MARKS))
		return;
	/* Migration restores only what it took away. */
	if (r->point == MMA_POINT_MIGRATE && known && !(before & MMA_F_PTE_SWAP))
		return;
	if (!mma_facts_writable(now))
		hit.verdict = MMA_DENIED;
	else
		hit.verdict = known && !mma_facts_writable(before) ? MMA_GRANTED : MMA_WRITABLE;
	if (hit.verdict == MMA_DENIED && mma_count_denial(r->site, r->context, now))
		return;
	context = context_of_loss(r, vma, ((hit.before | marks_to_get(r)) & ~now) | (missing ? MMA_F_PTE_UFFD_WP : 0));
	mma_facts(&hit, vma, (missing ? context : context & ~MMA_F_PROTECTS) | MMA_F_LOCK_PTL |
		  (hit.verdict == MMA_GRANTED ? MMA_F_AT_GRANT : 0));
	hit.facts &= ~r->ends;
	if (r->protects & ~hit.facts & MMA_F_VMA_UFFD_HOLES)	/* a guard may have come and gone: mma_uffd_holes() */
		hit.facts &= ~MMA_F_PROTECTS;
	broken = mma_decide(&hit);
	if (unlikely(broken))
		mma_batch_add(r->found, &hit, broken);
}

/*
 * Whether the sieve may be used: it knows only what is in an entry itself, and
 * nothing that this path demands besides. Moved entries must be soft-dirty only where
 * somebody relies on that: mma_keeps_soft_dirty() of rule.h.
 */
static bool may_sift(const struct mma_range *r)
{
	return !r->folio && !r->had && !r->protects && !READ_ONCE(mma_decisions) &&
	       !(r->context & (MMA_F_NEED_PAGE_LOCK | MMA_F_NEED_PTE_DIRTY)) &&
	       !(r->context & MMA_F_MOVED && mma_tracked(r->f.vma));
}

static __always_inline void count_sifted(const struct mma_range *r, u64 granted, u64 readonly)
{
	mma_count_many(r->site, MMA_GRANTS, granted);
	mma_count_many(r->site, MMA_DENIALS, readonly);
}

/*
 * The first entries, up to end, are known: counts them if all are sound for sure,
 * which needs no lock. Most ranges have no others.
 */
static bool count_sound(const struct mma_range *r, unsigned long end)
{
	s64 counts;

	/* If no entry was read before, r->f.at may not be set either. */
	if (!r->known || !(r->context & MMA_F_LOCK_MM) || (r->f.addr ^ (end - 1)) & PMD_MASK)
		return false;
	counts = mma_glance_all(r->f.vma, &r->f.at, r->olds, (end - r->f.addr) >> PAGE_SHIFT);
	if (counts < 0)
		return false;
	count_sifted(r, counts >> 32, (u32)counts);
	return true;
}

/* From at on. Entries known from before are all judged, because the sieve does not know what they had; others are sieved. */
static noinline unsigned long judge_suspicious(struct mma_range *r, unsigned long at)
{
	struct vm_area_struct *vma = r->f.vma;
	const struct mma_sieve sieve = mma_sieve_of(vma);
	unsigned long known = r->f.addr + r->known * PAGE_SIZE;
	struct mma_walk w = { .fn = judge_entry, .arg = r, .budget = BUDGET };

	at = mma_walk(vma, at, known, &w);
	w.sieve = &sieve;
	if (at >= known)
		at = mma_walk(vma, at, r->f.end, &w);
	count_sifted(r, w.granted, w.readonly);
	return at;
}

static noinline unsigned long judge_each(struct mma_range *r)
{
	struct mma_walk w = { .fn = judge_entry, .arg = r, .budget = BUDGET, .holes = r->protects };

	return mma_walk(r->f.vma, r->f.addr, r->f.end, &w);
}

/* Reports what was wrong after the page-table locks are dropped. */
static noinline unsigned long judge_and_report(struct mma_range *r, unsigned long at, bool each)
{
	struct mma_batch own;

	own.nr = 0;
	r->found = &own;
	at = each ? judge_each(r) : judge_suspicious(r, at);
	r->found = NULL;
	mma_report_batch(&own);
	return at;
}

static unsigned long judge_from(struct mma_range *r, unsigned long at, bool each)
{
	if (!r->found)
		return judge_and_report(r, at, each);
	return each ? judge_each(r) : judge_suspicious(r, at);
}

static unsigned long judge_range(struct mma_range *r)
{
	unsigned long at = r->f.addr + min_t(unsigned int, r->known, MMA_OLDS) * PAGE_SIZE;

	if (!may_sift(r))
		return judge_from(r, at, true);
	if (!count_sound(r, at))
		at = r->f.addr;
	return at < r->f.end ? judge_from(r, at, false) : at;
}

/*
 * What is too much for a probe, or locked by others, is judged later by confirm.c.
 * More than a page table's worth only if the process is audited, for one call may
 * move gigabytes.
 */
static noinline void queue_rest(struct mma_range *r, unsigned long addr, unsigned long end)
{
	struct mma_hit rest = {
		.site = r->site, .point = r->point, .mm = r->f.mm, .ip = r->f.ip,
		.addr = addr, .flags = MMA_DEC_OLD_UNKNOWN, .exempt = r->exempt,
	};

	if (end - r->f.addr <= PMD_SIZE || mma_is_audited(&rest)) {
		mma_queue_suspect(&rest, end);
		return;
	}
	mma_count_event(MMA_SUSPECTS);
	mma_count_event(MMA_SKIPPED);
}

static void judge_now(struct mma_range *r)
{
	unsigned long at = r->f.addr;

	if (!mma_shares_tables(r->f.vma))
		at = judge_range(r);
	if (at < r->f.end)
		queue_rest(r, at, r->f.end);
}

/* Paths that hold only the rmap lock: verdicts are final if mmap_lock can be had, too; else they are suspects for confirm.c. */
void mma_range_judge(struct mma_range *r)
{
	bool locked = !(r->context & MMA_F_LOCK_MM) && mma_mm_trylock(r->f.mm);

	note_if_asked(r);
	if (locked)
		r->context |= MMA_F_LOCK_MM;
	judge_now(r);
	if (!locked)
		return;
	r->context &= ~MMA_F_LOCK_MM;
	mma_mm_unlock(r->f.mm);
}

void mma_range_judge_locked(struct mma_range *r)
{
	struct mma_batch own;
	u8 level;
	u64 raw = mma_peek(r->f.mm, r->f.addr, &level);

	r->noted.locked = true;
	note_if_asked(r);
	own.nr = 0;
	r->found = &own;
	judge_entry(r->f.vma, r->f.addr, raw, level, r);
	r->found = NULL;
	mma_report_batch_locked(&own);
}

/* A collapse that has come to something. mmap_lock is held. */
static void note_if_huge(struct mma_range *r)
{
	u8 level;

	if (likely(!r->noted.begun))
		return;
	mma_peek(r->f.mm, r->f.addr, &level);
	if (level == MMA_LEVEL_PMD)
		mma_range_note(r);
}

/* Judges the first mapping only; what lies beyond it, or is locked by others, is judged later. */
void mma_range_judge_unlocked(struct mma_range *r)
{
	unsigned long end = r->f.end;

	if (r->point != MMA_POINT_COLLAPSE)
		note_if_asked(r);
	if (!mma_mm_trylock(r->f.mm)) {
		queue_rest(r, r->f.addr, end);
		return;
	}
	r->f.vma = mma_find_vma(r->f.mm, r->f.addr);
	if (r->f.vma) {
		note_if_huge(r);
		r->context |= MMA_F_LOCK_MM;
		r->f.end = min(end, mma_vma_end(r->f.vma));
		judge_now(r);
	}
	mma_mm_unlock(r->f.mm);
	if (r->f.vma && r->f.end < end)
		queue_rest(r, r->f.end, end);
}

int mma_range_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_judge((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(mma_range_return);

/*
 * A call that fails leaves nothing mapped: remap_pfn_range_notrack() mm/memory.c:2692,
 * mfill_atomic_install_pte() mm/userfaultfd.c:172 (6.12).
 */
int mma_range_return_if_done(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (!mma_returned_int(regs))
		mma_range_judge((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(mma_range_return_if_done);

int mma_range_return_unlocked(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_judge_unlocked((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(mma_range_return_unlocked);
