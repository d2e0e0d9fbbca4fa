/* SPDX-License-Identifier: GPL-2.0 */
/* sieve.h - which entries are sound for sure, without reading all their facts. */
#ifndef MMA_SIEVE_H
#define MMA_SIEVE_H

#include <linux/mm.h>

#include "bits.h"
#include "compat/entry.h"
#include "descend.h"
#include "facts.h"

/* mma_plain_has() and mma_plain_lacks(), tested on the flags: most mappings are plain and need no sieve of their kind. */
static __always_inline bool mma_is_plain(const struct vm_area_struct *vma)
{
	const unsigned long has = mma_vm_flags_of(mma_plain_has());
	const unsigned long lacks = mma_vm_flags_of(mma_plain_lacks());

	return (vma->vm_flags & (has | lacks)) == has && !mma_prot_write(READ_ONCE(vma->vm_page_prot));
}

/* Whether a page is of MMA_KIND_ANON and small. */
static __always_inline bool mma_is_lone_anon(struct page *page)
{
	struct folio *folio = (struct folio *)page;

	return mma_exclusive_no_head(page) && !mma_tail(page) && mma_anon_no_ksm(folio) &&
	       mma_mapcount(page, false) == 1;
}

/* Whether a page of a large folio is of MMA_KIND_ANON. The folio is mma_anon_no_ksm(), and `whole` huge entries map it. */
static __always_inline bool mma_is_lone_part(struct page *page, int whole)
{
	return mma_exclusive(page) && whole + mma_mapcount(page, false) <= 1;
}

bool mma_is_sound_file(const struct mma_sieve *s, u64 raw);

/*
 * Whether an entry is what it was before a look at its page, without the page-table
 * lock. If so the look was at the page while the entry mapped it, in this order:
 *
 *	entry, page [its address comes from the entry], smp_rmb(), entry.
 *
 * What it saw of the page is at least as new as what whoever made the entry had done
 * before: a fault and a change of protection are looked at by the task that made them,
 * whose own stores are in order, and others make an entry after a smp_wmb(), that of
 * __folio_mark_uptodate() for a new page, or under the page-table lock. A look that
 * comes too early for what is done to the page afterwards finds less to be sound: then
 * the entry is judged under its lock. So no wrong one passes by that, and no sound one is
 * reported.
 */
static __always_inline bool mma_entry_stands(pte_t *ptep, u64 raw)
{
	smp_rmb();
	return mma_pte_raw(READ_ONCE(*ptep)) == raw;
}

/*
 * Whether a raw entry is writable and sound for sure: the sieve was made by asking the
 * rules. An entry that passes is not special and in no driver's mapping, so it has a
 * struct page.
 */
static __always_inline bool mma_is_sound_anon(struct mma_pass p, u64 raw)
{
	return mma_passes(p, raw) && mma_is_lone_anon(mma_present_page(raw));
}

static __always_inline bool mma_is_sound(const struct mma_sieve *s, u64 raw)
{
	return mma_is_sound_anon(s->anon, raw) || mma_is_sound_file(s, raw);
}

/*
 * Whether a raw entry must be judged though it is read-only: its mark is wrong in this
 * mapping. The entry is mma_raw_mapped(). The first test is for a kernel without marks.
 */
static __always_inline bool mma_is_marked_wrong(const struct mma_sieve *s, u64 raw)
{
	return unlikely(raw & MMA_RAW_UFFD) && mma_passes(s->wrong, raw);
}

/* The same for most entries, without the sieve of their mapping. */
static __always_inline bool mma_is_sound_plain(const struct vm_area_struct *vma, u64 raw)
{
	return mma_passes(mma_pass_with(0), raw) && mma_is_plain(vma) && mma_is_lone_anon(mma_present_page(raw));
}

void mma_sieve_init(struct mma_sieve *s, struct vm_area_struct *vma);
struct mma_sieve mma_sieve_of(struct vm_area_struct *vma);
bool mma_sound_upgrade(struct vm_area_struct *vma, u64 old, u64 new);
bool mma_all_readonly(struct mm_struct *mm, unsigned long addr, unsigned long end,
		      unsigned int *nr);
s64 mma_glance_all(struct vm_area_struct *vma, const struct mma_place *at, const u64 *olds, unsigned int nr);
u64 mma_glance_kind(struct vm_area_struct *vma, pte_t *ptep, u64 raw);

/*
 * Returns the entry of addr if it is sound for sure, read-only or not, else 0; what it was
 * before is not considered. Takes no page-table lock: mma_entry_stands(). mmap_lock or
 * the vma lock is held since mma_peek_at() set `at`; preemption is off, so no table is
 * freed.
 */
static __always_inline u64 mma_glance(struct vm_area_struct *vma, unsigned long addr,
				      const struct mma_place *at)
{
	pte_t *ptep = mma_still_at(at, addr);
	u64 raw;

	if (!ptep)
		return 0;
	raw = mma_pte_raw(READ_ONCE(*ptep));
	if (likely(mma_is_sound_plain(vma, raw) && mma_entry_stands(ptep, raw)))
		return raw;
	return mma_glance_kind(vma, ptep, raw);
}

#endif /* MMA_SIEVE_H */
