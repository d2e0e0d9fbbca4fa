// SPDX-License-Identifier: GPL-2.0
/* site_insert.c - handlers of what drivers map into user space outside of a fault. */
#include <linux/mm.h>

#include "bits.h"
#include "mma.h"
#include "range.h"

/*
 * What a driver maps, in its mmap(), under mmap_lock for writing, or later
 * under it or the vma lock; no page-table lock at return. In mmap() the vma is
 * not among the others of its mm yet: mmap_region() mm/mmap.c:1464 and :1535 (6.12).
 */
static void insert_init(struct mma_range *r, enum mma_point point, unsigned long pages,
			struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	unsigned long addr = mma_arg(regs, 1) & PAGE_MASK;

	mma_range_init(r, MMA_SITE_INSERT, point, MMA_F_LOCK_MM, regs);
	mma_range_set(r, vma, addr, addr + (pages << PAGE_SHIFT));
	mma_range_remember(r);
}

/* What failed has mapped nothing, or taken it back: remap_pfn_range_notrack() mm/memory.c:2692 (6.12). */
static int insert_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (!mma_returned_int(regs))
		mma_range_judge((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(insert_return);

/* ---- remap_pfn_range(vma, addr, pfn, size, prot) ---- */

static int remap_pfn_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	insert_init((void *)ri->data, MMA_POINT_REMAP_PFN, PFN_UP(mma_arg(regs, 3)), regs);
	return 0;
}
NOKPROBE_SYMBOL(remap_pfn_enter);

struct mma_probe mma_probe_remap_pfn = MMA_RANGE_PROBE(remap_pfn_enter, insert_return, 64);

/* ---- vm_insert_page(vma, addr, page) ---- */

static int insert_page_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	insert_init((void *)ri->data, MMA_POINT_INSERT_PAGE, 1, regs);
	return 0;
}
NOKPROBE_SYMBOL(insert_page_enter);

struct mma_probe mma_probe_insert_page = MMA_RANGE_PROBE(insert_page_enter, insert_return, 64);

/* ---- vm_insert_pages(vma, addr, pages, num): *num says how many are left, failed or not ---- */

static int insert_pages_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	r->left = (void *)mma_arg(regs, 3);
	insert_init(r, MMA_POINT_INSERT_PAGES, *r->left, regs);
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

struct mma_probe mma_probe_insert_pages =
	MMA_RANGE_PROBE(insert_pages_enter, insert_pages_return, 64);

/*
 * ---- mmap_action_complete(vma, action, ...): 7.x, maps what mmap_prepare() asked for ----
 * Of every file's mmap(), which mostly asks for nothing; if it failed, vma is gone.
 */

static int mmap_action_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);

	mma_range_init(r, MMA_SITE_INSERT, MMA_POINT_MMAP_ACTION, MMA_F_LOCK_MM, regs);
	if (!(vma->vm_flags & (VM_PFNMAP | VM_MIXEDMAP)))	/* set before: mmap_action_prepare() */
		return 1;
	mma_range_set(r, vma, vma->vm_start, vma->vm_end);
	mma_range_remember(r);
	return 0;
}
NOKPROBE_SYMBOL(mmap_action_enter);

struct mma_probe mma_probe_mmap_action = MMA_RANGE_PROBE(mmap_action_enter, insert_return, 64);
