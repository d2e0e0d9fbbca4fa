// SPDX-License-Identifier: GPL-2.0
/* site_mremap.c - handlers of mremap, which moves entries to another mapping. */
#include <linux/mm.h>

#include "facts.h"
#include "quiet.h"
#include "range.h"
#include "stat.h"

/*
 * Two points of move_page_tables(vma, old, new_vma, new, len, ...), which is called
 * with mmap_lock held for writing. MREMAP_BEGIN counts that it begins, for quiet.c;
 * MREMAP judges what it has moved.
 */

static void mremap_begin_enter(const struct pt_regs *regs)
{
	mma_count_hit(MMA_POINT_MREMAP_BEGIN);
	mma_quiet_count(mma_mremap_args((struct pt_regs *)regs).old->vm_mm);
}
NOKPROBE_SYMBOL(mremap_begin_enter);

MMA_ENTRY_PROBE(mremap_begin_enter) mma_probe_MREMAP_BEGIN = { MMA_ENTRY(mremap_begin_enter) };

/* Nobody else clears marks on either side under that lock: move_ptes() mm/mremap.c:209 (6.12) */
static void remember_marks(struct mma_range *r, const struct mma_table_move *move)
{
	r->context |= MMA_F_KEEPS;
	mma_range_set(r, move->old, move->old_addr, move->old_addr + move->len_in);
	mma_range_remember(r);
}

static int mremap_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct mma_table_move move = mma_mremap_args(regs);

	mma_range_init(r, MMA_SITE_MREMAP, MMA_POINT_MREMAP, MMA_F_LOCK_MM | MMA_F_MOVED, regs);
	if (mma_shares_tables(move.old))
		return 1;
	r->alone = true;
	if (mma_marks_move(move.old))
		remember_marks(r, &move);
	else if (mma_marks_end(move.old))	/* by mremap_userfaultfd_prep(), after this function: mm/mremap.c:790 (6.12) */
		r->ends = MMA_F_VMA_UFFD_WP | MMA_F_VMA_UFFD_RWP;
	mma_range_set(r, move.new, move.new_addr, move.new_addr + move.len_in);
	if (mma_noting(move.old) || mma_noting(move.new)) {
		mma_range_begin_note(r, 0, MMA_F_PTE_SOFT_DIRTY);
		r->noted.from = move.old_addr;
		r->noted.moved = true;
	}
	r->all = true;
	return 0;
}
NOKPROBE_SYMBOL(mremap_enter);

struct mma_probe mma_probe_MREMAP = MMA_RANGE_PROBE(mremap_enter, mma_range_return, 64);
