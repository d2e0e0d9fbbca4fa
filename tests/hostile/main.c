/* main.c - the table of hostile rows, the command line of `hostile`, and what its rows share. */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "hostile.h"

static const struct row rows[] = {
	{ "mremap-tables", mremap_tables, "page tables full of the zero page move to and fro as PUDs", NULL, "" },
	{ "mremap-violations", mremap_violations, "meets a kernel bug 512 times a call", NULL, "softdirty" },
	{ "piped-violations", piped_violations, "meets a kernel bug once a call", NULL, "root" },
	{ "mremap-many", mremap_many, "120 processes move pages, marked if the kernel does that, one by one", NULL, "" },
	{ "exit-held", exit_held, "a thread held in PTRACE_EVENT_EXIT while its process execs", NULL, "" },
	{ "traced-exit", traced_exit, "COMMAND under a tracer that sees it exit", NULL, "" },
	{ "vfork-stopped", vfork_stopped, "a parent that waits for its stopped vfork child", NULL, "" },
	{ "shared-mm", shared_mm, "execs while another process still has its memory", NULL, "" },
	{ "fork-storm", fork_storm, "forks and exits, two generations deep", NULL, "" },
	{ "exec-storm", exec_storm, "execs while its other threads run", NULL, "" },
	{ "exec-step", exec_step, NULL, NULL, "" },
	{ "uffd-marker", uffd_marker, "UFFDIO_COPY over a uffd-wp marker", NULL, "uffd-shmem" },
	{ "pin-lookalike", pin_lookalike, "a page with a thousand references and no pin", NULL, "" },
	{ "move-clear", move_clear, "UFFDIO_MOVE against clear_refs", NULL, "root uffd-move softdirty" },
	{ "uffd-asleep", uffd_asleep, "a fault that nobody answers", NULL, "uffd" },
	{ "smaps-loop", smaps_loop, "reads every smaps without end", NULL, "" },
	{ "fuse-fault", fuse_fault, "mmap_lock held by a fault that the user's own server does not answer", NULL, "root" },
	{ "fuse-close", fuse_close, "an exit that waits for the user's own server", NULL, "root" },
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

struct orders orders = { .seconds = 10, .processes = 1, .mb = 2048, .every = 8 };
static double deadline;
static struct gate settled_gate, started_gate;

/* ---- what rows share ---- */

bool time_left(void) { return now() < deadline; }

/* setuid makes a process undumpable, and so untraceable; that is taken back. */
void drop(void)
{
	setpriority(PRIO_PROCESS, 0, 0);
	if (geteuid())
		return;
	must(!setgroups(0, NULL) && !setresgid(65534, 65534, 65534) && !setresuid(65534, 65534, 65534),
	     "cannot become nobody: %s", strerror(errno));
	prctl(PR_SET_DUMPABLE, 1);
}

void ready(void)
{
	puts("ready");
	fflush(stdout);
}

static void wait_settled(pid_t pid)
{
	struct pollfd gate = { .fd = settled_gate.fd, .events = POLLIN };
	int status;

	while (poll(&gate, 1, 50) <= 0)
		must(waitpid(pid, &status, WNOHANG) != pid, "it ended with %#x", status);
}

bool aside(void)
{
	pid_t pid;

	settled_gate = gate_make();
	fflush(stdout);
	pid = fork_row();
	if (pid) {
		wait_settled(pid);
		return false;
	}
	setsid();
	alarm(orders.seconds);
	return true;
}

void settled(void)
{
	ready();
	gate_open(settled_gate);
}

static void join_any(void)
{
	int status;

	must(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0, "a child ended with %#x", status);
}

/* orders.seconds begin here. */
void started(void)
{
	deadline = now() + orders.seconds;
	gate_open(started_gate);
}

void each(void (*fn)(void))
{
	unsigned int i;

	started_gate = gate_make();
	fflush(stdout);
	for (i = 0; i < orders.processes; i++)
		if (!fork_row()) {
			fn();
			fflush(stdout);
			leave();
		}
	for (i = 0; i < orders.processes; i++)
		gate_wait(started_gate);
	ready();
	for (i = 0; i < orders.processes; i++)
		join_any();
}

void measured(struct figures *f, double since)
{
	f->us[f->nr++ % (sizeof(f->us) / sizeof(f->us[0]))] = (now() - since) * 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median, because an emulated processor stands still at times. */
void tell(const char *what, struct figures *f)
{
	unsigned long kept = f->nr;

	if (kept > sizeof(f->us) / sizeof(f->us[0]))
		kept = sizeof(f->us) / sizeof(f->us[0]);
	qsort(f->us, kept, sizeof(f->us[0]), by_size);
	printf("%s %lu calls, median %.0f us\n", what, f->nr, kept ? f->us[kept / 2] : 0);
	fflush(stdout);
}

/* ---- command line ---- */

static int list(void)
{
	size_t i;

	for (i = 0; i < NR_ROWS; i++)
		if (rows[i].path)
			printf("%s\n\tpath: %s\n\tneeds: %s\n", rows[i].name, rows[i].path, rows[i].needs);
	return 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: hostile --list | NAME [SECONDS [PROCESSES [MB [EVERY]]]] [-- COMMAND...]\n"
		"Does it as uid 65534; says \"ready\" when it does, figures if it has any, then pass, fail, skip or absent.\n");
	return 2;
}

static const struct row *find(const char *name)
{
	size_t i;

	for (i = 0; i < NR_ROWS; i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}

static bool parse(int argc, char **argv)
{
	unsigned int *number[] = { &orders.seconds, &orders.processes, &orders.mb, &orders.every };
	int i;

	for (i = 2; i < argc && strcmp(argv[i], "--"); i++)
		if (i > 5 || !(*number[i - 2] = strtoul(argv[i], NULL, 10)))
			return false;
	if (i < argc)
		orders.command = argv + i + 1;
	return true;
}

static int run(const struct row *row)
{
	static const char *const words[] = { [PASS] = "pass", [FAIL] = "fail", [SKIP] = "skip", [ABSENT] = "absent", [LOST] = "fail" };
	struct verdict v;

	deadline = now() + orders.seconds;
	v = row_run(row, orders.seconds + 120, false);
	if (row->path)
		printf("%s %s %s\n", words[v.state], row->name, v.why);
	return v.state == FAIL || v.state == LOST;
}

int main(int argc, char **argv)
{
	static char self[256];
	const struct row *row;

	if (argc == 2 && !strcmp(argv[1], "--list"))
		return list();
	row = argc > 1 ? find(argv[1]) : NULL;
	if (!row || !parse(argc, argv) || readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return usage();
	orders.self = self;
	return run(row);
}
