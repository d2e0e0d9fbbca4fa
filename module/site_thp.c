// SPDX-License-Identifier: GPL-2.0
/* site_thp.c - handlers of what splits a huge entry, or makes one of small ones. */
#include <linux/mm.h>

#include "facts.h"
#include "quiet.h"
#include "range.h"
#include "site.h"
#include "stat.h"
#include "walk.h"

/*
 * UFFDIO_RWPROTECT splits the huge entry of a file, mm/mprotect.c:527 (7.3), which only
 * removes it. What was present then has no mark afterwards, as if it had been lost here.
 * It can be told only if it is known who else takes entries.
 */
static void expect_traps(struct mma_range *r, u64 raw, u8 level)
{
	if (!(mma_entry_facts(raw, level) & MMA_F_PTE_PRESENT) || !mma_quiet_is_protecting(r->f.mm) ||
	    !mma_point_on(MMA_POINT_UNMAP) || !mma_point_on(MMA_POINT_UNMAP_MIGRATE))
		return;
	r->site = MMA_SITE_UFFD_WP;
	r->had |= MMA_F_PTE_UFFD_WP;
	r->context |= MMA_F_PROTECTS;
	r->exempt = 1U << MMA_RULE_LOST_UFFD_WP;	/* it was not there */
}

/* __split_huge_pmd(vma, pmd, address, freeze, ...): mmap_lock or the rmap lock is held. */
static int split_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	unsigned long addr = mma_arg(regs, 2) & PMD_MASK;
	u8 level;
	u64 raw;

	mma_range_init(r, MMA_SITE_SPLIT, MMA_POINT_SPLIT, MMA_F_KEEPS, regs);
	mma_range_set(r, vma, addr, addr + PMD_SIZE);
	mma_count_take(r);
	if (mma_tracked(vma))
		r->f.quiet = mma_quiet_token(r->f.mm, false);	/* before the entry is read */
	raw = mma_peek(r->f.mm, addr, &level);
	if (level != MMA_LEVEL_PMD) {
		mma_end_take(r);
		return 1;
	}
	mma_range_will_note(r, MMA_F_PTE_HUGE, 0);
	/* Each small entry must keep the marks of the huge one. */
	r->had = mma_entry_facts(raw, level) & MMA_MARKS;
	if (r->counted && !(r->had & MMA_F_PTE_UFFD_WP))
		expect_traps(r, raw, level);
	r->all = true;
	return 0;
}
NOKPROBE_SYMBOL(split_enter);

/*
 * A file's huge entry is only removed, so what is left in its place must keep the
 * marks: __split_huge_pmd_locked() mm/huge_memory.c:2097 (6.1).
 */
static void judge_split(struct mma_range *r)
{
	mma_range_judge(r);
	if (!r->had || !mma_tracked(r->f.vma))
		return;
	r->context |= MMA_F_TAKEN | (vma_is_anonymous(r->f.vma) ? MMA_F_PAGE_ANON : 0);
	mma_unmap_judge(r);
}

static int split_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	judge_split((void *)ri->data);
	mma_end_take((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(split_return);

struct mma_probe mma_probe_SPLIT = MMA_RANGE_PROBE(split_enter, split_return, 256);

/*
 * Whether the page cannot go without leaving its marks in a swap entry. One that
 * MADV_FREE gave up can, and collapse then puts a page of its own there. MADV_FREE makes
 * the entry clean; what has been written since keeps the page: try_to_unmap_one()
 * mm/rmap.c:1852 (6.12). Which of them is being migrated is not known.
 */
static bool stays(u64 raw, u8 level)
{
	u64 f = mma_entry_facts(raw, level);

	if (mma_is_migration(raw, level))
		return false;
	return (f & MMA_F_PTE_SWAP) || mma_all(f, MMA_F_PTE_PRESENT | MMA_F_PTE_DIRTY);
}

/*
 * Remembers the marks of each small entry, and all of them together: uffd-wp prevents
 * a collapse, and one soft-dirty entry makes the huge one soft-dirty. mmap_lock is held,
 * and one mapping has them all.
 */
static void remember_marks(struct mma_range *r)
{
	unsigned int i;
	u64 any = 0, raw, f;
	u8 level;

	mma_assert_locked(r->f.mm);
	for (i = 0; i < PTRS_PER_PTE; i++) {
		raw = mma_peek(r->f.mm, r->f.addr + i * PAGE_SIZE, &level);
		f = mma_entry_facts(raw, level);
		if (level == MMA_LEVEL_PMD)
			return;
		mma_range_mark(r, i, stays(raw, level) ? f : 0);
		any |= f;
	}
	r->had = any & MMA_MARKS;
}

/*
 * The kernel's caller holds mmap_lock on older kernels, but not on 7.2:
 * mm/khugepaged.c:1777. Marks that were not read are not demanded.
 */
static void remember_small(struct mma_range *r)
{
	struct vm_area_struct *vma;

	if (!mma_mm_trylock(r->f.mm)) {
		mma_count_event(MMA_UNSURE);
		return;
	}
	vma = mma_find_vma(r->f.mm, r->f.addr);
	if (vma && r->f.end <= mma_vma_end(vma) && !(vma->vm_flags & VM_DROPPABLE))
		remember_marks(r);
	if (vma && mma_noting(vma))
		r->noted = (struct mma_noted){ .begun = mma_counter(), .sets = MMA_F_PTE_HUGE };
	mma_mm_unlock(r->f.mm);
}

/* collapse_huge_page(mm, address, ...): khugepaged keeps the mm; no lock is held at return. */
static int collapse_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	mma_range_init(r, MMA_SITE_COLLAPSE, MMA_POINT_COLLAPSE, MMA_F_KEEPS, regs);
	r->f.mm = (void *)mma_arg(regs, 0);
	r->f.addr = mma_arg(regs, 1) & PMD_MASK;
	r->f.end = r->f.addr + PMD_SIZE;
	r->all = true;
	r->f.quiet = mma_quiet_token(r->f.mm, false);
	remember_small(r);
	return 0;
}
NOKPROBE_SYMBOL(collapse_enter);

struct mma_probe mma_probe_COLLAPSE =
	MMA_RANGE_PROBE(collapse_enter, mma_range_return_unlocked, 64);

/* set_huge_pmd(vma, addr, ...): mmap_lock is held; before, there was no entry or an empty page table. */
static int collapse_file_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	unsigned long addr = mma_arg(regs, 1) & PMD_MASK;

	mma_range_init(r, MMA_SITE_COLLAPSE, MMA_POINT_COLLAPSE_FILE, MMA_F_LOCK_MM, regs);
	mma_range_set(r, (void *)mma_arg(regs, 0), addr, addr + PMD_SIZE);
	mma_range_will_note(r, 0, MMA_F_PTE_HUGE);
	return 0;
}
NOKPROBE_SYMBOL(collapse_file_enter);

struct mma_probe mma_probe_COLLAPSE_FILE = MMA_RANGE_PROBE(collapse_file_enter, mma_range_return, 64);
