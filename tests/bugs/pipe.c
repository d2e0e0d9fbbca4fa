/* pipe.c - who reads a pipe sees what is written to a page after it was put there, by a process that never used the pipe. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
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

/* The same, by system calls that fail no row. */
static int write_piped(void)
{
	char *p = mmap(NULL, HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	struct iovec one = { p, 1 };
	int fds[2], status = 1;
	pid_t pid;

	if (p == MAP_FAILED || pipe(fds))
		return -1;
	poke(p, 1);
	pid = fork();
	if (!pid)
		_exit(vmsplice(fds[1], &one, 1, 0) != 1);
	waitpid(pid, &status, 0);
	poke(p, 2);
	close(fds[0]);
	close(fds[1]);
	munmap(p, HPAGE);
	return status ? -1 : 0;
}

int pipe_flood(int seconds)
{
	time_t end = time(NULL) + seconds;
	int calls = 0;

	for (; time(NULL) < end; calls++)
		if (write_piped())
			return -1;
	return calls;
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
