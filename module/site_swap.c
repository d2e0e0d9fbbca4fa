// SPDX-License-Identifier: GPL-2.0
/* site_swap.c - handlers of swapoff, which brings pages back to the entries they came from. */
#include <linux/mm.h>

#include "facts.h"
#include "quiet.h"
#include "range.h"

/*
 * unuse_pte_range(vma, pmd, addr, end, type): mmap_lock is held; the range is within one
 * page table. An entry whose page cannot be read becomes poison, which a zap then takes
 * away without its mark: make_poisoned_swp_entry(), mm/swapfile.c (6.12), and site_zap.c.
 */
static int swapoff_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	mma_range_init(r, MMA_SITE_SWAPOFF, MMA_POINT_SWAPOFF, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	mma_range_set(r, (void *)mma_arg(regs, 0), mma_arg(regs, 2), mma_arg(regs, 3));
	r->counted = mma_leaves_markers(r->f.vma);
	if (r->counted)
		mma_quiet_begin(r->f.mm);
	mma_range_will_note(r, MMA_F_PTE_SWAP, MMA_F_PTE_PRESENT);
	mma_range_remember(r);
	return 0;
}
NOKPROBE_SYMBOL(swapoff_enter);

static int swapoff_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	mma_range_judge(r);
	if (r->counted)
		mma_quiet_end(r->f.mm);
	return 0;
}
NOKPROBE_SYMBOL(swapoff_return);

struct mma_probe mma_probe_SWAPOFF = MMA_RANGE_PROBE(swapoff_enter, swapoff_return, 64);
