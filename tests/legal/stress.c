/* stress.c - threads and forked children do everything at once; each finds again what it wrote. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "rows.h"
#include "stress.h"

/*
 * The oracle: every thread owns one word of every page and remembers what it wrote there. Whoever only reads and
 * writes holds the area's lock for reading, whoever changes protection or address holds it for writing; migration,
 * reclaim, collapse, write protection by userfaultfd and KSM need no lock, for nobody may notice them.
 */
enum { MAX_THREADS = 16, PAGES = HPAGE / PAGE };

enum kind {
	ANON, HUGE, SHMEM, SHMEM_HUGE, HUGETLB, PRIVATE_FILE, EXT4, VFAT, DAX, NR_AREAS
};

static struct area {
	const char *name;
	char *p;		/* changes under the lock held for writing */
	char *other;		/* where mremap moves it next */
	size_t pages;
	bool private, moves, watched;
	bool huge;		/* asks for huge pages */
	bool whole;		/* is protected and unprotected in one piece only */
	const char *fs;		/* where its file is */
	int fd;
	pthread_rwlock_t lock;
} areas[NR_AREAS] = {
	[ANON]		= { "anon",		.pages = 256, .private = true, .moves = true, .watched = true },
	[HUGE]		= { "huge",		.pages = PAGES, .private = true, .moves = true, .watched = true,
			    .huge = true },
	[SHMEM]		= { "shmem",		.pages = 256, .watched = true },
	[SHMEM_HUGE]	= { "shmem-huge",	.pages = PAGES, .watched = true, .huge = true },
	[HUGETLB]	= { "hugetlb",		.pages = PAGES, .whole = true },
	[PRIVATE_FILE]	= { "private-file",	.pages = 64, .private = true },
	[EXT4]		= { "ext4",		.pages = 64, .fs = "ext4" },
	[VFAT]		= { "vfat",		.pages = 64, .fs = "vfat" },
	[DAX]		= { "dax",		.pages = 64, .fs = "dax" },
};

struct worker {
	int id;
	u64 random, counter;
	u64 mine[NR_AREAS][PAGES];
	u64 done[64], tried[64];	/* by operation */
};

static struct stress_options options;
static struct ufd *watcher;
static volatile bool over;

/* xorshift64: the same seed gives each thread the same choices; their interleaving is the machine's. */
u64 roll(struct worker *w, u64 n)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return w->random % n;
}

static volatile u64 *word(struct worker *w, const struct area *a, size_t page)
{
	return (volatile u64 *)(a->p + page * PAGE) + 1 + w->id;
}

static struct area *any_area(struct worker *w)
{
	struct area *a;

	do
		a = &areas[roll(w, NR_AREAS)];
	while (!a->p);
	return a;
}

static u64 *mine(struct worker *w, const struct area *a, size_t page)
{
	return &w->mine[a - areas][page];
}

static void verify(struct worker *w, const struct area *a, size_t page)
{
	u64 found = *word(w, a, page);

	must(found == *mine(w, a, page), "seed %llu: thread %d, %s page %zu holds %llu, written was %llu",
	     (unsigned long long)options.seed, w->id, a->name, page, (unsigned long long)found,
	     (unsigned long long)*mine(w, a, page));
}

static void put(struct worker *w, struct area *a, size_t page)
{
	*word(w, a, page) = *mine(w, a, page) = ++w->counter;
}

struct range {
	size_t first, nr;
};

static struct range any_range(struct worker *w, const struct area *a)
{
	struct range r;

	r.nr = 1 + roll(w, roll(w, 8) ? 16 : a->pages);
	if (r.nr > a->pages || a->whole)
		r.nr = a->pages;
	r.first = roll(w, a->pages - r.nr + 1);
	return r;
}

