// SPDX-License-Identifier: GPL-2.0
/* site_prot.c - handlers of protection changes: mprotect, NUMA hinting, userfaultfd, clear_refs, PAGEMAP_SCAN. */
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>
#include <uapi/linux/fs.h>

#include "facts.h"
#include "flush.h"
#include "judge.h"
#include "quiet.h"
#include "range.h"
#include "record.h"
#include "site.h"
#include "walk.h"

static enum mma_site site_of_prot(u32 cp_flags)
{
	if (cp_flags & MM_CP_PROT_NUMA)
		return MMA_SITE_NUMA;
	if (cp_flags & (MM_CP_UFFD_WP | MM_CP_UFFD_RWP))
		return MMA_SITE_UFFD_WP;
	return cp_flags & (MM_CP_UFFD_WP_RESOLVE | MM_CP_UFFD_RWP_RESOLVE) ?
	       MMA_SITE_UFFD_UNWP : MMA_SITE_MPROTECT;
}

/*
 * All marks stay except the one that is resolved. mprotect() holds mmap_lock for
 * writing, userfaultfd for reading: mwriteprotect_range() mm/userfaultfd.c:758 (6.1).
 */
static void set_marks_to_keep(struct mma_range *r)
{
	r->context |= MMA_F_KEEPS;
	r->alone = r->site == MMA_SITE_MPROTECT;
	if (r->site == MMA_SITE_UFFD_UNWP)
		r->exempt = 1U << MMA_RULE_LOST_UFFD_WP;
}

struct prot {
	struct mma_range r;
	struct mma_gather *tlb;		/* will flush later; NULL: change_protection() must have flushed */
	u64 flushes;			/* mma_flushes() before */
};

/* ---- rights taken away, and the flush that must follow ---- */

static bool will_flush(const struct prot *p, unsigned long from, unsigned long to)
{
	return p->tlb && p->tlb->start <= from && to <= p->tlb->end;
}

static unsigned int nr_olds(const struct mma_range *r)
{
	return min_t(unsigned int, r->known, MMA_OLDS);
}

/* False in most calls. An mprotect() that leaves VM_WRITE takes write bits away only to give them back. */
static bool may_owe_flush(const struct prot *p)
{
	const struct mma_range *r = &p->r;

	if (r->site == MMA_SITE_MPROTECT ? r->f.vma->vm_flags & VM_WRITE : r->site != MMA_SITE_UFFD_WP)
		return false;
	return r->known && !will_flush(p, r->f.addr, r->f.addr + nr_olds(r) * PAGE_SIZE) &&
	       mma_flushes(r->f.mm) == p->flushes && MMA_COUNTS_FLUSHES && mma_counts_unmaps();
}

/* Whether the i-th entry could be written by, and will not be flushed. Most entries need no look under their lock. */
static bool may_be_stale(const struct prot *p, unsigned int i)
{
	unsigned long addr = p->r.f.addr + i * PAGE_SIZE;
	u64 old = p->r.olds[i];

	return mma_raw_present(old) && mma_raw_write(old) && !will_flush(p, addr, addr + PAGE_SIZE);
}

static bool lost_write_bit(u64 old, u64 now, unsigned long addr)
{
	return mma_raw_mapped(now) && !mma_raw_write(now) && mma_same_page(old, MMA_LEVEL_PTE, now, MMA_LEVEL_PTE, addr);
}

/* mprotect() holds mmap_lock for writing, so nobody else takes rights away who flushes later. */
static bool others_may_owe(const struct mma_range *r)
{
	return r->site != MMA_SITE_MPROTECT && !mma_quiet_keeps(r->f.mm, r->f.quiet, MMA_F_PTE_UFFD_WP);
}

/* The page-table lock keeps the page. */
static void add_unflushed(const struct mma_range *r, struct mma_hit *hit, struct mma_batch *found)
{
	u32 broken;

	mma_facts(hit, r->f.vma, MMA_F_LOCK_MM | MMA_F_LOCK_PTL | MMA_F_NOT_FLUSHED);
	broken = mma_decide(hit);
	if (broken)
		mma_batch_add(found, hit, broken);
}

