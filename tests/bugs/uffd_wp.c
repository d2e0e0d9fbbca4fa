/* uffd_wp.c - a write that userfaultfd was to stop or to report, and did not. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include "bugs.h"

/*
 * uffd_wp_range() took the new protection from vm_flags alone (6.1 mm/userfaultfd.c:747) and so mapped a page
 * of shared memory writable although soft-dirty tracking wanted the write fault. Fixed by 931298e103c2.
 */
static void unwp(char *p, void (*undo)(struct ufd *u, char *p))
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);

	poke(p, 1);
	clear_refs();
	must(!soft_dirty(p), "soft-dirty stays set after clear_refs");
	must(!ufd_register(u, p, PAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	undo(u, p);
	must(!uffd_wp(p), "still write-protected");
	poke(p, 2);
	if (!soft_dirty(p))
		lost("a write after clear_refs left pagemap bit 55 at 0: a soft-dirty snapshot misses it");
}

static void wp_on_off(struct ufd *u, char *p)
{
	must(!ufd_wp(u, p, PAGE, true), "UFFDIO_WRITEPROTECT on");
	must(uffd_wp(p), "pagemap bit 57 is 0 after UFFDIO_WRITEPROTECT");
	must(!ufd_wp(u, p, PAGE, false), "UFFDIO_WRITEPROTECT off");
}

static void only_unregister(struct ufd *u, char *p)
{
	must(!ufd_unregister(u, p, PAGE), "UFFDIO_UNREGISTER");
}

/* userfaultfd_release() un-protects too (6.1 fs/userfaultfd.c:920). */
static void only_close(struct ufd *u, char *p)
{
	(void)p;
	close(u->fd);
}

void uffd_unwp(void)
{
	unwp(map_shared(PAGE), wp_on_off);
}

void uffd_unwp_unregister(void)
{
	unwp(map_shared(PAGE), only_unregister);
}

void uffd_unwp_close(void)
{
	unwp(map_shared(PAGE), only_close);
}

void uffd_unwp_memfd(void)
{
	unwp(map_at_guard(PAGE, RW, MAP_SHARED, memfd(PAGE, 0), 0, 0), wp_on_off);
}

void swapoff_uffd_wp(void)
{
	char *table = map_table(), *p = table + 300 * PAGE;	/* see soft_dirty.c, FAR */
	struct ufd *u;

	poke(p, 1);
	u = ufd_watch(table, HPAGE, 0, UFFDIO_REGISTER_MODE_WP);
	ufd_protect(u, p, PAGE);
	swap_out(p, PAGE);
	swap_off();
	ufd_serve_unwp(u);
	poke(p, 2);
	if (!u->faults)
		lost("a write-protected page was written after swapoff and nobody was told");
}

/* Fixed in 5.19 with mfill_atomic_install_pte(): 5.10 only took the uffd-wp branch when VM_WRITE was set. */
void uffdio_copy_readonly(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *src = map_anon(PAGE);
	char *p = map_at_guard(PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, 0);

	poke(src, 1);
	must(!ufd_register(u, p, PAGE, UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_copy(u, p, src, PAGE, UFFDIO_COPY_MODE_WP), "UFFDIO_COPY");
	protect(p, PAGE, RW);
	ufd_serve_unwp(u);
	poke(p, 2);
	if (!u->faults)
		lost("a page copied in with MODE_WP was written after mprotect RW and nobody was told");
}

/* replace_page() makes the entry afresh: mk_pte(kpage, vm_page_prot), 6.1 mm/ksm.c:1165, 6.12 :1397. */
void ksm_uffd_wp(void)
{
	char *p = map_anon(2 * PAGE);
	struct ufd *u;

	memset(p, 123, 2 * PAGE);
	u = ufd_guard(p, 2 * PAGE);
	ksm_merge(p);
	ksm_stop();
	ufd_serve_unwp(u);
	poke(p, 1);
	if (!u->faults)
		lost("ksmd merged a write-protected page; it was written and nobody was told");
}

/* hugetlb_wp() of 6.1 makes the unshared copy without uffd-wp: mm/hugetlb.c:5707. */
void hugetlb_unshare_uffd_wp(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct child child;

	poke(p, 1);
	child = fork_idle();
	ufd_guard(p, HPAGE);
	must(uffd_wp(p), "not write-protected");
	read_pin(p);
	release(child);
	if (!uffd_wp(p))
		lost("a mere read of a huge page by process_vm_readv took its write protection away");
}

/* 5.10 set_pmd_migration_entry() and remove_migration_pmd() know no uffd-wp. */
void migrate_thp_uffd_wp(void)
{
	char *p = huge();
	struct ufd *u = ufd_guard(p, HPAGE);

	move_or_skip(p);
	ufd_serve_unwp(u);
	poke(p, 2);
	if (!u->faults)
		lost("a write-protected huge page was written after migration and nobody was told");
}

/* ---- marks where nobody watches ---- */

static sigjmp_buf out;
static long began;

/* The profiling timer ticks in processor time. One write takes a fault or two. */
static void give_up(int sig)
{
	(void)sig;
	if (faults_so_far() - began > 10)
		siglongjmp(out, 1);
}

/* Each fault of the write leaves the entry as it was. */
static bool faults_for_ever(char *p)
{
	const struct itimerval tick = { { 0, 4000 }, { 0, 4000 } }, none = { { 0, 0 }, { 0, 0 } };
	bool ever = sigsetjmp(out, 1);

	if (!ever) {
		began = faults_so_far();
		signal(SIGPROF, give_up);
		setitimer(ITIMER_PROF, &tick, NULL);
		poke(p, 2);
	}
	setitimer(ITIMER_PROF, &none, NULL);
	return ever;
}

/* 6.1's copy_hugetlb_page_range() leaves the child the mark, for which hugetlb_wp() does nothing: mm/hugetlb.c:5192, :5565. */
void hugetlb_fork_uffd_wp(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	pid_t pid;

	poke(p, 1);
	ufd_guard(p, HPAGE);
	pid = fork_row();
	if (!pid) {
		if (faults_for_ever(p))
			lost("the child, which nobody watches, faults for ever where it writes");
		leave();
	}
	join(pid);
}

/* userfaultfd_register() may drop VM_UFFD_WP and leave the marks: 6.1 fs/userfaultfd.c:1472, 6.12 mm/userfaultfd.c:1984; refused since 7.3. */
static bool watched_less(char *p, size_t len)
{
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, len);
	return !ufd_register(u, p, len, UFFDIO_REGISTER_MODE_MISSING);
}

void reregister_uffd_wp(void)
{
	char *p = map_anon(PAGE);

	if (watched_less(p, PAGE) && uffd_wp(p))
		lost("registered again without write protection, the page still has its mark");
}

void reregister_uffd_wp_hugetlb(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);

	if (watched_less(p, HPAGE) && faults_for_ever(p))
		lost("registered again without write protection, a huge page faults for ever where it is written");
}

