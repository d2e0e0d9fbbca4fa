/* reach.h - the rows of `reach`: X(name, function, needs). */
#ifndef REACH_H
#define REACH_H

#include "kit.h"

#define REACH_ROWS(X)							\
	X("thp-clear-refs-mprotect", thp_clear_refs_mprotect, "softdirty thp")	\
	X("thp-uffd-wp-mprotect", thp_uffd_wp_mprotect, "uffd-wp thp")	\
	X("mprotect-softdirty", mprotect_softdirty, "softdirty")	\
	X("thp-mprotect-softdirty", thp_mprotect_softdirty, "softdirty thp")	\
	X("mkclean-softdirty", mkclean_softdirty, "softdirty ext4")	\
	X("unshare-softdirty", unshare_softdirty, "softdirty")		\
	X("unshare-thp-softdirty", unshare_thp_softdirty, "softdirty thp")	\
	X("fork-pinned-readonly", fork_pinned_readonly, "root uring")	\
	X("fork-pinned-uffd-wp", fork_pinned_uffd_wp, "root uring uffd-wp")	\
	X("fork-uffd-wp-between", fork_uffd_wp_between, "uffd-wp")	\
	X("swap-forked-write", swap_forked_write, "swap")		\
	X("swapped-then-protected", swapped_then_protected, "swap uffd-wp")	\
	X("thp-split-softdirty", thp_split_softdirty, "softdirty thp")	\
	X("numa-hint-clear-refs", numa_hint_clear_refs, "root numa softdirty")	\
	X("numa-hint-thp-clear-refs", numa_hint_thp_clear_refs, "root numa softdirty thp")	\
	X("numa-hint-thp-alone", numa_hint_thp_alone, "root numa thp")	\
	X("numa-hint-mthp-alone", numa_hint_mthp_alone, "root numa mthp")	\
	X("uffd-move-pinned", uffd_move_pinned, "root uring uffd-move")	\
	X("uffd-move-part-forked", uffd_move_part_forked, "uffd-move")	\
	X("uffd-wp-shmem-read", uffd_wp_shmem_read, "uffd-shmem")	\
	X("file-read-clean", file_read_clean, "ext4")			\
	X("move-thp-softdirty", move_thp_softdirty, "root numa softdirty thp")	\
	X("move-far-softdirty", move_far_softdirty, "root numa softdirty thp")	\
	X("large-mprotect-softdirty", large_mprotect_softdirty, "softdirty thp")	\
	X("large-mprotect-exclusive", large_mprotect_exclusive, "thp")	\
	X("large-fork-softdirty", large_fork_softdirty, "softdirty thp")	\
	X("hugetlb-uffd-wp-absent", hugetlb_uffd_wp_absent, "hugetlb uffd-shmem")	\
	X("block-part-exclusive", block_part_exclusive, "mthp")		\
	X("block-part-marked", block_part_marked, "uffd-wp mthp")	\
	X("hugetlb-block-forked", hugetlb_block_forked, "root")		\
	X("foll-force-alone", foll_force_alone, "")			\
	X("foll-force-clear-refs", foll_force_clear_refs, "softdirty")	\
	X("foll-force-absent", foll_force_absent, "")			\
	X("foll-force-file-absent", foll_force_file_absent, "")

#define X(name, fn, needs) void fn(void);
REACH_ROWS(X)
#undef X

#endif
