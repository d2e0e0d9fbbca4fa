// SPDX-License-Identifier: GPL-2.0
/*
 * dev_fuzz.c - calls /dev/mmaudit in every right and wrong way at once.
 *
 *   dev_fuzz [--calls N] [--threads N] [--seed N]
 *
 * Threads share descriptors that others close, and hand over the structs of
 * uapi/mmaudit.h with fields, sizes and pointers mutated, while children fault,
 * fork, hold descriptors and are killed. What a thread asks for follows from
 * the seed; how the threads meet does not. Whether the kernel took it well its
 * own checks say; we say what was called, that each way in was got into, that
 * records read are whole, and that in the end a reader's counts balance.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "balanced.h"
#include "rule.h"
#include "sites.h"

#define PAGE	4096UL
#define AREA	64UL		/* pages a thread faults on */
#define FDS	10		/* the module lets 8 in */
#define PIDS	8
#define READ	65536UL
#define BUF	(1UL << 20)	/* more than the history of a CPU, for a room that is a lie */

static atomic_int fds[FDS], pids[PIDS];
static atomic_ullong calls, broken;
static unsigned long long wanted = 100000;

struct thread {
	pthread_t id;
	uint64_t rng;
	char *edge;		/* end of a page; nothing is mapped behind it */
	char *area, *buf;
	unsigned long long *ok, *bad;
};

static uint64_t roll(struct thread *t, uint64_t n)
{
	t->rng ^= t->rng << 13;
	t->rng ^= t->rng >> 7;
	t->rng ^= t->rng << 17;
	return (t->rng >> 11) % n;
}

static int one_in(struct thread *t, unsigned int n)
{
	return !roll(t, n);
}

static uint64_t odd_value(struct thread *t)
{
	static const uint64_t values[] = {
		0, 1, 2, 3, 7, 8, 63, 64, 511, 512, 513, PAGE - 1, PAGE, 0xffff, 0x10000, MMA_SWEEP_ROOM - 1,
		1ULL << 22, (1ULL << 22) - 1, 0x7fffffff, 0x80000000, 0xffffffff, 1ULL << 32, 0x7fffffffe000,
		0x7ffffffff000, 1ULL << 47, (1ULL << 47) - 1, 1ULL << 56, 0xffff888000000000, 0xffffffff81000000,
		1ULL << 63, ~0ULL, ~0ULL - PAGE,
	};

	switch (roll(t, 4)) {
	case 0: return 1ULL << roll(t, 64);
	case 1: return t->rng;
	default: return values[roll(t, sizeof(values) / sizeof(*values))];
	}
}

static uint64_t bad_pointer(struct thread *t)
{
	return one_in(t, 2) ? (uintptr_t)t->edge - roll(t, 64) : odd_value(t);
}

/* Mostly one that is open: the module lets in fewer than there are slots. */
static int some_fd(struct thread *t)
{
	int fd, tries = 4;

	do
		fd = fds[roll(t, FDS)];
	while (fd < 0 && --tries);
	return fd;
}

static int some_pid(struct thread *t)
{
	switch (roll(t, 8)) {
	case 0: return 0;
	case 1: return 1 + roll(t, 3);
	case 2: return getpid();
	case 3: return odd_value(t);
	default: return pids[roll(t, PIDS)];
	}
}

/* ---- ioctl: first as it should be, then not ---- */

union arg {
	struct mma_version version;
	struct mma_filter filter;
	struct mma_stats stats;
	struct mma_point_info point;
	struct mma_site_info site;
	struct mma_symbol symbol;
	struct mma_sweep sweep;
	struct mma_pid pid;
	struct mma_history history;
	uint32_t size, half[128];
	uint64_t word[64];
};

static void fill_VERSION(struct thread *t, union arg *a) { a->size = sizeof(a->version); }
static void fill_STATS(struct thread *t, union arg *a) { a->size = sizeof(a->stats); }
static void fill_FLUSH(struct thread *t, union arg *a) { }
static void fill_SELFTEST(struct thread *t, union arg *a) { }

