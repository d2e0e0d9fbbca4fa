/* suspects.c - bugs found while writing tests/legal, by reading how each path makes its new entry; most are in 7.3 still. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include "bugs.h"

/* ---- KSM ---- */

/* replace_page() makes the entry afresh: mk_pte(kpage, vm_page_prot), 6.1 mm/ksm.c:1165, 6.12 :1397. */
static void merge(char *p)
{
	ksm_merge(p);
	setting(KSM "run", "0");
}

void ksm_softdirty(void)
{
	char *p = map_anon(2 * PAGE);

	clear_refs();
	memset(p, 123, 2 * PAGE);
	must(soft_dirty(p), "written and not soft-dirty");
	merge(p);
	if (!soft_dirty(p))
		lost("ksmd merged a page written since clear_refs and it is no longer soft-dirty: a snapshot misses it");
}

void ksm_uffd_wp(void)
{
	char *p = map_anon(2 * PAGE);
	struct ufd *u;

	memset(p, 123, 2 * PAGE);
	u = ufd_guard(p, 2 * PAGE);
	merge(p);
	ufd_serve_unwp(u);
	poke(p, 1);
	if (!u->faults)
		lost("ksmd merged a write-protected page; it was written and nobody was told");
}

/* ---- soft-dirty that goes with the page table entry ---- */

/* move_ptes() marks what it moves; move_normal_pmd() moves the table and marks nothing (6.12 mm/mremap.c:248). */
void mremap_table_softdirty(void)
{
	char *p = map_table(), *q = map_table();

	fill(p, HPAGE, 1);
	fill(q, HPAGE, 2);
	clear_refs();
	move_mapping(p, q, HPAGE);
	if (peek(q) == 1 && !soft_dirty(q))
		lost("mremap replaced 2 MB of contents and no page is soft-dirty (moved page by page, all would be)");
}

/* The same again and again, as fast as a reader can follow: 512 entries a call, which is one violation each time. */
int mremap_flood(int seconds)
{
	char *p = map_table(), *q = map_table(), *t;
	time_t end = time(NULL) + seconds;
	int calls = 0;

	fill(p, HPAGE, 1);
	for (; time(NULL) < end; calls++) {
		clear_refs();
		if (mremap(p, HPAGE, HPAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q) != q)
			return -1;
		t = p;
		p = q;
		q = t;
		usleep(5000);
	}
	return calls;
}

/* __split_huge_zero_page_pmd() carries uffd-wp and not soft-dirty (6.12 mm/huge_memory.c:2703). */
void huge_zero_split_softdirty(void)
{
	char *p = map_thp(HPAGE), *q = map_thp(HPAGE);

	fill(q, HPAGE, 2);
	(void)peek(p);
	if (read_faults(p + HPAGE - PAGE))
		skip("no huge zero page");
	clear_refs();
	move_mapping(p, q, HPAGE);
	must(soft_dirty(q + PAGE), "a moved huge zero page is not soft-dirty");
	protect(q, PAGE, PROT_READ);
	if (!soft_dirty(q + PAGE))
		lost("splitting a moved huge zero page forgot that 2 MB of contents were replaced");
}

/* try_to_unmap_one() of a file page leaves nothing behind; uffd-wp leaves a marker, soft-dirty has none. */
void reclaim_shared_softdirty(void)
{
	char *p = map_shared(PAGE);
	int tries;

	clear_refs();
	poke(p, 1);
	must(soft_dirty(p), "written and not soft-dirty");
	for (tries = 0; tries < 20 && present(p); tries++)
		madvise(p, PAGE, 21 /* MADV_PAGEOUT */);
	if (present(p))
		skip("the page would not be reclaimed");
	must(peek(p) == 1, "contents");
	if (!soft_dirty(p))
		lost("shared memory written since clear_refs was reclaimed and read back: not soft-dirty");
}

/* __split_huge_pmd_locked() of a file PMD only unmaps it: 6.12 mm/huge_memory.c:2733. */
void shmem_thp_split_softdirty(void)
{
	char *p = huge_shmem();

	clear_refs();
	poke(p + PAGE, 2);
	must(soft_dirty(p + PAGE), "written and not soft-dirty");
	protect(p, PAGE, PROT_READ);
	must(peek(p + PAGE) == 2, "contents");
	if (!soft_dirty(p + PAGE))
		lost("a page of shared memory written since clear_refs lost soft-dirty when its huge page was split");
}

/* collapse_file() unmaps the small pages it replaces: 6.12 mm/khugepaged.c:1989. */
void shmem_collapse_softdirty(void)
{
	char *p = map_at_guard(HPAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0, HPAGE);

	setting(THP "shmem_enabled", "advise");
	fill(p, HPAGE, 1);
	clear_refs();
	poke(p + PAGE, 2);
	must(soft_dirty(p + PAGE), "written and not soft-dirty");
	if (madvise(p, HPAGE, 25 /* MADV_COLLAPSE */))
		skip("MADV_COLLAPSE: %s", strerror(errno));
	must(peek(p + PAGE) == 2, "contents");
	if (!soft_dirty(p + PAGE))
		lost("a page of shared memory written since clear_refs lost soft-dirty when it became part of a huge one");
}

/* move_swap_pte() moves the entry as it is, move_present_pte() marks it: 6.12 mm/userfaultfd.c:1127, :1068. */
void move_swap_softdirty(void)
{
	char *src = map_anon(PAGE), *dst = map_anon(PAGE);
	struct ufd *u = ufd_open(UFD_MOVE);

	must(!ufd_register(u, dst, PAGE, UFFDIO_REGISTER_MODE_MISSING), "UFFDIO_REGISTER");
	poke(src, 7);
	clear_refs();
	swap_out(src, PAGE);
	must(!ufd_move(u, dst, src, PAGE), "UFFDIO_MOVE");
	must(peek(dst) == 7, "contents");
	if (!soft_dirty(dst))
		lost("UFFDIO_MOVE of a swapped page: new contents at the address, not soft-dirty");
}

