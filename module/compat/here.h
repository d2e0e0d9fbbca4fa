/* SPDX-License-Identifier: GPL-2.0 */
/*
 * here.h - which sites this kernel does not have, so that nothing is missed if none of
 * their points is on. Configuration and headers say so; no version is tested.
 */
#ifndef MMA_HERE_H
#define MMA_HERE_H

#include <linux/kconfig.h>
#include <linux/swap.h>

#define MMA_HAS_UFFD		IS_ENABLED(CONFIG_USERFAULTFD)
#define MMA_HAS_THP		IS_ENABLED(CONFIG_TRANSPARENT_HUGEPAGE)

/* b756a3b5e7ea "mm: device exclusive memory access" (5.14); one kind of entry since 6.15 */
#if defined(SWP_DEVICE_EXCLUSIVE) || defined(SWP_DEVICE_EXCLUSIVE_WRITE)
#define MMA_HAS_EXCLUSIVE	IS_ENABLED(CONFIG_DEVICE_PRIVATE)
#else
#define MMA_HAS_EXCLUSIVE	0
#endif

/* X(SITE, whether this kernel has it); a site that is not listed is in every kernel. */
#define MMA_SITES_HERE(X)							\
	X(UFFD_UNWP,	MMA_HAS_UFFD && IS_ENABLED(CONFIG_HAVE_ARCH_USERFAULTFD_WP)) \
	X(UFFD_WP,	MMA_HAS_UFFD && IS_ENABLED(CONFIG_HAVE_ARCH_USERFAULTFD_WP)) \
	X(UFFD_FILL,	MMA_HAS_UFFD)						\
	X(UFFD_MOVE,	MMA_HAS_UFFD_MOVE)					\
	X(NUMA,		IS_ENABLED(CONFIG_NUMA_BALANCING))			\
	X(MIGRATION,	IS_ENABLED(CONFIG_MIGRATION))				\
	X(MIGRATION_PMD, IS_ENABLED(CONFIG_MIGRATION) && MMA_HAS_THP)		\
	X(SWAP_IN,	IS_ENABLED(CONFIG_SWAP))				\
	X(SWAPOFF,	IS_ENABLED(CONFIG_SWAP))				\
	X(WP_REUSE_PMD,	MMA_HAS_THP)						\
	X(SPLIT,	MMA_HAS_THP)						\
	X(COLLAPSE,	MMA_HAS_THP)						\
	X(KSM,		IS_ENABLED(CONFIG_KSM))					\
	X(HUGETLB,	IS_ENABLED(CONFIG_HUGETLB_PAGE))			\
	X(CLEAR_REFS,	IS_ENABLED(CONFIG_PROC_PAGE_MONITOR) && IS_ENABLED(CONFIG_MEM_SOFT_DIRTY)) \
	X(DEVICE_EXCLUSIVE, MMA_HAS_EXCLUSIVE)					\
	X(UPROBE,	IS_ENABLED(CONFIG_UPROBES))				\
	X(ZAP,		MMA_HAS_MARKERS)

#endif /* MMA_HERE_H */
