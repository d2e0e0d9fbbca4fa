/* SPDX-License-Identifier: GPL-2.0 */
/* entry.h - what differs between kernels in entries, pages and mm_struct; only facts, describe, sieve, walk and bits.h use it. */
#ifndef MMA_ENTRY_H
#define MMA_ENTRY_H

#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#include <linux/uaccess.h>
#include <linux/userfaultfd_k.h>
#ifdef HAVE_SOFTLEAF
#include <linux/leafops.h>
#endif

#ifndef HAVE_PTE_UFFD
#define pte_uffd(pte)			pte_uffd_wp(pte)
#define pte_swp_uffd(pte)		pte_swp_uffd_wp(pte)
#define pmd_uffd(pmd)			pmd_uffd_wp(pmd)
#define VM_UFFD_RWP			VM_NONE
#define UFFD_FEATURE_RWP_ASYNC		0
#endif

#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC		0
#endif

#ifndef UFFD_FEATURE_WP_UNPOPULATED
#define UFFD_FEATURE_WP_UNPOPULATED	0
#endif

/* The inode that /proc/PID/maps shows: on overlayfs not the one of vm_file. */
#ifdef HAVE_FILE_USER_INODE
#define mma_file_inode(file)		file_user_inode(file)
#else
#define mma_file_inode(file)		file_inode(file)
#endif

#ifndef HAVE_PTE_DEVMAP			/* there such an entry is one like others */
#define pte_devmap(pte)			false
#define pmd_devmap(pmd)			false
#endif

#ifndef HAVE_PMD_SPECIAL
#define pmd_special(pmd)		false
#endif

static inline bool mma_pte_is_migration(pte_t pte)
{
#ifdef HAVE_SOFTLEAF
	return softleaf_is_migration(softleaf_from_pte(pte));
#else
	return is_migration_entry(pte_to_swp_entry(pte));
#endif
}

/* The entry of a page that a device has for itself: b756a3b5e7ea (5.14). */
static inline bool mma_pte_is_exclusive(pte_t pte)
{
#if defined(HAVE_SOFTLEAF)
	return softleaf_is_device_exclusive(softleaf_from_pte(pte));
#elif defined(HAVE_PTE_MARKER)
	return is_device_exclusive_entry(pte_to_swp_entry(pte));
#else
	return false;
#endif
}

/* The entry of a page whose memory is broken. */
static inline bool mma_pte_is_poisoned(pte_t pte)
{
#ifdef HAVE_SOFTLEAF
	return softleaf_is_hwpoison(softleaf_from_pte(pte));
#else
	return is_hwpoison_entry(pte_to_swp_entry(pte));
#endif
}

/* Of a page that was swapped out, and not what the kernel keeps in the same form. */
static inline bool mma_pte_is_swapped(pte_t pte)
{
#ifdef HAVE_SOFTLEAF
	return softleaf_is_swap(softleaf_from_pte(pte));
#else
	return !non_swap_entry(pte_to_swp_entry(pte));
#endif
}

/* The swap slot of an entry, to be compared with folio->swap of a page in the swap cache. */
static inline unsigned long mma_swap_slot(pte_t pte)
{
#ifdef HAVE_SOFTLEAF
	return softleaf_from_pte(pte).val;
#else
	return pte_to_swp_entry(pte).val;
#endif
}

/* Whether the swap or migration entry is exclusive. The kernel asks only in do_swap_page() and remove_migration_*(). */
#if !defined(HAVE_PAGE_ANON_EXCLUSIVE)
#include "old_exclusive.h"
#elif defined(HAVE_SOFTLEAF)
static inline bool mma_leaf_excl(softleaf_t entry)
{
	return softleaf_is_migration(entry) && !softleaf_is_migration_read(entry);
}
static inline bool mma_pte_swp_excl(pte_t pte)
{
	return pte_swp_exclusive(pte) || mma_leaf_excl(softleaf_from_pte(pte));
}
#else
static inline bool mma_leaf_excl(swp_entry_t entry)
{
	return is_migration_entry(entry) && !is_readable_migration_entry(entry);
}
static inline bool mma_pte_swp_excl(pte_t pte)
{
	return pte_swp_exclusive(pte) || mma_leaf_excl(pte_to_swp_entry(pte));
}
#endif

