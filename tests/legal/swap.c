/* swap.c - pages come back from swap as they went: by a read, a write, readahead or swapoff. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

enum { N = 4, LEN = N * PAGE };

/* Pages written since the last clear_refs, then swapped out. */
static char *swapped_pages(void)
{
	char *p = map_anon(LEN);

	clear_refs();
	fill(p, LEN, 1);
	swap_out(p, LEN);
	must_sd(p, true, "soft-dirty lost when swapped out");
	return p;
}

/*
 * A read swap-in keeps the entry read-only (6.1 mm/memory.c:4055) or, if the page is exclusive and nothing
 * watches, makes it writable at once (6.12 :4548).
 */
static void swap_in_read(const char *device)
{
	char *p;

	swap_only(device);
	p = swapped_pages();
	expect(p, LEN, 1, "swapped in");
	must_sd(p, true, "soft-dirty lost when swapped in");
	must(write_faults(p, 2) <= 1 && peek(p) == 2, "write after swap-in");
}

static void swap_in_write(const char *device)
{
	char *p;

	swap_only(device);
	p = swapped_pages();
	must(write_faults(p, 2) >= 1 && write_faults(p, 3) == 0, "a write swap-in must map the page writable");
	must(peek(p + 1) == 0 && peek(p + PAGE) == 1, "contents lost");
}

/* zram is read synchronously, past the swap cache; a loop device goes through it. */
void swap_read(void)		{ swap_in_read("zram"); }
void swap_read_cache(void)	{ swap_in_read("loop"); }
void swap_write(void)		{ swap_in_write("zram"); }
void swap_write_cache(void)	{ swap_in_write("loop"); }

/* Both processes have the swap entry, neither has it exclusively. */
static void forked(const char *device)
{
	struct gate turn = gate_make(), back = gate_make();
	char *p;
	pid_t pid;

	swap_only(device);
	p = swapped_pages();
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		expect(p, LEN, 1, "the parent's writes are seen in the child");
		fill(p, LEN, 3);
		gate_open(back);
		gate_wait(turn);
		expect(p, LEN, 3, "child");
		leave();
	}
	must(peek(p) == 1, "read swap-in after fork");
	fill(p, LEN, 2);
	gate_open(turn);
	gate_wait(back);
	expect(p, LEN, 2, "the child's writes are seen in the parent");
	gate_open(turn);
	join(pid);
}

void swap_forked(void)		{ forked("zram"); }
void swap_forked_cache(void)	{ forked("loop"); }

/* Reclaim takes a page mapped by both and clears AnonExclusive; memory.reclaim, because MADV_PAGEOUT spares such. */
void swap_forked_reclaim(void)
{
	char *p = map_anon(LEN);
	int tries;
	struct child child;

	fill(p, LEN, 1);
	child = fork_reader(p, LEN, 1);
	madvise(p, LEN, 20 /* MADV_COLD */);
	for (tries = 0; tries < 30 && !swapped(p); tries++)
		write_str("/sys/fs/cgroup/memory.reclaim", "16M");
	if (!swapped(p))
		skip("memory.reclaim did not take the page");
	fill(p, LEN, 2);
	release(child);
	expect(p, LEN, 2, "parent");
}

/* swapoff grants nothing and forgets nothing: 6.12 mm/swapfile.c:2163 */
static void off(const char *device)
{
	char *p;

	swap_only(device);
	p = swapped_pages();
	swap_off();
	must(present(p), "swapoff left the page out");
	must(write_faults(p, 2) >= 1, "swapoff mapped a private page writable");
	expect(p + PAGE, LEN - PAGE, 1, "after swapoff");
	if (since(6, 0))
		must_sd(p + PAGE, true, "soft-dirty lost in swapoff");
}

void swapoff_zram(void)	{ off("zram"); }
void swapoff_loop(void)	{ off("loop"); }

/*
 * swapoff restores a table at a time; every other entry of this one has a mark, and each must come back as it was: it was
 * written since clear_refs, or where nothing tracks that, it is not write-protected (6.12 mm/swapfile.c:2163).
 */
