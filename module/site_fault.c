// SPDX-License-Identifier: GPL-2.0
/* site_fault.c - handlers of the page fault's grants: upgrade in place, copy, first touch. */
#include <linux/hugetlb.h>
#include <linux/mm.h>

#include "bits.h"
#include "facts.h"
#include "mma.h"
#include "range.h"

#define FAULT_LOCKS	(MMA_F_LOCK_PTL | MMA_F_LOCK_MM)

static bool writable(u64 raw, u8 level)
{
	return mma_facts_writable(mma_entry_facts(raw, level));
}

/* The rules that are broken: to be told when the page-table lock is let go. */
static u32 fault_hit(struct mma_hit *hit, struct vm_area_struct *vma, u64 context)
{
	bool w = writable(hit->new, hit->level);

	hit->verdict = w ? MMA_GRANTED : MMA_DENIED;
	if (!w && mma_only_counted(hit->site, context))
		return 0;
	mma_facts(hit, vma, context | FAULT_LOCKS | (w ? MMA_F_AT_GRANT : 0));
	return mma_decide(hit);
}

/* ---- ptep_set_access_flags(vma, addr, ptep, entry, dirty): page-table lock and mmap_lock held ---- */

/*
 * finish_mkwrite_fault() holds the page lock after page_mkwrite, not after
 * pfn_mkwrite; wp_page_shared() without either locks only afterwards
 * (mm/memory.c:3307, :3341, :3373 in 6.1).
 */
static void upgrade(struct mma_hit *hit, struct vm_area_struct *vma)
{
	u64 f;

	hit->before = mma_entry_facts(hit->old, hit->level);
	mma_facts(hit, vma, FAULT_LOCKS | MMA_F_AT_GRANT | MMA_F_KEEPS);
	f = hit->facts;
	if ((f & MMA_F_VMA_SHARED) && (f & (MMA_F_VMA_PAGE_MKWRITE | MMA_F_VMA_PFN_MKWRITE)))
		hit->site = MMA_SITE_MKWRITE;
	if (mma_all(f, MMA_F_VMA_SHARED | MMA_F_VMA_PAGE_MKWRITE | MMA_F_PAGE) &&
	    !(f & (MMA_F_VMA_DAX | MMA_F_VMA_RAW)))
		hit->facts |= MMA_F_NEED_PAGE_LOCK;
	mma_judge(hit);
}

static noinline void upgrade_judged(const struct pt_regs *regs)
{
	struct mma_hit hit = {
		.site = MMA_SITE_WP_REUSE, .point = MMA_POINT_UPGRADE,
		.verdict = MMA_GRANTED, .level = MMA_LEVEL_PTE,
		.addr = mma_arg(regs, 1) & PAGE_MASK,
		.old = *(u64 *)mma_arg(regs, 2),
		.new = mma_arg(regs, 3),
		.ip = mma_return_address(regs),
	};

	upgrade(&hit, (void *)mma_arg(regs, 0));
}

static void upgrade_enter(const struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	u64 old = *(u64 *)mma_arg(regs, 2), new = mma_arg(regs, 3);

	mma_point_hit(MMA_POINT_UPGRADE);
	/* Most: no facts are needed to tell. A PROT_NONE entry is not upgraded. */
	if (!mma_raw_write(new) || mma_raw_write(old) || is_vm_hugetlb_page(vma))
		return;
	if (!READ_ONCE(mma_decisions) && mma_sound_upgrade(vma, old, new))
		mma_count(MMA_SITE_WP_REUSE, MMA_GRANTS);
	else
		upgrade_judged(regs);
}
NOKPROBE_SYMBOL(upgrade_enter);

