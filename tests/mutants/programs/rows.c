/* rows.c - what reaches the mutants that no row of `legal` and no bug of `bugs` reaches. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include "reach.h"

#define WP UFFDIO_REGISTER_MODE_WP

/* can_change_pmd_writable(): 6.12 mm/huge_memory.c:1918 */
void thp_clear_refs_mprotect(void)
{
	char *p = huge();

	clear_refs();
	protect_and_back(p, HPAGE);
	poke(p, 2);
	must(soft_dirty(p), "a write after mprotect is not soft-dirty");
}

void thp_uffd_wp_mprotect(void)
{
	char *p = huge();
	struct ufd *u = ufd_guard(p, HPAGE);

	protect_and_back(p, HPAGE);
	ufd_trapped(u, p, 2);
}

/* Written since clear_refs: mprotect() must not forget it. */
static void write_mprotect(char *p, size_t len)
{
	clear_refs();
	poke(p, 2);
	protect(p, len, PROT_READ);
	must(soft_dirty(p), "mprotect lost soft-dirty");
}

void mprotect_softdirty(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	write_mprotect(p, PAGE);
}

void thp_mprotect_softdirty(void)	{ write_mprotect(huge(), HPAGE); }

/* Writing a page of a file back takes dirty from its entry, not soft-dirty: 6.12 mm/rmap.c:1050 */
void mkclean_softdirty(void)
{
	int fd;
	char *p = map_fs("ext4", RW, MAP_SHARED, &fd);

	poke(p, 1);
	clear_refs();
	poke(p, 2);
	must(!fsync(fd), "fsync: %s", strerror(errno));
	must(soft_dirty(p), "writeback lost soft-dirty");
}

/* A page written since clear_refs, unshared by a read-only pin: 6.12 mm/memory.c:3401 */
static void unshare_written(char *p)
{
	struct child child;

	poke(p, 0);
	clear_refs();
	poke(p, 1);
	child = fork_idle();
	read_pin(p);
	must(soft_dirty(p), "unsharing lost soft-dirty");
	release(child);
}

void unshare_softdirty(void)		{ unshare_written(map_anon(PAGE)); }

/* do_huge_pmd_wp_page() splits first: 6.12 mm/huge_memory.c:1901 */
void unshare_thp_softdirty(void)
{
	char *p = huge();

	unshare_written(p);
	must(!has_thp(p), "the huge entry was not split");
}

/* ---- fork of pinned pages ---- */

void fork_pinned_readonly(void)
{
	char *p = map_anon(PAGE);
	pid_t pid;

	poke(p, 1);
	pin_page(p);
	protect(p, PAGE, PROT_READ);
	pid = fork_row();
	if (!pid) {
		must(!may_write(p), "the child's copy is writable under PROT_READ");
		leave();
	}
	join(pid);
}

struct family {
	struct ufd *parent;
	int event, child;
};

static void *read_event(void *arg)
{
	struct family *f = arg;
	struct pollfd pfd = { .fd = f->parent->fd, .events = POLLIN };
	struct uffd_msg msg;

	must(poll(&pfd, 1, -1) == 1 && read(f->parent->fd, &msg, sizeof(msg)) == sizeof(msg), "no userfaultfd event");
	f->event = msg.event;
	if (msg.event == UFFD_EVENT_FORK)
		f->child = msg.arg.fork.ufd;
	return NULL;
}

/* Protects the page at p of a watched [all, all + len), forks, and looks at the child's. */
static void fork_watched(char *all, size_t len, char *p)
{
	struct family f = { .child = -1 };
	pthread_t thread;
	pid_t pid;

	f.parent = ufd_watch(all, len, UFFD_FEATURE_EVENT_FORK, WP);
	ufd_protect(f.parent, p, PAGE);
	pthread_create(&thread, NULL, read_event, &f);
	pid = fork_row();
	if (!pid) {
		must_wp(p, true);
		leave();
	}
	pthread_join(thread, NULL);
	join(pid);
}

void fork_pinned_uffd_wp(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	pin_page(p);
	fork_watched(p, PAGE, p);
}

/* One page far from both ends of its mapping. */
void fork_uffd_wp_between(void)
{
	char *all = map_anon(2000 * PAGE), *p = all + 1000 * PAGE;

	poke(all, 1);
	poke(p, 1);
	fork_watched(all, 2000 * PAGE, p);
}

