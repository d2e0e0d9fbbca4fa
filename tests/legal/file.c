/* file.c - file mappings: a file system hears of the first write, private copies stay private, seals and DAX. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

/* ---- shared ---- */

/*
 * A file system with page_mkwrite hears of the first write after each writeback: finish_mkwrite_fault()
 * (6.12 mm/memory.c:3500), page_mkclean_one() (6.12 mm/rmap.c:1021) takes the bit away.
 */
static void told_each_time(const char *fs)
{
	int fd;
	char *p = map_fs(fs, RW, MAP_SHARED, &fd);

	must(write_faults(p, 1) >= 1, "first write took no fault");
	must(write_faults(p, 2) == 0, "second write faulted");
	sync_page(p);
	must(write_faults(p, 3) >= 1, "no fault after writeback: %s is not told", fs);
	must(in_file(fd) == 3, "the file does not see the write");
}

void shared_write_ext4(void)	{ told_each_time("ext4"); }
void shared_write_vfat(void)	{ told_each_time("vfat"); }

/* A read maps the page first, read-only: 6.12 mm/memory.c:5032 */
static void read_then_write(const char *fs)
{
	int fd;
	char *p = map_fs(fs, RW, MAP_SHARED, &fd);

	must(read_faults(p) == 1 && peek(p) == 'f', "contents");
	must(write_faults(p, 1) >= 1, "a read mapped the page writable");
	must(in_file(fd) == 1, "the file does not see the write");
}

void shared_read_write_ext4(void)	{ read_then_write("ext4"); }
void shared_read_write_vfat(void)	{ read_then_write("vfat"); }

/* shmem is not dirty-tracked: a read fault maps it writable, because vm_page_prot says so. */
void shared_read_write_tmpfs(void)
{
	int fd;
	char *p = map_fs("tmpfs", RW, MAP_SHARED, &fd);

	must(peek(p) == 'f', "contents");
	must(write_faults(p, 1) == 0, "a read did not map shmem writable");
	must(in_file(fd) == 1, "the file does not see the write");
}

void shared_write_tmpfs(void)
{
	int fd;
	char *p = map_fs("tmpfs", RW, MAP_SHARED, &fd);

	must(write_faults(p, 1) >= 1 && write_faults(p, 2) == 0, "faults");
	sync_page(p);
	must(write_faults(p, 3) == 0, "msync took the write bit of shmem");
	must(in_file(fd) == 3, "the file does not see the write");
}

/* Two mappings of one page: writeback protects both. */
void shared_two_mappings(void)
{
	int fd;
	char *p = map_fs("ext4", RW, MAP_SHARED, &fd);
	char *q = map_at_guard(PAGE, RW, MAP_SHARED, fd, 0, 0);

	poke(p, 1);
	poke(q, 2);
	must(peek(p) == 2, "the mappings differ");
	sync_page(p);
	must(write_faults(q, 3) >= 1 && write_faults(p, 4) >= 1, "writeback left one of two mappings writable");
	must(in_file(fd) == 4, "the file does not see the write");
}

void shared_forked(void)
{
	expect_shared(map_shared(PAGE));
}

/* MAP_SHARED of a file opened for reading, or sealed, never becomes writable. */
void shared_sealed(void)
{
	int fd = memfd(PAGE, 2 /* MFD_ALLOW_SEALING */);
	char *p, *q;

	must(!fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), "F_SEAL_WRITE: %s", strerror(errno));
	must(mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0) == MAP_FAILED, "a sealed memfd was mapped writable");
	q = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	must(q != MAP_FAILED, "mmap: %s", strerror(errno));
	must(peek(q) == 0 && write_faults(q, 1) >= 1, "private page of a sealed memfd");
	must(in_file(fd) == 0, "a private write reached the sealed file");
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return;		/* 6.6 and older refuse this too */
	must(mprotect(p, PAGE, RW) && !may_write(p), "a sealed memfd was made writable");
}

void shared_future_seal(void)
{
	int fd = memfd(PAGE, 2 /* MFD_ALLOW_SEALING */);
	char *p = map_at_guard(PAGE, RW, MAP_SHARED, fd, 0, 0);
	char *q;

	must(!fcntl(fd, F_ADD_SEALS, 0x10 /* F_SEAL_FUTURE_WRITE */), "F_SEAL_FUTURE_WRITE: %s", strerror(errno));
	poke(p, 1);
	q = map_at_guard(PAGE, PROT_READ, MAP_SHARED, fd, 0, 0);
	must(peek(q) == 1 && mprotect(q, PAGE, RW) && !may_write(q), "a new mapping was made writable");
}

/* ---- private ---- */

/* do_cow_fault(): 6.12 mm/memory.c:5032 */
void private_write(void)
{
	int fd;
	char *p = map_fs("ext4", RW, MAP_PRIVATE, &fd);

	must(write_faults(p, 1) >= 1 && peek(p + 1) == 'f', "private copy");
	must(in_file(fd) == 'f', "a private write reached the file");
}

/* A page of the page cache, mapped read-only, then copied: 6.12 mm/memory.c:3410 */
void private_read_write(void)
{
	int fd;
	char *p = map_fs("ext4", RW, MAP_PRIVATE, &fd);
	u64 old;

	must(peek(p) == 'f', "contents");
	old = pfn(p);
	must(write_faults(p, 1) >= 1 && pfn(p) != old, "a page of the page cache was written");
	must(in_file(fd) == 'f', "a private write reached the file");
}

