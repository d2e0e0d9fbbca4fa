/* exits.c - processes that come and go faster than anybody looks, or that cannot go. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "hostile.h"

static void *rest(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void exec_self(const char *row, const char *seconds)
{
	execl(orders.self, "hostile", row, seconds, (char *)NULL);
	fail("exec: %s", strerror(errno));
}

/* ---- a process that cannot finish its exec ---- */

struct told { int up[2]; struct gate go; };

static void *tell_tid(void *arg)
{
	struct told *t = arg;
	int tid = syscall(SYS_gettid);

	must(write(t->up[1], &tid, sizeof(tid)) == sizeof(tid), "pipe");
	return rest(NULL);
}

static void exec_with_thread(struct told *t)
{
	pthread_t thread;

	fill(map_anon(64 * PAGE), 64 * PAGE, 1);
	must(!pthread_create(&thread, NULL, tell_tid, t), "pthread_create");
	gate_wait(t->go);
	exec_self("exec-step", "1");
}

/* de_thread() waits for the other thread, which its tracer never lets go: in begin_new_exec(). */
static void hold_one(void)
{
	struct told t = { .go = gate_make() };
	int tid, status;

	must(!pipe(t.up), "pipe");
	if (!fork_row())
		exec_with_thread(&t);
	must(read(t.up[0], &tid, sizeof(tid)) == sizeof(tid), "pipe");
	must(!ptrace(PTRACE_SEIZE, tid, NULL, PTRACE_O_TRACEEXIT), "PTRACE_SEIZE: %s", strerror(errno));
	gate_open(t.go);
	must(waitpid(tid, &status, __WALL) == tid && status >> 16 == PTRACE_EVENT_EXIT, "status %#x", status);
	close(t.up[0]);
	close(t.up[1]);
	close(t.go.fd);
}

void exit_held(void)
{
	unsigned int i;

	drop();
	if (!aside())
		return;
	for (i = 0; i < orders.processes; i++)
		hold_one();
	settled();
	rest(NULL);
}

/* ---- a tracer that sees its child exit: the child's last mm user is not itself ---- */

static void traced(void)
{
	must(!ptrace(PTRACE_TRACEME, 0, NULL, NULL), "PTRACE_TRACEME: %s", strerror(errno));
	raise(SIGSTOP);
	execvp(orders.command[0], orders.command);
	fail("exec: %s", strerror(errno));
}

static void go_on(pid_t pid, int status)
{
	int sig = WSTOPSIG(status);

	ptrace(PTRACE_CONT, pid, NULL, (long)(sig == SIGTRAP || sig == SIGSTOP ? 0 : sig));
}

void traced_exit(void)
{
	int status;
	pid_t pid;

	must(orders.command && orders.command[0], "no command");
	drop();
	pid = fork_row();
	if (!pid)
		traced();
	must(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status), "not stopped");
	ptrace(PTRACE_SETOPTIONS, pid, NULL,
	       PTRACE_O_TRACEEXIT | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE);
	do {
		if (WIFSTOPPED(status))
			go_on(pid, status);
		pid = waitpid(-1, &status, __WALL);
	} while (pid > 0);
}

/* ---- memory that others hold ---- */

void vfork_stopped(void)
{
	pid_t pid;

	drop();
	if (!aside())
		return;
	fill(map_anon(64 * PAGE), 64 * PAGE, 1);
	settled();
	pid = vfork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		syscall(SYS_kill, (pid_t)syscall(SYS_getpid), SIGSTOP);
		_exit(0);
	}
	rest(NULL);
}

static int sharer(void *arg)
{
	(void)arg;
	settled();
	alarm(orders.seconds);
	rest(NULL);
	return 0;
}

/* The sharer is a process and not a thread, so exec and exit do not end it. */
void shared_mm(void)
{
	char *stack = map_anon(16 * PAGE);

	drop();
	if (!aside())
		return;
	must(clone(sharer, stack + 16 * PAGE, CLONE_VM | SIGCHLD, NULL) > 0, "clone: %s", strerror(errno));
	exec_self("exec-step", "1");
}

/* ---- storms ---- */

static void generations(void)
{
	char *p = map_anon(8 * PAGE);
	pid_t pid;

	started();
	while (time_left()) {
		fill(p, 8 * PAGE, 1);
		pid = fork_row();
		if (!pid) {
			fill(p, 8 * PAGE, 2);
			if (!fork_row()) {
				fill(p, 8 * PAGE, 3);
				_exit(0);
			}
			_exit(0);
		}
		join(pid);
	}
}

void fork_storm(void)
{
	drop();
	each(generations);
}

static void exec_once(void)
{
	pid_t pid;

	started();
	while (time_left()) {
		pid = fork_row();
		if (!pid)
			exec_self("exec-step", "1");
		join(pid);
	}
}

void exec_storm(void)
{
	drop();
	each(exec_once);
}

/* The program that other rows exec. It execs once more while its threads are alive, then ends. */
void exec_step(void)
{
	pthread_t thread;
	int i;

	if (orders.seconds != 1)
		return;
	for (i = 0; i < 3; i++)
		must(!pthread_create(&thread, NULL, rest, NULL), "pthread_create");
	exec_self("exec-step", "2");
}
