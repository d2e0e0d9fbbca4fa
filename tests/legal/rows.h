/* rows.h - the one list of rows: ROW(name, function, path, --prove symbols, needs). */
#ifndef ROWS_H
#define ROWS_H

#include "kit.h"

#define ROWS(ROW)	COW_ROWS(ROW) PROT_ROWS(ROW) FILE_ROWS(ROW) SWAP_ROWS(ROW) UFFD_ROWS(ROW) DIRTY_ROWS(ROW) VMA_ROWS(ROW) \
			KSM_ROWS(ROW) THP_ROWS(ROW) MTHP_ROWS(ROW) NUMA_ROWS(ROW) HUGETLB_ROWS(ROW) PIN_ROWS(ROW) PIPE_ROWS(ROW) \
			QUIET_ROWS(ROW) UPROBE_ROWS(ROW) ZAP_ROWS(ROW)

#define COW_ROWS(ROW) \
	ROW("anon-write", anon_write, "do_anonymous_page", "do_anonymous_page handle_mm_fault", "") \
	ROW("zero-page-write", zero_page_write, "wp_page_copy of the zero page", "wp_page_copy do_wp_page", "root") \
	ROW("anon-populate", anon_populate, "MAP_POPULATE", "populate_vma_page_range __mm_populate", "") \
	ROW("madv-populate-write", madv_populate_write, "MADV_POPULATE_WRITE", \
	    "faultin_page_range faultin_vma_page_range madvise_populate do_madvise", "") \
	ROW("cow-copy", cow_copy, "wp_page_copy", "wp_page_copy do_wp_page", "root") \
	ROW("cow-zero-page", cow_zero_page, "wp_page_copy, zero page of two", "wp_page_copy do_wp_page", "root") \
	ROW("cow-reuse", cow_reuse, "wp_page_reuse", "wp_page_reuse do_wp_page", "root") \
	ROW("cow-private-file", cow_private_file, "do_cow_fault, wp_page_copy", "wp_page_copy do_wp_page", "root") \
	ROW("fork-batch", fork_batch, "copy_page_range, 64 pages", "copy_page_range", "") \
	ROW("fork-grandchild", fork_grandchild, "copy_page_range twice", "copy_page_range", "") \
	ROW("vfork-write", vfork_write, "none: one mm", NULL, "") \
	ROW("exec-stack", exec_stack, "shift_arg_pages: move_ptes", "move_page_tables", "") \
	ROW("threads-touch", threads_touch, "do_anonymous_page raced", "handle_mm_fault", "") \
	ROW("threads-cow", threads_cow, "do_wp_page raced", "do_wp_page", "") \
	ROW("foll-force", foll_force, "FOLL_FORCE into a read-only mapping", \
	    "ptrace_access_vm __ptrace_access_vm", "") \
	ROW("foll-force-cow", foll_force_cow, "FOLL_FORCE breaks COW", "do_wp_page", "root") \
	ROW("foll-force-file", foll_force_file, "FOLL_FORCE of a private file page", \
	    "ptrace_access_vm do_wp_page", "root") \
	ROW("process-vm-write", process_vm_write, "GUP write fault in another mm", "process_vm_rw", "") \
	ROW("unshare-read-pin", unshare_read_pin, "wp_page_copy, FAULT_FLAG_UNSHARE", \
	    "wp_page_copy do_wp_page", "root") \
	ROW("odirect-read-cow", odirect_read_cow, "GUP write fault for O_DIRECT", "do_wp_page", "ext4") \
	ROW("put-back", put_back_anon, "try_to_unmap_one fails: written to since MADV_FREE", "try_to_unmap_one", "root") \
	ROW("put-back-clear-refs", put_back_clear_refs, "the same under tracking", "try_to_unmap_one", "root softdirty") \
	ROW("put-back-uffd-wp", put_back_uffd_wp, "the same, write-protected", "try_to_unmap_one", "root uffd-wp") \
	ROW("put-back-thp", put_back_thp, "the same of a huge page", "try_to_unmap_one", "root thp") \
	ROW("madv-free", madv_free, "madvise_free_pte_range", "madvise_free_pte_range madvise_free_single_vma", "") \
	ROW("madv-dontneed", madv_dontneed, "zap, do_anonymous_page", "zap_page_range_single zap_page_range", "") \
	ROW("mlock-populate", mlock_populate, "mprotect_fixup populates a locked VMA", "populate_vma_page_range", "")

#define PROT_ROWS(ROW) \
	ROW("mprotect-anon", mprotect_anon, "change_pte_range upgrade", "change_protection", "") \
	ROW("mprotect-none-anon", mprotect_none_anon, "PROT_NONE and back", "change_protection", "") \
	ROW("mprotect-none-read-rw", mprotect_none_read_rw, "NONE, R, RW", "change_protection", "") \
	ROW("mprotect-anon-forked", mprotect_anon_forked, "not exclusive: no upgrade", "change_protection", "") \
	ROW("mprotect-zero-page", mprotect_zero_page, "zero page: no upgrade", "change_protection", "root") \
	ROW("mprotect-private-file", mprotect_private_file, "page cache: no upgrade", "change_protection", "") \
	ROW("mprotect-private-file-cowed", mprotect_private_file_cowed, "upgrade after COW", \
	    "change_protection", "tmpfs") \
	ROW("mprotect-shared-anon", mprotect_shared_anon, "vm_page_prot grants", "change_protection", "") \
	ROW("mprotect-none-shared-anon", mprotect_none_shared_anon, "PROT_NONE and back, shmem", \
	    "change_protection", "") \
	ROW("mprotect-memfd", mprotect_memfd, "vm_page_prot grants", "change_protection", "") \
	ROW("mprotect-tmpfs", mprotect_tmpfs, "vm_page_prot grants", "change_protection", "tmpfs") \
	ROW("mprotect-ext4-dirty", mprotect_ext4_dirty, "dirty: upgrade", "change_protection", "ext4") \
	ROW("mprotect-ext4-clean", mprotect_ext4_clean, "clean: no upgrade", "change_protection", "ext4") \
	ROW("mprotect-ext4-read", mprotect_ext4_read, "never written: no upgrade", "change_protection", "ext4") \
	ROW("mprotect-vfat-dirty", mprotect_vfat_dirty, "dirty: upgrade", "change_protection", "vfat") \
	ROW("mprotect-vfat-clean", mprotect_vfat_clean, "clean: no upgrade", "change_protection", "vfat") \
	ROW("mprotect-mixed", mprotect_mixed, "three kinds of pages in one call", "change_protection", "")

