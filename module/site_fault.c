// SPDX-License-Identifier: GPL-2.0
/* site_fault.c - handlers of page faults: upgrade in place, copy, first touch, swap-in, NUMA hinting, hugetlb. */
#include <linux/hugetlb.h>
#include <linux/mm.h>

#include "flush.h"
#include "history.h"
#include "judge.h"
#include "quiet.h"
#include "range.h"
#include "record.h"
#include "site.h"
#include "suspect.h"
#include "walk.h"

#define FAULT_LOCKS	(MMA_F_LOCK_PTL | MMA_F_LOCK_MM)

static bool is_writable(u64 raw, u8 level)
{
	return mma_facts_writable(mma_entry_facts(raw, level));
}

/* ---- for the history ---- */

static noinline void note_huge_upgrade(const struct vm_area_struct *vma, const struct mma_hit *hit)
{
	mma_note_fast(vma->vm_mm, mma_where(hit->addr, MMA_EVENT_ENTRY, hit->level), hit->new,
		      mma_change(mma_entry_facts(hit->old, hit->level), mma_entry_facts(hit->new, hit->level), hit->site), hit->ip);
}

/* ptep_set_access_flags(vma, addr, ptep, entry, dirty) */
static noinline void note_upgrade(const struct pt_regs *regs)
{
	const struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	u64 old = *(u64 *)mma_arg(regs, 2), new = mma_raw_upgraded(old, mma_arg(regs, 3));

	if (mma_raw_present(old) && mma_raw_present(new))
		mma_note_pte(vma->vm_mm, mma_arg(regs, 1), MMA_SITE_WP_REUSE, old, new, mma_return_address(regs));
}

/* There was nothing before. */
static noinline void note_touch(const struct mma_frame *fr, enum mma_site site, u64 now)
{
	mma_note_pte(fr->mm, fr->addr, site, 0, now, fr->ip);
}

/* Both are present to the CPU. */
static noinline void note_write(const struct mma_frame *fr, enum mma_site site, u64 now)
{
	mma_note_pte(fr->mm, fr->addr, site, fr->old, now, fr->ip);
}

/* Whatever a fault has made of the entry that fr->old was. */
static noinline void note_fault(const struct mma_frame *fr, enum mma_site site, u64 now, u8 level)
{
	u64 was = mma_entry_facts(fr->old, fr->at.level);
	bool back = was & MMA_F_PTE_SWAP;

	mma_note_fast(fr->mm, mma_where(fr->addr, back ? MMA_EVENT_BACK : MMA_EVENT_ENTRY, level), back ? fr->old : now,
		      mma_change(was, mma_entry_facts(now, level), site), fr->ip);
}

/* ---- upgrades ---- */

/* Returns the rules that are broken; the caller reports them after it has dropped the page-table lock. */
static u32 decide_result(struct mma_hit *hit, struct vm_area_struct *vma, u64 context)
{
	u64 now = mma_entry_facts(hit->new, hit->level);
	bool w = mma_facts_writable(now);

	hit->verdict = w ? MMA_GRANTED : MMA_DENIED;
	if (!w && mma_count_denial(hit->site, context, now))
		return 0;
	mma_facts(hit, vma, context | FAULT_LOCKS | (w ? MMA_F_AT_GRANT : 0));
	return mma_decide(hit);
}

/*
 * Part of ptep_set_access_flags(), below. finish_mkwrite_fault() holds the page
 * lock after page_mkwrite(), but not after pfn_mkwrite(); wp_page_shared() of a
 * mapping that has neither locks the page only afterwards: mm/memory.c:3307, :3341,
 * :3373 (6.1).
 */
static void judge_upgrade(struct mma_hit *hit, struct vm_area_struct *vma)
{
	u64 f;

	hit->before = mma_entry_facts(hit->old, hit->level);
	mma_facts(hit, vma, FAULT_LOCKS | MMA_F_AT_GRANT | MMA_F_KEEPS);
	f = hit->facts;
	if ((f & MMA_F_VMA_SHARED) && (f & (MMA_F_VMA_PAGE_MKWRITE | MMA_F_VMA_PFN_MKWRITE)))
		hit->site = MMA_SITE_MKWRITE;
	if (mma_all(f, MMA_F_VMA_SHARED | MMA_F_VMA_PAGE_MKWRITE | MMA_F_PAGE) &&
	    !(f & MMA_F_VMA_DAX))
		hit->facts |= MMA_F_NEED_PAGE_LOCK;
	mma_judge(hit);
}