/* Both write a page that was out, the child while the parent has it: 6.1 grants on a write fault alone, mm/memory.c:4054 */
void swap_forked_write(void)
{
	struct gate turn = gate_make();
	char *p = map_anon(PAGE);
	pid_t pid;

	swap_only("loop");
	poke(p, 1);
	swap_out(p, PAGE);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		poke(p, 3);
		leave();
	}
	poke(p, 2);
	gate_open(turn);
	join(pid);
	must(peek(p) == 2, "the child's write is seen in the parent");
}

/* ---- write protection asked for ---- */

/* The entry of a page that is out is marked: 6.12 mm/mprotect.c:264 */
void swapped_then_protected(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u;

	poke(p, 1);
	u = ufd_watch(p, PAGE, 0, WP);
	swap_out(p, PAGE);
	ufd_protect(u, p, PAGE);
	ufd_trapped(u, p, 2);
}

/* vm_page_prot must not carry the write bit where a monitor waits: 6.12 mm/vma.c:1935 */
void uffd_wp_shmem_read(void)
{
	char *p = map_shared(PAGE);
	struct ufd *u = ufd_watch(p, PAGE, 0, WP);

	must(peek(p) == 0, "not zero");
	ufd_protect(u, p, PAGE);
	ufd_trapped(u, p, 1);
}

/* A read maps a clean page of a file read-only, or the file system is never told of the write. */
void file_read_clean(void)
{
	int fd = temp_file(dir_of("ext4"), PAGE);
	char *p;

	must(!fsync(fd), "fsync: %s", strerror(errno));
	p = map_at_guard(PAGE, RW, MAP_SHARED, fd, 0, 0);
	must(peek(p) == 'f', "contents");
	must(write_faults(p, 1) >= 1, "a read fault mapped a clean page writable");
}

/* ---- huge pages ---- */

/* Written since clear_refs, then split: 512 writable entries, all soft-dirty: 6.12 mm/huge_memory.c:2917 */
void thp_split_softdirty(void)
{
	char *p = huge();

	clear_refs();
	poke(p, 2);
	must(!madvise(p + PAGE, PAGE, MADV_DONTNEED), "MADV_DONTNEED: %s", strerror(errno));
	must(soft_dirty(p + 2 * PAGE), "the split lost soft-dirty");
}

/* Written since clear_refs, then migrated whole: 6.12 mm/huge_memory.c:4330 */
void move_thp_softdirty(void)
{
	char *p = huge();

	clear_refs();
	poke(p, 2);
	move_or_skip(p);
	must(has_thp(p) && soft_dirty(p), "migration lost soft-dirty, or split the page");
}

/* A huge page mapped by small entries, of which that of page 300 alone is soft-dirty. */
static char *far_written(char *p)
{
	char *far = p + 300 * PAGE;

	protect_and_back(p, PAGE);
	must(!has_thp(p), "mprotect of a page did not split the huge entry");
	clear_refs();
	poke(far, 2);
	return far;
}

/* The entries are restored together. */
void move_far_softdirty(void)
{
	char *far = far_written(huge());

	move_or_skip(far);
	must(soft_dirty(far), "migration lost soft-dirty");
}

/*
 * The second call finds entries that differ in soft-dirty alone, and changes all at a time: 7.2 mm/mprotect.c:372.
 * They are clean by then, for a batch with a dirty one is all soft-dirty: get_and_clear_full_ptes().
 */
void large_mprotect_softdirty(void)
{
	char *p = huge(), *far = far_written(p);

	must(!madvise(p, HPAGE, MADV_FREE), "MADV_FREE: %s", strerror(errno));
	must(!mprotect(p, HPAGE, PROT_READ) && !mprotect(p, HPAGE, PROT_READ | PROT_EXEC), "mprotect: %s", strerror(errno));
	must(soft_dirty(far), "mprotect lost soft-dirty");
}

/* copy_present_ptes(): 7.2 mm/memory.c:1153 */
void large_fork_softdirty(void)
{
	char *far = far_written(huge());
	pid_t pid = fork_row();

	if (!pid) {
		must(soft_dirty(far), "fork lost soft-dirty in the child");
		leave();
	}
	join(pid);
}

/* Half of a huge page is not inherited and stays exclusive: commit_anon_folio_batch(), 7.2 mm/mprotect.c:172 */
void large_mprotect_exclusive(void)
{
	char *p = huge(), *shared = p + HPAGE / 2;
	struct child child;

	must(!madvise(p, HPAGE / 2, MADV_DONTFORK), "MADV_DONTFORK: %s", strerror(errno));
	child = fork_reader(shared, HPAGE / 2, 1);
	must(!madvise(p, HPAGE / 2, MADV_DOFORK), "MADV_DOFORK: %s", strerror(errno));
	protect_and_back(p, HPAGE);
	must(write_faults(shared, 2) >= 1, "mprotect made a page of two processes writable");
	release(child);
}

