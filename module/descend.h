/* SPDX-License-Identifier: GPL-2.0 */
/* descend.h - from an address down the page tables to its entry. Inline, for each fault pays for it. */
#ifndef MMA_DESCEND_H
#define MMA_DESCEND_H

#include <linux/mm.h>
#include <linux/pgtable.h>

#include "mmaudit.h"

/* Where an entry was found: this stays while mmap_lock or the vma lock is held, but for a table that comes or goes. */
struct mma_place {
	pmd_t *pmd;			/* where its table hangs, or NULL */
	u64 table;			/* what was there */
	pte_t *pte;			/* if that is a table, at MMA_LEVEL_PTE; or NULL */
	u8 level;
};

/* A page table hangs below, as opposed to nothing or a huge entry. Alike at every level. */
static __always_inline bool is_table(u64 raw)
{
	return (raw & (_PAGE_PRESENT | _PAGE_PSE)) == _PAGE_PRESENT;
}

/* The table that an entry of the level above names, which is_table(). */
static __always_inline void *table_of(u64 raw)
{
	return __va(raw & PTE_PFN_MASK);
}

/*
 * Not by the kernel's *_bad(), *_offset() and *_index(), which take five times
 * as long: each fault passes here. Only from the PUD on an entry may be huge.
 */
static __always_inline pmd_t *find_pmd(struct mm_struct *mm, unsigned long addr)
{
	const u64 mask = PTE_PFN_MASK;
	u64 raw;

	if (pgtable_l5_enabled()) {
		raw = native_pgd_val(mm->pgd[(addr >> (P4D_SHIFT + 9)) % PTRS_PER_PGD]);
		if (!(raw & _PAGE_PRESENT))
			return NULL;
		raw = native_p4d_val(((p4d_t *)__va(raw & mask))[(addr >> P4D_SHIFT) % PTRS_PER_PGD]);
	} else {
		raw = native_pgd_val(mm->pgd[(addr >> P4D_SHIFT) % PTRS_PER_PGD]);
	}
	if (!(raw & _PAGE_PRESENT))
		return NULL;
	raw = native_pud_val(((pud_t *)__va(raw & mask))[pud_index(addr)]);
	return is_table(raw) ? (pmd_t *)__va(raw & mask) + pmd_index(addr) : NULL;
}

/* Of a PMD entry that is_table(). */
static __always_inline pte_t *pte_of(u64 raw, unsigned long addr)
{
	return (pte_t *)table_of(raw) + pte_index(addr);
}

/* Where the entry of addr hangs; returns what hangs there. */
static __always_inline u64 locate(struct mm_struct *mm, unsigned long addr, struct mma_place *at)
{
	u64 raw;

	at->pmd = find_pmd(mm, addr);
	raw = at->pmd ? native_pmd_val(READ_ONCE(*at->pmd)) : 0;
	at->table = raw;
	at->pte = likely(is_table(raw)) ? pte_of(raw, addr) : NULL;
	return raw;
}

/* The entry of addr, and where it is, for mma_glance(). Page tables stay as find_place() says. */
static __always_inline u64 mma_peek_at(struct mm_struct *mm, unsigned long addr, struct mma_place *at)
{
	u64 raw = locate(mm, addr, at);

	at->level = MMA_LEVEL_PTE;
	if (likely(at->pte))
		return native_pte_val(READ_ONCE(*at->pte));
	at->level = raw ? MMA_LEVEL_PMD : MMA_LEVEL_NONE;
	return raw;
}

/* Where the entry is now: its table hangs where it did, or has come since. NULL: none, or huge. */
static __always_inline pte_t *still_at(const struct mma_place *at, unsigned long addr)
{
	u64 raw;

	if (likely(at->pte && native_pmd_val(READ_ONCE(*at->pmd)) == at->table))
		return at->pte;
	raw = at->pmd ? native_pmd_val(READ_ONCE(*at->pmd)) : 0;
	return is_table(raw) ? pte_of(raw, addr) : NULL;
}

#endif /* MMA_DESCEND_H */
