/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * sites.h - where the write bit is granted (sites) and the probes that see it
 * (points): two lists that module, command and tests are made from.
 *
 * Points. X(id, NAME, "symbol", "arguments", mode, "what it sees")
 *   arguments: what its handler reads, checked against the kernel's BTF before
 *   loading. One word for each argument, from the first on: "-" if it is not read, a
 *   struct's name for a pointer to it, with ".member@offset" for each member that is
 *   read if no header shows the struct, else "ulong", "ulong*", "pte_t" and so on. Then
 *   "=" and the type of the return value, if that is read. Where kernels differ it is
 *   MMA_ARGS_NAME of compat/compat.h, which the module says in its modinfo.
 *   mode: when the point is armed. AUDIT: always. TRACE(points): while a reader wants
 *   every decision, or where this kernel has none of these points. SPARE(points): where
 *   this kernel has none of these, which see more. SWEEP: while a reader wants sweeps at
 *   exit. HISTORY: while the history is kept, for nothing else.
 */
#ifndef MMA_SITES_H
#define MMA_SITES_H

#define MMA_POINTS(X)							\
	X(0, CAN_CHANGE, "can_change_pte_writable",			\
	  "vm_area_struct ulong pte_t =bool", TRACE(P(PROT)),		\
	  "each entry that mprotect, userfaultfd or NUMA would like to make writable") \
	X(1, WP_FAULT, "do_wp_page", "vm_fault =uint", TRACE(P(WP_COPY) P(FAULT)), \
	  "every write-protect fault, and the entry that it leaves")		\
	X(2, WP_COPY, "wp_page_copy", "vm_fault =uint", AUDIT,		\
	  "every copy that a write-protect fault makes")			\
	X(3, MIGRATE, "remove_migration_pte", MMA_ARGS_RMAP_ONE, AUDIT, \
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
	  "the entry that every page fault leaves")			\
	X(9, GATHER, "tlb_gather_mmu", "mmu_gather.mm@0 mm_struct", AUDIT, \
	  "a zap or a change of protection begins: it may rightly clear marks") \
	X(10, CLEAR_REFS, "clear_refs_test_walk", "- - mm_walk", AUDIT,	\
	  "clear_refs begins with a mapping: it may rightly clear marks") \
	X(11, SWAPOFF, "unuse_pte_range", "vm_area_struct - ulong ulong", AUDIT, \
	  "every page table swapoff brings pages back to")		\
	X(12, MREMAP, "move_page_tables", MMA_ARGS_MREMAP, AUDIT,	\
	  "every range mremap moved")					\
	X(13, UFFD_FILL, "mfill_atomic_install_pte", MMA_ARGS_UFFD_FILL, AUDIT, \
	  "every entry UFFDIO_COPY or UFFDIO_CONTINUE installs")	\
	X(14, UFFD_MOVE, "move_pages", "- ulong ulong ulong", AUDIT,	\
	  "every range UFFDIO_MOVE filled")				\
	X(15, SPLIT, "__split_huge_pmd", "vm_area_struct - ulong", AUDIT, \
	  "every huge entry that is split")				\
	X(16, COLLAPSE, "collapse_huge_page", "mm_struct ulong", AUDIT,	\
	  "every huge entry made of small ones")			\
	X(17, FORK, "copy_page_range", "vm_area_struct vm_area_struct", AUDIT, \
	  "each mapping fork copied, or parts of it, on both sides")	\
	X(18, KSM_WP, "write_protect_page", MMA_ARGS_KSM_WP, AUDIT,	\
	  "every entry KSM has write-protected")			\
	X(19, KSM_MERGE, "try_to_merge_one_page", "vm_area_struct page page", AUDIT, \
	  "every entry KSM has pointed to a shared page")		\
	X(20, MKCLEAN, "page_mkclean_one", MMA_ARGS_RMAP_ONE, AUDIT,	\
	  "every entry write-protected for writeback")			\
	X(21, HUGETLB, "hugetlb_fault", "- vm_area_struct ulong uint =uint", AUDIT, \
	  "the entry that every hugetlb fault leaves")		\
	X(22, UFFD_MOVE_PTES, "move_pages_ptes", "- - - vm_area_struct - ulong ulong", AUDIT, \
	  "every range of small pages UFFDIO_MOVE filled")		\
	X(23, UFFD_COPY, "mcopy_atomic", "mm_struct ulong - ulong - ulong", SPARE(P(UFFD_FILL)), \
	  "every range UFFDIO_COPY filled, in place of uffd_fill")	\
	X(24, UNUSE, "try_to_unuse", "", SPARE(P(SWAPOFF)),		\
	  "which task runs swapoff, in place of swapoff")			\
	X(25, UNUSE_LOOKUP, "lookup_swap_cache", "- vm_area_struct ulong", SPARE(P(SWAPOFF)), \
	  "the entry swapoff is about to replace, in place of swapoff")	\
	X(26, UNUSE_RMAP, "page_add_anon_rmap", "page vm_area_struct ulong", SPARE(P(SWAPOFF)), \
	  "the entry swapoff has put there, in place of swapoff")	\
	X(27, UNMAP, "try_to_unmap_one", MMA_ARGS_RMAP_ONE " =bool", AUDIT,	\
	  "every entry whose page reclaim takes, and before 5.14 migration, too") \
	X(28, UNMAP_MIGRATE, "try_to_migrate_one", MMA_ARGS_RMAP_ONE " =bool", AUDIT, \
	  "every entry whose page migration or a split takes")		\
	X(29, CLEAR_RANGE, "clear_refs_pte_range", "pmd_t ulong ulong mm_walk", AUDIT, \
	  "every page table in which clear_refs has cleared soft-dirty") \
	X(30, REMAP_PFN, "remap_pfn_range", "vm_area_struct ulong - ulong =int", AUDIT, \
	  "every range of page frames a driver maps")			\
	X(31, INSERT_PAGE, "vm_insert_page", "vm_area_struct ulong =int", AUDIT, \
	  "every page a driver maps")					\
	X(32, INSERT_PAGES, "vm_insert_pages", "vm_area_struct ulong - ulong*", AUDIT, \
	  "every range of pages a driver maps")				\
	X(33, MMAP_ACTION, "mmap_action_complete", "vm_area_struct =int", AUDIT, \
	  "every range mapped for a driver whose mmap_prepare() asked for it") \
	X(34, EXCLUSIVE, "restore_exclusive_pte", MMA_ARGS_EXCLUSIVE, AUDIT, \
	  "every entry given back by a device that had it for itself")	\
	X(35, SCAN, "pagemap_scan_pmd_entry", "pmd_t ulong ulong mm_walk =int", AUDIT, \
	  "every page table in which PAGEMAP_SCAN may have write-protected") \
	X(36, UFFD_MOVE_HUGE, "move_pages_huge_pmd", "- - - - vm_area_struct - ulong ulong", SPARE(P(UFFD_MOVE)), \
	  "every huge page UFFDIO_MOVE moved, in place of uffd_move")	\
	X(37, HUGETLB_FILL, "hugetlb_mfill_atomic_pte", "- vm_area_struct ulong - uint", AUDIT, \
	  "every hugetlb entry UFFDIO_COPY or UFFDIO_CONTINUE installs") \
	X(38, HUGETLB_COPY, "hugetlb_mcopy_atomic_pte", "- - vm_area_struct ulong", AUDIT, \
	  "the same as hugetlb_fill, before 6.4")					\
	X(39, COLLAPSE_FILE, "set_huge_pmd", "vm_area_struct ulong", AUDIT, \
	  "every huge page of a file that is mapped once it was made of small ones") \
	X(40, GATHER_END, "tlb_finish_mmu", "mmu_gather.mm@0", AUDIT,	\
	  "a zap or a change of protection ends: it may rightly have cleared marks") \
	X(41, MREMAP_BEGIN, "move_page_tables", MMA_ARGS_MREMAP, AUDIT,	\
	  "mremap begins to move entries: it may rightly clear marks") \
	X(42, MOVES, "userfaultfd_ioctl", "- uint", AUDIT,		\
	  "which tasks are in UFFDIO_MOVE, which may rightly clear marks") \
	X(43, EXIT_MM, "exit_mm_release", "", SWEEP,			\
	  "which process gives its memory up by exit, for the sweep")		\
	X(44, EXEC_MM, "exec_mm_release", "", SWEEP,			\
	  "which process gives its memory up by exec, for the sweep")		\
	X(45, EXIT_EXEC_MM, "mm_exit_exec_release", "", SWEEP,		\
	  "the same as exit_mm and exec_mm, since 7.3")			\
	X(46, UPROBE, "uprobe_write_opcode", MMA_ARGS_UPROBE, AUDIT,	\
	  "every entry whose page a uprobe's breakpoint is written to, or taken from") \
	X(47, COPY_FLUSH, "ptep_clear_flush", "vm_area_struct ulong pte_t", SPARE(P(WP_COPY)), \
	  "the moment when a write fault replaces a page by its copy: have TLBs been flushed?") \
	X(48, MKCLEAN_DAX, "pfn_mkclean_range", "- ulong ulong vm_area_struct", AUDIT, \
	  "every range of a DAX file write-protected for writeback") \
	X(49, SCAN_HUGETLB, "pagemap_scan_hugetlb_entry", "pte_t ulong ulong ulong mm_walk =int", AUDIT, \
	  "every hugetlb entry that PAGEMAP_SCAN may have write-protected") \
	X(50, SCAN_HOLE, "pagemap_scan_pte_hole", "ulong ulong - mm_walk =int", AUDIT, \
	  "every hole in hugetlb memory that PAGEMAP_SCAN may have protected by markers") \
	X(51, PIPE, "pipe_unlock", "pipe_inode_info", AUDIT,		\
	  "which pages vmsplice() has put into a pipe")			\
	X(52, PIPE_LOCK, "pipe_lock", "pipe_inode_info", AUDIT,		\
	  "which pipe a task is about to change")			\
	X(53, PIPE_PAGES, "iov_iter_get_pages2", "", AUDIT,		\
	  "when vmsplice() begins to fill a pipe")			\
	X(54, OLD_PIPE_PAGES, "iov_iter_get_pages", "", SPARE(P(PIPE_PAGES)), \
	  "the same, before 6.0") \
	X(55, ZAP, "zap_vma_range_batched", "- vm_area_struct ulong ulong zap_details", AUDIT, \
	  "every range given up by MADV_DONTNEED, or because its file was cut: where marks must stay") \
	X(56, ZAP_SINGLE, "zap_page_range_single", "vm_area_struct ulong ulong zap_details", SPARE(P(ZAP)), \
	  "the same as zap, before 6.16") \
	X(57, PIPE_RELEASE, "page_cache_pipe_buf_release", "- pipe_buffer", AUDIT, \
	  "which pages pipes give back")				\
	X(58, ZAP_RANGE, "unmap_page_range", "- vm_area_struct ulong ulong", HISTORY, \
	  "every range of entries that goes: munmap, exit, MADV_DONTNEED, a file that is cut") \
	X(59, VMA_ADJUST, "vma_adjust_trans_huge", "vm_area_struct ulong ulong -", HISTORY, \
	  "every mapping that is merged with another, divided or grown")	\
	X(60, VMA_PROT, "vma_set_page_prot", "vm_area_struct", HISTORY,	\
	  "every mapping whose flags and protection were set anew")	\
	X(61, ZAP_VMA, "__zap_vma_range", "- vm_area_struct ulong ulong", HISTORY, \
	  "the same as zap_range, in 7.2 and later")			\
	X(62, OLD_MERGE, "__vma_adjust", "vm_area_struct ulong ulong - - vm_area_struct", HISTORY, \
	  "which of two mappings that are merged stays, before 6.3")

