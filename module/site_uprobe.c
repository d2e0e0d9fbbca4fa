// SPDX-License-Identifier: GPL-2.0
/* site_uprobe.c - handlers of what writes a breakpoint to a page of code, or takes it away. */
#include <linux/mm.h>

#include "bits.h"
#include "quiet.h"
#include "range.h"
#include "stat.h"
#include "walk.h"

static struct vm_area_struct *vma_of(const struct pt_regs *regs, unsigned long addr)
{
	void *arg = (void *)mma_arg(regs, 1);

	return MMA_UPROBE_VMA ? arg : mma_find_vma(arg, addr);
}

/*
 * Marks that must stay. A page of the file may be dropped before it is read anew for
 * the breakpoint, and then it is no longer soft-dirty; its uffd-wp mark stays as a
 * marker: try_to_unmap_one() mm/rmap.c:1620 (6.1).
 */
static u64 marks_to_keep(struct mma_range *r)
{
	struct mma_slot slot;
	u64 f = 0;

	if (!mma_slot_trylock(&slot, r->f.mm, r->f.addr)) {
		mma_count_event(MMA_UNSURE);
		return 0;
	}
	if (slot.level == MMA_LEVEL_PTE)
		f = mma_entry_facts(slot.raw, slot.level) & MMA_MARKS;
	if (f & MMA_F_PTE_SOFT_DIRTY && !mma_is_anon(slot.raw, slot.level))
		f &= ~MMA_F_PTE_SOFT_DIRTY;
	mma_slot_unlock(&slot);
	return f;
}

/*
 * uprobe_write_opcode(auprobe, mm or vma, vaddr, ...), or uprobe_write(auprobe, vma,
 * vaddr, ...), which it calls: mmap_lock is held from before it
 * until after it, which keeps the vma and its tables: for reading where a handler
 * removes its own breakpoint, unapply_uprobe() kernel/events/uprobes.c:1279 (6.12),
 * else for writing.
 */
static int uprobe_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	unsigned long addr = mma_arg(regs, 2) & PAGE_MASK;
	struct vm_area_struct *vma = vma_of(regs, addr);

	mma_range_init(r, MMA_SITE_UPROBE, MMA_POINT_UPROBE, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	if (!vma)
		return 1;
	mma_range_set(r, vma, addr, addr + PAGE_SIZE);
	r->all = true;
	mma_range_will_note(r, 0, 0);
	if (!mma_tracked(vma))
		return 0;
	r->f.quiet = mma_quiet_token(r->f.mm, true);	/* before the entry is read */
	r->had = marks_to_keep(r);
	return 0;
}
NOKPROBE_SYMBOL(uprobe_enter);

/*
 * The last breakpoint of a page is taken away by removing the page, if it is like the
 * file's: __replace_page() kernel/events/uprobes.c:201 (6.12). The file's is mapped at
 * the next access, so what is left in its place must keep the uffd-wp mark.
 */
static int uprobe_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	mma_range_judge(r);
	if (!(r->had & MMA_F_PTE_UFFD_WP))
		return 0;
	r->context |= MMA_F_TAKEN;
	mma_unmap_judge(r);
	return 0;
}
NOKPROBE_SYMBOL(uprobe_return);

struct mma_probe mma_probe_UPROBE = MMA_RANGE_PROBE(uprobe_enter, uprobe_return, 64);