static noinline void judge_upgrade_args(const struct pt_regs *regs)
{
	u64 old = *(u64 *)mma_arg(regs, 2);
	struct mma_hit hit = {
		.site = MMA_SITE_WP_REUSE, .point = MMA_POINT_UPGRADE,
		.verdict = MMA_GRANTED, .level = MMA_LEVEL_PTE,
		.addr = mma_arg(regs, 1) & PAGE_MASK,
		.old = old,
		.new = mma_raw_upgraded(old, mma_arg(regs, 3)),
		.ip = mma_return_address(regs),
	};

	judge_upgrade(&hit, (void *)mma_arg(regs, 0));
}

/* pmdp_set_access_flags(vma, addr, pmdp, entry, dirty): as below, of a huge entry. */
static void upgrade_pmd_enter(const struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	u64 old = *(u64 *)mma_arg(regs, 2);
	struct mma_hit hit = {
		.site = MMA_SITE_WP_REUSE_PMD, .point = MMA_POINT_UPGRADE_PMD,
		.level = MMA_LEVEL_PMD,
		.addr = mma_arg(regs, 1) & PMD_MASK,
		.old = old,
		.new = mma_raw_upgraded(old, mma_arg(regs, 3)),
		.ip = mma_return_address(regs),
	};

	mma_count_hit(MMA_POINT_UPGRADE_PMD);
	if (!is_writable(hit.new, hit.level) || is_writable(hit.old, hit.level))
		return;
	if (mma_noting(vma))
		note_huge_upgrade(vma, &hit);
	hit.before = mma_entry_facts(hit.old, hit.level);
	hit.verdict = MMA_GRANTED;
	mma_facts(&hit, vma, MMA_F_KEEPS | MMA_F_AT_GRANT | FAULT_LOCKS);
	mma_judge(&hit);
}
NOKPROBE_SYMBOL(upgrade_pmd_enter);

static noinline void pass_huge_on(const struct pt_regs *regs)
{
	if (mma_point_on(MMA_POINT_UPGRADE_PMD))
		upgrade_pmd_enter(regs);
}

/* ptep_set_access_flags(vma, addr, ptep, entry, dirty): page-table lock and mmap_lock are held. */
static void upgrade_enter(const struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	u64 old = *(u64 *)mma_arg(regs, 2), new = mma_raw_upgraded(old, mma_arg(regs, 3));

	mma_count_hit(MMA_POINT_UPGRADE);
	/* Most calls grant nothing, which the raw bits show. A PROT_NONE entry is never upgraded. */
	if (!mma_raw_write(new) || mma_raw_write(old) || is_vm_hugetlb_page(vma))
		return;
	if (MMA_ONE_UPGRADE && !mma_raw_is_small(old)) {
		pass_huge_on(regs);
		return;
	}
	if (mma_noting(vma))
		note_upgrade(regs);
	if (!READ_ONCE(mma_decisions) && mma_sound_upgrade(vma, old, new))
		mma_count(MMA_SITE_WP_REUSE, MMA_GRANTS);
	else
		judge_upgrade_args(regs);
}
NOKPROBE_SYMBOL(upgrade_enter);

MMA_ENTRY_PROBE(upgrade_enter) mma_probe_UPGRADE = { MMA_ENTRY(upgrade_enter) };
MMA_ENTRY_PROBE(upgrade_pmd_enter) mma_probe_UPGRADE_PMD = { MMA_ENTRY(upgrade_pmd_enter) };

static void init_frame(struct mma_frame *fr, struct vm_area_struct *vma, unsigned long addr,
		       u32 flags, const struct pt_regs *regs)
{
	fr->vma = vma;
	fr->mm = vma->vm_mm;
	fr->addr = addr & PAGE_MASK;
	fr->flags = flags;
	fr->ip = mma_return_address(regs);
	fr->quiet = 0;
	fr->pinned = false;
}

