/* migrate.c - pages that move keep their write bit, marks and protection: move_pages, mbind, compaction, soft offline. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "rows.h"

static void moved(char *p)
{
	u64 old = pfn(p);

	move_or_skip(p);
	must(pfn(p) != old, "moved to itself");
}

/* A WRITE entry comes back writable, a READ one does not: remove_migration_pte(), 6.12 mm/migrate.c:339 */
static void writable_stays(char *p)
{
	poke(p, 1);
	moved(p);
	must(write_faults(p + 1, 2) == 0 && peek(p) == 1, "migration lost the write bit or the contents");
}

void move_anon(void)	{ writable_stays(map_anon(PAGE)); }
void move_shmem(void)	{ writable_stays(map_shared(PAGE)); }

void move_ext4(void)
{
	writable_stays(map_fs("ext4", RW, MAP_SHARED, NULL));
}

void move_readonly(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	protect(p, PAGE, PROT_READ);
	moved(p);
	must(peek(p) == 1 && !may_write(p), "migration made a read-only mapping writable");
	protect(p, PAGE, RW);
	poke(p, 2);
}

/* The page is clean, and the file system must be told of the next write. */
void move_ext4_clean(void)
{
	char *p = map_fs("ext4", RW, MAP_SHARED, NULL);

	poke(p, 1);
	sync_page(p);
	moved(p);
	must(peek(p) == 1 && write_faults(p, 2) >= 1, "migration made a clean page writable");
}

void move_private_file(void)
{
	int fd;
	char *p = map_fs("ext4", RW, MAP_PRIVATE, &fd);

	must(peek(p) == 'f', "contents");
	moved(p);
	must(write_faults(p, 1) >= 1, "migration made a page of the page cache writable");
	must(in_file(fd) == 'f', "a private write reached the file");
}

/* MPOL_MF_MOVE_ALL moves it for both; each must copy. */
void move_forked(void)
{
	char *p = map_anon(PAGE);
	struct child child;

	poke(p, 1);
	child = fork_reader(p, PAGE, 1);
	moved(p);
	must(write_faults(p, 2) >= 1, "migration made a page of two processes writable");
	release(child);
}

/* After the child's exit nobody else has the page: the write reuses it. */
void move_reuse(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	poke(p, 1);
	fork_and_end();
	moved(p);
	old = pfn(p);
	lru_drain();
	must(write_faults(p, 2) >= 1 && pfn(p) == old, "not reused after migration");
}

static void wp(char *p)
{
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	moved(p);
	must_wp(p, true);
	ufd_serve_unwp(u);
	poke(p, 2);
	must(u->faults == 1 && peek(p) == 2, "a write past the protection after migration");
}

void move_uffd_wp(void)		{ wp(map_anon(PAGE)); }
void move_uffd_wp_shmem(void)	{ wp(map_shared(PAGE)); }

static void clean(char *p)
{
	poke(p, 1);
	clear_refs();
	moved(p);
	must(!since(6, 2) || !soft_dirty(p), "migration made the page soft-dirty");	/* older: pte_mkdirty() does */
	must(write_faults(p, 2) >= 1 && soft_dirty(p), "a write after migration is not soft-dirty");
	moved(p);
	must(soft_dirty(p), "migration lost soft-dirty");
}

void move_clear_refs(void)		{ clean(map_anon(PAGE)); }
void move_clear_refs_shmem(void)	{ clean(map_shared(PAGE)); }

void move_prot_none(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	protect(p, PAGE, PROT_NONE);
	move_away(p);
	protect(p, PAGE, RW);
	must(peek(p) == 1, "contents");
	poke(p, 2);
}

/* remove_migration_pmd(): 6.12 mm/huge_memory.c:4333 */
void move_thp(void)
{
	char *p = huge();

	moved(p);
	if (!has_thp(p))
		skip("the huge page was split to move it");
	must(write_faults(p + PAGE, 2) == 0, "migration lost the write bit");
	expect(p + 2 * PAGE, HPAGE - 2 * PAGE, 1, "moved");
}

void move_thp_forked(void)
{
	char *p = huge();
	struct child child = fork_reader(p, HPAGE, 1);

	moved(p);
	must(write_faults(p, 2) >= 1, "migration made a huge page of two processes writable");
	release(child);
}

