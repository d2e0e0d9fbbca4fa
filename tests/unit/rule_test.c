// SPDX-License-Identifier: GPL-2.0
/*
 * rule_test.c - rows for module/rule.h: what breaks each rule, the one fact
 * that makes it sound, the legal states that must stay silent, and what a
 * write fault does on 5.10, 6.1, 6.12 and 7.2.
 *
 * Kernel lines are of Debian's linux-source-6.1 (6.1.192) and -6.12 (6.12.117).
 */
#include "check.h"
#include "rule.h"

#define F(name)		(1ULL << MMA_BIT_##name)
#define R(name)		(1U << MMA_RULE_##name)
#define ROWS(table)	(sizeof(table) / sizeof((table)[0]))

/* Four kernels: how each decides. */
#define K510	F(KERN_SOFT_DIRTY)
#define K61	(K510 | F(KERN_EXCL) | F(KERN_UFFD_NOTIFY) | F(KERN_UFFD_RESETS))
#define K612	(K61 | F(KERN_SHARED_FIRST) | F(KERN_UNSHARE_FILE) | F(KERN_LARGE_COPY))

#define K72	(K612 & ~F(KERN_LARGE_COPY))

/* Parts of a state; a row adds what is special about it. */
#define WRITABLE	(F(PTE_PRESENT) | F(PTE_WRITE) | F(PTE_DIRTY) | F(PTE_SOFT_DIRTY))
#define PRIVATE		(F(VMA_WRITE) | F(VMA_MAYWRITE))
#define SHARED		(PRIVATE | F(VMA_SHARED) | F(VMA_MAYSHARE))
#define ANON_PAGE	(F(PAGE) | F(PAGE_ANON) | F(PAGE_LRU))
#define OWN_PAGE	(ANON_PAGE | F(PAGE_EXCL))
#define FILE_PAGE	(F(PAGE) | F(PAGE_LRU))

/* Sound states the pairs below start from. */
#define ANON		(K612 | WRITABLE | PRIVATE | F(VMA_ANON) | OWN_PAGE)
#define READONLY	(ANON & ~F(PTE_WRITE))
#define ANON510		(K510 | WRITABLE | PRIVATE | F(VMA_ANON) | ANON_PAGE)
#define SHMEM		(K612 | WRITABLE | SHARED | FILE_PAGE | F(PAGE_DIRTY))
#define TRACKED		(SHMEM | F(VMA_PAGE_MKWRITE) | F(VMA_WRITEBACK))
#define CLEAN		((SHMEM & ~(F(PTE_DIRTY) | F(PAGE_DIRTY) | F(VMA_MAYWRITE))))
#define DAX		(CLEAN | F(PTE_DIRTY) | F(VMA_DAX) | F(VMA_PFN_MKWRITE))
#define BY_PROT		(SHMEM | F(VMA_SOFTDIRTY) | F(VMA_PROT_WRITE))

/*
 * A state that breaks a rule, and the one fact that decides: with it flipped
 * the rule holds. `with` and `after` are the other rules broken before and
 * after; every rule must have a pair where both are 0.
 */
