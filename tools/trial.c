// SPDX-License-Identifier: GPL-2.0
/* trial.c - see trial.h. */
#define _GNU_SOURCE	/* pipe2 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "trial.h"

/*
 * The reproducers end a row that takes too long, put back what they have set, and say so. That takes them up to GRACE seconds.
 * Only then are they told to end themselves, and after another GRACE killed.
 */
#define GRACE	15
#define SLICE	50	/* milliseconds between two looks whether the program has ended */
#define SAID_LEN 1024	/* of what it said the last bytes are kept */
#define AT_ONCE	(1 << 20)	/* bytes that are read between two looks: no pipe holds more, but what it left running may fill it again */

struct child {
	pid_t pid;
	int pidfd;		/* negative: this kernel gives none; then it is looked for each SLICE */
	int go[2], out;		/* a byte lets it begin; what it says, -1 once it and all it left running have closed that */
	int status, ended;
	char said[SAID_LEN];
	size_t len;
};

static void become(const struct trial *t, const char *name)
{
	char seconds[16];
	const char *argv[10];
	int n = 0;

	snprintf(seconds, sizeof(seconds), "%u", t->seconds);
	argv[n++] = "reproducers";
	if (t->keep_settings)
		argv[n++] = "--keep-settings";
	if (t->only_needs)
		argv[n++] = "--only-needs";
	argv[n++] = "--limit";
	argv[n++] = seconds;
	argv[n++] = "--files-in";
	argv[n++] = t->files_in;
	argv[n++] = name;
	argv[n] = NULL;
	execv(t->program, (char **)argv);
	printf("exec %d\n", errno);
	fflush(stdout);
	_exit(127);
}

static void be_child(const struct trial *t, const char *name, int go, int out)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	char byte;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);	/* so that settings are put back if mmaudit is ended */
	dup2(null, STDIN_FILENO);
	dup2(null, STDERR_FILENO);
	dup2(out, STDOUT_FILENO);
	if (read(go, &byte, 1) == 1)
		become(t, name);
	_exit(127);
}

/* Returns 0 or -errno. Both ends of `go` stay open here: a child that has died already is no broken pipe. */
static int make_child(const struct trial *t, const char *name, struct child *c)
{
	int out[2];

	if (pipe2(c->go, O_CLOEXEC))
		return -errno;
	if (pipe2(out, O_CLOEXEC))
		return -errno;
	fflush(NULL);
	c->pid = fork();
	if (!c->pid) {
		close(c->go[1]);
		be_child(t, name, c->go[0], out[1]);
	}
	close(out[1]);
	c->out = out[0];
	fcntl(c->out, F_SETFL, O_NONBLOCK);
	if (c->pid < 0)
		return -EAGAIN;
	c->pidfd = syscall(SYS_pidfd_open, c->pid, 0);
	return 0;
}

static void close_out(struct child *c)
{
	if (c->out >= 0)
		close(c->out);
	c->out = -1;
}

/* Drops the oldest bytes for want of room. */
static void keep_last(struct child *c, const char *buf, size_t n)
{
	if (c->len + n >= SAID_LEN) {
		memmove(c->said, c->said + c->len / 2, c->len - c->len / 2);
		c->len -= c->len / 2;
	}
	memcpy(c->said + c->len, buf, n);
	c->len += n;
	c->said[c->len] = 0;
}

/* Reads what is there, but not for ever. */
static void listen_to(struct child *c)
{
	char buf[SAID_LEN / 4];		/* there is room for that once a half is dropped */
	ssize_t n = 1;

	for (size_t got = 0; c->out >= 0 && got < AT_ONCE; got += n) {
		while ((n = read(c->out, buf, sizeof(buf))) < 0 && errno == EINTR)
			;
		if (n < 0)			/* EAGAIN: nothing more now */
			break;
		if (!n)
			close_out(c);
		keep_last(c, buf, n);
	}
}

/* Whether it has ended. Its number is not given back yet, so that its process group can still be named. */
static int has_ended(const struct child *c)
{
	siginfo_t info = { .si_pid = 0 };

	return !waitid(P_PID, c->pid, &info, WEXITED | WNOHANG | WNOWAIT) && info.si_pid == c->pid;
}

