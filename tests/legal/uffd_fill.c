/* uffd_fill.c - pages installed by user space: UFFDIO_COPY, ZEROPAGE, CONTINUE, MOVE. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

#define MISSING		UFFDIO_REGISTER_MODE_MISSING
#define WP		UFFDIO_REGISTER_MODE_WP
#define MINOR		UFFDIO_REGISTER_MODE_MINOR

static char *source(char v)
{
	char *src = map_anon(PAGE);

	memset(src, v, PAGE);
	return src;
}

/* ---- missing ---- */

static int copy_in(struct ufd *u, u64 addr, u64 flags)
{
	(void)flags;
	return ufd_copy(u, (void *)addr, u->src, PAGE, 0);
}

/* The handler installs the page while the faulting thread waits. */
static void missing(char *p)
{
	struct ufd *u = ufd_watch(p, PAGE, 0, MISSING);

	u->src = source(7);
	ufd_serve(u, copy_in);
	poke(p, 1);
	must(u->faults == 1 && peek(p) == 1 && peek(p + 1) == 7, "the page was not taken from the handler");
}

void uffd_missing(void)		{ missing(map_anon(PAGE)); }
void uffd_missing_shmem(void)	{ missing(map_shared(PAGE)); }

/* mfill_atomic_install_pte() grants if VM_WRITE: 6.12 mm/userfaultfd.c:191 */
static void copy(char *p)
{
	struct ufd *u = ufd_watch(p, PAGE, 0, MISSING);

	clear_refs();
	must(!ufd_copy(u, p, source(7), PAGE, 0), "UFFDIO_COPY");
	must_sd(p, true, "a page copied in is not soft-dirty");
	must(write_faults(p, 1) == 0, "UFFDIO_COPY did not map the page writable");
	must(peek(p + 1) == 7, "contents");
	must(ufd_copy(u, p, source(8), PAGE, 0) == -EEXIST, "UFFDIO_COPY over a page");
}

void uffd_copy(void)		{ copy(map_anon(PAGE)); }
void uffd_copy_shmem(void)	{ copy(map_shared(PAGE)); }
void uffd_copy_private(void)	{ copy(map_private_shmem()); }

static void copy_wp(char *p)
{
	struct ufd *u = ufd_watch(p, PAGE, 0, MISSING | WP);

	must(!ufd_copy(u, p, source(7), PAGE, UFFDIO_COPY_MODE_WP), "UFFDIO_COPY with WP");
	must_wp(p, true);
	ufd_trapped(u, p, 1);
	must(peek(p + 1) == 7, "contents");
}

void uffd_copy_wp(void)		{ copy_wp(map_anon(PAGE)); }
void uffd_copy_wp_shmem(void)	{ copy_wp(map_shared(PAGE)); }

/*
 * A marker protects a page that is not there yet. Whoever fills it in says whether
 * the new page is protected: mfill_atomic_install_pte(), 6.12 mm/userfaultfd.c:207
 */
static struct ufd *marked(char *p, u64 features, u64 mode)
{
	struct ufd *u;

	if (!since(5, 19))
		absent("nothing but a page holds a mark (5.19)");
	u = ufd_watch(p, PAGE, features, mode | WP);
	ufd_protect(u, p, PAGE);
	must(!present(p) && uffd_wp(p), "no marker");
	return u;
}

static u64 unpopulated(void)
{
	if (!(ufd_features() & UFD_WP_UNPOPULATED))
		lacks(6, 4, "no UFFD_FEATURE_WP_UNPOPULATED (6.4)");
	return UFD_WP_UNPOPULATED;
}

static void over_marker(char *p, u64 features)
{
	struct ufd *u = marked(p, features, MISSING);

	must(!ufd_copy(u, p, source(7), PAGE, 0), "UFFDIO_COPY over a marker");
	must(present(p) && !uffd_wp(p), "the protection was not asked for");
	must(write_faults(p, 1) == 0 && peek(p + 1) == 7, "UFFDIO_COPY did not map the page writable");
}

void uffd_marker_copy(void)		{ over_marker(map_anon(PAGE), unpopulated()); }
void uffd_marker_copy_shmem(void)	{ over_marker(map_shared(PAGE), 0); }
void uffd_marker_copy_private(void)	{ over_marker(map_private_shmem(), 0); }

/* Protection that is asked for is kept. */
static void over_marker_wp(char *p, u64 features)
{
	struct ufd *u = marked(p, features, MISSING);

	must(!ufd_copy(u, p, source(7), PAGE, UFFDIO_COPY_MODE_WP), "UFFDIO_COPY with WP over a marker");
	must(present(p) && uffd_wp(p), "the protection that was asked for is lost");
	ufd_trapped(u, p, 1);
}