#define FILE_ROWS(ROW) \
	ROW("shared-write-ext4", shared_write_ext4, "page_mkwrite, page_mkclean", \
	    "do_page_mkwrite ext4_page_mkwrite", "ext4") \
	ROW("shared-write-vfat", shared_write_vfat, "page_mkwrite, page_mkclean", \
	    "do_page_mkwrite filemap_page_mkwrite", "vfat") \
	ROW("shared-read-write-ext4", shared_read_write_ext4, "read fault, wp_page_shared", \
	    "ext4_page_mkwrite", "ext4") \
	ROW("shared-read-write-vfat", shared_read_write_vfat, "read fault, wp_page_shared", \
	    "filemap_page_mkwrite", "vfat") \
	ROW("shared-read-write-tmpfs", shared_read_write_tmpfs, "read fault grants by vm_page_prot", \
	    "finish_fault set_pte_range do_set_pte alloc_set_pte", "tmpfs") \
	ROW("shared-write-tmpfs", shared_write_tmpfs, "shared write fault without page_mkwrite", \
	    "finish_fault set_pte_range do_set_pte alloc_set_pte", "tmpfs") \
	ROW("shared-two-mappings", shared_two_mappings, "page_mkclean of two mappings", \
	    "folio_mkclean page_mkclean", "ext4") \
	ROW("shared-forked", shared_forked, "fork of shmem", "copy_page_range handle_mm_fault", "") \
	ROW("shared-sealed", shared_sealed, "F_SEAL_WRITE", NULL, "") \
	ROW("shared-future-seal", shared_future_seal, "F_SEAL_FUTURE_WRITE", NULL, "") \
	ROW("private-write", private_write, "do_cow_fault", "finish_fault", "ext4") \
	ROW("private-read-write", private_read_write, "wp_page_copy of the page cache", \
	    "do_wp_page wp_page_copy", "root ext4") \
	ROW("private-and-shared", private_and_shared, "do_cow_fault beside a shared writer", \
	    "do_wp_page wp_page_copy", "ext4") \
	ROW("file-punch", file_punch, "zap and refault", \
	    "unmap_mapping_range unmap_mapping_pages unmap_mapping_folio", "ext4") \
	ROW("file-reclaim", file_reclaim, "try_to_unmap and refault", "try_to_unmap_one", "ext4") \
	ROW("dax-write", dax_write, "dax_iomap_pte_fault: insert_pfn", \
	    "vmf_insert_mixed_mkwrite dax_iomap_fault", "dax") \
	ROW("dax-read-write", dax_read_write, "pfn_mkwrite", "dax_finish_sync_fault dax_iomap_fault", "dax") \
	ROW("dax-private", dax_private, "COW of a DAX page", "do_wp_page wp_page_copy", "dax") \
	ROW("dax-sync", dax_sync, "dax_insert_pfn_mkwrite", "dax_finish_sync_fault", "dax") \
	ROW("dax-forked", dax_forked, "writeback of a DAX page of two mappings", "dax_writeback_mapping_range", "dax") \
	ROW("dax-busy", dax_busy, "DAX faults beside writeback, write(2), holes and truncation", \
	    "dax_writeback_mapping_range", "dax") \
	ROW("dax-huge", dax_huge, "vmf_insert_pfn_pmd", "vmf_insert_pfn_pmd vmf_insert_pfn_pmd_prot", "dax") \
	ROW("devmem-shared", devmem_shared, "remap_pfn_range with PROT_WRITE", \
	    "remap_pfn_range mmap_action_complete", "root") \
	ROW("packet-ring", packet_ring, "vm_insert_page in mmap()", "vm_insert_page", "root") \
	ROW("uring-ring", uring_ring, "vm_insert_pages in mmap()", "vm_insert_pages remap_pfn_range", "uring") \
	ROW("perf-ring", perf_ring, "remap_pfn_range in mmap(), pfn_mkwrite", "remap_pfn_range do_wp_page", "root") \
	ROW("insert-pfn", insert_pfn, "vmf_insert_pfn with PROT_WRITE", \
	    "vmf_insert_pfn vmf_insert_pfn_prot", "root") \
	ROW("secretmem", secretmem, "a driver's fault, shared", "finish_fault", "") \
	ROW("packet-ring-tracked", packet_ring_tracked, "clear_refs of a driver's pages", "clear_refs_pte_range", "root softdirty") \
	ROW("packet-ring-private", packet_ring_private, "COW of a driver's page", "do_wp_page", "root") \
	ROW("devmem-tracked", devmem_tracked, "clear_refs passes over VM_PFNMAP", "clear_refs_test_walk clear_refs_write", "root softdirty") \
	ROW("devmem-private", devmem_private, "COW of a page without struct page", "do_wp_page", "root")

#define SWAP_ROWS(ROW) \
	ROW("swap-read", swap_read, "do_swap_page, read, no swap cache", "do_swap_page", "swap") \
	ROW("swap-read-cache", swap_read_cache, "do_swap_page, read, swap cache", "do_swap_page", "swap") \
	ROW("swap-write", swap_write, "do_swap_page, write, no swap cache", "do_swap_page", "swap") \
	ROW("swap-write-cache", swap_write_cache, "do_swap_page, write, swap cache", \
	    "do_swap_page", "swap") \
	ROW("swap-forked", swap_forked, "fork of swap entries", "do_swap_page", "swap") \
	ROW("swap-forked-cache", swap_forked_cache, "fork of swap entries, swap cache", \
	    "do_swap_page", "swap") \
	ROW("swap-forked-reclaim", swap_forked_reclaim, "try_to_unmap of a page of two", \
	    "do_swap_page", "swap reclaim") \
	ROW("swapoff-zram", swapoff_zram, "unuse_pte", "unuse_pte_range try_to_unuse", "root swap") \
	ROW("swapoff-loop", swapoff_loop, "unuse_pte", "unuse_pte_range try_to_unuse", "root swap") \
	ROW("swapoff-table", swapoff_table, "unuse_pte of a whole table", "unuse_pte_range try_to_unuse", \
	    "root swap") \
	ROW("swapoff-forked", swapoff_forked, "unuse_pte in two mms", \
	    "unuse_pte_range try_to_unuse", "root swap") \
	ROW("swap-clear-refs", swap_clear_refs, "clear_refs of swap entries", "do_swap_page", "softdirty swap") \
	ROW("swap-mprotect", swap_mprotect, "swap-in under PROT_READ", "do_swap_page", "swap") \
	ROW("swap-mremap", swap_mremap, "move_ptes of swap entries", "move_page_tables", "swap") \
	ROW("swap-willneed", swap_willneed, "write fault on a page read ahead", "do_swap_page", "swap") \
	ROW("swap-madv-free", swap_madv_free, "MADV_FREE of a swap entry", \
	    "madvise_free_pte_range madvise_free_single_vma", "swap") \
	ROW("swap-uffd-wp", swap_uffd_wp, "swap-in of a write-protected page", "do_swap_page", "swap uffd-wp") \
	ROW("swap-uffd-unwp", swap_uffd_unwp, "un-protect of a swap entry", "change_protection", "swap uffd-wp") \
	ROW("swap-shmem", swap_shmem, "shmem swap-in", "shmem_swapin_folio shmem_swapin_page", "swap") \
	ROW("swap-thp", swap_thp, "swap-out of a huge page", "do_swap_page", "swap thp")

