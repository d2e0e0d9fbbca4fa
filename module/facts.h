/* SPDX-License-Identifier: GPL-2.0 */
/*
 * facts.h - the inline half of facts.c: the walk to an entry and the look at a
 * plain page, which each fault pays for, and what is asked of each mapping.
 */
#ifndef MMA_FACTS_H
#define MMA_FACTS_H

/*
 * What makes a pointer good in a handler, each of which says at its head what
 * its function's caller holds:
 * - mm: the caller has it, as current->mm, by mmget(), or by a vma of it.
 * - vma, and vm_file and vm_ops in it: mmap_lock, the vma lock, or the lock of an
 *   rmap it is in, which free_pgtables() takes it out of before all else goes:
 *   mm/memory.c:383 (6.12).
 * - its page tables: the same; one that khugepaged retracts goes after a grace
 *   period, pte_free_defer(): preemption off.
 * - its userfaultfd context: see mma_uffd_features().
 * - a page: the page-table lock of an entry that maps it; struct page itself stays.
 */

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pgtable.h>

#include "bits.h"
#include "compat/entry.h"
#include "mma.h"

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

/* Does anybody rest on marks of its entries? Else all of it counts as soft-dirty and nothing is trapped. */
static __always_inline bool mma_tracked(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_UFFD_WP | VM_UFFD_RWP)) ||
	       (IS_ENABLED(CONFIG_MEM_SOFT_DIRTY) && !(vma->vm_flags & VM_SOFTDIRTY));
}

/*
 * hugetlb may share this mapping's page tables with others', which take them
 * away under i_mmap_rwsem alone: not for a probe to look at.
 */
static __always_inline bool mma_shares_tables(const struct vm_area_struct *vma)
{
	return is_vm_hugetlb_page((struct vm_area_struct *)vma) && (vma->vm_flags & VM_MAYSHARE);
}

#define RAW_FLAGS	(VM_PFNMAP | VM_MIXEDMAP | VM_IO)

/* mma_plain() of rule.h, as vm_flags have it. */
#define PLAIN_FLAGS	(VM_WRITE | VM_SOFTDIRTY)
#define PLAIN_ASKED	(PLAIN_FLAGS | VM_SHARED | RAW_FLAGS)

static __always_inline bool is_plain(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & PLAIN_ASKED) == PLAIN_FLAGS &&
	       !(pgprot_val(READ_ONCE(vma->vm_page_prot)) & _PAGE_RW);
}

#define ASKED (_PAGE_PRESENT | _PAGE_RW | _PAGE_PROTNONE | MMA_PTE_ODD)

/* Writable and not odd, with the bits needed; never if these are ~0. */
static __always_inline bool has_bits(u64 raw, u64 needed)
{
	return (raw & (ASKED | needed)) == (_PAGE_PRESENT | _PAGE_RW | needed);
}

/* MMA_KIND_ANON */
static __always_inline bool is_lone_anon(struct page *page)
{
	struct folio *folio = (struct folio *)page;

	return mma_exclusive_no_head(page) && !mma_tail(page) && mma_anon_no_ksm(folio) &&
	       mma_mapcount(page, false) == 1;
}

/* Most that is writable, without a look at the kind of its mapping. */
static __always_inline bool is_plain_sound(const struct vm_area_struct *vma, pte_t pte)
{
	return has_bits(native_pte_val(pte), 0) && is_plain(vma) && is_lone_anon(mma_present_page(pte));
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

/* A kernel with lockdep asserts it. */
static inline void mma_assert_locked(struct mm_struct *mm)
{
	lockdep_assert_held(&mm->mmap_lock);
}

u64 mma_glance_kind(struct vm_area_struct *vma, pte_t *ptep, pte_t pte);

/*
 * The entry of addr if it needs no judge but for what it was: read-only, or
 * sound for sure; else 0. Without its lock: the page was mapped while it was
 * looked at if the entry is the same before and after. Under mmap_lock or the
 * vma lock as when mma_peek_at() looked; preemption off, so no table goes.
 */
static __always_inline u64 mma_glance(struct vm_area_struct *vma, unsigned long addr,
				      const struct mma_place *at)
{
	pte_t *ptep = still_at(at, addr), pte;

	if (!ptep)
		return 0;
	pte = READ_ONCE(*ptep);
	if (likely(is_plain_sound(vma, pte) && native_pte_val(READ_ONCE(*ptep)) == native_pte_val(pte)))
		return native_pte_val(pte);
	return mma_glance_kind(vma, ptep, pte);
}

#endif /* MMA_FACTS_H */
