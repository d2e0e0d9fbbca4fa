// SPDX-License-Identifier: GPL-2.0
/*
 * old_merge.c - handler of merges where vma_adjust_trans_huge() does not show which of
 * two mappings stays, as in 5.10 and 6.1: __vma_adjust(vma, start, end, pgoff, insert,
 * expand) is told. Splits and plain growth are left to site_vma.c.
 */
#include <linux/mm.h>

#include "../history.h"
#include "../probe.h"
#include "../site_vma.h"
#include "../stat.h"
#include "old.h"

#ifdef MMA_OLD_MERGE

/* mmap_lock is held for writing; nothing has changed yet. */
static void merge_enter(const struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0), *expand = (void *)mma_arg(regs, 5);
	unsigned long start = mma_arg(regs, 1), end = mma_arg(regs, 2), ip = mma_return_address(regs);

	mma_count_hit(MMA_POINT_OLD_MERGE);
	if (!expand || !READ_ONCE(mma_note_mask))
		return;
	if (expand == vma)
		mma_note_gain(vma, vma->vm_end, end, ip, MMA_GAIN_MERGED);
	else if (end < vma->vm_end)
		mma_note_given(vma, end, vma->vm_end, expand, ip);	/* case 4 of vma_merge() */
	else
		mma_note_given(vma, start, vma->vm_end, expand, ip);	/* case 8 */
}
NOKPROBE_SYMBOL(merge_enter);

MMA_ENTRY_PROBE(merge_enter) mma_probe_OLD_MERGE = { MMA_ENTRY(merge_enter) };

#endif /* MMA_OLD_MERGE */