#define UFFD_ROWS(ROW) \
	ROW("uffd-missing", uffd_missing, "UFFDIO_COPY by a handler", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd") \
	ROW("uffd-missing-shmem", uffd_missing_shmem, "UFFDIO_COPY by a handler, shmem", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd") \
	ROW("uffd-copy", uffd_copy, "mfill_atomic_install_pte", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd") \
	ROW("uffd-copy-shmem", uffd_copy_shmem, "mfill_atomic_install_pte, shmem", \
	    "mfill_atomic_install_pte shmem_mfill_atomic_pte mcopy_atomic", "uffd") \
	ROW("uffd-copy-private", uffd_copy_private, "mfill_atomic_install_pte, private shmem", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd") \
	ROW("uffd-copy-wp", uffd_copy_wp, "UFFDIO_COPY with MODE_WP", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd-wp") \
	ROW("uffd-copy-wp-shmem", uffd_copy_wp_shmem, "UFFDIO_COPY with MODE_WP, shmem", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd-shmem") \
	ROW("uffd-copy-readonly", uffd_copy_readonly, "UFFDIO_COPY without VM_WRITE", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd") \
	ROW("uffd-marker-copy", uffd_marker_copy, "UFFDIO_COPY over a marker", \
	    "mfill_atomic_install_pte", "uffd-wp") \
	ROW("uffd-marker-copy-shmem", uffd_marker_copy_shmem, "the same on shmem", \
	    "mfill_atomic_install_pte", "uffd-shmem") \
	ROW("uffd-marker-copy-private", uffd_marker_copy_private, "the same on private shmem", \
	    "mfill_atomic_install_pte", "uffd-shmem") \
	ROW("uffd-marker-copy-wp", uffd_marker_copy_wp, "UFFDIO_COPY with MODE_WP over a marker", \
	    "mfill_atomic_install_pte", "uffd-wp") \
	ROW("uffd-marker-copy-wp-shmem", uffd_marker_copy_wp_shmem, "the same on shmem", \
	    "mfill_atomic_install_pte", "uffd-shmem") \
	ROW("uffd-marker-zeropage", uffd_marker_zeropage, "UFFDIO_ZEROPAGE over a marker", \
	    "mfill_atomic_install_pte", "uffd-shmem") \
	ROW("uffd-marker-continue", uffd_marker_continue, "UFFDIO_CONTINUE over a marker", \
	    "mfill_atomic_install_pte", "uffd-minor uffd-shmem") \
	ROW("uffd-marker-continue-private", uffd_marker_continue_private, "the same, private", \
	    "mfill_atomic_install_pte", "uffd-minor uffd-shmem") \
	ROW("uffd-zeropage", uffd_zeropage, "mfill_atomic_pte_zeropage, wp_page_copy", NULL, "root uffd") \
	ROW("uffd-zeropage-shmem", uffd_zeropage_shmem, "UFFDIO_ZEROPAGE, shmem", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "root uffd") \
	ROW("uffd-wp-anon", uffd_wp_anon, "write protect, trap, un-protect", "change_protection", "uffd-wp") \
	ROW("uffd-wp-shmem", uffd_wp_shmem, "the same on shmem", "change_protection", "uffd-shmem") \
	ROW("uffd-wp-private-shmem", uffd_wp_private_shmem, "the same on private shmem", \
	    "change_protection", "uffd-shmem") \
	ROW("uffd-unwp-anon", uffd_unwp_anon, "UFFDIO_WRITEPROTECT off", "change_protection", "uffd-wp") \
	ROW("uffd-unregister-anon", uffd_unregister_anon, "UFFDIO_UNREGISTER", "change_protection", "uffd-wp") \
	ROW("uffd-close-anon", uffd_close_anon, "userfaultfd_release", NULL, "uffd-wp") \
	ROW("uffd-unwp-shmem", uffd_unwp_shmem, "UFFDIO_WRITEPROTECT off", "change_protection", "uffd-shmem") \
	ROW("uffd-unregister-shmem", uffd_unregister_shmem, "UFFDIO_UNREGISTER", "change_protection", "uffd-shmem") \
	ROW("uffd-close-shmem", uffd_close_shmem, "userfaultfd_release", NULL, "uffd-shmem") \
	ROW("uffd-wp-mprotect", uffd_wp_mprotect, "mprotect of a protected page: no upgrade", \
	    "change_protection", "uffd-wp") \
	ROW("uffd-wp-mprotect-shmem", uffd_wp_mprotect_shmem, "the same on shmem", \
	    "change_protection", "uffd-shmem") \
	ROW("uffd-wp-clear-refs", uffd_wp_clear_refs, "un-protect under soft-dirty tracking", \
	    "change_protection", "softdirty uffd-wp") \
	ROW("uffd-wp-shmem-none", uffd_wp_shmem_none, "marker for a page not there", \
	    "handle_userfault", "uffd-shmem") \
	ROW("uffd-wp-anon-none", uffd_wp_anon_none, "marker for anonymous memory not there", \
	    "handle_userfault", "uffd-wp") \
	ROW("uffd-wp-shmem-zap", uffd_wp_shmem_zap, "refault through a marker", \
	    "finish_fault set_pte_range do_set_pte", "uffd-shmem") \
	ROW("uffd-wp-forked", uffd_wp_forked, "fork drops the protection in the child", \
	    "copy_page_range", "uffd-wp") \
	ROW("uffd-event-fork", uffd_event_fork, "fork keeps it with EVENT_FORK", "copy_page_range", "root uffd-wp") \
	ROW("uffd-event-fork-shmem", uffd_event_fork_shmem, "fork copies shmem entries", \
	    "copy_page_range", "root uffd-shmem") \
	ROW("uffd-minor", uffd_minor, "UFFDIO_CONTINUE by a handler", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd-minor") \
	ROW("uffd-minor-private", uffd_minor_private, "UFFDIO_CONTINUE, private", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd-minor") \
	ROW("uffd-continue", uffd_continue, "UFFDIO_CONTINUE", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd-minor") \
	ROW("uffd-continue-wp", uffd_continue_wp, "UFFDIO_CONTINUE with MODE_WP", \
	    "mfill_atomic_install_pte mcopy_atomic_pte mcopy_atomic", "uffd-minor uffd-shmem") \
	ROW("uffd-wp-syscall", uffd_wp_syscall, "copy_to_user into a protected page", "handle_userfault", "uffd-wp") \
	ROW("uffd-wp-foll-force", uffd_wp_foll_force, "/proc/self/mem into a protected page", \
	    "handle_userfault", "uffd-wp") \
	ROW("uffd-wp-vm-write", uffd_wp_vm_write, "process_vm_writev into a protected page", \
	    "handle_userfault", "uffd-wp") \
	ROW("uffd-wp-unshare", uffd_wp_unshare, "FAULT_FLAG_UNSHARE of a protected page", "do_wp_page", "uffd-wp") \
	ROW("uffd-wp-threads", uffd_wp_threads, "threads race for a protected page", "handle_userfault", "uffd-wp") \
	ROW("uffd-wp-pending", uffd_wp_pending, "copies while a flush of userfaultfd is pending", \
	    "wp_page_copy do_wp_page", "uffd-wp") \
	ROW("uffd-async-anon", uffd_async_anon, "WP_ASYNC, PAGEMAP_SCAN", \
	    "do_pagemap_scan pagemap_scan_pmd_entry", "uffd-async") \
	ROW("uffd-async-shmem", uffd_async_shmem, "WP_ASYNC, shmem", \
	    "do_pagemap_scan pagemap_scan_pmd_entry", "uffd-async") \
	ROW("uffd-async-ext4", uffd_async_ext4, "WP_ASYNC, a file with page_mkwrite", \
	    "ext4_page_mkwrite", "uffd-async ext4") \
	ROW("uffd-async-thp", uffd_async_thp, "WP_ASYNC of a huge page", "change_huge_pmd", "uffd-async thp") \
	ROW("uffd-rwp-anon", uffd_rwp_anon, "change_pte_range to PAGE_NONE and back", "change_protection", "uffd-rwp") \
	ROW("uffd-rwp-shmem", uffd_rwp_shmem, "the same on shmem", "change_protection", "uffd-rwp") \
	ROW("uffd-rwp-private-shmem", uffd_rwp_private_shmem, "the same on private shmem", "change_protection", "uffd-rwp") \
	ROW("uffd-rwp-ioctl", uffd_rwp_ioctl, "UFFDIO_RWPROTECT off", "change_protection", "uffd-rwp") \
	ROW("uffd-rwp-unregister", uffd_rwp_unregister, "UFFDIO_UNREGISTER", "change_protection", "uffd-rwp") \
	ROW("uffd-rwp-async-anon", uffd_rwp_async_anon, "do_uffd_rwp", "__handle_mm_fault", "uffd-rwp") \
	ROW("uffd-rwp-async-shmem", uffd_rwp_async_shmem, "do_uffd_rwp, shmem", "__handle_mm_fault", "uffd-rwp") \
	ROW("uffd-rwp-clear-refs", uffd_rwp_clear_refs, "do_uffd_rwp under tracking", \
	    "clear_refs_pte_range clear_refs_write", "uffd-rwp softdirty") \
	ROW("uffd-rwp-forked", uffd_rwp_forked, "fork drops it in the child", "copy_page_range", "uffd-rwp") \
	ROW("uffd-rwp-mprotect", uffd_rwp_mprotect, "mprotect keeps it", "change_protection", "uffd-rwp") \
	ROW("uffd-rwp-mremap", uffd_rwp_mremap, "move out of a userfaultfd range", "move_page_tables", "uffd-rwp") \
	ROW("uffd-rwp-swap", uffd_rwp_swap, "swap-in keeps it", "do_swap_page", "uffd-rwp swap") \
	ROW("uffd-rwp-move", uffd_rwp_move, "migration keeps it", "remove_migration_pte", "uffd-rwp numa") \
	ROW("uffd-rwp-thp", uffd_rwp_thp, "do_huge_pmd_uffd_rwp", "do_huge_pmd_uffd_rwp", "uffd-rwp thp") \
	ROW("uffd-rwp-prot-none", uffd_rwp_prot_none, "mprotect to PROT_NONE and back", "change_protection", "uffd-rwp") \
	ROW("uffd-rwp-thp-split", uffd_rwp_thp_split, "__split_huge_pmd keeps it", "__split_huge_pmd", "uffd-rwp thp") \
	ROW("uffd-rwp-hugetlb", uffd_rwp_hugetlb, "hugetlb_change_protection, hugetlb_fault", \
	    "hugetlb_change_protection", "uffd-rwp hugetlb") \
	ROW("uffd-rwp-hugetlb-shared", uffd_rwp_hugetlb_shared, "the same, shared", \
	    "hugetlb_change_protection", "uffd-rwp hugetlb") \
	ROW("uffd-rwp-hugetlb-forked", uffd_rwp_hugetlb_forked, "copy_hugetlb_page_range", \
	    "copy_hugetlb_page_range", "uffd-rwp hugetlb") \
	ROW("uffd-rwp-moved-into", uffd_rwp_moved_into, "move_present_ptes arms it", \
	    "move_pages move_pages_ptes move_pages_pte", "uffd-rwp uffd-move") \
	ROW("uffd-stray-swap-close", uffd_stray_swap_close, "close() with the page swapped out", \
	    "do_swap_page", "swap uffd-wp") \
	ROW("uffd-stray-swap-forked", uffd_stray_swap_forked, "fork of a protected swap entry", \
	    "do_swap_page", "swap uffd-wp") \
	ROW("uffd-stray-close-thp", uffd_stray_close_thp, "close() with a protected huge page", NULL, "uffd-wp thp") \
	ROW("uffd-stray-half", uffd_stray_half, "UFFDIO_UNREGISTER of a part", "change_protection", "uffd-wp") \
	ROW("uffd-move", uffd_move, "move_present_pte", \
	    "move_pages move_pages_ptes move_pages_pte", "uffd-move") \
	ROW("uffd-move-forked", uffd_move_forked, "UFFDIO_MOVE refused", \
	    "move_pages move_pages_ptes move_pages_pte", "uffd-move") \
	ROW("uffd-move-zero", uffd_move_zero, "move_zeropage_pte", \
	    "move_pages move_pages_ptes move_pages_pte", "uffd-move") \
	ROW("uffd-move-swap", uffd_move_swap, "move_swap_pte", \
	    "move_pages move_pages_ptes move_pages_pte", "swap uffd-move") \
	ROW("uffd-move-thp", uffd_move_thp, "move_pages_huge_pmd", "move_pages_huge_pmd", "thp uffd-move") \
	ROW("uffd-move-thp-forked", uffd_move_thp_forked, "UFFDIO_MOVE refused", "move_pages_huge_pmd", "thp uffd-move") \
	ROW("uffd-wp-thp", uffd_wp_thp, "change_huge_pmd", "change_huge_pmd", "uffd-wp thp") \
	ROW("uffd-wp-mixed", uffd_wp_mixed, "every kind of entry in one page table", "change_protection", "uffd-wp") \
	ROW("uffd-wp-mixed-markers", uffd_wp_mixed_markers, "the same, holes too", "change_protection", "uffd-wp") \
	ROW("uffd-wp-mixed-shmem", uffd_wp_mixed_shmem, "the same on shmem", "change_protection", "uffd-shmem") \
	ROW("uffd-wp-mixed-private", uffd_wp_mixed_private, "the same on private shmem", "change_protection", "uffd-shmem") \
	ROW("uffd-wp-swapped", uffd_wp_swapped, "swap entries", "change_protection", "uffd-wp swap") \
	ROW("uffd-wp-untouched", uffd_wp_untouched, "markers and their page tables", "change_protection", "uffd-wp") \
	ROW("uffd-wp-untouched-shmem", uffd_wp_untouched_shmem, "the same on shmem", "change_protection", "uffd-shmem") \
	ROW("hugetlb-uffd-wp-untouched", hugetlb_uffd_wp_untouched, "the same on hugetlb", "change_protection", "hugetlb uffd-shmem") \
	ROW("uffd-wp-poisoned", uffd_wp_poisoned, "UFFDIO_POISON is passed over", "change_protection", "root uffd-wp") \
	ROW("uffd-wp-poisoned-shmem", uffd_wp_poisoned_shmem, "the same on shmem", "change_protection", "root uffd-shmem") \
	ROW("uffd-wp-guarded", uffd_wp_guarded, "a guard is passed over, and removed", "change_protection", "uffd-wp") \
	ROW("uffd-wp-amid-zaps", uffd_wp_amid_zaps, "beside MADV_DONTNEED and faults", "change_protection", "uffd-wp") \
	ROW("uffd-wp-amid-zaps-markers", uffd_wp_amid_zaps_markers, "the same, holes too", "change_protection", "uffd-wp") \
	ROW("uffd-wp-amid-zaps-shmem", uffd_wp_amid_zaps_shmem, "the same on shmem", "change_protection", "uffd-shmem") \
	ROW("uffd-wp-amid-unwp", uffd_wp_amid_unwp, "beside un-protect", "change_protection", "uffd-wp") \
	ROW("uffd-wp-amid-unwp-shmem", uffd_wp_amid_unwp_shmem, "the same on shmem", "change_protection", "uffd-shmem") \
	ROW("uffd-wp-amid-fills", uffd_wp_amid_fills, "beside UFFDIO_COPY", "change_protection", "uffd-wp") \
	ROW("uffd-wp-amid-fills-shmem", uffd_wp_amid_fills_shmem, "the same on shmem", "change_protection", "uffd-shmem") \
	ROW("uffd-wp-amid-reclaim", uffd_wp_amid_reclaim, "beside MADV_FREE and reclaim", "change_protection", "uffd-wp swap") \
	ROW("uffd-wp-amid-guards", uffd_wp_amid_guards, "beside guards that come and go", "change_protection", "uffd-wp") \
	ROW("uffd-wp-thp-split", uffd_wp_thp_split, "__split_huge_pmd of a protected page", \
	    "__split_huge_pmd split_huge_pmd_locked", "uffd-wp thp")

