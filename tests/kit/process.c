/* process.c - children that share a row's memory, and what makes one wait for the other. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "kit.h"

pid_t fork_row(void)
{
	pid_t pid = fork();

	must(pid >= 0, "fork: %s", strerror(errno));
	return pid;
}

void join(pid_t pid)
{
	int status;

	must(waitpid(pid, &status, 0) == pid, "waitpid: %s", strerror(errno));
	must(WIFEXITED(status) && WEXITSTATUS(status) == 0, "child ended with status %#x", status);
}

void leave(void)
{
	_exit(0);
}

struct gate gate_make(void)
{
	struct gate g = { eventfd(0, EFD_SEMAPHORE | EFD_CLOEXEC) };

	must(g.fd >= 0, "eventfd: %s", strerror(errno));
	return g;
}

void gate_open(struct gate g)
{
	must(eventfd_write(g.fd, 1) == 0, "eventfd write: %s", strerror(errno));
}

void gate_wait(struct gate g)
{
	eventfd_t one;

	must(eventfd_read(g.fd, &one) == 0, "eventfd read: %s", strerror(errno));
}

/* ---- children that have the parent's pages ---- */

void fork_and_end(void)
{
	pid_t pid = fork_row();

	if (!pid)
		leave();
	join(pid);
}

void expect_shared(char *p)
{
	pid_t pid;

	poke(p, 1);
	pid = fork_row();
	if (!pid) {
		must(peek(p) == 1, "shared memory is not shared with a child");
		poke(p, 2);
		leave();
	}
	join(pid);
	must(peek(p) == 2, "shared memory is not shared with the parent");
}

/* Once released, the child looks and then, if it is a writer, writes own. */
static struct child fork_child(char *p, size_t len, char v, bool writes, char own)
{
	struct child child = { .turn = gate_make() };

	child.pid = fork_row();
	if (child.pid)
		return child;
	gate_wait(child.turn);
	expect(p, len, v, "the parent's write is seen in the child");
	if (writes)
		fill(p, len, own);
	leave();
}

struct child fork_idle(void)
{
	return fork_child(NULL, 0, 0, false, 0);
}

struct child fork_reader(char *p, size_t len, char v)
{
	return fork_child(p, len, v, false, 0);
}

struct child fork_writer(char *p, size_t len, char v, char own)
{
	return fork_child(p, len, v, true, own);
}

void release(struct child child)
{
	gate_open(child.turn);
	join(child.pid);
}

/* ---- time and place ---- */

double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

void run_on(int nr)
{
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(nr, &cpu);
	if (sched_setaffinity(0, sizeof(cpu), &cpu))
		skip("needs CPU %d", nr);
}
