// SPDX-License-Identifier: GPL-2.0
/* sieve.c - the fast path: tells of most entries that they are sound, without their facts. */
#include <linux/mm.h>

#include "bits.h"
#include "compat/entry.h"
#include "descend.h"
#include "facts.h"
#include "sieve.h"

/* None of [addr, end) is writable, of *nr more; false also where that takes more than a look at one table. */
bool mma_all_readonly(struct mm_struct *mm, unsigned long addr, unsigned long end,
		      unsigned int *nr)
{
	pmd_t *pmdp = find_pmd(mm, addr);
	u64 raw = pmdp ? native_pmd_val(READ_ONCE(*pmdp)) : 0;
	pte_t *ptep, pte;

	if (!is_table(raw) || (addr ^ (end - 1)) & PMD_MASK)
		return false;
	for (ptep = pte_of(raw, addr); addr < end; addr += PAGE_SIZE) {
		pte = READ_ONCE(*ptep++);
		if (!(native_pte_val(pte) & (_PAGE_PRESENT | _PAGE_PROTNONE)))
			continue;
		if (pte_write(pte))
			return false;
		++*nr;
	}
	return true;
}

/* Under mmap_lock or the vma lock. It knows nothing of a moment's own demands, MMA_F_NEED_*. */
void mma_sieve_init(struct mma_sieve *s, struct vm_area_struct *vma)
{
	struct mma_mapping m;

	mma_mapping_read(&m, vma);
	*s = m.sieve;
}

/* The same in a probe, where preemption is off. */
struct mma_sieve mma_sieve_of(struct vm_area_struct *vma)
{
	return mma_mapping_of(vma)->sieve;
}

/* MMA_KIND_FILE; the zero page has no mapping. */
noinline bool mma_sound_file(const struct mma_sieve *s, pte_t pte)
{
	struct folio *folio;

	if (!has_bits(native_pte_val(pte), s->file))
		return false;
	folio = page_folio(mma_present_page(pte));
	return !folio_test_anon(folio) && folio->mapping;
}

/*
 * Writable, and sound for sure, as rule.h said when the sieve was made. No
 * special entry and no driver's mapping, so there is a struct page.
 */
static __always_inline bool is_sound(const struct mma_sieve *s, pte_t pte)
{
	return (has_bits(native_pte_val(pte), s->anon) && is_lone_anon(mma_present_page(pte))) ||
	       mma_sound_file(s, pte);
}

/* The old entry has a mark that the new one lacks; a swapped one has its marks elsewhere. */
static __always_inline bool may_lose(u64 old, u64 new)
{
	if (old & ~new & (_PAGE_SOFT_DIRTY | MMA_PTE_UFFD))
		return true;
	return old && !(old & (_PAGE_PRESENT | _PAGE_PROTNONE));
}

/*
 * Nothing to judge in an entry that replaces `old`, a private mapping's:
 * ptep_set_access_flags() under the page-table lock. Preemption off.
 */
bool mma_sound_upgrade(struct vm_area_struct *vma, u64 old, u64 new)
{
	pte_t pte = native_make_pte(new);

	return !(vma->vm_flags & VM_SHARED) && !may_lose(old, new) &&
	       (is_plain_sound(vma, pte) || is_sound(&mma_mapping_of(vma)->sieve, pte));
}

/* mma_glance() of what is not plain, or changes. */
u64 mma_glance_kind(struct vm_area_struct *vma, pte_t *ptep, pte_t pte)
{
	u64 raw = native_pte_val(pte);

	if (!(raw & _PAGE_PRESENT))
		return 0;
	if (!mma_raw_write(raw))
		return raw;
	return is_sound(&mma_mapping_of(vma)->sieve, pte) && native_pte_val(READ_ONCE(*ptep)) == raw ? raw : 0;
}

/*
 * `nr` entries of one table in one look, without their lock: how many are
 * granted << 32 | how many read-only, or -1 if one needs a judge. olds tells
 * what they were, at where. mmap_lock held, preemption off.
 */
s64 mma_glance_all(struct vm_area_struct *vma, const struct mma_place *at, const u64 *olds, unsigned int nr)
{
	const s64 granted = 1LL << 32;
	pte_t *ptep = at->pte, pte;
	s64 counts = 0;

	if (!ptep || native_pmd_val(READ_ONCE(*at->pmd)) != at->table)
		return -1;
	for (; nr; nr--, ptep++, olds++) {
		pte = READ_ONCE(*ptep);
		if (!(native_pte_val(pte) & (_PAGE_PRESENT | _PAGE_PROTNONE)))
			continue;
		if (may_lose(*olds, native_pte_val(pte)))
			return -1;
		if (!mma_raw_write(native_pte_val(pte))) {
			counts++;
			continue;
		}
		if ((!is_plain_sound(vma, pte) && !is_sound(&mma_mapping_of(vma)->sieve, pte)) ||
		    native_pte_val(READ_ONCE(*ptep)) != native_pte_val(pte))
			return -1;
		counts += *olds & _PAGE_RW ? 0 : granted;
	}
	return counts;
}
