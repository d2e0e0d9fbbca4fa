// SPDX-License-Identifier: GPL-2.0
/*
 * fail_nth.c - what becomes of the module when it gets no memory: each thing it does is done again and again, and each
 * time the next one of the allocations it makes fails, until all had their turn.
 *
 *   fail_nth NAME STEP MODULE [PARAMETERS]	as root, with CONFIG_FAULT_INJECTION; the module is not loaded
 *
 * /proc/self/fail-nth makes the n-th allocation of this task fail, once; it counts those of who calls us, too. Loading
 * is walked from where the kernel has read the module and its parameters, and in steps of STEP, for it takes long.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mmaudit.h"

#define PAGE	4096UL
#define LIMIT	5000U		/* allocations of one thing; more is no end */

static int nth_fd, dev = -1, load_step;
static const char *name, *module, *params;	/* name: of the tests, before what is done */
static char *buf;

/* 0: none. */
static void fail_at(unsigned int n)
{
	char s[16];
	int len = sprintf(s, "%u", n);

	if (pwrite(nth_fd, s, len, 0) != len) {
		perror("fail-nth");
		exit(2);
	}
}

/* 0: it has failed. */
static unsigned int left(void)
{
	char s[16] = "";

	if (pread(nth_fd, s, sizeof(s) - 1, 0) <= 0) {
		perror("fail-nth");
		exit(2);
	}
	return atoi(s);
}

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

static int ask(unsigned long cmd, void *arg)
{
	return result(ioctl(dev, cmd, arg));
}

/* ---- what it does ---- */

static int load_with(const char *words)
{
	int fd = open(module, O_RDONLY | O_CLOEXEC), ret;

	ret = result(syscall(SYS_finit_module, fd, words, 0));
	close(fd);
	return ret;
}

static int load(void) { return load_with(params); }

/* Allocations up to the last parameter, which is wrong. */
static unsigned int before_init(void)
{
	unsigned int used;

	fail_at(LIMIT);
	load_with("action=nonsense");
	used = LIMIT - left();
	fail_at(0);
	return used;
}

static int unload(void) { return result(syscall(SYS_delete_module, "mmaudit", O_NONBLOCK)); }