/* Listens until it has ended, at most for so many seconds. What it left running may keep the pipe open: nobody waits for that. */
static int hear_out(struct child *c, unsigned int seconds)
{
	const __u64 until = now_ns() + seconds * 1000000000ULL;

	while (!c->ended && now_ns() < until) {
		struct pollfd fds[] = { { .fd = c->out, .events = POLLIN }, { .fd = c->pidfd, .events = POLLIN } };

		poll(fds, 2, SLICE);		/* which passes over what is negative */
		c->ended = has_ended(c);
		listen_to(c);
	}
	return c->ended;
}

/* Ends its process group, gently first. */
static void end_child(struct child *c)
{
	if (!c->ended) {
		kill(-c->pid, SIGTERM);
		hear_out(c, GRACE);
	}
	kill(-c->pid, SIGKILL);
	if (hear_out(c, 1))
		waitpid(c->pid, &c->status, 0);
}

/* The last line of what it said, printable. */
static const char *last_line(struct child *c)
{
	char *line;

	while (c->len && c->said[c->len - 1] == '\n')
		c->said[--c->len] = 0;
	for (char *s = c->said; s < c->said + c->len; s++)
		if (*s != '\n' && (*s < ' ' || *s > '~'))
			*s = '?';
	line = strrchr(c->said, '\n');
	return line ? line + 1 : c->said;
}

static const struct form {
	const char *format;	/* of the name */
	enum said said;
} forms[] = {
	{ "bug %s reproduced: ",	SAID_REPRODUCED },
	{ "bug %s not reproduced",	SAID_NOT_REPRODUCED },
	{ "absent %s ",			SAID_ABSENT },
	{ "skip %s ",			SAID_SKIPPED },
	{ "fail %s ",			SAID_FAILED },
};

/* Returns 0 if the line is none of the forms. */
static int read_line(struct trial *t, const char *name, const char *line)
{
	char begin[128];

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		snprintf(begin, sizeof(begin), forms[i].format, name);
#pragma GCC diagnostic pop
		if (strncmp(line, begin, strlen(begin)))
			continue;
		t->said = forms[i].said;
		snprintf(t->why, sizeof(t->why), "%s", line + strlen(begin));
		return 1;
	}
	return 0;
}

static void say_how_it_ended(struct trial *t, const struct child *c, const char *line)
{
	t->said = SAID_FAILED;
	if (!c->ended)
		snprintf(t->why, sizeof(t->why), "it hangs in the kernel, and cannot be killed");
	else if (WIFSIGNALED(c->status))
		snprintf(t->why, sizeof(t->why), "it was ended by signal %d", WTERMSIG(c->status));
	else
		snprintf(t->why, sizeof(t->why), "it ended with status %d and said '%.80s'", WEXITSTATUS(c->status), line);
}

/* What became of it. Returns 0, or -errno if it was not executed. */
static int judge(struct trial *t, const char *name, struct child *c, int late)
{
	const char *line = last_line(c);
	int err;

	t->why[0] = 0;
	if (sscanf(line, "exec %d", &err) == 1 && err > 0)
		return -err;
	if (late) {
		t->said = SAID_FAILED;
		snprintf(t->why, sizeof(t->why), "it did not end in %u seconds", t->seconds + GRACE);
	} else if (!read_line(t, name, line)) {
		say_how_it_ended(t, c, line);
	}
	return 0;
}

/* Lets it begin, and ends it in time. Returns whether it was late. */
static int run(struct trial *t, struct child *c)
{
	int late;

	if (!t->begin || !t->begin(t->arg, c->pid))
		(void)!write(c->go[1], "", 1);
	else
		kill(c->pid, SIGKILL);
	late = !hear_out(c, t->seconds + GRACE);
	end_child(c);
	return late;
}

int trial_run(struct trial *t, const char *name)
{
	struct child c = { .pid = -1, .pidfd = -1, .go = { -1, -1 }, .out = -1 };
	int ret = make_child(t, name, &c);

	if (!ret)
		ret = judge(t, name, &c, run(t, &c));
	close(c.go[0]);
	close(c.go[1]);
	close_out(&c);
	if (c.pidfd >= 0)
		close(c.pidfd);
	return ret;
}
