/* uffd_zap.c - what becomes of userfaultfd's protection where a page is given up: in a file's mapping it stays, as a marker. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

#define WP		UFFDIO_REGISTER_MODE_WP
#define GUARD_INSTALL	102			/* MADV_GUARD_INSTALL, 6.13 */

enum { PAGES = 4 };		/* a page and a hole that are protected, a page and a hole that are not */

struct mapping {
	char *p;
	struct ufd *u;
	int fd;
};

static struct mapping protect_half(struct mapping m)
{
	poke(m.p, 1);
	poke(m.p + 2 * PAGE, 1);
	m.u = ufd_watch(m.p, PAGES * PAGE, 0, WP);
	ufd_protect(m.u, m.p, 2 * PAGE);
	must_wp(m.p, true);
	must_wp(m.p + PAGE, true);
	return m;
}

static struct mapping half_protected(int flags)
{
	int fd = memfd(PAGES * PAGE, 0);

	return protect_half((struct mapping){ .p = map_at_guard(PAGES * PAGE, RW, flags, fd, 0, 0), .fd = fd });
}

static void give_up(struct mapping m)
{
	must(!madvise(m.p, PAGES * PAGE, MADV_DONTNEED), "MADV_DONTNEED: %s", strerror(errno));
}

static void punch(struct mapping m)
{
	must(!fallocate(m.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGES * PAGE), "fallocate: %s", strerror(errno));
}

/* What is gone is mapped anew with its mark. */
static void expect_half(struct mapping m, char v)
{
	must_wp(m.p, true);
	must_wp(m.p + PAGE, true);
	must_wp(m.p + 2 * PAGE, false);
	must_wp(m.p + 3 * PAGE, false);
	must(peek(m.p) == v, "contents are %d, not %d", peek(m.p), v);
	must_wp(m.p, true);
	ufd_trapped(m.u, m.p, 2);
	ufd_trapped(m.u, m.p + PAGE, 2);
}

void zap_shmem(void)
{
	struct mapping m = half_protected(MAP_SHARED);

	give_up(m);
	must(!present(m.p), "MADV_DONTNEED has left the page");
	expect_half(m, 1);
}

/* A page of its own, which is lost; and one of the file. */
void zap_private(void)
{
	struct mapping m = half_protected(MAP_PRIVATE);

	(void)peek(m.p + PAGE);
	must_wp(m.p + PAGE, true);
	give_up(m);
	must(!present(m.p) && !present(m.p + PAGE), "MADV_DONTNEED has left the pages");
	expect_half(m, 0);
}

void zap_swapped(void)
{
	struct mapping m = { .fd = memfd(PAGES * PAGE, 0) };

	m.p = map_at_guard(PAGES * PAGE, RW, MAP_PRIVATE, m.fd, 0, 0);
	poke(m.p, 1);
	swap_out(m.p, PAGE);
	m.u = ufd_watch(m.p, PAGES * PAGE, 0, WP);
	ufd_protect(m.u, m.p, 2 * PAGE);
	give_up(m);
	must(!swapped(m.p) || uffd_wp(m.p), "MADV_DONTNEED has left the page");
	expect_half(m, 0);
}

void zap_punch(void)
{
	struct mapping m = half_protected(MAP_SHARED);

	punch(m);
	must(!present(m.p), "the hole has left the page");
	expect_half(m, 0);
}

/* A page of the mapping's own stays. */
void zap_punch_private(void)
{
	struct mapping m = half_protected(MAP_PRIVATE);

	(void)peek(m.p + PAGE);
	punch(m);
	must(present(m.p), "the hole has taken a page of the mapping's own");
	expect_half(m, 1);
}

/* Whoever cuts a file short first unmaps it as for a hole: truncate_pagecache() mm/truncate.c:775 (6.1). */
static void cut(int flags)
{
	struct mapping m = half_protected(flags);

	must(!ftruncate(m.fd, 0) && !ftruncate(m.fd, PAGES * PAGE), "ftruncate: %s", strerror(errno));
	must(!present(m.p), "the page is still there");
	expect_half(m, 0);
}

void zap_cut(void)		{ cut(MAP_SHARED); }
void zap_cut_private(void)	{ cut(MAP_PRIVATE); }

/* Of anonymous memory nothing stays. */
static void drop(char *p, u64 features, int how)
{
	struct ufd *u;

	poke(p, 1);
	u = ufd_watch(p, 2 * PAGE, features, WP);
	ufd_protect(u, p, 2 * PAGE);
	must_wp(p, true);
	if (madvise(p, 2 * PAGE, how))
		lacks(6, 13, "madvise %d: %s", how, strerror(errno));
	must_wp(p, false);
	must_wp(p + PAGE, false);
	if (how == MADV_DONTNEED)
		must(write_faults(p, 2) == 1 && !u->faults, "the write was trapped");
}

static u64 markers(void)
{
	if (!(ufd_features() & UFD_WP_UNPOPULATED))
		lacks(6, 4, "no UFFD_FEATURE_WP_UNPOPULATED (6.4)");
	return UFD_WP_UNPOPULATED;
}

void zap_anon(void)		{ drop(map_anon(2 * PAGE), 0, MADV_DONTNEED); }
void zap_anon_markers(void)	{ drop(map_anon(2 * PAGE), markers(), MADV_DONTNEED); }
void zap_guard(void)		{ drop(map_anon(2 * PAGE), markers(), GUARD_INSTALL); }

void zap_unregistered(void)
{
	struct mapping m = half_protected(MAP_SHARED);

	ufd_unregister(m.u, m.p, PAGES * PAGE);
	give_up(m);
	must_wp(m.p, false);
	must(peek(m.p) == 1, "contents");
}

static void zap_huge(int flags)
{
	char *p = map_hugetlb(flags);
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, HPAGE);
	if (madvise(p, HPAGE, MADV_DONTNEED))
		lacks(5, 18, "no MADV_DONTNEED of hugetlb (5.18)");
	must(!present(p), "MADV_DONTNEED has left the page");
	must_wp(p, true);
	ufd_serve_unwp_huge(u);
	poke(p, 2);
	must(u->faults >= 1 && peek(p) == 2, "the write was not trapped");
}

void zap_hugetlb(void)		{ zap_huge(MAP_PRIVATE); }
void zap_hugetlb_shared(void)	{ zap_huge(MAP_SHARED); }