static const struct pair {
	const char *name;
	enum mma_rule rule;
	__u64 bad;
	__u64 fact;
	__u32 with;
	__u32 after;
} pairs[] = {
	{ "mprotect-left-it-writable", MMA_RULE_VM_WRITE, ANON & ~F(VMA_WRITE), F(VMA_WRITE), 0, 0 },
	{ "drivers-entry-left-writable", MMA_RULE_VM_WRITE,
	  (WRITABLE | K61 | F(VMA_RAW)) & ~F(VMA_WRITE), F(VMA_WRITE), 0, 0 },
	{ "copy-of-a-drivers-page", MMA_RULE_VM_WRITE,
	  (WRITABLE | K61 | F(VMA_RAW) | F(PAGE) | F(PAGE_EXCL) | F(PAGE_ANON)) & ~F(VMA_WRITE), F(VMA_WRITE), 0, 0 },

	{ "entry-not-soft-dirty", MMA_RULE_SOFT_DIRTY, ANON & ~F(PTE_SOFT_DIRTY), F(PTE_SOFT_DIRTY), 0, 0 },
	{ "read-trap-left", MMA_RULE_UFFD_WP, ANON | F(PTE_UFFD_WP) | F(VMA_UFFD_RWP), F(VMA_UFFD_RWP),
	  R(UFFD_RWP), R(STRAY_UFFD_WP) },
	{ "mapping-not-soft-dirty", MMA_RULE_SOFT_DIRTY, ANON & ~F(PTE_SOFT_DIRTY), F(VMA_SOFTDIRTY), 0, 0 },
	{ "no-soft-dirty-kernel", MMA_RULE_SOFT_DIRTY, ANON & ~F(PTE_SOFT_DIRTY), F(KERN_SOFT_DIRTY), 0, 0 },
	{ "no-soft-dirty-on-hugetlb", MMA_RULE_SOFT_DIRTY,
	  ANON & ~F(PTE_SOFT_DIRTY), F(VMA_HUGETLB), 0, 0 },
	{ "no-soft-dirty-on-pfnmap", MMA_RULE_SOFT_DIRTY,
	  (ANON | F(VMA_RAW)) & ~F(PTE_SOFT_DIRTY), F(VMA_PFNMAP), 0, 0 },
	{ "no-soft-dirty-of-a-drivers-frame", MMA_RULE_SOFT_DIRTY,
	  K612 | F(PTE_PRESENT) | F(PTE_WRITE) | F(PTE_SPECIAL) | SHARED, F(VMA_RAW), 0, 0 },
	{ "soft-dirty-of-a-drivers-page", MMA_RULE_SOFT_DIRTY,
	  (SHMEM | F(VMA_RAW)) & ~F(PTE_SOFT_DIRTY), F(PAGE), 0, 0 },
	{ "pinned-page-left-alone-is-soft-dirty", MMA_RULE_SOFT_DIRTY,
	  (ANON | F(PAGE_PINNED)) & ~F(PTE_SOFT_DIRTY), F(PTE_SOFT_DIRTY), 0, 0 },
	{ "pinned-page-in-a-fresh-mapping", MMA_RULE_SOFT_DIRTY,
	  (ANON | F(PAGE_PINNED)) & ~F(PTE_SOFT_DIRTY), F(VMA_SOFTDIRTY), 0, 0 },

	{ "wp-bit-left", MMA_RULE_UFFD_WP, ANON | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), F(PTE_UFFD_WP), 0, 0 },
	{ "stale-wp-bit-after-unregister", MMA_RULE_UFFD_WP,
	  ANON510 | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), F(VMA_UFFD_WP), 0, 0 },

	{ "read-trap-without-prot-none", MMA_RULE_UFFD_RWP, READONLY | F(PTE_UFFD_WP) | F(VMA_UFFD_RWP), F(PTE_PROTNONE), 0, 0 },
	{ "read-trap-resolved", MMA_RULE_UFFD_RWP, READONLY | F(PTE_UFFD_WP) | F(VMA_UFFD_RWP), F(PTE_UFFD_WP), 0, 0 },
	{ "trap-for-writes-alone", MMA_RULE_UFFD_RWP,
	  READONLY | F(PTE_UFFD_WP) | F(VMA_UFFD_WP) | F(VMA_UFFD_RWP), F(VMA_UFFD_RWP), 0, 0 },
	{ "read-trap-of-nothing", MMA_RULE_UFFD_RWP, READONLY | F(PTE_UFFD_WP) | F(VMA_UFFD_RWP), F(PTE_PRESENT), 0, 0 },

	{ "mark-after-unregister", MMA_RULE_STRAY_UFFD_WP, READONLY | F(PTE_UFFD_WP), F(PTE_UFFD_WP), 0, 0 },
	{ "mark-of-a-writable-entry", MMA_RULE_STRAY_UFFD_WP, ANON | F(PTE_UFFD_WP), F(PTE_UFFD_WP), 0, 0 },
	{ "mark-in-a-watched-mapping", MMA_RULE_STRAY_UFFD_WP, READONLY | F(PTE_UFFD_WP), F(VMA_UFFD_WP), 0, 0 },
	{ "mark-for-reads", MMA_RULE_STRAY_UFFD_WP,
	  READONLY | F(PTE_UFFD_WP) | F(PTE_PROTNONE), F(VMA_UFFD_RWP), 0, 0 },
	{ "mark-left-on-purpose", MMA_RULE_STRAY_UFFD_WP, READONLY | F(PTE_UFFD_WP), F(KERN_UFFD_RESETS), 0, 0 },
	{ "marker-left", MMA_RULE_STRAY_UFFD_WP, READONLY | F(PTE_UFFD_WP), F(PTE_PRESENT), 0, 0 },

	{ "page-not-exclusive", MMA_RULE_ANON_EXCL, ANON & ~F(PAGE_EXCL), F(PAGE_EXCL), 0, 0 },
	{ "file-page-is-never-exclusive", MMA_RULE_ANON_EXCL,
	  SHMEM | F(PAGE_ANON), F(PAGE_ANON), 0, 0 },
	{ "map-count-decided-before-5.19", MMA_RULE_ANON_EXCL, ANON & ~F(PAGE_EXCL), F(KERN_EXCL), 0, 0 },
	{ "mapped-twice-before-5.19", MMA_RULE_ANON_EXCL, ANON510 | F(PAGE_MAPS), F(PAGE_MAPS), 0, 0 },

	{ "ksm-page", MMA_RULE_KSM, ANON510 | F(PAGE_KSM), F(PAGE_KSM), 0, 0 },

	{ "zero-page", MMA_RULE_ZERO_PAGE, (ANON & ~OWN_PAGE) | F(PAGE_ZERO), F(PAGE_ZERO), 0, 0 },
	{ "zero-page-of-a-drivers-copy", MMA_RULE_ZERO_PAGE,
	  (ANON & ~OWN_PAGE) | F(PAGE_ZERO) | F(PTE_SPECIAL) | F(VMA_RAW) | F(VMA_PFNMAP), F(VMA_SHARED), 0, 0 },
	{ "zero-page-among-a-drivers-pages", MMA_RULE_ZERO_PAGE,
	  (SHMEM & ~FILE_PAGE) | F(PAGE_ZERO) | F(PTE_SPECIAL) | F(VMA_RAW), F(VMA_PFNMAP), 0, 0 },

	{ "file-page-in-private-mapping", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | FILE_PAGE | F(PAGE_EXCL), F(PAGE_ANON), 0, 0 },
	{ "file-page-in-shared-mapping", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | FILE_PAGE, F(VMA_SHARED), 0, 0 },
	{ "entry-without-a-page", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | FILE_PAGE, F(PAGE), 0, 0 },
	{ "drivers-page-in-private-mapping", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | FILE_PAGE | F(VMA_RAW), F(VMA_SHARED), 0, 0 },
	{ "drivers-frame-in-private-mapping", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | F(PTE_SPECIAL) | F(VMA_RAW) | F(VMA_PFNMAP), F(VMA_SHARED), 0, 0 },
	{ "drivers-entry-without-a-page", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | F(PTE_SPECIAL) | F(VMA_RAW), F(PTE_SPECIAL), 0, 0 },
	{ "drivers-frame-and-no-driver", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | F(PTE_SPECIAL) | F(VMA_RAW), F(VMA_RAW), 0, 0 },
	{ "zero-page-is-told-once", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | F(PTE_SPECIAL) | F(VMA_RAW), F(PAGE_ZERO), 0, R(ZERO_PAGE) },
	{ "hugetlb-file-page-in-private", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | FILE_PAGE | F(VMA_HUGETLB), F(VMA_SHARED), 0, 0 },
	{ "not-a-cow-mapping", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | FILE_PAGE, F(VMA_MAYWRITE), 0, 0 },
	{ "ksm-page-is-told-once", MMA_RULE_PRIVATE_FILE,
	  K61 | WRITABLE | PRIVATE | FILE_PAGE, F(PAGE_KSM), 0, R(KSM) },

	{ "clean-after-page-mkclean", MMA_RULE_DIRTY, CLEAN | F(VMA_PAGE_MKWRITE), F(PTE_DIRTY), 0, 0 },
	{ "folio-still-dirty", MMA_RULE_DIRTY, CLEAN | F(VMA_PAGE_MKWRITE), F(PAGE_DIRTY), 0, 0 },
	{ "left-writable-by-page-mkclean", MMA_RULE_DIRTY,
	  CLEAN | F(VMA_PAGE_MKWRITE) | F(PAGE_DIRTY) | F(NEED_PTE_DIRTY), F(NEED_PTE_DIRTY), 0, 0 },
	{ "written-since-page-mkclean", MMA_RULE_DIRTY,
	  CLEAN | F(VMA_PAGE_MKWRITE) | F(PAGE_DIRTY) | F(NEED_PTE_DIRTY), F(PTE_DIRTY), 0, 0 },
	{ "nobody-tracks-shmem", MMA_RULE_DIRTY, CLEAN | F(VMA_PAGE_MKWRITE), F(VMA_PAGE_MKWRITE), 0, 0 },
	{ "driver-does-not-ask", MMA_RULE_DIRTY, CLEAN | F(VMA_PFN_MKWRITE), F(VMA_PFN_MKWRITE), 0, 0 },
	{ "file-is-not-written-back", MMA_RULE_DIRTY, CLEAN | F(VMA_WRITEBACK), F(VMA_WRITEBACK), 0, 0 },
	{ "clean-private-page-is-legal", MMA_RULE_DIRTY, CLEAN | F(VMA_PAGE_MKWRITE), F(VMA_SHARED), 0, 0 },
	{ "clean-without-a-page", MMA_RULE_DIRTY, CLEAN | F(VMA_PAGE_MKWRITE), F(PAGE), 0, 0 },
	{ "clean-anon-page", MMA_RULE_DIRTY,
	  CLEAN | F(VMA_PAGE_MKWRITE) | F(PAGE_EXCL), F(PAGE_ANON), 0, 0 },
	{ "dax-keeps-it-in-the-xarray", MMA_RULE_DIRTY, CLEAN | F(VMA_PFN_MKWRITE), F(VMA_DAX), 0, 0 },
	{ "dax-file-does-not-know", MMA_RULE_DIRTY,
	  DAX | F(DAX_CLEAN), F(DAX_CLEAN), 0, 0 },
	{ "dax-without-a-page", MMA_RULE_DIRTY,
	  (DAX | F(DAX_CLEAN)) & ~F(PAGE), F(DAX_CLEAN), 0, 0 },
	{ "dax-left-writable-by-mkclean", MMA_RULE_DIRTY,
	  DAX | F(NEED_PTE_DIRTY), F(NEED_PTE_DIRTY), 0, 0 },
	{ "dax-driver-does-not-ask", MMA_RULE_DIRTY, DAX | F(DAX_CLEAN), F(VMA_PFN_MKWRITE), 0, 0 },
	{ "dax-private", MMA_RULE_DIRTY, DAX | F(DAX_CLEAN), F(VMA_SHARED), 0, 0 },
	{ "clean-page-of-a-drivers-file", MMA_RULE_DIRTY,
	  CLEAN | F(VMA_PAGE_MKWRITE) | F(VMA_RAW) | F(PAGE_OF_FILE), F(PAGE_OF_FILE), 0, 0 },
	{ "clean-page-of-a-driver", MMA_RULE_DIRTY, CLEAN | F(VMA_PAGE_MKWRITE), F(VMA_RAW), 0, 0 },
	{ "hugetlb-is-not-written-back", MMA_RULE_DIRTY,
	  CLEAN | F(VMA_WRITEBACK), F(VMA_HUGETLB), 0, 0 },

	{ "prot-forgets-page-mkwrite", MMA_RULE_VMA_PROT,
	  BY_PROT | F(VMA_PAGE_MKWRITE), F(VMA_PAGE_MKWRITE), 0, 0 },
	{ "prot-forgets-pfn-mkwrite", MMA_RULE_VMA_PROT,
	  BY_PROT | F(VMA_PFN_MKWRITE), F(VMA_PFN_MKWRITE), 0, 0 },
	{ "prot-forgets-writeback", MMA_RULE_VMA_PROT,
	  BY_PROT | F(VMA_WRITEBACK), F(VMA_WRITEBACK), 0, 0 },
	{ "prot-forgets-soft-dirty", MMA_RULE_VMA_PROT,
	  BY_PROT & ~F(VMA_SOFTDIRTY), F(VMA_SOFTDIRTY), 0, 0 },
	{ "prot-without-soft-dirty-kernel", MMA_RULE_VMA_PROT,
	  BY_PROT & ~F(VMA_SOFTDIRTY), F(KERN_SOFT_DIRTY), 0, 0 },
	{ "prot-of-hugetlb", MMA_RULE_VMA_PROT, BY_PROT & ~F(VMA_SOFTDIRTY), F(VMA_HUGETLB), 0, 0 },
	{ "prot-forgets-uffd-wp", MMA_RULE_VMA_PROT, BY_PROT | F(VMA_UFFD_WP), F(VMA_UFFD_WP), 0, 0 },
	{ "prot-forgot-uffd-wp-until-6.1.3", MMA_RULE_VMA_PROT,
	  BY_PROT | F(VMA_UFFD_WP), F(KERN_UFFD_NOTIFY), 0, 0 },
	{ "prot-of-private-mapping", MMA_RULE_VMA_PROT,
	  (BY_PROT & ~F(VMA_SHARED)) | F(PAGE_ANON) | F(PAGE_EXCL), F(VMA_SHARED), 0, 0 },
	{ "prot-not-writable", MMA_RULE_VMA_PROT, ANON | F(VMA_PROT_WRITE), F(VMA_PROT_WRITE), 0, 0 },
	{ "prot-of-a-drivers-private-mapping", MMA_RULE_VMA_PROT,
	  (BY_PROT & ~F(VMA_SHARED)) | F(PAGE_ANON) | F(PAGE_EXCL) | F(VMA_RAW), F(VMA_SHARED), 0, 0 },
	{ "prot-of-pfnmap-is-for-no-writeback", MMA_RULE_VMA_PROT,
	  BY_PROT | F(VMA_WRITEBACK) | F(VMA_RAW), F(VMA_PFNMAP), 0, 0 },
	{ "prot-of-read-only-mapping", MMA_RULE_VMA_PROT,
	  BY_PROT & ~F(VMA_WRITE), F(VMA_WRITE), R(VM_WRITE), 0 },

	{ "migrated-without-page-lock", MMA_RULE_PAGE_LOCK,
	  ANON | F(NEED_PAGE_LOCK), F(PAGE_LOCKED), 0, 0 },
	{ "path-needs-no-page-lock", MMA_RULE_PAGE_LOCK,
	  ANON | F(NEED_PAGE_LOCK), F(NEED_PAGE_LOCK), 0, 0 },
	{ "no-page-to-lock", MMA_RULE_PAGE_LOCK,
	  (SHMEM & ~F(PAGE_DIRTY)) | F(NEED_PAGE_LOCK), F(PAGE), 0, 0 },

	{ "exclusive-but-mapped-twice", MMA_RULE_EXCL_SHARED, ANON | F(PAGE_MAPS), F(PAGE_MAPS), 0, 0 },
	{ "part-of-a-large-folio-mapped-twice", MMA_RULE_EXCL_SHARED,
	  ANON | F(PAGE_LARGE) | F(PAGE_MAPS), F(PAGE_MAPS), 0, 0 },
	{ "file-pages-are-mapped-often", MMA_RULE_EXCL_SHARED,
	  SHMEM | F(PAGE_EXCL) | F(PAGE_MAPS) | F(PAGE_ANON), F(PAGE_ANON), 0, 0 },
	{ "mapped-twice-and-not-exclusive", MMA_RULE_EXCL_SHARED,
	  ANON | F(PAGE_MAPS), F(PAGE_EXCL), 0, R(ANON_EXCL) },
	{ "exclusive-means-nothing-before-5.19", MMA_RULE_EXCL_SHARED,
	  ANON | F(PAGE_MAPS), F(KERN_EXCL), 0, R(ANON_EXCL) },

	{ "copied-with-a-flush-pending", MMA_RULE_STALE_TLB, ANON | F(NOT_FLUSHED), F(NOT_FLUSHED), 0, 0 },
	{ "read-only-and-not-flushed", MMA_RULE_STALE_TLB,
	  (ANON | F(NOT_FLUSHED)) & ~F(PTE_WRITE), F(NOT_FLUSHED), 0, 0 },
	{ "no-access-and-not-flushed", MMA_RULE_STALE_TLB,
	  ANON | F(PTE_PROTNONE) | F(NOT_FLUSHED), F(NOT_FLUSHED), 0, 0 },

	{ "copied-away-from-a-device", MMA_RULE_COPIED_PINNED, ANON | F(WAS_PINNED), F(WAS_PINNED), 0, 0 },
};

