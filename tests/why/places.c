// SPDX-License-Identifier: GPL-2.0
/*
 * places.c - `places`: a process with one place of each kind that `mmaudit why` may be asked of, a child that has the same, and a
 * process in a pid namespace of its own. Prints "NAME VALUE" lines, at last "ready", and waits to be killed.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define PAGE	0x1000UL
#define HUGE	(2UL << 20)

static char *map(unsigned long size, int flags)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

static void tell(const char *name, const char *p)
{
	printf("%s %lx\n", name, (unsigned long)p);
}

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		err(1, "%s", path);
	close(fd);
}

/* Written, protected for a moment, made clean by clear_refs, written again, and moved; its neighbours are written once. */
static void moved(void)
{
	char *from = map(5 * PAGE, 0), *to = map(5 * PAGE, 0);

	memset(from, 1, 5 * PAGE);
	if (mprotect(from, 5 * PAGE, PROT_READ) || mprotect(from, 5 * PAGE, PROT_READ | PROT_WRITE))
		err(1, "mprotect");
	write_to("/proc/self/clear_refs", "4");
	from[2 * PAGE] = 2;
	tell("from", from + 2 * PAGE);
	to = mremap(from, 5 * PAGE, 5 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	if (to == MAP_FAILED)
		err(1, "mremap");
	tell("moved", to + 2 * PAGE);
}

static void huge(void)
{
	char *p = map(2 * HUGE, 0);

	p = (char *)(((unsigned long)p + HUGE - 1) & ~(HUGE - 1));
	madvise(p, HUGE, MADV_HUGEPAGE);
	*p = 1;
	tell("huge", p + 3 * PAGE);
	p = mmap(NULL, HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	if (p == MAP_FAILED)
		return;
	*p = 1;
	tell("hugetlb", p);
}

static void holes(void)
{
	char *p = map(3 * PAGE, 0);

	tell("untouched", p);
	munmap(p + 2 * PAGE, PAGE);
	tell("unmapped", p + 2 * PAGE);
}

/* Whoever is forked ends with its parent. */
static pid_t fork_one(void)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* One whose number there nobody has here. */
static void in_namespace(void)
{
	if (unshare(CLONE_NEWPID))
		err(1, "unshare");
	if (fork_one())
		return;
	write_to("/proc/sys/kernel/ns_last_pid", "31990");
	if (!fork_one())
		for (;;)
			pause();
	for (;;)
		pause();
}

int main(void)
{
	pid_t child;

	setvbuf(stdout, NULL, _IONBF, 0);
	moved();
	huge();
	holes();
	child = fork_one();
	if (!child)
		for (;;)
			pause();
	printf("child %d\n", (int)child);
	in_namespace();
	puts("inner 31991");
	puts("ready");
	for (;;)
		pause();
}