/* Protected before it is there: hugetlb_no_page(), 6.1 mm/hugetlb.c:6006 */
void hugetlb_uffd_wp_absent(void)
{
	char *p = map_hugetlb(MAP_SHARED);
	struct ufd *u;

	u = ufd_watch(p, HPAGE, 0, WP);
	must(!ufd_wp(u, p, HPAGE, true), "UFFDIO_WRITEPROTECT");
	ufd_serve_unwp_huge(u);
	poke(p, 1);
	must(u->faults == 1 && peek(p) == 1, "%d userfaults for one write", u->faults);
}

/* ---- blocks of sixteen entries, which a TLB of arm64 takes for one ---- */

/* All that is writable of a block must be so by itself: __contpte_try_fold(), 6.12 arch/arm64/mm/contpte.c:129 */
void block_part_exclusive(void)
{
	char *p = map_large(), *last = p + LARGE - PAGE;
	struct child child;

	must(!madvise(last, PAGE, MADV_DONTFORK), "MADV_DONTFORK: %s", strerror(errno));
	child = fork_reader(p, LARGE - PAGE, 1);
	must(!madvise(last, PAGE, MADV_DOFORK), "MADV_DOFORK: %s", strerror(errno));
	protect_and_back(p, LARGE);
	must(write_faults(last, 2) == 0, "mprotect left the write of an exclusive page to a fault");
	must(write_faults(p, 2) >= 1, "mprotect made a page of two processes writable");
	release(child);
}

/* And all that is marked. */
void block_part_marked(void)
{
	char *p = map_large(), *last = p + LARGE - PAGE;
	struct ufd *u = ufd_watch(p, LARGE, 0, WP);

	ufd_protect(u, p, LARGE - PAGE);
	protect_and_back(p, LARGE);
	must_wp(p, true);
	must_wp(last, false);
	ufd_trapped(u, p, 2);
}

/* A huge page that is such a block: huge_ptep_set_wrprotect(), 6.12 arch/arm64/mm/hugetlbpage.c:455 */
void hugetlb_block_forked(void)
{
	static const char pages[] = "/sys/kernel/mm/hugepages/hugepages-64kB/nr_hugepages";
	struct child child;
	char *p;

	if (access(pages, W_OK))
		absent("no huge pages of 64 KB");
	setting(pages, "4");
	p = mmap(NULL, LARGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 16 << MAP_HUGE_SHIFT, -1, 0);
	must(p != MAP_FAILED, "mmap of a huge page of 64 KB: %s", strerror(errno));
	poke(p, 1);
	child = fork_idle();
	must(write_faults(p + PAGE, 2) >= 1 && peek(p) == 1, "the huge page is writable after fork");
	release(child);
}

/* Reads until so many hinting faults were taken, of which all is mapped; false if there were none. */
static bool hinted(char *p, size_t len, size_t step, int wanted)
{
	long before, faults = 0;
	volatile long burn;
	size_t at;
	int i;

	for (i = 0; i < 400 && faults < wanted; i++) {
		for (burn = 0; burn < 1000000; burn++)
			;
		before = faults_so_far();
		for (at = 0; at < len; at += step)
			(void)peek(p + at);
		faults += faults_so_far() - before;
	}
	return faults;
}

static void *sleeper(void *arg)
{
	pause();
	return arg;
}

/*
 * A hinting fault of a read leaves an entry under tracking read-only: 6.12 mm/memory.c:5600, mm/huge_memory.c:1963.
 * The first ones migrate the pages here, those after find them where they should be; a second thread, or pages that
 * are would not be looked at.
 */
static void hints_tracked(char *p, size_t len, size_t step)
{
	pthread_t thread;

	pthread_create(&thread, NULL, sleeper, NULL);
	setting("/proc/sys/kernel/numa_balancing", "1");
	setting("/sys/kernel/debug/sched/numa_balancing/scan_delay_ms", "10");
	setting("/sys/kernel/debug/sched/numa_balancing/scan_period_min_ms", "20");
	setting("/sys/kernel/debug/sched/numa_balancing/scan_period_max_ms", "50");
	run_on(0);
	if (!hinted(p, len, step, 2 * len / step))
		skip("no hinting fault");
	clear_refs();
	if (!hinted(p, len, step, 2 * len / step))
		skip("no second hinting fault");
	poke(p, 2);
	must(soft_dirty(p), "a write after a hinting fault is not soft-dirty");
}