/* Legal states; every one must be silent. */
static const struct {
	const char *name;
	__u64 facts;
} legal[] = {
	{ "anon", ANON },
	{ "anon-5.10", ANON510 },
	{ "anon-huge", ANON | F(PTE_HUGE) | F(PAGE_LARGE) },
	{ "anon-swap-cache", ANON | F(PAGE_SWAPCACHE) },
	{ "madv-free", ANON & ~(F(PTE_DIRTY) | F(PAGE_DIRTY)) },	/* 6.1 mm/madvise.c:711 */
	{ "read-swap-in", (ANON | F(VMA_SOFTDIRTY)) & ~F(PTE_DIRTY) },	/* 6.12 mm/memory.c:4548 */
	{ "shmem", SHMEM },
	{ "shmem-read-fault", BY_PROT & ~(F(PTE_DIRTY) | F(PTE_SOFT_DIRTY) | F(PAGE_DIRTY)) },
	{ "shmem-uffd-wp-registered", SHMEM | F(VMA_UFFD_WP) },
	{ "shared-file", TRACKED },
	{ "shared-file-after-fork", TRACKED & ~F(PTE_DIRTY) },		/* 6.1 mm/memory.c:994 */
	{ "shared-file-being-dirtied", TRACKED & ~F(PAGE_DIRTY) },
	{ "cow-page-of-private-file", K612 | WRITABLE | PRIVATE | OWN_PAGE | F(VMA_PAGE_MKWRITE) },
	{ "dax", K612 | WRITABLE | SHARED | F(PTE_SPECIAL) | F(PAGE) | F(VMA_DAX) | F(VMA_PFN_MKWRITE) },
	{ "pfnmap", K612 | F(PTE_PRESENT) | F(PTE_WRITE) | F(PTE_SPECIAL) | SHARED | F(VMA_RAW) | F(VMA_PFNMAP) |
		    F(VMA_SOFTDIRTY) | F(VMA_PROT_WRITE) },
	{ "pfnmap-after-clear-refs", K612 | F(PTE_PRESENT) | F(PTE_WRITE) | F(PTE_SPECIAL) | SHARED | F(VMA_RAW) |
				     F(VMA_PFNMAP) },
	{ "pfnmap-private-copy", (ANON | F(VMA_RAW) | F(VMA_PFNMAP)) & ~(F(VMA_ANON) | F(PTE_SOFT_DIRTY)) },
	{ "zero-page-in-dev-mem", K612 | WRITABLE | SHARED | F(PAGE_ZERO) | F(PTE_SPECIAL) | F(VMA_RAW) | F(VMA_PFNMAP) },
	{ "insert-page", K612 | F(PTE_PRESENT) | F(PTE_WRITE) | F(PAGE) | SHARED | F(VMA_RAW) | F(VMA_SOFTDIRTY) |
			 F(VMA_PROT_WRITE) },
	{ "insert-page-by-a-node-on-a-disk", K612 | F(PTE_PRESENT) | F(PTE_WRITE) | F(PAGE) | SHARED | F(VMA_RAW) |
					     F(VMA_SOFTDIRTY) | F(VMA_WRITEBACK) },
	{ "hugetlb-shared", K612 | F(PTE_PRESENT) | F(PTE_WRITE) | F(PTE_HUGE) | SHARED | F(VMA_HUGETLB) |
			    F(VMA_PROT_WRITE) | F(PAGE) | F(PAGE_LARGE) },
	{ "hugetlb-private", K612 | F(PTE_PRESENT) | F(PTE_WRITE) | F(PTE_HUGE) | PRIVATE | F(VMA_HUGETLB) |
			     OWN_PAGE | F(PAGE_LARGE) },
	{ "numa-hint-keeps-write", (ANON510 | F(PTE_PROTNONE) | F(PAGE_MAPS)) & ~F(VMA_WRITE) },
	{ "read-only-ksm", (ANON | F(PAGE_KSM)) & ~(F(PTE_WRITE) | F(PAGE_EXCL)) },
	{ "read-only-zero", (ANON & ~(F(PTE_WRITE) | OWN_PAGE)) | F(PAGE_ZERO) },
	{ "read-only-file", K612 | F(PTE_PRESENT) | PRIVATE | FILE_PAGE },
	{ "uffd-protected", (ANON | F(PTE_UFFD_WP) | F(VMA_UFFD_WP)) & ~F(PTE_WRITE) },
	{ "migration-entry", F(PTE_SWAP) | F(PTE_WRITE) | F(PTE_UFFD_WP) | F(VMA_UFFD_WP) | K612 },
	{ "migrated-under-page-lock", ANON | F(NEED_PAGE_LOCK) | F(PAGE_LOCKED) },
	{ "nothing", 0 },
};

static const struct {
	enum mma_rule id;
	const char *name;
} rules[] = {
#define X(id, name, severity, text, kernels, where) { MMA_RULE_##name, #name },
	MMA_STATE_RULES(X)
#undef X
};

static void test_pairs(void)
{
	unsigned int i;

	for (i = 0; i < ROWS(pairs); i++) {
		const struct pair *p = &pairs[i];
		__u32 before = 1U << p->rule | p->with;

		if (__builtin_popcountll(p->fact) != 1) {
			check(0, p->name, "the neighbour must differ in one fact, not 0x%llx", p->fact);
			continue;
		}
		check(mma_check(p->bad) == before && mma_check(p->bad ^ p->fact) == p->after, p->name,
		      "0x%llx breaks 0x%x, not 0x%x; its neighbour 0x%x, not 0x%x", p->bad,
		      mma_check(p->bad), before, mma_check(p->bad ^ p->fact), p->after);
	}
}

/* Not present, not writable, PROT_NONE: only the rules on marks look at such an entry, and that on the TLB, which may have another. */
static void test_gates(void)
{
	static const __u64 gates[] = { F(PTE_PRESENT), F(PTE_WRITE), F(PTE_PROTNONE) };
	const __u32 marks = R(UFFD_RWP) | R(STRAY_UFFD_WP);
	unsigned int i, j, wrong = 0;

	for (i = 0; i < ROWS(pairs); i++)
		for (j = 0; j < ROWS(gates); j++)
			if (!(marks & 1U << pairs[i].rule))
				wrong += !!(mma_check(pairs[i].bad ^ gates[j]) & ~(marks | R(STALE_TLB)));
	check(!wrong, "gates", "%u rows still break a rule without a writable entry", wrong);
}

static void test_legal(void)
{
	char name[64];
	unsigned int i;

	for (i = 0; i < ROWS(legal); i++) {
		snprintf(name, sizeof(name), "legal-%s", legal[i].name);
		check(!mma_check(legal[i].facts), name, "breaks 0x%x", mma_check(legal[i].facts));
	}
}

