// SPDX-License-Identifier: GPL-2.0
/* cmd_run.c - audits one command and all it forks, from before its exec to its own exit. */
#define _GNU_SOURCE	/* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd_run.h"
#include "commands.h"
#include "outcome.h"

/* The exit statuses of mmaudit that --error-exitcode replaces, by name. */
static const struct {
	const char *name;
	enum exit_code code;
} whats[] = {
	{ "violation", EXIT_VIOLATION }, { "usage", EXIT_USAGE }, { "blind", EXIT_BLIND }, { "lost", EXIT_LOST },
};
enum { NR_WHATS = sizeof(whats) / sizeof(whats[0]) };

static int find_code(const char *name, size_t len)
{
	for (unsigned int i = 0; i < NR_WHATS; i++)
		if (strlen(whats[i].name) == len && !strncmp(whats[i].name, name, len))
			return whats[i].code;
	return -1;
}

/* Parses one word, "N" or "WHAT=N". */
static int set_one_exitcode(struct run *r, const char *word, size_t len)
{
	const char *equals = memchr(word, '=', len), *digits = equals ? equals + 1 : word;
	int code = equals ? find_code(word, equals - word) : EXIT_VIOLATION;
	char *end;
	long n = strtol(digits, &end, 10);

	if (code < 0 || end == digits || end != word + len || n < 0 || n > 255)
		return misuse("--error-exitcode wants a number from 0 to 255, or violation=N, usage=N, blind=N, lost=N with commas between them, not '%.*s'",
			      (int)len, word);
	r->instead[code] = n;
	return 0;
}

static int set_error_exitcode(void *into, const struct opt *opt, const char *arg)
{
	int ret = 0;

	for (size_t len; !ret; arg += len + 1) {
		len = strcspn(arg, ",");
		ret = set_one_exitcode(into, arg, len);
		if (!arg[len])
			break;
	}
	return ret;
}

static int set_sweep(void *into, const struct opt *opt, const char *arg)
{
	struct run *r = into;

	r->s.sweep = 1;
	return arg ? set_number(into, opt, arg) : 0;
}

const struct opt run_options[] = {
	OPT("sweep", "[=S]", "also judge all memory that each process gives up, at exit or exec; and every S seconds all it has",
	    set_sweep, .at = offsetof(struct run, every)),
	OPT("wait", NULL, "follow what CMD leaves running to its end", set_flag, .at = offsetof(struct run, wait)),
	OPT("error-exitcode", "N|WHAT=N,...", "exit N, not 1, on a violation; WHAT: violation, usage, blind, lost",
	    set_error_exitcode, .even_if_wrong = 1),
	OPT("status-file", "FILE", "write the verdict, CMD's status and our own to FILE, once all is over",
	    set_text, .at = offsetof(struct run, status_path), .even_if_wrong = 1),
	{ }
};

/* Checks what the options say together, and finds CMD. */
static int check_options(struct run *r, int argc, char **argv)
{
	if (r->s.sweep && r->s.sites)
		return misuse("--sweep and --site exclude each other: a sweep does not know which site granted");
	if (optind == argc)
		return misuse("no command to run");
	r->argv = argv + optind;
	return r->status_path ? forms_spare(&r->s.forms, r->status_path) : 0;
}

/* In the child: waits until it is in the filter, then execs CMD. */
static void __attribute__((noreturn)) become_command(struct run *r)
{
	char byte;
	int err;

	signals_give_back(&r->sig);
	close(r->go[1]);
	if (read(r->go[0], &byte, 1) != 1)
		_exit(EXIT_BLIND);		/* the parent gave up and said why */
	execvp(r->argv[0], r->argv);
	err = errno;
	if (write(r->failed[1], &err, sizeof(err)) != sizeof(err))
		_exit(EXIT_BLIND);
	_exit(err == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN);
}

