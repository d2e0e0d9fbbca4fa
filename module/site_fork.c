// SPDX-License-Identifier: GPL-2.0
/* site_fork.c - handlers of fork, which copies entries and write-protects both sides. */
#include <linux/hash.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>

#include "facts.h"
#include "mma.h"
#include "range.h"

/* ---- copy_page_range(dst_vma, src_vma): both mmap_locks held for writing ---- */

#define SAMPLE	(8 * PAGE_SIZE)		/* of each end, and between */
#define WHOLE	(4096 * PAGE_SIZE)	/* of what has marks to keep or pages that may be pinned */
#define WHOLE_JUDGED (256 * PAGE_SIZE)	/* the same while each entry is a decision to tell */

static int fork_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct vm_area_struct *src = (void *)mma_arg(regs, 1);

	mma_range_init(r, MMA_SITE_FORK, MMA_POINT_FORK, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	if (mma_shares_tables(src))
		return 1;
	mma_range_set(r, (void *)mma_arg(regs, 0), src->vm_start, src->vm_end);
	r->src = src;
	r->exempt = 1U << MMA_RULE_SOFT_DIRTY | 1U << MMA_RULE_DIRTY | 1U << MMA_RULE_VMA_PROT;
	r->all = r->alone = true;
	return 0;
}
NOKPROBE_SYMBOL(fork_enter);

/*
 * Mostly nothing is writable any more, on either side, and nobody rests on
 * marks. Both mmap_locks are held, so what is seen here stays but for pages
 * that are taken away.
 */
static bool fork_glance(struct mma_range *r, unsigned long addr, unsigned long end)
{
	unsigned int nr = 0;

	if (READ_ONCE(mma_decisions) || mma_tracked(r->src) ||
	    !mma_all_readonly(r->src->vm_mm, addr, end, &nr) ||
	    !mma_all_readonly(r->f.vma->vm_mm, addr, end, &nr))
		return false;
	mma_count_many(r->site, MMA_DENIALS, nr);
	return true;
}

/* All of a mapping's copy is one call; a full batch goes at once, for the last kind of a side is to be its own. */
static void fork_judge(struct mma_range *r)
{
	mma_range_judge(r);
	if (unlikely(r->found->nr == MMA_KINDS))
		mma_batch_tell(r->found);
}

/* The parent's entry is what the child's was before: its marks are to be kept. */
static void fork_look(struct mma_range *r, unsigned long addr, unsigned long end)
{
	struct vm_area_struct *dst = r->f.vma;

	if (fork_glance(r, addr, end))
		return;
	mma_range_set(r, r->src, addr, end);
	mma_range_remember(r);
	fork_judge(r);
	mma_range_set(r, dst, addr, end);
	fork_judge(r);
}

/* Of what is looked at whole: as much as a range remembers, or a huge entry. */
static unsigned long fork_next(const struct mma_range *r, unsigned long addr, unsigned long end)
{
	unsigned long size = PMD_SIZE;
	u8 level;

	mma_peek(r->src->vm_mm, addr, &level);
	if (level == MMA_LEVEL_PTE)
		size = MMA_OLDS * PAGE_SIZE;
	return min(end, (addr | (size - 1)) + 1);
}

/* Returns where to go on by samples. */
static unsigned long fork_whole(struct mma_range *r, unsigned long addr, unsigned long end)
{
	unsigned long next;

	end = min(end, addr + (READ_ONCE(mma_decisions) ? WHOLE_JUDGED : WHOLE));
	for (; addr < end; addr = next) {
		next = fork_next(r, addr, end);
		fork_look(r, addr, next);
	}
	return end;
}

/* Both ends and, each time, another part of what lies between: multiples of the golden ratio come everywhere. */
static void fork_samples(struct mma_range *r, unsigned long addr, unsigned long end)
{
	u32 turn = this_cpu_read(mma_counts.hits[MMA_POINT_FORK]) * GOLDEN_RATIO_32;
	unsigned long between = addr + SAMPLE;

	between += reciprocal_scale(turn, (end - SAMPLE - between) / SAMPLE) * SAMPLE;
	fork_look(r, addr, addr + SAMPLE);
	fork_look(r, between, between + SAMPLE);
	fork_look(r, end - SAMPLE, end);
}

static void fork_look_at(struct mma_range *r, unsigned long addr, unsigned long end)
{
	if (is_vm_hugetlb_page(r->src)) {
		fork_look(r, addr, end);	/* few */
		return;
	}
	if (mma_tracked(r->src) || mma_ever_pinned(r->src->vm_mm))
		addr = fork_whole(r, addr, end);
	if (end - addr > 3 * SAMPLE)
		fork_samples(r, addr, end);
	else if (addr < end)
		fork_look(r, addr, end);
}

static int fork_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct mma_batch found;

	if (mma_returned_int(regs))
		return 0;
	found.nr = 0;
	r->found = &found;
	fork_look_at(r, r->f.addr, r->f.end);
	r->found = NULL;
	mma_batch_tell(&found);
	return 0;
}
NOKPROBE_SYMBOL(fork_return);

struct mma_probe mma_probe_fork = { MMA_WRAPPED(FORK, struct mma_range), .rp = {
	.entry_handler = fork_enter, .handler = fork_return,
	.data_size = sizeof(struct mma_range), .maxactive = 128 } };