static void upgrade_pmd_enter(const struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	struct mma_hit hit = {
		.site = MMA_SITE_WP_REUSE_PMD, .point = MMA_POINT_UPGRADE_PMD,
		.level = MMA_LEVEL_PMD,
		.addr = mma_arg(regs, 1) & PMD_MASK,
		.old = *(u64 *)mma_arg(regs, 2),
		.new = mma_arg(regs, 3),
		.ip = mma_return_address(regs),
	};

	mma_point_hit(MMA_POINT_UPGRADE_PMD);
	if (!writable(hit.new, hit.level) || writable(hit.old, hit.level))
		return;
	hit.before = mma_entry_facts(hit.old, hit.level);
	hit.verdict = MMA_GRANTED;
	mma_facts(&hit, vma, MMA_F_KEEPS | MMA_F_AT_GRANT | FAULT_LOCKS);
	mma_judge(&hit);
}
NOKPROBE_SYMBOL(upgrade_pmd_enter);

/* Both under the page-table lock. */
MMA_ENTRY_PROBE(upgrade_enter) mma_probe_upgrade = { MMA_ENTRY(upgrade_enter) };
MMA_ENTRY_PROBE(upgrade_pmd_enter) mma_probe_upgrade_pmd = { MMA_ENTRY(upgrade_pmd_enter) };

/* ---- do_wp_page(vmf): page-table lock held on entry, dropped inside ---- */

static void frame_init(struct mma_frame *fr, struct vm_area_struct *vma, unsigned long addr,
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

/* A page that a write has changed is a copy if nobody else took the old one away. */
static u64 pinned_context(const struct mma_frame *fr)
{
	if (mma_quiet_keeps(fr->mm, fr->quiet, 0))
		return fault_context(fr) | MMA_F_WAS_PINNED;
	mma_event(MMA_UNSURE);
	return fault_context(fr);
}

/* The same after the fault, with hit's page-table lock held. */
static u64 result_context(const struct mma_frame *fr, const struct mma_hit *hit)
{
	u64 lost = hit->before & ~mma_entry_facts(hit->new, hit->level);

	if (fr->pinned)
		return pinned_context(fr);
	return fault_context(fr) | mma_quiet_keeps(fr->mm, fr->quiet, lost);
}

static bool copies_pinned(const struct mma_frame *fr)
{
	struct mma_hit hit = { .new = fr->old, .level = MMA_LEVEL_PTE };

	if (!mma_ever_pinned(fr->mm) || (fr->flags & FAULT_FLAG_UNSHARE))
		return false;
	mma_facts(&hit, fr->vma, 0);
	return mma_is_pinned(hit.facts);
}

static void copy_init(struct mma_frame *fr, struct vm_fault *vmf, const struct pt_regs *regs)
{
	frame_init(fr, vmf->vma, vmf->address, vmf->flags, regs);
	fr->old = native_pte_val(vmf->orig_pte);
	fr->pinned = copies_pinned(fr);
	mma_place_of(&fr->at, vmf->pmd, vmf->pte);
	/* A write is told by soft-dirty and was trapped by uffd-wp before; a copy for a pin is neither. */
	if (fr->flags & FAULT_FLAG_UNSHARE || fr->pinned)
		fr->quiet = mma_quiet_token(fr->mm, true);
}

static noinline int wp_fault_judged(struct mma_frame *fr, struct vm_fault *vmf)
{
	struct mma_hit hit = {
		.site = MMA_SITE_WP_REUSE, .point = MMA_POINT_WP_FAULT,
		.verdict = MMA_DENIED, .level = MMA_LEVEL_PTE,
		.addr = fr->addr, .ip = fr->ip, .old = fr->old, .new = fr->old,
	};
	enum mma_fault would;

	mma_facts(&hit, vmf->vma, FAULT_LOCKS | fault_context(fr));
	would = mma_fault(hit.facts, hit.refs, hit.maps);
	if (would != MMA_FAULT_REUSE)
		mma_judge(&hit);
	if (mma_point_on(MMA_POINT_WP_COPY))
		return 1;
	/* Shared mappings and exclusive pages are never copied; a return is seen of what is pinned. */
	return !fr->pinned &&
	       ((hit.facts & (MMA_F_VMA_SHARED | MMA_F_PAGE_EXCL)) || would == MMA_FAULT_UFFD);
}

static int wp_fault_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_fault *vmf = (void *)mma_arg(regs, 0);
	struct mma_frame *fr = (void *)ri->data;
	bool all = READ_ONCE(mma_decisions);

	mma_point_hit(MMA_POINT_WP_FAULT);
	if (mma_point_on(MMA_POINT_WP_COPY) && !all)
		return 1;	/* copies are seen there, reuse by ptep_set_access_flags */
	copy_init(fr, vmf, regs);
	if (all || fr->old & MMA_PTE_UFFD)
		return wp_fault_judged(fr, vmf);
	return !fr->pinned && !mma_may_copy(vmf->vma, fr->old, MMA_LEVEL_PTE);
}
NOKPROBE_SYMBOL(wp_fault_enter);

