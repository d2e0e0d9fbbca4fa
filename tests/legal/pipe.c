/* pipe.c - pages that vmsplice() has put into pipes. Only what another process still has there must not be written in place. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

static void make_pipe(int fds[2])
{
	must(!pipe(fds), "pipe: %s", strerror(errno));
}

static void let_child_pipe(int fd, char *p, size_t len)
{
	pid_t pid = fork_row();

	if (!pid) {
		into_pipe(fd, p);
		must(!munmap(p, len), "munmap: %s", strerror(errno));
		leave();
	}
	join(pid);
}

static char *hugetlb_page(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);

	poke(p, 1);
	return p;
}

/* Who puts its own page into a pipe shows what it writes to it. */
void pipe_own(void)
{
	char *p = hugetlb_page();
	int fds[2];

	make_pipe(fds);
	fork_and_end();
	into_pipe(fds[1], p);
	must(write_faults(p, 2) >= 1, "the huge page is writable after fork");
	must(from_pipe(fds[0]) == 2, "hugetlb_wp() copied a page that is mapped once");
}

/* The child's page has left the pipe. */
void pipe_drained(void)
{
	char *p = hugetlb_page();
	int fds[2];

	make_pipe(fds);
	let_child_pipe(fds[1], p, HPAGE);
	must(from_pipe(fds[0]) == 1, "contents");
	must(write_faults(p, 2) >= 1, "the huge page is writable after fork");
}

/* The child's page has left the pipe, and the parent's own is in its place. */
void pipe_refilled(void)
{
	char *p = hugetlb_page();
	int fds[2];

	make_pipe(fds);
	let_child_pipe(fds[1], p, HPAGE);
	must(from_pipe(fds[0]) == 1, "contents");
	into_pipe(fds[1], p);
	must(write_faults(p, 2) >= 1 && from_pipe(fds[0]) == 2, "a page that is mapped once");
}

/* The child's pipe is gone; the parent's is likely where it was in memory. */
void pipe_replaced(void)
{
	char *p = hugetlb_page();
	int fds[2];

	make_pipe(fds);
	let_child_pipe(fds[1], p, HPAGE);
	close(fds[0]);
	close(fds[1]);
	make_pipe(fds);
	into_pipe(fds[1], p);
	must(write_faults(p, 2) >= 1 && from_pipe(fds[0]) == 2, "a page that is mapped once");
}

/* The same slot of the same pipe has the page again, by the parent: of an empty pipe that gets another size the count begins anew. */
void pipe_resized(void)
{
	char *p = hugetlb_page();
	int fds[2], own[2];

	make_pipe(fds);
	make_pipe(own);
	let_child_pipe(fds[1], p, HPAGE);
	must(from_pipe(fds[0]) == 1, "contents");
	must(fcntl(fds[1], F_SETPIPE_SZ, 2 * PAGE) >= 0, "F_SETPIPE_SZ: %s", strerror(errno));
	into_pipe(own[1], p);
	must(tee(own[0], fds[1], 1, 0) == 1, "tee: %s", strerror(errno));
	must(write_faults(p, 2) >= 1 && from_pipe(fds[0]) == 2, "a page that is mapped once");
}

/* The child still maps the page, so the parent's write copies it. */
void pipe_of_child(void)
{
	char *p = hugetlb_page();
	struct child child;
	int fds[2];

	make_pipe(fds);
	into_pipe(fds[1], p);
	child = fork_reader(p, PAGE, 1);
	must(write_faults(p, 2) >= 1 && from_pipe(fds[0]) == 1, "a page of two processes was written");
	release(child);
}

/* Here references count: 6.12 mm/memory.c:3586 */
void pipe_small(void)
{
	char *p = map_anon(PAGE);
	int fds[2];
	u64 old;

	poke(p, 1);
	old = pfn(p);
	make_pipe(fds);
	let_child_pipe(fds[1], p, PAGE);
	must(write_faults(p, 2) >= 1 && pfn(p) != old && from_pipe(fds[0]) == 1, "a page in a pipe was reused");
}

void pipe_thp(void)
{
	char *p;
	int fds[2];

	if (!since(5, 19))
		absent("this kernel has the bug vmsplice-thp");
	p = huge();
	make_pipe(fds);
	let_child_pipe(fds[1], p, HPAGE);
	must(write_faults(p, 2) >= 1 && from_pipe(fds[0]) == 1, "a huge page in a pipe was reused");
}

/* Has the kernel split the folio at p, which small entries map? This CPU has no batch that has a reference. */
static bool may_split(char *p)
{
	lru_drain();
	madvise(p + HPAGE / 2, HPAGE / 4, MADV_COLD);
	return !(kpageflags(p) & KPF(KPF_THP));
}

/*
 * module/pipes.c finds a page by the first one of its folio, so a folio must stay one as
 * long as a pipe has a page of it: a split wants to have the last reference,
 * can_split_folio() 6.12 mm/huge_memory.c:3599. Once drained, the small pages are the
 * parent's own, and are written in place, also while its own pipe has them.
 */
void pipe_thp_split(void)
{
	char *p = huge(), *q = p + 5 * PAGE;
	int fds[2], own[2];
	u64 old = pfn(q);

	make_pipe(fds);
	make_pipe(own);
	let_child_pipe(fds[1], q, PAGE);
	protect(p, PAGE, PROT_READ);
	must(!has_thp(p) && !may_split(p), "a folio was split that a pipe has a page of");
	must(from_pipe(fds[0]) == 1, "contents");
	must(may_split(p), "a folio was not split that no pipe has a page of");
	must(write_faults(q, 2) >= 1 && pfn(q) == old, "a page of one process was copied");
	into_pipe(own[1], q);
	clear_refs();
	must(write_faults(q, 3) >= tracks(), "clear_refs left the entry writable");
	must(!since(5, 19) || from_pipe(own[0]) == 3, "an exclusive page was copied");
}