#define DIRTY_ROWS(ROW) \
	ROW("clear-refs-anon", clear_refs_anon, "clear_soft_dirty, do_wp_page", \
	    "clear_refs_pte_range clear_refs_write", "softdirty") \
	ROW("clear-refs-shmem", clear_refs_shmem, "the same on shmem", \
	    "clear_refs_pte_range clear_refs_write", "softdirty") \
	ROW("clear-refs-tmpfs", clear_refs_tmpfs, "the same on a tmpfs file", \
	    "clear_refs_pte_range clear_refs_write", "softdirty tmpfs") \
	ROW("clear-refs-ext4", clear_refs_ext4, "the same with page_mkwrite", \
	    "clear_refs_pte_range clear_refs_write", "softdirty ext4") \
	ROW("clear-refs-vfat", clear_refs_vfat, "the same with page_mkwrite", \
	    "clear_refs_pte_range clear_refs_write", "softdirty vfat") \
	ROW("clear-refs-private-file", clear_refs_private_file, "the same on a private copy", \
	    "clear_refs_pte_range clear_refs_write", "softdirty ext4") \
	ROW("clear-refs-shmem-read", clear_refs_shmem_read, "vm_page_prot without the write bit", \
	    "clear_refs_pte_range clear_refs_write", "softdirty") \
	ROW("clear-refs-zero-page", clear_refs_zero_page, "zero page under tracking", \
	    "clear_refs_pte_range clear_refs_write", "softdirty") \
	ROW("clear-refs-mprotect", clear_refs_mprotect, "can_change_pte_writable says no", \
	    "change_protection", "softdirty") \
	ROW("clear-refs-mprotect-shmem", clear_refs_mprotect_shmem, "the same on shmem", \
	    "change_protection", "softdirty") \
	ROW("clear-refs-mprotect-ext4", clear_refs_mprotect_ext4, "the same on a dirty file page", \
	    "change_protection", "softdirty ext4") \
	ROW("clear-refs-fork", clear_refs_fork, "fork keeps soft-dirty apart", "copy_page_range", "softdirty") \
	ROW("clear-refs-mremap", clear_refs_mremap, "move_soft_dirty_pte", "move_page_tables", "softdirty") \
	ROW("clear-refs-new", clear_refs_new, "VM_SOFTDIRTY", "clear_refs_pte_range clear_refs_write", "softdirty") \
	ROW("clear-refs-madv-free", clear_refs_madv_free, "MADV_FREE under tracking", \
	    "clear_refs_pte_range clear_refs_write", "softdirty") \
	ROW("clear-refs-syscall", clear_refs_syscall, "copy_to_user under tracking", \
	    "clear_refs_pte_range clear_refs_write", "softdirty") \
	ROW("clear-refs-thp", clear_refs_thp, "clear_soft_dirty_pmd", \
	    "clear_refs_pte_range clear_refs_write", "softdirty thp") \
	ROW("clear-refs-thp-split", clear_refs_thp_split, "split under tracking", \
	    "__split_huge_pmd split_huge_pmd_locked", "softdirty thp") \
	ROW("clear-refs-trapped", clear_refs_trapped, "a write that userfaultfd stops under tracking", \
	    "handle_userfault", "softdirty uffd-wp")

