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

#define KSM	"/sys/kernel/mm/ksm/"
#define THP	"/sys/kernel/mm/transparent_hugepage/"

/* ---- KSM ---- */

/* replace_page() makes the entry afresh: mk_pte(kpage, vm_page_prot), 6.1 mm/ksm.c:1165, 6.12 :1397. */
static void merge(char *p)
{
	int tries;

	setting(KSM "sleep_millisecs", "10");
	setting(KSM "pages_to_scan", "2000");
	setting(KSM "run", "1");
	must(!madvise(p, 2 * PAGE, MADV_MERGEABLE), "MADV_MERGEABLE: %s", strerror(errno));
	for (tries = 0; tries < 400 && !(present(p) && pfn(p) == pfn(p + PAGE)); tries++)
		usleep(50000);
	if (pfn(p) != pfn(p + PAGE))
		skip("ksmd did not merge");
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
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *p = map_anon(2 * PAGE);

	memset(p, 123, 2 * PAGE);
	must(!ufd_register(u, p, 2 * PAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_wp(u, p, 2 * PAGE, true), "UFFDIO_WRITEPROTECT");
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
	char *p = map_at_guard(HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, HPAGE);
	char *q = map_at_guard(HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, HPAGE);

	madvise(p, HPAGE, MADV_NOHUGEPAGE);
	madvise(q, HPAGE, MADV_NOHUGEPAGE);
	fill(p, HPAGE, 1);
	fill(q, HPAGE, 2);
	clear_refs();
	must(mremap(p, HPAGE, HPAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q) == q, "mremap: %s", strerror(errno));
	if (peek(q) == 1 && !soft_dirty(q))
		lost("mremap replaced 2 MB of contents and no page is soft-dirty (moved page by page, all would be)");
}

/* The same again and again, as fast as a reader can follow: 512 entries a call, which is one violation each time. */
int mremap_flood(int seconds)
{
	char *p = map_at_guard(HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, HPAGE);
	char *q = map_at_guard(HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, HPAGE), *t;
	time_t end = time(NULL) + seconds;
	int calls = 0;

	madvise(p, HPAGE, MADV_NOHUGEPAGE);
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
	must(mremap(p, HPAGE, HPAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q) == q, "mremap: %s", strerror(errno));
	must(soft_dirty(q + PAGE), "a moved huge zero page is not soft-dirty");
	must(!mprotect(q, PAGE, PROT_READ), "mprotect: %s", strerror(errno));
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
	char *p = map_at_guard(HPAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0, HPAGE);

	setting(THP "shmem_enabled", "advise");
	madvise(p, HPAGE, MADV_HUGEPAGE);
	poke(p, 1);
	if (smaps_kb(p, "ShmemPmdMapped") <= 0)
		skip("no huge page for shmem");
	clear_refs();
	poke(p + PAGE, 2);
	must(soft_dirty(p + PAGE), "written and not soft-dirty");
	must(!mprotect(p, PAGE, PROT_READ), "mprotect: %s", strerror(errno));
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
	struct gate turn = gate_make();
	char *p = mmap(NULL, HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0), c = 0;
	struct iovec local = { &c, 1 }, remote = { p, 1 };
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	pid_t pid;

	must(p != MAP_FAILED, "mmap of a huge page: %s", strerror(errno));
	poke(p, 1);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		leave();
	}
	must(!ufd_register(u, p, HPAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_wp(u, p, HPAGE, true), "UFFDIO_WRITEPROTECT");
	must(uffd_wp(p), "not write-protected");
	must(process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1, "process_vm_readv: %s", strerror(errno));
	gate_open(turn);
	join(pid);
	if (!uffd_wp(p))
		lost("a mere read of a huge page by process_vm_readv took its write protection away");
}

/* 5.10 set_pmd_migration_entry() and remove_migration_pmd() know no uffd-wp. */
void migrate_thp_uffd_wp(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *p = huge();

	must(!ufd_register(u, p, HPAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_wp(u, p, HPAGE, true), "UFFDIO_WRITEPROTECT");
	if (!move_away(p))
		skip("move_pages did not move the page");
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
	must(!mprotect(p, PAGE, PROT_READ) && !mprotect(p, PAGE, RW), "mprotect: %s", strerror(errno));
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
	char *p = mmap(NULL, HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	struct gate turn = gate_make();
	pid_t pid;
	u64 old;

	must(p != MAP_FAILED, "mmap of a huge page: %s", strerror(errno));
	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		leave();
	}
	poke(p, 2);
	gate_open(turn);
	join(pid);
	if (pfn(p) != old)
		lost("a write after fork went to a copy: what a device does to the pinned huge page is not seen");
}