static void judge_unflushed(struct prot *p, unsigned int i, struct mma_batch *found)
{
	const struct mma_range *r = &p->r;
	struct mma_hit hit = {
		.site = r->site, .point = r->point, .verdict = MMA_WRITABLE, .flags = MMA_DEC_OLD_LOCKLESS,
		.addr = r->f.addr + i * PAGE_SIZE, .ip = r->f.ip, .old = r->olds[i],
	};
	struct mma_slot slot;

	if (!mma_slot_trylock(&slot, r->f.mm, hit.addr)) {
		mma_count_event(MMA_UNSURE);
		return;
	}
	hit.new = slot.raw;
	hit.level = slot.level;
	/* If writeback took the bit, or migration, it flushed before it let the page-table lock go. */
	if (hit.level == MMA_LEVEL_PTE && lost_write_bit(hit.old, hit.new, hit.addr) &&
	    mma_flushes(r->f.mm) == p->flushes && !others_may_owe(r))
		add_unflushed(r, &hit, found);
	mma_slot_unlock(&slot);
}

/*
 * What lost its write bit in this call must be in the range that the caller's gather will
 * flush: tlb_flush_pte_range() mm/mprotect.c:202 (6.1), :197 (6.12), :138 (7.2). Unless it
 * was flushed already: by the gather, by change_protection() itself before 5.19, or by
 * writeback, reclaim or migration, which flush before they let the page-table lock go.
 */
static noinline void judge_flush(struct prot *p)
{
	struct mma_range *r = &p->r;
	struct mma_batch found;
	unsigned int i;

	if (mma_shares_tables(r->f.vma))
		return;
	found.nr = 0;
	for (i = 0; i < nr_olds(r); i++)
		if (may_be_stale(p, i))
			judge_unflushed(p, i, &found);
	mma_report_batch(&found);
}

/* All entries of r->f.vma must be marked. mmap_lock is held, for its userfaultfd context. */
static void set_marks_to_set(struct mma_range *r)
{
	r->context |= MMA_F_PROTECTS;
	r->protects = mma_vma_facts(r->f.vma);
}

/* The gather of hugetlb_change_protection() is inside of its caller's, which is noted again at return. */
static bool ends_own_gather(const struct prot *p)
{
	return MMA_HUGETLB_GATHERS && p->tlb && is_vm_hugetlb_page(p->r.f.vma);
}

/* UFFDIO_COPY may overwrite a marker. If that is not seen, nothing counts as quiet. */
static u32 hugetlb_token(const struct prot *p)
{
	if (!mma_point_on(MMA_POINT_HUGETLB_FILL) && !mma_point_on(MMA_POINT_HUGETLB_COPY))
		return 0;
	return ends_own_gather(p) ? mma_quiet_expect_end(p->r.f.quiet) : p->r.f.quiet;
}

/* What it does to present entries; write faults may have taken some back by its end. */
static noinline void note_prot(struct mma_range *r)
{
	const unsigned long flags = r->f.vma->vm_flags;
	u64 takes = flags & VM_WRITE ? 0 : MMA_F_PTE_WRITE, sets = flags & VM_WRITE ? MMA_F_PTE_WRITE : 0;

	if (r->site == MMA_SITE_UFFD_WP)
		mma_range_begin_note(r, MMA_F_PTE_WRITE, MMA_F_PTE_UFFD_WP);
	else if (r->site == MMA_SITE_UFFD_UNWP)
		mma_range_begin_note(r, MMA_F_PTE_UFFD_WP, sets);
	else if (r->site == MMA_SITE_NUMA || !(flags & VM_ACCESS_FLAGS))
		mma_range_begin_note(r, MMA_F_PTE_WRITE, MMA_F_PTE_PROTNONE);
	else
		mma_range_begin_note(r, takes | MMA_F_PTE_PROTNONE, sets);
}