static u64 fault_context(const struct mma_frame *fr)
{
	return (fr->flags & FAULT_FLAG_UNSHARE ? MMA_F_UNSHARE : 0) |
	       (fr->flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE) ? 0 : MMA_F_READ_FAULT);
}

/* If the entry has another page after the fault, the fault has copied it, unless somebody else took the old page away. */
static u64 pinned_context(const struct mma_frame *fr)
{
	if (mma_quiet_keeps(fr->mm, fr->quiet, 0))
		return fault_context(fr) | MMA_F_WAS_PINNED;
	mma_count_event(MMA_UNSURE);
	return fault_context(fr);
}

/* At the fault's return, under the page-table lock of hit's entry. */
static u64 result_context(const struct mma_frame *fr, const struct mma_hit *hit)
{
	u64 lost = hit->before & ~mma_entry_facts(hit->new, hit->level);

	if (fr->pinned)
		return pinned_context(fr);
	return fault_context(fr) | mma_quiet_keeps(fr->mm, fr->quiet, lost);
}

static bool is_old_page_pinned(const struct mma_frame *fr)
{
	struct mma_hit hit = { .new = fr->old, .level = MMA_LEVEL_PTE };

	if (!mma_ever_pinned(fr->mm) || (fr->flags & FAULT_FLAG_UNSHARE))
		return false;
	mma_facts(&hit, fr->vma, 0);
	return mma_is_pinned(hit.facts);
}

static void init_copy(struct mma_frame *fr, struct vm_fault *vmf, const struct pt_regs *regs)
{
	init_frame(fr, vmf->vma, vmf->address, vmf->flags, regs);
	fr->old = mma_pte_raw(vmf->orig_pte);
	fr->pinned = is_old_page_pinned(fr);
	mma_place_of(&fr->at, vmf->pmd, vmf->pte);
	/*
	 * Of a plain write no mark can be lost: the new entry is soft-dirty, and
	 * uffd-wp has trapped the write before. A copy for a pin must keep both.
	 */
	if (fr->flags & FAULT_FLAG_UNSHARE || fr->pinned)
		fr->quiet = mma_quiet_token(fr->mm, true);
}

static noinline int judge_wp_fault(struct mma_frame *fr, struct vm_fault *vmf)
{
	struct mma_hit hit = {
		.site = MMA_SITE_WP_REUSE, .point = MMA_POINT_WP_FAULT,
		.verdict = MMA_DENIED, .level = MMA_LEVEL_PTE,
		.addr = fr->addr, .ip = fr->ip, .old = fr->old, .new = fr->old,
	};
	enum mma_fault would;

	mma_facts(&hit, vmf->vma, FAULT_LOCKS | fault_context(fr));
	would = mma_fault(hit.facts, hit.refs, hit.maps);
	if (would != MMA_FAULT_REUSE && would != MMA_FAULT_REUSE_OR_COPY)
		mma_judge(&hit);
	if (mma_point_on(MMA_POINT_WP_COPY))
		return 1;
	/* A page that is exclusive, or in a shared mapping, is never copied. The return is always seen if it is pinned. */
	return !fr->pinned &&
	       ((hit.facts & (MMA_F_VMA_SHARED | MMA_F_PAGE_EXCL)) || would == MMA_FAULT_UFFD);
}

/* do_wp_page(vmf): page-table lock held at entry, dropped inside. */
static int wp_fault_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_fault *vmf = (void *)mma_arg(regs, 0);
	struct mma_frame *fr = (void *)ri->data;
	bool all = READ_ONCE(mma_decisions);

	mma_count_hit(MMA_POINT_WP_FAULT);
	if (mma_point_on(MMA_POINT_WP_COPY) && !all)
		return 1;	/* wp_page_copy() shows copies, ptep_set_access_flags() reuse */
	init_copy(fr, vmf, regs);
	if (all || fr->old & MMA_RAW_UFFD)
		return judge_wp_fault(fr, vmf);
	return !fr->pinned && !mma_may_copy(vmf->vma, fr->old, MMA_LEVEL_PTE);
}
NOKPROBE_SYMBOL(wp_fault_enter);

/*
 * A write fault is about to put a copy in the place of old, in a VM_UFFD_WP mapping, and
 * owes a flush. Its locks and the page are held, the page-table lock if locked says so.
 */
