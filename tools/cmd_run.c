// SPDX-License-Identifier: GPL-2.0
/* cmd_run.c - audits one command and all it forks, from before its exec to its own exit. */
#define _GNU_SOURCE	/* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "sweep.h"

struct run {
	struct session s;
	struct signals sig;
	struct sweeper w;
	int violation_exit;	/* --error-exitcode */
	__u32 every;		/* --sweep=S, seconds; 0: only what is given up */
	int timer;		/* tells when; -1 without */
	char **argv;		/* of CMD */
	pid_t pid;
	int pidfd;
	int go[2];		/* a byte: the filter is set, exec */
	int failed[2];		/* errno of exec; closed by a good one */
	char whom[64];
};

static int error_exitcode(struct run *r, const char *arg)
{
	char *end;
	long n = strtol(arg, &end, 10);

	if (end == arg || *end || n < 0 || n > 255)
		return misuse("run", "--error-exitcode wants a number from 0 to 255, not '%s'", arg);
	r->violation_exit = n;
	return 0;
}

static int sweep_option(struct run *r, const char *arg)
{
	r->s.sweep = 1;
	return arg ? parse_number("run", "--sweep", arg, &r->every) : 0;
}

static int run_options(struct run *r, int argc, char **argv)
{
	static const struct option options[] = {
		SESSION_OPTIONS,
		{ "error-exitcode", required_argument, NULL, 'e' },
		{ "sweep", optional_argument, NULL, 'w' },
		{ }
	};
	int c, ret;

	/* '+': the first word that is no option is CMD; the rest is CMD's. */
	while ((c = getopt_long(argc, argv, "+h", options, NULL)) != -1) {
		if (c == 'h')
			exit(help("run"));
		if (c == 'w')
			ret = sweep_option(r, optarg);
		else
			ret = c == 'e' ? error_exitcode(r, optarg) : session_option(&r->s, "run", c, optarg);
		if (ret)
			return ret;
	}
	if (r->s.sweep && r->s.sites)
		return misuse("run", "--sweep and --site exclude each other: a sweep does not know which site granted");
	if (optind == argc)
		return misuse("run", "no command to run");
	r->argv = argv + optind;
	return 0;
}

/* In the child: wait until the filter knows us, become CMD. */
static void __attribute__((noreturn)) child(struct run *r)
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
		child(r);
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
 * A key pressed at the terminal went to the whole foreground group, CMD
 * included; what a process sent went to us alone.
 */
static void forward_signals(struct run *r)
{
	struct signalfd_siginfo info;

	while (read(r->sig.fd, &info, sizeof(info)) == sizeof(info))
		if (info.ssi_code != SI_KERNEL)
			syscall(SYS_pidfd_send_signal, r->pidfd, info.ssi_signo, NULL, 0);
}

static int timer_start(struct run *r)
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

/* Late is one sweep, not as many as were due. */
static void sweep_now(struct run *r)
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
			sweep_now(r);
		if (fds[2].revents)
			return 0;
	}
}

static int wait_child(struct run *r)
{
	int status;

	while (waitpid(r->pid, &status, 0) < 0)
		if (errno != EINTR)
			return EXIT_BLIND;
	return WIFSIGNALED(status) ? EXIT_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

/* From the fork to CMD's end. What the kernel knows by pid, it must know before the exec. */
static int run(struct run *r)
{
	int broken, ret = signals_take(&r->sig);

	if (!ret)
		ret = fork_child(r);
	if (ret)
		return ret;
	snprintf(r->whom, sizeof(r->whom), "process %d and its descendants", (int)r->pid);
	r->w.s = &r->s;
	r->w.flags = MMA_SWEEP_AUDITED;
	ret = session_begin(&r->s, r->pid, 1, r->whom);
	if (!ret)
		ret = timer_start(r);
	if (!ret)
		ret = release_child(r);
	close(r->go[1]);			/* lets a child that was not released go */
	if (ret) {
		wait_child(r);
		return ret;
	}
	session_start(&r->s);
	broken = run_loop(r);
	r->s.totals.status = wait_child(r);
	broken |= session_finish(&r->s);
	session_end(&r->s);
	if (broken)
		return EXIT_BLIND;
	ret = session_verdict(&r->s);
	if (ret == EXIT_VIOLATION)
		return r->violation_exit;
	return ret ? ret : r->s.totals.status;
}

int cmd_run(int argc, char **argv)
{
	static struct run r = { .violation_exit = EXIT_VIOLATION, .s.dev.fd = -1, .timer = -1 };
	int ret = run_options(&r, argc, argv);

	if (!ret)
		ret = session_open(&r.s, 1);
	if (!ret)
		ret = run(&r);
	sweep_free(&r.w);
	session_close(&r.s);
	return ret;
}