void uffd_marker_copy_wp(void)		{ over_marker_wp(map_anon(PAGE), unpopulated()); }
void uffd_marker_copy_wp_shmem(void)	{ over_marker_wp(map_shared(PAGE), 0); }

/* The zero page of a file is one of its own; that of anonymous memory does not replace a marker: 6.12 mm/userfaultfd.c:367 */
void uffd_marker_zeropage(void)
{
	char *file = map_shared(PAGE), *p = map_anon(PAGE);
	struct ufd *u = marked(file, 0, MISSING);

	must(!ufd_zeropage(u, file, PAGE), "UFFDIO_ZEROPAGE over a marker");
	must(present(file) && !uffd_wp(file) && write_faults(file, 1) == 0, "the page is not writable");
	u = marked(p, unpopulated(), MISSING);
	must(ufd_zeropage(u, p, PAGE) == -EEXIST && uffd_wp(p), "UFFDIO_ZEROPAGE of anonymous memory over a marker");
}

void uffd_copy_readonly(void)
{
	char *p = map_at_guard(PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, 0);
	struct ufd *u = ufd_watch(p, PAGE, 0, MISSING);

	must(!ufd_copy(u, p, source(7), PAGE, 0), "UFFDIO_COPY");
	must(peek(p) == 7 && !may_write(p), "UFFDIO_COPY made a read-only mapping writable");
}

static void zeropage(char *p)
{
	struct ufd *u = ufd_watch(p, PAGE, 0, MISSING);

	must(!ufd_zeropage(u, p, PAGE), "UFFDIO_ZEROPAGE");
	must(read_faults(p) == 0 && peek(p) == 0, "the zero page was not installed");
	poke(p, 1);
	must(peek(p) == 1, "write lost");
	must(!(kpageflags(p) & KPF(KPF_ZERO_PAGE)), "the zero page was written");
}

void uffd_zeropage(void)	{ zeropage(map_anon(PAGE)); }
void uffd_zeropage_shmem(void)	{ zeropage(map_shared(PAGE)); }

/* ---- minor faults ---- */

static int carry_on(struct ufd *u, u64 addr, u64 flags)
{
	(void)flags;
	return ufd_continue(u, (void *)addr, PAGE, 0);
}

/* The page is in the file, its entry is made by UFFDIO_CONTINUE: 6.12 mm/userfaultfd.c:191 */
static void minor(int flags)
{
	int fd = memfd(PAGE, 0);
	char *file = map_at_guard(PAGE, RW, MAP_SHARED, fd, 0, 0);
	char *p = map_at_guard(PAGE, RW, flags, fd, 0, 0);
	struct ufd *u;

	poke(file, 7);
	u = ufd_watch(p, PAGE, UFFD_FEATURE_MINOR_SHMEM, MINOR);
	ufd_serve(u, carry_on);
	must(peek(p) == 7 && u->faults == 1, "no minor fault");
	poke(p, 1);
	must(peek(file) == (flags == MAP_SHARED ? 1 : 7), "the file holds %d", peek(file));
}

void uffd_minor(void)		{ minor(MAP_SHARED); }
void uffd_minor_private(void)	{ minor(MAP_PRIVATE); }

void uffd_continue(void)
{
	int fd = memfd(PAGE, 0);
	char *file = map_at_guard(PAGE, RW, MAP_SHARED, fd, 0, 0);
	char *p = map_at_guard(PAGE, RW, MAP_SHARED, fd, 0, 0);
	struct ufd *u = ufd_watch(p, PAGE, UFFD_FEATURE_MINOR_SHMEM, MINOR);

	poke(file, 7);
	must(!ufd_continue(u, p, PAGE, 0), "UFFDIO_CONTINUE");
	must(write_faults(p, 1) == 0 && peek(file) == 1, "UFFDIO_CONTINUE did not map the page writable");
}

void uffd_continue_wp(void)
{
	int fd = memfd(PAGE, 0);
	char *file = map_at_guard(PAGE, RW, MAP_SHARED, fd, 0, 0);
	char *p = map_at_guard(PAGE, RW, MAP_SHARED, fd, 0, 0);
	struct ufd *u = ufd_watch(p, PAGE, UFFD_FEATURE_MINOR_SHMEM, MINOR | WP);

	poke(file, 7);
	if (ufd_continue(u, p, PAGE, UFD_CONTINUE_WP))
		lacks(6, 4, "no UFFDIO_CONTINUE_MODE_WP (6.4)");
	must_wp(p, true);
	ufd_trapped(u, p, 1);
	must(peek(file) == 1, "write lost");
}

