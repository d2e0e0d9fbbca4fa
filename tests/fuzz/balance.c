// SPDX-License-Identifier: GPL-2.0
/*
 * balance.c - audits a command as a reader that counts what it gets, and compares to the record with what the module
 * says it was offered: seen = delivered + filtered + lost, nothing more, nothing less.
 *
 *   balance [--never] [--sweep] [--killed] COMMAND [ARGUMENT]...
 *
 * --never reads nothing until the command has ended. Ends with 0 if all is accounted for and the command ended with 0, or
 * with --killed was killed; with 3 if the command ended otherwise, for then it did not do what was to be counted.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "balanced.h"

#define CPUS 64

static struct {
	unsigned long long records, told_lost, seq[CPUS], gaps;
} got;

static int dev;

static void die(const char *what)
{
	fprintf(stderr, "balance: %s: %s\n", what, strerror(errno));
	exit(2);
}

static void count(const struct mma_hdr *h)
{
	unsigned int cpu = h->cpu % CPUS;

	got.gaps += h->type == MMA_REC_LOST ? h->seq <= got.seq[cpu] : h->seq != got.seq[cpu] + 1;
	got.seq[cpu] = h->seq;
	if (h->type == MMA_REC_LOST)
		got.told_lost += ((const struct mma_lost *)h)->ring_full;
	else
		got.records++;
}

static void drain(void)
{
	static _Alignas(8) char buf[1 << 16];
	ssize_t n;

	while ((n = read(dev, buf, sizeof(buf))) > 0)
		for (char *at = buf; at < buf + n; at += ((struct mma_hdr *)at)->size)
			count((struct mma_hdr *)at);
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		die("read");
}

static void start(char **argv, unsigned int flags)
{
	struct mma_filter f = { .size = sizeof(f), .flags = flags | MMA_FILTER_DECISIONS | MMA_FILTER_DESCENDANTS };
	int go[2];
	char c;

	if (pipe(go))
		die("pipe");
	f.pid = fork();
	if (!f.pid) {
		close(go[1]);
		if (read(go[0], &c, 1) != 0)
			_exit(126);
		execvp(*argv, argv);
		_exit(127);
	}
	if (ioctl(dev, MMA_IOC_FILTER, &f))
		die("MMA_IOC_FILTER");
	close(go[0]);
	close(go[1]);
}

static int ends(int *status)
{
	return waitpid(-1, status, WNOHANG) > 0;
}

static void follow(int never, int *status)
{
	struct pollfd p = { .fd = dev, .events = POLLIN };

	while (!ends(status)) {
		if (never) {
			usleep(10000);
			continue;
		}
		poll(&p, 1, 10);
		drain();
	}
	ioctl(dev, MMA_IOC_FLUSH);
}

static int unbalanced(const struct mma_stats *st)
{
	printf("balance: seen %llu is not delivered %llu + queued %llu + filtered %llu + lost %llu\n",
	       (unsigned long long)st->seen, (unsigned long long)st->delivered, (unsigned long long)st->queued,
	       (unsigned long long)st->filtered, (unsigned long long)st->ring_full);
	return 1;
}

static int verdict(const struct mma_stats *st, int status)
{
	printf("balance: status %#x: seen %llu = delivered %llu + filtered %llu + lost %llu; missed %llu; told of %llu lost; sweeps %llu, lost %llu\n",
	       status, (unsigned long long)st->seen, (unsigned long long)st->delivered,
	       (unsigned long long)st->filtered, (unsigned long long)st->ring_full, (unsigned long long)st->missed,
	       got.told_lost, (unsigned long long)st->swept, (unsigned long long)st->sweeps_lost);
	if (got.records != st->delivered || st->queued || got.gaps || got.told_lost > st->ring_full) {
		printf("balance: but %llu were read, %llu are queued, and %llu are out of order\n",
		       got.records, (unsigned long long)st->queued, got.gaps);
		return 1;
	}
	return 0;
}

/* A shell tells of a signal as of 128 and its number. */
static int as_wanted(int status, int killed)
{
	int as_shell = WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGKILL;

	if (killed)
		return as_shell || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return status == 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: balance [--never] [--sweep] [--killed] COMMAND [ARGUMENT]...\n");
	return 2;
}

int main(int argc, char **argv)
{
	unsigned int flags = 0;
	struct mma_stats st;
	int never = 0, killed = 0, status = 0, at = 1;

	for (; at < argc && !strncmp(argv[at], "--", 2); at++)
		if (!strcmp(argv[at], "--never"))
			never = 1;
		else if (!strcmp(argv[at], "--killed"))
			killed = 1;
		else if (!strcmp(argv[at], "--sweep"))
			flags |= MMA_FILTER_SWEEP;
		else
			return usage();
	if (at == argc)
		return usage();
	dev = open(MMA_DEV_PATH, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (dev < 0)
		die(MMA_DEV_PATH);
	start(argv + at, flags);
	follow(never, &status);
	if (!balanced(dev, &st))
		return unbalanced(&st);
	drain();
	if (!balanced(dev, &st))
		return unbalanced(&st);
	if (verdict(&st, status))
		return 1;
	if (as_wanted(status, killed))
		return 0;
	printf("balance: but the command was to %s\n", killed ? "be killed" : "end with 0");
	return 3;
}
