/* uffd_rwp.c - pages of which user space is told at every access, also at a read (7.3): the entry is empty but for the mark. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include "rows.h"

/* Newer than the uapi headers of Debian 12: 7.3 include/uapi/linux/userfaultfd.h */
#define RWP_ASYNC	(UFD_RWP | 1 << 18)		/* UFFD_FEATURE_RWP_ASYNC */
#define FLAG_RWP	(1 << 3)			/* UFFD_PAGEFAULT_FLAG_RWP */

static int resolve(struct ufd *u, u64 addr, u64 flags)
{
	(void)flags;
	return ufd_rwp(u, (char *)addr, PAGE, false);
}

static struct ufd *armed(char *p, size_t len, u64 features)
{
	struct ufd *u;

	fill(p, len, 1);
	u = ufd_watch(p, len, UFD_RWP | features, UFD_MODE_RWP);
	must(write_faults(p, 1) <= 1, "registering alone must not trap");
	must(!ufd_rwp(u, p, len, true), "UFFDIO_RWPROTECT on: %s", strerror(errno));
	return u;
}

/* One read of p is told to user space, and what it reads is what was there. */
static void trapped(struct ufd *u, char *p, char v)
{
	int before = u->faults;

	if (!u->resolve)
		ufd_serve(u, resolve);
	must(peek(p) == v, "another page came back");
	must(u->faults == before + 1, "%d userfaults for one read", u->faults - before);
	must(u->last_flags & FLAG_RWP, "the userfault was not for RWP");
}

static void writable_again(char *p)
{
	must(write_faults(p, 5) <= 1 && write_faults(p, 6) == 0 && peek(p) == 6, "write after it was resolved");
}

/* mrwprotect_range(): 7.3 mm/userfaultfd.c:1167, do_uffd_rwp(): mm/memory.c:6260 */
static void rwp(char *p)
{
	struct ufd *u = armed(p, 2 * PAGE, 0);
	int before;

	trapped(u, p, 1);
	writable_again(p);
	before = u->faults;
	poke(p + PAGE, 2);
	must(u->faults == before + 1 && peek(p + PAGE) == 2, "a write that is trapped");
	writable_again(p + PAGE);
}

void uffd_rwp_anon(void)		{ rwp(map_anon(2 * PAGE)); }
void uffd_rwp_shmem(void)		{ rwp(map_shared(2 * PAGE)); }
void uffd_rwp_private_shmem(void)	{ rwp(map_at_guard(2 * PAGE, RW, MAP_PRIVATE, memfd(2 * PAGE, 0), 0, 0)); }

void uffd_rwp_ioctl(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u = armed(p, PAGE, 0);

	must(!ufd_rwp(u, p, PAGE, false), "UFFDIO_RWPROTECT off: %s", strerror(errno));
	must(read_faults(p) == 0 && peek(p) == 1, "the page stays inaccessible");
	writable_again(p);
}

void uffd_rwp_unregister(void)
{
	char *p = map_shared(PAGE);
	struct ufd *u = armed(p, PAGE, 0);

	must(!ufd_unregister(u, p, PAGE), "UFFDIO_UNREGISTER");
	must(peek(p) == 1, "contents lost");
	writable_again(p);
}

/* The fault resolves itself: user space is not told, but finds the page accessed. */
static void async(char *p)
{
	struct ufd *u = armed(p, 2 * PAGE, RWP_ASYNC);

	must(read_faults(p) >= 1 && peek(p) == 1, "asynchronous read");
	writable_again(p);
	must(write_faults(p + PAGE, 2) >= 1 && peek(p + PAGE) == 2, "asynchronous write");
	must(!u->faults, "user space was told");
}

void uffd_rwp_async_anon(void)		{ async(map_anon(2 * PAGE)); }
void uffd_rwp_async_shmem(void)		{ async(map_shared(2 * PAGE)); }

/* Soft-dirty tells of the write, not of the read that resolved it. */
void uffd_rwp_clear_refs(void)
{
	char *p = map_anon(PAGE);

	armed(p, PAGE, RWP_ASYNC);
	clear_refs();
	must(peek(p) == 1 && !soft_dirty(p), "a read made it soft-dirty");
	must(write_faults(p, 2) >= 1 && soft_dirty(p), "the write was not tracked");
}

/* The child has no userfaultfd, so it must reach its copy; the parent is still trapped. */
void uffd_rwp_forked(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u = armed(p, PAGE, 0);
	pid_t pid = fork_row();

	if (!pid) {
		must(peek(p) == 1, "the child lost its page");
		poke(p, 2);
		must(peek(p) == 2, "write of the child");
		leave();
	}
	join(pid);
	trapped(u, p, 1);
	poke(p, 3);
	must(peek(p) == 3, "write of the parent");
}

