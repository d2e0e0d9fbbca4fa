/* SPDX-License-Identifier: GPL-2.0 */
/* bits.h - what the bits of a page table entry say, as facts. Inline, because each hit asks several times. */
#ifndef MMA_BITS_H
#define MMA_BITS_H

#include <linux/mm.h>
#include <linux/pgtable.h>

#include "arch/arch.h"
#include "compat/entry.h"
#include "mmaudit.h"
#include "rule.h"

/* For an entry that is neither empty nor present. */
static inline u64 mma_swap_facts(pte_t pte)
{
	return MMA_F_PTE_SWAP | (pte_swp_soft_dirty(pte) ? MMA_F_PTE_SOFT_DIRTY : 0) |
	       (mma_pte_swp_excl(pte) ? MMA_F_PTE_SWP_EXCL : 0) |
	       (pte_swp_uffd(pte) || mma_pte_is_wp_marker(pte) ? MMA_F_PTE_UFFD_WP : 0);
}

static inline u64 mma_pte_facts(pte_t pte)
{
	u64 f = MMA_F_PTE_PRESENT;

	if (pte_none(pte))
		return 0;
	if (!pte_present(pte))
		return mma_swap_facts(pte);
	if (mma_raw_protnone(mma_pte_raw(pte)))
		f |= MMA_F_PTE_PROTNONE;
	if (pte_write(pte))
		f |= MMA_F_PTE_WRITE;
	if (pte_dirty(pte))
		f |= MMA_F_PTE_DIRTY;
	if (pte_soft_dirty(pte))
		f |= MMA_F_PTE_SOFT_DIRTY;
	if (pte_uffd(pte))
		f |= MMA_F_PTE_UFFD_WP;
	/* vm_normal_page() returns no page for a devmap entry either: mm/memory.c:608 (6.12) */
	if (pte_special(pte) || pte_devmap(pte))
		f |= MMA_F_PTE_SPECIAL;
	return f;
}

static inline u64 mma_pmd_facts(pmd_t pmd)
{
	u64 f = MMA_F_PTE_PRESENT | MMA_F_PTE_HUGE;

	if (pmd_none(pmd))
		return 0;
	/*
	 * Read as a PTE: a swap entry has the same bits at both levels,
	 * arch/x86/include/asm/pgtable_64.h:188 (6.12). hugetlb writes its swap entries as
	 * PTEs, and the kernel's own PMD accessors are stubs without transparent huge
	 * pages: include/linux/swapops.h:599 (6.12), leafops.h:113 (7.2).
	 */
	if (!pmd_present(pmd))
		return MMA_F_PTE_HUGE | mma_swap_facts(mma_raw_pte(mma_pmd_raw(pmd)));
	if (mma_raw_protnone(mma_pmd_raw(pmd)))
		f |= MMA_F_PTE_PROTNONE;
	if (pmd_write(pmd))
		f |= MMA_F_PTE_WRITE;
	if (pmd_dirty(pmd))
		f |= MMA_F_PTE_DIRTY;
	if (pmd_soft_dirty(pmd))
		f |= MMA_F_PTE_SOFT_DIRTY;
	if (pmd_uffd(pmd))
		f |= MMA_F_PTE_UFFD_WP;
	if (pmd_special(pmd) || pmd_devmap(pmd))
		f |= MMA_F_PTE_SPECIAL;
	return f;
}

/* A huge PUD entry has the same bits as a huge PMD entry. */
static inline u64 mma_entry_facts(u64 raw, u8 level)
{
	if (likely(level == MMA_LEVEL_PTE))
		return mma_pte_facts(__pte(raw));
	return level == MMA_LEVEL_NONE ? 0 : mma_pmd_facts(__pmd(raw));
}

/* pte_page() of a present entry, without its tests for PROT_NONE and Xen. */
static inline struct page *mma_present_page(u64 raw)
{
	return pfn_to_page(mma_raw_pfn(raw));
}

static inline bool mma_facts_writable(u64 f)
{
	return (f & (MMA_F_PTE_WRITE | MMA_F_PTE_PROTNONE)) == MMA_F_PTE_WRITE;
}

#endif /* MMA_BITS_H */
