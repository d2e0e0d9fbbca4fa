/* marked.c - entries that userfaultfd protects, and what it leaves behind. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include "would.h"

#define WP	UFFDIO_REGISTER_MODE_WP
#define RWP_ASYNC (UFD_RWP | 1 << 18)		/* UFFD_FEATURE_RWP_ASYNC, 7.3 */

static struct made guarded(char *p, size_t len, u64 features)
{
	struct ufd *u = ufd_watch(p, len, features, WP);

	ufd_protect(u, p, len);
	if (len == PAGE)
		ufd_serve_unwp(u);
	else
		ufd_serve_unwp_huge(u);
	return (struct made){ p, u };
}

static char *filled(char *p)
{
	fill(p, PAGE, 1);
	return p;
}

struct made wp_exclusive(void)
{
	return guarded(filled(map_anon(PAGE)), PAGE, 0);
}

struct made wp_shared(void)
{
	struct made m = wp_exclusive();

	fork_idle();
	return m;
}

struct made wp_zero(void)
{
	char *p = map_anon(PAGE);

	must(peek(p) == 0, "not zero");
	return guarded(p, PAGE, 0);
}

struct made wp_async(void)
{
	return guarded(filled(map_anon(PAGE)), PAGE, UFD_WP_ASYNC | UFD_WP_UNPOPULATED);
}

struct made wp_async_shared(void)
{
	struct made m = wp_async();

	fork_idle();
	return m;
}

struct made wp_shmem(void)
{
	return guarded(filled(map_shared(PAGE)), PAGE, UFD_WP_SHMEM);
}

/* The entry of a page that is not exclusive stays read-only without its mark. */
struct made wp_taken_away(void)
{
	struct made m = wp_shared();

	ufd_unprotect(m.u, m.p, PAGE);
	return m;
}

struct made wp_thp(void)
{
	return guarded(huge(), HPAGE, 0);
}

struct made wp_hugetlb(void)
{
	return guarded(filled(map_hugetlb(MAP_SHARED)), HPAGE, UFD_WP_SHMEM);
}

/* ---- every access traps (7.3) ---- */

static int resolve(struct ufd *u, u64 addr, u64 flags)
{
	(void)flags;
	return ufd_rwp(u, (char *)addr, PAGE, false);
}

static struct made trapping(u64 features)
{
	char *p = filled(map_anon(PAGE));
	struct ufd *u = ufd_watch(p, PAGE, UFD_RWP | features, UFD_MODE_RWP);

	must(!ufd_rwp(u, p, PAGE, true), "UFFDIO_RWPROTECT on: %s", strerror(errno));
	ufd_serve(u, resolve);
	return (struct made){ p, u };
}

struct made rwp_anon(void)	{ return trapping(0); }
struct made rwp_async(void)	{ return trapping(RWP_ASYNC); }