static bool advise(struct worker *w, struct area *a, int advice)
{
	struct range r = any_range(w, a);
	bool ok;

	pthread_rwlock_rdlock(&a->lock);
	ok = !madvise(a->p + r.first * PAGE, r.nr * PAGE, advice);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* ---- operations: true when done ---- */

static bool op_write(struct worker *w)
{
	struct area *a = any_area(w);
	struct range r = any_range(w, a);

	pthread_rwlock_rdlock(&a->lock);
	for (; r.nr--; r.first++)
		put(w, a, r.first);
	pthread_rwlock_unlock(&a->lock);
	return true;
}

static bool op_check(struct worker *w)
{
	struct area *a = any_area(w);
	struct range r = any_range(w, a);

	pthread_rwlock_rdlock(&a->lock);
	for (; r.nr--; r.first++)
		verify(w, a, r.first);
	pthread_rwlock_unlock(&a->lock);
	return true;
}

static bool op_mprotect(struct worker *w)
{
	struct area *a = any_area(w);
	struct range r = any_range(w, a);
	char *p;
	bool ok;

	pthread_rwlock_wrlock(&a->lock);
	p = a->p + r.first * PAGE;
	ok = !mprotect(p, r.nr * PAGE, roll(w, 2) ? PROT_READ : PROT_NONE);
	protect(p, r.nr * PAGE, RW);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* mremap leaves a hole for a moment; nobody's mmap() may land there. */
static pthread_mutex_t holes = PTHREAD_MUTEX_INITIALIZER;

char *scratch_map(size_t len, int flags, int fd)
{
	char *p;

	pthread_mutex_lock(&holes);
	p = mmap(NULL, len, RW, flags, fd, 0);
	pthread_mutex_unlock(&holes);
	return p == MAP_FAILED ? NULL : p;
}

static void keep_place(char *p, size_t len)
{
	mmap(p, len, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

static void area_moved(struct area *a, size_t len)
{
	char *old = a->p;

	a->p = a->other;
	a->other = old;
	if (watcher && a->watched)
		must(!ufd_register(watcher, a->p, len, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER after mremap");
}

/* Fails while the area is more than one VMA, having unmapped the target all the same. */
static bool op_mremap(struct worker *w)
{
	struct area *a = any_area(w);
	size_t len = a->pages * PAGE;
	bool ok;

	if (!a->moves)
		return false;
	pthread_rwlock_wrlock(&a->lock);
	pthread_mutex_lock(&holes);
	ok = mremap(a->p, len, len, MREMAP_MAYMOVE | MREMAP_FIXED, a->other) == a->other;
	must(ok || errno == EFAULT, "mremap: %s", strerror(errno));
	if (ok)
		area_moved(a, len);
	keep_place(a->other, len);
	pthread_mutex_unlock(&holes);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* The child has its own copy of what is private, and its parent's word stands still while it waits. */
static void child(struct worker *w)
{
	struct area *a;
	int i;

	for (i = 0; i < 100; i++) {
		size_t page;

		a = any_area(w);
		page = roll(w, a->pages);
		verify(w, a, page);
		if (a->private)
			put(w, a, page);
	}
	leave();
}

static bool op_fork(struct worker *w)
{
	pid_t pid;
	int i;

	for (i = 0; i < NR_AREAS; i++)
		pthread_rwlock_rdlock(&areas[i].lock);
	pid = fork();
	if (!pid)
		child(w);
	for (i = NR_AREAS - 1; i >= 0; i--)
		pthread_rwlock_unlock(&areas[i].lock);
	if (pid < 0)
		return false;
	join(pid);
	return true;
}

static bool op_migrate(struct worker *w)
{
	enum { N = 16 };
	struct area *a = any_area(w);
	int nodes[N], status[N], i, node = roll(w, 2), there = 0;
	void *pages[N];

	pthread_rwlock_rdlock(&a->lock);
	for (i = 0; i < N; i++) {
		pages[i] = a->p + roll(w, a->pages) * PAGE;
		nodes[i] = node;
		status[i] = -1;
	}
	syscall(SYS_move_pages, 0, (long)N, pages, nodes, status, 4 /* MPOL_MF_MOVE_ALL */);
	for (i = 0; i < N; i++)
		there += status[i] == node;
	pthread_rwlock_unlock(&a->lock);
	return there;
}

/* The policy is taken back, so that the area stays one VMA. */
static bool op_mbind(struct worker *w)
{
	struct area *a = any_area(w);
	struct range r = any_range(w, a);
	unsigned long node = 1ul << roll(w, 2);
	char *p;
	bool ok;

	pthread_rwlock_rdlock(&a->lock);
	p = a->p + r.first * PAGE;
	ok = !syscall(SYS_mbind, p, r.nr * PAGE, 2L /* MPOL_BIND */, &node, 3L, 2L /* MPOL_MF_MOVE */);
	syscall(SYS_mbind, p, r.nr * PAGE, 0L /* MPOL_DEFAULT */, NULL, 0L, 0L);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

static bool op_pageout(struct worker *w)	{ return advise(w, any_area(w), 21 /* MADV_PAGEOUT */); }
static bool op_willneed(struct worker *w)	{ return advise(w, any_area(w), MADV_WILLNEED); }

/* The whole area, so that it stays one VMA. */
static bool merge(int advice)
{
	struct area *a = &areas[ANON];
	bool ok;

	pthread_rwlock_rdlock(&a->lock);
	ok = !madvise(a->p, a->pages * PAGE, advice);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

static bool op_mergeable(struct worker *w)
{
	(void)w;
	return merge(MADV_MERGEABLE);
}

static bool op_unmergeable(struct worker *w)
{
	(void)w;
	return merge(MADV_UNMERGEABLE);
}

static bool op_collapse(struct worker *w)
{
	struct area *a = &areas[HUGE];
	bool ok;

	(void)w;
	pthread_rwlock_rdlock(&a->lock);
	ok = !madvise(a->p, HPAGE, 25 /* MADV_COLLAPSE */);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

static bool op_mlock(struct worker *w)
{
	struct area *a = any_area(w);
	struct range r = any_range(w, a);
	char *p;
	bool ok;

	pthread_rwlock_rdlock(&a->lock);
	p = a->p + r.first * PAGE;
	ok = !mlock(p, r.nr * PAGE);
	munlock(p, r.nr * PAGE);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* Cleans: the next write of each page must be told to the file system again. */
static bool op_sync(struct worker *w)
{
	struct area *a = &areas[EXT4 + roll(w, 3)];

	if (!a->p)
		return false;
	return !(roll(w, 2) ? fsync(a->fd) : msync(a->p, a->pages * PAGE, MS_SYNC));
}

static bool op_watch(struct worker *w)
{
	struct area *a = any_area(w);
	struct range r = any_range(w, a);
	bool ok;

	if (!watcher || !a->watched)
		return false;
	pthread_rwlock_rdlock(&a->lock);
	ok = !ufd_wp(watcher, a->p + r.first * PAGE, r.nr * PAGE, roll(w, 4));
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* Through the kernel. */
static bool op_vm_write(struct worker *w)
{
	struct area *a = any_area(w);
	size_t page = roll(w, a->pages);
	u64 value = ++w->counter;
	struct iovec local = { &value, sizeof(value) }, remote = { NULL, sizeof(value) };
	bool ok;

	pthread_rwlock_rdlock(&a->lock);
	remote.iov_base = (void *)word(w, a, page);
	ok = process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == sizeof(value);
	if (ok)
		*mine(w, a, page) = value;
	verify(w, a, page);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* Writes the worker's word where the mapping may not be written to, if forced. */
static bool mem_write(struct worker *w, struct area *a, size_t page)
{
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	u64 value = ++w->counter;
	bool ok = pwrite(fd, &value, sizeof(value), (uintptr_t)word(w, a, page)) == sizeof(value);

	close(fd);
	if (ok)
		*mine(w, a, page) = value;
	verify(w, a, page);
	return ok;
}

static bool op_mem_write(struct worker *w)
{
	struct area *a = any_area(w);
	bool ok;

	pthread_rwlock_rdlock(&a->lock);
	ok = mem_write(w, a, roll(w, a->pages));
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* FOLL_FORCE: only private mappings let it break their protection, by a copy. */
static bool op_mem_force(struct worker *w)
{
	struct area *a = any_area(w);
	size_t page = roll(w, a->pages);
	char *p;
	bool ok;

	if (!a->private)
		return false;
	pthread_rwlock_wrlock(&a->lock);
	p = a->p + page * PAGE;
	protect(p, PAGE, PROT_READ);
	ok = mem_write(w, a, page);
	protect(p, PAGE, RW);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

static void tracer(pid_t tid, volatile u64 *at, u64 value)
{
	int status;

	if (ptrace(PTRACE_SEIZE, tid, NULL, NULL))
		leave();
	ptrace(PTRACE_INTERRUPT, tid, NULL, NULL);
	waitpid(tid, &status, __WALL);
	ptrace(PTRACE_POKEDATA, tid, at, value);
	ptrace(PTRACE_DETACH, tid, NULL, NULL);
	leave();
}

/* The write of a debugger: by ptrace. */
static bool op_poke(struct worker *w)
{
	struct area *a = any_area(w);
	size_t page = roll(w, a->pages);
	pid_t tid = syscall(SYS_gettid), pid;
	u64 value = ++w->counter;
	bool ok = false;

	pthread_rwlock_rdlock(&a->lock);
	pid = fork();
	if (!pid)
		tracer(tid, word(w, a, page), value);
	if (pid > 0) {
		join(pid);
		ok = *word(w, a, page) == value;
	}
	if (ok)
		*mine(w, a, page) = value;
	verify(w, a, page);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* Takes the watch off and puts it back: what was write-protected may be written. */
static bool op_unregister(struct worker *w)
{
	struct area *a = any_area(w);
	bool ok;

	if (!watcher || !a->watched)
		return false;
	pthread_rwlock_wrlock(&a->lock);
	ok = !ufd_unregister(watcher, a->p, a->pages * PAGE);
	ok = !ufd_register(watcher, a->p, a->pages * PAGE, UFFDIO_REGISTER_MODE_WP) && ok;
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* A read-only pin: FAULT_FLAG_UNSHARE if a child has the page. */
static bool op_vm_read(struct worker *w)
{
	struct area *a = any_area(w);
	size_t page = roll(w, a->pages);
	u64 value = 0;
	struct iovec local = { &value, sizeof(value) }, remote = { NULL, sizeof(value) };
	bool ok;

	pthread_rwlock_rdlock(&a->lock);
	remote.iov_base = (void *)word(w, a, page);
	ok = process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == sizeof(value);
	must(!ok || value == *mine(w, a, page), "process_vm_readv of %s page %zu", a->name, page);
	pthread_rwlock_unlock(&a->lock);
	return ok;
}

/* Pins a page for as long as it takes to write it. */
static bool op_pin(struct worker *w)
{
	struct area *a = &areas[roll(w, 2) ? ANON : HUGE];
	struct io_uring_params params = { 0 };
	size_t page = roll(w, a->pages);
	struct iovec iov = { NULL, PAGE };
	int fd = syscall(SYS_io_uring_setup, 1, &params);
	bool ok;

	if (fd < 0)
		return false;
	pthread_rwlock_rdlock(&a->lock);
	iov.iov_base = a->p + page * PAGE;
	ok = !syscall(SYS_io_uring_register, fd, IORING_REGISTER_BUFFERS, &iov, 1);
	put(w, a, page);
	pthread_rwlock_unlock(&a->lock);
	close(fd);
	return ok;
}

static bool op_compact(struct worker *w)
{
	(void)w;
	return write_str("/proc/sys/vm/compact_memory", "1");
}

static bool op_swapoff(struct worker *w)
{
	(void)w;
	return swap_off_on();
}

/* Left out by default: kernels lose soft-dirty when pages move meanwhile, and an auditor rightly says so. */
static bool op_clear_refs(struct worker *w)
{
	(void)w;
	if (!options.softdirty)
		return false;
	clear_refs();
	return true;
}

static const struct op {
	const char *name;
	bool (*fn)(struct worker *w);
	int weight;
} ops[] = {
	{ "write",		op_write,	4000 },
	{ "check",		op_check,	2000 },
	{ "mprotect",		op_mprotect,	500 },
	{ "mremap",		op_mremap,	100 },
	{ "fork",		op_fork,	60 },
	{ "migrate",		op_migrate,	400 },
	{ "pageout",		op_pageout,	100 },
	{ "willneed",		op_willneed,	50 },
	{ "mergeable",		op_mergeable,	20 },
	{ "unmergeable",	op_unmergeable,	10 },
	{ "collapse",		op_collapse,	20 },
	{ "mlock",		op_mlock,	50 },
	{ "sync",		op_sync,	60 },
	{ "uffd-wp",		op_watch,	400 },
	{ "vm-write",		op_vm_write,	300 },
	{ "vm-read",		op_vm_read,	300 },
	{ "mem-write",		op_mem_write,	100 },
	{ "mem-force",		op_mem_force,	100 },
	{ "poke",		op_poke,	10 },
	{ "uffd-unregister",	op_unregister,	40 },
	{ "mbind",		op_mbind,	60 },
	{ "pin",		op_pin,		60 },
	{ "scratch-advise",	scratch_advise,	50 },
	{ "scratch-copy",	scratch_copy,	60 },
	{ "scratch-continue",	scratch_continue, 30 },
	{ "scratch-move",	scratch_move,	60 },
	{ "scratch-splice",	scratch_splice,	30 },
	{ "compact",		op_compact,	2 },
	{ "swapoff",		op_swapoff,	2 },
	{ "clear-refs",		op_clear_refs,	50 },
};

#define NR_OPS (int)(sizeof(ops) / sizeof(ops[0]))

static int choose(struct worker *w)
{
	int i, sum = 0, at;

	for (i = 0; i < NR_OPS; i++)
		sum += ops[i].weight;
	at = roll(w, sum);
	for (i = 0; at >= ops[i].weight; i++)
		at -= ops[i].weight;
	return i;
}

/* Other threads may still be at work. */
static void verify_all(struct worker *w)
{
	struct area *a;
	size_t page;

	for (a = areas; a < areas + NR_AREAS; a++) {
		pthread_rwlock_rdlock(&a->lock);
		for (page = 0; a->p && page < a->pages; page++)
			verify(w, a, page);
		pthread_rwlock_unlock(&a->lock);
	}
}

static __thread const char *doing = "nothing";

static const char *area_at(const char *p)
{
	const struct area *a;

	for (a = areas; a < areas + NR_AREAS; a++)
		if (a->p && p >= a->p && p < a->p + a->pages * PAGE)
			return a->name;
	return "no area";
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	fail("seed %llu: signal %d, code %d at %p (%s) in %s", (unsigned long long)options.seed, sig, info->si_code,
	     info->si_addr, area_at(info->si_addr), doing);
}

static void catch_faults(void)
{
	struct sigaction sa = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };

	sigaction(SIGSEGV, &sa, NULL);
	sigaction(SIGBUS, &sa, NULL);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	int op;

	while (!over) {
		op = choose(w);
		doing = ops[op].name;
		w->tried[op]++;
		w->done[op] += ops[op].fn(w);
	}
	doing = "the end";
	verify_all(w);
	return NULL;
}

/* ---- setup ---- */

/* -1: none; -2: this machine cannot have the area. */
static int area_file(const struct area *a, size_t len)
{
	if (a->fs)
		return dir_of(a->fs) ? temp_file(dir_of(a->fs), len) : -2;
	if (a == &areas[HUGETLB])
		return read_long("/proc/sys/vm/nr_hugepages") > 0 ? memfd(len, MFD_HUGETLB) : -2;
	return a == &areas[PRIVATE_FILE] ? memfd(len, 0) : -1;
}

static void area_make(struct area *a)
{
	size_t len = a->pages * PAGE, align = a->pages == PAGES ? HPAGE : 0;
	int flags = a->private ? MAP_PRIVATE : MAP_SHARED;

	pthread_rwlock_init(&a->lock, NULL);
	if (options.without && !strcmp(options.without, a->name))
		return;
	a->fd = area_file(a, len);
	if (a->fd == -2)
		return;
	if (a->fd < 0)
		flags |= MAP_ANONYMOUS;
	a->p = map_at_guard(len, RW, flags, a->fd, 0, align);
	madvise(a->p, len, a->huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	memset(a->p, 0, len);
	if (a->moves)
		a->other = map_at_guard(len, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0, align);
}

/* Another thread may have resolved the fault, and the area may have moved since. */
static int resolve(struct ufd *u, u64 addr, u64 flags)
{
	int ret = ufd_wp(u, (void *)addr, PAGE, false);

	(void)flags;
	return ret == -ENOENT ? 0 : ret;
}

static void watch(void)
{
	bool shmem = ufd_features() & UFD_WP_SHMEM;
	int i;

	if (!(ufd_features() & UFFD_FEATURE_PAGEFAULT_FLAG_WP))
		return;
	watcher = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	for (i = 0; i < NR_AREAS; i++) {
		areas[i].watched &= areas[i].private || shmem;
		if (areas[i].watched)
			must(!ufd_register(watcher, areas[i].p, areas[i].pages * PAGE, UFFDIO_REGISTER_MODE_WP),
			     "UFFDIO_REGISTER of %s", areas[i].name);
	}
	ufd_serve(watcher, resolve);
}

#define SHMEM_THP "/sys/kernel/mm/transparent_hugepage/shmem_enabled"

static void set_up(void)
{
	int i;

	if (!access(SHMEM_THP, W_OK))
		setting(SHMEM_THP, "advise");
	for (i = 0; i < NR_AREAS; i++)
		area_make(&areas[i]);
	watch();
	if (read_long("/sys/kernel/mm/ksm/run") >= 0 && geteuid() == 0) {
		setting("/sys/kernel/mm/ksm/sleep_millisecs", "20");
		setting("/sys/kernel/mm/ksm/run", "1");
	}
	if (!access("/proc/sys/kernel/numa_balancing", W_OK))
		setting("/proc/sys/kernel/numa_balancing", "1");
}

static void report(const struct worker *workers)
{
	u64 done, tried;
	int i, t;

	for (i = 0; i < NR_OPS; i++) {
		for (done = tried = t = 0; t < options.threads; t++) {
			done += workers[t].done[i];
			tried += workers[t].tried[i];
		}
		printf("op %s %llu of %llu\n", ops[i].name, (unsigned long long)done, (unsigned long long)tried);
	}
	if (watcher)
		printf("op userfault %d\n", watcher->faults);
	fflush(stdout);
}

static void stress_row(void)
{
	struct worker *workers = calloc(options.threads, sizeof(*workers));
	pthread_t threads[MAX_THREADS];
	int i;

	set_up();
	catch_faults();
	for (i = 0; i < options.threads; i++) {
		workers[i].id = i;
		workers[i].random = (options.seed + i + 1) * 0x9e3779b97f4a7c15ull | 1;
		must(!pthread_create(&threads[i], NULL, work, &workers[i]), "pthread_create");
	}
	sleep(options.seconds);
	over = true;
	for (i = 0; i < options.threads; i++)
		pthread_join(threads[i], NULL);
	report(workers);
}

struct verdict stress(struct stress_options wanted)
{
	const struct row row = { "stress", stress_row, "all of them", NULL, "root" };

	options = wanted;
	if (options.threads < 1 || options.threads > MAX_THREADS)
		options.threads = 4;
	printf("stress seed %llu threads %d seconds %d\n", (unsigned long long)options.seed, options.threads,
	       options.seconds);
	return row_run(&row, options.seconds + 120, false);
}