static void fill_POINT(struct thread *t, union arg *a)
{
	a->point = (struct mma_point_info){ .size = sizeof(a->point), .id = roll(t, MMA_NR_POINTS + 1) };
}

static void fill_SITE(struct thread *t, union arg *a)
{
	a->site = (struct mma_site_info){ .size = sizeof(a->site), .id = roll(t, MMA_NR_SITES + 1) };
}

static void fill_SYMBOL(struct thread *t, union arg *a)
{
	a->symbol.size = sizeof(a->symbol);
	a->symbol.addr = one_in(t, 2) ? 0xffffffff81000000 + roll(t, 1 << 24) : odd_value(t);
}

static void fill_FILTER(struct thread *t, union arg *a)
{
	a->filter = (struct mma_filter){ .size = sizeof(a->filter), .flags = roll(t, 8) };
	a->filter.pid = one_in(t, 2) ? some_pid(t) : 0;
	a->filter.rules = one_in(t, 4) ? 1U << roll(t, MMA_NR_RULES) : 0;
	a->filter.sites = one_in(t, 4) ? 1ULL << roll(t, MMA_NR_SITES) : 0;
	a->filter.history = roll(t, MMA_HISTORY_ALL + 1);
}

static void fill_SWEEP(struct thread *t, union arg *a)
{
	a->sweep = (struct mma_sweep){
		.size = sizeof(a->sweep), .flags = roll(t, 4), .pid = some_pid(t) ?: getpid(),
		.room = MMA_SWEEP_ROOM, .buffer = (uintptr_t)t->buf,
	};
}

static void fill_PID(struct thread *t, union arg *a)
{
	a->pid = (struct mma_pid){ .size = sizeof(a->pid), .flags = roll(t, 3), .pid = some_pid(t) };
}

static void fill_HISTORY(struct thread *t, union arg *a)
{
	a->history = (struct mma_history){
		.size = sizeof(a->history), .flags = one_in(t, 8), .set = one_in(t, 4) ? roll(t, 8) : 0, .cpu = roll(t, 4),
		.room = MMA_SWEEP_ROOM, .buffer = (uintptr_t)t->buf, .pid = one_in(t, 2) ? some_pid(t) : 0,
		.next = one_in(t, 4) ? odd_value(t) : roll(t, 10000),
	};
}

/* name, how often of 10000; what plants probes takes a thousand times as long as the rest */
#define IOCTLS(X)			\
	X(VERSION,	2000)		\
	X(FILTER,	8)		\
	X(STATS,	2000)		\
	X(POINT,	2000)		\
	X(SITE,		2000)		\
	X(SYMBOL,	1000)		\
	X(FLUSH,	10)		\
	X(SELFTEST,	2)		\
	X(SWEEP,	480)		\
	X(PID,		400)		\
	X(HISTORY,	100)

static const struct ioc {
	const char *name;
	unsigned long cmd;
	void (*fill)(struct thread *t, union arg *a);
	unsigned int weight;
} iocs[] = {
#define X(name, weight) { #name, MMA_IOC_##name, fill_##name, weight },
	IOCTLS(X)
#undef X
};
#define NR_IOCS (sizeof(iocs) / sizeof(*iocs))

static void mutate(struct thread *t, union arg *a, size_t bytes)
{
	static const uint32_t sizes[] = { 0, 4, 7, 8, 9, 16, 24, 511, 512, 513, 0x7fffffff, 0xffffffff };

	for (int i = roll(t, 3); i > 0 && bytes >= 8; i--)
		a->word[roll(t, bytes / 8)] = odd_value(t);
	if (one_in(t, 4) && bytes >= 4)
		a->half[roll(t, bytes / 4)] = odd_value(t);
	if (one_in(t, 4))
		a->size = sizes[roll(t, sizeof(sizes) / sizeof(*sizes))];
	else if (one_in(t, 4))
		a->size = roll(t, sizeof(*a) + 2);
}

