/* bugs.h - one row per way to reproduce a known kernel bug. What mmaudit must say of each is in `expected`. */
#ifndef BUGS_H
#define BUGS_H

#include "kit.h"

/*
 * One row a bug: X(name, function, path, --prove symbols, needs). What it loses, on which kernels it is and which has it no more
 * stands under its name in tools/kernel_bugs.c.
 */
#define BUGS(X) \
	X("uffd-unwp-softdirty", uffd_unwp, "UFFDIO_WRITEPROTECT off on shmem", \
	  "uffd_wp_range change_protection", "softdirty uffd-shmem") \
	X("uffd-unwp-softdirty-memfd", uffd_unwp_memfd, "the same on a memfd", \
	  "uffd_wp_range change_protection", "softdirty uffd-shmem") \
	X("uffd-unwp-softdirty-unregister", uffd_unwp_unregister, "only UFFDIO_UNREGISTER", \
	  "uffd_wp_range", "softdirty uffd-shmem") \
	X("uffd-unwp-softdirty-close", uffd_unwp_close, "only close() of the userfaultfd", \
	  "uffd_wp_range", "softdirty uffd-shmem") \
	X("mprotect-file-softdirty", mprotect_file_ext4, "mprotect R, RW of a dirty ext4 page", \
	  "change_protection", "softdirty ext4") \
	X("mprotect-file-softdirty-vfat", mprotect_file_vfat, "mprotect R, RW of a dirty vfat page", \
	  "change_protection", "softdirty vfat") \
	X("dax-mkwrite-softdirty", dax_mkwrite_softdirty, "write to a DAX page that was read before", \
	  "insert_page_into_pte_locked insert_page", "softdirty dax") \
	X("swapoff-softdirty", swapoff_softdirty, "swapoff: unuse_pte", \
	  "unuse_pte_range try_to_unuse", "softdirty root swap") \
	X("swapoff-uffd-wp", swapoff_uffd_wp, "swapoff: unuse_pte", \
	  "unuse_pte_range try_to_unuse", "root swap uffd-wp") \
	X("uffdio-copy-wp-readonly", uffdio_copy_readonly, "UFFDIO_COPY MODE_WP without VM_WRITE", \
	  "mfill_atomic_install_pte mcopy_atomic", "uffd-wp") \
	X("vma-merge-softdirty", merge_mprotect, "mprotect merges VMAs", \
	  "change_protection", "softdirty") \
	X("vma-merge-softdirty-madvise", merge_madvise, "madvise merges VMAs", \
	  NULL, "softdirty") \
	X("vma-merge-softdirty-mlock", merge_mlock, "munlock merges VMAs", \
	  NULL, "softdirty") \
	X("vma-merge-softdirty-mremap", merge_mremap, "mremap grows into a gap", \
	  NULL, "softdirty") \
	X("vma-merge-softdirty-uffd", merge_uffd, "UFFDIO_UNREGISTER merges VMAs", \
	  NULL, "softdirty uffd") \
	X("vma-merge-softdirty-anon", merge_anon, "mprotect merges private VMAs", \
	  "change_protection", "softdirty") \
	X("migrate-writeout", migrate_writeout, "move_pages of a dirty vfat page: writeout", \
	  "remove_migration_pte", "root numa vfat") \
	X("ksm-softdirty", ksm_softdirty, "replace_page forgets soft-dirty", \
	  "replace_page", "softdirty root ksm") \
	X("ksm-uffd-wp", ksm_uffd_wp, "replace_page forgets uffd-wp", \
	  "replace_page", "root ksm uffd-wp") \
	X("mremap-table-softdirty", mremap_table_softdirty, "move_normal_pmd marks nothing", \
	  "move_page_tables", "softdirty") \
	X("huge-zero-split-softdirty", huge_zero_split_softdirty, "__split_huge_zero_page_pmd forgets soft-dirty", \
	  "__split_huge_pmd", "softdirty thp") \
	X("reclaim-shared-softdirty", reclaim_shared_softdirty, "try_to_unmap_one of shmem", \
	  "try_to_unmap_one", "softdirty swap") \
	X("shmem-thp-split-softdirty", shmem_thp_split_softdirty, "__split_huge_pmd of shmem", \
	  "__split_huge_pmd", "softdirty thp") \
	X("shmem-collapse-softdirty", shmem_collapse_softdirty, "collapse_file of shmem", \
	  "try_to_unmap_one", "softdirty thp") \
	X("uffdio-move-swap-softdirty", move_swap_softdirty, "move_swap_pte marks nothing", \
	  "move_pages", "softdirty swap uffd-move") \
	X("clear-refs-migrate-race", clear_refs_migrate_race, "clear_refs of a WRITE migration entry", \
	  "remove_migration_pte", "softdirty numa") \
	X("clear-refs-migrate-race-thp", clear_refs_migrate_race_thp, "the same of a huge page", \
	  "remove_migration_pmd", "softdirty numa thp") \
	X("clear-refs-pinned-thp", clear_refs_pinned_thp, "clear_soft_dirty_pmd of a pinned page", \
	  "clear_refs_write", "softdirty uring thp") \
	X("clear-refs-pinned-clean", clear_refs_pinned_clean, "clear_soft_dirty of a pinned page", \
	  "clear_refs_write", "softdirty uring") \
	X("hugetlb-unshare-uffd-wp", hugetlb_unshare_uffd_wp, "hugetlb_wp with FAULT_FLAG_UNSHARE", \
	  "hugetlb_fault", "hugetlb uffd-shmem") \
	X("migrate-thp-uffd-wp", migrate_thp_uffd_wp, "remove_migration_pmd forgets uffd-wp", \
	  "remove_migration_pmd", "root numa thp uffd-wp") \
	X("rwp-shmem-thp", rwp_shmem_thp, "UFFDIO_RWPROTECT of a huge page of shmem", \
	  "__split_huge_pmd", "uffd-rwp thp") \
	X("protect-migrating-thp", protect_migrating_thp, "change_huge_pmd of a migration entry", \
	  "change_huge_pmd", "root numa thp uffd-wp") \
	X("mprotect-pinned", mprotect_pinned, "do_wp_page copies a pinned page", \
	  "do_wp_page", "root uring") \
	X("fork-pinned-hugetlb", fork_pinned_hugetlb, "copy_hugetlb_page_range shares a pinned page", \
	  "copy_hugetlb_page_range", "root uring hugetlb") \
	X("mthp-collapse-softdirty", mthp_collapse_softdirty, "map_anon_folio_pte_nopf without VM_WRITE", \
	  "collapse_huge_page", "softdirty root mthp-collapse") \
	X("uprobe-softdirty", uprobe_softdirty, "__replace_page of a uprobe forgets soft-dirty", \
	  "uprobe_write_opcode", "softdirty root uprobe") \
	X("uprobe-hit-softdirty", uprobe_hit_softdirty, "the same where a process hits what is not for it", \
	  "uprobe_write_opcode", "softdirty root uprobe") \
	X("uprobe-uffd-wp", uprobe_uffd_wp, "__replace_page of a uprobe forgets uffd-wp", \
	  "uprobe_write_opcode", "root uffd-shmem uprobe") \
	X("uprobe-remove-uffd-wp", uprobe_remove_uffd_wp, "the same where its end gives the file's page back", \
	  "uprobe_write_opcode", "root uffd-shmem uprobe") \
	X("hugetlb-fork-uffd-wp", hugetlb_fork_uffd_wp, "copy_hugetlb_page_range leaves the child the mark", \
	  "copy_hugetlb_page_range", "hugetlb uffd-shmem") \
	X("reregister-uffd-wp", reregister_uffd_wp, "UFFDIO_REGISTER without MODE_WP leaves the mark", \
	  NULL, "uffd-shmem") \
	X("reregister-uffd-wp-hugetlb", reregister_uffd_wp_hugetlb, "the same of a huge page", \
	  "hugetlb_fault", "hugetlb uffd-shmem") \
	X("uffdio-move-swap-uffd-wp", move_swap_uffd_wp, "move_swap_pte moves the mark, too", \
	  "move_pages", "swap uffd-move") \
	X("uffd-event-fork-closed", event_fork_closed, "close of the userfaultfd while fork waits", \
	  NULL, "root uffd-shmem") \
	X("uffd-event-fork-closed-hugetlb", event_fork_closed_hugetlb, "the same of a huge page", \
	  "hugetlb_fault", "root hugetlb uffd-shmem") \
	X("hugetlb-rwp-zapped", hugetlb_rwp_zapped, "hugetlb_no_page over a marker", \
	  "hugetlb_fault", "hugetlb uffd-rwp") \
	X("vmsplice-hugetlb", vmsplice_hugetlb, "hugetlb_wp of a page in a pipe", \
	  "hugetlb_fault", "hugetlb") \
	X("vmsplice-thp", vmsplice_thp, "do_huge_pmd_wp_page of a page in a pipe", \
	  "do_huge_pmd_wp_page", "thp") \
	X("vmsplice-swap", vmsplice_swap, "do_swap_page of a page in a pipe", \
	  "do_swap_page", "swap") \
	X("guard-install-marker", guard_install_marker, "MADV_GUARD_INSTALL over a marker", \
	  "zap_vma_range_batched", "uffd-shmem")

#define BUG_DECLARE(name, fn, ...) void fn(void);
BUGS(BUG_DECLARE)

/* One bug again and again; how often, or -1. */
int mremap_flood(int seconds);
int pipe_flood(int seconds);

#endif