/* A new rule needs a row that breaks it alone, next to a sound one. */
static void test_every_rule_has_rows(void)
{
	char name[64];
	unsigned int i, j;

	for (i = 0; i < ROWS(rules); i++) {
		int alone = 0;

		for (j = 0; j < ROWS(pairs); j++)
			alone |= pairs[j].rule == rules[i].id && !pairs[j].with && !pairs[j].after;
		snprintf(name, sizeof(name), "rows-for-%s", rules[i].name);
		check(alone, name, "no row breaks it alone: add one to pairs[]");
	}
}

/* Bits of the facts that decide this rule in the state f. */
static __u64 deciders(__u64 f, __u32 rule)
{
	__u64 found = 0, bit;

	for (bit = 1; bit; bit <<= 1)
		if ((mma_check(f) ^ mma_check(f ^ bit)) & rule)
			found |= bit;
	return found;
}

/*
 * A new exemption needs rows too: a fact that decides a rule in any state up
 * to two facts away from a row must be the deciding fact of a pair.
 */
static void test_every_exemption_has_rows(void)
{
	const __u64 gates = F(PTE_PRESENT) | F(PTE_WRITE) | F(PTE_PROTNONE);
	char name[64];
	unsigned int i, j, a, b;

	for (i = 0; i < ROWS(rules); i++) {
		__u64 seen = 0, rows = gates;

		for (j = 0; j < ROWS(pairs); j++) {
			if (pairs[j].rule != rules[i].id)
				continue;
			rows |= pairs[j].fact;
			for (a = 0; a < 64; a++)
				for (b = a; b < 64; b++)
					seen |= deciders(pairs[j].bad ^ 1ULL << a ^ 1ULL << b,
							 1U << rules[i].id);
		}
		snprintf(name, sizeof(name), "exemptions-of-%s", rules[i].name);
		check(!(seen & ~rows), name, "facts 0x%llx decide it but no pair shows that", seen & ~rows);
	}
}

/* A rewrite of one entry: what it had, what it is now, what was lost. */
#define NOW	((ANON & ~(F(PTE_WRITE) | F(PTE_SOFT_DIRTY))) | F(KEEPS) | F(VMA_UFFD_WP))
#define LEFT	((NOW & ~F(PTE_PRESENT)) | F(TAKEN))
#define SAME	((NOW & ~(F(KEEPS) | F(VMA_UFFD_WP))) | F(PAGE_SAME))
#define ASKED	((NOW & ~(F(PTE_PRESENT) | F(KEEPS))) | F(PROTECTS))
#define MARKED	(F(PTE_SWAP) | F(PTE_SOFT_DIRTY) | F(PTE_UFFD_WP))

static const struct {
	const char *name;
	__u64 old, facts;
	__u32 broken;
} rewrites[] = {
	{ "both-marks-lost", MARKED, NOW, R(LOST_UFFD_WP) | R(LOST_SOFT_DIRTY) },
	{ "both-marks-kept", MARKED, NOW | F(PTE_SOFT_DIRTY) | F(PTE_UFFD_WP), 0 },
	{ "nothing-to-lose", F(PTE_SWAP), NOW, 0 },
	{ "nothing-asked-of-what-takes-a-markers-place", 0, NOW, 0 },
	{ "protection-asked-of-what-is-filled-in", F(PTE_UFFD_WP), NOW, R(LOST_UFFD_WP) },
	{ "uffd-wp-lost", F(PTE_SWAP) | F(PTE_UFFD_WP), NOW, R(LOST_UFFD_WP) },
	{ "uffd-wp-lost-to-a-write", F(PTE_SWAP) | F(PTE_UFFD_WP), NOW | F(VMA_UFFD_ASYNC), 0 },
	{ "uffd-wp-of-no-use", F(PTE_SWAP) | F(PTE_UFFD_WP), NOW & ~F(VMA_UFFD_WP), 0 },
	{ "soft-dirty-lost", F(PTE_SWAP) | F(PTE_SOFT_DIRTY), NOW, R(LOST_SOFT_DIRTY) },
	{ "mapping-is-soft-dirty", F(PTE_SWAP) | F(PTE_SOFT_DIRTY), NOW | F(VMA_SOFTDIRTY), 0 },
	{ "file-page-came-back", MARKED, (NOW & ~F(PAGE_ANON)) | F(PTE_UFFD_WP), 0 },
	{ "zero-page-of-anon", F(PTE_SOFT_DIRTY), (NOW & ~(F(PAGE_ANON) | F(PAGE))) | F(PAGE_ZERO), R(LOST_SOFT_DIRTY) },
	{ "zero-page-for-a-page-that-may-be-discarded", F(PTE_PRESENT) | F(PTE_SOFT_DIRTY), (NOW & ~(F(PAGE_ANON) | F(PAGE))) | F(PAGE_ZERO), 0 },
	{ "zero-page-for-a-page-that-stayed", F(PTE_PRESENT) | F(PTE_SOFT_DIRTY),
	  (NOW & ~(F(PAGE_ANON) | F(PAGE))) | F(PAGE_ZERO) | F(STAYED), R(LOST_SOFT_DIRTY) },
	{ "zero-page-for-the-zero-page", F(PTE_PRESENT) | F(PTE_SPECIAL) | F(PTE_SOFT_DIRTY), (NOW & ~(F(PAGE_ANON) | F(PAGE))) | F(PAGE_ZERO), R(LOST_SOFT_DIRTY) },
	{ "zero-page-for-a-huge-one", F(PTE_PRESENT) | F(PTE_HUGE) | F(PTE_SOFT_DIRTY), (NOW & ~(F(PAGE_ANON) | F(PAGE))) | F(PAGE_ZERO), R(LOST_SOFT_DIRTY) },
	{ "zero-page-of-a-file", F(PTE_SOFT_DIRTY),
	  (NOW & ~(F(PAGE_ANON) | F(PAGE) | F(VMA_ANON))) | F(PAGE_ZERO), 0 },
	{ "others-were-at-work", MARKED, NOW & ~F(KEEPS), 0 },
	{ "still-swapped", MARKED, NOW & ~F(PTE_PRESENT), 0 },
	{ "taken-and-both-marks-lost", MARKED, LEFT | F(PTE_SWAP), R(LOST_UFFD_WP) | R(LOST_SOFT_DIRTY) },
	{ "taken-and-both-marks-kept", MARKED, LEFT | F(PTE_SWAP) | F(PTE_SOFT_DIRTY) | F(PTE_UFFD_WP), 0 },
	{ "given-up-and-discarded", MARKED, LEFT, 0 },
	{ "file-page-taken", MARKED, (LEFT & ~F(PAGE_ANON)) | F(VMA_SHARED), R(LOST_UFFD_WP) | R(LOST_SOFT_DIRTY) },
	{ "file-page-taken-marker-left", MARKED, (LEFT & ~F(PAGE_ANON)) | F(PTE_SWAP) | F(PTE_UFFD_WP), 0 },
	{ "file-page-taken-from-a-private-mapping", F(PTE_SOFT_DIRTY), LEFT & ~F(PAGE_ANON), 0 },
	{ "file-page-taken-untracked", F(PTE_SOFT_DIRTY), (LEFT & ~F(PAGE_ANON)) | F(VMA_SHARED) | F(VMA_SOFTDIRTY), 0 },
	{ "shared-page-present-again", F(PTE_SOFT_DIRTY), (NOW & ~F(PAGE_ANON)) | F(TAKEN) | F(VMA_SHARED), 0 },
	{ "file-page-that-stayed", F(PTE_SOFT_DIRTY), (NOW & ~F(PAGE_ANON)) | F(STAYED), R(LOST_SOFT_DIRTY) },
	{ "file-page-that-may-have-gone", F(PTE_SOFT_DIRTY), NOW & ~F(PAGE_ANON), 0 },
	{ "read-trap-lost", MARKED, (NOW & ~F(VMA_UFFD_WP)) | F(VMA_UFFD_RWP) | F(PTE_SOFT_DIRTY), R(LOST_UFFD_WP) },
	{ "read-trap-resolves-itself", MARKED,
	  (NOW & ~F(VMA_UFFD_WP)) | F(VMA_UFFD_RWP) | F(VMA_UFFD_ASYNC) | F(PTE_SOFT_DIRTY), 0 },
	{ "moved-and-not-marked", 0, (NOW & ~F(KEEPS)) | F(MOVED), R(LOST_SOFT_DIRTY) },
	{ "moved-and-marked", 0, (NOW & ~F(KEEPS)) | F(MOVED) | F(PTE_SOFT_DIRTY), 0 },
	{ "move-may-drop-uffd-wp", MARKED, (NOW & ~F(KEEPS)) | F(MOVED) | F(PTE_SOFT_DIRTY), 0 },
	{ "watched-move-drops-uffd-wp", MARKED, NOW | F(MOVED) | F(PTE_SOFT_DIRTY), R(LOST_UFFD_WP) },
	{ "watched-move-keeps-uffd-wp", MARKED, NOW | F(MOVED) | F(PTE_SOFT_DIRTY) | F(PTE_UFFD_WP), 0 },
	{ "shared-and-taken", F(PTE_SWAP), SAME, R(SWAP_EXCL) },
	{ "exclusive-and-taken", F(PTE_SWAP) | F(PTE_SWP_EXCL), SAME, 0 },
	{ "shared-and-not-taken", F(PTE_SWAP), SAME & ~F(PAGE_EXCL), 0 },
	{ "shared-and-perhaps-another-page", F(PTE_SWAP), SAME & ~F(PAGE_SAME), 0 },
	{ "mapped-before-and-taken", F(PTE_PRESENT), SAME, 0 },
	{ "taken-before-5.19", F(PTE_SWAP), SAME & ~F(KERN_EXCL), 0 },
	{ "taken-and-lost-marks", MARKED, SAME | F(KEEPS) | F(VMA_UFFD_WP),
	  R(SWAP_EXCL) | R(LOST_UFFD_WP) | R(LOST_SOFT_DIRTY) },
	{ "not-swapped-in-yet", F(PTE_SWAP), SAME & ~F(PTE_PRESENT), 0 },
	{ "taken-away-is-not-taken", F(PTE_SWAP), (SAME & ~F(PTE_PRESENT)) | F(TAKEN) | F(PTE_SWAP), 0 },
	{ "hugetlb-has-no-soft-dirty", F(PTE_SOFT_DIRTY), NOW | F(VMA_HUGETLB), 0 },
	{ "pfnmap-has-no-soft-dirty", F(PTE_SOFT_DIRTY), NOW | F(VMA_RAW) | F(VMA_PFNMAP), 0 },
	{ "copy-of-a-drivers-page", F(PTE_SOFT_DIRTY), NOW | F(VMA_RAW), R(LOST_SOFT_DIRTY) },
	{ "kernel-has-no-soft-dirty", F(PTE_SOFT_DIRTY), NOW & ~F(KERN_SOFT_DIRTY), 0 },
	{ "protected-page-without-its-mark", F(PTE_SWAP), ASKED | F(PTE_PRESENT), R(NOT_PROTECTED) },
	{ "protected-page-with-its-mark", F(PTE_SWAP), ASKED | F(PTE_PRESENT) | F(PTE_UFFD_WP), 0 },
	{ "protected-swap-entry-without-its-mark", F(PTE_SWAP), ASKED | F(PTE_SWAP), R(NOT_PROTECTED) },
	{ "protected-swap-entry-with-its-mark", F(PTE_SWAP), ASKED | F(PTE_SWAP) | F(PTE_UFFD_WP), 0 },
	{ "protected-hole-without-a-marker", 0, ASKED, R(NOT_PROTECTED) },
	{ "others-were-at-work-on-a-hole", 0, ASKED & ~F(PROTECTS), 0 },
	{ "nobody-watches-a-hole", 0, ASKED & ~F(VMA_UFFD_WP), 0 },
	{ "read-trap-not-set", F(PTE_SWAP), (ASKED & ~F(VMA_UFFD_WP)) | F(VMA_UFFD_RWP), R(NOT_PROTECTED) },
	{ "protection-resolved-itself", F(PTE_SWAP), ASKED | F(VMA_UFFD_ASYNC) | F(PTE_PRESENT), 0 },
	{ "protection-resolved-itself-and-swapped", F(PTE_SWAP), ASKED | F(VMA_UFFD_ASYNC) | F(PTE_SWAP), 0 },
	{ "a-hole-does-not-resolve-itself", 0, ASKED | F(VMA_UFFD_ASYNC), R(NOT_PROTECTED) },
	{ "protected-once-and-lost", MARKED, ASKED | F(KEEPS) | F(PTE_PRESENT) | F(PTE_SOFT_DIRTY),
	  R(NOT_PROTECTED) | R(LOST_UFFD_WP) },
};