#define VMA_ROWS(ROW) \
	ROW("mremap-pages", mremap_pages, "move_ptes", "move_page_tables", "") \
	ROW("mremap-table", mremap_table, "move_normal_pmd", "move_page_tables", "") \
	ROW("mremap-thp", mremap_thp, "move_huge_pmd", "move_huge_pmd", "thp") \
	ROW("mremap-thp-split", mremap_thp_split, "move of a huge page to an unaligned address", \
	    "move_page_tables", "thp") \
	ROW("mremap-readonly", mremap_readonly, "move_ptes of a read-only mapping", "move_page_tables", "") \
	ROW("mremap-forked", mremap_forked, "move_ptes of a page of two", "move_page_tables", "") \
	ROW("mremap-duplicate", mremap_duplicate, "mremap of length 0", NULL, "") \
	ROW("mremap-dontunmap", mremap_dontunmap, "MREMAP_DONTUNMAP", "move_page_tables", "") \
	ROW("mremap-grow", mremap_grow, "mremap to a larger place", "move_page_tables", "") \
	ROW("mremap-uffd-wp", mremap_uffd_wp, "move out of a userfaultfd range", "move_page_tables", "uffd-wp") \
	ROW("mremap-uffd-wp-event", mremap_uffd_wp_event, "move of a userfaultfd range, marks kept", \
	    "move_page_tables", "uffd-wp") \
	ROW("mremap-uffd-wp-table", mremap_uffd_wp_table, "the same, the table itself", "move_page_tables", "uffd-wp")

#define KSM_ROWS(ROW) \
	ROW("ksm-break", ksm_break, "write_protect_page, replace_page, wp_page_copy", \
	    "replace_page write_protect_page try_to_merge_one_page", "root ksm") \
	ROW("ksm-mprotect", ksm_mprotect, "KSM page: no upgrade", "change_protection", "root ksm") \
	ROW("ksm-forked", ksm_forked, "fork of a KSM page", "copy_page_range", "root ksm") \
	ROW("ksm-unmerge", ksm_unmerge, "break_ksm", "unmerge_ksm_pages break_ksm ksm_madvise", "root ksm") \
	ROW("ksm-clear-refs", ksm_clear_refs, "KSM page under tracking", "do_wp_page", "root ksm softdirty") \
	ROW("ksm-swap", ksm_swap, "ksm_might_need_to_copy", "ksm_might_need_to_copy", "root ksm swap reclaim") \
	ROW("ksm-unshare", ksm_unshare, "FAULT_FLAG_UNSHARE of a KSM page", "do_wp_page", "root ksm") \
	ROW("ksm-zero", ksm_zero, "use_zero_pages", \
	    "replace_page write_protect_page try_to_merge_one_page", "root ksm") \
	ROW("ksm-move", ksm_move, "migration of a KSM page", "remove_migration_pte", "root ksm numa")