static int fork_child(struct run *r)
{
	fflush(NULL);				/* or the child would print it again */
	if (pipe2(r->go, O_CLOEXEC) || pipe2(r->failed, O_CLOEXEC))
		goto fail;
	r->pid = fork();
	if (r->pid < 0)
		goto fail;
	if (!r->pid)
		become_command(r);
	close(r->go[0]);
	close(r->failed[1]);
	r->pidfd = syscall(SYS_pidfd_open, r->pid, 0);
	if (r->pidfd >= 0)
		return 0;
fail:
	say("cannot start '%s': %s", r->argv[0], strerror(errno));
	return EXIT_BLIND;
}

/* Lets the child exec. 0, or 126 or 127 when it cannot. */
static int release_child(struct run *r)
{
	int err;

	if (write(r->go[1], "", 1) != 1)
		return EXIT_BLIND;
	if (read(r->failed[0], &err, sizeof(err)) != sizeof(err))
		return 0;			/* exec closed it */
	say("cannot run '%s': %s", r->argv[0], strerror(err));
	return err == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
}

/*
 * The signal of a key goes to the whole foreground group, so CMD gets it from the
 * terminal. A signal that another process sent has reached only mmaudit. Once CMD has
 * ended, a signal ends the wait for its descendants.
 */
static void forward_signals(struct run *r)
{
	struct signalfd_siginfo info;

	while (read(r->sig.fd, &info, sizeof(info)) == sizeof(info))
		if (r->over)
			r->stop = 1;
		else if (info.ssi_code != SI_KERNEL)
			syscall(SYS_pidfd_send_signal, r->pidfd, info.ssi_signo, NULL, 0);
}

static int start_timer(struct run *r)
{
	const struct itimerspec every = { { r->every, 0 }, { r->every, 0 } };

	if (!r->every)
		return 0;
	r->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (r->timer >= 0 && !timerfd_settime(r->timer, 0, &every, NULL))
		return 0;
	say("cannot make a timer: %s", strerror(errno));
	return EXIT_BLIND;
}

/* However many sweeps are due, one is made. */
static void sweep_if_due(struct run *r)
{
	__u64 due;

	if (read(r->timer, &due, sizeof(due)) != sizeof(due))
		return;
	sweep_processes(&r->w);
	sweep_round(&r->w);
	session_flush(&r->s);
}

static int run_loop(struct run *r)
{
	struct pollfd fds[] = {
		{ .fd = r->s.dev.fd, .events = POLLIN },
		{ .fd = r->sig.fd, .events = POLLIN },
		{ .fd = r->pidfd, .events = POLLIN },
		{ .fd = r->timer, .events = POLLIN },
	};
	int ret;

	for (;;) {
		if (poll(fds, 4, -1) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents) {
			ret = session_read(&r->s);
			if (ret < 0)
				return ret;
		}
		if (fds[1].revents)
			forward_signals(r);
		if (fds[3].revents)
			sweep_if_due(r);
		if (fds[2].revents || r->stop)
			return 0;
	}
}

