/* memory.c - guarded mappings and what user space can see of their page table entries. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/io_uring.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>
#endif
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>
#include <unistd.h>
#include "kit.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

/* ---- mappings ---- */

char *map_at_guard(size_t len, int prot, int flags, int fd, off_t off, size_t align)
{
	/* A shared mapping is a file of its own, with which no other VMA merges. */
	char *guard = mmap(NULL, len + 2 * PAGE + align, PROT_NONE,
			   MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *p = guard + PAGE;

	must(guard != MAP_FAILED, "mmap of a guard: %s", strerror(errno));
	if (align)
		p = (char *)(((uintptr_t)p + align - 1) & -align);
	p = mmap(p, len, prot, flags | MAP_FIXED, fd, off);
	must(p != MAP_FAILED, "mmap: %s", strerror(errno));
	return p;
}

/* 4 KB pages whatever the machine's THP setting is. */
char *map_anon(size_t len)
{
	char *p = map_at_guard(len, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, 0);

	madvise(p, len, MADV_NOHUGEPAGE);
	return p;
}

char *map_shared(size_t len)
{
	char *p = map_at_guard(len, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0, 0);

	madvise(p, len, MADV_NOHUGEPAGE);
	return p;
}

char *map_thp(size_t len)
{
	char *p = map_at_guard(len, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, HPAGE);

	must(!madvise(p, len, MADV_HUGEPAGE), "MADV_HUGEPAGE: %s", strerror(errno));
	return p;
}

char *map_table(void)
{
	char *p = map_at_guard(HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, HPAGE);

	madvise(p, HPAGE, MADV_NOHUGEPAGE);
	return p;
}

char *map_hugetlb(int flags)
{
	char *p = mmap(NULL, HPAGE, RW, flags | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	must(p != MAP_FAILED, "mmap of a huge page: %s", strerror(errno));
	return p;
}

char *map_private_shmem(void)
{
	return map_at_guard(PAGE, RW, MAP_PRIVATE, memfd(PAGE, 0), 0, 0);
}

char *map_fs(const char *fs, int prot, int flags, int *fd)
{
	int file = temp_file(dir_of(fs), PAGE);

	if (fd)
		*fd = file;
	return map_at_guard(PAGE, prot, flags, file, 0, 0);
}

char *huge(void)
{
	char *p = map_thp(HPAGE);

	fill(p, HPAGE, 1);
	if (!has_thp(p))
		skip("no huge page");
	return p;
}

char *map_large(void)
{
	char *p = map_at_guard(LARGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, LARGE);

	setting(THP "hugepages-64kB/enabled", "always");
	poke(p, 1);
	if (!present(p + LARGE - PAGE))
		skip("no large folio");
	fill(p, LARGE, 1);
	return p;
}

void allow_huge_shmem(void)
{
	if (!setting_is(THP "shmem_enabled", "always"))
		setting(THP "shmem_enabled", "advise");
}

char *huge_shmem(void)
{
	char *p = map_at_guard(HPAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0, HPAGE);

	allow_huge_shmem();
	must(!madvise(p, HPAGE, MADV_HUGEPAGE), "MADV_HUGEPAGE: %s", strerror(errno));
	poke(p, 1);
	if (smaps_kb(p, "ShmemPmdMapped") <= 0)
		skip("no huge page for shmem");
	return p;
}

/* It needs extents of 2 MB that start at 2 MB. smaps does not count DAX: one fault for many pages is the proof. */
char *map_dax_huge(int *fd)
{
	int file = temp_file(dir_of("dax"), 0);
	char *p, *end;

	must(!ftruncate(file, 8 * HPAGE) && !fallocate(file, 0, 0, 8 * HPAGE), "fallocate: %s", strerror(errno));
	p = map_at_guard(8 * HPAGE, RW, MAP_SHARED, file, 0, HPAGE);
	if (fd)
		*fd = file;
	for (end = p + 8 * HPAGE; p < end; p += HPAGE) {
		poke(p, 1);
		if (write_faults(p + HPAGE / 2, 1) == 0)
			return p;
	}
	skip("no huge mapping: the extents are not aligned");
}

int temp_file(const char *dir, size_t len)
{
	char path[PATH_MAX], page[PAGE];
	int fd;

	snprintf(path, sizeof(path), "%s/legal.XXXXXX", dir);
	fd = mkstemp(path);
	must(fd >= 0, "cannot make a file in %s: %s", dir, strerror(errno));
	unlink(path);
	memset(page, 'f', sizeof(page));
	for (; len >= PAGE; len -= PAGE)
		must(write(fd, page, PAGE) == PAGE, "write to %s: %s", dir, strerror(errno));
	return fd;
}

int memfd(size_t len, unsigned int flags)
{
	int fd = syscall(SYS_memfd_create, "legal", flags);

	must(fd >= 0, "memfd_create: %s", strerror(errno));
	must(!ftruncate(fd, len), "ftruncate: %s", strerror(errno));
	return fd;
}

char in_file(int fd)
{
	char c = 0;

	must(pread(fd, &c, 1, 0) == 1, "pread: %s", strerror(errno));
	return c;
}

void sync_page(char *p)
{
	must(!msync(p, PAGE, MS_SYNC), "msync: %s", strerror(errno));
}

void protect(char *p, size_t len, int prot)
{
	must(!mprotect(p, len, prot), "mprotect: %s", strerror(errno));
}

void protect_and_back(char *p, size_t len)
{
	protect(p, len, PROT_READ);
	protect(p, len, RW);
}

void move_mapping(char *from, char *to, size_t len)
{
	must(mremap(from, len, len, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to, "mremap: %s", strerror(errno));
}

void fill(char *p, size_t len, char v)
{
	size_t i;

	for (i = 0; i < len; i += PAGE)
		poke(p + i, v);
}

void expect(const char *p, size_t len, char v, const char *what)
{
	size_t i;

	for (i = 0; i < len; i += PAGE)
		must(peek(p + i) == v, "%s: page %zu holds %d, not %d", what, i / PAGE, peek(p + i), v);
}

/* ---- faults ---- */

/*
 * Once another task has run, the kernel writes the number of the CPU into this thread's rseq area. fork and clear_refs
 * write-protect its page, too, and that fault counted as one of whatever was accessed meanwhile. So it is taken before.
 */
static void write_rseq(void)
{
#if __has_include(<sys/rseq.h>)		/* glibc 2.35, the first to register that area */
	char *rseq = (char *)__builtin_thread_pointer() + __rseq_offset;

	if (__rseq_size)
		poke(rseq + offsetof(struct rseq, rseq_cs), 0);	/* which it is: no critical section */
#endif
}

long faults_so_far(void)
{
	struct rusage ru;

	write_rseq();
	getrusage(RUSAGE_THREAD, &ru);
	return ru.ru_minflt + ru.ru_majflt;
}

long last_faults;

/* faults_so_far() twice: the first call may itself fault in the stack and the libc. */
long write_faults(char *p, char v)
{
	long before = faults_so_far();

	before = faults_so_far();
	poke(p, v);
	return last_faults = faults_so_far() - before;
}

long read_faults(const char *p)
{
	long before = faults_so_far();

	before = faults_so_far();
	(void)peek((char *)p);
	return last_faults = faults_so_far() - before;
}

static sigjmp_buf refused;

static void on_refusal(int sig)
{
	(void)sig;
	siglongjmp(refused, 1);
}

/* Writes back what it reads: false when that is a SIGSEGV. One thread at a time. */
bool may_write(char *p)
{
	struct sigaction sa = { .sa_handler = on_refusal }, was;
	bool ok = false;

	sigaction(SIGSEGV, &sa, &was);
	if (!sigsetjmp(refused, 1)) {
		*(volatile char *)p += 0;
		ok = true;
	}
	sigaction(SIGSEGV, &was, NULL);
	return ok;
}

/* ---- page table entries ---- */

static u64 entry_of(const char *path, u64 index)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	u64 entry = 0;

	must(fd >= 0, "%s: %s", path, strerror(errno));
	must(pread(fd, &entry, sizeof(entry), index * sizeof(entry)) == sizeof(entry),
	     "%s: cannot read entry %llu", path, (unsigned long long)index);
	close(fd);
	return entry;
}

u64 pagemap(const void *p)
{
	return entry_of("/proc/self/pagemap", (uintptr_t)p / PAGE);
}

u64 kpageflags(const void *p)
{
	u64 e = pagemap(p);

	return e & PM_PRESENT && PM_PFN(e) ? entry_of("/proc/kpageflags", PM_PFN(e)) : 0;
}

/* A mapping that is new counts as written. */
bool tracks(void)
{
	static int known = -1;
	char *p;

	if (known < 0) {
		p = mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		poke(p, 1);
		known = soft_dirty(p);
		munmap(p, PAGE);
	}
	return known;
}

void clear_refs(void)
{
	if (!tracks())
		return;
	must(write_str("/proc/self/clear_refs", "4"), "clear_refs: %s", strerror(errno));
}

bool has_thp(const void *p)
{
	return smaps_kb(p, "AnonHugePages") > 0;
}

/* Pages out on the CPU of that number, if there is one. */
static void page_out_on(int nr, char *p, size_t len)
{
	cpu_set_t before, one;

	CPU_ZERO(&one);
	CPU_SET(nr, &one);
	sched_getaffinity(0, sizeof(before), &before);
	sched_setaffinity(0, sizeof(one), &one);
	madvise(p, len, MADV_PAGEOUT);
	sched_setaffinity(0, sizeof(before), &before);
}

/*
 * Reclaim may spare a page that was just touched, so it is asked again. Nor does it find a page that is still in a batch of
 * the CPU where it was touched, and madvise empties only the batches of its own CPU (lru_add_drain()): so each is tried.
 */
void swap_out(char *p, size_t len)
{
	size_t i, in = len;
	int tries;

	for (tries = 0; in && tries < 20; tries++) {
		page_out_on(tries % get_nprocs_conf(), p, len);
		for (i = in = 0; i < len; i += PAGE)
			in += !swapped(p + i);
		if (in)
			usleep(50000);
	}
	if (in)
		skip("%zu of %zu pages would not be swapped out", in, len / PAGE);
}

int node_of(const void *p)
{
	const void *pages[1] = { p };
	int status = -1;

	syscall(SYS_move_pages, 0, 1ul, pages, NULL, &status, 0);
	return status;
}

bool move_to(const void *p, int node)
{
	const void *pages[1] = { p };
	int status = -1;
	long ret = syscall(SYS_move_pages, 0, 1ul, pages, &node, &status, MPOL_MF_MOVE_ALL);

	return ret == 0 && status == node && node_of(p) == node;
}

bool move_away(const void *p)
{
	return move_to(p, !node_of(p));
}

void move_or_skip(const char *p)
{
	if (!move_away(p))
		skip("move_pages did not move the page");
}

/* FOLL_PIN | FOLL_LONGTERM by a buffer registered with io_uring, until the process ends. */
void pin_page(char *p)
{
	struct io_uring_params params = { 0 };
	struct iovec iov = { p, PAGE };
	int fd = syscall(SYS_io_uring_setup, 1, &params);

	must(fd >= 0, "io_uring_setup: %s", strerror(errno));
	if (!syscall(SYS_io_uring_register, fd, IORING_REGISTER_BUFFERS, &iov, 1))
		return;
	if (errno == ENOMEM)
		skip("may not lock so much memory (RLIMIT_MEMLOCK)");
	fail("IORING_REGISTER_BUFFERS: %s", strerror(errno));
}

char read_pin(char *p)
{
	char c = 0;
	struct iovec local = { &c, 1 }, remote = { p, 1 };

	must(process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1, "process_vm_readv: %s", strerror(errno));
	return c;
}

/*
 * clear_refs does. Where it does not, a fork leaves the page to anybody, and a pin then asks whose it is: do_wp_page() with
 * FAULT_FLAG_UNSHARE makes it the process's own again and leaves the entry alone, 6.12 mm/memory.c:3728.
 */
void write_protect(char *p)
{
	if (tracks()) {
		clear_refs();
	} else {
		fork_and_end();
		read_pin(p);
	}
}

void into_pipe(int fd, char *p)
{
	struct iovec one = { p, 1 };

	must(vmsplice(fd, &one, 1, 0) == 1, "vmsplice: %s", strerror(errno));
}

char from_pipe(int fd)
{
	char c;

	must(read(fd, &c, 1) == 1, "read from a pipe: %s", strerror(errno));
	return c;
}

/* The references are those of pipes, each as large as this user may make it. */
void take_references(char *p, int wanted)
{
	struct iovec same[256];
	int fds[2], i, slots;

	for (i = 0; i < 256; i++)
		same[i] = (struct iovec){ p, 1 };
	while (wanted > 0) {
		must(!pipe(fds), "pipe: %s", strerror(errno));
		slots = fcntl(fds[1], F_SETPIPE_SZ, 256 * PAGE) / PAGE;
		i = vmsplice(fds[1], same, slots < 1 || slots > 256 ? 16 : slots, SPLICE_F_NONBLOCK);
		must(i > 0, "vmsplice: %s", strerror(errno));
		wanted -= i;
	}
}

/* A page fresh in a per-CPU batch of the LRU has a reference more, and 5.10 then copies rather than reuses. */
void lru_drain(void)
{
	madvise(map_anon(PAGE), PAGE, 20 /* MADV_COLD */);
}