static noinline void judge_unflushed_copy(struct vm_area_struct *vma, unsigned long addr, u64 old, unsigned long ip,
					  enum mma_point point, bool locked)
{
	struct mma_hit hit = {
		.site = MMA_SITE_WP_COPY, .point = point, .verdict = MMA_WRITABLE, .level = MMA_LEVEL_PTE,
		.addr = addr, .ip = ip, .old = old, .new = old,
	};
	u32 broken;

	mma_facts(&hit, vma, MMA_F_LOCK_MM | MMA_F_NOT_FLUSHED | (locked ? MMA_F_LOCK_PTL : 0));
	broken = mma_decide(&hit);
	if (broken && locked)
		mma_report_violation_locked(&hit, broken);
	else if (broken)
		mma_report_violation(&hit, broken);
}

/*
 * ptep_clear_flush(vma, addr, ptep): the page-table lock is held, and a lock that keeps
 * vma. A write fault calls it when it has copied the page and found the entry unchanged:
 * mm/memory.c:3220 (6.1), :3420 (6.12). Nobody else at the address of this task's fault.
 */
static void copy_flush_enter(const struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	unsigned long addr = mma_arg(regs, 1) & PAGE_MASK;

	mma_count_hit(MMA_POINT_COPY_FLUSH);
	if (unlikely(vma->vm_flags & VM_UFFD_WP) && mma_flush_owed(vma->vm_mm, addr))
		judge_unflushed_copy(vma, addr, *(u64 *)mma_arg(regs, 2), mma_return_address(regs),
				     MMA_POINT_COPY_FLUSH, true);
}
NOKPROBE_SYMBOL(copy_flush_enter);

MMA_ENTRY_PROBE(copy_flush_enter) mma_probe_COPY_FLUSH = { MMA_ENTRY(copy_flush_enter) };

/* wp_page_copy(vmf): mmap_lock or vma lock and a reference of the page held, no page-table lock. */
static int wp_copy_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_fault *vmf = (void *)mma_arg(regs, 0);
	struct mma_frame *fr = (void *)ri->data;

	mma_count_hit(MMA_POINT_WP_COPY);
	init_copy(fr, vmf, regs);
	if (unlikely(fr->vma->vm_flags & VM_UFFD_WP) && !(fr->flags & FAULT_FLAG_UNSHARE) &&
	    mma_flush_owed(fr->mm, fr->addr))
		judge_unflushed_copy(fr->vma, fr->addr, fr->old, fr->ip, MMA_POINT_WP_COPY, false);
	return 0;
}
NOKPROBE_SYMBOL(wp_copy_enter);

/* The fault has dropped mmap_lock or the vma lock: the vma may be gone. */
static bool dropped_lock(unsigned long ret)
{
	return ret & (__force unsigned long)(VM_FAULT_RETRY | VM_FAULT_COMPLETED);
}

/* For an entry that cannot be locked here: this one page is judged later, in process context. */
static void queue_page(struct mma_hit *hit, const struct mma_frame *fr)
{
	hit->mm = fr->mm;
	hit->flags |= MMA_DEC_OLD_UNKNOWN;
	mma_queue_suspect(hit, fr->addr + PAGE_SIZE);
}

/* The page-table lock is dropped at return, mmap_lock or the vma lock is still held. */
static noinline void judge_copy(struct mma_frame *fr, enum mma_point point)
{
	struct mma_hit hit = {
		.site = MMA_SITE_WP_COPY, .point = point, .level = MMA_LEVEL_PTE,
		.addr = fr->addr, .ip = fr->ip, .old = fr->old,
		.before = mma_entry_facts(fr->old, MMA_LEVEL_PTE),
	};
	struct mma_slot slot;
	u32 broken = 0;

	if (!mma_slot_trylock(&slot, fr->mm, fr->addr)) {
		queue_page(&hit, fr);
		return;
	}
	hit.new = slot.raw;
	/* The same page: nothing was done, or it was reused in place, which ptep_set_access_flags() has shown. */
	if (slot.level == MMA_LEVEL_PTE && pte_pfn(__pte(slot.raw)) != pte_pfn(__pte(fr->old))) {
		if (mma_noting(fr->vma))
			note_fault(fr, hit.site, slot.raw, slot.level);
		broken = decide_result(&hit, fr->vma, result_context(fr, &hit));
	}
	mma_slot_unlock(&slot);
	if (unlikely(broken))
		mma_report_violation(&hit, broken);
}

