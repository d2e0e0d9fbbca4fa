/* hugetlb.c - huge pages of hugetlbfs, which have fault, copy and protect code of their own. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

/* hugetlb_no_page(), hugetlb_wp(): 6.12 mm/hugetlb.c:6274, :5993 */
void hugetlb_write(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);

	must(write_faults(p, 1) >= 1 && write_faults(p + PAGE, 2) == 0, "one fault for the huge page");
	must(peek(p) == 1 && peek(p + PAGE) == 2, "write lost");
}

void hugetlb_read_write(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);

	must(peek(p) == 0, "not zero");
	must(write_faults(p, 1) >= 1 && write_faults(p, 2) == 0, "write after read");
}

void hugetlb_cow(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct child child;

	poke(p, 1);
	child = fork_writer(p, PAGE, 1, 3);
	must(write_faults(p, 2) >= 1, "the huge page is writable after fork");
	release(child);
	must(peek(p) == 2, "the child's write is seen in the parent");
}

void hugetlb_reuse(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	u64 old;

	poke(p, 1);
	old = pfn(p);
	fork_and_end();
	must(write_faults(p, 2) >= 1 && pfn(p) == old, "the huge page was copied, though nobody else has it");
}

void hugetlb_shared(void)
{
	expect_shared(map_hugetlb(MAP_SHARED));
}

/* A private mapping of a page in the page cache of hugetlbfs. */
void hugetlb_private_file(void)
{
	int fd = memfd(HPAGE, 4 /* MFD_HUGETLB */);
	char *shared = mmap(NULL, HPAGE, RW, MAP_SHARED, fd, 0);
	char *p = mmap(NULL, HPAGE, RW, MAP_PRIVATE, fd, 0);

	must(shared != MAP_FAILED && p != MAP_FAILED, "mmap: %s", strerror(errno));
	poke(shared, 1);
	must(peek(p) == 1, "contents");
	must(write_faults(p, 2) >= 1 && peek(shared) == 1, "a private write reached the file");
}

static void protected(char *p)
{
	poke(p, 1);
	protect(p, HPAGE, PROT_READ);
	must(!may_write(p), "writable under PROT_READ");
	protect(p, HPAGE, RW);
	must(write_faults(p, 2) <= 1 && peek(p) == 2, "write after mprotect");
}

/* hugetlb_change_protection() */
void hugetlb_mprotect(void)		{ protected(map_hugetlb(MAP_PRIVATE)); }
void hugetlb_mprotect_shared(void)	{ protected(map_hugetlb(MAP_SHARED)); }

void hugetlb_mremap(void)
{
	char *p = map_hugetlb(MAP_PRIVATE), *q = map_hugetlb(MAP_PRIVATE);

	poke(p, 1);
	if (mremap(p, HPAGE, HPAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q) != q)
		lacks(5, 16, "no mremap of hugetlb (5.16)");
	must(write_faults(q + PAGE, 2) == 0 && peek(q) == 1, "the moved entry lost its write bit");
}

static void move_huge(char *p)
{
	poke(p, 1);
	move_or_skip(p);
	must(write_faults(p + PAGE, 2) == 0 && peek(p) == 1, "migration lost the write bit");
}

void hugetlb_move(void)		{ move_huge(map_hugetlb(MAP_PRIVATE)); }
void hugetlb_move_shared(void)	{ move_huge(map_hugetlb(MAP_SHARED)); }

void hugetlb_move_forked(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct child child;

	poke(p, 1);
	child = fork_reader(p, PAGE, 1);
	move_or_skip(p);
	must(write_faults(p, 2) >= 1, "migration made a page of two processes writable");
	release(child);
}

/* ---- userfaultfd ---- */

static void wp(char *p, bool move)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	int ret;

	poke(p, 1);
	ret = ufd_register(u, p, HPAGE, UFFDIO_REGISTER_MODE_WP);
	must(!ret, "UFFDIO_REGISTER: %s", strerror(-ret));
	must(!ufd_wp(u, p, HPAGE, true), "UFFDIO_WRITEPROTECT");
	if (move && !move_away(p))
		skip("move_pages did not move the huge page");
	must_wp(p, true);
	ufd_serve_unwp_huge(u);
	poke(p, 2);
	must(u->faults == 1 && peek(p) == 2, "%d userfaults for one write", u->faults);
	must(!ufd_wp(u, p, HPAGE, true) && !ufd_unregister(u, p, HPAGE), "UFFDIO_UNREGISTER");
	must(write_faults(p, 3) <= 1, "write after unregister");
}