/* move_swap_pte() moves the mark, too: 6.12 mm/userfaultfd.c:1134, 7.2 :1376, 7.3 :1455. */
void move_swap_uffd_wp(void)
{
	char *src = map_anon(PAGE), *dst = map_anon(PAGE);
	struct ufd *u = ufd_open(UFD_MOVE | UFFD_FEATURE_PAGEFAULT_FLAG_WP);

	poke(src, 7);
	must(!ufd_register(u, src, PAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_register(u, dst, PAGE, UFFDIO_REGISTER_MODE_MISSING), "UFFDIO_REGISTER");
	ufd_protect(u, src, PAGE);
	swap_out(src, PAGE);
	must(!ufd_move(u, dst, src, PAGE), "UFFDIO_MOVE");
	must(peek(dst) == 7, "contents");
	if (uffd_wp(dst))
		lost("UFFDIO_MOVE of a swapped page: it is marked where nobody watches for writes");
}

static void *close_at_event(void *arg)
{
	struct ufd *u = arg;
	struct pollfd pfd = { .fd = u->fd, .events = POLLIN };

	poll(&pfd, 1, -1);
	close(u->fd);
	return NULL;
}

/*
 * fork waits until the monitor has read the event; here the monitor goes instead. Then the child's registration is dropped and
 * its entries stay as they are: 6.1 fs/userfaultfd.c:643, 6.12 mm/userfaultfd.c:2010, 7.2 :2279, 7.3 :2390. The child shares the
 * table of files, or its copy would keep the userfaultfd open.
 */
static pid_t fork_unheard(char *p, size_t len)
{
	struct ufd *u = ufd_watch(p, len, UFFD_FEATURE_EVENT_FORK, UFFDIO_REGISTER_MODE_WP);
	pthread_t thread;
	pid_t pid;

	ufd_protect(u, p, len);
	must(!pthread_create(&thread, NULL, close_at_event, u), "pthread_create");
	pid = syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
	must(pid >= 0, "clone: %s", strerror(errno));
	return pid;
}

void event_fork_closed(void)
{
	char *p = map_anon(PAGE);
	pid_t pid;

	poke(p, 1);
	pid = fork_unheard(p, PAGE);
	if (!pid) {
		if (uffd_wp(p))
			lost("the monitor ended while fork waited for it: the child is not watched, and marked");
		leave();
	}
	join(pid);
}

void event_fork_closed_hugetlb(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	pid_t pid;

	poke(p, 1);
	pid = fork_unheard(p, HPAGE);
	if (!pid) {
		if (faults_for_ever(p))
			lost("the monitor ended while fork waited for it: the child, not watched, faults for ever where it writes");
		leave();
	}
	join(pid);
}

/* A zap of hugetlb leaves a marker, which becomes a mark without PROT_NONE: 7.3-rc7 mm/hugetlb.c:5306, :5934, :5512; 7.3.4 leaves none. */
void hugetlb_rwp_zapped(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct ufd *u;

	poke(p, 1);
	u = ufd_watch(p, HPAGE, UFD_RWP, UFD_MODE_RWP);
	must(!ufd_rwp(u, p, HPAGE, true), "UFFDIO_RWPROTECT");
	must(!madvise(p, HPAGE, MADV_DONTNEED), "MADV_DONTNEED");
	must(!peek(p), "the page was not zapped");
	if (uffd_wp(p) && faults_for_ever(p))
		lost("a huge page zapped under read-write protection is marked, yet read without a trap, and faults for ever where it is written");
}

/* UFFDIO_RWPROTECT splits the huge entry of a file, which only removes it: pgtable_split_needed(), 7.3 mm/mprotect.c:436. */
void rwp_shmem_thp(void)
{
	char *p = huge_shmem();
	struct ufd *u = ufd_watch(p, HPAGE, UFD_RWP, UFD_MODE_RWP);

	must(!ufd_rwp(u, p, HPAGE, true), "UFFDIO_RWPROTECT");
	if (!uffd_wp(p) && peek(p) == 1)
		lost("a huge page was protected from reads, and was read, and nobody was told");
}

static struct {
	char *p;
	volatile int round, moved;
} mover;

static void *move_each_round(void *arg)
{
	int done = 0;

	while (mover.round >= 0)
		if (mover.round != done) {
			done = mover.round;
			move_away(mover.p);
			mover.moved = done;
		}
	return arg;
}

/*
 * True: the page was migrating before it was protected, and still was afterwards. Only such a round tells of this bug: a
 * protection that comes before the migration is what migrate-thp-uffd-wp loses. The main thread sleeps, so that an emulated
 * machine lets the mover run.
 */
static bool protected_amid_move(struct ufd *u, int round)
{
	bool met = false;

	ufd_unprotect(u, mover.p, HPAGE);
	mover.round = round;
	while (!met && mover.moved != round) {
		usleep(10);
		met = swapped(mover.p);
	}
	ufd_protect(u, mover.p, HPAGE);
	met = met && swapped(mover.p);
	while (mover.moved != round)
		usleep(10);
	return met;
}

static bool any_protected_amid_move(struct ufd *u)
{
	bool met = false;
	pthread_t thread;
	int i;

	must(!pthread_create(&thread, NULL, move_each_round, NULL), "pthread_create");
	for (i = 1; !met && i <= 400; i++)
		met = protected_amid_move(u, i);
	mover.round = -1;
	pthread_join(thread, NULL);
	return met;
}

/* A huge migration entry stays as it is: 5.10 mm/huge_memory.c:1815. Fixed by 24bf08c4376b (6.3, 6.1.24). */
void protect_migrating_thp(void)
{
	struct ufd *u;

	mover.p = huge();
	u = ufd_watch(mover.p, HPAGE, 0, UFFDIO_REGISTER_MODE_WP);
	if (!any_protected_amid_move(u))
		skip("in 400 migrations the huge page was not once protected while it migrated");
	ufd_serve_unwp_huge(u);
	poke(mover.p, 2);
	if (!u->faults)
		lost("a huge page that was protected while it migrated was written and nobody was told");
}

static volatile bool guarded;

static void *install_guard(void *p)
{
	int ret = madvise(p, PAGE, 102 /* MADV_GUARD_INSTALL, 6.13 */);

	guarded = true;
	return ret ? NULL : p;
}

/*
 * madvise_guard_install() zaps what is there and tries again, mm/madvise.c:1203 (7.2), but in the mapping of a
 * file a zap leaves a marker, so that this never ends. Of files since 6.15. Only a signal that kills ends it.
 */
void guard_install_marker(void)
{
	char *p = map_shared(PAGE);
	pthread_t thread;
	int i;

	if (madvise(p, PAGE, 102))
		lacks(6, 15, "no MADV_GUARD_INSTALL of a file's mapping (6.15)");
	must(!madvise(p, PAGE, 103), "MADV_GUARD_REMOVE: %s", strerror(errno));
	poke(p, 1);
	ufd_guard(p, PAGE);
	must(!pthread_create(&thread, NULL, install_guard, p), "pthread_create");
	for (i = 0; i < 200 && !guarded; i++)
		usleep(20000);
	must_wp(p, !guarded);
	if (!guarded)
		lost("MADV_GUARD_INSTALL of a protected page of shared memory had not returned after 4 seconds");
}