/* What protection must mark, by what it was. */
static const struct {
	const char *name;
	__u64 old, vma;
	int must;
} due[] = {
	{ "page", F(PTE_PRESENT) | F(PTE_DIRTY), F(VMA_ANON), 1 },
	{ "page-that-may-be-discarded", F(PTE_PRESENT), F(VMA_ANON), 0 },
	{ "page-that-may-be-discarded-despite-markers", F(PTE_PRESENT), F(VMA_ANON) | F(VMA_UFFD_HOLES), 0 },
	{ "zero-page", F(PTE_PRESENT) | F(PTE_SPECIAL), F(VMA_ANON), 1 },
	{ "swap-entry", F(PTE_SWAP), F(VMA_ANON), 1 },
	{ "hole", 0, F(VMA_ANON), 0 },
	{ "hole-with-markers", 0, F(VMA_ANON) | F(VMA_UFFD_HOLES), 1 },
	{ "hole-of-a-file", 0, F(VMA_UFFD_HOLES), 1 },
	{ "page-of-a-file", F(PTE_PRESENT), F(VMA_UFFD_HOLES), 1 },
	{ "page-of-a-file-without-markers", F(PTE_PRESENT) | F(PTE_DIRTY), 0, 0 },
	{ "swap-entry-of-a-file-without-markers", F(PTE_SWAP), 0, 0 },
};

static void test_due(void)
{
	unsigned int i;

	for (i = 0; i < ROWS(due); i++)
		check(mma_must_mark(due[i].old, due[i].vma) == due[i].must, due[i].name, "not %d", due[i].must);
}

static void test_rewrites(void)
{
	unsigned int i;

	for (i = 0; i < ROWS(rewrites); i++) {
		__u32 got = mma_check_kept(rewrites[i].old, rewrites[i].facts);

		check(got == rewrites[i].broken, rewrites[i].name, "0x%x, not 0x%x", got, rewrites[i].broken);
	}
}

/* Which page a device must be thought to have, and on which kernels that is sure. */
#define PINNED	(ANON_PAGE | F(PAGE_PINNED))

static const struct {
	const char *name;
	__u64 facts;
	int pinned;
} pins[] = {
	{ "pinned-and-exclusive", K612 | PINNED | F(PAGE_EXCL), 1 },
	{ "many-references-and-shared", K612 | PINNED, 0 },
	{ "few-references", K612 | OWN_PAGE, 0 },
	{ "pinned-page-of-a-file", K612 | FILE_PAGE | F(PAGE_PINNED) | F(PAGE_EXCL), 0 },
	{ "pinned-ksm-page", K612 | PINNED | F(PAGE_EXCL) | F(PAGE_KSM), 0 },
	{ "pinned-elsewhere-in-a-large-folio", K612 | PINNED | F(PAGE_EXCL) | F(PAGE_LARGE), 0 },
	{ "exclusive-and-mapped-twice", K612 | PINNED | F(PAGE_EXCL) | F(PAGE_MAPS), 0 },
	{ "guessed-before-5.19", K510 | PINNED, 1 },
	{ "mapped-twice-before-5.19", K510 | PINNED | F(PAGE_MAPS), 0 },
};

static void test_pins(void)
{
	char name[80];
	unsigned int i;

	for (i = 0; i < ROWS(pins); i++) {
		snprintf(name, sizeof(name), "pin-%s", pins[i].name);
		check(!!mma_is_pinned(pins[i].facts) == pins[i].pinned, name, "is not %d", pins[i].pinned);
	}
}

/* No two rows may have the same name: a failure must point at one. */
static void test_names(void)
{
	unsigned int i, j, same = 0;

	for (i = 0; i < ROWS(pairs); i++)
		for (j = 0; j < i; j++)
			same += !__builtin_strcmp(pairs[i].name, pairs[j].name);
	check(!same, "row-names", "%u names are used twice", same);
}

/* PIPED is about writable anonymous pages of which somebody else's pipe has at least one. */
static void test_holders(void)
{
	const __u64 in_pipe = F(PTE_PRESENT) | F(PTE_WRITE) | F(PAGE_ANON);
	static const __u64 needed[] = { F(PTE_PRESENT), F(PTE_WRITE), F(PAGE_ANON) };
	unsigned int i;

	check(mma_check_holders(in_pipe, 1) == R(PIPED) && mma_check_holders(ANON, 512) == R(PIPED),
	      "in-a-pipe-of-another", "breaks 0x%x, 0x%x", mma_check_holders(in_pipe, 1), mma_check_holders(ANON, 512));
	check(!mma_check_holders(~0ULL, 0), "in-no-pipe", "breaks 0x%x", mma_check_holders(~0ULL, 0));
	check(!mma_check_holders(in_pipe | F(PTE_PROTNONE), 1), "in-a-pipe-without-access", "breaks a rule");
	for (i = 0; i < ROWS(needed); i++)
		check(!mma_check_holders(~F(PTE_PROTNONE) & ~needed[i], 1), "in-a-pipe-and-sound", "breaks a rule without 0x%llx", needed[i]);
}

/* Under which locks each answer is final. */
static void test_final(void)
{
	static const __u32 needs_mm = R(VM_WRITE) | R(SOFT_DIRTY) | R(UFFD_WP) | R(VMA_PROT) |
				      R(UFFD_RWP) | R(STRAY_UFFD_WP);
	static const __u32 needs_ptl = R(ANON_EXCL) | R(KSM) | R(ZERO_PAGE) | R(PRIVATE_FILE) | R(DIRTY) |
				       R(EXCL_SHARED) | R(COPIED_PINNED) | R(PIPED);
	static const __u32 kept = R(LOST_UFFD_WP) | R(LOST_SOFT_DIRTY) | R(SWAP_EXCL) | R(NOT_PROTECTED);
	static const __u32 at_once = R(PAGE_LOCK) | R(STALE_TLB) | kept;
	__u32 all = 0, none, mm, ptl, both;

#define X(id, name, severity, text, kernels, where) all |= 1U << (id);
	MMA_RULES(X)
#undef X
	none = mma_final(~(F(LOCK_PTL) | F(LOCK_MM))) & all;
	mm = mma_final(~F(LOCK_PTL)) & all;
	ptl = mma_final(~F(LOCK_MM)) & all;
	both = mma_final(~0ULL) & all;

	check(none == at_once, "final-without-locks", "0x%x", none);
	check(mm == at_once, "final-under-mmap-lock-alone", "0x%x", mm);
	check(ptl == (at_once | needs_ptl), "final-under-page-table-lock", "0x%x", ptl);
	check(both == all, "final-under-both", "0x%x", both);
	check((at_once | needs_ptl | needs_mm) == all, "final-knows-every-rule",
	      "rules 0x%x are in no group", all & ~(at_once | needs_ptl | needs_mm));
	check(mma_final(F(LOCK_PTL)) == mma_final(~F(LOCK_MM)), "final-is-about-locks-only", "not so");
}

