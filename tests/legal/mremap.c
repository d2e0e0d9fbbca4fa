/* mremap.c - mremap carries entries to another address with their write bit, their marks and their protection. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

/* move_ptes(): 6.12 mm/mremap.c:136 */
void mremap_pages(void)
{
	char *p = map_anon(3 * PAGE), *q = map_anon(3 * PAGE);

	fill(p, 2 * PAGE, 1);
	move_mapping(p, q, 3 * PAGE);
	must(write_faults(q, 2) == 0, "the moved entry lost its write bit");
	must(peek(q + PAGE) == 1 && !present(q + 2 * PAGE), "moved contents");
}

/* move_normal_pmd(): the table itself changes its place, 6.12 mm/mremap.c:248 */
void mremap_table(void)
{
	char *p = map_table(), *q = map_table();

	fill(p, HPAGE, 1);
	move_mapping(p, q, HPAGE);
	must(write_faults(q + PAGE, 2) == 0, "the moved entry lost its write bit");
	must(peek(q + PAGE) == 2 && peek(q + 2 * PAGE) == 1, "moved contents");
}

/* move_huge_pmd() */
void mremap_thp(void)
{
	char *p = huge(), *q = map_thp(HPAGE);

	move_mapping(p, q, HPAGE);
	must(has_thp(q), "the huge page was split");
	must(write_faults(q + PAGE, 2) == 0, "the moved entry lost its write bit");
	expect(q + 2 * PAGE, HPAGE - 2 * PAGE, 1, "moved");
}

/* The page moves to an address where it cannot stay huge. */
void mremap_thp_split(void)
{
	char *p = huge(), *q = map_table();

	move_mapping(p, q + PAGE, HPAGE - PAGE);
	must(write_faults(q + PAGE, 2) == 0, "the moved entry lost its write bit");
	expect(q + 2 * PAGE, HPAGE - 2 * PAGE, 1, "moved");
}

void mremap_readonly(void)
{
	char *p = map_anon(PAGE), *q = map_anon(PAGE);

	poke(p, 1);
	protect(p, PAGE, PROT_READ);
	move_mapping(p, q, PAGE);
	must(peek(q) == 1 && !may_write(q), "a read-only mapping became writable by moving");
}

void mremap_forked(void)
{
	char *p = map_anon(PAGE), *q = map_anon(PAGE);
	struct child child;

	poke(p, 1);
	child = fork_reader(p, PAGE, 1);
	move_mapping(p, q, PAGE);
	must(write_faults(q, 2) >= 1, "a page shared after fork became writable by moving");
	release(child);
}

/* mremap of length 0 maps the same shared pages once more. */
void mremap_duplicate(void)
{
	char *p = map_shared(PAGE), *q;

	poke(p, 1);
	q = mremap(p, 0, PAGE, MREMAP_MAYMOVE);
	must(q != MAP_FAILED, "mremap: %s", strerror(errno));
	poke(q, 2);
	must(peek(p) == 2, "the duplicate is not shared");
}

void mremap_dontunmap(void)
{
	char *p = map_anon(PAGE), *q;

	poke(p, 1);
	q = mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
	if (q == MAP_FAILED)
		lacks(5, 7, "no MREMAP_DONTUNMAP (5.7)");
	must(write_faults(q + 1, 2) == 0 && peek(q) == 1, "moved contents");
	must(write_faults(p, 3) >= 1 && peek(p) == 3 && peek(q) == 1, "the old place is not a new page");
}

void mremap_grow(void)
{
	char *p = map_anon(PAGE), *q;

	poke(p, 1);
	q = mremap(p, PAGE, 3 * PAGE, MREMAP_MAYMOVE);
	must(q != MAP_FAILED && q != p, "mremap: %s", strerror(errno));
	must(write_faults(q, 2) == 0 && write_faults(q + 2 * PAGE, 2) >= 1, "grown mapping");
}

/* The new place is not registered with userfaultfd, so nobody is told of the write. */
void mremap_uffd_wp(void)
{
	char *p = map_anon(PAGE), *q = map_anon(PAGE);

	poke(p, 1);
	ufd_guard(p, PAGE);
	move_mapping(p, q, PAGE);
	must(write_faults(q, 2) >= 1 && peek(q) == 2, "write to a moved, once protected page");
}

static void *read_remap_event(void *arg)
{
	struct ufd *u = arg;
	struct pollfd pfd = { .fd = u->fd, .events = POLLIN };
	struct uffd_msg msg;

	must(poll(&pfd, 1, -1) == 1 && read(u->fd, &msg, sizeof(msg)) == sizeof(msg) && msg.event == UFFD_EVENT_REMAP,
	     "no UFFD_EVENT_REMAP");
	return NULL;
}

/* The monitor is told and goes on watching: move_ptes(), 6.12 mm/mremap.c:209. Whole tables move in one piece. */
static void watched_move(char *p, char *q, size_t len)
{
	char *last = q + len - PAGE;
	pthread_t thread;
	struct ufd *u;

	madvise(p, len, MADV_NOHUGEPAGE);
	fill(p, len, 1);
	u = ufd_watch(p, len, UFFD_FEATURE_EVENT_REMAP, UFFDIO_REGISTER_MODE_WP);
	ufd_protect(u, p + len - PAGE, PAGE);
	pthread_create(&thread, NULL, read_remap_event, u);
	move_mapping(p, q, len);
	pthread_join(thread, NULL);
	must_wp(q, false);
	must_wp(last, true);
	ufd_trapped(u, last, 2);
}

void mremap_uffd_wp_event(void)
{
	watched_move(map_anon(100 * PAGE), map_anon(100 * PAGE), 100 * PAGE);
}

void mremap_uffd_wp_table(void)
{
	char *p = map_table(), *q = map_table();

	watched_move(p, q, HPAGE);
}
