// SPDX-License-Identifier: GPL-2.0
/* work.c - the workloads; prints what each costs. Under -icount shift=0 a guest nanosecond is an instruction. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../tools/decode.h"

#define PAGE	4096UL
#define ROUNDS	3		/* the least of them counts; the first warms up: it can read double */

static void die(const char *what)
{
	fprintf(stderr, "work: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* ---- the clock: starts and stops around what counts ---- */

static unsigned long long started, spent;

static void start(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	started = t.tv_sec * 1000000000ULL + t.tv_nsec;
}

static void stop(void)
{
	unsigned long long was = started;

	start();
	spent += started - was;
}

/* ---- a reader: a child that reads, and the parent for what is left at the end ---- */

static struct {
	int fd;
	pid_t child;
	unsigned long long *records;	/* shared; NULL: of another tool */
} reader = { .fd = -1 };

static unsigned long long device_lost(void)
{
	struct mma_stats st = { .size = sizeof(st) };

	if (ioctl(reader.fd, MMA_IOC_STATS, &st))
		die("MMA_IOC_STATS");
	return st.ring_full + st.missed;
}

static void decode(const unsigned char *buf, ssize_t n)
{
	struct cursor cur = { .at = buf, .left = n };
	struct record rec;

	while (decode_next(&cur, &rec) == DECODE_DECISION)
		__atomic_fetch_add(reader.records, 1, __ATOMIC_RELAXED);
}

static void drain(void)
{
	static unsigned char buf[1 << 16];
	ssize_t n;

	while ((n = read(reader.fd, buf, sizeof(buf))) > 0)
		decode(buf, n);
	if (n < 0 && errno != EAGAIN)
		die("read");
}

/* What another tool's file delivers, which is not ours to decode. */
static void drain_raw(void)
{
	static char buf[1 << 16];
	ssize_t n;

	while ((n = read(reader.fd, buf, sizeof(buf))) > 0)
		;
	if (n < 0 && errno != EAGAIN)
		die("read");
}

static void read_forever(void)
{
	struct pollfd p = { .fd = reader.fd, .events = POLLIN };

	for (;;) {
		poll(&p, 1, -1);
		drain();
	}
}

static void open_reader(int all)
{
	struct mma_filter f = { .size = sizeof(f), .flags = all ? MMA_FILTER_DECISIONS : 0 };

	reader.fd = open(MMA_DEV_PATH, O_RDONLY | O_NONBLOCK);
	if (reader.fd < 0 || ioctl(reader.fd, MMA_IOC_FILTER, &f))
		die(MMA_DEV_PATH);
	reader.records = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	reader.child = fork();
	if (!reader.child)
		read_forever();
}

static void open_raw(const char *path)
{
	reader.fd = open(path, O_RDONLY | O_NONBLOCK);
	if (reader.fd < 0)
		die(path);
}

static void close_reader(void)
{
	if (!reader.records)
		return;
	printf("lost %llu\n", device_lost());
	kill(reader.child, SIGKILL);
	waitpid(reader.child, NULL, 0);
}

/* ---- memory ---- */

static volatile char *map_anon(unsigned long pages)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || madvise(p, pages * PAGE, MADV_NOHUGEPAGE))
		die("mmap");
	return p;
}

static void touch(volatile char *p, unsigned long pages)
{
	for (unsigned long i = 0; i < pages; i++)
		p[i * PAGE] = 1;
}

static void unmap(volatile char *p, unsigned long pages)
{
	munmap((void *)p, pages * PAGE);
}

/* A child that shares all memory until it is let go. */
static pid_t share(int let_go[2])
{
	char c;
	pid_t pid;

	if (pipe(let_go))
		die("pipe");
	pid = fork();
	if (pid)
		return pid;
	close(let_go[1]);
	_exit(read(let_go[0], &c, 1));
}

static void part(pid_t pid, int let_go[2])
{
	close(let_go[0]);
	close(let_go[1]);
	waitpid(pid, NULL, 0);
}

/* ---- the workloads ---- */

static unsigned long range;	/* of one with a number in its name */
static unsigned int rounds;	/* ROUNDS, if it does not want more */

#define FAULTS 4096UL

static void cow(int copy)
{
	volatile char *p = map_anon(FAULTS);
	int let_go[2];
	pid_t pid;

	touch(p, FAULTS);
	pid = share(let_go);
	if (!copy)
		part(pid, let_go);
	start();
	touch(p, FAULTS);
	stop();
	if (copy)
		part(pid, let_go);
	unmap(p, FAULTS);
}

static void cow_copy(void) { cow(1); }
static void cow_reuse(void) { cow(0); }

static void anon(void)
{
	volatile char *p = map_anon(FAULTS);

	start();
	touch(p, FAULTS);
	stop();
	unmap(p, FAULTS);
}

