// SPDX-License-Identifier: GPL-2.0
/*
 * site_vma.c - handlers for the history alone: what becomes of mappings, and which
 * ranges of entries go altogether. They grant nothing, so they stand at no site.
 */
#include <linux/mm.h>

#include "facts.h"
#include "history.h"
#include "probe.h"
#include "site.h"
#include "site_vma.h"
#include "stat.h"
#include "walk.h"

/* ---- entries that go ---- */

/*
 * vma is kept by mmap_lock, the vma lock or i_mmap_rwsem, or its mm has no users any more.
 * The entries go after this. Who cuts a file spares the copies that a private mapping has
 * made of its pages; which entries those are is not seen, so such a call is passed over
 * where there may be any.
 */
static void note_zap(enum mma_point point, const struct pt_regs *regs)
{
	const struct vm_area_struct *vma = (void *)mma_arg(regs, 1);
	unsigned long start = mma_arg(regs, 2), end = mma_arg(regs, 3);

	mma_count_hit(point);
	if (!mma_noting(vma) || (vma->anon_vma && mma_zap_spares_copies((void *)mma_arg(regs, 4))))
		return;
	mma_note_preemptible(&(struct mma_note){
		.where = mma_where(start, MMA_EVENT_ZAPPED, MMA_LEVEL_NONE), .what = end - start, .mm = vma->vm_mm,
		.change = mma_change(MMA_F_PTE_PRESENT, 0, MMA_EV_NO_SITE), .ip = mma_return_address(regs) }, NULL);
}

/* unmap_page_range(tlb, vma, addr, end, details) */
static void zap_range_enter(const struct pt_regs *regs)
{
	note_zap(MMA_POINT_ZAP_RANGE, regs);
}
NOKPROBE_SYMBOL(zap_range_enter);

/* __zap_vma_range(tlb, vma, start, end, details): the same in 7.2, hugetlb included */
static void zap_vma_enter(const struct pt_regs *regs)
{
	note_zap(MMA_POINT_ZAP_VMA, regs);
}
NOKPROBE_SYMBOL(zap_vma_enter);

MMA_ENTRY_PROBE(zap_range_enter) mma_probe_ZAP_RANGE = { MMA_ENTRY(zap_range_enter) };
MMA_ENTRY_PROBE(zap_vma_enter) mma_probe_ZAP_VMA = { MMA_ENTRY(zap_vma_enter) };

/* ---- mappings ---- */

/* MMA_EV_VM_* */
static u16 vm_bits(const struct vm_area_struct *vma)
{
#define BIT_OF(name) (vma->vm_flags & VM_##name ? MMA_EV_VM_##name : 0)
	return BIT_OF(READ) | BIT_OF(WRITE) | BIT_OF(SHARED) | BIT_OF(SOFTDIRTY) | BIT_OF(UFFD_WP) | BIT_OF(UFFD_MISSING) |
	       BIT_OF(UFFD_MINOR) | BIT_OF(UFFD_RWP) | BIT_OF(LOCKED) |
	       (mma_prot_write(READ_ONCE(vma->vm_page_prot)) ? MMA_EV_VM_PROT_WRITE : 0);
#undef BIT_OF
}

/* [start, end) was of a mapping like `from` and is of `to` now. from NULL: it was not mapped. */
static void note_mapping(enum mma_event_kind kind, const struct vm_area_struct *from, const struct vm_area_struct *to,
			 unsigned long start, unsigned long end, unsigned long ip)
{
	mma_note_preemptible(&(struct mma_note){
		.where = mma_where(start, kind, MMA_LEVEL_NONE), .what = end - start, .mm = to->vm_mm,
		.change = mma_change(from ? vm_bits(from) : 0, vm_bits(to), MMA_EV_NO_SITE), .ip = ip },
		&(struct mma_note_more){
			.time = from ? from->vm_flags : 0, .where = to->vm_start, .what = to->vm_flags, .vm_flags = true });
}

#define GAINS	5	/* of one call: a mapping can take in its two neighbours, and the holes around them */

/*
 * [start, end) of vma is of `to` from now on. Who merges stores flags in the result only
 * afterwards, and they may be those of either: madvise() mm/madvise.c:160, mlock()
 * mm/mlock.c:507 (6.12). So a mapping that is tracked may lose that, whichever it is.
 */
void mma_note_given(struct vm_area_struct *vma, unsigned long start, unsigned long end, struct vm_area_struct *to,
		    unsigned long ip)
{
	if (mma_noting(vma) || mma_noting(to))
		note_mapping(MMA_EVENT_MERGED, vma, to, start, end, ip);
}

