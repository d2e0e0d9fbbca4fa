// SPDX-License-Identifier: GPL-2.0
/* site_fork.c - handlers of fork, which copies entries and write-protects both sides. */
#include <linux/hash.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>

#include "range.h"
#include "reader.h"
#include "record.h"
#include "stat.h"
#include "walk.h"

/* How much of a mapping is judged: */
#define SAMPLE	(8 * PAGE_SIZE)		/* at each end, and between */
#define WHOLE	(4096 * PAGE_SIZE)	/* where marks must stay or pages may be pinned */
#define WHOLE_JUDGED (256 * PAGE_SIZE)	/* the same while a reader wants every decision */

/*
 * What a fault brings again is not copied: vma_needs_copy() mm/memory.c:1251 (6.1), :1330
 * (6.12), :1482 (7.2); until 6.0 shared hugetlb is, whose entries nobody needs to follow.
 */
static bool has_copies(const struct vm_area_struct *dst, const struct vm_area_struct *src)
{
	return src->anon_vma || dst->vm_flags & VM_COPY_ON_FORK;
}

/* copy_page_range(dst_vma, src_vma): both mmap_locks are held for writing. */
static int fork_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct vm_area_struct *src = (void *)mma_arg(regs, 1);

	mma_range_init(r, MMA_SITE_FORK, MMA_POINT_FORK, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	if (mma_shares_tables(src) || mma_shares_tables((void *)mma_arg(regs, 0)))
		return 1;
	mma_range_set(r, (void *)mma_arg(regs, 0), src->vm_start, src->vm_end);
	r->src = src;
	r->exempt = 1U << MMA_RULE_SOFT_DIRTY | 1U << MMA_RULE_DIRTY | 1U << MMA_RULE_VMA_PROT;
	r->all = r->alone = true;
	if (mma_noting(src) && has_copies(r->f.vma, src))
		r->noted.begun = mma_counter();
	return 0;
}
NOKPROBE_SYMBOL(fork_enter);

/*
 * The usual case: no entry is writable on either side any more, and nobody relies
 * on marks. Counts them; false: they must be judged. Both mmap_locks are held, so
 * entries stay as they are, unless their page is taken away.
 */
static bool count_readonly(struct mma_range *r, unsigned long addr, unsigned long end)
{
	unsigned int nr = 0;

	if (READ_ONCE(mma_decisions) || mma_tracked(r->src) ||
	    !mma_all_readonly(r->src->vm_mm, addr, end, &nr) ||
	    !mma_all_readonly(r->f.vma->vm_mm, addr, end, &nr))
		return false;
	mma_count_many(r->site, MMA_DENIALS, nr);
	return true;
}

/* A full batch is reported at once: its last kind must not mix both sides. */
static void judge_side(struct mma_range *r)
{
	mma_range_judge(r);
	if (unlikely(r->found->nr == MMA_KINDS))
		mma_report_batch(r->found);
}

/* The parent's entries count as those of the child before fork: the child's must keep their marks. */
static void judge_both_sides(struct mma_range *r, unsigned long addr, unsigned long end)
{
	struct vm_area_struct *dst = r->f.vma;

	if (count_readonly(r, addr, end))
		return;
	mma_range_set(r, r->src, addr, end);
	mma_range_remember(r);
	judge_side(r);
	mma_range_set(r, dst, addr, end);
	judge_side(r);
}

/* The end of the next part to judge: as many entries as a range remembers, or one huge entry. */
static unsigned long next_part(const struct mma_range *r, unsigned long addr, unsigned long end)
{
	unsigned long size = PMD_SIZE;
	u8 level;

	mma_peek(r->src->vm_mm, addr, &level);
	if (level == MMA_LEVEL_PTE)
		size = MMA_OLDS * PAGE_SIZE;
	return min(end, (addr | (size - 1)) + 1);
}

/* Returns the end of what was judged whole; beyond it, samples must do. */
static unsigned long judge_whole(struct mma_range *r, unsigned long addr, unsigned long end)
{
	unsigned long next;

	end = min(end, addr + (READ_ONCE(mma_decisions) ? WHOLE_JUDGED : WHOLE));
	for (; addr < end; addr = next) {
		next = next_part(r, addr, end);
		judge_both_sides(r, addr, next);
	}
	return end;
}

/* Both ends, and at each fork another part between them: multiples of the golden ratio reach all of it. */
static void judge_samples(struct mma_range *r, unsigned long addr, unsigned long end)
{
	u32 turn = this_cpu_read(mma_counts.hits[MMA_POINT_FORK]) * GOLDEN_RATIO_32;
	unsigned long between = addr + SAMPLE;

	between += reciprocal_scale(turn, (end - SAMPLE - between) / SAMPLE) * SAMPLE;
	judge_both_sides(r, addr, addr + SAMPLE);
	judge_both_sides(r, between, between + SAMPLE);
	judge_both_sides(r, end - SAMPLE, end);
}

static void judge_mapping(struct mma_range *r, unsigned long addr, unsigned long end)
{
	if (is_vm_hugetlb_page(r->src)) {
		judge_both_sides(r, addr, end);	/* few entries */
		return;
	}
	if (mma_tracked(r->src) || mma_ever_pinned(r->src->vm_mm))
		addr = judge_whole(r, addr, end);
	if (end - addr > 3 * SAMPLE)
		judge_samples(r, addr, end);
	else if (addr < end)
		judge_both_sides(r, addr, end);
}

/* Of the child's entries; the parent's are write-protected by the same call. */
static noinline void note_copied(struct mma_range *r)
{
	const unsigned long bytes = r->f.end - r->f.addr;

	mma_note_both(&(struct mma_note){
		.where = mma_where(r->f.addr, MMA_EVENT_COPIED, MMA_LEVEL_NONE), .mm = r->f.mm, .ip = r->f.ip,
		.what = bytes | mma_event_order(mma_counter() - r->noted.begun),
		.change = mma_change(MMA_F_PTE_WRITE, 0, r->site) },
		&(struct mma_note_more){ .where = r->f.addr, .what = bytes, .mm = r->src->vm_mm });
	r->noted.begun = 0;
}

static int fork_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct mma_batch found;

	if (mma_returned_int(regs))
		return 0;
	if (unlikely(r->noted.begun))
		note_copied(r);
	found.nr = 0;
	r->found = &found;
	judge_mapping(r, r->f.addr, r->f.end);
	r->found = NULL;
	mma_report_batch(&found);
	return 0;
}
NOKPROBE_SYMBOL(fork_return);

struct mma_probe mma_probe_FORK = { MMA_WRAPPED(FORK, struct mma_range), .rp = {
	.entry_handler = fork_enter, .handler = fork_return,
	.data_size = sizeof(struct mma_range), .maxactive = 128 } };
