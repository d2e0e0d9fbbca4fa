// SPDX-License-Identifier: GPL-2.0
/*
 * old_swapoff.c - handlers of swapoff where all of it is inlined in try_to_unuse(),
 * as in 5.10. That calls lookup_swap_cache(entry, vma, addr) before it replaces an
 * entry, and page_add_anon_rmap(page, vma, addr, compound) after set_pte_at(), under
 * the page-table lock: mm/swapfile.c:1947 (5.10). mmap_lock is held throughout.
 */
#include "old.h"
#include "range.h"
#include "stat.h"

#ifdef MMA_OLD_SWAPOFF

#define UNUSERS 4		/* calls of swapoff at once; more are counted as missed */

static struct unuse {
	struct task_struct *task;	/* that runs swapoff; NULL: free */
	struct mma_range r;		/* the entry it is about to replace */
} unusers[UNUSERS];

static struct unuse *find_unuse(struct task_struct *task)
{
	int i;

	for (i = 0; i < UNUSERS; i++)
		if (READ_ONCE(unusers[i].task) == task)
			return &unusers[i];
	return NULL;
}

/* try_to_unuse(...): notes that this task runs it. */
static int unuse_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	int i;

	mma_count_hit(MMA_POINT_UNUSE);
	for (i = 0; i < UNUSERS; i++)
		if (!cmpxchg(&unusers[i].task, NULL, current))
			return 0;
	return 1;
}
NOKPROBE_SYMBOL(unuse_enter);

static int unuse_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct unuse *u = find_unuse(current);

	if (u)
		WRITE_ONCE(u->task, NULL);
	return 0;
}
NOKPROBE_SYMBOL(unuse_return);

struct mma_probe mma_probe_UNUSE = { .rp = {
	.entry_handler = unuse_enter, .handler = unuse_return, .maxactive = UNUSERS } };

/* lookup_swap_cache(entry, vma, addr): remembers the entry as it is before. */
static int unuse_lookup(struct kprobe *kp, struct pt_regs *regs)
{
	struct unuse *u = find_unuse(current);
	struct vm_area_struct *vma = (void *)mma_arg(regs, 1);
	unsigned long addr = mma_arg(regs, 2) & PAGE_MASK;

	mma_count_hit(MMA_POINT_UNUSE_LOOKUP);
	if (!u)
		return 0;
	u->r.f.vma = vma;
	if (!vma)			/* a file's page: shmem_swapin_page() */
		return 0;
	mma_range_init(&u->r, MMA_SITE_SWAPOFF, MMA_POINT_UNUSE_RMAP, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	mma_range_set(&u->r, vma, addr, addr + PAGE_SIZE);
	mma_range_will_note(&u->r, MMA_F_PTE_SWAP, MMA_F_PTE_PRESENT);
	mma_range_remember(&u->r);
	return 0;
}
NOKPROBE_SYMBOL(unuse_lookup);

/* page_add_anon_rmap(page, vma, addr, compound): only its call for the remembered entry is followed. */
static int unuse_rmap_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct unuse *u = find_unuse(current);

	return !u || u->r.f.vma != (void *)mma_arg(regs, 1) || u->r.f.addr != mma_arg(regs, 2);
}
NOKPROBE_SYMBOL(unuse_rmap_enter);

/* Judges at return, because at entry the page is not anonymous yet. */
static int unuse_rmap_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct unuse *u = find_unuse(current);

	if (u)
		mma_range_judge_locked(&u->r);
	return 0;
}
NOKPROBE_SYMBOL(unuse_rmap_return);

struct mma_probe mma_probe_UNUSE_LOOKUP = { .rp.kp.pre_handler = unuse_lookup };
struct mma_probe mma_probe_UNUSE_RMAP = { .rp = {
	.entry_handler = unuse_rmap_enter, .handler = unuse_rmap_return, .maxactive = 16 } };

#endif /* MMA_OLD_SWAPOFF */
