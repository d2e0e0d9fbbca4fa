/* main.c - the table of known kernel bugs and the command line of `bugs`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bugs.h"

static const struct bug bugs[] = {
	{ { "uffd-unwp-softdirty", uffd_unwp, "UFFDIO_WRITEPROTECT off on shmem",
	    "uffd_wp_range change_protection", "softdirty uffd-shmem" }, { 5, 19 }, { 6, 3 } },
	{ { "uffd-unwp-softdirty-memfd", uffd_unwp_memfd, "the same on a memfd",
	    "uffd_wp_range change_protection", "softdirty uffd-shmem" }, { 5, 19 }, { 6, 3 } },
	{ { "uffd-unwp-softdirty-unregister", uffd_unwp_unregister, "only UFFDIO_UNREGISTER",
	    "uffd_wp_range", "softdirty uffd-shmem" }, { 5, 19 }, { 6, 3 } },
	{ { "uffd-unwp-softdirty-close", uffd_unwp_close, "only close() of the userfaultfd",
	    "uffd_wp_range", "softdirty uffd-shmem" }, { 5, 19 }, { 6, 3 } },
	{ { "mprotect-file-softdirty", mprotect_file_ext4, "mprotect R, RW of a dirty ext4 page",
	    "change_protection", "softdirty ext4" }, { 0, 0 }, { 6, 0 } },
	{ { "mprotect-file-softdirty-vfat", mprotect_file_vfat, "mprotect R, RW of a dirty vfat page",
	    "change_protection", "softdirty vfat" }, { 0, 0 }, { 6, 0 } },
	{ { "dax-mkwrite-softdirty", dax_mkwrite_softdirty, "write to a DAX page that was read before",
	    "insert_page_into_pte_locked insert_page", "root softdirty dax" }, { 7, 0 }, { 0, 0 } },
	{ { "swapoff-softdirty", swapoff_softdirty, "swapoff: unuse_pte",
	    "unuse_pte_range try_to_unuse", "root softdirty swap" }, { 0, 0 }, { 6, 0 } },
	{ { "swapoff-uffd-wp", swapoff_uffd_wp, "swapoff: unuse_pte",
	    "unuse_pte_range try_to_unuse", "root swap uffd-wp" }, { 5, 7 }, { 6, 0 } },
	{ { "uffdio-copy-wp-readonly", uffdio_copy_readonly, "UFFDIO_COPY MODE_WP without VM_WRITE",
	    "mfill_atomic_install_pte mcopy_atomic", "uffd-wp" }, { 5, 7 }, { 5, 14 } },
	{ { "vma-merge-softdirty", merge_mprotect, "mprotect merges VMAs",
	    "change_protection", "softdirty" }, { 0, 0 }, { 7, 0 } },
	{ { "vma-merge-softdirty-madvise", merge_madvise, "madvise merges VMAs", NULL, "softdirty" },
	    { 0, 0 }, { 7, 0 } },
	{ { "vma-merge-softdirty-mlock", merge_mlock, "munlock merges VMAs", NULL, "softdirty" },
	    { 6, 1 }, { 7, 0 } },
	{ { "vma-merge-softdirty-mremap", merge_mremap, "mremap grows into a gap", NULL, "softdirty" },
	    { 6, 1 }, { 7, 0 } },
	{ { "vma-merge-softdirty-uffd", merge_uffd, "UFFDIO_UNREGISTER merges VMAs", NULL, "softdirty uffd" },
	    { 0, 0 }, { 7, 0 } },
	{ { "vma-merge-softdirty-anon", merge_anon, "mprotect merges private VMAs",
	    "change_protection", "softdirty" }, { 6, 0 }, { 7, 0 } },
	{ { "migrate-writeout", migrate_writeout, "move_pages of a dirty vfat page: writeout",
	    "remove_migration_pte", "root numa vfat" }, { 0, 0 }, { 6, 12 } },
	{ { "ksm-softdirty", ksm_softdirty, "replace_page forgets soft-dirty",
	    "replace_page", "root ksm softdirty" }, { 0, 0 }, { 0, 0 } },
	{ { "ksm-uffd-wp", ksm_uffd_wp, "replace_page forgets uffd-wp",
	    "replace_page", "root ksm uffd-wp" }, { 5, 7 }, { 0, 0 } },
	{ { "mremap-table-softdirty", mremap_table_softdirty, "move_normal_pmd marks nothing",
	    "move_page_tables", "softdirty" }, { 5, 1 }, { 0, 0 } },
	{ { "huge-zero-split-softdirty", huge_zero_split_softdirty, "__split_huge_zero_page_pmd forgets soft-dirty",
	    "__split_huge_pmd", "softdirty thp" }, { 0, 0 }, { 0, 0 } },
	{ { "reclaim-shared-softdirty", reclaim_shared_softdirty, "try_to_unmap_one of shmem",
	    "try_to_unmap_one", "softdirty swap" }, { 0, 0 }, { 0, 0 } },
	{ { "shmem-thp-split-softdirty", shmem_thp_split_softdirty, "__split_huge_pmd of shmem",
	    "__split_huge_pmd", "root softdirty thp" }, { 0, 0 }, { 0, 0 } },
	{ { "shmem-collapse-softdirty", shmem_collapse_softdirty, "collapse_file of shmem",
	    "try_to_unmap_one", "root softdirty thp" }, { 6, 1 }, { 0, 0 } },
	{ { "uffdio-move-swap-softdirty", move_swap_softdirty, "move_swap_pte marks nothing",
	    "move_pages", "softdirty swap uffd-move" }, { 6, 8 }, { 6, 12 } },
	{ { "clear-refs-migrate-race", clear_refs_migrate_race, "clear_refs of a WRITE migration entry",
	    "remove_migration_pte", "root numa softdirty" }, { 0, 0 }, { 0, 0 } },
	{ { "clear-refs-migrate-race-thp", clear_refs_migrate_race_thp, "the same of a huge page",
	    "remove_migration_pmd", "root numa softdirty thp" }, { 0, 0 }, { 0, 0 } },
	{ { "clear-refs-pinned-thp", clear_refs_pinned_thp, "clear_soft_dirty_pmd of a pinned page",
	    "clear_refs_write", "root uring softdirty thp" }, { 5, 1 }, { 0, 0 } },
	{ { "hugetlb-unshare-uffd-wp", hugetlb_unshare_uffd_wp, "hugetlb_wp with FAULT_FLAG_UNSHARE",
	    "hugetlb_fault", "hugetlb uffd-shmem" }, { 5, 19 }, { 6, 2 } },
	{ { "migrate-thp-uffd-wp", migrate_thp_uffd_wp, "remove_migration_pmd forgets uffd-wp",
	    "remove_migration_pmd", "root numa thp uffd-wp" }, { 5, 7 }, { 5, 14 } },
	{ { "mprotect-pinned", mprotect_pinned, "do_wp_page copies a pinned page",
	    "do_wp_page", "root uring" }, { 5, 9 }, { 5, 19 } },
	{ { "fork-pinned-hugetlb", fork_pinned_hugetlb, "copy_hugetlb_page_range shares a pinned page",
	    "copy_hugetlb_page_range", "root uring hugetlb" }, { 0, 0 }, { 5, 12 } },
};

#define NR_BUGS (sizeof(bugs) / sizeof(bugs[0]))

static bool known_here(const struct bug *bug)
{
	return since(bug->first[0], bug->first[1]) && !(bug->fixed[0] && since(bug->fixed[0], bug->fixed[1]));
}

static int list(void)
{
	const struct bug *bug;

	for (bug = bugs; bug < bugs + NR_BUGS; bug++)
		printf("%s\n\tpath: %s\n\tneeds: %s\n\there: %s\n", bug->row.name, bug->row.path, bug->row.needs,
		       known_here(bug) ? "B" : "ok");
	return 0;
}

/* What user space sees, one line; false when the sequence itself went wrong. */
static bool tell(const struct bug *bug, struct verdict v)
{
	switch (v.state) {
	case LOST:
		printf("bug %s reproduced: %s\n", bug->row.name, v.why);
		return true;
	case PASS:
		printf("bug %s not reproduced\n", bug->row.name);
		return true;
	case SKIP:
	case ABSENT:
		printf("%s %s %s\n", v.state == SKIP ? "skip" : "absent", bug->row.name, v.why);
		return true;
	default:
		printf("fail %s %s\n", bug->row.name, v.why);
		return false;
	}
}

