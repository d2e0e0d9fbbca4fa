/* gup.c - pages the kernel writes or pins for us: ptrace, process_vm_*, O_DIRECT. */
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
	struct gate turn = gate_make();
	pid_t pid;

	poke(p, 1);
	mprotect(p, PAGE, PROT_READ);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		must(peek(p) == 1, "a forced write in the parent is seen in the child");
		leave();
	}
	tracer_write(t, p, pfn(p));
	gate_open(turn);
	join(pid);
}

void foll_force_file(void)
{
	int fd = memfd(PAGE, 0);
	char *p = map_at_guard(PAGE, PROT_READ, MAP_PRIVATE, fd, 0, 0);
	struct tracer t = tracer_make(p);
	char c = 1;

	must(peek(p) == 0, "not zero");
	tracer_write(t, p, pfn(p));
	must(pread(fd, &c, 1, 0) == 1 && c == 0, "a forced write reached the file");
}

void process_vm_write(void)
{
	struct gate turn = gate_make();
	char *p = map_anon(PAGE), c = 2;
	struct iovec local = { &c, 1 }, remote = { p, 1 };
	pid_t pid;

	poke(p, 1);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		must(peek(p) == 2, "the parent's process_vm_writev is lost");
		leave();
	}
	must(process_vm_writev(pid, &local, 1, &remote, 1, 0) == 1, "process_vm_writev: %s", strerror(errno));
	must(peek(p) == 1, "writing to the child changed the parent");
	gate_open(turn);
	join(pid);
}

/*
 * A read-only pin of a page not exclusively ours takes a copy (FAULT_FLAG_UNSHARE) that stays read-only:
 * 6.1 mm/memory.c:3204, 6.12 :3404
 */
void unshare_read_pin(void)
{
	struct gate turn = gate_make();
	char *p = map_anon(PAGE), c = 0;
	struct iovec local = { &c, 1 }, remote = { p, 1 };
	pid_t pid;
	u64 old;

	if (!since(5, 19))
		absent("no FAULT_FLAG_UNSHARE (5.19)");
	poke(p, 1);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		must(peek(p) == 1, "child");
		leave();
	}
	old = pfn(p);
	must(process_vm_readv(getpid(), &local, 1, &remote, 1, 0) == 1 && c == 1, "process_vm_readv: %s",
	     strerror(errno));
	must(pfn(p) != old, "a read-only pin did not unshare the page");
	old = pfn(p);
	must(write_faults(p, 2) >= 1 && pfn(p) == old, "the unshared copy was mapped writable, or copied again");
	gate_open(turn);
	join(pid);
}

/* O_DIRECT takes the pages of the buffer for writing while a child has them too. */
void odirect_read_cow(void)
{
	int fd = temp_file(dir_of("ext4"), PAGE);
	struct gate turn = gate_make();
	char *p = map_anon(PAGE);
	pid_t pid;

	fsync(fd);
	fcntl(fd, F_SETFL, O_DIRECT);
	poke(p, 1);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		must(peek(p) == 1, "what O_DIRECT read in the parent is seen in the child");
		leave();
	}
	must(pread(fd, p, PAGE, 0) == PAGE, "O_DIRECT read: %s", strerror(errno));
	must(peek(p) == 'f', "O_DIRECT read lost");
	gate_open(turn);
	join(pid);
}