static bool is_copied_by_write(const struct mma_frame *fr)
{
	return mma_raw_present(fr->old) && !(fr->flags & FAULT_FLAG_UNSHARE);
}

/* The entry after a write fault if that is sound for sure; else 0. A copy for a pin must be compared with the old entry. */
static u64 peek_sound_copy(const struct mma_frame *fr)
{
	u64 now;

	if (!is_copied_by_write(fr) || fr->pinned || fr->at.level != MMA_LEVEL_PTE || READ_ONCE(mma_decisions))
		return 0;
	now = mma_glance(fr->vma, fr->addr, &fr->at);
	return mma_raw_rw(now) ? now : 0;
}

static bool is_other_page(const struct mma_frame *fr, u64 now)
{
	return !mma_raw_same_pfn(now, fr->old);
}

static __always_inline void count_grant(const struct mma_frame *fr, enum mma_site site, u64 now)
{
	mma_count(site, MMA_GRANTS);
	if (mma_noting(fr->vma))
		note_write(fr, site, now);
}

static int count_or_judge_copy(struct mma_frame *fr, unsigned long ret, enum mma_point point)
{
	u64 now;

	if (dropped_lock(ret) || (ret & (__force unsigned long)VM_FAULT_ERROR))
		return 0;	/* failed before it mapped anything */
	now = peek_sound_copy(fr);
	if (!now)
		judge_copy(fr, point);
	else if (is_other_page(fr, now))	/* else reused, or nothing was done: see judge_copy() */
		count_grant(fr, MMA_SITE_WP_COPY, now);
	return 0;
}

static int wp_fault_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return count_or_judge_copy((void *)ri->data, regs_return_value(regs), MMA_POINT_WP_FAULT);
}
NOKPROBE_SYMBOL(wp_fault_return);

static int wp_copy_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return count_or_judge_copy((void *)ri->data, regs_return_value(regs), MMA_POINT_WP_COPY);
}
NOKPROBE_SYMBOL(wp_copy_return);

/* These functions sleep (allocation, page_mkwrite(), userfaultfd), so many tasks may be inside. */
#define MAXACTIVE 1024

struct mma_probe mma_probe_WP_FAULT = { MMA_WRAPPED(WP_FAULT, struct mma_frame), .rp = {
	.entry_handler = wp_fault_enter, .handler = wp_fault_return,
	.data_size = sizeof(struct mma_frame), .maxactive = MAXACTIVE } };
struct mma_probe mma_probe_WP_COPY = { MMA_WRAPPED(WP_COPY, struct mma_frame), .rp = {
	.entry_handler = wp_copy_enter, .handler = wp_copy_return,
	.data_size = sizeof(struct mma_frame), .maxactive = MAXACTIVE } };

/*
 * For a present entry: the return need not be looked at. Either the fault can
 * only upgrade the entry in place, which ptep_set_access_flags() shows, or the
 * functions that copy are probed themselves.
 */
static __always_inline bool is_seen_without_return(const struct mma_frame *fr, struct vm_area_struct *vma, u32 flags)
{
	const u64 upgrade = 1ULL << MMA_POINT_UPGRADE;
	u64 on = READ_ONCE(mma_armed) & (upgrade | 1ULL << MMA_POINT_WP_COPY | 1ULL << MMA_POINT_WP_FAULT);

	if (on != upgrade)
		return on & upgrade;
	return mma_raw_rw(fr->old) || !(flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE)) ||
	       (!mma_may_copy(vma, fr->old, fr->at.level) && !mma_ever_pinned(vma->vm_mm));
}

static noinline bool is_copied_page_pinned(const struct mma_frame *fr)
{
	struct mma_slot slot;
	bool pinned;

	if (!mma_slot_trylock(&slot, fr->mm, fr->addr)) {
		mma_count_event(MMA_UNSURE);
		return false;
	}
	pinned = slot.level == MMA_LEVEL_PTE && slot.raw == fr->old && is_old_page_pinned(fr);
	mma_slot_unlock(&slot);
	return pinned;
}