/* change_protection([tlb,] vma, start, end, ...): mmap_lock is held throughout, no page-table lock. */
static int prot_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct prot *p = (void *)ri->data;
	struct mma_range *r = &p->r;
	struct vm_area_struct *vma = (void *)mma_arg(regs, MMA_PROT_VMA_ARG);
	u32 cp_flags = mma_arg(regs, MMA_PROT_CP_FLAGS_ARG);
	bool tracked = mma_tracked(vma);

	mma_range_init(r, site_of_prot(cp_flags),
		       MMA_POINT_PROT, MMA_F_LOCK_MM, regs);
	/* NUMA hinting makes PROT_NONE entries, which no rule calls writable: only marks can be lost. */
	if (cp_flags & MM_CP_PROT_NUMA && !tracked)
		return 1;
	if (!MMA_PROT_GATHERS)		/* before 5.19: 4a18419f71cd */
		mma_quiet_begin(vma->vm_mm);
	mma_range_set(r, vma, mma_arg(regs, MMA_PROT_VMA_ARG + 1),
		      mma_arg(regs, MMA_PROT_VMA_ARG + 2));
	if (mma_noting(vma))
		note_prot(r);
	if (tracked)
		set_marks_to_keep(r);
	p->tlb = MMA_PROT_GATHERS ? (void *)mma_arg(regs, 0) : NULL;
	if (p->tlb && r->site == MMA_SITE_UFFD_WP)
		mma_flush_begin(r->f.mm, p->tlb, r->f.addr, r->f.end);
	p->flushes = mma_flushes(r->f.mm);
	if (r->site == MMA_SITE_UFFD_WP)
		set_marks_to_set(r);
	if (cp_flags & MM_CP_UFFD_RWP)
		mma_quiet_protects(r->f.mm, true);
	mma_range_remember(r);
	if (is_vm_hugetlb_page(r->f.vma))
		r->f.quiet = hugetlb_token(p);
	r->all = r->site != MMA_SITE_NUMA;	/* also what was writable and should not be any more */
	return 0;
}
NOKPROBE_SYMBOL(prot_enter);

static int prot_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct prot *p = (void *)ri->data;
	struct mma_range *r = &p->r;

	if (may_owe_flush(p))
		judge_flush(p);
	if (VM_UFFD_RWP && r->protects)
		mma_quiet_protects(r->f.mm, false);
	if (MMA_PROT_FAILS && (long)regs_return_value(regs) < 0)
		r->protects = 0;	/* it has stopped half-way, and says so */
	if (ends_own_gather(p))
		mma_quiet_gather_again(r->f.mm, p->tlb);
	mma_range_judge(r);
	if (!MMA_PROT_GATHERS)
		mma_quiet_end(r->f.mm);
	return 0;
}
NOKPROBE_SYMBOL(prot_return);

struct mma_probe mma_probe_PROT = { MMA_WRAPPED(PROT, struct prot), .rp = {
	.entry_handler = prot_enter, .handler = prot_return,
	.data_size = sizeof(struct prot), .maxactive = 256 } };

/* clear_refs_test_walk(start, end, walk): called for each mapping before it is walked; mmap_lock is held for writing. */
static void clear_refs_enter(const struct pt_regs *regs)
{
	const struct mm_walk *walk = (void *)mma_arg(regs, 2);

	mma_count_hit(MMA_POINT_CLEAR_REFS);
	mma_quiet_count(walk->mm);
}
NOKPROBE_SYMBOL(clear_refs_enter);

MMA_ENTRY_PROBE(clear_refs_enter) mma_probe_CLEAR_REFS = { MMA_ENTRY(clear_refs_enter) };

/*
 * Facts of the entry if it is huge and its page is pinned, else 0. Such an entry
 * must stay soft-dirty and writable, because a device may write to the page at any
 * time, unless it was read-only: pte_is_pinned(), fs/proc/task_mmu.c:1087 (6.1).
 */
static u64 facts_of_pinned_huge(const struct mma_range *r)
{
	struct mma_slot slot;
	u64 f = 0;

	if (!mma_ever_pinned(r->f.mm))
		return 0;
	if (!mma_slot_trylock(&slot, r->f.mm, r->f.addr)) {
		mma_count_event(MMA_UNSURE);
		return 0;
	}
	if (slot.level == MMA_LEVEL_PMD && mma_maps_pinned(slot.raw, slot.level))
		f = mma_entry_facts(slot.raw, slot.level);
	mma_slot_unlock(&slot);
	return f;
}