/* A marker, which keeps a uffd-wp mark where nothing is mapped: 1db9dbc2ef05 (5.19). */
static inline bool mma_pte_is_wp_marker(pte_t pte)
{
#if defined(HAVE_SOFTLEAF)
	softleaf_t entry = softleaf_from_pte(pte);

	return softleaf_is_marker(entry) && (softleaf_to_marker(entry) & PTE_MARKER_UFFD_WP);
#elif defined(HAVE_PTE_MARKER)
	swp_entry_t entry = pte_to_swp_entry(pte);

	return is_pte_marker_entry(entry) && (pte_marker_get(entry) & PTE_MARKER_UFFD_WP);
#else
	return false;
#endif
}

/*
 * An entry that userfaultfd does not protect, because who touches it is killed: the
 * page is broken, or could not be read from swap, or it is a marker of another kind,
 * poison or a guard.
 */
static inline bool mma_pte_is_deadly(pte_t pte)
{
#if defined(HAVE_SOFTLEAF)
	return mma_pte_is_poisoned(pte) ||
	       (softleaf_is_marker(softleaf_from_pte(pte)) && !mma_pte_is_wp_marker(pte));
#elif defined(SWP_SWAPIN_ERROR)
	return mma_pte_is_poisoned(pte) || is_swapin_error_entry(pte_to_swp_entry(pte));
#elif defined(HAVE_PTE_MARKER)
	return mma_pte_is_poisoned(pte) ||
	       (is_pte_marker_entry(pte_to_swp_entry(pte)) && !mma_pte_is_wp_marker(pte));
#else
	return mma_pte_is_poisoned(pte);
#endif
}

/*
 * Whether userfaultfd's write protection leaves a marker where nothing is mapped, in a
 * mapping with these features: userfaultfd_wp_use_markers() include/linux/
 * userfaultfd_k.h:425 (6.12). Not where guards may be (6.13): one that is removed leaves
 * an empty entry, under mmap_lock for reading and without a gather,
 * guard_remove_pte_entry() mm/madvise.c. VM_MAYBE_GUARD is set before the first guard.
 */
static inline bool mma_uffd_holes(const struct vm_area_struct *vma, unsigned int features)
{
#if !defined(HAVE_PTE_MARKER) || (defined(PTE_MARKER_GUARD) && !defined(VM_MAYBE_GUARD))
	return false;
#else
#ifdef VM_MAYBE_GUARD
	if (vma->vm_flags & VM_MAYBE_GUARD)
		return false;
#endif
	return vma->vm_flags & VM_UFFD_WP && (vma->vm_ops || features & UFFD_FEATURE_WP_UNPOPULATED);
#endif
}

static inline bool mma_mm_pinned(struct mm_struct *mm)
{
#if defined(HAVE_MM_FLAGS_TEST)
	return mm_flags_test(MMF_HAS_PINNED, mm);
#elif defined(HAVE_MMF_HAS_PINNED)
	return test_bit(MMF_HAS_PINNED, &mm->flags);
#else
	return atomic_read(&mm->has_pinned);
#endif
}

/* mmap_lock or the vma lock is held, which is checked on a kernel with lockdep. */
static __always_inline void mma_assert_stable(struct vm_area_struct *vma)
{
#if defined(HAVE_VMA_ASSERT_STABILISED) && defined(CONFIG_LOCKDEP)
	vma_assert_stabilised(vma);
#endif
}

#ifdef HAVE_UFFD_CTX
#define MMA_SEES_UFFD_CTX		1
#else
#define MMA_SEES_UFFD_CTX		0
#endif

/*
 * Sets the features that the monitor of a mapping asked for; false: they cannot be
 * known. The caller must hold mmap_lock or the vma lock, which keeps the context of
 * vma while the mm has users. Without users it is freed without these locks,
 * userfaultfd_ctx_put() fs/userfaultfd.c:177, userfaultfd_release_all() (6.12). So the
 * context is read in a way that cannot fault, and mm_users afterwards.
 */
static inline bool mma_uffd_features(const struct vm_area_struct *vma, unsigned int *features)
{
	*features = 0;
#ifdef HAVE_UFFD_CTX
	const struct userfaultfd_ctx *ctx = READ_ONCE(vma->vm_userfaultfd_ctx.ctx);

	if (!ctx)
		return true;
	if (copy_from_kernel_nofault(features, &ctx->features, sizeof(*features)))
		return false;
	smp_rmb();
	return atomic_read(&vma->vm_mm->mm_users);
#else
	return true;		/* before 6.7 no mark resolves itself, before 6.8 it cannot be seen */
#endif
}

/* The feature by which the marks of this mapping resolve themselves: d61ea1cb0095 (6.7) */
static inline unsigned int mma_uffd_async(const struct vm_area_struct *vma)
{
	return vma->vm_flags & VM_UFFD_RWP ? UFFD_FEATURE_RWP_ASYNC : UFFD_FEATURE_WP_ASYNC;
}