/* --as-known: what the row says of this kernel must be what is seen. */
static bool as_known(const struct bug *bug, struct verdict v)
{
	bool want = known_here(bug);

	if ((v.state == LOST) == want && v.state != FAIL)
		return true;
	printf("fail %s expected %s\n", bug->row.name, want ? "B" : "ok");
	return false;
}

static bool run(const struct bug *bug, bool check)
{
	struct verdict v = row_run(&bug->row, 90, false);
	bool ok = tell(bug, v);

	ok = (!check || as_known(bug, v)) && ok;
	fflush(stdout);
	return ok;
}

static bool run_named(const char *name, bool check)
{
	const struct bug *bug;

	for (bug = bugs; bug < bugs + NR_BUGS; bug++)
		if (!strcmp(bug->row.name, name))
			return run(bug, check);
	fprintf(stderr, "bugs: no bug named %s (see bugs --list)\n", name);
	exit(2);
}

static bool run_all(bool check)
{
	const struct bug *bug;
	bool ok = true;

	for (bug = bugs; bug < bugs + NR_BUGS; bug++)
		ok = run(bug, check) && ok;
	return ok;
}

/* mremap-table-softdirty as often as it goes: says how often. */
static int flood(const char *seconds)
{
	int calls = mremap_flood(atoi(seconds));

	printf("flood %d\n", calls);
	return calls <= 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: bugs --list | [--as-known] --all | --flood SECONDS | [--as-known] NAME...\n");
	return 2;
}

int main(int argc, char **argv)
{
	bool ok = true, check = false;
	int i = 1;

	if (i < argc && !strcmp(argv[i], "--as-known"))
		check = i++;
	if (i == argc)
		return usage();
	if (!strcmp(argv[i], "--list"))
		return list();
	if (!strcmp(argv[i], "--flood") && argv[i + 1])
		return flood(argv[i + 1]);
	if (!strcmp(argv[i], "--all"))
		return !run_all(check);
	for (; i < argc; i++)
		ok = run_named(argv[i], check) && ok;
	return !ok;
}
