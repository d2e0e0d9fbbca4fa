/* SPDX-License-Identifier: GPL-2.0 */
/*
 * facts.h - an entry, its page and its mapping as MMA_F_* bits.
 *
 * Only facts, describe, descend.h, sieve and walk read page tables and struct page. A handler
 * reads fields of a vma, an mm or a vm_fault itself, where the caller of its function
 * keeps them stable. It passes on the entries, pages and folios it is given, and
 * reads no more of a page than its size or whether it is poisoned.
 */
#ifndef MMA_FACTS_H
#define MMA_FACTS_H

/*
 * What keeps a pointer valid in a handler. The comment above each handler says what
 * the caller of its function holds.
 * - mm: the caller uses it, as current->mm, by mmget(), or through a vma of it.
 * - vma, its vm_file and vm_ops: mmap_lock, the vma lock, or the lock of an rmap that
 *   contains it. free_pgtables() removes the vma from there before anything else of
 *   it is freed: mm/memory.c:383 (6.12).
 * - its page tables: the same locks. A table that khugepaged retracts is freed after
 *   a grace period, pte_free_defer(), so preemption must be off.
 * - its userfaultfd context: see mma_uffd_features().
 * - a page: the page-table lock of an entry that maps it. struct page itself stays.
 */

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/types.h>

#include "arch/arch.h"
#include "compat/entry.h"
#include "rule.h"
#include "sieve_bits.h"

struct mma_hit;

int mma_facts_init(void);
/* MMA_F_KERN_*: how this kernel decides; and for which of them headers say so. */
u64 mma_kernel_facts(void);
void mma_set_kernel_facts(u64 facts);
u64 mma_shown_facts(void);

/* Both set hit->facts, refs, maps, mm and vma; facts.c says which locks the caller holds. */
void mma_facts(struct mma_hit *hit, struct vm_area_struct *vma, u64 context);
void mma_facts_within(struct mma_hit *hit, struct vm_area_struct *vma, u64 given);

/*
 * A kind of mapping: mappings that no rule can tell apart. Their facts and sieve are
 * cached, because each fault asks for them and a CPU meets few kinds.
 */
struct mma_mapping {
	u64 key;			/* vm_flags, and UNFLAGGED facts above them; 0: not filled yet */
	u64 facts;
	struct mma_sieve sieve;
};

const struct mma_mapping *mma_mapping_of(struct vm_area_struct *vma);
void mma_mapping_read(struct mma_mapping *m, struct vm_area_struct *vma);
u64 mma_vma_facts(struct vm_area_struct *vma);
bool mma_marks_move(const struct vm_area_struct *vma);
bool mma_marks_end(const struct vm_area_struct *vma);
unsigned long mma_vma_end(const struct vm_area_struct *vma);
unsigned long mma_anon_address(struct vm_area_struct *vma, struct page *page);

/* About a raw entry at a level */
bool mma_is_migration(u64 raw, u8 level);
bool mma_is_device_exclusive(u64 raw, u8 level);
bool mma_is_marker(u64 raw, u8 level);
bool mma_is_poisoned(u64 raw, u8 level);
bool mma_is_deadly(u64 raw, u8 level);
bool mma_maps_pinned(u64 raw, u8 level);
bool mma_is_anon(u64 raw, u8 level);
bool mma_maps_folio(u64 raw, u8 level, struct folio *folio);
bool mma_may_copy(struct vm_area_struct *vma, u64 raw, u8 level);
bool mma_same_page(u64 a, u8 alevel, u64 b, u8 blevel, unsigned long addr);
unsigned long mma_level_size(u8 level);

unsigned long mma_entry_pfn(u64 raw, u8 level);
u64 mma_folio_facts(struct folio *folio);
bool mma_may_stay(struct folio *folio);

/* About an address space */
int mma_flush_pending(struct mm_struct *mm);
bool mma_ever_pinned(struct mm_struct *mm);
u32 mma_owner(struct mm_struct *mm);

#define MMA_VM_RAW	(VM_PFNMAP | VM_MIXEDMAP | VM_IO)

