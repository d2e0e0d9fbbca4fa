/* uffd_wp.c - pages write-protected by user space, and every way a write may come upon them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include "rows.h"

#define WP		UFFDIO_REGISTER_MODE_WP

/* ---- write protection ---- */

/* uffd_wp_range(): 6.12 mm/userfaultfd.c:904 */
static void wp(char *p)
{
	struct ufd *u;

	poke(p, 1);
	u = ufd_watch(p, PAGE, 0, WP);
	must(write_faults(p, 2) <= 1, "registering alone must not trap");
	ufd_protect(u, p, PAGE);
	must_wp(p, true);
	must(read_faults(p) == 0 && peek(p) == 2, "a read was trapped");
	ufd_trapped(u, p, 3);
	must(write_faults(p, 4) <= 1, "write after un-protect");
}

static void wp_off(char *p, void (*off)(struct ufd *u, char *p))
{
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	off(u, p);
	must_wp(p, false);
	must(write_faults(p, 2) <= 1 && peek(p) == 2, "write after un-protect");
	must(write_faults(p, 3) == 0, "the page stays read-only");
}

static void by_unprotect(struct ufd *u, char *p)
{
	ufd_unprotect(u, p, PAGE);
}

static void by_unregister(struct ufd *u, char *p)
{
	must(!ufd_unregister(u, p, PAGE), "UFFDIO_UNREGISTER");
}

static void by_close(struct ufd *u, char *p)
{
	(void)p;
	close(u->fd);
}

void uffd_wp_anon(void)			{ wp(map_anon(PAGE)); }
void uffd_wp_shmem(void)		{ wp(map_shared(PAGE)); }
void uffd_wp_private_shmem(void)	{ wp(map_private_shmem()); }
void uffd_unwp_anon(void)		{ wp_off(map_anon(PAGE), by_unprotect); }
void uffd_unwp_shmem(void)		{ wp_off(map_shared(PAGE), by_unprotect); }
void uffd_unregister_anon(void)		{ wp_off(map_anon(PAGE), by_unregister); }
void uffd_unregister_shmem(void)	{ wp_off(map_shared(PAGE), by_unregister); }
void uffd_close_anon(void)		{ wp_off(map_anon(PAGE), by_close); }
void uffd_close_shmem(void)		{ wp_off(map_shared(PAGE), by_close); }

/* can_change_pte_writable() must say no: 6.12 mm/mprotect.c:60 */
static void wp_mprotect(char *p)
{
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	protect_and_back(p, PAGE);
	must_wp(p, true);
	must(!mprotect(p, PAGE, PROT_NONE) && !mprotect(p, PAGE, RW), "mprotect");
	must_wp(p, true);
	ufd_trapped(u, p, 2);
}

void uffd_wp_mprotect(void)		{ wp_mprotect(map_anon(PAGE)); }
void uffd_wp_mprotect_shmem(void)	{ wp_mprotect(map_shared(PAGE)); }

/* Un-protecting a page under soft-dirty tracking leaves the write to a fault. */
void uffd_wp_clear_refs(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u;

	poke(p, 1);
	clear_refs();
	u = ufd_guard(p, PAGE);
	ufd_unprotect(u, p, PAGE);
	must(!soft_dirty(p), "un-protecting made the page soft-dirty");
	poke(p, 2);
	must(soft_dirty(p), "a write after un-protect is not soft-dirty");
}

/* Markers stand for pages that are not there yet. */
void uffd_wp_shmem_none(void)
{
	char *p = map_shared(PAGE);
	struct ufd *u = ufd_guard(p, PAGE);

	must(!present(p), "write protection populated the page");
	ufd_trapped(u, p, 1);
}

void uffd_wp_anon_none(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u;

	if (!(ufd_features() & UFD_WP_UNPOPULATED))
		lacks(6, 4, "no UFFD_FEATURE_WP_UNPOPULATED (6.4)");
	u = ufd_watch(p, PAGE, UFD_WP_UNPOPULATED, WP);
	ufd_protect(u, p, PAGE);
	ufd_trapped(u, p, 1);
}

/* A zapped page of shmem leaves a marker and comes back protected: do_set_pte()/set_pte_range() */
void uffd_wp_shmem_zap(void)
{
	char *p = map_shared(PAGE);
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	must(!madvise(p, PAGE, MADV_DONTNEED) && !present(p), "MADV_DONTNEED");
	must(peek(p) == 1, "contents");
	must_wp(p, true);
	ufd_trapped(u, p, 2);
}