/* clear_refs_pte_range(pmd, addr, end, walk): mmap_lock is held for writing. */
static int clear_range_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct mm_walk *walk = (void *)mma_arg(regs, 3);
	u64 f;

	mma_range_init(r, MMA_SITE_CLEAR_REFS, MMA_POINT_CLEAR_RANGE, MMA_F_LOCK_MM, regs);
	mma_range_set(r, walk->vma, mma_arg(regs, 1),
		      mma_arg(regs, 2));
	mma_range_will_note(r, MMA_F_PTE_SOFT_DIRTY | MMA_F_PTE_WRITE, 0);
	f = facts_of_pinned_huge(r);
	r->had = mma_facts_writable(f) ? f & MMA_F_PTE_SOFT_DIRTY : 0;
	r->all = r->alone = true;
	return 0;
}
NOKPROBE_SYMBOL(clear_range_enter);

static int clear_range_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	if (r->had && facts_of_pinned_huge(r))	/* pinned before and after, so in between, too */
		r->context |= MMA_F_KEEPS;
	mma_range_judge(r);
	return 0;
}
NOKPROBE_SYMBOL(clear_range_return);

struct mma_probe mma_probe_CLEAR_RANGE =
	MMA_RANGE_PROBE(clear_range_enter, clear_range_return, 64);

struct mma_scan {
	struct mma_range r;
	const struct mm_walk *walk;
};

#define MMA_SCAN_PROBE(enter) {						\
	.rp = { .entry_handler = enter, .handler = scan_return,		\
		.data_size = sizeof(struct mma_scan), .maxactive = 64 } }

/*
 * Whether PAGEMAP_SCAN write-protects what it meets; it may as well only look. The
 * argument begins the caller's struct pagemap_scan_private, on its stack, which no header
 * shows; its size, which the caller has tested, says that it is there.
 */
static bool scan_protects(const struct mm_walk *walk)
{
#ifdef PM_SCAN_WP_MATCHING
	const struct pm_scan_arg *arg = walk->private;

	return arg->size == sizeof(*arg) && arg->flags & PM_SCAN_WP_MATCHING;
#else
	return false;
#endif
}

/* Whether that is all that is not protected yet: no filter but `written` passes anything over. */
static bool scans_all(const struct mm_walk *walk, bool written)
{
#ifdef PM_SCAN_WP_MATCHING
	const u64 mask = PAGE_IS_WPALLOWED | (written ? PAGE_IS_WRITTEN : 0);
	const struct pm_scan_arg *arg = walk->private;

	return scan_protects(walk) && !arg->category_inverted && !arg->category_anyof_mask && !(arg->category_mask & ~mask);
#else
	return false;
#endif
}

/* mmap_lock is held. True: nothing can be protected here. */
static bool init_scan(struct mma_scan *s, enum mma_point point, const struct mm_walk *walk,
		      unsigned long start, unsigned long end, const struct pt_regs *regs)
{
	mma_range_init(&s->r, MMA_SITE_UFFD_WP, point, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	if (!(walk->vma->vm_flags & VM_UFFD_WP))
		return true;
	mma_range_set(&s->r, walk->vma, start, end);
	if (scan_protects(walk))
		mma_range_will_note(&s->r, MMA_F_PTE_WRITE, MMA_F_PTE_UFFD_WP);
	s->r.all = true;		/* also what was writable and should not be any more */
	s->walk = walk;
	return false;
}

/* It did nothing if it wants to be called again, and not all if its buffer was full. */
static int scan_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_scan *s = (void *)ri->data;

	if (mma_returned_int(regs) || s->walk->action == ACTION_AGAIN)
		s->r.protects = 0;
	if (s->walk->action == ACTION_AGAIN)
		s->r.noted.begun = 0;
	mma_range_judge(&s->r);
	return 0;
}
NOKPROBE_SYMBOL(scan_return);