/*
 * clear_refs takes soft-dirty off a migration entry and leaves it a WRITE one (6.12 fs/proc/task_mmu.c:1426);
 * remove_migration_pte() makes it writable and not soft-dirty (6.12 mm/migrate.c:334-339). In 6.1 the pte_mkdirty()
 * of a dirty page covers it up, hence MADV_FREE, which keeps the write bit and takes the dirty bit.
 */
enum { RACE_PAGES = 256 };

static struct race {
	char *area;
	size_t step;			/* between what moves as one */
	int nr;
	volatile bool over;
} race;

static void *move_forth_and_back(void *arg)
{
	static void *pages[RACE_PAGES];
	static int nodes[RACE_PAGES], status[RACE_PAGES];
	int i, node = 0;

	for (i = 0; i < race.nr; i++)
		pages[i] = race.area + i * race.step;
	while (!race.over) {
		node = !node;
		for (i = 0; i < race.nr; i++)
			nodes[i] = node;
		syscall(SYS_move_pages, 0, (long)race.nr, pages, nodes, status, 2 /* MPOL_MF_MOVE */);
	}
	return arg;
}

/* Written since clear_refs and not soft-dirty: -1 if all is well. */
static int unseen_page(int fd)
{
	u64 entry;
	int i;

	for (i = 0; i < race.nr; i++) {
		off_t at = (uintptr_t)(race.area + i * race.step) / PAGE * sizeof(entry);

		must(pread(fd, &entry, sizeof(entry), at) == sizeof(entry), "pagemap: %s", strerror(errno));
		if (!(entry & PM_SOFT_DIRTY))
			return i;
	}
	return -1;
}

static int race_run(int *round)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC), i, unseen = -1;
	size_t len = race.nr * race.step;
	time_t end = time(NULL) + 40;
	pthread_t mover;

	fill(race.area, len, 1);
	pthread_create(&mover, NULL, move_forth_and_back, NULL);
	for (*round = 1; unseen < 0 && time(NULL) < end; ++*round) {
		madvise(race.area, len, MADV_FREE);
		clear_refs();
		for (i = 0; i < race.nr; i++)
			poke(race.area + i * race.step, *round);
		unseen = unseen_page(fd);
	}
	race.over = true;
	pthread_join(mover, NULL);
	return unseen;
}

static void race_tell(void)
{
	int round, unseen = race_run(&round);
	bool still;
	char *p;

	if (unseen < 0)
		return;
	/* A later migration may have covered it up, on 6.1: the loss stands. */
	p = race.area + unseen * race.step;
	still = write_faults(p, 1) == 0 && !soft_dirty(p);
	lost("a page written after clear_refs while it was migrated is not soft-dirty (round %d; %s)", round,
	     still ? "still writable, so further writes are missed too" : "no longer writable");
}

void clear_refs_migrate_race(void)
{
	race = (struct race){ map_anon(RACE_PAGES * PAGE), PAGE, RACE_PAGES, false };
	race_tell();
}

/* clear_soft_dirty_pmd() and remove_migration_pmd(), the same. */
void clear_refs_migrate_race_thp(void)
{
	race = (struct race){ map_thp(8 * HPAGE), HPAGE, 8, false };
	poke(race.area, 1);
	if (!has_thp(race.area))
		skip("no huge page");
	race_tell();
}

/* ---- userfaultfd ---- */

/* hugetlb_wp() of 6.1 makes the unshared copy without uffd-wp: mm/hugetlb.c:5707. */
void hugetlb_unshare_uffd_wp(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct child child;

	poke(p, 1);
	child = fork_idle();
	ufd_guard(p, HPAGE);
	must(uffd_wp(p), "not write-protected");
	read_pin(p);
	release(child);
	if (!uffd_wp(p))
		lost("a mere read of a huge page by process_vm_readv took its write protection away");
}

/* 5.10 set_pmd_migration_entry() and remove_migration_pmd() know no uffd-wp. */
void migrate_thp_uffd_wp(void)
{
	char *p = huge();
	struct ufd *u = ufd_guard(p, HPAGE);

	move_or_skip(p);
	ufd_serve_unwp(u);
	poke(p, 2);
	if (!u->faults)
		lost("a write-protected huge page was written after migration and nobody was told");
}

/* ---- pinned pages: the device keeps the old page while the process gets a new one ---- */

/* Before PageAnonExclusive (5.19) a page with more references than mappings was copied: 5.10 mm/memory.c:3163. */
void mprotect_pinned(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	protect_and_back(p, PAGE);
	poke(p, 2);
	if (pfn(p) != old)
		lost("a write after mprotect R, RW went to a copy: what a device does to the pinned page is not seen");
}

/* clear_soft_dirty() spares pinned pages, for a device may write them; clear_soft_dirty_pmd() does not. */
void clear_refs_pinned_thp(void)
{
	char *p = huge();

	pin_page(p);
	clear_refs();
	if (!soft_dirty(p))
		lost("clear_refs made a pinned huge page look clean: what a device writes there is missed");
}

/* copy_hugetlb_page_range() copies pinned pages for the child since 5.12. */
void fork_pinned_hugetlb(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct child child;
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	child = fork_idle();
	poke(p, 2);
	release(child);
	if (pfn(p) != old)
		lost("a write after fork went to a copy: what a device does to the pinned huge page is not seen");
}