void uffd_rwp_mprotect(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u = armed(p, PAGE, 0);

	protect_and_back(p, PAGE);
	trapped(u, p, 1);
	writable_again(p);
}

void uffd_rwp_mremap(void)
{
	char *p = map_anon(PAGE), *to = map_anon(PAGE);

	armed(p, PAGE, 0);
	move_mapping(p, to, PAGE);
	must(peek(to) == 1, "contents lost");
	writable_again(to);
}

void uffd_rwp_swap(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u = armed(p, PAGE, 0);

	swap_out(p, PAGE);
	trapped(u, p, 1);
	writable_again(p);
}

void uffd_rwp_move(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u = armed(p, PAGE, 0);

	if (!move_away(p))
		skip("the page would not be moved");
	trapped(u, p, 1);
	writable_again(p);
}

/* do_huge_pmd_uffd_rwp(): 7.3 mm/huge_memory.c:2291 */
void uffd_rwp_thp(void)
{
	char *p = map_thp(HPAGE);

	poke(p, 1);
	if (!has_thp(p))
		skip("no huge page");
	armed(p, HPAGE, RWP_ASYNC);
	must(read_faults(p) >= 1 && peek(p) == 1, "asynchronous read of a huge page");
	writable_again(p + PAGE);
}

/* Nobody may touch the page, watched or not; then the trap is still there. */
void uffd_rwp_prot_none(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u = armed(p, PAGE, 0);

	protect(p, PAGE, PROT_NONE);
	protect(p, PAGE, PROT_READ);
	trapped(u, p, 1);
	protect(p, PAGE, RW);
	writable_again(p);
}

/* Each small entry of a split huge one traps. */
void uffd_rwp_thp_split(void)
{
	char *p = huge();
	struct ufd *u = armed(p, HPAGE, 0);

	must(!mprotect(p, PAGE, PROT_READ), "mprotect");
	trapped(u, p + PAGE, 1);
	trapped(u, p, 1);
	writable_again(p + PAGE);
}

/* Nothing of hugetlb but its own functions: 7.3 mm/hugetlb.c:6150, :6680 */
static void huge_page(char *p)
{
	struct ufd *u;

	poke(p, 1);
	u = ufd_watch(p, HPAGE, UFD_RWP | RWP_ASYNC, UFD_MODE_RWP);
	must(!ufd_rwp(u, p, HPAGE, true), "UFFDIO_RWPROTECT");
	protect_and_back(p, HPAGE);
	must(read_faults(p) == 1 && peek(p) == 1 && !uffd_wp(p), "asynchronous read of a huge page");
	must(!ufd_rwp(u, p, HPAGE, true) && uffd_wp(p), "UFFDIO_RWPROTECT again");
	must(write_faults(p, 2) >= 1 && peek(p) == 2, "asynchronous write of a huge page");
	must(!ufd_rwp(u, p, HPAGE, true) && !ufd_unregister(u, p, HPAGE), "UFFDIO_UNREGISTER");
	must(write_faults(p, 3) <= 1 && peek(p) == 3 && !uffd_wp(p), "write after unregister");
}

void uffd_rwp_hugetlb(void)		{ huge_page(map_hugetlb(MAP_PRIVATE)); }
void uffd_rwp_hugetlb_shared(void)	{ huge_page(map_hugetlb(MAP_SHARED)); }

/* The child's copy has no mark, and is there for it. */
void uffd_rwp_hugetlb_forked(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct ufd *u;
	pid_t pid;

	poke(p, 1);
	u = ufd_watch(p, HPAGE, UFD_RWP | RWP_ASYNC, UFD_MODE_RWP);
	must(!ufd_rwp(u, p, HPAGE, true), "UFFDIO_RWPROTECT");
	pid = fork_row();
	if (!pid) {
		must(peek(p) == 1 && write_faults(p, 2) == 1 && peek(p) == 2, "the child's page");
		leave();
	}
	join(pid);
	must(read_faults(p) == 1 && peek(p) == 1, "the parent's page");
}

/* What moves into such a mapping traps at once. */
void uffd_rwp_moved_into(void)
{
	char *src = map_anon(PAGE), *p = map_anon(PAGE);
	struct ufd *u = ufd_watch(p, PAGE, UFD_RWP | UFD_MOVE, UFD_MODE_RWP);

	poke(src, 1);
	must(!ufd_move(u, p, src, PAGE), "UFFDIO_MOVE");
	trapped(u, p, 1);
	writable_again(p);
}