#define THP_ROWS(ROW) \
	ROW("thp-fault", thp_fault, "do_huge_pmd_anonymous_page", "do_huge_pmd_anonymous_page", "thp") \
	ROW("thp-cow", thp_cow, "split and wp_page_copy", "do_huge_pmd_wp_page", "thp") \
	ROW("thp-reuse", thp_reuse, "do_huge_pmd_wp_page reuse", "do_huge_pmd_wp_page", "root thp") \
	ROW("thp-zero-write", thp_zero_write, "write to the huge zero page", "do_huge_pmd_wp_page", "root thp") \
	ROW("thp-zero-forked", thp_zero_forked, "huge zero page of two", "do_huge_pmd_wp_page", "root thp") \
	ROW("thp-zero-mprotect", thp_zero_mprotect, "huge zero page: no upgrade", "change_huge_pmd", "root thp") \
	ROW("thp-mprotect", thp_mprotect, "change_huge_pmd", "change_huge_pmd", "thp") \
	ROW("thp-mprotect-forked", thp_mprotect_forked, "change_huge_pmd: no upgrade", "change_huge_pmd", "thp") \
	ROW("thp-split-munmap", thp_split_munmap, "__split_huge_pmd_locked", \
	    "__split_huge_pmd split_huge_pmd_locked", "thp") \
	ROW("thp-split-mprotect", thp_split_mprotect, "__split_huge_pmd_locked", \
	    "__split_huge_pmd split_huge_pmd_locked", "thp") \
	ROW("thp-split-madvise", thp_split_madvise, "__split_huge_pmd_locked", \
	    "__split_huge_pmd split_huge_pmd_locked", "thp") \
	ROW("thp-split-mremap", thp_split_mremap, "__split_huge_pmd_locked", \
	    "__split_huge_pmd split_huge_pmd_locked", "thp") \
	ROW("thp-split-page", thp_split_page, "split_huge_page, remove_migration_pte of 512", \
	    "remove_migration_pte", "root thp") \
	ROW("thp-split-page-forked", thp_split_page_forked, "split_huge_page of a page of two", \
	    "remove_migration_pte", "root thp") \
	ROW("thp-collapse", thp_collapse, "MADV_COLLAPSE", "collapse_huge_page", "thp") \
	ROW("thp-collapse-forked", thp_collapse_forked, "MADV_COLLAPSE of pages of two", \
	    "collapse_huge_page", "thp") \
	ROW("thp-collapse-readonly", thp_collapse_readonly, "MADV_COLLAPSE without VM_WRITE", \
	    "madvise_collapse", "thp") \
	ROW("thp-collapse-clear-refs", thp_collapse_clear_refs, "MADV_COLLAPSE under tracking", \
	    "madvise_collapse", "softdirty thp") \
	ROW("thp-poisoned-tail", thp_poisoned_tail, "memory_failure() of a part of a huge page", \
	    "memory_failure", "root thp") \
	ROW("thp-collapse-uffd-wp", thp_collapse_uffd_wp, "collapse refused for a protected page", \
	    "madvise_collapse", "thp uffd-wp") \
	ROW("thp-khugepaged", thp_khugepaged, "khugepaged", \
	    "collapse_huge_page khugepaged_scan_mm_slot", "root thp") \
	ROW("thp-shmem", thp_shmem, "do_set_pmd", "do_set_pmd", "root thp") \
	ROW("thp-shmem-collapse", thp_shmem_collapse, "MADV_COLLAPSE of shmem installs a PMD", \
	    "collapse_pte_mapped_thp set_huge_pmd collapse_file", "root thp") \
	ROW("thp-shmem-mprotect", thp_shmem_mprotect, "change_huge_pmd of shmem", "change_huge_pmd", "root thp") \
	ROW("thp-shmem-clear-refs", thp_shmem_clear_refs, "huge shmem under tracking", \
	    "clear_refs_pte_range clear_refs_write", "root softdirty thp")

#define MTHP_ROWS(ROW) \
	ROW("mthp-fault", mthp_fault, "do_anonymous_page of 16 pages", "handle_mm_fault", "mthp") \
	ROW("mthp-cow", mthp_cow, "wp_page_copy of a page of a large folio", "do_wp_page", "mthp") \
	ROW("mthp-alone", mthp_alone, "large folio after the child's exit", "do_wp_page", "mthp") \
	ROW("mthp-mprotect", mthp_mprotect, "upgrade of a page of a large folio", "change_protection", "mthp") \
	ROW("mthp-mprotect-forked", mthp_mprotect_forked, "large folio of two: no upgrade", \
	    "change_protection", "mthp") \
	ROW("mthp-swap", mthp_swap, "swap-in of a large folio", "do_swap_page", "mthp swap") \
	ROW("mthp-uffd-wp", mthp_uffd_wp, "write protection within a large folio", \
	    "change_protection", "mthp uffd-wp") \
	ROW("mthp-move", mthp_move, "remove_migration_pte of 16 entries", "remove_migration_pte", "root mthp numa") \
	ROW("mthp-clear-refs", mthp_clear_refs, "large folio under tracking", \
	    "clear_refs_pte_range clear_refs_write", "mthp softdirty") \
	ROW("mthp-khugepaged", mthp_khugepaged, "collapse_huge_page of 16 pages", "collapse_huge_page", \
	    "root mthp-collapse") \
	ROW("mthp-khugepaged-clean", mthp_khugepaged_clean, "the same, read-only and not soft-dirty", \
	    "collapse_huge_page", "root mthp-collapse") \
	ROW("mthp-khugepaged-uffd-wp", mthp_khugepaged_uffd_wp, "SCAN_PTE_UFFD_WP", NULL, \
	    "root uffd-wp mthp-collapse") \
	ROW("mthp-put-back", mthp_put_back, "try_to_unmap_one of a batch fails", "try_to_unmap_one", "root mthp")