/* A shared writer and a private copy side by side. */
void private_and_shared(void)
{
	int fd;
	char *shared = map_fs("ext4", RW, MAP_SHARED, &fd);
	char *p = map_at_guard(PAGE, RW, MAP_PRIVATE, fd, 0, 0);

	poke(shared, 1);
	must(peek(p) == 1, "a private page not yet copied must follow the file");
	poke(p, 2);
	must(peek(shared) == 1, "a private write is seen in the shared mapping");
	poke(shared, 3);
	must(peek(p) == 2, "a shared write is seen in the private copy");
}

void file_punch(void)
{
	int fd;
	char *p = map_fs("ext4", RW, MAP_SHARED, &fd);

	poke(p, 1);
	if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE))
		skip("no hole punching: %s", strerror(errno));
	must(!present(p) && write_faults(p + 1, 2) >= 1, "the page stayed mapped");
	must(peek(p) == 0, "old contents came back");
}

/* The page is reclaimed and read again: the new entry is clean and must be read-only. */
void file_reclaim(void)
{
	int fd;
	char *p = map_fs("ext4", RW, MAP_SHARED, &fd);
	int tries;

	poke(p, 1);
	for (tries = 0; tries < 20 && present(p); tries++) {
		sync_page(p);
		madvise(p, PAGE, 21 /* MADV_PAGEOUT */);
	}
	if (present(p))
		skip("the page would not be reclaimed");
	must(peek(p) == 1, "contents lost");
	must(write_faults(p, 2) >= 1, "a reclaimed page came back writable");
}

/* ---- DAX: the page table entry points at the device ---- */

void dax_write(void)	{ told_each_time("dax"); }
void dax_read_write(void)	{ read_then_write("dax"); }

void dax_private(void)
{
	int fd;
	char *p = map_fs("dax", RW, MAP_PRIVATE, &fd);

	must(peek(p) == 'f' && write_faults(p, 1) >= 1, "private write");
	must(in_file(fd) == 'f', "a private write reached the device");
}

/* dax_iomap_pmd_fault(): vmf_insert_pfn_pmd, 6.12 mm/huge_memory.c:1405. */
void dax_huge(void)
{
	int fd;
	char *p = map_dax_huge(&fd);

	must(in_file(fd) == 1, "the file does not see the write");
	sync_page(p);
	must(write_faults(p, 2) >= 1, "no fault after writeback");
}

/* MAP_SYNC: the file's metadata is on the device before the page is mapped. dax_finish_sync_fault(), 6.12 fs/dax.c:1978 */
void dax_sync(void)
{
	int fd = temp_file(dir_of("dax"), 0);
	char *p;

	must(!ftruncate(fd, 4 * PAGE), "ftruncate: %s", strerror(errno));
	p = mmap(NULL, 4 * PAGE, RW, 0x3 /* MAP_SHARED_VALIDATE */ | 0x80000 /* MAP_SYNC */, fd, 0);
	if (p == MAP_FAILED)
		skip("MAP_SYNC: %s", strerror(errno));
	must(write_faults(p, 1) >= 1 && write_faults(p, 2) == 0, "faults of a hole");
	must(peek(p + PAGE) == 0 && write_faults(p + PAGE, 1) >= 1, "a read mapped a hole writable");
	must(!msync(p, 4 * PAGE, MS_SYNC), "msync: %s", strerror(errno));
	must(write_faults(p, 3) >= 1, "no fault after writeback");
	must(in_file(fd) == 3, "the file does not see the write");
}

/* Two mappings of one page, of parent and child: writeback protects both. */
void dax_forked(void)
{
	int fd;
	char *p = map_fs("dax", RW, MAP_SHARED, &fd);
	struct gate turn = gate_make(), back = gate_make();
	pid_t pid;

	poke(p, 1);
	pid = fork_row();
	if (!pid) {
		poke(p, 2);
		gate_open(back);
		gate_wait(turn);
		must(write_faults(p, 4) >= 1, "writeback left one of two mappings writable");
		leave();
	}
	gate_wait(back);
	sync_page(p);
	must(peek(p) == 2 && write_faults(p, 3) >= 1, "no fault after writeback");
	gate_open(turn);
	join(pid);
	must(in_file(fd) == 4, "the file does not see the write");
}

/* All at once: faults, writeback, write(2), holes, truncation. What is writable is known to the file all the time. */
void dax_busy(void)
{
	enum { NR = 16 };
	int fd = temp_file(dir_of("dax"), NR * PAGE), i;
	char *p = map_at_guard(NR * PAGE, RW, MAP_SHARED, fd, 0, 0);
	pid_t pid = fork_row();
	double end = now() + 2;

	if (!pid) {
		for (i = 0; now() < end; i++)
			poke(p + (i * 7 % (NR / 2)) * PAGE, i);
		leave();
	}
	for (i = 0; now() < end; i++) {
		char *page = p + (i % NR) * PAGE;

		must(!msync(page, PAGE, MS_SYNC), "msync: %s", strerror(errno));
		poke(page, i);
		must(pwrite(fd, &i, 1, (i * 5 % NR) * PAGE) == 1, "pwrite: %s", strerror(errno));
		if (i % 16 == 0)
			fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (i / 16 % NR) * PAGE, PAGE);
		if (i % 32 == 0)
			must(!ftruncate(fd, NR / 2 * PAGE) && !ftruncate(fd, NR * PAGE), "ftruncate: %s", strerror(errno));
	}
	join(pid);
}