#ifdef HAVE_PAGE_PGOFF
#define mma_pgoff(page)			page_pgoff(page_folio(page), page)
#else				/* not page_to_pgoff(), which asks hugetlb on 5.10 */
#define mma_pgoff(page)			(compound_head(page)->index + ((page) - compound_head(page)))
#endif

#ifdef HAVE_PAGE_ANON_EXCLUSIVE
#define MMA_KERN_EXCL			MMA_F_KERN_EXCL
#define MMA_PG_EXCL			BIT(PG_anon_exclusive)
#endif

/*
 * The kernel's own tests cannot be used: with CONFIG_DEBUG_VM_PGFLAGS they BUG() if the
 * page is a tail or not anonymous, and without a lock it may become so at any time.
 */
static inline unsigned long mma_page_flags(const struct page *page)
{
	return READ_ONCE(*(const unsigned long *)&page->flags);
}

/* PageAnonExclusive(), but only if it is an anonymous page */
static inline bool mma_exclusive(const struct page *page)
{
	return mma_page_flags(page) & MMA_PG_EXCL;
}

/* Exclusive, or on a kernel without PageAnonExclusive any, and not the head of a large page. */
static inline bool mma_exclusive_no_head(const struct page *page)
{
	return (mma_page_flags(page) & (BIT(PG_head) | MMA_PG_EXCL)) == MMA_PG_EXCL;
}

/*
 * PageTail(), for a page that is no head: bit 0 of page->compound_head, which is in a
 * union with lru.next. A fake head of hugetlb has PG_head: page_is_fake_head().
 */
static inline bool mma_tail(const struct page *page)
{
	return (unsigned long)READ_ONCE(page->lru.next) & 1;
}

/* Fork copies such mappings even if they have no anonymous pages. Where mm.h does not say so, vma_needs_copy() does. */
#ifndef VM_COPY_ON_FORK
#define VM_COPY_ON_FORK	(VM_PFNMAP | VM_MIXEDMAP | VM_UFFD_WP)
#endif

/* Whether a zap passes over the copies that a private mapping has made of a file's pages. */
static inline bool mma_zap_spares_copies(const struct zap_details *details)
{
#if defined(HAVE_ZAP_SKIP_COWS)
	return details && details->skip_cows;
#elif defined(HAVE_ZAP_CHECK_MAPPING)
	return details && details->check_mapping;
#else
	return details && !details->even_cows;
#endif
}

/* folio_test_anon() && !folio_test_ksm(), in one read */
static inline bool mma_anon_no_ksm(const struct folio *folio)
{
	unsigned long mapping = (unsigned long)READ_ONCE(folio->mapping);

#ifdef FOLIO_MAPPING_FLAGS
	return (mapping & FOLIO_MAPPING_FLAGS) == FOLIO_MAPPING_ANON;
#else
	return (mapping & PAGE_MAPPING_FLAGS) == PAGE_MAPPING_ANON;
#endif
}

/*
 * How many entries map this page, including those that map its whole folio. For an
 * exclusive page the count is exact under the page-table lock of the entry that maps
 * it. Nobody else can map it before fork clears PageAnonExclusive under that lock. And
 * whoever unmapped it before dropped the map count first and the reference after that,
 * without which the page cannot be taken: __folio_remove_rmap() mm/rmap.c (6.12). A
 * split adds the small mappings and removes the huge one before its table can be seen:
 * mm/huge_memory.c:2270 (6.1), :2934 (6.12).
 */
static __always_inline int mma_mapcount(struct page *page, bool large)
{
#ifdef HAVE_PAGE_MAPCOUNT
	return large ? page_mapcount(page) : atomic_read(&page->_mapcount) + 1;
#else
	int whole = large ? folio_entire_mapcount(page_folio(page)) : 0;

	/* hugetlb keeps the page type where others keep the map count */
	if (large && (PageHuge(page) || IS_ENABLED(CONFIG_NO_PAGE_MAPCOUNT)))
		return whole;
	return whole + atomic_read(&page->_mapcount) + 1;
#endif
}

/* For letters.h: flags that not all kernels have. At the end, because what is above asks whether the kernel has one. */
#ifndef VM_MAYBE_GUARD
#define VM_MAYBE_GUARD			VM_NONE
#endif
#ifndef VM_SHADOW_STACK
#define VM_SHADOW_STACK			VM_NONE
#endif
#ifndef VM_DENYWRITE
#define VM_DENYWRITE			VM_NONE
#endif
#ifndef VM_SEALED
#define VM_SEALED			VM_NONE
#endif

#endif /* MMA_ENTRY_H */