/* The part of [start, end) that begins at start: of `other`, or of no mapping. */
static void note_gain(struct vm_area_struct *other, struct vm_area_struct *vma, unsigned long start, unsigned long end,
		      unsigned long ip, unsigned int kinds)
{
	if (other && kinds & MMA_GAIN_MERGED)
		mma_note_given(other, start, end, vma, ip);
	else if (!other && kinds & MMA_GAIN_GROWN && mma_noting(vma))
		note_mapping(MMA_EVENT_GROWN, NULL, vma, start, end, ip);
}

/* vma is about to get what is mapped in [start, end), and the holes between. mmap_lock is held for writing. */
noinline void mma_note_gain(struct vm_area_struct *vma, unsigned long start, unsigned long end, unsigned long ip,
			    unsigned int kinds)
{
	struct vm_area_struct *other;
	unsigned long next;
	int i;

	for (i = 0; i < GAINS && start < end; i++, start = next) {
		other = find_vma(vma->vm_mm, start);
		if (other == vma)
			return;
		if (other && other->vm_start <= start) {
			next = min(end, mma_vma_end(other));
		} else {
			next = other ? min(end, other->vm_start) : end;
			other = NULL;
		}
		note_gain(other, vma, start, next, ip, kinds);
	}
}

/* Of a merge old_merge.c knows which of both stays. */
static void note_growth(struct vm_area_struct *vma, unsigned long start, unsigned long end, unsigned long ip)
{
	if (start < end && READ_ONCE(mma_note_mask))
		mma_note_gain(vma, start, end, ip,
			      MMA_GAIN_GROWN | (mma_point_on(MMA_POINT_OLD_MERGE) ? 0 : MMA_GAIN_MERGED));
}

/* vma is about to lose [start, end): to its neighbour, which is there already, or to a new mapping that is like it. */
static void note_loss(struct vm_area_struct *vma, unsigned long start, unsigned long end, bool to_next, unsigned long ip)
{
	struct vm_area_struct *next = to_next ? mma_find_vma(vma->vm_mm, end) : NULL;

	if (!to_next && mma_noting(vma))
		note_mapping(MMA_EVENT_DIVIDED, vma, vma, start, end, ip);
	else if (next && !mma_point_on(MMA_POINT_OLD_MERGE))
		mma_note_given(vma, start, end, next, ip);
}

/*
 * vma_adjust_trans_huge(vma, start, end, next): each merge, split, growth and shrinking
 * of a mapping calls it, before anything of it has changed. next, which was how far its
 * start moves, is not 0 if the mapping behind gives or takes: commit_merge() mm/vma.c:615
 * (6.12), :762 (7.2), __vma_adjust() mm/mmap.c:735 (6.1), :840 (5.10).
 */
static void vma_adjust_enter(const struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	unsigned long start = mma_arg(regs, 1), end = mma_arg(regs, 2), ip = mma_return_address(regs);

	mma_count_hit(MMA_POINT_VMA_ADJUST);
	note_growth(vma, start, vma->vm_start, ip);
	note_growth(vma, vma->vm_end, end, ip);
	if (start > vma->vm_start && start < vma->vm_end)
		note_loss(vma, vma->vm_start, start, false, ip);
	if (end < vma->vm_end && end > vma->vm_start)
		note_loss(vma, end, vma->vm_end, mma_arg(regs, 3), ip);
}
NOKPROBE_SYMBOL(vma_adjust_enter);

MMA_ENTRY_PROBE(vma_adjust_enter) mma_probe_VMA_ADJUST = { MMA_ENTRY(vma_adjust_enter) };

/*
 * vma_set_page_prot(vma): mmap(), mprotect(), clear_refs and userfaultfd call it when
 * they have changed vm_flags, under mmap_lock for writing. What the flags were before is
 * not seen here, nor what vm_page_prot will be.
 */
static void vma_prot_enter(const struct pt_regs *regs)
{
	const struct vm_area_struct *vma = (void *)mma_arg(regs, 0);

	mma_count_hit(MMA_POINT_VMA_PROT);
	if (!mma_noting(vma))
		return;
	mma_note_preemptible(&(struct mma_note){
		.where = mma_where(vma->vm_start, MMA_EVENT_MAP, MMA_LEVEL_NONE) | MMA_EV_UNSEEN, .mm = vma->vm_mm,
		.what = vma->vm_end - vma->vm_start,
		.change = mma_change(0, vm_bits(vma) & ~MMA_EV_VM_PROT_WRITE, MMA_EV_NO_SITE),
		.ip = mma_return_address(regs) },
		&(struct mma_note_more){ .where = vma->vm_start, .what = vma->vm_flags, .vm_flags = true });
}
NOKPROBE_SYMBOL(vma_prot_enter);

MMA_ENTRY_PROBE(vma_prot_enter) mma_probe_VMA_PROT = { MMA_ENTRY(vma_prot_enter) };
