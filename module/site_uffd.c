// SPDX-License-Identifier: GPL-2.0
/* site_uffd.c - handlers of what userfaultfd fills and moves: UFFDIO_COPY, UFFDIO_CONTINUE, UFFDIO_MOVE. */
#include <linux/hugetlb.h>
#include <linux/mm.h>

#include "facts.h"
#include "quiet.h"
#include "site_uffd.h"
#include "stat.h"

/*
 * Whether a marker held the place does not matter, "we allow to overwrite a pte
 * marker": mm/userfaultfd.c:207, mm/hugetlb.c:6739 (6.12). Only what the caller
 * asks for (wp) must be in the new entry.
 */
static void fill_enter(struct mma_range *r, enum mma_point point, struct vm_area_struct *vma,
		       unsigned long addr, unsigned long size, u32 wp, const struct pt_regs *regs)
{
	mma_range_init(r, MMA_SITE_UFFD_FILL, point, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	mma_range_set(r, vma, addr, addr + size);
	mma_range_will_note(r, 0, MMA_F_PTE_PRESENT);
	r->fresh = true;
	mma_range_remember(r);
	mma_quiet_fill_begin(vma->vm_mm);
	if (wp & MMA_FILL_WP)
		r->had = MMA_F_PTE_UFFD_WP;	/* asked for, so it counts as if it had been there */
}

/* mfill_atomic_install_pte(..., vma, addr, page, ...): mmap_lock or vma lock is held. */
static int uffd_fill_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	fill_enter((void *)ri->data, MMA_POINT_UFFD_FILL, (void *)mma_arg(regs, MMA_FILL_VMA_ARG),
		   mma_arg(regs, MMA_FILL_VMA_ARG + 1), PAGE_SIZE, mma_arg(regs, MMA_FILL_WP_ARG), regs);
	return 0;
}
NOKPROBE_SYMBOL(uffd_fill_enter);

int mma_fill_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_return_if_done(ri, regs);
	mma_quiet_fill_end(((struct mma_range *)ri->data)->f.mm);
	return 0;
}
NOKPROBE_SYMBOL(mma_fill_return);

struct mma_probe mma_probe_UFFD_FILL = MMA_RANGE_PROBE(uffd_fill_enter, mma_fill_return, MMA_FILLS);

/*
 * hugetlb's own functions take wp only since a hugetlb mapping can be VM_UFFD_WP
 * (5.19): before, that argument must not be read. mmap_lock or vma lock is held.
 */
int mma_hugetlb_fill_enter(struct mma_range *r, enum mma_point point, unsigned int vma_arg,
			   unsigned int wp_arg, const struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, vma_arg);
	u32 wp = vma->vm_flags & VM_UFFD_WP ? mma_arg(regs, wp_arg) : 0;

	if (mma_shares_tables(vma))
		return 1;
	fill_enter(r, point, vma, mma_arg(regs, vma_arg + 1), mma_hugetlb_step(vma), wp, regs);
	return 0;
}

/* hugetlb_mfill_atomic_pte(ptep, vma, addr, src, flags, ...); before 6.4 compat/old_hugetlb.c */
static int hugetlb_fill_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return mma_hugetlb_fill_enter((void *)ri->data, MMA_POINT_HUGETLB_FILL, 1, 4, regs);
}
NOKPROBE_SYMBOL(hugetlb_fill_enter);

struct mma_probe mma_probe_HUGETLB_FILL = MMA_RANGE_PROBE(hugetlb_fill_enter, mma_fill_return, MMA_FILLS);

/* Whose memory it is is seen only under its locks; the call is rare. */
static void will_note_move(struct mma_range *r, unsigned long from)
{
	if (READ_ONCE(mma_note_mask))
		r->noted = (struct mma_noted){ .begun = mma_counter(), .from = from, .moved = true, .sets = MMA_F_PTE_SOFT_DIRTY };
}

/* move_pages(ctx, dst_start, src_start, len, mode): it takes and drops the locks of current->mm itself. */
static int uffd_move_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	if (!current->mm)
		return 1;
	mma_range_init(r, MMA_SITE_UFFD_MOVE, MMA_POINT_UFFD_MOVE, MMA_F_MOVED, regs);
	r->f.mm = current->mm;		/* userfaultfd_move() refuses any other */
	r->f.quiet = mma_quiet_token(r->f.mm, false);
	r->f.addr = mma_arg(regs, 1);
	r->f.end = mma_arg(regs, 1) + mma_arg(regs, 3);
	will_note_move(r, mma_arg(regs, 2));
	r->all = true;
	return 0;
}
NOKPROBE_SYMBOL(uffd_move_enter);