void swapoff_table(void)
{
	struct ufd *u = !tracks() && ufd_features() & UFFD_FEATURE_PAGEFAULT_FLAG_WP ? ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP) : NULL;
	char *p = map_table();
	size_t at;

	fill(p, HPAGE, 1);
	clear_refs();
	must(!u || !ufd_register(u, p, HPAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	for (at = 0; at < HPAGE; at += 2 * PAGE) {
		poke(p + at, 2);
		if (u)
			ufd_protect(u, p + at + PAGE, PAGE);
	}
	swap_out(p, HPAGE);
	swap_off();
	for (at = 0; at < HPAGE; at += PAGE) {
		if (since(6, 0))
			must_sd(p + at, !(at & PAGE), "page %zu: soft-dirty is %d", at / PAGE, !!(at & PAGE));
		must(!u || uffd_wp(p + at) == !!(at & PAGE), "page %zu: uffd-wp is %d", at / PAGE, !(at & PAGE));
	}
	must(peek(p + 300 * PAGE) == 2 && peek(p + 301 * PAGE) == 1, "after swapoff");
}

void swapoff_forked(void)
{
	char *p = swapped_pages();
	struct child child = fork_reader(p, LEN, 1);

	swap_off();
	fill(p, LEN, 2);
	release(child);
}

/* A page that is not soft-dirty stays so when it comes back, and the next write is seen. */
void swap_clear_refs(void)
{
	char *p = swapped_pages();

	clear_refs();
	must(!soft_dirty(p), "clear_refs passed a swapped page by");
	must(peek(p) == 1 && !soft_dirty(p), "a read made the page soft-dirty");
	poke(p, 2);
	must(soft_dirty(p), "a write after swap-in is not soft-dirty");
	poke(p + PAGE, 2);
	must(soft_dirty(p + PAGE), "a write swap-in is not soft-dirty");
}

void swap_mprotect(void)
{
	char *p = swapped_pages();

	protect(p, LEN, PROT_READ);
	must(peek(p) == 1 && !may_write(p), "swapped in writable under PROT_READ");
	protect(p, LEN, RW);
	fill(p, LEN, 2);
	expect(p, LEN, 2, "after mprotect");
}

void swap_mremap(void)
{
	char *p = swapped_pages(), *q = map_anon(LEN);

	move_mapping(p, q, LEN);
	must(swapped(q), "the swap entry was not moved");
	must_sd(q, true, "the swap entry that was moved is not soft-dirty");
	expect(q, LEN, 1, "moved");
	poke(q, 2);
	must(peek(q) == 2, "write lost");
}

/* MADV_WILLNEED reads pages into the swap cache, and a write fault takes them from there. */
void swap_willneed(void)
{
	char *p;

	swap_only("loop");
	p = swapped_pages();
	madvise(p, LEN, MADV_WILLNEED);
	fill(p, LEN, 2);
	expect(p, LEN, 2, "after readahead");
}

void swap_madv_free(void)
{
	char *p = swapped_pages();

	must(!madvise(p, PAGE, MADV_FREE) && !swapped(p), "MADV_FREE kept the swap entry");
	poke(p, 2);
	must(peek(p) == 2 && peek(p + PAGE) == 1, "write after MADV_FREE");
}

/* do_swap_page() with FAULT_FLAG_WRITE on a write-protected entry: uffd-wp wins. */
void swap_uffd_wp(void)
{
	struct ufd *u;
	char *p = map_anon(LEN);

	fill(p, LEN, 1);
	u = ufd_guard(p, LEN);
	swap_out(p, LEN);
	must_wp(p, true);
	must(peek(p) == 1, "contents lost");
	must_wp(p, true);
	ufd_serve_unwp(u);
	poke(p, 2);
	must(u->faults == 1, "%d userfaults for a write to a page read back", u->faults);
	poke(p + PAGE, 2);
	must(u->faults == 2, "%d userfaults for a write to a page in swap", u->faults);
	must(peek(p) == 2 && peek(p + PAGE) == 2, "write lost");
}

/* The page is un-protected while it is in swap. */
void swap_uffd_unwp(void)
{
	struct ufd *u;
	char *p = map_anon(LEN);

	fill(p, LEN, 1);
	u = ufd_guard(p, LEN);
	swap_out(p, LEN);
	must(!ufd_wp(u, p, LEN, false), "un-protect");
	must_wp(p, false);
	fill(p, LEN, 2);
	expect(p, LEN, 2, "after un-protect");
}

/* shmem keeps its swap entries in the page cache. */
void swap_shmem(void)
{
	char *p = map_shared(LEN);
	long before = vmstat("pswpout");

	fill(p, LEN, 1);
	madvise(p, LEN, 21 /* MADV_PAGEOUT */);
	if (present(p) || vmstat("pswpout") == before)
		skip("shmem would not be swapped out");
	expect(p, LEN, 1, "swapped in");
	must(write_faults(p, 2) == 0, "a read swap-in of shmem did not map it writable");
	must(peek(p) == 2, "write lost");
}

void swap_thp(void)
{
	char *p = huge();

	swap_out(p, HPAGE);
	fill(p, HPAGE / 2, 2);
	expect(p, HPAGE / 2, 2, "written");
	expect(p + HPAGE / 2, HPAGE / 2, 1, "untouched");
}