/* ---- fork ---- */

/* Without EVENT_FORK the child is not watched, and the protection is not inherited. */
static void wp_forked(char *p)
{
	struct gate turn = gate_make();
	struct ufd *u;
	pid_t pid;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		must_wp(p, false);
		must(peek(p) == 1, "the parent's write is seen in the child");
		poke(p, 3);
		leave();
	}
	must_wp(p, true);
	ufd_trapped(u, p, 2);
	gate_open(turn);
	join(pid);
	must(peek(p) == 2, "the child's write is seen in the parent");
}

void uffd_wp_forked(void)	{ wp_forked(map_anon(PAGE)); }

/* With EVENT_FORK, fork waits until the event is read; the child's faults come through a descriptor of their own. */
struct family {
	struct ufd parent, child;
};

static void *read_fork_event(void *arg)
{
	struct family *f = arg;
	struct pollfd pfd = { .fd = f->parent.fd, .events = POLLIN };
	struct uffd_msg msg;

	must(poll(&pfd, 1, -1) == 1 && read(f->parent.fd, &msg, sizeof(msg)) == sizeof(msg) &&
	     msg.event == UFFD_EVENT_FORK, "no UFFD_EVENT_FORK");
	f->child.fd = msg.arg.fork.ufd;
	ufd_serve_unwp(&f->child);
	ufd_serve_unwp(&f->parent);
	return NULL;
}

/* shmem too: its page tables are copied only for the sake of write protection, 6.12 mm/memory.c:1010. */
static void event_fork(char *p)
{
	struct gate turn = gate_make();
	struct family f = { .child = { .fd = -1 } };
	pthread_t thread;
	bool shared;
	pid_t pid;

	poke(p, 1);
	shared = pagemap(p) & PM_FILE;
	f.parent = *ufd_watch(p, PAGE, UFFD_FEATURE_EVENT_FORK, WP);
	ufd_protect(&f.parent, p, PAGE);
	pthread_create(&thread, NULL, read_fork_event, &f);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		must_wp(p, true);
		poke(p, 3);
		must(peek(p) == 3, "write lost");
		leave();
	}
	pthread_join(thread, NULL);
	poke(p, 2);
	must(f.parent.faults == 1, "%d userfaults of the parent", f.parent.faults);
	gate_open(turn);
	join(pid);
	must(f.child.faults == 1, "%d userfaults of the child", f.child.faults);
	must(peek(p) == (shared ? 3 : 2), "the parent reads %d", peek(p));
}

void uffd_event_fork(void)		{ event_fork(map_anon(PAGE)); }
void uffd_event_fork_shmem(void)	{ event_fork(map_shared(PAGE)); }

/* ---- who else writes or reads there ---- */

/* The kernel's own write, copy_to_user(), waits for the handler like any other. */
void uffd_wp_syscall(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u;
	int pipefd[2];

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	ufd_serve_unwp(u);
	must(!pipe(pipefd) && write(pipefd[1], "x", 1) == 1, "pipe");
	must(read(pipefd[0], p, 1) == 1, "read: %s", strerror(errno));
	must(u->faults == 1 && peek(p) == 'x', "the kernel wrote past the protection");
}

/* FOLL_FORCE carries FAULT_FLAG_WRITE and is stopped like any write; /proc/PID/mem cannot wait, so it fails. */
void uffd_wp_foll_force(void)
{
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
	char *p = map_anon(PAGE);
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	must(pwrite(fd, "x", 1, (off_t)(uintptr_t)p) != 1, "/proc/self/mem wrote past the protection");
	must_wp(p, true);
	ufd_trapped(u, p, 2);
}

/* process_vm_writev() can wait. */
void uffd_wp_vm_write(void)
{
	char *p = map_anon(PAGE), c = 'x';
	struct iovec local = { &c, 1 }, remote = { p, 1 };
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	ufd_serve_unwp(u);
	must(process_vm_writev(getpid(), &local, 1, &remote, 1, 0) == 1, "process_vm_writev: %s", strerror(errno));
	must(u->faults == 1 && peek(p) == 'x', "process_vm_writev wrote past the protection");
}

/* A read-only pin takes a copy that must stay read-only and protected: 6.12 mm/memory.c:3404 */
void uffd_wp_unshare(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u;
	struct child child;

	poke(p, 1);
	child = fork_reader(p, PAGE, 1);
	u = ufd_guard(p, PAGE);
	must(read_pin(p) == 1, "a read-only pin saw other contents");
	must_wp(p, true);
	ufd_trapped(u, p, 2);
	release(child);
}

