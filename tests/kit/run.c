/* run.c - runs one row in a child of its own and turns whatever happens to it into one verdict. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kit.h"

/* Shared by all processes of a row, so that the failure of a grandchild counts. */
static struct shared {
	int taken;
	struct verdict verdict;
} *shared;

void verdict(enum state state, const char *file, int line, const char *fmt, ...)
{
	const char *base = strrchr(file, '/');
	size_t used;
	va_list ap;

	if (!__atomic_exchange_n(&shared->taken, 1, __ATOMIC_ACQ_REL)) {
		va_start(ap, fmt);
		vsnprintf(shared->verdict.why, sizeof(shared->verdict.why), fmt, ap);
		va_end(ap);
		used = strlen(shared->verdict.why);
		if (state == FAIL)
			snprintf(shared->verdict.why + used, sizeof(shared->verdict.why) - used,
				 " (%s:%d, last access counted: %ld faults)", base ? base + 1 : file, line,
				 last_faults);
		__atomic_store_n(&shared->verdict.state, state, __ATOMIC_RELEASE);
	}
	_exit(1);
}

/* ---- the row's own process ---- */

static void row_process(const struct row *row, unsigned int seconds)
{
	setpgid(0, 0);			/* so that the runner can end what the row leaves behind */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGALRM, SIG_DFL);
	alarm(seconds);
	row->fn();
	_exit(0);
}

static struct verdict judge(int status)
{
	struct verdict v = shared->verdict;

	if (v.state != PASS || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return v;
	v.state = FAIL;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		snprintf(v.why, sizeof(v.why), "timed out");
	else if (WIFSIGNALED(status))
		snprintf(v.why, sizeof(v.why), "died of signal %d", WTERMSIG(status));
	else
		snprintf(v.why, sizeof(v.why), "exit status %d", WEXITSTATUS(status));
	return v;
}

static struct verdict late(const char *why)
{
	struct verdict v = { .state = FAIL };

	snprintf(v.why, sizeof(v.why), "%s", why);
	return v;
}

/* ---- the runner ---- */

enum { GRACE = 5 };		/* seconds that a row has to heed its alarm, or SIGKILL */

unsigned int row_seconds;
static volatile sig_atomic_t told_to_end;

static void end_soon(int sig)
{
	told_to_end = sig;
}

void rows_end_by_signals(void)
{
	const struct sigaction action = { .sa_handler = end_soon };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

static void late_by_now(int sig)
{
	(void)sig;
}

/* Waits for the end of a child; a signal ends the wait, too. */
static bool ends(pid_t pid, unsigned int seconds, int *status)
{
	pid_t got;

	alarm(seconds);
	got = waitpid(pid, status, 0);
	alarm(0);
	return got == pid;
}

/* Ends the row and its process group, also one that does not heed its alarm. Returns why, if that had to be. */
static const char *reap(pid_t pid, unsigned int seconds, int *status)
{
	const struct sigaction wake = { .sa_handler = late_by_now };
	struct sigaction before;
	bool ended, killed;

	sigaction(SIGALRM, &wake, &before);
	ended = !told_to_end && ends(pid, seconds + GRACE, status);
	kill(-pid, SIGKILL);	/* only the row's own process group */
	killed = !ended && ends(pid, GRACE, status);
	sigaction(SIGALRM, &before, NULL);
	return ended ? NULL : killed ? "timed out, and had to be killed" : "hangs in the kernel and cannot be killed";
}

/* Once settings are as they were. */
static void end_if_told(void)
{
	if (!told_to_end)
		return;
	signal(told_to_end, SIG_DFL);
	raise(told_to_end);
}

static struct verdict run_child(const struct row *row, unsigned int seconds)
{
	const char *killed;
	int status = 0;
	pid_t pid;

	if (!shared)
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(shared, 0, sizeof(*shared));
	row_seconds = seconds;
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return (struct verdict){ .state = FAIL, .why = "no process for it: fork failed" };
	if (!pid)
		row_process(row, seconds);
	killed = reap(pid, seconds, &status);
	settings_restore();
	swaps_restore();
	end_if_told();
	return killed ? late(killed) : judge(status);
}

static struct verdict run_proved(const struct row *row, unsigned int seconds)
{
	int planted = prove_begin(row->reach);
	struct verdict v = run_child(row, seconds);
	u64 hits = prove_end();

	if (v.state != PASS)
		return v;
	if (!planted) {
		v.state = SKIP;
		snprintf(v.why, sizeof(v.why), "none of \"%s\" can be probed on this kernel", row->reach);
	} else if (!hits) {
		v.state = FAIL;
		snprintf(v.why, sizeof(v.why), "ran through, yet none of \"%s\" was called", row->reach);
	}
	return v;
}

/* What the kernel cannot have at all is told before what this machine does not offer. */
struct verdict row_needs(const struct row *row)
{
	struct verdict v = { .state = PASS }, one;
	char words[128], *word, *save;

	snprintf(words, sizeof(words), "%s", row->needs);
	for (word = strtok_r(words, " ", &save); word && v.state != ABSENT; word = strtok_r(NULL, " ", &save)) {
		one = need_check(word);
		if (v.state == PASS || one.state == ABSENT)
			v = one;
	}
	return v;
}

struct verdict row_run(const struct row *row, unsigned int seconds, bool prove)
{
	struct verdict v = row_needs(row);

	if (v.state != PASS)
		return v;
	return prove && row->reach ? run_proved(row, seconds) : run_child(row, seconds);
}