static unsigned long odd_command(struct thread *t, unsigned long cmd)
{
	switch (roll(t, 3)) {
	case 0: return cmd ^ 1UL << roll(t, 32);
	case 1: return _IOC(roll(t, 4), 'M', 0xA0 + roll(t, 16), roll(t, 1 << 14));
	default: return t->rng;
	}
}

/* A sweep as it is meant: to its end, or till what it sweeps is gone. */
static int sweep_on(struct thread *t, int fd, struct mma_sweep *sw)
{
	int ret, n = 0;

	while (!(ret = ioctl(fd, MMA_IOC_SWEEP, sw)) && sw->addr && n++ < 20)
		if (sw->used > sw->room || sw->used % sizeof(struct mma_finding))
			atomic_fetch_add(&broken, 1);
	atomic_fetch_add(&calls, n);
	return ret;
}

static int call(struct thread *t, const struct ioc *ioc)
{
	size_t bytes = _IOC_SIZE(ioc->cmd);
	unsigned long cmd = ioc->cmd;
	union arg *a = (union arg *)t->edge - 1;

	memset(a, 0, sizeof(*a));
	ioc->fill(t, a);
	if (ioc->cmd == MMA_IOC_SWEEP && one_in(t, 2))
		return sweep_on(t, some_fd(t), &a->sweep);
	if (one_in(t, 2))
		mutate(t, a, bytes);
	if (one_in(t, 8))
		cmd = odd_command(t, cmd);
	if (one_in(t, 8)) {	/* as much of it as fits in front of the edge */
		char *at = t->edge - roll(t, bytes + 1);

		memmove(at, a, t->edge - at);
		return ioctl(some_fd(t), cmd, at);
	}
	return ioctl(some_fd(t), cmd, one_in(t, 8) ? (void *)bad_pointer(t) : a);
}

/* ---- the other ways in ---- */

static int put(struct thread *t, int fd)
{
	int was = fd < 0 ? -1 : atomic_exchange(&fds[roll(t, FDS)], fd);

	if (was >= 0)
		close(was);
	return fd;
}

static int op_open(struct thread *t)
{
	static const int modes[] = { O_RDONLY, O_RDONLY, O_RDONLY, O_RDWR, O_WRONLY };
	int flags = modes[roll(t, 5)] | (one_in(t, 64) ? 0 : O_NONBLOCK) | (one_in(t, 4) ? O_CLOEXEC : 0);

	return put(t, open(MMA_DEV_PATH, flags));
}

static int op_close(struct thread *t)
{
	return close(atomic_exchange(&fds[roll(t, FDS)], -1));
}

static int op_dup(struct thread *t)
{
	return put(t, dup(some_fd(t)));
}

static void check_records(const char *buf, ssize_t n)
{
	while (n > 0) {
		const struct mma_hdr *h = (const struct mma_hdr *)buf;

		if (n < (ssize_t)sizeof(*h) || h->size < sizeof(*h) || h->size > n || h->size > MMA_REC_MAX) {
			atomic_fetch_add(&broken, 1);
			return;
		}
		buf += h->size;
		n -= h->size;
	}
}

static int op_read(struct thread *t)
{
	static const size_t sizes[] = { 0, 1, 511, 512, 513, 1024, PAGE, READ };
	size_t size = sizes[roll(t, 8)];
	int fd = some_fd(t);
	ssize_t n;

	if (one_in(t, 8))
		return read(fd, (void *)bad_pointer(t), one_in(t, 4) ? odd_value(t) : size);
	n = read(fd, t->buf, size);
	check_records(t->buf, n);
	return n;
}

static int op_readv(struct thread *t)
{
	struct iovec v[] = { { t->buf, roll(t, 2048) }, { (void *)bad_pointer(t), roll(t, 2048) }, { t->buf, READ } };

	return readv(some_fd(t), v, 1 + roll(t, 3));
}