static int dev_open(void)
{
	dev = open(MMA_DEV_PATH, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	return result(dev);
}

static int dev_close(void)
{
	int ret = result(close(dev));

	dev = -1;
	return ret;
}

static int version(void) { return ask(MMA_IOC_VERSION, &(struct mma_version){ .size = sizeof(struct mma_version) }); }
static int stats(void) { return ask(MMA_IOC_STATS, &(struct mma_stats){ .size = sizeof(struct mma_stats) }); }
static int point(void) { return ask(MMA_IOC_POINT, &(struct mma_point_info){ .size = sizeof(struct mma_point_info) }); }
static int site(void) { return ask(MMA_IOC_SITE, &(struct mma_site_info){ .size = sizeof(struct mma_site_info) }); }
static int flush(void) { return ask(MMA_IOC_FLUSH, NULL); }
static int selftest(void) { return ask(MMA_IOC_SELFTEST, NULL); }

static int symbol(void)
{
	return ask(MMA_IOC_SYMBOL, &(struct mma_symbol){ .size = sizeof(struct mma_symbol), .addr = 0xffffffff81000000 });
}

static int filter_by(unsigned int flags, int pid)
{
	return ask(MMA_IOC_FILTER, &(struct mma_filter){ .size = sizeof(struct mma_filter), .flags = flags, .pid = pid });
}

static int filter(void) { return filter_by(MMA_FILTER_DECISIONS | MMA_FILTER_DESCENDANTS, getpid()); }
static int filter_sweep(void) { return filter_by(MMA_FILTER_SWEEP | MMA_FILTER_DESCENDANTS, getpid()); }
static int filter_none(void) { return filter_by(0, 0); }

static int sweep(void)
{
	struct mma_sweep sw = {
		.size = sizeof(sw), .pid = getpid(), .room = MMA_SWEEP_ROOM, .buffer = (unsigned long)buf,
		.flags = MMA_SWEEP_DUMP,
	};

	return ask(MMA_IOC_SWEEP, &sw);
}

static int read_records(void) { return result(read(dev, buf, MMA_SWEEP_ROOM)); }

/* ---- in which state it is done, and how to get back to that ---- */

enum state { ABSENT, LOADED, OPEN, FILTERED };

static enum state now(void)
{
	if (dev >= 0)
		return OPEN;
	return access("/sys/module/mmaudit/initstate", F_OK) ? ABSENT : LOADED;
}

/* With something to read: this very task faults. */
static int filter_and_fault(void)
{
	int ret = filter();
	void *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	munmap(p, 8 * PAGE);
	return ret;
}

static int get_to(enum state want)
{
	int ret = 0;

	if (dev >= 0 && want < OPEN)
		ret = dev_close();
	if (!ret && want == ABSENT && now() == LOADED)
		ret = unload();
	if (!ret && want >= LOADED && now() == ABSENT)
		ret = load();
	if (!ret && want >= OPEN && dev < 0)
		ret = dev_open();
	return !ret && want >= OPEN ? (want == FILTERED ? filter_and_fault() : filter_none()) : ret;
}

static const struct thing {
	const char *name;
	int (*run)(void);
	enum state from;
	unsigned int most;	/* to fail; 0: it makes none, for all we know */
} things[] = {
	{ "load",		load,		ABSENT,		LIMIT },
	{ "open",		dev_open,	LOADED,		LIMIT },
	{ "version",		version,	OPEN,		0 },
	{ "stats",		stats,		OPEN,		0 },
	{ "point",		point,		OPEN,		0 },
	{ "site",		site,		OPEN,		0 },
	{ "symbol",		symbol,		OPEN,		LIMIT },
	{ "flush",		flush,		OPEN,		0 },
	{ "filter",		filter,		OPEN,		LIMIT },
	{ "filter-sweep",	filter_sweep,	OPEN,		LIMIT },
	{ "filter-none",	filter_none,	FILTERED,	0 },
	{ "read",		read_records,	FILTERED,	0 },
	{ "sweep",		sweep,		OPEN,		LIMIT },
	{ "selftest",		selftest,	OPEN,		LIMIT },
	{ "close",		dev_close,	FILTERED,	0 },
	/*
	 * Each kprobe whose removal fails leaves the kernel's count of them one too low (kernel/kprobes.c:1123 of 6.12):
	 * more than there are probes, and none is hit any more. It cannot fail, so we must try until it is done.
	 */
	{ "unload",		unload,		LOADED,		1 },
};

/* ---- one after the other ---- */

static int failed;

static void fail(const struct thing *t, unsigned int n, const char *why, int err)
{
	printf("fail %s-%s allocation %u: %s: %s\n", name, t->name, n, why, strerror(-err));
	failed = 1;
}

/* What was refused has left no trace, what was not works: all of it can be done now. */
static int works(const struct thing *t, unsigned int n)
{
	struct mma_version v = { .size = sizeof(v) };
	int ret = get_to(t->from);

	if (ret) {
		fail(t, n, "after it the module cannot be brought back", ret);
		return 0;
	}
	if (t->from != ABSENT)
		return 1;
	ret = load() ?: dev_open() ?: ask(MMA_IOC_VERSION, &v) ?: dev_close() ?: unload();
	if (ret || v.state != MMA_STATE_OK)
		fail(t, n, ret ? "after it the module does not load" : v.reason, ret);
	return !ret && v.state == MMA_STATE_OK;
}

/* 0: there was no n-th allocation, -1: it went wrong. */
static int fail_one(const struct thing *t, unsigned int n, unsigned int *refused)
{
	int ret, fired;

	fail_at(n);
	ret = t->run();
	fired = !left();
	fail_at(0);
	*refused += !!ret;
	if (ret && (!fired || ret != -ENOMEM)) {
		fail(t, n, "not the error that is true", ret);
		return -1;
	}
	if (n % 16 == 1 || t->from != ABSENT)
		return works(t, n) ? fired : -1;
	ret = get_to(ABSENT);
	if (ret)
		fail(t, n, "does not unload", ret);
	return ret ? -1 : fired;
}

static void walk(const struct thing *t)
{
	unsigned int first = t->run == load ? before_init() : 0, step = t->run == load ? load_step : 1;
	unsigned int n = first, done = 0, refused = 0;
	int ret = get_to(t->from);

	if (ret) {
		fail(t, 0, "cannot begin", ret);
		return;
	}
	do {
		n += step;
		fprintf(stderr, "fail_nth: %s %u\n", t->name, n);
		ret = fail_one(t, n, &refused);
		done += ret > 0;
	} while (ret > 0 && done != (t->most ?: LIMIT));
	if (ret < 0)
		return;
	if (done == LIMIT || (t->most && !done))
		fail(t, n, done ? "there is no end" : "none was made to fail", 0);
	else
		printf("pass %s-%s\n%s: of %u allocations each %u. failed once: %u times refused, else done without\n",
		       name, t->name, t->name, n - first - !ret, step, refused);
}

/* Memory given up at exit is swept, or counted as not swept, whichever allocation fails. */
static void at_exit(void)
{
	static const struct thing t = { "sweep-at-exit", NULL, OPEN, LIMIT };
	struct mma_stats before = { .size = sizeof(before) }, after = before;
	unsigned int n, exits = 32;
	int ret = get_to(OPEN) ?: filter_sweep() ?: ask(MMA_IOC_STATS, &before);

	for (n = 1; !ret && n <= exits; n++) {
		int pid = fork();

		if (!pid) {
			nth_fd = open("/proc/self/fail-nth", O_RDWR);
			fail_at(n);
			_exit(0);
		}
		waitpid(pid, NULL, 0);
	}
	ret = ret ?: ask(MMA_IOC_FLUSH, NULL) ?: ask(MMA_IOC_STATS, &after);
	after.swept -= before.swept;
	after.sweeps_lost -= before.sweeps_lost;
	if (ret || after.swept + after.sweeps_lost != exits)
		fail(&t, exits, "swept and not swept are not all exits", ret);
	else
		printf("pass %s-%s\n%s: %llu of %u swept, %llu counted as lost\n", name, t.name, t.name,
		       (unsigned long long)after.swept, exits, (unsigned long long)after.sweeps_lost);
}

int main(int argc, char **argv)
{
	if (argc < 4 || atoi(argv[2]) < 1) {
		fprintf(stderr, "usage: fail_nth NAME STEP MODULE [PARAMETERS]\n");
		return 2;
	}
	name = argv[1];
	load_step = atoi(argv[2]);
	module = argv[3];
	params = argc > 4 ? argv[4] : "";
	setvbuf(stdout, NULL, _IOLBF, 0);
	buf = mmap(NULL, MMA_SWEEP_ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	nth_fd = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (nth_fd < 0) {
		perror("/proc/self/fail-nth");
		return 2;
	}
	for (unsigned int i = 0; i < sizeof(things) / sizeof(*things); i++)
		walk(&things[i]);
	at_exit();
	if (get_to(ABSENT)) {
		printf("fail %s-ends the module stays\n", name);
		failed = 1;
	}
	return failed;
}