void hugetlb_uffd_wp(void)		{ wp(map_hugetlb(MAP_PRIVATE), false); }
void hugetlb_uffd_wp_shared(void)	{ wp(map_hugetlb(MAP_SHARED), false); }
void hugetlb_uffd_wp_move(void)		{ wp(map_hugetlb(MAP_PRIVATE), true); }
void hugetlb_uffd_wp_move_shared(void)	{ wp(map_hugetlb(MAP_SHARED), true); }

void hugetlb_uffd_copy(void)
{
	struct ufd *u = ufd_open(0);
	char *src = map_hugetlb(MAP_PRIVATE), *p = map_hugetlb(MAP_PRIVATE);

	memset(src, 7, HPAGE);
	must(!ufd_register(u, p, HPAGE, UFFDIO_REGISTER_MODE_MISSING), "UFFDIO_REGISTER");
	must(!ufd_copy(u, p, src, HPAGE, 0), "UFFDIO_COPY");
	must(write_faults(p, 1) == 0 && peek(p + PAGE) == 7, "UFFDIO_COPY did not map the page writable");
}

/* Over a marker, without the protection: 6.12 mm/hugetlb.c:6739 */
static void copy_over_marker(char *p)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *src = map_hugetlb(MAP_PRIVATE);

	memset(src, 7, HPAGE);
	must(!ufd_register(u, p, HPAGE, UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_wp(u, p, HPAGE, true) && uffd_wp(p) && !present(p), "no marker");
	must(!ufd_copy(u, p, src, HPAGE, 0), "UFFDIO_COPY over a marker");
	must(present(p) && !uffd_wp(p), "the protection was not asked for");
	must(write_faults(p, 1) == 0 && peek(p + PAGE) == 7, "UFFDIO_COPY did not map the page writable");
}

void hugetlb_uffd_marker(void)		{ copy_over_marker(map_hugetlb(MAP_PRIVATE)); }
void hugetlb_uffd_marker_shared(void)	{ copy_over_marker(map_hugetlb(MAP_SHARED)); }

void hugetlb_uffd_copy_wp(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *src = map_hugetlb(MAP_PRIVATE), *p = map_hugetlb(MAP_PRIVATE);

	memset(src, 7, HPAGE);
	must(!ufd_register(u, p, HPAGE, UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_copy(u, p, src, HPAGE, UFFDIO_COPY_MODE_WP), "UFFDIO_COPY with WP");
	must_wp(p, true);
	ufd_serve_unwp_huge(u);
	ufd_trapped(u, p, 1);
	must(peek(p + PAGE) == 7, "contents");
}

/* ---- pages of 64 KiB, sixteen entries each: arm64 ---- */

enum { SMALL = 64 << 10 };

/* nr of them at p. */
static void small_pages_at(char *p, unsigned int nr, int prot)
{
	setting("/sys/kernel/mm/hugepages/hugepages-64kB/nr_hugepages", "8");
	must(mmap(p, nr * SMALL, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_FIXED | 16 << MAP_HUGE_SHIFT, -1, 0) == p,
	     "mmap of huge pages of 64 KB: %s", strerror(errno));
}

static void *sevens(void)
{
	return memset(map_anon(SMALL), 7, SMALL);
}

/* Only what is copied is to be protected, not the next page in the same table. */
void hugetlb_small_copy_wp(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *p = map_at_guard(2 * SMALL, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, SMALL), *src = sevens();

	small_pages_at(p, 2, RW);
	must(!ufd_register(u, p, 2 * SMALL, UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_copy(u, p + SMALL, src, SMALL, 0), "UFFDIO_COPY");
	must(!ufd_copy(u, p, src, SMALL, UFFDIO_COPY_MODE_WP), "UFFDIO_COPY with WP");
	must_wp(p + SMALL - PAGE, true);
	must_wp(p + SMALL, false);
	must(write_faults(p + SMALL, 1) == 0 && peek(p + PAGE) == 7, "contents");
}

/* Nor is what follows it, in the same table, of its mapping. */
void hugetlb_small_copy_readonly(void)
{
	struct ufd *u = ufd_open(0);
	char *p = map_at_guard(2 * SMALL, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, SMALL);

	fill(p + SMALL, SMALL, 1);
	small_pages_at(p, 1, PROT_READ);
	must(!ufd_register(u, p, SMALL, UFFDIO_REGISTER_MODE_MISSING), "UFFDIO_REGISTER");
	must(!ufd_copy(u, p, sevens(), SMALL, 0), "UFFDIO_COPY");
	must(peek(p + PAGE) == 7 && !may_write(p) && write_faults(p + SMALL, 2) == 0, "contents");
}