static int op_poll(struct thread *t)
{
	struct pollfd p[2] = { { some_fd(t), odd_value(t), 0 }, { some_fd(t), POLLIN, 0 } };

	return poll(p, 1 + roll(t, 2), one_in(t, 64));
}

static int op_epoll(struct thread *t)
{
	struct epoll_event e = { .events = odd_value(t) };
	int ep = epoll_create1(EPOLL_CLOEXEC), ret;

	ret = epoll_ctl(ep, EPOLL_CTL_ADD, some_fd(t), &e);
	if (!ret)
		ret = epoll_wait(ep, &e, 1, 0);
	close(ep);
	return ret;
}

static int op_mmap(struct thread *t)
{
	void *p = mmap(NULL, PAGE << roll(t, 12), roll(t, 8), one_in(t, 2) ? MAP_SHARED : MAP_PRIVATE,
		       some_fd(t), roll(t, 4) * PAGE);

	if (p == MAP_FAILED)
		return -1;
	atomic_fetch_add(&broken, 1);	/* there is nothing to map */
	return 0;
}

/* What a device that only streams must bear, too. */
static int op_other(struct thread *t)
{
	int fd = some_fd(t);

	switch (roll(t, 9)) {
	case 0: return write(fd, t->buf, roll(t, PAGE));
	case 1: return pread(fd, t->buf, READ, odd_value(t)) < 0 ? -1 : 0;
	case 2: return lseek(fd, odd_value(t), roll(t, 5)) < 0 ? -1 : 0;
	case 3: return fcntl(fd, F_SETFL, one_in(t, 64) ? 0 : O_NONBLOCK | (one_in(t, 8) ? O_ASYNC : 0));
	case 4: return ftruncate(fd, odd_value(t));
	case 5: return fsync(fd);
	case 6: return splice(fd, NULL, some_fd(t), NULL, READ, SPLICE_F_NONBLOCK);
	case 7: return fallocate(fd, 0, 0, PAGE);
	default: return fcntl(fd, F_SETOWN, getpid());
	}
}

static int op_param(struct thread *t)
{
	static const char *const files[] = { "armed", "action" };
	static const char *const words[2][4] = { { "Y", "N", "", "2" }, { "none", "log", "", "nonsense" } };
	unsigned int which = roll(t, 2);
	const char *word = words[which][roll(t, 4)];
	char path[64];
	int fd, ret;

	snprintf(path, sizeof(path), "/sys/module/mmaudit/parameters/%s", files[which]);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	ret = write(fd, word, strlen(word) + 1) < 0 ? -1 : 0;
	close(fd);
	return ret;
}

/* ---- what there is to audit ---- */

static int op_memory(struct thread *t)
{
	char *at = t->area + roll(t, AREA) * PAGE;
	size_t len = PAGE * (1 + roll(t, 8));

	if (at + len > t->area + AREA * PAGE)
		len = PAGE;
	switch (roll(t, 4)) {
	case 0: return madvise(at, len, MADV_DONTNEED);
	case 1: return mprotect(at, len, PROT_READ) ?: mprotect(at, len, PROT_READ | PROT_WRITE);
	default: memset(at, roll(t, 256), len); return 0;
	}
}

/* Holds all descriptors of its parent; ends by itself, or is killed at any moment. */
static void child(struct thread *t)
{
	for (int i = roll(t, 64); i > 0; i--) {
		op_memory(t);
		if (one_in(t, 8))
			op_read(t);
		if (one_in(t, 16) && !fork())
			_exit(0);
	}
	if (one_in(t, 2))
		for (;;)
			pause();
	_exit(0);
}

static int op_fork(struct thread *t)
{
	int pid = fork(), was;

	if (!pid)
		child(t);
	was = atomic_exchange(&pids[roll(t, PIDS)], pid);
	if (was > 0) {
		kill(was, SIGKILL);
		waitpid(was, NULL, 0);
	}
	return pid < 0 ? -1 : 0;
}

