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

static struct verdict run_child(const struct row *row, unsigned int seconds)
{
	int status = 0;
	pid_t pid;

	if (!shared)
		shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(shared, 0, sizeof(*shared));
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return (struct verdict){ .state = FAIL, .why = "no process for it: fork failed" };
	if (!pid)
		row_process(row, seconds);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	kill(-pid, SIGKILL);	/* only the row's own process group */
	settings_restore();
	swaps_restore();
	return judge(status);
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

static struct verdict needs_check(const char *needs)
{
	struct verdict v = { .state = PASS };
	char words[128], *word, *save;

	snprintf(words, sizeof(words), "%s", needs);
	for (word = strtok_r(words, " ", &save); word && v.state == PASS; word = strtok_r(NULL, " ", &save))
		v = need_check(word);
	return v;
}

struct verdict row_run(const struct row *row, unsigned int seconds, bool prove)
{
	struct verdict v = needs_check(row->needs);

	if (v.state != PASS)
		return v;
	return prove && row->reach ? run_proved(row, seconds) : run_child(row, seconds);
}
