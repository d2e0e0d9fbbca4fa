/* uffd_marks.c - what userfaultfd's protection meets: pages of every kind, holes, poison, guards, and others at work. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include "rows.h"

#define WP		UFFDIO_REGISTER_MODE_WP
#define MISSING		UFFDIO_REGISTER_MODE_MISSING

/* Newer than the uapi headers of Debian 12 */
#define GUARD_INSTALL	102			/* MADV_GUARD_INSTALL, 6.13 */
#define GUARD_REMOVE	103

struct poison_args {				/* UFFDIO_POISON, 6.6 */
	u64 start, len, mode;
	int64_t updated;
};

static bool has_unpopulated(void)
{
	return ufd_features() & UFD_WP_UNPOPULATED;
}

static void need_unpopulated(void)
{
	if (!has_unpopulated())
		lacks(6, 4, "no UFFD_FEATURE_WP_UNPOPULATED (6.4)");
}

/* ---- every kind of entry in one page table ---- */

/* In the second half of the table, where only a bit of each entry is remembered, and in the first. */
static void mix(char *p)
{
	fill(p + 64 * PAGE, 16 * PAGE, 1);
	must(peek(p + 100 * PAGE) == 0 && peek(p + 300 * PAGE) == 0, "not zero");
	fill(p, 16 * PAGE, 2);
	fill(p + 200 * PAGE, 16 * PAGE, 3);
	must(!madvise(p + 204 * PAGE, 8 * PAGE, MADV_FREE) || errno == EINVAL, "MADV_FREE: %s", strerror(errno));
	must(!madvise(p + 4 * PAGE, 4 * PAGE, MADV_FREE) || errno == EINVAL, "MADV_FREE: %s", strerror(errno));
}

static void protect_all(char *p, u64 features)
{
	struct ufd *u;

	mix(p);
	u = ufd_watch(p, HPAGE, features, WP);
	ufd_protect(u, p, HPAGE);
	must_wp(p, true);
	must_wp(p + 64 * PAGE, true);
	must_wp(p + 100 * PAGE, true);
	ufd_protect(u, p, HPAGE);
	ufd_trapped(u, p + 200 * PAGE, 4);
	ufd_unprotect(u, p, HPAGE);
	fill(p, HPAGE, 5);
	expect(p, HPAGE, 5, "un-protected");
}

void uffd_wp_mixed(void)		{ protect_all(map_table(), 0); }
void uffd_wp_mixed_shmem(void)		{ protect_all(map_at_guard(HPAGE, RW, MAP_SHARED, memfd(HPAGE, 0), 0, HPAGE), 0); }
void uffd_wp_mixed_private(void)	{ protect_all(map_at_guard(HPAGE, RW, MAP_PRIVATE, memfd(HPAGE, 0), 0, HPAGE), 0); }

void uffd_wp_mixed_markers(void)
{
	need_unpopulated();
	protect_all(map_table(), UFD_WP_UNPOPULATED);
}

void uffd_wp_swapped(void)
{
	char *p = map_table();
	struct ufd *u;

	fill(p, 128 * PAGE, 1);
	swap_out(p, 128 * PAGE);
	u = ufd_guard(p, HPAGE);
	must_wp(p, true);
	must_wp(p + 127 * PAGE, true);
	ufd_trapped(u, p + 127 * PAGE, 2);
}

/* Memory that nobody has touched has no page tables; write protection makes them for its markers. */
static void untouched(char *p, size_t len, u64 features)
{
	struct ufd *u = ufd_watch(p, len, features, WP);

	ufd_protect(u, p, len);
	must(uffd_wp(p) && uffd_wp(p + len - PAGE), "no markers");
	ufd_trapped(u, p + len - PAGE, 1);
	must(peek(p) == 0, "not zero");
	must_wp(p, true);
}