enum mma_point {
#define X(id, name, sym, args, mode, text) MMA_POINT_##name = id,
	MMA_POINTS(X)
#undef X
	MMA_NR_POINTS
};

/*
 * gcc may split a function behind an early return. Some callers then call the second
 * part directly, all others through the function, so the part is probed in place of the
 * function. A part does not get arguments that it does not use, and later ones move up:
 * so only a part is named here that uses all arguments up to the last one that is read.
 * X(NAME, "symbol")
 */
#define MMA_PARTS(X)							\
	X(MREMAP, "move_page_tables.part.0")	/* of move_vma(), mm/mremap.c:254 (5.10) */ \
	X(MREMAP_BEGIN, "move_page_tables.part.0")			\
	X(KSM_WP, "write_protect_page.constprop.0")

/*
 * Functions of other names that stand in for that of a point where a kernel has them, best
 * first, with the same arguments: the point's own name is then one that calls them inline.
 * X(NAME, "symbol")
 */
#define MMA_STAND_INS(X)						\
	X(UPGRADE, "__ptep_set_access_flags_anysz")	/* arch/arm64/mm/fault.c:219 (7.2): of entries of all sizes */ \
	X(UPGRADE, "__ptep_set_access_flags")		/* arch/arm64/mm/fault.c:206 (6.12) */ \
	X(UPROBE, "uprobe_write")			/* kernel/events/uprobes.c:497 (7.2); inlined in set_swbp() is uprobe_write_opcode() */

