/* SPDX-License-Identifier: GPL-2.0 */
/*
 * levels.h - from an address down the page tables, level by level. Inline, because each
 * fault pays for it. Pure, so that tests/unit/levels_test.c can compile it with as many
 * levels as a kernel may have; struct mm_struct, READ_ONCE(), P4D_SHIFT, PUD_SHIFT,
 * PMD_SHIFT and what arch/ says of levels must be declared before.
 */
#ifndef MMA_LEVELS_H
#define MMA_LEVELS_H

/* Where a descent ends: at a PMD entry, or above it at an entry that points to no table. */
struct mma_end {
	void *entry;
	u64 raw;			/* what that was */
	unsigned int shift;		/* the entry maps 1 << shift bytes */
};

static __always_inline struct mma_end mma_end_in(const void *table, unsigned long addr, unsigned int shift)
{
	u64 *entry = (u64 *)table + (addr >> shift) % (1UL << MMA_TABLE_BITS);

	return (struct mma_end){ .entry = entry, .raw = READ_ONCE(*entry), .shift = shift };
}

/*
 * The only function that descends page tables. They stay while the caller holds
 * mmap_lock, the vma lock or the rmap lock; those of shared hugetlb mappings while it
 * holds i_mmap_rwsem. The kernel's *_bad(), *_offset() and *_index() take five times
 * as long, and each fault passes here. No entry above the PUD level can be huge.
 *
 * The top table is the fifth, the fourth, or the third, of the PUDs: arm64 with addresses of
 * 39 bits. Then P4D_SHIFT and PUD_SHIFT are both PGDIR_SHIFT: asm-generic/pgtable-nopud.h.
 *
 * No barrier is needed: each address comes from the entry that was read before, and
 * whoever hangs a table in has filled it before that, by a smp_wmb(): pmd_install()
 * mm/memory.c:410 (6.12), __pud_alloc().
 */
static __always_inline struct mma_end mma_descend(struct mm_struct *mm, unsigned long addr)
{
	const void *table = mm->pgd;
	struct mma_end at;

	if (mma_five_levels()) {
		at = mma_end_in(table, addr, P4D_SHIFT + MMA_TABLE_BITS);
		if (!mma_raw_present(at.raw))
			return at;
		table = mma_raw_table(at.raw);
	}
	if (P4D_SHIFT > PUD_SHIFT) {
		at = mma_end_in(table, addr, P4D_SHIFT);
		if (!mma_raw_present(at.raw))
			return at;
		table = mma_raw_table(at.raw);
	}
	at = mma_end_in(table, addr, PUD_SHIFT);
	return mma_raw_is_table(at.raw) ? mma_end_in(mma_raw_table(at.raw), addr, PMD_SHIFT) : at;
}

#endif /* MMA_LEVELS_H */