static void continue_over_marker(int flags)
{
	int fd = memfd(PAGE, 0);
	char *file = map_at_guard(PAGE, RW, MAP_SHARED, fd, 0, 0);
	char *p = map_at_guard(PAGE, RW, flags, fd, 0, 0);
	struct ufd *u = marked(p, UFFD_FEATURE_MINOR_SHMEM, MINOR);

	poke(file, 7);
	must(!ufd_continue(u, p, PAGE, 0), "UFFDIO_CONTINUE over a marker");
	must(present(p) && !uffd_wp(p), "the protection was not asked for");
	must(write_faults(p, 1) == (flags == MAP_PRIVATE), "a write after UFFDIO_CONTINUE");
}

void uffd_marker_continue(void)		{ continue_over_marker(MAP_SHARED); }
void uffd_marker_continue_private(void)	{ continue_over_marker(MAP_PRIVATE); }

/* ---- UFFDIO_MOVE (6.8) ---- */

/* The page changes its address: the new entry is writable and soft-dirty, 6.12 mm/userfaultfd.c:1068 */
void uffd_move(void)
{
	char *src = map_anon(PAGE), *dst = map_anon(PAGE);
	struct ufd *u = ufd_watch(dst, PAGE, UFD_MOVE, MISSING);
	u64 page;

	poke(src, 7);
	clear_refs();
	page = pfn(src);
	must(!ufd_move(u, dst, src, PAGE), "UFFDIO_MOVE");
	must(pfn(dst) == page && !present(src), "the page was not moved");
	must_sd(dst, true, "a page moved in is not soft-dirty");
	must(peek(dst) == 7 && write_faults(dst, 1) == 0, "the moved page is not writable");
}

/* A page of two processes cannot be moved. */
static void refuse_forked(char *src, char *dst, u64 len)
{
	struct ufd *u = ufd_watch(dst, len, UFD_MOVE, MISSING);
	struct child child = fork_reader(src, PAGE, 7);

	must(ufd_move(u, dst, src, len) == -EBUSY, "UFFDIO_MOVE of a page shared after fork");
	poke(src, 1);
	release(child);
}

void uffd_move_forked(void)
{
	char *src = map_anon(PAGE);

	poke(src, 7);
	refuse_forked(src, map_anon(PAGE), PAGE);
}

void uffd_move_zero(void)
{
	char *src = map_anon(PAGE), *dst = map_anon(PAGE);
	struct ufd *u = ufd_watch(dst, PAGE, UFD_MOVE, MISSING);

	must(peek(src) == 0, "not zero");
	must(!ufd_move(u, dst, src, PAGE), "UFFDIO_MOVE of the zero page");
	must(peek(dst) == 0 && write_faults(dst, 1) >= 1, "the zero page became writable");
}

void uffd_move_swap(void)
{
	char *src = map_anon(PAGE), *dst = map_anon(PAGE);
	struct ufd *u = ufd_watch(dst, PAGE, UFD_MOVE, MISSING);

	poke(src, 7);
	swap_out(src, PAGE);
	must(!ufd_move(u, dst, src, PAGE), "UFFDIO_MOVE of a swap entry");
	must(peek(dst) == 7, "contents lost");
	poke(dst, 1);
	must(peek(dst) == 1, "write lost");
}

/* 6.12 mm/huge_memory.c:2552 */
void uffd_move_thp(void)
{
	char *src = map_thp(HPAGE), *dst = map_thp(HPAGE);
	struct ufd *u;

	fill(src, HPAGE, 7);
	if (!has_thp(src))
		skip("no huge page");
	u = ufd_watch(dst, HPAGE, UFD_MOVE, MISSING);
	must(!ufd_move(u, dst, src, HPAGE), "UFFDIO_MOVE of a huge page");
	must(has_thp(dst) && !present(src), "the huge page was not moved whole");
	must(write_faults(dst + PAGE, 1) == 0, "the moved page is not writable");
	expect(dst + 2 * PAGE, HPAGE - 2 * PAGE, 7, "moved");
}

void uffd_move_thp_forked(void)
{
	char *src = map_thp(HPAGE);

	fill(src, HPAGE, 7);
	if (!has_thp(src))
		skip("no huge page");
	refuse_forked(src, map_thp(HPAGE), HPAGE);
}