#define NUMA_ROWS(ROW) \
	ROW("move-anon", move_anon, "remove_migration_pte of a WRITE entry", "remove_migration_pte", "root numa") \
	ROW("move-shmem", move_shmem, "the same on shmem", "remove_migration_pte", "root numa") \
	ROW("move-ext4", move_ext4, "buffer_migrate_folio of a dirty page", \
	    "remove_migration_pte", "root numa ext4") \
	ROW("move-readonly", move_readonly, "READ entry, no VM_WRITE", "remove_migration_pte", "root numa") \
	ROW("move-ext4-clean", move_ext4_clean, "READ entry, page_mkwrite wanted", \
	    "remove_migration_pte", "root numa ext4") \
	ROW("move-private-file", move_private_file, "page cache in a private mapping", \
	    "remove_migration_pte", "root numa ext4") \
	ROW("move-forked", move_forked, "READ entry of a page of two", "remove_migration_pte", "root numa") \
	ROW("move-reuse", move_reuse, "READ entry, reused after", "remove_migration_pte", "root numa") \
	ROW("move-uffd-wp", move_uffd_wp, "write-protected entry", "remove_migration_pte", "root numa uffd-wp") \
	ROW("move-uffd-wp-shmem", move_uffd_wp_shmem, "the same on shmem", \
	    "remove_migration_pte", "root numa uffd-shmem") \
	ROW("move-clear-refs", move_clear_refs, "entry under soft-dirty tracking", \
	    "remove_migration_pte", "root numa softdirty") \
	ROW("move-clear-refs-shmem", move_clear_refs_shmem, "the same on shmem", \
	    "remove_migration_pte", "root numa softdirty") \
	ROW("move-prot-none", move_prot_none, "PROT_NONE entry", NULL, "root numa") \
	ROW("move-thp", move_thp, "remove_migration_pmd", "remove_migration_pmd", "root numa thp") \
	ROW("move-thp-forked", move_thp_forked, "remove_migration_pmd of a READ entry", \
	    "remove_migration_pmd", "root numa thp") \
	ROW("move-thp-copies", move_thp_copies, "remove_migration_pte of 511 entries around a copy", \
	    "remove_migration_pte", "root numa thp") \
	ROW("move-thp-uffd-wp", move_thp_uffd_wp, "remove_migration_pmd, write-protected", \
	    "remove_migration_pmd", "root numa thp uffd-wp") \
	ROW("move-thp-clear-refs", move_thp_clear_refs, "remove_migration_pmd under tracking", \
	    "remove_migration_pmd", "root numa thp softdirty") \
	ROW("move-while-written", move_while_written, "migration entry waited for", \
	    "remove_migration_pte", "root numa") \
	ROW("mbind-move", mbind_move, "mbind MPOL_MF_MOVE", "remove_migration_pte", "root numa") \
	ROW("compaction", compaction, "compact_memory", "remove_migration_pte", "root compaction") \
	ROW("soft-offline", soft_offline, "MADV_SOFT_OFFLINE", "remove_migration_pte", "root") \
	ROW("numa-hint-write", numa_hint_write, "do_numa_page", \
	    "numa_migrate_prep task_numa_fault numa_migrate_check", "root numa") \
	ROW("numa-hint-mthp", numa_hint_mthp, "do_numa_page of a large folio", "task_numa_fault", "root numa mthp") \
	ROW("numa-hint-clear-refs", numa_hint_clear_refs, "do_numa_page of a read-only entry", \
	    "task_numa_fault", "root numa softdirty") \
	ROW("numa-hint-forked", numa_hint_forked, "do_numa_page of a page of two", "task_numa_fault", "root numa") \
	ROW("numa-hint-uffd-wp", numa_hint_uffd_wp, "do_numa_page of a protected page", \
	    "task_numa_fault", "root numa uffd-wp") \
	ROW("numa-hint-thp", numa_hint_thp, "do_huge_pmd_numa_page", "do_huge_pmd_numa_page", "root numa thp")

#define PIPE_ROWS(ROW) \
	ROW("pipe-own", pipe_own, "hugetlb_wp of a page in the process's own pipe", "hugetlb_fault", "hugetlb") \
	ROW("pipe-drained", pipe_drained, "hugetlb_wp of a page that was in a pipe", "hugetlb_fault", "hugetlb") \
	ROW("pipe-refilled", pipe_refilled, "the same, and the process's own is in its slot", "hugetlb_fault", "hugetlb") \
	ROW("pipe-replaced", pipe_replaced, "the same, and the pipe is another", "hugetlb_fault", "hugetlb") \
	ROW("pipe-resized", pipe_resized, "the same, and the slot is numbered anew", "hugetlb_fault", "hugetlb") \
	ROW("pipe-of-child", pipe_of_child, "hugetlb_wp copies", "hugetlb_fault", "hugetlb") \
	ROW("pipe-small", pipe_small, "do_wp_page copies for a reference", "do_wp_page", "root") \
	ROW("pipe-thp", pipe_thp, "do_huge_pmd_wp_page splits for a reference", "do_huge_pmd_wp_page", "thp") \
	ROW("pipe-thp-split", pipe_thp_split, "split_huge_page_to_list refuses, then do_wp_page", "do_wp_page", "root thp")

#define HUGETLB_ROWS(ROW) \
	ROW("hugetlb-write", hugetlb_write, "hugetlb_no_page", "hugetlb_fault", "hugetlb") \
	ROW("hugetlb-read-write", hugetlb_read_write, "hugetlb_no_page, hugetlb_wp", "hugetlb_fault", "hugetlb") \
	ROW("hugetlb-cow", hugetlb_cow, "hugetlb_wp copy", "hugetlb_fault", "hugetlb") \
	ROW("hugetlb-reuse", hugetlb_reuse, "hugetlb_wp reuse", "hugetlb_fault", "root hugetlb") \
	ROW("hugetlb-shared", hugetlb_shared, "hugetlb_no_page, shared", "hugetlb_fault", "hugetlb") \
	ROW("hugetlb-private-file", hugetlb_private_file, "hugetlb_wp of the page cache", \
	    "hugetlb_fault", "hugetlb") \
	ROW("hugetlb-mprotect", hugetlb_mprotect, "hugetlb_change_protection", \
	    "hugetlb_change_protection", "hugetlb") \
	ROW("hugetlb-mprotect-shared", hugetlb_mprotect_shared, "the same, shared", \
	    "hugetlb_change_protection", "hugetlb") \
	ROW("hugetlb-mremap", hugetlb_mremap, "move_hugetlb_page_tables", "move_hugetlb_page_tables", "hugetlb") \
	ROW("hugetlb-move", hugetlb_move, "remove_migration_pte, hugetlb", \
	    "remove_migration_pte", "root numa hugetlb") \
	ROW("hugetlb-move-shared", hugetlb_move_shared, "the same, shared", \
	    "remove_migration_pte", "root numa hugetlb") \
	ROW("hugetlb-move-forked", hugetlb_move_forked, "READ entry of a page of two", \
	    "remove_migration_pte", "root numa hugetlb") \
	ROW("hugetlb-uffd-wp", hugetlb_uffd_wp, "hugetlb_change_protection for userfaultfd", \
	    "hugetlb_change_protection", "hugetlb uffd-shmem") \
	ROW("hugetlb-uffd-wp-shared", hugetlb_uffd_wp_shared, "the same, shared", \
	    "hugetlb_change_protection", "hugetlb uffd-shmem") \
	ROW("hugetlb-uffd-wp-move", hugetlb_uffd_wp_move, "write-protected migration entry", \
	    "remove_migration_pte", "root numa hugetlb uffd-shmem") \
	ROW("hugetlb-uffd-wp-move-shared", hugetlb_uffd_wp_move_shared, "the same, shared", \
	    "remove_migration_pte", "root numa hugetlb uffd-shmem") \
	ROW("hugetlb-uffd-copy", hugetlb_uffd_copy, "UFFDIO_COPY of a huge page", \
	    "hugetlb_mfill_atomic_pte hugetlb_mcopy_atomic_pte", "hugetlb uffd") \
	ROW("hugetlb-uffd-marker", hugetlb_uffd_marker, "UFFDIO_COPY over a marker", \
	    "hugetlb_mfill_atomic_pte hugetlb_mcopy_atomic_pte", "hugetlb uffd-shmem") \
	ROW("hugetlb-uffd-marker-shared", hugetlb_uffd_marker_shared, "the same, shared", \
	    "hugetlb_mfill_atomic_pte hugetlb_mcopy_atomic_pte", "hugetlb uffd-shmem") \
	ROW("hugetlb-uffd-copy-wp", hugetlb_uffd_copy_wp, "the same with MODE_WP", \
	    "hugetlb_mfill_atomic_pte hugetlb_mcopy_atomic_pte", "hugetlb uffd-shmem") \
	ROW("hugetlb-small-copy-wp", hugetlb_small_copy_wp, "the same of 64 KB, beside one that is not protected", \
	    "hugetlb_mfill_atomic_pte hugetlb_mcopy_atomic_pte", "root hugetlb-64k uffd-shmem") \
	ROW("hugetlb-small-copy-readonly", hugetlb_small_copy_readonly, "UFFDIO_COPY of 64 KB before another mapping", \
	    "hugetlb_mfill_atomic_pte hugetlb_mcopy_atomic_pte", "root hugetlb-64k uffd")

