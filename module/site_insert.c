// SPDX-License-Identifier: GPL-2.0
/* site_insert.c - handlers of what drivers map into user space outside of a fault. */
#include <linux/mm.h>

#include "range.h"
#include "walk.h"

/*
 * In mmap() nothing is wrong with the flags of the mapping yet: mmap_region() sets
 * VM_SOFTDIRTY and vm_page_prot afterwards: mm/mmap.c:1572 (6.12), :1904 (5.10).
 */
static void exempt_unfinished(struct mma_range *r)
{
	if (mma_is_being_mapped(r->f.vma))
		r->exempt = 1U << MMA_RULE_SOFT_DIRTY | 1U << MMA_RULE_VMA_PROT;
}

/*
 * A driver maps in its mmap(), under mmap_lock for writing, or later, under mmap_lock
 * or the vma lock; no page-table lock is held at return. In mmap() the vma is not
 * yet among the others of its mm: mmap_region() mm/mmap.c:1464 and :1535 (6.12).
 */
static void init_insert(struct mma_range *r, enum mma_point point, unsigned long pages,
			struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	unsigned long addr = mma_arg(regs, 1) & PAGE_MASK;

	mma_range_init(r, MMA_SITE_INSERT, point, MMA_F_LOCK_MM, regs);
	mma_range_set(r, vma, addr, addr + (pages << PAGE_SHIFT));
	exempt_unfinished(r);
	mma_range_will_note(r, 0, MMA_F_PTE_PRESENT);
	mma_range_remember(r);
}

/* remap_pfn_range(vma, addr, pfn, size, prot) */
static int remap_pfn_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	init_insert((void *)ri->data, MMA_POINT_REMAP_PFN, PFN_UP(mma_arg(regs, 3)), regs);
	return 0;
}
NOKPROBE_SYMBOL(remap_pfn_enter);

struct mma_probe mma_probe_REMAP_PFN = MMA_RANGE_PROBE(remap_pfn_enter, mma_range_return_if_done, 64);

/* vm_insert_page(vma, addr, page) */
static int insert_page_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	init_insert((void *)ri->data, MMA_POINT_INSERT_PAGE, 1, regs);
	return 0;
}
NOKPROBE_SYMBOL(insert_page_enter);

struct mma_probe mma_probe_INSERT_PAGE = MMA_RANGE_PROBE(insert_page_enter, mma_range_return_if_done, 64);

/* vm_insert_pages(vma, addr, pages, num): at return *num is how many are left, whether it failed or not. */
static int insert_pages_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	r->left = (void *)mma_arg(regs, 3);
	init_insert(r, MMA_POINT_INSERT_PAGES, *r->left, regs);
	return 0;
}
NOKPROBE_SYMBOL(insert_pages_enter);

static int insert_pages_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	r->f.end -= *r->left << PAGE_SHIFT;
	mma_range_judge(r);
	return 0;
}
NOKPROBE_SYMBOL(insert_pages_return);

struct mma_probe mma_probe_INSERT_PAGES =
	MMA_RANGE_PROBE(insert_pages_enter, insert_pages_return, 64);

/*
 * mmap_action_complete(vma, action, ...): maps what mmap_prepare() asked for (7.x).
 * It is called for every mmap() of a file, most of which ask for nothing. If it
 * fails, the vma is gone.
 */
static int mmap_action_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);

	mma_range_init(r, MMA_SITE_INSERT, MMA_POINT_MMAP_ACTION, MMA_F_LOCK_MM, regs);
	if (!(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)))	/* set before: mmap_action_prepare() */
		return 1;
	mma_range_set(r, vma, vma->vm_start, vma->vm_end);
	exempt_unfinished(r);
	mma_range_remember(r);
	return 0;
}
NOKPROBE_SYMBOL(mmap_action_enter);

struct mma_probe mma_probe_MMAP_ACTION = MMA_RANGE_PROBE(mmap_action_enter, mma_range_return_if_done, 64);