/* What may stop a machine, and each rule that may not: a new one belongs to either. */
static void test_proof(void)
{
	static const __u32 proof = R(VM_WRITE) | R(SOFT_DIRTY) | R(UFFD_WP) | R(ANON_EXCL) | R(KSM) | R(ZERO_PAGE) |
				   R(PRIVATE_FILE) | R(DIRTY) | R(EXCL_SHARED) | R(UFFD_RWP);
	static const __u32 no_proof = R(VMA_PROT) | R(PAGE_LOCK) | R(STALE_TLB) | R(COPIED_PINNED) | R(PIPED) |
				      R(LOST_UFFD_WP) | R(LOST_SOFT_DIRTY) | R(SWAP_EXCL) | R(STRAY_UFFD_WP) |
				      R(NOT_PROTECTED);
	__u32 all = 0;

#define X(id, name, severity, text, kernels, where) all |= 1U << (id);
	MMA_RULES(X)
#undef X
	check(mma_proof() == proof, "proof", "0x%x, not 0x%x", mma_proof(), proof);
	check((proof | no_proof) == all, "proof-knows-every-rule", "rules 0x%x are in no group", all & ~(proof | no_proof));
}

/* Write faults: what the kernels in `on` would do. */
#define RO_ANON		(F(PTE_PRESENT) | PRIVATE | F(VMA_ANON) | ANON_PAGE)
#define RO_FILE		(F(PTE_PRESENT) | PRIVATE | FILE_PAGE)
#define RO_SHARED	(F(PTE_PRESENT) | SHARED | FILE_PAGE)
#define RO_PFN		(F(PTE_PRESENT) | F(PTE_SPECIAL) | SHARED | F(VMA_RAW))
#define RO_ZERO		(F(PTE_PRESENT) | F(PTE_SPECIAL) | PRIVATE | F(VMA_ANON) | F(PAGE_ZERO))

#define RO_HUGETLB	(F(PTE_PRESENT) | F(PTE_HUGE) | F(VMA_HUGETLB) | F(PAGE) | F(PAGE_LARGE))

enum { ON_510 = 1, ON_61 = 2, ON_612 = 4, ON_72 = 8, ON_62 = ON_612 | ON_72, ON_NEW = ON_61 | ON_62, ON_ALL = 15 };