/*
 * handle_mm_fault(vma, address, flags, regs): for all that is no write-protect
 * fault. mmap_lock or vma lock held, of a mm in use; at return, see dropped_lock().
 */
static int fault_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	struct mma_frame *fr = (void *)ri->data;
	u64 f;

	mma_count_hit(MMA_POINT_FAULT);
	if (is_vm_hugetlb_page(vma))
		return 1;	/* hugetlb_fault() has a point of its own */
	fr->old = mma_peek_at(vma->vm_mm, mma_arg(regs, 1), &fr->at);
	if (mma_raw_present(fr->old)) {
		if (unlikely(vma->vm_flags & VM_UFFD_WP))
			mma_flush_look(vma->vm_mm, mma_arg(regs, 1) & PAGE_MASK, mma_arg(regs, 2) & FAULT_FLAG_WRITE);
		if (is_seen_without_return(fr, vma, mma_arg(regs, 2)))
			return 1;
	}
	init_frame(fr, vma, mma_arg(regs, 1), mma_arg(regs, 2), regs);
	if (!fr->old)
		return 0;
	if (is_copied_by_write(fr)) {
		if (mma_ever_pinned(fr->mm)) {
			fr->quiet = mma_quiet_token(fr->mm, true);	/* before the entry is read */
			fr->pinned = is_copied_page_pinned(fr);
		}
		return 0;
	}
	f = mma_entry_facts(fr->old, fr->at.level);
	if (!mma_raw_present(fr->old) && (f & MMA_F_PTE_PRESENT) && !(f & MMA_F_PTE_PROTNONE) &&
	    mma_point_on(MMA_POINT_UPGRADE_PMD))
		return 1;	/* a huge entry in the middle of being rewritten: pmdp_set_access_flags() */
	fr->quiet = mma_quiet_token(fr->mm, true);	/* before the entry to compare with is read */
	fr->old = mma_peek_at(fr->mm, fr->addr, &fr->at);
	/* A migration entry is only waited for here; a device-exclusive entry is judged in restore_exclusive_pte(). */
	return mma_is_migration(fr->old, fr->at.level) ||
	       (mma_point_on(MMA_POINT_EXCLUSIVE) && mma_is_device_exclusive(fr->old, fr->at.level));
}
NOKPROBE_SYMBOL(fault_enter);

static enum mma_site site_of_fault(const struct mma_frame *fr, const struct vm_area_struct *vma)
{
	u64 f = mma_entry_facts(fr->old, fr->at.level);

	if (is_vm_hugetlb_page((struct vm_area_struct *)vma))
		return MMA_SITE_HUGETLB;
	if (mma_all(f, MMA_F_PTE_PROTNONE | MMA_F_PTE_UFFD_WP) && (vma->vm_flags & VM_UFFD_RWP))
		return MMA_SITE_UFFD_UNWP;	/* do_uffd_rwp(), asynchronous: 7.3 mm/memory.c:6260 */
	if (f & MMA_F_PTE_PROTNONE)
		return MMA_SITE_NUMA;
	if (f & MMA_F_PTE_PRESENT)
		return MMA_SITE_WP_COPY;
	if ((f & MMA_F_PTE_SWAP) && !mma_is_marker(fr->old, fr->at.level))
		return MMA_SITE_SWAP_IN;
	return vma->vm_ops ? MMA_SITE_FILE_FAULT : MMA_SITE_ANON_FAULT;
}

/* For a write to a present entry. */
static enum mma_site site_of_write(bool same_page, u8 level)
{
	if (!same_page)
		return MMA_SITE_WP_COPY;
	return level == MMA_LEVEL_PMD ? MMA_SITE_WP_REUSE_PMD : MMA_SITE_WP_REUSE;
}

/*
 * Another point shows this grant, if that is on. A write that found nothing to
 * do leaves the same page and so counts as a reuse.
 */
static bool is_seen_elsewhere(enum mma_site site)
{
	switch (site) {
	case MMA_SITE_WP_REUSE:
		return mma_point_on(MMA_POINT_UPGRADE);
	case MMA_SITE_WP_REUSE_PMD:
		return mma_point_on(MMA_POINT_UPGRADE_PMD);
	case MMA_SITE_WP_COPY:
		return mma_point_on(MMA_POINT_WP_COPY) || mma_point_on(MMA_POINT_WP_FAULT);
	default:
		return false;
	}
}