/* X(NAME, vm_flags): MMA_F_VMA_NAME is set if one of these is */
#define MMA_VM_FLAGS(X)			\
	X(WRITE, VM_WRITE)		\
	X(SHARED, VM_SHARED)		\
	X(MAYSHARE, VM_MAYSHARE)	\
	X(MAYWRITE, VM_MAYWRITE)	\
	X(SOFTDIRTY, VM_SOFTDIRTY)	\
	X(UFFD_WP, VM_UFFD_WP)		\
	X(UFFD_RWP, VM_UFFD_RWP)	\
	X(RAW, MMA_VM_RAW)		\
	X(PFNMAP, VM_PFNMAP)		\
	X(HUGETLB, VM_HUGETLB)

/* The vm_flags of VMA_* facts. */
static __always_inline unsigned long mma_vm_flags_of(u64 f)
{
#define X(name, bits) (f & MMA_F_VMA_##name ? (bits) : 0) |
	return MMA_VM_FLAGS(X) 0;
#undef X
}

/* Whether anybody relies on marks of its entries. If not, all of it counts as soft-dirty and nothing is trapped. */
static __always_inline bool mma_tracked(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_UFFD_WP | VM_UFFD_RWP)) ||
	       (IS_ENABLED(CONFIG_MEM_SOFT_DIRTY) && !(vma->vm_flags & VM_SOFTDIRTY));
}

/* Where userfaultfd needs entries of its own, tables are not shared: uffd_disable_huge_pmd_share(). */
#define MMA_VM_OWN_TABLES (VM_UFFD_WP | VM_UFFD_RWP | VM_UFFD_MINOR)

/* Whether the mapping has all of an aligned 1 GiB, or may be what a split has left of one. */
static __always_inline bool mma_spans_table(const struct vm_area_struct *vma)
{
	return !MMA_HUGETLB_UNSHARES || ALIGN(vma->vm_start, PUD_SIZE) + PUD_SIZE <= vma->vm_end;
}

/* Where a page is taken away, its mark is not left behind: cond_install_uffd_wp_ptes() mm/memory.c:1723 (7.3). */
static __always_inline bool mma_takes_traps(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_UFFD_RWP && vma->vm_ops;
}

/* Where an entry that goes leaves a marker for its mark, unless it is told not to: zap_install_uffd_wp_if_needed(). */
static __always_inline bool mma_leaves_markers(const struct vm_area_struct *vma)
{
	return MMA_HAS_MARKERS && vma->vm_flags & VM_UFFD_WP && vma->vm_ops;
}

/*
 * Whether hugetlb may share page tables of this mapping with other mappings: they may
 * go under i_mmap_rwsem alone, so a probe must not read them. Which mappings may is
 * said by want_pmd_share() mm/hugetlb.c:7180 (6.12), vma_shareable() :5332 (5.10). A
 * mapping that no longer may has none that are shared: hugetlb_split() and
 * hugetlb_unshare_all_pmds() run while mmap_lock (and the vma lock) is held for writing.
 * They take i_mmap_rwsem for writing, too, so the answer also holds under the rmap lock.
 * Shared tables have no mark that could be lost: hugetlb has no soft-dirty, and uffd-wp
 * wants own tables.
 */
static __always_inline bool mma_shares_tables(const struct vm_area_struct *vma)
{
	return is_vm_hugetlb_page((struct vm_area_struct *)vma) && (vma->vm_flags & VM_MAYSHARE) &&
	       !(vma->vm_flags & MMA_VM_OWN_TABLES) && mma_spans_table(vma);
}

/*
 * How far the next huge page of a hugetlb mapping is, or the next entry of one that is larger than
 * a PMD maps. On arm64 sixteen small entries, or sixteen huge ones, may make one page.
 */
static inline unsigned long mma_hugetlb_step(const struct vm_area_struct *vma)
{
	return min_t(unsigned long, huge_page_size(hstate_vma((struct vm_area_struct *)vma)), PMD_SIZE);
}

#endif /* MMA_FACTS_H */