#define PIN_ROWS(ROW) \
	ROW("fork-pinned", fork_pinned, "copy_present_page", "copy_page_range", "root uring") \
	ROW("pin-after-fork", pin_after_fork, "GUP breaks COW", "do_wp_page", "root uring") \
	ROW("pin-clear-refs", pin_clear_refs, "clear_soft_dirty spares pinned pages", \
	    "clear_refs_pte_range clear_refs_write", "root uring softdirty") \
	ROW("pin-clear-refs-readonly", pin_clear_refs_readonly, "clear_soft_dirty spares only what is writable", \
	    "clear_refs_pte_range clear_refs_write", "root uring softdirty thp") \
	ROW("pin-mprotect", pin_mprotect, "mprotect of a pinned page", "change_protection", "root uring") \
	ROW("pin-lookalike", pin_lookalike, "wp_page_copy of a page with over 1,024 references", \
	    "do_wp_page wp_page_copy", "") \
	ROW("pin-stays", pin_stays, "no migration, no reclaim of a pinned page", NULL, "root uring numa") \
	ROW("pin-thp-fork", pin_thp_fork, "copy_huge_pmd splits for a pin", "copy_huge_pmd", "root uring thp") \
	ROW("pin-hugetlb-fork", pin_hugetlb_fork, "copy_hugetlb_page_range copies", \
	    "copy_hugetlb_page_range", "root uring hugetlb") \
	ROW("ring-io-uring", ring_io_uring, "remap_pfn_range or vm_insert_pages", \
	    "remap_pfn_range vm_insert_pages", "uring") \
	ROW("ring-perf", ring_perf, "perf_mmap_fault or remap_pfn_range", "perf_mmap", "root") \
	ROW("ring-packet", ring_packet, "vm_insert_page", "vm_insert_page packet_mmap", "root") \
	ROW("ring-aio", ring_aio, "the ring's own file", "io_setup aio_setup_ring aio_ring_mmap", "numa")

#define QUIET_ROWS(ROW) \
	ROW("quiet-move-clear", quiet_move_clear, "clear_refs before UFFDIO_MOVE returns", \
	    "move_pages move_pages_ptes move_pages_pte", "root softdirty uffd-move") \
	ROW("quiet-two-gathers", quiet_two_gathers, "MADV_DONTNEED while userfaultfd protects", \
	    "change_protection", "uffd-wp") \
	ROW("quiet-fill", quiet_fill, "UFFDIO_COPY over markers while userfaultfd protects", \
	    "change_protection", "uffd-wp")

#define UPROBE_ROWS(ROW) \
	ROW("uprobe", uprobe_file, "uprobe_write_opcode", "uprobe_write_opcode", "root uprobe") \
	ROW("uprobe-tracked", uprobe_tracked, "the same after clear_refs", \
	    "uprobe_write_opcode", "root uprobe softdirty") \
	ROW("uprobe-clean", uprobe_clean, "of a page not written since clear_refs", \
	    "uprobe_write_opcode", "root uprobe softdirty") \
	ROW("uprobe-unmarked", uprobe_unmarked, "of a page that userfaultfd watches", \
	    "uprobe_write_opcode", "root uprobe uffd-shmem") \
	ROW("uprobe-child", uprobe_child, "unapply_uprobe", "uprobe_write_opcode", "root uprobe")

#define ZAP_ROWS(ROW) \
	ROW("zap-shmem", zap_shmem, "MADV_DONTNEED leaves markers", ZAPS, "uffd-shmem") \
	ROW("zap-private", zap_private, "the same of a private mapping", ZAPS, "uffd-shmem") \
	ROW("zap-swapped", zap_swapped, "the same of a swapped page", ZAPS, "uffd-shmem swap") \
	ROW("zap-punch", zap_punch, "a hole in the file leaves markers", ZAPS, "uffd-shmem") \
	ROW("zap-punch-private", zap_punch_private, "and pages of the mapping's own", ZAPS, "uffd-shmem") \
	ROW("zap-cut", zap_cut, "ftruncate", ZAPS, "uffd-shmem") \
	ROW("zap-cut-private", zap_cut_private, "the same of a private mapping", ZAPS, "uffd-shmem") \
	ROW("zap-anon", zap_anon, "MADV_DONTNEED of anonymous memory", ZAPS, "uffd-wp") \
	ROW("zap-anon-markers", zap_anon_markers, "the same, holes too", ZAPS, "uffd-wp") \
	ROW("zap-guard", zap_guard, "MADV_GUARD_INSTALL over marks and markers", ZAPS, "uffd-wp") \
	ROW("zap-unregistered", zap_unregistered, "MADV_DONTNEED, nobody watches any more", ZAPS, "uffd-shmem") \
	ROW("zap-hugetlb", zap_hugetlb, "__unmap_hugepage_range", ZAPS, "hugetlb uffd-shmem") \
	ROW("zap-hugetlb-shared", zap_hugetlb_shared, "the same, shared", ZAPS, "hugetlb uffd-shmem") \
	ROW("zap-amid-unwp", zap_amid_unwp, "MADV_DONTNEED beside un-protect", ZAPS, "uffd-shmem") \
	ROW("zap-amid-holes", zap_amid_holes, "holes beside MADV_DONTNEED", ZAPS, "uffd-shmem") \
	ROW("zap-amid-holes-unwp", zap_amid_holes_unwp, "holes beside un-protect", ZAPS, "uffd-shmem") \
	ROW("zap-amid-holes-fills", zap_amid_holes_fills, "holes beside UFFDIO_COPY", ZAPS, "uffd-shmem") \
	ROW("zap-amid-holes-registers", zap_amid_holes_registers, "holes beside unregister and register", ZAPS, "uffd-shmem") \
	ROW("zap-amid-reclaim", zap_amid_reclaim, "MADV_DONTNEED beside reclaim", ZAPS, "uffd-shmem swap")

#define ZAPS	"zap_vma_range_batched zap_page_range_single"

#define PROTOTYPE(name, fn, path, reach, needs)	void fn(void);
ROWS(PROTOTYPE)

#endif