/* ---- wp_page_copy(vmf): mmap_lock or vma lock held, and a reference of the page; no page-table lock ---- */

static int wp_copy_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_fault *vmf = (void *)mma_arg(regs, 0);
	struct mma_frame *fr = (void *)ri->data;

	mma_point_hit(MMA_POINT_WP_COPY);
	copy_init(fr, vmf, regs);
	return 0;
}
NOKPROBE_SYMBOL(wp_copy_enter);

/* The fault let go of mmap_lock or the vma lock: the vma may be gone. */
static bool let_go(unsigned long ret)
{
	return ret & (__force unsigned long)(VM_FAULT_RETRY | VM_FAULT_COMPLETED);
}

/* Entry not to be locked here: the one page is judged later, in process context. */
static void defer(struct mma_hit *hit, const struct mma_frame *fr)
{
	hit->mm = fr->mm;
	hit->flags |= MMA_DEC_OLD_UNKNOWN;
	mma_suspect(hit, fr->addr + PAGE_SIZE);
}

/* Return: page-table lock dropped, mmap_lock or vma lock still held unless let_go(). */
static noinline void copy_judged(struct mma_frame *fr, enum mma_point point)
{
	struct mma_hit hit = {
		.site = MMA_SITE_WP_COPY, .point = point, .level = MMA_LEVEL_PTE,
		.addr = fr->addr, .ip = fr->ip, .old = fr->old,
		.before = mma_entry_facts(fr->old, MMA_LEVEL_PTE),
	};
	struct mma_slot slot;
	u32 broken = 0;

	if (!mma_slot_trylock(&slot, fr->mm, fr->addr)) {
		defer(&hit, fr);
		return;
	}
	hit.new = slot.raw;
	/* Nothing done, or reused in place, which ptep_set_access_flags has seen. */
	if (slot.level == MMA_LEVEL_PTE &&
	    pte_pfn(__pte(slot.raw)) != pte_pfn(__pte(fr->old)))
		broken = fault_hit(&hit, fr->vma, result_context(fr, &hit));
	mma_slot_unlock(&slot);
	if (unlikely(broken))
		mma_report(&hit, broken);
}

static bool is_copied_by_write(const struct mma_frame *fr)
{
	return fr->old & _PAGE_PRESENT && !(fr->flags & FAULT_FLAG_UNSHARE);
}

/* The entry a write fault left, if it needs no judge; else 0. What was made for a pin is compared with what was there. */
static u64 sound_copy(const struct mma_frame *fr)
{
	u64 now;

	if (!is_copied_by_write(fr) || fr->pinned || fr->at.level != MMA_LEVEL_PTE || READ_ONCE(mma_decisions))
		return 0;
	now = mma_glance(fr->vma, fr->addr, &fr->at);
	return now & _PAGE_RW ? now : 0;
}

static bool other_page(const struct mma_frame *fr, u64 now)
{
	return (now ^ fr->old) & PTE_PFN_MASK;
}

