// SPDX-License-Identifier: GPL-2.0
/* sieve.c - the fast path: finds most entries sound without reading all their facts. */
#include <linux/mm.h>

#include "bits.h"
#include "compat/entry.h"
#include "descend.h"
#include "facts.h"
#include "pipes.h"
#include "sieve.h"

/* mmap_lock or the vma lock is held. */
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

/* For MMA_KIND_FILE. The zero page is none, it has no page->mapping. */
noinline bool mma_is_sound_file(const struct mma_sieve *s, u64 raw)
{
	struct folio *folio;

	if (!mma_passes(s->file, raw))
		return false;
	folio = page_folio(mma_present_page(raw));
	return !folio_test_anon(folio) && folio->mapping;
}

/* Few read-only entries are marked, so the sieve is looked up only for these. */
static __always_inline bool is_wrong_in(struct vm_area_struct *vma, u64 raw)
{
	return unlikely(raw & MMA_RAW_UFFD) && mma_is_marked_wrong(&mma_mapping_of(vma)->sieve, raw);
}

static __always_inline bool is_sound_in(struct vm_area_struct *vma, u64 raw)
{
	return mma_is_sound_plain(vma, raw) || mma_is_sound(&mma_mapping_of(vma)->sieve, raw);
}

/* Whether a mark of the old entry may be lost. A swap entry has its marks in other bits, so the answer is yes. */
static __always_inline bool may_lose(u64 old, u64 new)
{
	if (old & ~new & MMA_RAW_MARKS)
		return true;
	return old && !mma_raw_mapped(old);
}

/* Of a sound entry. Whose another reference is, only all facts tell: mma_piped_by_others(). */
static __always_inline bool may_be_piped(u64 raw)
{
	return unlikely(mma_pipes_used()) && page_ref_count(mma_present_page(raw)) > 1;
}

/*
 * For ptep_set_access_flags(), under the page-table lock: whether the entry that
 * replaces `old` in a private mapping is sound for sure. Preemption is off.
 */
bool mma_sound_upgrade(struct vm_area_struct *vma, u64 old, u64 new)
{
	return !(vma->vm_flags & VM_SHARED) && !may_lose(old, new) && is_sound_in(vma, new) && !may_be_piped(new);
}

/* The rest of mma_glance(), for an entry that is not plain or has changed. */
u64 mma_glance_kind(struct vm_area_struct *vma, pte_t *ptep, u64 raw)
{
	if (!mma_raw_present(raw))
		return 0;
	if (!mma_raw_write(raw))
		return is_wrong_in(vma, raw) ? 0 : raw;
	return mma_is_sound(&mma_mapping_of(vma)->sieve, raw) && mma_entry_stands(ptep, raw) ? raw : 0;
}

/*
 * Looks at `nr` entries of one table, without their lock. Returns how many became
 * writable << 32 | how many are read-only, or -1 if one must be judged. `olds` has
 * the entries as they were before, `at` the place of the first. mmap_lock is held,
 * preemption is off. An entry that is gone may be back at once: MMA_BLINKS.
 */
s64 mma_glance_all(struct vm_area_struct *vma, const struct mma_place *at, const u64 *olds, unsigned int nr)
{
	const s64 granted = 1LL << 32;
	pte_t *ptep = at->pte;
	s64 counts = 0;
	u64 raw;

	if (!ptep || !mma_table_stands(at))
		return -1;
	for (; nr; nr--, ptep++, olds++) {
		raw = mma_pte_raw(READ_ONCE(*ptep));
		if (!mma_raw_mapped(raw)) {
			if (MMA_BLINKS && !raw && *olds)
				return -1;
			continue;
		}
		if (may_lose(*olds, raw))
			return -1;
		if (!mma_raw_write(raw)) {
			if (is_wrong_in(vma, raw))
				return -1;
			counts++;
			continue;
		}
		if (!is_sound_in(vma, raw) || !mma_entry_stands(ptep, raw))
			return -1;
		counts += mma_raw_rw(*olds) ? 0 : granted;
	}
	return counts;
}

/*
 * True: no entry of [addr, end) is writable or marked; *nr counts those present. False also
 * if they are in more than one table. Each entry is looked at once and no page is, so
 * this needs no order.
 */
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
		if (raw & MMA_RAW_UFFD || mma_raw_write(raw))
			return false;
		++*nr;
	}
	return true;
}
