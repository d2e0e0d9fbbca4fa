/* huge.c - entries of large anonymous folios, mapped as a whole or in parts, and of hugetlb. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include "would.h"

static struct made of(char *p)
{
	return (struct made){ p, NULL };
}

/* ---- mapped by one entry ---- */

struct made thp_exclusive(void)
{
	char *p = huge();

	lru_drain();
	write_protect(p);
	return of(p);
}

struct made thp_shared(void)
{
	char *p = huge();

	fork_idle();
	return of(p);
}

struct made thp_alone(void)
{
	char *p = huge();

	lru_drain();
	fork_and_end();
	return of(p);
}

struct made thp_alone_held(void)
{
	char *p = huge();

	take_references(p, 1);
	fork_and_end();
	return of(p);
}

struct made thp_zero(void)
{
	char *p = map_thp(HPAGE);

	must(peek(p) == 0, "not zero");
	if (!(kpageflags(p + PAGE) & KPF(KPF_ZERO_PAGE)) || read_faults(p + HPAGE - PAGE))
		skip("no huge zero page");
	return of(p);
}

/* ---- mapped by 512 entries ---- */

/* Another protection of the first page splits the entry and leaves the folio whole. */
static char *parts(void)
{
	char *p = huge();

	protect(p, PAGE, PROT_READ);
	must(!has_thp(p), "still mapped by one entry");
	return p + PAGE;
}

struct made parts_exclusive(void)
{
	char *p = parts();

	clear_refs();
	return of(p);
}

struct made parts_shared(void)
{
	char *p = parts();

	fork_idle();
	return of(p);
}

struct made parts_alone(void)
{
	char *p = parts();

	lru_drain();
	fork_and_end();
	return of(p);
}

struct made parts_alone_held(void)
{
	char *p = parts();

	lru_drain();
	take_references(p, 1);
	fork_and_end();
	return of(p);
}

/* All but one of its pages are gone, and its rest waits to be split off. */
struct made parts_one(void)
{
	char *p = parts();

	must(!madvise(p + PAGE, HPAGE - 2 * PAGE, MADV_DONTNEED), "MADV_DONTNEED: %s", strerror(errno));
	must(!munmap(p - PAGE, PAGE), "munmap: %s", strerror(errno));
	lru_drain();
	fork_and_end();
	return of(p);
}

/* ---- folios of 64 KB (6.8) ---- */

static char *in_large(void)
{
	char *p = map_large();

	lru_drain();
	return p + PAGE;
}

struct made large_exclusive(void)
{
	char *p = in_large();

	clear_refs();
	return of(p);
}

struct made large_shared(void)
{
	char *p = in_large();

	fork_idle();
	return of(p);
}

struct made large_alone(void)
{
	char *p = in_large();

	fork_and_end();
	return of(p);
}

/* ---- hugetlb ---- */

/* A page that was only read is the process's own, and read-only. */
static char *hugetlb_read(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);

	must(peek(p) == 0, "not zero");
	return p;
}

struct made hugetlb_exclusive(void)
{
	return of(hugetlb_read());
}

struct made hugetlb_shared(void)
{
	char *p = hugetlb_read();

	fork_idle();
	return of(p);
}

struct made hugetlb_alone(void)
{
	char *p = hugetlb_read();

	fork_and_end();
	return of(p);
}

/* hugetlb_wp() does not ask for references: known bug hugetlb-pipe. */
struct made hugetlb_alone_held(void)
{
	char *p = hugetlb_read();

	take_references(p, 1);
	fork_and_end();
	return of(p);
}

/* A page that the file has already. */
struct made hugetlb_file(void)
{
	int fd = memfd(HPAGE, 4 /* MFD_HUGETLB */);
	char *whole = mmap(NULL, HPAGE, RW, MAP_SHARED, fd, 0), *p = mmap(NULL, HPAGE, RW, MAP_PRIVATE, fd, 0);

	must(whole != MAP_FAILED && p != MAP_FAILED, "mmap of a huge page: %s", strerror(errno));
	poke(whole, 1);
	must(peek(p) == 1, "not the page of the file");
	return of(p);
}