/*
 * A compiler may put the body of a function also into those of its callers that are in
 * the same file: clang 19 does so with the first one. Such a call passes by the probe. So
 * for each of these points inlined.c asks one caller that calls it in every version, or
 * if that is inlined itself, the next one. X(NAME, "caller")
 */
#define MMA_CALLERS(X)							\
	X(SPLIT, "split_huge_pmd_address")	/* mm/huge_memory.c:2988 (6.12) */ \
	X(ZAP, "unmap_mapping_range_tree")	/* mm/memory.c:3753 (6.12), by unmap_mapping_range_vma() */ \
	X(ZAP, "unmap_mapping_pages")					\
	X(ZAP_SINGLE, "unmap_mapping_range_tree")			\
	X(ZAP_SINGLE, "unmap_mapping_pages")				\
	X(PROT, "mprotect_fixup")		/* mm/mprotect.c:682 (6.12) */ \
	X(MREMAP, "move_vma")			/* mm/mremap.c:769 (6.12) */ \
	X(MREMAP, "copy_vma_and_data")		/* mm/mremap.c:1285 (7.2) */

/*
 * Points whose function is in a header of every kernel, so that the compiler checks its
 * prototype (compat/proto.h), or of which no argument is read. The other functions are
 * static or private to mm/: their arguments are known from the source of each version,
 * and a vendor may have changed them. These points stay off unless whoever loads the
 * module has checked them against BTF, and says so by checked=Y.
 */