/* name, how often, must it succeed, must it fail */
#define OPS(X)				\
	X(open,		10, 1, 1)	\
	X(close,	5, 1, 0)	\
	X(dup,		20, 1, 1)	\
	X(read,		2000, 1, 1)	\
	X(readv,	300, 1, 1)	\
	X(poll,		1000, 1, 0)	\
	X(epoll,	200, 1, 1)	\
	X(mmap,		500, 0, 1)	\
	X(other,	500, 1, 1)	\
	X(param,	1,  1, 1)	\
	X(memory,	500, 1, 0)	\
	X(fork,		5, 1, 0)

static const struct op {
	const char *name;
	int (*run)(struct thread *t);
	unsigned int weight;
	int must_succeed, must_fail;
} ops[] = {
#define X(name, weight, ok, bad) { #name, op_##name, weight, ok, bad },
	OPS(X)
#undef X
};
#define NR_OPS (sizeof(ops) / sizeof(*ops))
#define NR_ALL (NR_OPS + NR_IOCS)
#define IOC_WEIGHT 6000U	/* of all ioctls together */

static unsigned int total_weight(void)
{
	unsigned int sum = IOC_WEIGHT;

	for (unsigned int i = 0; i < NR_OPS; i++)
		sum += ops[i].weight;
	return sum;
}

static unsigned int pick_ioctl(struct thread *t)
{
	unsigned int i, at = roll(t, 10000);

	for (i = 0; i < NR_IOCS - 1 && at >= iocs[i].weight; i++)
		at -= iocs[i].weight;
	return i;
}

/* Below NR_OPS an op, else an ioctl. */
static unsigned int pick(struct thread *t, unsigned int total)
{
	unsigned int i, at = roll(t, total);

	for (i = 0; i < NR_OPS && at >= ops[i].weight; i++)
		at -= ops[i].weight;
	return i < NR_OPS ? i : NR_OPS + pick_ioctl(t);
}

static void *work(void *arg)
{
	struct thread *t = arg;
	unsigned int total = total_weight(), i;
	int ret;

	while (atomic_fetch_add(&calls, 1) < wanted) {
		i = pick(t, total);
		ret = i < NR_OPS ? ops[i].run(t) : call(t, &iocs[i - NR_OPS]);
		(ret < 0 ? t->bad : t->ok)[i]++;
	}
	return NULL;
}

static void *map(size_t pages)
{
	void *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return p;
}