static int copy_return(struct mma_frame *fr, unsigned long ret, enum mma_point point)
{
	u64 now;

	if (let_go(ret) || (ret & (__force unsigned long)VM_FAULT_ERROR))
		return 0;	/* failed before it mapped anything */
	now = sound_copy(fr);
	if (!now)
		copy_judged(fr, point);
	else if (other_page(fr, now))	/* else nothing was done, or it was reused: ptep_set_access_flags() */
		mma_count(MMA_SITE_WP_COPY, MMA_GRANTS);
	return 0;
}

static int wp_fault_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return copy_return((void *)ri->data, regs_return_value(regs), MMA_POINT_WP_FAULT);
}
NOKPROBE_SYMBOL(wp_fault_return);

static int wp_copy_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return copy_return((void *)ri->data, regs_return_value(regs), MMA_POINT_WP_COPY);
}
NOKPROBE_SYMBOL(wp_copy_return);

/* These functions sleep (allocation, page_mkwrite, userfaultfd), so many tasks may be inside. */
#define MAXACTIVE 1024

struct mma_probe mma_probe_wp_fault = { MMA_WRAPPED(WP_FAULT, struct mma_frame), .rp = {
	.entry_handler = wp_fault_enter, .handler = wp_fault_return,
	.data_size = sizeof(struct mma_frame), .maxactive = MAXACTIVE } };
struct mma_probe mma_probe_wp_copy = { MMA_WRAPPED(WP_COPY, struct mma_frame), .rp = {
	.entry_handler = wp_copy_enter, .handler = wp_copy_return,
	.data_size = sizeof(struct mma_frame), .maxactive = MAXACTIVE } };

/*
 * ---- handle_mm_fault(vma, address, flags, regs): whatever is not a write-protect fault ----
 * mmap_lock or vma lock held, of a mm in use; at return as let_go() says.
 */

/* A present entry is upgraded in place, which is seen there, or not at all; or do_wp_page() is watched itself. */
static __always_inline bool is_no_copy(const struct mma_frame *fr, struct vm_area_struct *vma, u32 flags)
{
	const u64 upgrade = 1ULL << MMA_POINT_UPGRADE;
	u64 on = READ_ONCE(mma_armed) & (upgrade | 1ULL << MMA_POINT_WP_COPY | 1ULL << MMA_POINT_WP_FAULT);

	if (on != upgrade)
		return on & upgrade;
	return fr->old & _PAGE_RW || !(flags & (FAULT_FLAG_WRITE | FAULT_FLAG_UNSHARE)) ||
	       (!mma_may_copy(vma, fr->old, fr->at.level) && !mma_ever_pinned(vma->vm_mm));
}

static noinline bool pins_copied_page(const struct mma_frame *fr)
{
	struct mma_slot slot;
	bool pinned;

	if (!mma_slot_trylock(&slot, fr->mm, fr->addr)) {
		mma_event(MMA_UNSURE);
		return false;
	}
	pinned = slot.level == MMA_LEVEL_PTE && slot.raw == fr->old && copies_pinned(fr);
	mma_slot_unlock(&slot);
	return pinned;
}