#define MMA_SHOWN(X)							\
	X(FAULT) X(PROT) X(GATHER) X(UPGRADE) X(UPGRADE_PMD) X(FORK)	\
	X(SPLIT) X(HUGETLB) X(REMAP_PFN) X(INSERT_PAGE) X(INSERT_PAGES)	\
	X(UNUSE) X(EXIT_MM) X(EXEC_MM) X(EXIT_EXEC_MM) X(UPROBE) X(COPY_FLUSH) \
	X(PIPE) X(PIPE_LOCK) X(PIPE_PAGES) X(OLD_PIPE_PAGES) X(VMA_ADJUST) X(VMA_PROT)

/*
 * Sites. X(id, NAME, "name", "what grants", "points, best first")
 * If none of its points P() is on, a site is not seen, and mmaudit says so. ALSO(): a
 * point that sees a part of the site which the others do not. NEEDS(): a point without
 * which nothing is judged there, because it tells of what may rightly be so.
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
	  P(FAULT) P(CAN_CHANGE) P(PROT))				\
	X(3, WP_REUSE, "wp-reuse",					\
	  "write fault that reuses the page",				\
	  P(UPGRADE) P(WP_FAULT) P(FAULT))				\
	X(4, MKWRITE, "mkwrite",					\
	  "write fault in a shared mapping, after page_mkwrite or pfn_mkwrite", \
	  P(UPGRADE) P(WP_FAULT) P(FAULT))				\
	X(5, WP_COPY, "wp-copy",					\
	  "write fault that copies the page",				\
	  P(WP_COPY) P(WP_FAULT) P(FAULT) ALSO(COPY_FLUSH))				\
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
	  P(UPGRADE_PMD) P(FAULT))					\
	X(12, SWAPOFF, "swapoff",					\
	  "entry restored by swapoff",					\
	  P(SWAPOFF) P(UNUSE_RMAP))							\
	X(13, MREMAP, "mremap",						\
	  "entry moved by mremap",					\
	  P(MREMAP))							\
	X(14, UFFD_FILL, "uffd-fill",					\
	  "UFFDIO_COPY or UFFDIO_CONTINUE",				\
	  P(UFFD_FILL) P(UFFD_COPY) ALSO(HUGETLB_FILL) ALSO(HUGETLB_COPY)) \
	X(15, UFFD_MOVE, "uffd-move",					\
	  "UFFDIO_MOVE",						\
	  P(UFFD_MOVE) P(UFFD_MOVE_PTES) ALSO(UFFD_MOVE_HUGE))		\
	X(16, SPLIT, "thp-split",					\
	  "huge entry split into small ones",				\
	  P(SPLIT))							\
	X(17, COLLAPSE, "collapse",					\
	  "small pages collapsed into a huge one",			\
	  P(COLLAPSE) ALSO(COLLAPSE_FILE))				\
	X(18, FORK, "fork",						\
	  "entry copied by fork, or left writable by it",		\
	  P(FORK))							\
	X(19, KSM, "ksm",						\
	  "entry write-protected or replaced by KSM",			\
	  P(KSM_WP) P(KSM_MERGE))					\
	X(20, UFFD_WP, "uffd-wp",					\
	  "entry that UFFDIO_WRITEPROTECT, UFFDIO_RWPROTECT or PAGEMAP_SCAN was to protect", \
	  P(PROT) P(SCAN) ALSO(SCAN_HUGETLB) ALSO(SCAN_HOLE))		\
	X(21, WRITEBACK, "writeback",					\
	  "entry write-protected for writeback",			\
	  P(MKCLEAN) ALSO(MKCLEAN_DAX))					\
	X(22, HUGETLB, "hugetlb-fault",					\
	  "fault on hugetlb",						\
	  P(HUGETLB))							\
	X(23, UNMAP, "unmap",						\
	  "entry whose page reclaim, migration or a split takes away, or puts back", \
	  P(UNMAP) P(UNMAP_MIGRATE))					\
	X(24, CLEAR_REFS, "clear-refs",					\
	  "entry that clear_refs was to make clean and read-only",	\
	  P(CLEAR_RANGE))						\
	X(25, INSERT, "insert",						\
	  "entry that a driver maps outside of a fault",		\
	  P(REMAP_PFN) P(INSERT_PAGE) P(INSERT_PAGES) P(MMAP_ACTION))	\
	X(26, DEVICE_EXCLUSIVE, "device-exclusive",			\
	  "entry restored after a device had the page for itself",	\
	  P(EXCLUSIVE) P(FAULT))					\
	X(27, UPROBE, "uprobe",						\
	  "entry whose page a uprobe's breakpoint is written to, or taken from", \
	  P(UPROBE))							\
	X(28, ZAP, "zap",						\
	  "entry given up in a file's mapping that userfaultfd protects: its mark must stay", \
	  P(ZAP) P(ZAP_SINGLE) NEEDS(UNMAP) NEEDS(UNMAP_MIGRATE) NEEDS(SWAPOFF))

enum mma_site {
#define X(id, name, str, text, points) MMA_SITE_##name = id,
	MMA_SITES(X)
#undef X
	MMA_NR_SITES
};

#endif /* MMA_SITES_H */