struct neighbours {
	const struct mma_hit *own;
	struct mma_batch found;
};

/* A fault may map the other pages of a large folio, too, besides the one it was for. */
static void judge_neighbour(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level, void *arg)
{
	struct neighbours *n = arg;
	const struct mma_hit *own = n->own;
	u32 broken;
	struct mma_hit hit = {
		.site = own->site, .point = own->point, .verdict = MMA_WRITABLE, .level = level,
		.addr = addr, .ip = own->ip, .new = raw, .flags = MMA_DEC_OLD_UNKNOWN,
	};

	mma_facts(&hit, vma, FAULT_LOCKS);
	broken = mma_decide(&hit);
	if (unlikely(broken))
		mma_batch_add(&n->found, &hit, broken);
}

/* Judges the neighbours, unlocks slot, then reports what is wrong with own and with them. */
static noinline void judge_with_neighbours(const struct mma_hit *own, u32 broken, struct vm_area_struct *vma,
					   struct mma_slot *slot)
{
	const struct mma_sieve sieve = mma_sieve_of(vma);
	struct neighbours n;
	struct mma_walk w = {
		.fn = judge_neighbour, .arg = &n,
		.sieve = READ_ONCE(mma_decisions) ? NULL : &sieve,
	};

	n.own = own;
	n.found.nr = 0;
	if (unlikely(broken))
		mma_batch_add(&n.found, own, broken);
	mma_walk_folio(vma, slot, own->addr, &w);
	mma_slot_unlock(slot);
	mma_count_many(own->site, MMA_GRANTS, w.granted);
	mma_report_batch(&n.found);
}

/* A write to a present entry changes only that entry. */
static bool has_neighbours(const struct mma_frame *fr)
{
	return MMA_FAULTS_LARGE && !mma_raw_present(fr->old);
}

/* Judges the entry as it is after the fault; mmap_lock or the vma lock is held. */
static noinline void judge_fault(const struct mma_frame *fr, struct vm_area_struct *vma,
				 enum mma_point point)
{
	struct mma_hit hit = {
		.site = site_of_fault(fr, vma), .point = point, .addr = fr->addr,
		.ip = fr->ip, .old = fr->old, .flags = MMA_DEC_OLD_LOCKLESS,
	};
	struct mma_slot slot;
	u32 broken = 0;

	if (mma_shares_tables(vma) || !mma_slot_trylock(&slot, fr->mm, fr->addr)) {
		queue_page(&hit, fr);
		return;
	}
	hit.new = slot.raw;
	hit.level = slot.level;
	if (hit.level == MMA_LEVEL_PMD)
		hit.addr &= PMD_MASK;
	hit.before = mma_entry_facts(fr->old, fr->at.level);
	if (hit.site == MMA_SITE_WP_COPY)
		hit.site = site_of_write(mma_same_page(fr->old, fr->at.level, slot.raw, slot.level, fr->addr),
					 slot.level);
	else if (fr->at.level != slot.level)
		hit.before = 0;		/* a huge entry came or went; marks that a split must keep are judged in site_thp.c */
	if (fr->at.level != slot.level) {
		hit.flags = fr->old ? MMA_DEC_OLD_UNKNOWN : hit.flags;	/* there was an entry, but none of this size */
		hit.old = 0;
	}
	/* If it still is a swap or migration entry, the fault has only waited and decided nothing. */
	if (mma_entry_facts(slot.raw, slot.level) & MMA_F_PTE_PRESENT && !is_seen_elsewhere(hit.site)) {
		if (mma_noting(vma))
			note_fault(fr, hit.site, slot.raw, slot.level);
		broken = decide_result(&hit, vma, result_context(fr, &hit));
		if (has_neighbours(fr)) {
			judge_with_neighbours(&hit, broken, vma, &slot);
			return;
		}
	}
	mma_slot_unlock(&slot);
	if (unlikely(broken))
		mma_report_violation(&hit, broken);
}

