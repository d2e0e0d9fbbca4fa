/* bugs.h - one row per way to reproduce a known kernel bug. What mmaudit must say of each is in `expected`. */
#ifndef BUGS_H
#define BUGS_H

#include "kit.h"


struct bug {
	struct row row;
	int first[2], fixed[2];	/* as seen on Debian kernels: has it since, no more since; 0 = always / not yet */
};

void uffd_unwp(void);
void uffd_unwp_memfd(void);
void uffd_unwp_unregister(void);
void uffd_unwp_close(void);
void mprotect_file_ext4(void);
void mprotect_file_vfat(void);
void dax_mkwrite_softdirty(void);
void swapoff_softdirty(void);
void swapoff_uffd_wp(void);
void uffdio_copy_readonly(void);
void merge_mprotect(void);
void merge_madvise(void);
void merge_mlock(void);
void merge_mremap(void);
void merge_uffd(void);
void merge_anon(void);
void migrate_writeout(void);
void ksm_softdirty(void);
void ksm_uffd_wp(void);
void mremap_table_softdirty(void);
int mremap_flood(int seconds);
void huge_zero_split_softdirty(void);
void reclaim_shared_softdirty(void);
void shmem_thp_split_softdirty(void);
void shmem_collapse_softdirty(void);
void move_swap_softdirty(void);
void clear_refs_migrate_race(void);
void clear_refs_migrate_race_thp(void);
void clear_refs_pinned_thp(void);
void hugetlb_unshare_uffd_wp(void);
void migrate_thp_uffd_wp(void);
void mprotect_pinned(void);
void fork_pinned_hugetlb(void);

#endif