void uffd_wp_untouched(void)
{
	need_unpopulated();
	untouched(map_at_guard(3 * HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, HPAGE), 3 * HPAGE, UFD_WP_UNPOPULATED);
}

void uffd_wp_untouched_shmem(void)	{ untouched(map_shared(3 * HPAGE), 3 * HPAGE, 0); }

/* hugetlb_change_protection(): a marker for the huge page that is not there */
void hugetlb_uffd_wp_untouched(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct ufd *u = ufd_watch(p, HPAGE, 0, WP);

	ufd_protect(u, p, HPAGE);
	must_wp(p, true);
	ufd_serve_unwp_huge(u);
	poke(p, 1);
	must(u->faults >= 1 && peek(p) == 1, "the write was not trapped");
}

/* ---- entries that are not protected: who touches them is killed ---- */

static void poison(struct ufd *u, char *p)
{
	struct poison_args a = { .start = (uintptr_t)p, .len = PAGE };

	must(!ioctl(u->fd, _IOWR(UFFDIO, 0x08, struct poison_args), &a), "UFFDIO_POISON: %s", strerror(errno));
}

static void protect_poisoned(char *p, u64 features)
{
	struct ufd *u;

	if (!(ufd_features() & UFD_POISON))
		lacks(6, 6, "no UFFDIO_POISON (6.6)");
	poke(p, 1);
	u = ufd_watch(p, 3 * PAGE, UFD_POISON | features, WP | MISSING);
	poison(u, p + PAGE);
	ufd_protect(u, p, 3 * PAGE);
	must_wp(p, true);
	ufd_trapped(u, p, 2);
}

void uffd_wp_poisoned(void)		{ protect_poisoned(map_anon(3 * PAGE), 0); }
void uffd_wp_poisoned_shmem(void)	{ protect_poisoned(map_shared(3 * PAGE), 0); }

/* A guard that is removed after the protection leaves a hole that is not protected. */
void uffd_wp_guarded(void)
{
	char *p = map_anon(3 * PAGE);
	struct ufd *u;

	need_unpopulated();
	if (madvise(p + PAGE, PAGE, GUARD_INSTALL))
		lacks(6, 13, "no MADV_GUARD_INSTALL (6.13)");
	u = ufd_watch(p, 3 * PAGE, UFD_WP_UNPOPULATED, WP);
	ufd_protect(u, p, 3 * PAGE);
	must(!madvise(p + PAGE, PAGE, GUARD_REMOVE), "MADV_GUARD_REMOVE: %s", strerror(errno));
	ufd_protect(u, p, 3 * PAGE);
	must_wp(p, true);
	ufd_trapped(u, p, 1);
}

/* ---- others are at work, and may rightly leave an entry without a mark ---- */

static struct {
	struct ufd *u;
	char *p, *src;
	size_t len;
	int fd;			/* of what is mapped at p, if there are to be holes */
	volatile bool done;
} busy;

static void *zap(void *arg)
{
	while (!busy.done)
		madvise(busy.p, busy.len, MADV_DONTNEED);
	return arg;
}

static void *unprotect(void *arg)
{
	while (!busy.done)
		ufd_wp(busy.u, busy.p, busy.len, false);
	return arg;
}

static void *touch(void *arg)
{
	size_t at;

	while (!busy.done)
		for (at = 0; at < busy.len; at += PAGE)
			(void)peek(busy.p + at);
	return arg;
}

static void *fill_in(void *arg)
{
	size_t at;

	while (!busy.done)
		for (at = 0; at < busy.len; at += PAGE)
			ufd_copy(busy.u, busy.p + at, busy.src, PAGE, 0);
	return arg;
}

static void *give_up(void *arg)
{
	while (!busy.done) {
		madvise(busy.p, busy.len, MADV_FREE);
		madvise(busy.p, busy.len, 21 /* MADV_PAGEOUT */);
	}
	return arg;
}

