/* kernel_writes.c - the kernel writes or pins pages for user space: ptrace, process_vm_*, O_DIRECT. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include "rows.h"

void foll_force(void)
{
	char *p = map_anon(PAGE);
	struct tracer t = tracer_make(p);

	poke(p, 1);
	mprotect(p, PAGE, PROT_READ);
	tracer_write(t, p, 0);
}

void foll_force_cow(void)
{
	char *p = map_anon(PAGE);
	struct tracer t = tracer_make(p);
	struct child child;

	poke(p, 1);
	mprotect(p, PAGE, PROT_READ);
	child = fork_reader(p, PAGE, 1);
	tracer_write(t, p, pfn(p));
	release(child);
}

void foll_force_file(void)
{
	int fd = memfd(PAGE, 0);
	char *p = map_at_guard(PAGE, PROT_READ, MAP_PRIVATE, fd, 0, 0);
	struct tracer t = tracer_make(p);

	must(peek(p) == 0, "not zero");
	tracer_write(t, p, pfn(p));
	must(in_file(fd) == 0, "a forced write reached the file");
}

void process_vm_write(void)
{
	char *p = map_anon(PAGE), c = 2;
	struct iovec local = { &c, 1 }, remote = { p, 1 };
	struct child child;

	poke(p, 1);
	child = fork_reader(p, PAGE, 2);
	must(process_vm_writev(child.pid, &local, 1, &remote, 1, 0) == 1, "process_vm_writev: %s", strerror(errno));
	must(peek(p) == 1, "writing to the child changed the parent");
	release(child);
}

/*
 * A read-only pin of a page not exclusively ours takes a copy (FAULT_FLAG_UNSHARE) that stays read-only:
 * 6.1 mm/memory.c:3204, 6.12 :3404
 */
void unshare_read_pin(void)
{
	char *p = map_anon(PAGE);
	struct child child;
	u64 old;

	if (!since(5, 19))
		absent("no FAULT_FLAG_UNSHARE (5.19)");
	poke(p, 1);
	child = fork_reader(p, PAGE, 1);
	old = pfn(p);
	must(read_pin(p) == 1, "a read-only pin saw other contents");
	must(pfn(p) != old, "a read-only pin did not unshare the page");
	old = pfn(p);
	must(write_faults(p, 2) >= 1 && pfn(p) == old, "the unshared copy was mapped writable, or copied again");
	release(child);
}

/* O_DIRECT takes the pages of the buffer for writing while a child has them too. */
void odirect_read_cow(void)
{
	int fd = temp_file(dir_of("ext4"), PAGE);
	char *p = map_anon(PAGE);
	struct child child;

	fsync(fd);
	fcntl(fd, F_SETFL, O_DIRECT);
	poke(p, 1);
	child = fork_reader(p, PAGE, 1);
	must(pread(fd, p, PAGE, 0) == PAGE, "O_DIRECT read: %s", strerror(errno));
	must(peek(p) == 'f', "O_DIRECT read lost");
	release(child);
}
