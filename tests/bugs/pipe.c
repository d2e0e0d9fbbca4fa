/* pipe.c - who reads a pipe sees what is written to a page after it was put there, by a process that never used the pipe. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bugs.h"

/* A child puts the byte at p into the pipe, and then does not have the page any more. */
static void let_child_pipe(int fds[2], char *p, size_t len)
{
	pid_t pid;

	must(!pipe(fds), "pipe: %s", strerror(errno));
	pid = fork_row();
	if (!pid) {
		into_pipe(fds[1], p);
		must(!munmap(p, len), "munmap: %s", strerror(errno));
		leave();
	}
	join(pid);
}

static void must_not_see_two(int fds[2], const char *what)
{
	if (from_pipe(fds[0]) == 2)
		lost("a pipe that a child filled shows what the parent wrote to %s afterwards", what);
}

/* hugetlb_wp() asks how often a page is mapped, never how many references it has: 6.12 mm/hugetlb.c:5880. */
void vmsplice_hugetlb(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	int fds[2];

	poke(p, 1);
	let_child_pipe(fds, p, HPAGE);
	poke(p, 2);
	must_not_see_two(fds, "a page of hugetlb");
}

/* Before PageAnonExclusive (5.19) so did reuse_swap_page(): 5.10 mm/huge_memory.c:1312, mm/memory.c:3509. */
void vmsplice_thp(void)
{
	char *p = huge();
	int fds[2];

	let_child_pipe(fds, p, HPAGE);
	poke(p, 2);
	must_not_see_two(fds, "a huge page");
}

void vmsplice_swap(void)
{
	char *p = map_anon(PAGE);
	int fds[2];

	poke(p, 1);
	let_child_pipe(fds, p, PAGE);
	swap_out(p, PAGE);
	poke(p, 2);
	must_not_see_two(fds, "a page that had been swapped out");
}