static void *guards(void *arg)
{
	while (!busy.done) {
		madvise(busy.p, busy.len, GUARD_INSTALL);
		madvise(busy.p, busy.len, GUARD_REMOVE);
	}
	return arg;
}

/* Without mmap_lock. */
static void *punch_holes(void *arg)
{
	while (!busy.done)
		fallocate(busy.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, busy.len);
	return arg;
}

static void *register_anew(void *arg)
{
	while (!busy.done) {
		ufd_unregister(busy.u, busy.p, busy.len);
		ufd_register(busy.u, busy.p, busy.len, WP);
	}
	return arg;
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* Protects all of it again and again while the others are at work. */
static void amid(char *p, u64 features, void *(*one)(void *), void *(*two)(void *))
{
	pthread_t threads[2];
	double end = seconds() + 2;
	struct timespec pause = { .tv_nsec = 20000 };

	busy.len = 128 * PAGE;
	busy.p = p;
	busy.src = map_anon(PAGE);
	poke(busy.src, 7);
	busy.u = ufd_watch(p, busy.len, features, WP);
	pthread_create(&threads[0], NULL, one, NULL);
	pthread_create(&threads[1], NULL, two, NULL);
	while (seconds() < end) {
		ufd_wp(busy.u, p, busy.len, true);
		nanosleep(&pause, NULL);
	}
	busy.done = true;
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
}

static char *shmem(void)	{ return map_shared(128 * PAGE); }

static char *anon(void)
{
	char *p = map_table();

	fill(p, 128 * PAGE, 1);
	return p;
}

static u64 markers(void)	{ return has_unpopulated() ? UFD_WP_UNPOPULATED : 0; }

void uffd_wp_amid_zaps(void)		{ amid(anon(), 0, zap, touch); }
void uffd_wp_amid_zaps_markers(void)	{ need_unpopulated(); amid(anon(), UFD_WP_UNPOPULATED, zap, touch); }
void uffd_wp_amid_zaps_shmem(void)	{ amid(shmem(), 0, zap, touch); }
void uffd_wp_amid_unwp(void)		{ amid(anon(), markers(), unprotect, touch); }
void uffd_wp_amid_unwp_shmem(void)	{ amid(shmem(), 0, unprotect, touch); }
void uffd_wp_amid_fills(void)		{ amid(map_table(), markers(), fill_in, touch); }
void uffd_wp_amid_fills_shmem(void)	{ amid(shmem(), 0, fill_in, zap); }
void uffd_wp_amid_reclaim(void)		{ amid(anon(), markers(), give_up, touch); }

static char *with_holes(int flags)
{
	busy.fd = memfd(128 * PAGE, 0);
	return map_at_guard(128 * PAGE, RW, flags, busy.fd, 0, 0);
}

void zap_amid_unwp(void)		{ amid(shmem(), 0, zap, unprotect); }
void zap_amid_holes(void)		{ amid(with_holes(MAP_SHARED), 0, punch_holes, zap); }
void zap_amid_holes_unwp(void)		{ amid(with_holes(MAP_SHARED), 0, punch_holes, unprotect); }
void zap_amid_holes_fills(void)		{ amid(with_holes(MAP_PRIVATE), 0, punch_holes, fill_in); }
void zap_amid_holes_registers(void)	{ amid(with_holes(MAP_SHARED), 0, punch_holes, register_anew); }
void zap_amid_reclaim(void)		{ amid(with_holes(MAP_PRIVATE), 0, give_up, zap); }

void uffd_wp_amid_guards(void)
{
	char *p = map_anon(128 * PAGE);

	need_unpopulated();
	if (madvise(p, PAGE, GUARD_INSTALL))
		lacks(6, 13, "no MADV_GUARD_INSTALL (6.13)");
	must(!madvise(p, PAGE, GUARD_REMOVE), "MADV_GUARD_REMOVE: %s", strerror(errno));
	amid(p, 0, guards, guards);
}
