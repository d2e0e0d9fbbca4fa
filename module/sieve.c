// SPDX-License-Identifier: GPL-2.0
/* sieve.c - the fast path: tells of most entries that they are sound, without their facts. */
#include <linux/mm.h>

#include "bits.h"
#include "compat/entry.h"
#include "descend.h"
#include "facts.h"
#include "sieve.h"

/* Under mmap_lock or the vma lock. */
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
noinline bool mma_is_sound_file(const struct mma_sieve *s, u64 raw)
{
	struct folio *folio;

	if (!mma_passes(s->file, raw))
		return false;
	folio = page_folio(mma_present_page(raw));
	return !folio_test_anon(folio) && folio->mapping;
}

static __always_inline bool is_sound_in(struct vm_area_struct *vma, u64 raw)
{
	return mma_is_sound_plain(vma, raw) || mma_is_sound(&mma_mapping_of(vma)->sieve, raw);
}

/* The old entry has a mark that the new one lacks; a swapped one has its marks elsewhere. */
static __always_inline bool may_lose(u64 old, u64 new)
{
	if (old & ~new & MMA_RAW_MARKS)
		return true;
	return old && !mma_raw_mapped(old);
}

/*
 * Nothing to judge in an entry that replaces `old`, a private mapping's:
 * ptep_set_access_flags() under the page-table lock. Preemption off.
 */
bool mma_sound_upgrade(struct vm_area_struct *vma, u64 old, u64 new)
{
	return !(vma->vm_flags & VM_SHARED) && !may_lose(old, new) && is_sound_in(vma, new);
}

/* mma_glance() of what is not plain, or changes. */
u64 mma_glance_kind(struct vm_area_struct *vma, pte_t *ptep, u64 raw)
{
	if (!mma_raw_present(raw))
		return 0;
	if (!mma_raw_write(raw))
		return raw;
	return mma_is_sound(&mma_mapping_of(vma)->sieve, raw) && mma_pte_raw(READ_ONCE(*ptep)) == raw ? raw : 0;
}

/*
 * `nr` entries of one table in one look, without their lock: how many are
 * granted << 32 | how many read-only, or -1 if one needs a judge. olds tells
 * what they were, at where. mmap_lock held, preemption off.
 */
s64 mma_glance_all(struct vm_area_struct *vma, const struct mma_place *at, const u64 *olds, unsigned int nr)
{
	const s64 granted = 1LL << 32;
	pte_t *ptep = at->pte;
	s64 counts = 0;
	u64 raw;

	if (!ptep || mma_pmd_raw(READ_ONCE(*at->pmd)) != at->table)
		return -1;
	for (; nr; nr--, ptep++, olds++) {
		raw = mma_pte_raw(READ_ONCE(*ptep));
		if (!mma_raw_mapped(raw))
			continue;
		if (may_lose(*olds, raw))
			return -1;
		if (!mma_raw_write(raw)) {
			counts++;
			continue;
		}
		if (!is_sound_in(vma, raw) || mma_pte_raw(READ_ONCE(*ptep)) != raw)
			return -1;
		counts += mma_raw_rw(*olds) ? 0 : granted;
	}
	return counts;
}

/* None of [addr, end) is writable, of *nr more; false also where that takes more than a look at one table. */
bool mma_all_readonly(struct mm_struct *mm, unsigned long addr, unsigned long end,
		      unsigned int *nr)
{
	struct mma_place at;
	pte_t *ptep;
	u64 raw;

	mma_find_place(mm, addr, &at);
	if (!at.pte || (addr ^ (end - 1)) & PMD_MASK)
		return false;
	for (ptep = at.pte; addr < end; addr += PAGE_SIZE) {
		raw = mma_pte_raw(READ_ONCE(*ptep++));
		if (!mma_raw_mapped(raw))
			continue;
		if (mma_raw_write(raw))
			return false;
		++*nr;
	}
	return true;
}