/* For a fault that dropped its lock: the vma may be another by now, so it is looked up again. */
static noinline void judge_fault_unlocked(const struct mma_frame *fr)
{
	struct mma_hit hit = {
		.site = MMA_SITE_FILE_FAULT, .point = MMA_POINT_FAULT, .addr = fr->addr,
		.ip = fr->ip, .flags = MMA_DEC_OLD_LOCKLESS,
	};
	struct vm_area_struct *vma;

	if (!mma_mm_trylock(fr->mm)) {
		queue_page(&hit, fr);
		return;
	}
	vma = mma_find_vma(fr->mm, fr->addr);
	if (vma)
		judge_fault(fr, vma, MMA_POINT_FAULT);
	mma_mm_unlock(fr->mm);
}

static enum mma_site site_of_touch(const struct vm_area_struct *vma)
{
	return vma->vm_ops ? MMA_SITE_FILE_FAULT : MMA_SITE_ANON_FAULT;
}

/* There was no entry before. Counts the new one if it is sound for sure; false: it must be judged. */
static bool count_first_touch(const struct mma_frame *fr)
{
	u64 now = mma_glance(fr->vma, fr->addr, &fr->at);

	if (!now)
		return false;
	mma_count(site_of_touch(fr->vma), mma_raw_rw(now) ? MMA_GRANTS : MMA_DENIALS);
	if (mma_noting(fr->vma))
		note_touch(fr, site_of_touch(fr->vma), now);
	return true;
}

/* The same for a write to a present entry. */
static bool count_write(const struct mma_frame *fr)
{
	u64 now = peek_sound_copy(fr);
	enum mma_site site = site_of_write(!is_other_page(fr, now), MMA_LEVEL_PTE);

	if (now && !is_seen_elsewhere(site))
		count_grant(fr, site, now);
	return now;
}

/* Most faults need no more than this. */
static bool count_sound_fault(const struct mma_frame *fr)
{
	return fr->old ? count_write(fr) : !READ_ONCE(mma_decisions) && count_first_touch(fr);
}

/*
 * Of the faults that dropped their lock only those of fault_dirty_shared_page()
 * have granted, which is each first write to a shared page: mm/memory.c:3070
 * (6.1), :3223 (6.12).
 */
static int fault_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_frame *fr = (void *)ri->data;
	unsigned long ret = regs_return_value(regs);

	if (unlikely(dropped_lock(ret))) {
		if (ret & (__force unsigned long)VM_FAULT_COMPLETED)
			judge_fault_unlocked(fr);
	} else if (!count_sound_fault(fr)) {
		judge_fault(fr, fr->vma, MMA_POINT_FAULT);
	}
	return 0;
}
NOKPROBE_SYMBOL(fault_return);

struct mma_probe mma_probe_FAULT = { MMA_WRAPPED(FAULT, struct mma_frame), .rp = {
	.entry_handler = fault_enter, .handler = fault_return,
	.data_size = sizeof(struct mma_frame), .maxactive = MAXACTIVE } };

/*
 * hugetlb_fault(mm, vma, address, flags): no other point shows what it does.
 * get_user_pages() calls it without handle_mm_fault(): mm/hugetlb.c:6566 (6.1).
 * Locks are held as there.
 */
static int hugetlb_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_frame *fr = (void *)ri->data;

	mma_count_hit(MMA_POINT_HUGETLB);
	init_frame(fr, (void *)mma_arg(regs, 1), mma_arg(regs, 2), mma_arg(regs, 3), regs);
	fr->old = 0;
	fr->at.level = MMA_LEVEL_NONE;
	if (!mma_shares_tables(fr->vma)) {
		fr->quiet = mma_quiet_token(fr->mm, true);	/* before the entry is read */
		fr->old = mma_peek_at(fr->mm, fr->addr, &fr->at);
	}
	return 0;
}
NOKPROBE_SYMBOL(hugetlb_enter);

static int hugetlb_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_frame *fr = (void *)ri->data;

	if (!dropped_lock(regs_return_value(regs)))
		judge_fault(fr, fr->vma, MMA_POINT_HUGETLB);
	return 0;
}
NOKPROBE_SYMBOL(hugetlb_return);

struct mma_probe mma_probe_HUGETLB = { .rp = {
	.entry_handler = hugetlb_enter, .handler = hugetlb_return,
	.data_size = sizeof(struct mma_frame), .maxactive = MAXACTIVE } };