void move_thp_uffd_wp(void)
{
	struct ufd *u;
	char *p;

	if (!since(5, 14))
		absent("this kernel has the bug migrate-thp-uffd-wp");
	p = huge();
	u = ufd_guard(p, HPAGE);
	moved(p);
	must_wp(p, true);
	must_wp(p + HPAGE - PAGE, true);
	ufd_serve_unwp(u);
	poke(p + PAGE, 2);
	must(u->faults == 1, "a write past the protection after migration");
}

void move_thp_clear_refs(void)
{
	char *p = huge();

	clear_refs();
	moved(p);
	must(write_faults(p, 2) >= 1 && soft_dirty(p), "a write after migration is not soft-dirty");
}

/* Of 512 entries of a huge page one is a copy by now, a folio of its own that does not move. */
void move_thp_copies(void)
{
	char *p = huge(), *copy = p + 100 * PAGE;
	struct child child;

	protect_and_back(p, PAGE);
	must(!has_thp(p), "mprotect of a page did not split the PMD");
	child = fork_idle();
	poke(copy, 2);
	release(child);
	moved(p);
	must(peek(copy) == 2 && write_faults(copy, 3) == 0, "the copy lost its contents or the write bit");
	expect(p + 101 * PAGE, HPAGE - 101 * PAGE, 1, "moved");
}

/* Threads write while the page travels. */
void move_while_written(void)
{
	struct gate go = gate_make();
	char *p = map_shared(PAGE);
	int i, moves = 0;
	pid_t pid;

	poke(p, 0);
	pid = fork_row();
	if (!pid) {
		gate_open(go);
		for (i = 1; i <= 200000; i++)
			__atomic_fetch_add((int *)(p + 64), 1, __ATOMIC_RELAXED);
		leave();
	}
	gate_wait(go);
	for (i = 0; i < 200; i++)
		moves += move_away(p);
	join(pid);
	must(*(volatile int *)(p + 64) == 200000, "writes lost: %d", *(volatile int *)(p + 64));
	if (!moves)
		skip("move_pages never moved the page");
}

/* Every other page of a large area freed: compaction moves what is left. */
void compaction(void)
{
	enum { LEN = 48 << 20 };
	char *p = map_anon(LEN);
	long before = vmstat("pgmigrate_success");
	size_t i, kept = 2 * PAGE;

	for (i = 0; i < LEN; i += PAGE)
		poke(p + i, i / PAGE);
	for (i = 0; i < LEN; i += kept)
		madvise(p + i, PAGE, MADV_DONTNEED);
	must(write_str("/proc/sys/vm/compact_memory", "1"), "compact_memory: %s", strerror(errno));
	for (i = PAGE; i < LEN; i += kept)
		must(peek(p + i) == (char)(i / PAGE) && write_faults(p + i, 1) == 0, "page %zu after compaction", i / PAGE);
	if (vmstat("pgmigrate_success") == before)
		skip("nothing was compacted");
}

/* MADV_SOFT_OFFLINE moves the page away and retires its frame. */
void soft_offline(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	poke(p, 1);
	old = pfn(p);
	if (madvise(p, PAGE, 101 /* MADV_SOFT_OFFLINE */) && errno == EINVAL)
		absent("no MADV_SOFT_OFFLINE (CONFIG_MEMORY_FAILURE)");
	must(pfn(p) != old && peek(p) == 1, "contents");
	must(write_faults(p, 2) == 0, "soft offline lost the write bit");
}

/* mbind() with MPOL_MF_MOVE migrates a range. */
void mbind_move(void)
{
	unsigned long node, flags = MPOL_MF_MOVE | MPOL_MF_STRICT;
	char *p = map_anon(8 * PAGE);

	fill(p, 8 * PAGE, 1);
	node = 1ul << !node_of(p);
	must(!syscall(SYS_mbind, p, 8ul * PAGE, MPOL_BIND, &node, 64ul, flags), "mbind: %s", strerror(errno));
	must(1ul << node_of(p) == node, "mbind did not move the page");
	must(write_faults(p, 2) == 0 && peek(p + PAGE) == 1, "migration lost the write bit");
}