static const struct fault_row {
	const char *name;
	int on;
	enum mma_fault would;
	__u64 facts;
	__u32 refs, maps;
} faults[] = {
	{ "not-present", ON_ALL, MMA_FAULT_NONE, F(PTE_SWAP) | PRIVATE, 1, 1 },
	{ "numa-hint", ON_ALL, MMA_FAULT_NUMA, RO_ANON | F(PTE_PROTNONE), 1, 1 },
	{ "prot-none-mapping", ON_ALL, MMA_FAULT_SEGV, (RO_ANON | F(PTE_PROTNONE)) & ~F(VMA_WRITE), 1, 1 },
	{ "read-only-mapping", ON_ALL, MMA_FAULT_SEGV, RO_ANON & ~F(VMA_WRITE), 1, 1 },
	{ "read-only-shared-mapping", ON_ALL, MMA_FAULT_SEGV,
	  (RO_SHARED & ~(F(VMA_SHARED) | PRIVATE)), 2, 1 },

	/* 6.1 memory.c:3414, 6.12 :3665 */
	{ "uffd-wp", ON_ALL, MMA_FAULT_UFFD, RO_ANON | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), 1, 1 },
	{ "uffd-wp-beats-exclusive", ON_NEW, MMA_FAULT_UFFD,
	  RO_ANON | F(PAGE_EXCL) | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), 1, 1 },
	{ "uffd-wp-beats-mkwrite", ON_NEW, MMA_FAULT_UFFD,
	  RO_SHARED | F(VMA_PAGE_MKWRITE) | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), 2, 1 },
	{ "uffd-bit-alone", ON_ALL, MMA_FAULT_REUSE, RO_ANON | F(PTE_UFFD_WP), 1, 1 },
	{ "uffd-read-trap", ON_ALL, MMA_FAULT_UFFD, RO_ANON | F(PTE_PROTNONE) | F(PTE_UFFD_WP) | F(VMA_UFFD_RWP), 1, 1 },
	{ "uffd-read-trap-async", ON_72, MMA_FAULT_REUSE,
	  RO_ANON | F(PAGE_EXCL) | F(PTE_PROTNONE) | F(PTE_UFFD_WP) | F(VMA_UFFD_RWP) | F(VMA_UFFD_ASYNC), 1, 1 },
	{ "uffd-read-trap-async-shared", ON_72, MMA_FAULT_COPY,
	  RO_ANON | F(PTE_PROTNONE) | F(PTE_UFFD_WP) | F(VMA_UFFD_RWP) | F(VMA_UFFD_ASYNC), 2, 2 },
	{ "uffd-read-trap-elsewhere", ON_ALL, MMA_FAULT_NUMA, RO_ANON | F(PTE_PROTNONE) | F(VMA_UFFD_RWP), 1, 1 },
	{ "uffd-mapping-alone", ON_ALL, MMA_FAULT_REUSE, RO_ANON | F(VMA_UFFD_WP), 1, 1 },
	{ "uffd-wp-lets-unshare-pass", ON_NEW, MMA_FAULT_COPY,
	  RO_ANON | F(UNSHARE) | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), 2, 2 },

	/* Shared mappings: 6.1 memory.c:3329, :3347 and :3507, 6.12 :3704 */
	{ "shmem", ON_ALL, MMA_FAULT_REUSE, RO_SHARED, 2, 1 },
	{ "shared-file", ON_ALL, MMA_FAULT_MKWRITE, RO_SHARED | F(VMA_PAGE_MKWRITE), 2, 1 },
	{ "shared-file-writeback-only", ON_ALL, MMA_FAULT_REUSE, RO_SHARED | F(VMA_WRITEBACK), 2, 1 },
	{ "page-mkwrite-is-for-pages", ON_ALL, MMA_FAULT_REUSE, RO_PFN | F(VMA_PAGE_MKWRITE), 0, 0 },
	{ "pfn-mkwrite-is-for-pfns", ON_ALL, MMA_FAULT_REUSE, RO_SHARED | F(VMA_PFN_MKWRITE), 2, 1 },
	{ "pfnmap", ON_ALL, MMA_FAULT_REUSE, RO_PFN, 0, 0 },
	{ "pfnmap-asks-driver", ON_ALL, MMA_FAULT_PFN_MKWRITE, RO_PFN | F(VMA_PFN_MKWRITE), 0, 0 },
	{ "dax-special", ON_ALL, MMA_FAULT_PFN_MKWRITE,
	  RO_SHARED | F(PTE_SPECIAL) | F(VMA_DAX) | F(VMA_PFN_MKWRITE) | F(VMA_PAGE_MKWRITE), 1, 1 },
	{ "dax-ordinary-page", ON_ALL, MMA_FAULT_PFN_MKWRITE,	/* 7.2 memory.c:4301 */
	  RO_SHARED | F(VMA_DAX) | F(VMA_PFN_MKWRITE) | F(VMA_PAGE_MKWRITE), 1, 1 },
	{ "mayshare-counts-since-6.2", ON_62, MMA_FAULT_REUSE,
	  (RO_SHARED & ~F(VMA_SHARED)), 2, 1 },
	{ "mayshare-copied-in-6.1", ON_510 | ON_61, MMA_FAULT_COPY, (RO_SHARED & ~F(VMA_SHARED)), 2, 1 },
	{ "anon-in-shared-6.1", ON_61, MMA_FAULT_REUSE,
	  F(PTE_PRESENT) | SHARED | OWN_PAGE | F(VMA_PAGE_MKWRITE), 9, 9 },
	{ "anon-in-shared-6.12", ON_62, MMA_FAULT_MKWRITE,
	  F(PTE_PRESENT) | SHARED | OWN_PAGE | F(VMA_PAGE_MKWRITE), 9, 9 },
	{ "unshare-of-shared", ON_NEW, MMA_FAULT_NOP, RO_SHARED | F(UNSHARE) | F(VMA_PAGE_MKWRITE), 2, 1 },

	/* Private, not anonymous: always a copy */
	{ "private-file", ON_ALL, MMA_FAULT_COPY, RO_FILE, 2, 1 },
	{ "private-file-mkwrite", ON_ALL, MMA_FAULT_COPY, RO_FILE | F(VMA_PAGE_MKWRITE), 2, 1 },
	{ "zero-page", ON_ALL, MMA_FAULT_COPY, RO_ZERO, 0, 0 },
	{ "private-pfnmap", ON_ALL, MMA_FAULT_COPY,
	  F(PTE_PRESENT) | F(PTE_SPECIAL) | PRIVATE | F(VMA_RAW) | F(VMA_PFN_MKWRITE), 0, 0 },
	{ "unshare-zero-6.1", ON_61, MMA_FAULT_NOP, RO_ZERO | F(UNSHARE), 0, 0 },
	{ "unshare-zero-6.12", ON_62, MMA_FAULT_COPY, RO_ZERO | F(UNSHARE), 0, 0 },
	{ "unshare-file-6.1", ON_61, MMA_FAULT_NOP, RO_FILE | F(UNSHARE), 2, 1 },
	{ "unshare-file-6.12", ON_62, MMA_FAULT_COPY, RO_FILE | F(UNSHARE), 2, 1 },
	{ "unshare-needs-no-vm-write", ON_NEW, MMA_FAULT_COPY, (RO_ANON | F(UNSHARE)) & ~F(VMA_WRITE), 2, 2 },

	/* Anonymous, 5.10 memory.c:3163-3176: one reference, one mapping, not locked */
	{ "anon-alone", ON_ALL, MMA_FAULT_REUSE, RO_ANON, 1, 1 },
	{ "anon-two-refs", ON_ALL, MMA_FAULT_COPY, RO_ANON, 2, 1 },
	{ "anon-two-maps", ON_510, MMA_FAULT_COPY, RO_ANON, 1, 2 },
	{ "anon-swap-cache", ON_510, MMA_FAULT_COPY, RO_ANON | F(PAGE_SWAPCACHE), 2, 1 },
	{ "anon-off-lru", ON_510, MMA_FAULT_COPY, RO_ANON & ~F(PAGE_LRU), 2, 1 },
	{ "anon-locked", ON_ALL, MMA_FAULT_COPY, RO_ANON | F(PAGE_LOCKED), 1, 1 },
	{ "ksm", ON_ALL, MMA_FAULT_COPY, RO_ANON | F(PAGE_KSM), 1, 1 },
	{ "no-exclusive-bit-in-5.10", ON_510, MMA_FAULT_COPY, RO_ANON | F(PAGE_EXCL), 2, 2 },

	/* Anonymous, 6.1 memory.c:3456-3495, 6.12 :3586: exclusive, or the last reference */
	{ "exclusive", ON_NEW, MMA_FAULT_REUSE, RO_ANON | F(PAGE_EXCL), 99, 7 },
	{ "exclusive-locked", ON_NEW, MMA_FAULT_REUSE, RO_ANON | F(PAGE_EXCL) | F(PAGE_LOCKED), 1, 1 },
	{ "exclusive-large", ON_NEW, MMA_FAULT_REUSE, RO_ANON | F(PAGE_EXCL) | F(PAGE_LARGE), 512, 1 },
	{ "anon-map-count-not-asked", ON_NEW, MMA_FAULT_REUSE, RO_ANON, 1, 3 },
	{ "anon-swap-cache-alone", ON_NEW, MMA_FAULT_REUSE_OR_COPY, RO_ANON | F(PAGE_SWAPCACHE), 2, 1 },
	{ "anon-swap-cache-shared", ON_NEW, MMA_FAULT_COPY, RO_ANON | F(PAGE_SWAPCACHE), 3, 1 },
	{ "anon-in-lru-batch", ON_NEW, MMA_FAULT_REUSE, RO_ANON & ~F(PAGE_LRU), 2, 1 },
	{ "anon-in-lru-batch-and-swap-cache", ON_NEW, MMA_FAULT_REUSE_OR_COPY,
	  (RO_ANON | F(PAGE_SWAPCACHE)) & ~F(PAGE_LRU), 3, 1 },
	{ "anon-four-refs-never", ON_NEW, MMA_FAULT_COPY,
	  (RO_ANON | F(PAGE_SWAPCACHE)) & ~F(PAGE_LRU), 4, 1 },
	{ "large-reused-in-6.1", ON_61, MMA_FAULT_REUSE, RO_ANON | F(PAGE_LARGE), 1, 1 },
	{ "large-copied-since-6.10", ON_612, MMA_FAULT_COPY, RO_ANON | F(PAGE_LARGE), 1, 1 },
	/* 7.2 memory.c:4109: by the map count of the whole folio, which is not known here */
	{ "large-reused-since-6.15", ON_72, MMA_FAULT_REUSE_OR_COPY, RO_ANON | F(PAGE_LARGE), 512, 1 },
	{ "large-unshared-since-6.15", ON_72, MMA_FAULT_REUSE_OR_COPY, RO_ANON | F(PAGE_LARGE) | F(UNSHARE), 512, 1 },
	{ "large-of-two-since-6.15", ON_72, MMA_FAULT_COPY, RO_ANON | F(PAGE_LARGE) | F(PAGE_MAPS), 513, 2 },
	{ "unshare-exclusive", ON_NEW, MMA_FAULT_NOP, RO_ANON | F(UNSHARE) | F(PAGE_EXCL), 5, 5 },
	{ "unshare-alone", ON_NEW, MMA_FAULT_NOP, RO_ANON | F(UNSHARE), 1, 1 },
	{ "unshare-ksm", ON_NEW, MMA_FAULT_COPY, RO_ANON | F(UNSHARE) | F(PAGE_KSM), 1, 1 },

	/* do_huge_pmd_wp_page(): 6.1 huge_memory.c:1323, 6.12 :1818 */
	{ "huge-exclusive", ON_NEW, MMA_FAULT_REUSE,
	  RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE) | F(PAGE_EXCL), 1, 1 },
	{ "huge-shared", ON_NEW, MMA_FAULT_COPY, RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE), 2, 2 },
	{ "huge-last-reference", ON_NEW, MMA_FAULT_REUSE, RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE), 1, 1 },
	{ "huge-waits-for-page-lock", ON_NEW, MMA_FAULT_REUSE,
	  RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE) | F(PAGE_LOCKED), 1, 1 },
	{ "huge-swap-cache", ON_NEW, MMA_FAULT_REUSE_OR_COPY,
	  RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE) | F(PAGE_SWAPCACHE), 513, 1 },
	{ "huge-swap-cache-shared", ON_NEW, MMA_FAULT_COPY,
	  RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE) | F(PAGE_SWAPCACHE), 514, 1 },
	{ "huge-mapped-once", ON_510, MMA_FAULT_REUSE, RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE), 2, 1 },
	{ "huge-no-exclusive-bit-in-5.10", ON_510, MMA_FAULT_COPY,
	  RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE) | F(PAGE_EXCL), 1, 2 },
	{ "huge-mapped-twice", ON_510, MMA_FAULT_COPY, RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE), 1, 2 },
	{ "huge-unshare", ON_NEW, MMA_FAULT_NOP, RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE) | F(UNSHARE), 1, 1 },
	{ "huge-zero", ON_ALL, MMA_FAULT_COPY, RO_ZERO | F(PTE_HUGE), 0, 0 },
	{ "huge-uffd-wp", ON_ALL, MMA_FAULT_UFFD,
	  RO_ANON | F(PTE_HUGE) | F(PAGE_LARGE) | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), 1, 1 },

	/* hugetlb_wp(): 6.1 hugetlb.c:5541, 6.12 :5827 */
	{ "hugetlb-shared", ON_ALL, MMA_FAULT_REUSE, RO_SHARED | RO_HUGETLB, 5, 5 },
	{ "hugetlb-mapped-once", ON_ALL, MMA_FAULT_REUSE, PRIVATE | RO_HUGETLB | F(PAGE_ANON), 5, 1 },
	{ "hugetlb-mapped-twice", ON_ALL, MMA_FAULT_COPY, PRIVATE | RO_HUGETLB | F(PAGE_ANON), 1, 2 },
	{ "hugetlb-private-file", ON_ALL, MMA_FAULT_COPY, PRIVATE | RO_HUGETLB, 1, 1 },
	{ "hugetlb-unshare", ON_NEW, MMA_FAULT_NOP, PRIVATE | RO_HUGETLB | F(PAGE_ANON) | F(UNSHARE), 5, 1 },
};

static void test_faults(void)
{
	static const struct {
		int on;
		__u64 facts;
		const char *name;
	} kernels[] = { { ON_510, K510, "5.10" }, { ON_61, K61, "6.1" }, { ON_612, K612, "6.12" },
			{ ON_72, K72, "7.2" } };
	char name[80];
	unsigned int i, k;

	for (i = 0; i < ROWS(faults); i++) {
		const struct fault_row *r = &faults[i];

		for (k = 0; k < ROWS(kernels); k++) {
			enum mma_fault got = mma_fault(r->facts | kernels[k].facts, r->refs, r->maps);

			if (!(r->on & kernels[k].on))
				continue;
			snprintf(name, sizeof(name), "fault-%s-%s", r->name, kernels[k].name);
			check(got == r->would, name, "is %d, not %d", got, r->would);
		}
	}
}

/* Every outcome of MMA_FAULTS is reached by a row. */
static void test_every_fault_has_rows(void)
{
	__u32 all = 0, seen = 0;
	unsigned int i;

#define X(id, name, text) all |= 1U << (id);
	MMA_FAULTS(X)
#undef X
	for (i = 0; i < ROWS(faults); i++)
		seen |= 1U << faults[i].would;
	check(seen == all, "rows-for-every-fault", "outcomes 0x%x have none", all & ~seen);
}