/* pagemap_scan_pmd_entry(pmd, start, end, walk): it write-protects for PM_SCAN_WP_MATCHING (6.7). */
static int scan_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct mm_walk *walk = (void *)mma_arg(regs, 3);
	struct mma_scan *s = (void *)ri->data;

	if (init_scan(s, MMA_POINT_SCAN, walk, mma_arg(regs, 1), mma_arg(regs, 2), regs))
		return 1;
	if (scans_all(walk, true))
		set_marks_to_set(&s->r);
	mma_range_remember(&s->r);
	return 0;
}
NOKPROBE_SYMBOL(scan_enter);

struct mma_probe mma_probe_SCAN = MMA_SCAN_PROBE(scan_enter);

/*
 * pagemap_scan_hugetlb_entry(ptep, hmask, start, end, walk). An empty entry does not
 * count as written and is passed over: pagemap_hugetlb_category().
 */
static int scan_hugetlb_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_scan *s = (void *)ri->data;

	if (init_scan(s, MMA_POINT_SCAN_HUGETLB, (void *)mma_arg(regs, 4), mma_arg(regs, 2), mma_arg(regs, 3), regs))
		return 1;
	mma_range_remember(&s->r);
	return 0;
}
NOKPROBE_SYMBOL(scan_hugetlb_enter);

struct mma_probe mma_probe_SCAN_HUGETLB = MMA_SCAN_PROBE(scan_hugetlb_enter);

/*
 * pagemap_scan_pte_hole(start, end, depth, walk), where there is no table. What is not
 * hugetlb is protected by change_protection().
 */
static int scan_hole_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct mm_walk *walk = (void *)mma_arg(regs, 3);
	struct mma_scan *s = (void *)ri->data;

	if (!walk->vma || !is_vm_hugetlb_page(walk->vma) || !scans_all(walk, false))
		return 1;
	if (init_scan(s, MMA_POINT_SCAN_HOLE, walk, mma_arg(regs, 0), mma_arg(regs, 1), regs))
		return 1;
	set_marks_to_set(&s->r);
	mma_range_remember(&s->r);
	return 0;
}
NOKPROBE_SYMBOL(scan_hole_enter);

struct mma_probe mma_probe_SCAN_HOLE = MMA_SCAN_PROBE(scan_hole_enter);

/* can_change_pte_writable(vma, addr, pte): page-table lock and mmap_lock or vma lock are held. */
static int can_change_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_frame *fr = (void *)ri->data;

	mma_count_hit(MMA_POINT_CAN_CHANGE);
	fr->vma = (void *)mma_arg(regs, 0);
	fr->addr = mma_arg(regs, 1) & PAGE_MASK;
	fr->old = mma_arg(regs, 2);
	fr->ip = mma_return_address(regs);
	return 0;
}
NOKPROBE_SYMBOL(can_change_enter);

static int can_change_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_frame *fr = (void *)ri->data;
	bool yes = mma_returned_bool(regs);
	struct mma_hit hit = {
		.site = MMA_SITE_MPROTECT, .point = MMA_POINT_CAN_CHANGE, .level = MMA_LEVEL_PTE,
		.verdict = yes ? MMA_GRANTED : MMA_DENIED,
		.addr = fr->addr, .ip = fr->ip, .old = fr->old,
	};

	/* The caller's point, change_protection() or the fault, shows the entry this grants. */
	if (yes && mma_point_on(MMA_POINT_PROT) && mma_point_on(MMA_POINT_FAULT))
		return 0;
	hit.new = yes ? mma_raw_mkrw(fr->old) : fr->old;
	mma_facts(&hit, fr->vma, MMA_F_LOCK_PTL | MMA_F_LOCK_MM | (yes ? MMA_F_AT_GRANT : 0));
	mma_judge(&hit);
	return 0;
}
NOKPROBE_SYMBOL(can_change_return);

struct mma_probe mma_probe_CAN_CHANGE = { .rp = {
	.entry_handler = can_change_enter, .handler = can_change_return,
	.data_size = sizeof(struct mma_frame), .maxactive = 256 } };