/* One page a call, as allocators do. */
static void zap(void)
{
	volatile char *p = map_anon(FAULTS);

	touch(p, FAULTS);
	start();
	for (unsigned long i = 0; i < FAULTS; i++)
		if (madvise((void *)(p + i * PAGE), PAGE, MADV_DONTNEED))
			die("MADV_DONTNEED");
	stop();
	unmap(p, FAULTS);
}

/* Sixteen pages a fault, if the kernel has such folios: bench.sh asks. */
static void anon_large(void)
{
	volatile char *p = map_anon(FAULTS);

	if (madvise((void *)p, FAULTS * PAGE, MADV_HUGEPAGE))
		die("MADV_HUGEPAGE");
	start();
	touch(p, FAULTS);
	stop();
	unmap(p, FAULTS);
}

static void file(void)
{
	int fd = memfd_create("bench", 0);
	char *p;

	if (fd < 0 || ftruncate(fd, FAULTS * PAGE))
		die("memfd_create");
	for (int i = 0; i < 2; i++) {	/* first the pages, then faults on pages that are there */
		p = mmap(NULL, FAULTS * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
		if (p == MAP_FAILED)
			die("mmap");
		if (i)
			start();
		touch(p, FAULTS);
		if (i)
			stop();
		munmap(p, FAULTS * PAGE);
	}
	close(fd);
}

static void protect(volatile char *p, unsigned long pages)
{
	if (mprotect((void *)p, pages * PAGE, PROT_READ) ||
	    mprotect((void *)p, pages * PAGE, PROT_READ | PROT_WRITE))
		die("mprotect");
}

#define LARGE 8192UL

static void mprotect_large(void)
{
	volatile char *p = map_anon(LARGE);

	touch(p, LARGE);
	start();
	protect(p, LARGE);
	stop();
	unmap(p, LARGE);
}

/* Stops the clock and starts it from zero; returns what it has counted, or `least` if that is less. */
static unsigned long long least_of(unsigned long long least)
{
	stop();
	if (spent < least)
		least = spent;
	spent = 0;
	return least;
}

/*
 * Each call frees a mapping, and RCU runs what earlier calls have freed at some tick of
 * the clock: 500,000 instructions at once. So not all the calls are timed, but those of a
 * tenth of a tick, and the least of many such times has neither a tick in it nor that.
 */
#define PAIRS	2048
#define CHUNK	32

static void mprotect_one(void)
{
	volatile char *p = map_anon(3);
	unsigned long long least = ~0ULL;

	touch(p, 3);
	for (int i = 0; i < PAIRS / CHUNK; i++) {
		start();
		for (int j = 0; j < CHUNK; j++)
			protect(p + PAGE, 1);
		least = least_of(least);
	}
	spent = least * (PAIRS / CHUNK);
	unmap(p, 3);
}

/* Real-time, so that nothing runs meanwhile but interrupts: no kworker, no thread of RCU. */
static void be_alone(int alone)
{
	const struct sched_param fifo = { .sched_priority = 1 }, other = { };

	if (sched_setscheduler(0, alone ? SCHED_FIFO : SCHED_OTHER, alone ? &fifo : &other))
		die("sched_setscheduler");
}

#define FORKS 4

/* A fork takes as long as from one tick of the clock to the next, so that each has one in it. The least of them counts. */
static void fork_exit(void)
{
	unsigned long long least = ~0ULL;
	volatile char *p;
	pid_t pid;

	rounds = 4;
	for (int i = 0; i < FORKS; i++) {
		p = map_anon(LARGE);
		touch(p, LARGE);
		be_alone(1);
		start();
		pid = fork();
		if (!pid)
			_exit(0);
		waitpid(pid, NULL, 0);
		least = least_of(least);
		be_alone(0);
		unmap(p, LARGE);
	}
	spent = least * FORKS;
}

static void move(void)
{
	static void *at[FAULTS];
	static int nodes[FAULTS], status[FAULTS];
	volatile char *p = map_anon(FAULTS);

	touch(p, FAULTS);
	for (unsigned long i = 0; i < FAULTS; i++) {
		at[i] = (void *)(p + i * PAGE);
		nodes[i] = 1;
	}
	start();
	if (syscall(SYS_move_pages, 0, FAULTS, at, nodes, status, 2 /* MPOL_MF_MOVE */))
		die("move_pages");
	stop();
	unmap(p, FAULTS);
}

#define SWAPPED 1024UL

static void swap(void)
{
	volatile char *p = map_anon(SWAPPED);

	touch(p, SWAPPED);
	start();
	if (madvise((void *)p, SWAPPED * PAGE, MADV_PAGEOUT))
		die("MADV_PAGEOUT");
	touch(p, SWAPPED);
	stop();
	unmap(p, SWAPPED);
}

static void command(char *const argv[])
{
	int status;
	pid_t pid;

	start();
	pid = fork();
	if (!pid) {
		execv(argv[0], argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	stop();
	if (status)
		die(argv[0]);
}

static void script(void)
{
	command((char *[]){ "/bin/busybox", "sh", "-c",
		"i=0; while [ $i -lt 30 ]; do /bin/busybox true; i=$((i + 1)); done", NULL });
}

static void compile(void)
{
	command((char *[]){ "/test/tcc", "-nostdinc", "-c", "-o", "/tmp/out.o", "/test/compiled.c", NULL });
}

/*
 * One call on a range of so many pages: what is added to it is all that the
 * handlers of that one call do. What they leave to a worker must not run meanwhile.
 */
static void one_call(int prot, void (*call)(char *p))
{
	char *p = (char *)map_anon(range);

	rounds = 6;
	touch(p, range);
	if (mprotect(p, range * PAGE, prot))
		die("mprotect");
	if (reader.fd >= 0)
		drain();	/* its records need room */
	be_alone(1);
	call(p);
	be_alone(0);
}

static void call_mprotect(char *p)
{
	start();
	if (mprotect(p, range * PAGE, PROT_READ | PROT_WRITE))
		die("mprotect");
	stop();
	unmap(p, range);
}

/* To a page beyond an aligned address: entries are moved, not whole tables. */
static void call_mremap(char *p)
{
	char *to = (char *)map_anon(range + 1024), *at = (char *)(((unsigned long)to | (PAGE * 512 - 1)) + 1 + PAGE);

	start();
	if (mremap(p, range * PAGE, range * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, at) != at)
		die("mremap");
	stop();
	unmap(to, range + 1024);
}

static void one_mprotect(void) { one_call(PROT_READ, call_mprotect); }
static void one_mremap(void) { one_call(PROT_READ | PROT_WRITE, call_mremap); }

/* ---- a sweep, and what else tells of each entry ---- */

static unsigned long units;	/* of what has no fixed number of them */

/* Returns how many entries it found; the longest of its calls took *longest, if that is asked for. */
static unsigned long sweep(pid_t pid, unsigned long long *longest)
{
	static char findings[MMA_SWEEP_ROOM];
	struct mma_sweep sw = { .size = sizeof(sw), .pid = pid, .room = sizeof(findings), .buffer = (unsigned long)findings };
	unsigned long present = 0;
	unsigned long long before;

	do {
		before = spent;
		start();
		if (ioctl(reader.fd, MMA_IOC_SWEEP, &sw))
			die("MMA_IOC_SWEEP");
		stop();
		present += sw.present;
		if (longest && spent - before > *longest)
			*longest = spent - before;
	} while (sw.addr);
	return present;
}

#define SWEPT 32768UL		/* the rest of the process is few beside them */

static void sweep_entries(int prot)
{
	volatile char *p = map_anon(SWEPT);

	touch(p, SWEPT);
	if (mprotect((void *)p, SWEPT * PAGE, prot))
		die("mprotect");
	units = sweep(getpid(), NULL);
	unmap(p, SWEPT);
}

static void sweep_writable(void) { sweep_entries(PROT_READ | PROT_WRITE); }
static void sweep_read_only(void) { sweep_entries(PROT_READ); }

static void pagemap(void)
{
	static unsigned long long entries[SWEPT];
	volatile char *p = map_anon(SWEPT);
	int fd = open("/proc/self/pagemap", O_RDONLY);

	touch(p, SWEPT);
	start();
	if (fd < 0 || pread(fd, entries, sizeof(entries), (unsigned long)p / PAGE * 8) != sizeof(entries))
		die("pagemap");
	stop();
	close(fd);
	unmap(p, SWEPT);
	units = SWEPT;
}

/* ---- as many processes as processors, each on its own ---- */

static void fault_on(unsigned long cpu, int ready, int go)
{
	volatile char *p;
	cpu_set_t set;
	char c = 0;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("sched_setaffinity");
	p = map_anon(FAULTS);
	if (write(ready, &c, 1) != 1 || read(go, &c, 1))
		die("pipe");
	touch(p, FAULTS);
	_exit(0);
}

static void scale(void)
{
	int ready[2], go[2], status;
	char c;

	if (pipe(ready) || pipe(go))
		die("pipe");
	for (unsigned long cpu = 0; cpu < range; cpu++)
		if (!fork()) {
			close(go[1]);
			fault_on(cpu, ready[1], go[0]);
		}
	for (unsigned long cpu = 0; cpu < range; cpu++)
		if (read(ready[0], &c, 1) != 1)
			die("pipe");
	start();
	close(go[1]);
	for (unsigned long cpu = 0; cpu < range; cpu++)
		if (wait(&status) < 0 || status)
			die("a fault");
	stop();
	close(go[0]);
	close(ready[0]);
	close(ready[1]);
	units = range * FAULTS;
}

/* The longest call of a sweep: of so many entries, which a table of 512 pages of memory lends itself to; of so many tasks. */
static void sweep_call(void)
{
	const unsigned long lent = range < 512 ? range : 512;
	unsigned long long longest = 0;
	char *all = mmap(NULL, range * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = memfd_create("bench", 0);

	if (fd < 0 || ftruncate(fd, lent * PAGE) || all == MAP_FAILED)
		die("memfd_create");
	for (unsigned long i = 0; i < range; i += lent)
		if (mmap(all + i * PAGE, lent * PAGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED | MAP_POPULATE, fd, 0) == MAP_FAILED)
			die("mmap");
	if (sweep(getpid(), &longest) < range)
		die("too few entries swept");
	spent = longest;
	munmap(all, range * PAGE);
	close(fd);
}

static void sweep_tasks(void)
{
	pid_t *tasks = calloc(range, sizeof(*tasks));
	unsigned long long longest = 0;

	for (unsigned long i = 0; i < range; i++) {
		tasks[i] = fork();
		if (!tasks[i])
			for (;;)
				pause();
		if (tasks[i] < 0)
			die("fork");
	}
	for (unsigned long i = 0; i < range; i++)
		sweep(tasks[i], &longest);
	for (unsigned long i = 0; i < range; i++) {
		kill(tasks[i], SIGKILL);
		waitpid(tasks[i], NULL, 0);
	}
	spent = longest;
	free(tasks);
}

static const struct work {
	const char *name;
	void (*run)(void);
	unsigned long units;	/* 0: it says how many */
} works[] = {
	{ "cow-copy",		cow_copy,	FAULTS },
	{ "cow-reuse",		cow_reuse,	FAULTS },
	{ "anon",		anon,		FAULTS },
	{ "anon-64k",		anon_large,	FAULTS },
	{ "zap",		zap,		FAULTS },
	{ "file",		file,		FAULTS },
	{ "mprotect-8192",	mprotect_large,	LARGE },
	{ "mprotect-1",		mprotect_one,	PAIRS },
	{ "fork",		fork_exit,	FORKS },
	{ "move",		move,		FAULTS },
	{ "swap",		swap,		SWAPPED },
	{ "script",		script,		1 },
	{ "compile",		compile,	1 },
	{ "one-mprotect-%lu",	one_mprotect,	1 },
	{ "one-mremap-%lu",	one_mremap,	1 },
	{ "sweep-writable",	sweep_writable,	0 },
	{ "sweep-read-only",	sweep_read_only, 0 },
	{ "pagemap",		pagemap,	0 },
	{ "scale-%lu",		scale,		0 },
	{ "sweep-call-%lu",	sweep_call,	1 },
	{ "sweep-tasks-%lu",	sweep_tasks,	1 },
};

static const struct work *find(const char *name)
{
	range = 0;
	for (unsigned int i = 0; i < sizeof(works) / sizeof(*works); i++)
		if (!strcmp(works[i].name, name) || sscanf(name, works[i].name, &range) == 1)
			return &works[i];
	errno = EINVAL;
	die(name);
	return NULL;
}

/* The reader's share belongs to the round that caused it. */
static void round_of(const struct work *w)
{
	spent = 0;
	w->run();
	if (reader.fd < 0)
		return;
	start();
	if (reader.records)
		drain();
	else
		drain_raw();
	if (!range || w->units != 1)	/* else it is the call that counts, alone */
		stop();
}

static void measure(const struct work *w, const char *name)
{
	unsigned long long best = ~0ULL, records = 0;

	units = w->units;
	rounds = ROUNDS;
	for (unsigned int i = 0; i < rounds; i++) {
		if (reader.records)
			records = *reader.records;
		round_of(w);
		if (i && spent < best)
			best = spent;
	}
	printf("%s %.2f\n", name, (double)best / units);
	if (reader.records)
		printf("%s.records %.4f\n", name, (double)(*reader.records - records) / units);
}

int main(int argc, char **argv)
{
	int at = 1;

	if (argc > 1 && !strncmp(argv[1], "--reader=", 9)) {
		open_reader(!strcmp(argv[1] + 9, "all"));
		at = 2;
	} else if (argc > 1 && !strncmp(argv[1], "--raw=", 6)) {
		open_raw(argv[1] + 6);
		at = 2;
	}
	for (; at < argc; at++) {
		measure(find(argv[at]), argv[at]);
		fflush(stdout);
	}
	close_reader();
	return 0;
}