static int wait_child(struct run *r)
{
	struct totals *t = &r->s.totals;
	int status;

	while (waitpid(r->pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_BLIND;
	close(r->pidfd);
	r->over = 1;
	t->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	t->status = t->signal ? EXIT_SIGNAL + t->signal : WEXITSTATUS(status);
	return 0;
}

/* Waits until process pid has ended, unless another process has that number by now. Returns 0 or -errno. */
static int wait_for_process(struct run *r, __u32 pid)
{
	int ret;

	r->pidfd = syscall(SYS_pidfd_open, pid, 0);
	if (r->pidfd < 0)
		return errno == ESRCH ? 0 : -errno;
	ret = device_pid(&r->s.dev, pid, 0);
	if (ret > 0)
		ret = run_loop(r);
	close(r->pidfd);
	return ret;
}

/*
 * --wait: waits for one descendant after the other until none is left. Only an
 * audited process forks another one, so no new one can appear after that.
 */
static int wait_family(struct run *r)
{
	struct family *left = &r->s.totals.left;
	int ret = 0;

	family_left(&r->s.dev, left);
	while (!ret && !r->stop && r->wait && left->nr) {
		ret = wait_for_process(r, left->member[0].pid);
		family_left(&r->s.dev, left);
	}
	return ret;
}

/* The status of the audit if that is not clean, else CMD's. */
static int exit_status(const struct run *r)
{
	int code = session_exit(&r->s);

	return code == EXIT_CLEAN ? r->s.totals.status : r->instead[code];
}

/* Comes last. A status file that was asked for and cannot be written is a loss. */
static int write_status(struct run *r, const char *verdict, int ret)
{
	const struct totals *t = &r->s.totals;
	const struct status st = {
		.verdict = verdict, .exit = ret, .command = t->status, .signal = t->signal, .violations = t->violations,
	};

	if (!r->status.file || !statusfile_write(&r->status, &st) || !r->over || session_exit(&r->s) != EXIT_CLEAN)
		return ret;
	say("so mmaudit exits with %d", r->instead[EXIT_LOST]);
	return r->instead[EXIT_LOST];
}

/* From CMD's exec to its end. */
static int audit(struct run *r)
{
	struct totals *t = &r->s.totals;
	int broken;

	session_start(&r->s);
	broken = run_loop(r);
	broken |= wait_child(r);
	broken |= wait_family(r);
	broken |= session_finish(&r->s);
	t->blind |= !!broken;
	t->exit = exit_status(r);
	session_end(&r->s);
	t->exit = exit_status(r);
	outcome_say(&r->s.audit, t);
	return write_status(r, outcome_name(outcome_of(&r->s.audit, t)), t->exit);
}

/* CMD was not run: writes the status file, returns what to exit with. */
static int end_without_audit(struct run *r, int ret)
{
	const char *verdict = ret == EXIT_USAGE ? "usage" : ret == EXIT_BLIND ? "blind" : "not-run";

	r->s.totals.status = -1;
	r->s.totals.signal = 0;
	return write_status(r, verdict, ret < RUN_CODES ? r->instead[ret] : ret);
}

/* From the fork to the exec: the kernel must know the pid before CMD runs. */
static int begin_audit(struct run *r)
{
	int ret = signals_take(&r->sig);

	if (!ret)
		ret = fork_child(r);
	if (ret)
		return ret;
	snprintf(r->whom, sizeof(r->whom), "process %d and its descendants", (int)r->pid);
	r->w.s = &r->s;
	r->w.flags = MMA_SWEEP_AUDITED;
	ret = session_begin(&r->s, r->pid, 1, r->whom);
	if (!ret)
		ret = start_timer(r);
	if (!ret)
		ret = release_child(r);
	close(r->go[1]);			/* lets a child that was not released go */
	if (ret)
		waitpid(r->pid, NULL, 0);
	return ret;
}

void run_init(struct run *r)
{
	*r = (struct run){
		.instead = { EXIT_CLEAN, EXIT_VIOLATION, EXIT_USAGE, EXIT_BLIND, EXIT_LOST },
		.s.dev.fd = -1, .timer = -1,
	};
}

int run_audit(struct run *r, int argc, char **argv, int ret)
{
	if (ret == GO_ON)
		ret = check_options(r, argc, argv);
	if (r->status_path && statusfile_open(&r->status, r->status_path))
		ret = EXIT_USAGE;
	if (!ret)
		ret = session_open(&r->s, 1);
	if (!ret)
		ret = begin_audit(r);
	ret = ret ? end_without_audit(r, ret) : audit(r);
	sweep_free(&r->w);
	return ret;
}

static int cmd_run(int argc, char **argv)
{
	static struct run r;
	int ret;

	run_init(&r);
	ret = parse_options(&run_command, &r, argc, argv);
	if (ret == EXIT_CLEAN)
		return ret;
	ret = run_audit(&r, argc, argv, ret);
	session_close(&r.s);
	return ret;
}

const struct command run_command = {
	.name = "run",
	.run = cmd_run,
	.synopsis = "[--] CMD [ARG]...",
	.operands = COMMAND_LINE,
	.summary = "audit CMD and all it forks; exit 1 on a violation",
	.options = { run_options, record_options, audit_options, print_options },
};
