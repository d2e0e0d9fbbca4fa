/* SPDX-License-Identifier: GPL-2.0 */
/* sieve.h - what sieve.c offers: which entries are sound without a look at all their facts. */
#ifndef MMA_SIEVE_H
#define MMA_SIEVE_H

#include <linux/mm.h>

#include "bits.h"
#include "compat/entry.h"
#include "descend.h"
#include "facts.h"

/* mma_plain() of rule.h, as vm_flags have it. */
#define PLAIN_FLAGS	(VM_WRITE | VM_SOFTDIRTY)
#define PLAIN_ASKED	(PLAIN_FLAGS | VM_SHARED | MMA_VM_RAW)

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

/* is_lone_anon() of a page of a folio that mma_anon_no_ksm(), which `whole` huge entries map. */
static __always_inline bool is_lone_part(struct page *page, int whole)
{
	return mma_exclusive(page) && whole + mma_mapcount(page, false) <= 1;
}

void mma_sieve_init(struct mma_sieve *s, struct vm_area_struct *vma);
struct mma_sieve mma_sieve_of(struct vm_area_struct *vma);
bool mma_sound_file(const struct mma_sieve *s, pte_t pte);
bool mma_sound_upgrade(struct vm_area_struct *vma, u64 old, u64 new);
bool mma_all_readonly(struct mm_struct *mm, unsigned long addr, unsigned long end,
		      unsigned int *nr);
s64 mma_glance_all(struct vm_area_struct *vma, const struct mma_place *at, const u64 *olds, unsigned int nr);
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

#endif /* MMA_SIEVE_H */