static int fault_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	struct mma_frame *fr = (void *)ri->data;
	u64 f;

	mma_point_hit(MMA_POINT_FAULT);
	if (is_vm_hugetlb_page(vma))
		return 1;	/* hugetlb_fault() */
	fr->old = mma_peek_at(vma->vm_mm, mma_arg(regs, 1), &fr->at);
	if (fr->old & _PAGE_PRESENT && is_no_copy(fr, vma, mma_arg(regs, 2)))
		return 1;
	frame_init(fr, vma, mma_arg(regs, 1), mma_arg(regs, 2), regs);
	if (!fr->old)
		return 0;
	if (is_copied_by_write(fr)) {
		if (mma_ever_pinned(fr->mm)) {
			fr->quiet = mma_quiet_token(fr->mm, true);	/* before the look */
			fr->pinned = pins_copied_page(fr);
		}
		return 0;
	}
	f = mma_entry_facts(fr->old, fr->at.level);
	if (!(fr->old & _PAGE_PRESENT) && (f & MMA_F_PTE_PRESENT) && !(f & MMA_F_PTE_PROTNONE) &&
	    mma_point_on(MMA_POINT_UPGRADE_PMD))
		return 1;	/* huge, and being rewritten */
	fr->quiet = mma_quiet_token(fr->mm, true);		/* before the look that is compared */
	fr->old = mma_peek_at(fr->mm, fr->addr, &fr->at);
	/* Waited for, or seen in restore_exclusive_pte(). */
	return mma_is_migration(fr->old, fr->at.level) ||
	       (mma_point_on(MMA_POINT_EXCLUSIVE) && mma_is_device_exclusive(fr->old, fr->at.level));
}
NOKPROBE_SYMBOL(fault_enter);

static enum mma_site fault_site(const struct mma_frame *fr, const struct vm_area_struct *vma)
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

/* Of a write to a present entry. */
static enum mma_site written_site(bool same_page, u8 level)
{
	if (!same_page)
		return MMA_SITE_WP_COPY;
	return level == MMA_LEVEL_PMD ? MMA_SITE_WP_REUSE_PMD : MMA_SITE_WP_REUSE;
}

/* What a write does is, if that is on, seen where it does it; where it did nothing, too, is the same page still. */
static bool seen_elsewhere(enum mma_site site)
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

/* Besides the one it was for, a fault makes the entries of a large folio's other pages. */
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

/* Lets slot go, then tells what is wrong with own and them. */
static noinline void judge_neighbours(const struct mma_hit *own, u32 broken, struct vm_area_struct *vma,
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
	mma_batch_tell(&n.found);
}

/* A write to a present entry is about that one alone. */
static bool has_neighbours(const struct mma_frame *fr)
{
	return MMA_FAULTS_LARGE && !(fr->old & _PAGE_PRESENT);
}

/* What the fault left behind, under the mapping's lock. */
static noinline void fault_result(const struct mma_frame *fr, struct vm_area_struct *vma,
				  enum mma_point point)
{
	struct mma_hit hit = {
		.site = fault_site(fr, vma), .point = point, .addr = fr->addr,
		.ip = fr->ip, .old = fr->old, .flags = MMA_DEC_OLD_LOCKLESS,
	};
	struct mma_slot slot;
	u32 broken = 0;

	if (mma_shares_tables(vma) || !mma_slot_trylock(&slot, fr->mm, fr->addr)) {
		defer(&hit, fr);
		return;
	}
	hit.new = slot.raw;
	hit.level = slot.level;
	if (hit.level == MMA_LEVEL_PMD)
		hit.addr &= PMD_MASK;
	hit.before = mma_entry_facts(fr->old, fr->at.level);
	if (hit.site == MMA_SITE_WP_COPY)
		hit.site = written_site(mma_same_page(fr->old, fr->at.level, slot.raw, slot.level, fr->addr),
					slot.level);
	else if (fr->at.level != slot.level)
		hit.before = 0;		/* a huge entry came or went; one that is split keeps its marks */
	if (fr->at.level != slot.level)
		hit.old = 0;
	/* Still a swap or migration entry: waited for, nothing decided. */
	if (mma_entry_facts(slot.raw, slot.level) & MMA_F_PTE_PRESENT && !seen_elsewhere(hit.site)) {
		broken = fault_hit(&hit, vma, result_context(fr, &hit));
		if (has_neighbours(fr)) {
			judge_neighbours(&hit, broken, vma, &slot);
			return;
		}
	}
	mma_slot_unlock(&slot);
	if (unlikely(broken))
		mma_report(&hit, broken);
}