static void begin(struct thread *t, uint64_t seed)
{
	char *two = map(2);

	munmap(two + PAGE, PAGE);
	mmap(two + PAGE, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	*t = (struct thread){
		.rng = (seed + 1) * 0x9e3779b97f4a7c15, .edge = two + PAGE, .area = map(AREA),
		.buf = map(BUF / PAGE), .ok = calloc(NR_ALL, sizeof(*t->ok)), .bad = calloc(NR_ALL, sizeof(*t->bad)),
	};
	pthread_create(&t->id, NULL, work, t);
}

/* ---- the verdict ---- */

static int failed;

static void verdict(int ok, const char *name, const char *why)
{
	printf(ok ? "pass %s\n" : "fail %s %s\n", name, why);
	failed |= !ok;
}

/* Each way in succeeded and was refused, unless it cannot. */
static void tell(const struct thread *threads, unsigned int nr)
{
	char missed[512] = "";

	for (unsigned int i = 0; i < NR_ALL; i++) {
		unsigned long long ok = 0, bad = 0;
		const char *name = i < NR_OPS ? ops[i].name : iocs[i - NR_OPS].name;

		for (unsigned int j = 0; j < nr; j++) {
			ok += threads[j].ok[i];
			bad += threads[j].bad[i];
		}
		printf("  %-10s %10llu done %10llu refused\n", name, ok, bad);
		if ((!ok && (i >= NR_OPS || ops[i].must_succeed)) || (!bad && (i >= NR_OPS || ops[i].must_fail)))
			strcat(strcat(missed, " "), name);
	}
	verdict(!missed[0], "fuzz-reached", missed);
}

/* One that root opened is of no use to others. */
static void handed_on(int fd)
{
	struct mma_version v = { .size = sizeof(v) };
	char buf[MMA_REC_MAX];
	int status, pid = fork();

	if (!pid) {
		if (setuid(65534))
			_exit(2);
		_exit(ioctl(fd, MMA_IOC_VERSION, &v) != -1 || errno != EPERM ||
		      read(fd, buf, sizeof(buf)) != -1 || errno != EPERM);
	}
	waitpid(pid, &status, 0);
	verdict(!status, "fuzz-handed-on", "nobody was told something");
}

static void afterwards(void)
{
	struct mma_filter f = { .size = sizeof(f), .flags = MMA_FILTER_DECISIONS, .pid = getpid() };
	struct mma_version v = { .size = sizeof(v) };
	struct mma_stats st;
	int fd = open(MMA_DEV_PATH, O_RDONLY | O_NONBLOCK);
	char *p = map(AREA);

	verdict(fd >= 0 && !ioctl(fd, MMA_IOC_SELFTEST) && !ioctl(fd, MMA_IOC_VERSION, &v) && v.state == MMA_STATE_OK,
		"fuzz-sees-still", v.reason);
	if (ioctl(fd, MMA_IOC_FILTER, &f))
		f.flags = 0;
	memset(p, 1, AREA * PAGE);
	ioctl(fd, MMA_IOC_FLUSH);
	verdict(f.flags && balanced(fd, &st), "fuzz-balance", "a reader's counts do not add up");
	handed_on(fd);
	close(fd);
}

static void nothing(int sig) { }

/*
 * Nothing may wait for ever: a signal to each thread, a hundred times a second. Every
 * other second is calm, so that a self-test, which takes longer, comes to its end, too.
 */
static void kick(const struct thread *threads, unsigned int nr)
{
	for (unsigned int i = 0; calls < wanted; i++) {
		usleep(10000);
		if (i % 3000 == 0)
			fprintf(stderr, "dev_fuzz: %llu calls\n", (unsigned long long)calls);
		for (unsigned int j = 0; j < nr && i / 100 % 2 == 0; j++)
			pthread_kill(threads[j].id, SIGUSR1);
	}
}

static void end(struct thread *threads, unsigned int nr)
{
	kick(threads, nr);
	for (unsigned int i = 0; i < nr; i++) {
		while (pthread_tryjoin_np(threads[i].id, NULL)) {
			pthread_kill(threads[i].id, SIGUSR1);
			usleep(10000);
		}
	}
	for (int i = 0; i < PIDS; i++)
		if (pids[i] > 0)
			kill(pids[i], SIGKILL);
	for (int i = 0; i < FDS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	while (wait(NULL) > 0)
		;
}

int main(int argc, char **argv)
{
	unsigned long long seed = 1, nr = 4;
	struct sigaction sa = { .sa_handler = nothing };
	struct thread *threads;

	for (int i = 1; i < argc; i += 2) {
		unsigned long long *what = !strcmp(argv[i], "--calls") ? &wanted : !strcmp(argv[i], "--seed") ? &seed :
					   !strcmp(argv[i], "--threads") ? &nr : NULL;

		if (!what || i + 1 == argc) {
			fprintf(stderr, "usage: dev_fuzz [--calls N] [--threads N] [--seed N]\n");
			return 2;
		}
		*what = strtoull(argv[i + 1], NULL, 0);
	}
	sigaction(SIGUSR1, &sa, NULL);
	signal(SIGIO, SIG_IGN);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < FDS; i++)
		fds[i] = -1;
	threads = calloc(nr, sizeof(*threads));
	for (unsigned int i = 0; i < nr; i++)
		begin(&threads[i], seed * nr + i);
	end(threads, nr);
	printf("dev_fuzz: %llu calls by %llu threads, seed %llu:\n", (unsigned long long)calls, nr, seed);
	tell(threads, nr);
	verdict(!broken, "fuzz-whole", "records that are not whole, or a mapping of nothing");
	afterwards();
	return failed;
}
