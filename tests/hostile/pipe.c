/* pipe.c - a kernel bug that needs no soft-dirty bit: who reads a pipe sees what is written to a page of hugetlb after it was put there. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "hostile.h"

/* The bug is bugs.h's vmsplice_hugetlb(). Every call is one write by the parent, of one entry; only that is timed. */
static void violations_pipe(void)
{
	static struct figures f;
	char *p = mmap(NULL, HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	int fds[2];
	double since;
	pid_t pid;

	must(p != MAP_FAILED && !pipe(fds), "no page of hugetlb, or no pipe: %s", strerror(errno));
	poke(p, 1);
	started();
	while (time_left()) {
		pid = fork_row();
		if (!pid) {
			into_pipe(fds[1], p);
			leave();
		}
		join(pid);
		since = now();
		poke(p, 2);
		measured(&f, since);
		(void)from_pipe(fds[0]);
		sched_yield();
	}
	tell("piped-violations", &f);
}

void piped_violations(void)
{
	setting("/proc/sys/vm/nr_hugepages", "16");
	drop();
	each(violations_pipe);
}