/* Threads race for a protected page; each write waits, none is lost. */
static void *writer(void *arg)
{
	poke((char *)arg, 5);
	return NULL;
}

void uffd_wp_threads(void)
{
	enum { THREADS = 4 };
	pthread_t threads[THREADS];
	char *p = map_anon(PAGE);
	struct ufd *u;
	int round, i;

	poke(p, 1);
	u = ufd_watch(p, PAGE, 0, WP);
	ufd_serve_unwp(u);
	for (round = 1; round <= 20; round++) {
		fill(p, PAGE, round);
		ufd_protect(u, p, PAGE);
		for (i = 0; i < THREADS; i++)
			pthread_create(&threads[i], NULL, writer, p + 1 + i);
		for (i = 0; i < THREADS; i++)
			pthread_join(threads[i], NULL);
		for (i = 0; i < THREADS; i++)
			must(peek(p + 1 + i) == 5, "thread %d lost its write", i);
		memset(p, 0, THREADS + 1);
	}
	must(u->faults >= 20, "only %d userfaults", u->faults);
}

/*
 * While a large range is write-protected, its flush is pending. What is copied at its end
 * meanwhile must be flushed before: do_wp_page() mm/memory.c:3423 (6.1), :3690 (6.12).
 */
enum { FRONT = 8192 * PAGE, TAIL = 64 * PAGE };

struct again {
	struct ufd *u;
	char *p;
	volatile int turn;		/* odd while the range is being protected */
	volatile bool end;
};

static void *protect_again(void *arg)
{
	struct again *a = arg;

	while (!a->end) {
		a->turn++;
		ufd_protect(a->u, a->p, FRONT + TAIL);
		a->turn++;
		ufd_unprotect(a->u, a->p, FRONT + TAIL);
	}
	return NULL;
}

/* Returns how many pages were written while the range was being protected, at both ends of the write. */
static int write_meanwhile(struct again *a, char v)
{
	char *p = a->p + FRONT;
	int turn, meanwhile = 0;

	for (; p < a->p + FRONT + TAIL; p += PAGE) {
		turn = a->turn;
		poke(p, v);
		meanwhile += (turn & 1) && turn == a->turn;
	}
	return meanwhile;
}

void uffd_wp_pending(void)
{
	struct again again = { .p = map_anon(FRONT + TAIL) };
	double end = now() + row_seconds / 3.0, last = end + row_seconds / 3.0;	/* until one was met; a write waits until the range is un-protected: on a slow machine for seconds */
	int round, meanwhile = 0;
	struct child child;
	pthread_t thread;

	madvise(again.p, FRONT + TAIL, MADV_NOHUGEPAGE);
	fill(again.p, FRONT + TAIL, 1);
	again.u = ufd_watch(again.p, FRONT + TAIL, 0, WP);
	pthread_create(&thread, NULL, protect_again, &again);
	for (round = 1; (round <= 20 && now() < end) || (!meanwhile && now() < last); round++) {
		child = fork_reader(again.p + FRONT, TAIL, round);
		meanwhile += write_meanwhile(&again, round + 1);
		release(child);
	}
	again.end = true;
	pthread_join(thread, NULL);
	expect(again.p + FRONT, TAIL, round, "a write was lost");
	must(meanwhile, "no page was written while the range was being protected");
}

/* ---- huge pages ---- */

/* change_huge_pmd() */
void uffd_wp_thp(void)
{
	char *p = huge();
	struct ufd *u = ufd_guard(p, HPAGE);

	must(has_thp(p), "protecting a whole huge page split it");
	must_wp(p + HPAGE - PAGE, true);
	ufd_unprotect(u, p, HPAGE);
	must_wp(p + HPAGE - PAGE, false);
	fill(p, HPAGE, 2);
	expect(p, HPAGE, 2, "un-protected");
}

/* A protected huge page is resolved in part: the split keeps the other 511 pages protected. */
void uffd_wp_thp_split(void)
{
	char *p = huge();
	struct ufd *u = ufd_guard(p, HPAGE);

	ufd_trapped(u, p + PAGE, 2);
	must_wp(p, true);
	must_wp(p + HPAGE - PAGE, true);
	ufd_trapped(u, p + HPAGE - PAGE, 3);
	must(peek(p) == 1, "contents");
}