/* Why can_change_pte_writable() says no: 6.12 mm/mprotect.c:43, in its order. */
static const struct {
	const char *name;
	enum mma_reason why;
	__u64 facts;
} reasons[] = {
	{ "writable", MMA_REASON_NONE, ANON },
	{ "not-present", MMA_REASON_NOT_PRESENT, ANON & ~F(PTE_PRESENT) },
	{ "mapping-read-only", MMA_REASON_NO_VM_WRITE, ANON & ~(F(PTE_WRITE) | F(VMA_WRITE)) },
	{ "mapping-read-only-hint", MMA_REASON_NO_VM_WRITE,
	  (ANON | F(PTE_PROTNONE)) & ~(F(PTE_WRITE) | F(VMA_WRITE)) },
	{ "numa-hint", MMA_REASON_PROTNONE, (ANON | F(PTE_PROTNONE)) & ~(F(PTE_WRITE) | F(PTE_SOFT_DIRTY)) },
	{ "soft-dirty", MMA_REASON_SOFT_DIRTY,
	  (ANON | F(PTE_UFFD_WP) | F(VMA_UFFD_WP)) & ~(F(PTE_WRITE) | F(PTE_SOFT_DIRTY)) },
	{ "soft-dirty-mapping", MMA_REASON_KEPT,
	  (ANON | F(VMA_SOFTDIRTY)) & ~(F(PTE_WRITE) | F(PTE_SOFT_DIRTY)) },
	{ "soft-dirty-hugetlb", MMA_REASON_KEPT,
	  (ANON | F(VMA_HUGETLB)) & ~(F(PTE_WRITE) | F(PTE_SOFT_DIRTY)) },
	{ "soft-dirty-not-built", MMA_REASON_KEPT,
	  ANON & ~(F(PTE_WRITE) | F(PTE_SOFT_DIRTY) | F(KERN_SOFT_DIRTY)) },
	{ "uffd-wp", MMA_REASON_UFFD_WP,
	  (ANON | F(PTE_UFFD_WP) | F(VMA_UFFD_WP)) & ~(F(PTE_WRITE) | F(PAGE_EXCL)) },
	{ "uffd-wp-stale", MMA_REASON_KEPT, (ANON | F(PTE_UFFD_WP)) & ~F(PTE_WRITE) },
	{ "shared-clean", MMA_REASON_CLEAN, SHMEM & ~(F(PTE_WRITE) | F(PTE_DIRTY)) },
	{ "shared-clean-entry-dirty-folio", MMA_REASON_CLEAN, TRACKED & ~(F(PTE_WRITE) | F(PTE_DIRTY)) },
	{ "shared-dirty", MMA_REASON_KEPT, SHMEM & ~F(PTE_WRITE) },
	{ "private-zero", MMA_REASON_NO_PAGE, (ANON & ~(F(PTE_WRITE) | OWN_PAGE)) | F(PAGE_ZERO) },
	{ "private-ksm", MMA_REASON_KSM, (ANON | F(PAGE_KSM)) & ~(F(PTE_WRITE) | F(PAGE_EXCL)) },
	{ "private-file", MMA_REASON_FILE_PAGE, (ANON & ~(F(PTE_WRITE) | OWN_PAGE)) | FILE_PAGE },
	{ "private-shared-page", MMA_REASON_NOT_EXCL, ANON & ~(F(PTE_WRITE) | F(PAGE_EXCL)) },
	{ "private-mapped-twice-5.10", MMA_REASON_NOT_EXCL, (ANON510 | F(PAGE_MAPS)) & ~F(PTE_WRITE) },
	{ "private-own-page", MMA_REASON_KEPT, ANON & ~F(PTE_WRITE) },
	{ "private-own-clean-page", MMA_REASON_KEPT, ANON & ~(F(PTE_WRITE) | F(PTE_DIRTY)) },
};

static void test_reasons(void)
{
	__u32 all = 0, seen = 0;
	char name[64];
	unsigned int i;

#define X(id, name, text) all |= 1U << (id);
	MMA_REASONS(X)
#undef X
	for (i = 0; i < ROWS(reasons); i++) {
		enum mma_reason got = mma_reason(reasons[i].facts);

		snprintf(name, sizeof(name), "reason-%s", reasons[i].name);
		check(got == reasons[i].why, name, "is %d, not %d", got, reasons[i].why);
		seen |= 1U << reasons[i].why;
	}
	check(seen == all, "rows-for-every-reason", "reasons 0x%x have none", all & ~seen);
}

/* Of a fault that copied, only what rests on the old entry holds. */
static void test_copied(void)
{
	static const struct { enum mma_fault would, copied; } rows[] = {
		{ MMA_FAULT_NONE, MMA_FAULT_NONE }, { MMA_FAULT_UFFD, MMA_FAULT_UFFD },
		{ MMA_FAULT_SEGV, MMA_FAULT_SEGV }, { MMA_FAULT_NUMA, MMA_FAULT_NUMA },
		{ MMA_FAULT_REUSE, MMA_FAULT_COPY }, { MMA_FAULT_NOP, MMA_FAULT_COPY },
		{ MMA_FAULT_COPY, MMA_FAULT_COPY }, { MMA_FAULT_REUSE_OR_COPY, MMA_FAULT_COPY },
		{ MMA_FAULT_MKWRITE, MMA_FAULT_COPY }, { MMA_FAULT_PFN_MKWRITE, MMA_FAULT_COPY },
	};
	unsigned int i;
	char name[32];

	for (i = 0; i < ROWS(rows); i++) {
		snprintf(name, sizeof(name), "copied-%d", rows[i].would);
		check(mma_fault_copied(rows[i].would) == rows[i].copied, name, "is %d", mma_fault_copied(rows[i].would));
	}
}

/* A grant that the fault would not have given; a denial of what it would only reuse. */
#define LOCKED		(F(LOCK_PTL) | F(LOCK_MM))
static const struct compared_row {
	const char *name;
	__u64 facts;
	__u32 refs;
	int refuses, reuses;
} comparisons[] = {
	{ "exclusive", ANON | LOCKED, 9, 0, 1 },
	{ "exclusive-read-only", READONLY | LOCKED, 9, 0, 1 },
	{ "shared-page", (ANON | LOCKED) & ~F(PAGE_EXCL), 2, 1, 0 },
	{ "shared-page-without-mmap-lock", (ANON | F(LOCK_PTL)) & ~F(PAGE_EXCL), 2, 1, 0 },
	{ "shared-page-without-page-table-lock", (ANON | F(LOCK_MM)) & ~F(PAGE_EXCL), 2, 0, 0 },
	{ "shared-page-5.10", ANON510 | LOCKED, 2, 0, 0 },
	{ "last-of-a-shared-page", (ANON | LOCKED) & ~F(PAGE_EXCL), 1, 0, 1 },
	{ "ksm", (ANON | LOCKED | F(PAGE_KSM)) & ~F(PAGE_EXCL), 1, 1, 0 },
	{ "marked", ANON | LOCKED | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), 1, 1, 0 },
	{ "marked-without-mmap-lock", ANON | F(LOCK_PTL) | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), 1, 0, 0 },
	{ "read-only-mapping", (ANON | LOCKED) & ~F(VMA_WRITE), 1, 1, 0 },
	{ "read-only-mapping-without-mmap-lock", (ANON | F(LOCK_PTL)) & ~F(VMA_WRITE), 1, 0, 0 },
	{ "copy-for-a-pin", ANON | LOCKED | F(UNSHARE), 1, 0, 1 },
	{ "copy-for-a-pin-of-a-read-only-mapping", (ANON | LOCKED | F(UNSHARE)) & ~F(VMA_WRITE), 1, 1, 0 },
	{ "private-file", (ANON | LOCKED) & ~F(PAGE_ANON), 2, 1, 0 },
	{ "shared-file", TRACKED | LOCKED, 2, 0, 0 },
	{ "shmem", SHMEM | LOCKED, 2, 0, 1 },
	{ "tracked", (READONLY | LOCKED) & ~F(PTE_SOFT_DIRTY), 1, 0, 0 },
	{ "numa-hint", (READONLY | LOCKED) | F(PTE_PROTNONE), 1, 0, 0 },
};

static void test_comparisons(void)
{
	char name[80];
	unsigned int i;

	for (i = 0; i < ROWS(comparisons); i++) {
		const struct compared_row *r = &comparisons[i];
		int refuses = mma_fault_refuses(r->facts, r->refs, 1);
		int reuses = mma_fault_reuses(r->facts & ~F(PTE_WRITE), r->refs, 1);

		snprintf(name, sizeof(name), "compared-%s", r->name);
		check(refuses == r->refuses && reuses == r->reuses, name, "refuses %d, reuses %d", refuses, reuses);
	}
}

int main(void)
{
	test_names();
	test_pairs();
	test_gates();
	test_every_rule_has_rows();
	test_every_exemption_has_rows();
	test_legal();
	test_rewrites();
	test_pins();
	test_due();
	test_final();
	test_holders();
	test_proof();
	test_faults();
	test_every_fault_has_rows();
	test_reasons();
	test_copied();
	test_comparisons();
	return check_done();
}