/* The vma may be another by now, so it is looked up again. */
static noinline void fault_let_go(const struct mma_frame *fr)
{
	struct mma_hit hit = {
		.site = MMA_SITE_FILE_FAULT, .point = MMA_POINT_FAULT, .addr = fr->addr,
		.ip = fr->ip, .flags = MMA_DEC_OLD_LOCKLESS,
	};
	struct vm_area_struct *vma;

	if (!mma_mm_trylock(fr->mm)) {
		defer(&hit, fr);
		return;
	}
	vma = mma_find_vma(fr->mm, fr->addr);
	if (vma)
		fault_result(fr, vma, MMA_POINT_FAULT);
	mma_mm_unlock(fr->mm);
}

/* There was nothing to keep, and what is there now needs no judge. */
static bool first_touch(const struct mma_frame *fr)
{
	u64 now = mma_glance(fr->vma, fr->addr, &fr->at);

	if (now)
		mma_count(fr->vma->vm_ops ? MMA_SITE_FILE_FAULT : MMA_SITE_ANON_FAULT,
			  now & _PAGE_RW ? MMA_GRANTS : MMA_DENIALS);
	return now;
}

static bool written(const struct mma_frame *fr)
{
	u64 now = sound_copy(fr);
	enum mma_site site = written_site(!other_page(fr, now), MMA_LEVEL_PTE);

	if (now && !seen_elsewhere(site))
		mma_count(site, MMA_GRANTS);
	return now;
}

/* Most faults. */
static bool needs_no_judge(const struct mma_frame *fr)
{
	return fr->old ? written(fr) : !READ_ONCE(mma_decisions) && first_touch(fr);
}

/*
 * Of the faults that let go of their lock only fault_dirty_shared_page()'s
 * have granted, and they do so at each first write to a shared page:
 * mm/memory.c:3070 (6.1), :3223 (6.12).
 */
static int fault_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_frame *fr = (void *)ri->data;
	unsigned long ret = regs_return_value(regs);

	if (unlikely(let_go(ret))) {
		if (ret & (__force unsigned long)VM_FAULT_COMPLETED)
			fault_let_go(fr);
	} else if (!needs_no_judge(fr)) {
		fault_result(fr, fr->vma, MMA_POINT_FAULT);
	}
	return 0;
}
NOKPROBE_SYMBOL(fault_return);

struct mma_probe mma_probe_fault = { MMA_WRAPPED(FAULT, struct mma_frame), .rp = {
	.entry_handler = fault_enter, .handler = fault_return,
	.data_size = sizeof(struct mma_frame), .maxactive = MAXACTIVE } };

/*
 * hugetlb_fault(mm, vma, address, flags): what it does is seen at its return
 * alone. get_user_pages() calls it without handle_mm_fault(), mm/hugetlb.c:6566 (6.1).
 * Locks as there.
 */
static int hugetlb_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_frame *fr = (void *)ri->data;

	mma_point_hit(MMA_POINT_HUGETLB);
	frame_init(fr, (void *)mma_arg(regs, 1), mma_arg(regs, 2), mma_arg(regs, 3), regs);
	fr->old = 0;
	fr->at.level = MMA_LEVEL_NONE;
	if (!mma_shares_tables(fr->vma)) {
		fr->quiet = mma_quiet_token(fr->mm, true);		/* before the look */
		fr->old = mma_peek_at(fr->mm, fr->addr, &fr->at);
	}
	return 0;
}
NOKPROBE_SYMBOL(hugetlb_enter);

static int hugetlb_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_frame *fr = (void *)ri->data;

	if (!let_go(regs_return_value(regs)))
		fault_result(fr, fr->vma, MMA_POINT_HUGETLB);
	return 0;
}
NOKPROBE_SYMBOL(hugetlb_return);

struct mma_probe mma_probe_hugetlb = { .rp = {
	.entry_handler = hugetlb_enter, .handler = hugetlb_return,
	.data_size = sizeof(struct mma_frame), .maxactive = MAXACTIVE } };
