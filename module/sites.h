/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * sites.h - where the write bit is granted (sites) and the probes that see it
 * (points): two lists that module, command and tests are made from.
 *
 * Points. X(id, NAME, "symbol", "arguments", mode, "what it sees")
 *   arguments: what its handler reads, checked against the kernel's BTF before
 *   loading. One word an argument from the first, "-" for one not read: a
 *   struct's name for a pointer to it, "ulong", "pte_t"; then "=" and what is
 *   returned if that is read. Where kernels differ, MMA_ARGS_NAME of
 *   compat/compat.h; only the module knows, which says it in its modinfo.
 *   mode: AUDIT, always armed; TRACE, only while a reader wants every decision
 *   or where no armed point sees what it sees.
 */
#ifndef MMA_SITES_H
#define MMA_SITES_H

#define MMA_POINTS(X)							\
	X(0, CAN_CHANGE, "can_change_pte_writable",			\
	  "vm_area_struct ulong pte_t =bool", TRACE,			\
	  "each entry that mprotect, userfaultfd or NUMA would like to make writable") \
	X(1, WP_FAULT, "do_wp_page", "vm_fault =uint", AUDIT,		\
	  "every write-protect fault, and what it left behind")		\
	X(2, WP_COPY, "wp_page_copy", "vm_fault =uint", AUDIT,		\
	  "every copy a write-protect fault makes")			\
	X(3, MIGRATE, "remove_migration_pte", MMA_ARGS_MIGRATE, AUDIT, \
	  "every entry that migration or a split restores")		\
	X(4, MIGRATE_PMD, "remove_migration_pmd", "page_vma_mapped_walk -", AUDIT, \
	  "every huge entry that migration restores")			\
	X(5, UPGRADE, "ptep_set_access_flags",				\
	  "vm_area_struct ulong pte_t pte_t int", AUDIT,		\
	  "every entry a fault upgrades in place")			\
	X(6, UPGRADE_PMD, "pmdp_set_access_flags",			\
	  "vm_area_struct ulong pmd_t pmd_t int", AUDIT,		\
	  "every huge entry a fault upgrades in place")			\
	X(7, PROT, "change_protection", MMA_ARGS_PROT, AUDIT,		\
	  "every range whose protection was changed")			\
	X(8, FAULT, "handle_mm_fault", "vm_area_struct ulong uint =uint", AUDIT, \
	  "the entry every page fault leaves behind")

enum mma_point {
#define X(id, name, sym, args, mode, text) MMA_POINT_##name = id,
	MMA_POINTS(X)
#undef X
	MMA_NR_POINTS
};

/*
 * Sites. X(id, NAME, "name", "what grants", "points, best first")
 * A site none of whose points is on is not seen: mmaudit says so.
 */
#define MMA_SITES(X)							\
	X(0, MPROTECT, "mprotect",					\
	  "mprotect() and other changes of a mapping's protection",	\
	  P(PROT) P(CAN_CHANGE))					\
	X(1, UFFD_UNWP, "uffd-unwp",					\
	  "userfaultfd un-write-protect and unregister",		\
	  P(PROT) P(CAN_CHANGE))					\
	X(2, NUMA, "numa",						\
	  "NUMA hinting fault",						\
	  P(FAULT) P(CAN_CHANGE))					\
	X(3, WP_REUSE, "wp-reuse",					\
	  "write fault that reuses the page",				\
	  P(UPGRADE) P(WP_FAULT) P(FAULT))				\
	X(4, MKWRITE, "mkwrite",					\
	  "write fault in a shared mapping, after page_mkwrite or pfn_mkwrite", \
	  P(UPGRADE) P(WP_FAULT) P(FAULT))				\
	X(5, WP_COPY, "wp-copy",					\
	  "write fault that copies the page",				\
	  P(WP_COPY) P(WP_FAULT) P(FAULT))				\
	X(6, MIGRATION, "migration",					\
	  "entry restored after migration",				\
	  P(MIGRATE))							\
	X(7, MIGRATION_PMD, "migration-pmd",				\
	  "huge entry restored after migration",			\
	  P(MIGRATE_PMD))						\
	X(8, ANON_FAULT, "anon-fault",					\
	  "first touch of an anonymous page",				\
	  P(FAULT))							\
	X(9, FILE_FAULT, "file-fault",					\
	  "first touch of a page of a file or shared memory",		\
	  P(FAULT))							\
	X(10, SWAP_IN, "swap-in",					\
	  "fault on a swapped page",					\
	  P(FAULT))							\
	X(11, WP_REUSE_PMD, "wp-reuse-pmd",				\
	  "write fault that reuses a huge page",			\
	  P(UPGRADE_PMD) P(FAULT))

enum mma_site {
#define X(id, name, str, text, points) MMA_SITE_##name = id,
	MMA_SITES(X)
#undef X
	MMA_NR_SITES
};

#endif /* MMA_SITES_H */
