// SPDX-License-Identifier: GPL-2.0
/*
 * describe.c - what the record of a violation says of its mapping and folio, and no rule asks.
 *
 * What keeps the vma, its vm_file and the page: in a probe what facts.h says, that is
 * mmap_lock, the vma lock or the lock of an rmap; in confirm.c and sweep.c mmap_lock; for
 * the page the page-table lock. Under the lock of an rmap alone the flags of the vma may
 * change meanwhile, its range may not: vma_prepare() mm/vma.c (6.12). User space finds the
 * file's path: a probe cannot call d_path().
 */
#include <linux/fs.h>
#include <linux/mm.h>

#include "bits.h"
#include "compat/entry.h"
#include "describe.h"
#include "facts.h"
#include "hit.h"
#include "letters.h"

u64 mma_letters_of(unsigned long flags)
{
	u64 letters = 0;

#define X(bit, name, flag) letters |= flags & VM_##flag ? 1ULL << (bit) : 0;
	MMA_LETTERS(X)
#undef X
	return letters;
}

/* As vma_is_initial_heap(). The numbers of mm may change meanwhile. */
static bool is_heap(const struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	return vma->vm_start < READ_ONCE(mm->brk) && vma->vm_end > READ_ONCE(mm->start_brk);
}

/* As vma_is_initial_stack(). */
static bool is_stack(const struct vm_area_struct *vma)
{
	const unsigned long sp = READ_ONCE(vma->vm_mm->start_stack);

	return vma->vm_start <= sp && vma->vm_end >= sp;
}

static u8 kind_of(const struct vm_area_struct *vma)
{
	if (vma->vm_file)
		return MMA_MAP_FILE;
	if (READ_ONCE(vma->vm_ops))
		return MMA_MAP_SPECIAL;
	if (is_heap(vma))
		return MMA_MAP_HEAP;
	return is_stack(vma) ? MMA_MAP_STACK : MMA_MAP_ANON;
}

/* The same inode that /proc/PID/maps shows. */
static void describe_file(struct mma_map *map, const struct file *file)
{
	const struct inode *inode = mma_file_inode(file);

	map->ino = inode->i_ino;
	map->dev = inode->i_sb->s_dev;
}

void mma_describe(struct mma_map *map, const struct mma_hit *hit)
{
	const struct vm_area_struct *vma = hit->vma;

	memset(map, 0, sizeof(*map));
	if (!vma)
		return;
	map->start = vma->vm_start;
	map->end = vma->vm_end;
	map->pgoff = vma->vm_pgoff;
	map->vm_flags = vma->vm_flags;
	map->letters = mma_letters_of(map->vm_flags);
	map->kind = kind_of(vma);
	map->order = hit->order;
	map->folio = hit->folio;
	if (vma->vm_file)
		describe_file(map, vma->vm_file);
}

/* Not by the functions of facts.h, which take no huge entry for a marker: hugetlb has such. */
static u8 kind_of_swap(pte_t pte)
{
	if (mma_pte_is_migration(pte))
		return MMA_ENTRY_MIGRATION;
	if (mma_pte_is_wp_marker(pte))
		return MMA_ENTRY_MARKER;
	if (mma_pte_is_poisoned(pte))
		return MMA_ENTRY_POISONED;
	if (mma_pte_is_deadly(pte))
		return MMA_ENTRY_GUARD;
	if (mma_pte_is_exclusive(pte))
		return MMA_ENTRY_EXCLUSIVE;
	return mma_pte_is_swapped(pte) ? MMA_ENTRY_SWAP : MMA_ENTRY_OTHER;
}

u8 mma_entry_kind(u64 raw, u8 level)
{
	if (mma_raw_none(raw))
		return MMA_ENTRY_NONE;
	if (!(mma_entry_facts(raw, level) & MMA_F_PTE_SWAP))
		return MMA_ENTRY_PRESENT;
	return kind_of_swap(__pte(raw));
}

/* hugetlb's folios are never swapbacked. */
static bool is_lazyfree(u64 facts, unsigned long flags)
{
	return facts & MMA_F_PAGE_ANON && !(facts & MMA_F_VMA_HUGETLB) && !(flags & BIT(PG_swapbacked));
}

static u8 folio_words(u64 facts, unsigned long flags)
{
	return MMA_FOLIO_SEEN |
	       (flags & BIT(PG_writeback) ? MMA_FOLIO_WRITEBACK : 0) |
	       (is_lazyfree(facts, flags) ? MMA_FOLIO_LAZYFREE : 0) |
	       (flags & BIT(PG_mlocked) ? MMA_FOLIO_MLOCKED : 0) |
	       (flags & BIT(PG_reserved) ? MMA_FOLIO_RESERVED : 0) |
	       (flags & __PG_HWPOISON ? MMA_FOLIO_POISONED : 0);
}

void mma_describe_folio(struct mma_hit *hit)
{
	struct folio *folio;

	if (!(hit->facts & MMA_F_PAGE))
		return;
	folio = page_folio(pfn_to_page(mma_entry_pfn(hit->new, hit->level)));
	hit->order = folio_order(folio);
	hit->folio = folio_words(hit->facts, mma_page_flags(&folio->page));
}