void numa_hint_clear_refs(void)
{
	char *p = map_anon(64 * PAGE);

	run_on(1);
	fill(p, 64 * PAGE, 1);
	hints_tracked(p, 64 * PAGE, PAGE);
}

void numa_hint_thp_clear_refs(void)
{
	char *p = map_thp(4 * HPAGE);

	run_on(1);
	fill(p, 4 * HPAGE, 1);
	if (!has_thp(p))
		skip("no huge page");
	hints_tracked(p, 4 * HPAGE, HPAGE);
}

/* Read-only since a fork, though the child is gone: can_change_pte_writable() of a page that is not exclusive. */
static void hints_alone(char *p, size_t len, size_t step)
{
	pthread_t thread;
	size_t at;

	pthread_create(&thread, NULL, sleeper, NULL);
	fork_and_end();
	balancing_on();
	if (!hinted(p, len, step, 2 * len / step))
		skip("no hinting fault");
	for (at = 0; at < len; at += step)
		must(write_faults(p + at, 2) >= 1, "a hinting fault made page %zu writable", at / step);
}

void numa_hint_thp_alone(void)
{
	char *p = far_pages(map_thp(4 * HPAGE), 4 * HPAGE, 1);

	if (!has_thp(p))
		skip("no huge page");
	hints_alone(p, 4 * HPAGE, HPAGE);
}

/* numa_rebuild_large_mapping(): 6.12 mm/memory.c:5531 */
void numa_hint_mthp_alone(void)
{
	char *p = map_at_guard(4 * LARGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, LARGE);

	setting(THP "hugepages-64kB/enabled", "always");
	run_on(0);
	fill(p, 4 * LARGE, 1);
	hints_alone(p, 4 * LARGE, PAGE);
}

/* ---- UFFDIO_MOVE ---- */

/* move_present_pte(): 6.12 mm/userfaultfd.c:1044 */
void uffd_move_pinned(void)
{
	char *src = map_anon(PAGE), *dst = map_anon(PAGE);
	struct ufd *u = ufd_watch(dst, PAGE, UFD_MOVE, UFFDIO_REGISTER_MODE_MISSING);

	poke(src, 7);
	pin_page(src);
	must(ufd_move(u, dst, src, PAGE) == -EBUSY, "UFFDIO_MOVE of a pinned page");
}

/* The second of two pages is another's, too: check_ptes_for_batched_move(), 7.2 mm/userfaultfd.c:1229 */
void uffd_move_part_forked(void)
{
	char *src = map_anon(2 * PAGE), *dst = map_anon(2 * PAGE);
	struct ufd *u = ufd_watch(dst, 2 * PAGE, UFD_MOVE, UFFDIO_REGISTER_MODE_MISSING);
	struct child child;

	fill(src, 2 * PAGE, 7);
	must(!madvise(src, PAGE, MADV_DONTFORK), "MADV_DONTFORK: %s", strerror(errno));
	child = fork_reader(src + PAGE, PAGE, 7);
	must(!madvise(src, PAGE, MADV_DOFORK), "MADV_DOFORK: %s", strerror(errno));
	must(ufd_move(u, dst, src, 2 * PAGE) && present(src + PAGE), "UFFDIO_MOVE of a page of two processes");
	release(child);
}

/* ---- FOLL_FORCE into a read-only mapping ---- */

void foll_force_absent(void)
{
	char *p = map_at_guard(PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, 0);

	tracer_write(tracer_make(p), p, 0);
}

void foll_force_file_absent(void)
{
	char *p = map_at_guard(PAGE, PROT_READ, MAP_PRIVATE, memfd(PAGE, 0), 0, 0);

	tracer_write(tracer_make(p), p, 0);
}

/* Soft-dirty tracking wants the fault, though the page is exclusive: wp_page_reuse(), 6.12 mm/memory.c:3260 */
void foll_force_clear_refs(void)
{
	char *p = map_anon(PAGE);
	struct tracer t = tracer_make(p);

	poke(p, 1);
	protect(p, PAGE, PROT_READ);
	clear_refs();
	tracer_write(t, p, 0);
}

/* So does a page that is not known to be exclusive, though nobody else has it. */
void foll_force_alone(void)
{
	char *p = map_anon(PAGE);
	struct tracer t = tracer_make(p);

	poke(p, 1);
	fork_and_end();
	protect(p, PAGE, PROT_READ);
	tracer_write(t, p, 0);
}