/* For functions that return how many bytes are done, fewer than asked for after an error, or an error if none. */
static bool cut_to_done(struct mma_range *r, struct pt_regs *regs)
{
	long done = regs_return_value(regs);

	if (done > 0)
		r->f.end = min(r->f.end, r->f.addr + (unsigned long)done);
	return done > 0;
}

int mma_uffd_move_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (cut_to_done((void *)ri->data, regs))
		mma_range_judge_unlocked((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(mma_uffd_move_return);

struct mma_probe mma_probe_UFFD_MOVE = MMA_RANGE_PROBE(uffd_move_enter, mma_uffd_move_return, 256);

/* Where move_pages() is inlined its two halves are probed. Both vmas are locked at entry and return. */
static void init_move(struct mma_range *r, enum mma_point point, struct vm_area_struct *vma,
		      unsigned long addr, unsigned long end, const struct pt_regs *regs)
{
	mma_range_init(r, MMA_SITE_UFFD_MOVE, point, MMA_F_LOCK_MM | MMA_F_MOVED, regs);
	mma_range_set(r, vma, addr, end);
	r->f.quiet = mma_quiet_token(r->f.mm, true);
	r->all = true;
}

/* move_pages_ptes(mm, dst_pmd, src_pmd, dst_vma, src_vma, dst_addr, ...) */
static int uffd_move_ptes_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 3);

	init_move((void *)ri->data, MMA_POINT_UFFD_MOVE_PTES, vma, mma_arg(regs, 5), vma->vm_end, regs);
	will_note_move((void *)ri->data, mma_arg(regs, 6));
	return 0;
}
NOKPROBE_SYMBOL(uffd_move_ptes_enter);

static int uffd_move_ptes_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (cut_to_done((void *)ri->data, regs))
		mma_range_judge((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(uffd_move_ptes_return);

struct mma_probe mma_probe_UFFD_MOVE_PTES =
	MMA_RANGE_PROBE(uffd_move_ptes_enter, uffd_move_ptes_return, 256);

/* move_pages_huge_pmd(mm, dst_pmd, src_pmd, dst_pmdval, dst_vma, src_vma, dst_addr, ...) */
static int uffd_move_huge_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	unsigned long addr = mma_arg(regs, 6);

	init_move((void *)ri->data, MMA_POINT_UFFD_MOVE_HUGE, (void *)mma_arg(regs, 4), addr, addr + PMD_SIZE, regs);
	will_note_move((void *)ri->data, mma_arg(regs, 7));
	return 0;
}
NOKPROBE_SYMBOL(uffd_move_huge_enter);

struct mma_probe mma_probe_UFFD_MOVE_HUGE =
	MMA_RANGE_PROBE(uffd_move_huge_enter, mma_range_return_if_done, 256);

/*
 * userfaultfd_ioctl(file, cmd, arg): shows which tasks are in UFFDIO_MOVE, because
 * move_pages() may be inlined. It moves only memory of current->mm: fs/userfaultfd.c:1891 (6.12).
 */
static int moves_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (!MMA_HAS_UFFD_MOVE || (u32)mma_arg(regs, 1) != UFFDIO_MOVE || !current->mm)
		return 1;
	mma_count_hit(MMA_POINT_MOVES);
	mma_quiet_begin(current->mm);
	return 0;
}
NOKPROBE_SYMBOL(moves_enter);

static int moves_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_quiet_end(current->mm);
	return 0;
}
NOKPROBE_SYMBOL(moves_return);

/*
 * Tasks may sleep inside for as long as their user likes: mmaudit_wrap has room for
 * all of them. A kretprobe that has dropped a call makes every mm count as busy.
 */
struct mma_probe mma_probe_MOVES = { .wrap = MMA_WRAP_MOVES, .rp = {
	.entry_handler = moves_enter, .handler = moves_return, .maxactive = MMA_HAS_UFFD_MOVE ? 2048 : 1 } };
