/* SPDX-License-Identifier: GPL-2.0 */
/* descend.h - from an address down the page tables to its entry. Inline, because each fault pays for it. */
#ifndef MMA_DESCEND_H
#define MMA_DESCEND_H

#include <linux/mm.h>
#include <linux/pgtable.h>

#include "arch/arch.h"
#include "levels.h"
#include "mmaudit.h"

/* Where an entry was found. While mmap_lock or the vma lock is held, this can only change by a table that comes or goes. */
struct mma_place {
	pmd_t *pmd;			/* its PMD entry, or NULL */
	u64 table;			/* what that was */
	pte_t *pte;			/* its PTE, if that pointed to a table; else NULL */
	u8 level;
};

/* The PTE of addr in the table that a PMD entry points to; NULL if it points to none. */
static __always_inline pte_t *mma_pte_below(u64 pmd, unsigned long addr)
{
	return likely(mma_raw_is_table(pmd)) ? (pte_t *)mma_raw_table(pmd) + pte_index(addr) : NULL;
}

/* Sets where the entry of addr is, if there is a PMD; at->level is not set. */
static __always_inline void mma_find_place(struct mm_struct *mm, unsigned long addr, struct mma_place *at)
{
	struct mma_end end = mma_descend(mm, addr);
	bool found = end.shift == PMD_SHIFT;

	at->pmd = found ? end.entry : NULL;
	at->table = found ? end.raw : 0;
	at->pte = found ? mma_pte_below(end.raw, addr) : NULL;
}

/* Returns the entry of addr, 0 if it is empty, and sets where it is. */
static __always_inline u64 mma_peek_at(struct mm_struct *mm, unsigned long addr, struct mma_place *at)
{
	mma_find_place(mm, addr, at);
	at->level = MMA_LEVEL_PTE;
	if (likely(mma_raw_is_table(at->table)))
		return mma_pte_raw(READ_ONCE(*at->pte));
	at->level = mma_raw_none(at->table) ? MMA_LEVEL_NONE : MMA_LEVEL_PMD;
	return at->level == MMA_LEVEL_NONE ? 0 : at->table;
}

/*
 * Whether the table that was found still is there. What it holds is read only afterwards:
 * at->pte was known before, and a table that went and came back may have been anything
 * in between.
 */
static __always_inline bool mma_table_stands(const struct mma_place *at)
{
	if (mma_pmd_raw(READ_ONCE(*at->pmd)) != at->table)
		return false;
	smp_rmb();
	return true;
}

/* The PTE of addr now: in the table that was found, or in one that has come since. NULL: there is no table. */
static __always_inline pte_t *mma_still_at(const struct mma_place *at, unsigned long addr)
{
	if (likely(at->pte && mma_table_stands(at)))
		return at->pte;
	return at->pmd ? mma_pte_below(mma_pmd_raw(READ_ONCE(*at->pmd)), addr) : NULL;
}

#endif /* MMA_DESCEND_H */
