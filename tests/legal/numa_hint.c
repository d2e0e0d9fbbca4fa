/* numa_hint.c - a NUMA hinting fault gives back what the entry had, and grants nothing new. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

/*
 * Touches the pages until so many touches have faulted. All pages are mapped, so each fault is a hint. The count of vmstat
 * would include those of other tasks.
 */
static void hinted(char *p, size_t len, int wanted, void (*touch)(char *p))
{
	long before, faults = 0;
	double end = now() + 30;
	size_t i;

	while (faults < wanted) {
		if (now() > end)
			skip("no NUMA hinting faults in 30 s");
		before = faults_so_far();
		for (i = 0; i < len; i += PAGE)
			touch(p + i);
		faults += faults_so_far() - before;
	}
}

static void count(char *p)
{
	poke(p, peek(p) + 1);
}

static void look(char *p)
{
	must(peek(p) == 1, "contents");
}

enum { HINTED = 256 * PAGE };

/* do_numa_page() gives back what was there: 6.12 mm/memory.c:5526 */
void numa_hint_write(void)
{
	char *p = far_pages(map_anon(HINTED), HINTED, 0);
	size_t i;

	balancing_on();
	hinted(p, HINTED, 20, count);
	for (i = PAGE; i < HINTED; i += PAGE)
		must(peek(p + i) == peek(p), "page %zu lost a write", i / PAGE);
}

static void *sleeper(void *arg)
{
	pause();
	return arg;
}

/*
 * numa_rebuild_large_mapping() gives back all of a folio that stays where it is: 6.12 mm/memory.c:5531. Read-only
 * pages stay so. The second thread is needed, because task_numa_work() of a single one ignores pages of its own node.
 */
void numa_hint_mthp(void)
{
	char *p = map_at_guard(HINTED, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, HINTED);
	pthread_t thread;
	size_t i;

	must(!pthread_create(&thread, NULL, sleeper, NULL), "pthread_create");
	setting("/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled", "always");
	run_on(0);
	fill(p, HINTED, 1);
	clear_refs();
	for (i = 0; i < HINTED; i += 2 * PAGE)
		poke(p + i, 1);
	balancing_on();
	hinted(p, HINTED, 20, look);
	for (i = PAGE; i < HINTED; i += 2 * PAGE) {
		must_sd(p + i, false, "a hinting fault made page %zu soft-dirty", i / PAGE);
		poke(p + i, 2);
		must_sd(p + i, true, "a write after a hinting fault is not soft-dirty, page %zu", i / PAGE);
	}
}

/* A hinting fault of a page that was read-only must not make it writable. */
void numa_hint_clear_refs(void)
{
	char *p = far_pages(map_anon(HINTED), HINTED, 1);
	size_t i;

	clear_refs();
	balancing_on();
	hinted(p, HINTED, 20, look);
	for (i = 0; i < HINTED; i += PAGE) {
		must(!since(6, 2) || !soft_dirty(p + i), "a hinting fault made page %zu soft-dirty", i / PAGE);
		poke(p + i, 2);
		must(soft_dirty(p + i), "a write after a hinting fault is not soft-dirty, page %zu", i / PAGE);
	}
}

/* Pages of two processes are not scanned; when the child is gone they are still read-only. */
void numa_hint_forked(void)
{
	char *p = far_pages(map_anon(HINTED), HINTED, 1);

	fork_and_end();
	balancing_on();
	hinted(p, HINTED, 20, look);
	fill(p, HINTED, 2);
	expect(p, HINTED, 2, "after hinting");
}

void numa_hint_uffd_wp(void)
{
	struct ufd *u;
	char *p = far_pages(map_anon(HINTED), HINTED, 1);
	size_t i;

	u = ufd_guard(p, HINTED);
	balancing_on();
	hinted(p, HINTED, 20, look);
	setting("/proc/sys/kernel/numa_balancing", "0");
	for (i = 0; i < HINTED; i += PAGE)
		must_wp(p + i, true);
	ufd_serve_unwp(u);
	fill(p, HINTED, 2);
	must(u->faults == HINTED / PAGE, "%d userfaults for %d pages", u->faults, HINTED / PAGE);
}

/* do_huge_pmd_numa_page(): 6.12 mm/huge_memory.c:2002 */
void numa_hint_thp(void)
{
	enum { PAGES = 8 };
	char *p = far_pages(map_thp(PAGES * HPAGE), PAGES * HPAGE, 1);

	if (!has_thp(p))
		skip("no huge page");
	balancing_on();
	hinted(p, PAGES * HPAGE, 4, look);
	expect(p, PAGES * HPAGE, 1, "after hinting");
}
