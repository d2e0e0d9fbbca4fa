/*
 * main.c - `events`: does the history have what happens to entries and mappings? Each row does it and looks for the event.
 *
 *   events			all rows but `agrees`, which wants all that was noted since the module was loaded
 *   events [-v] NAME...	these; -v prints what was noted of the row's page
 */
#include <errno.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "keep.h"
#include "kit.h"
#include "loss.h"
#include "rings.h"
#include "truth.h"

void agrees(void);

#define W	MMA_F_PTE_WRITE
#define SD	MMA_F_PTE_SOFT_DIRTY
#define WP	MMA_F_PTE_UFFD_WP
#define THERE	MMA_F_PTE_PRESENT
#define SWAPPED	MMA_F_PTE_SWAP

/* ---- entries ---- */

static void touch(void)
{
	char *p = map_anon(PAGE);

	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, p, .was_not = THERE, .is = THERE | W | (tracks() ? SD : 0));
}

static void touch_file(void)
{
	char *p = map_shared(PAGE);

	poke(p, 1);			/* on 5.10 the fault that makes the page dirty is not seen */
	madvise(p, PAGE, MADV_DONTNEED);
	rings_open(MMA_HISTORY_ALL);
	poke(p, 2);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_FILE_FAULT, p, .is = THERE | W);
}

static void reuse(void)
{
	char *p = map_anon(PAGE);

	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	lru_drain();
	fork_and_end();
	poke(p, 2);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_WP_REUSE, p, .was = THERE, .was_not = W, .is = W);
}

static void copy(void)
{
	struct child child;
	char *p = map_anon(PAGE);

	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	child = fork_reader(p, PAGE, 1);
	poke(p, 2);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_WP_COPY, p, .was = THERE, .was_not = W, .is = W);
	release(child);
}

static void forked(void)
{
	const struct mma_event *e;
	struct mma_history h = { 0 };
	struct child child;
	char *p = map_anon(PAGE);

	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	child = fork_idle();
	h.pid = child.pid;
	must(!rings_ask(&h) && h.mm && h.mm != my_mm(), "the child's address space has the number %u", h.mm);
	e = must_see(MMA_EVENT_COPIED, MMA_SITE_FORK, p, .mm = h.mm);
	must(e->where & MMA_EV_MORE && e[1].mm == my_mm(), "copied from %u, not %u", e[1].mm, my_mm());
	release(child);
}

static void protected(void)
{
	char *p = map_anon(PAGE), *q = map_anon(64 * PAGE);

	rings_open(MMA_HISTORY_ALL);
	fill(p, PAGE, 1);
	fill(q, 64 * PAGE, 1);
	protect(p, PAGE, PROT_READ);
	protect(q, 64 * PAGE, PROT_READ);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_MPROTECT, p, .was = THERE | W, .is = THERE, .is_not = W);
	must_see(MMA_EVENT_RANGE, MMA_SITE_MPROTECT, q + 63 * PAGE, .was = W);
	protect(p, PAGE, RW);
	if (since(6, 1))		/* before, it gives no write bit back */
		must_see(MMA_EVENT_ENTRY, MMA_SITE_MPROTECT, p, .was_not = W, .is = W);
}

static void cleared(void)
{
	char *p = map_anon(PAGE);

	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	clear_refs();
	must_see(MMA_EVENT_ENTRY, MMA_SITE_CLEAR_REFS, p, .was = SD | W, .is = THERE, .is_not = SD | W);
}

static void watched(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u;

	poke(p, 1);
	rings_open(MMA_HISTORY_TRACKED);
	u = ufd_guard(p, PAGE);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_UFFD_WP, p, .was = W, .is = WP, .is_not = W);
	ufd_unprotect(u, p, PAGE);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_UFFD_UNWP, p, .was = WP, .is_not = WP);
}

static void swapped_out_and_in(void)
{
	const struct mma_event *out, *back;
	char *p = map_anon(PAGE);

	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	swap_out(p, PAGE);
	poke(p, 2);
	out = must_see(MMA_EVENT_OUT, MMA_SITE_UNMAP, p, .was = THERE, .is = SWAPPED);
	back = must_see(MMA_EVENT_BACK, MMA_SITE_SWAP_IN, p, .was = SWAPPED, .is = THERE | W);
	must(out->what == back->what, "out as %llx, back from %llx", out->what, back->what);
}

static void migrated(void)
{
	const struct mma_event *out, *back;
	char *p = map_anon(PAGE);

	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	move_or_skip(p);
	out = must_see(MMA_EVENT_OUT, MMA_SITE_UNMAP, p, .was = THERE | W, .is = SWAPPED);
	back = must_see(MMA_EVENT_BACK, MMA_SITE_MIGRATION, p, .was = SWAPPED, .is = THERE | W);
	must(out->what == back->what, "out as %llx, back from %llx", out->what, back->what);
}

static void moved(void)
{
	char *p = map_anon(PAGE), *q = map_anon(PAGE);
	const struct mma_event *e;

	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	move_mapping(p, q, PAGE);
	e = must_see(MMA_EVENT_MOVED, MMA_SITE_MREMAP, q);
	must(e->where & MMA_EV_MORE && mma_event_addr(e + 1) == (u64)p, "from %llx, not %p", mma_event_addr(e + 1), p);
}

static void moved_by_uffd(void)
{
	char *p = map_anon(PAGE), *q = map_anon(PAGE);
	const struct mma_event *e;
	struct ufd *u;

	if (!(ufd_features() & UFD_MOVE))
		lacks(6, 8, "no UFFDIO_MOVE");
	poke(p, 1);
	u = ufd_watch(q, PAGE, UFD_MOVE, 1);
	rings_open(MMA_HISTORY_ALL);
	must(!ufd_move(u, q, p, PAGE), "UFFDIO_MOVE: %s", strerror(errno));
	e = must_see(MMA_EVENT_MOVED, MMA_SITE_UFFD_MOVE, q);
	must(e->where & MMA_EV_MORE && mma_event_addr(e + 1) == (u64)p, "from %llx, not %p", mma_event_addr(e + 1), p);
}

/* Address 0 is a place, too. */
static void moved_from_0(void)
{
	char *p = mmap(NULL, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), *q = map_anon(PAGE);
	const struct mma_event *e;
	struct ufd *u;

	if (!(ufd_features() & UFD_MOVE))
		lacks(6, 8, "no UFFDIO_MOVE");
	must(p != MAP_FAILED, "mmap of address 0: %s", strerror(errno));
	*(volatile char *)p = 1;
	u = ufd_watch(q, PAGE, UFD_MOVE, 1);
	rings_open(MMA_HISTORY_ALL);
	must(!ufd_move(u, q, p, PAGE), "UFFDIO_MOVE: %s", strerror(errno));
	e = must_see(MMA_EVENT_MOVED, MMA_SITE_UFFD_MOVE, q);
	must(e->where & MMA_EV_MORE && !mma_event_addr(e + 1), "from %llx", mma_event_addr(e + 1));
}

static void written_back(void)
{
	int fd;
	char *p = map_fs("ext4", RW, MAP_SHARED, &fd);

	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	sync_page(p);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_WRITEBACK, p, .was = W, .is = THERE, .is_not = W);
}

static void merged_by_ksm(void)
{
	char *p = map_anon(2 * PAGE);

	rings_open(MMA_HISTORY_ALL);
	memset(p, 7, 2 * PAGE);
	ksm_merge(p);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_KSM, p, .was = THERE, .is = THERE, .is_not = W);
}

static void split(void)
{
	char *p = huge();

	rings_open(MMA_HISTORY_ALL);
	protect(p, PAGE, PROT_READ);
	must_see(MMA_EVENT_RANGE, MMA_SITE_SPLIT, p + PAGE, .was = MMA_F_PTE_HUGE);
}

static void zapped(void)
{
	char *p = map_anon(2 * PAGE);

	rings_open(MMA_HISTORY_ALL);
	fill(p, 2 * PAGE, 1);
	madvise(p, PAGE, MADV_DONTNEED);
	must_see(MMA_EVENT_ZAPPED, MMA_EV_NO_SITE, p);
	must_not_see(MMA_EVENT_ZAPPED, MMA_EV_NO_SITE, p + PAGE);
	munmap(p + PAGE, PAGE);
	must_see(MMA_EVENT_ZAPPED, MMA_EV_NO_SITE, p + PAGE);
}

/* ---- mappings ---- */

/* The page in the middle gets a mapping of its own, which goes again. */
static void divided_and_merged(void)
{
	char *p = map_anon(3 * PAGE);
	const struct mma_event *e;

	rings_open(MMA_HISTORY_ALL);
	protect(p + PAGE, PAGE, PROT_READ);
	must_see(MMA_EVENT_DIVIDED, MMA_EV_NO_SITE, p + 2 * PAGE, .was = MMA_EV_VM_WRITE);	/* the first part or the second is new, it depends on the kernel */
	must_see(MMA_EVENT_MAP, MMA_EV_NO_SITE, p + PAGE, .is = MMA_EV_VM_READ, .is_not = MMA_EV_VM_WRITE);
	must_not_see(MMA_EVENT_MAP, MMA_EV_NO_SITE, p);
	protect(p + PAGE, PAGE, RW);
	e = must_see(MMA_EVENT_MERGED, MMA_EV_NO_SITE, p + PAGE, .was = MMA_EV_VM_READ, .was_not = MMA_EV_VM_WRITE, .is = MMA_EV_VM_WRITE);
	must(e->where & MMA_EV_MORE && e[1].time && e[1].what & 2 && !(e[1].time & 2), "letters %llx, then %llx", e[1].time, e[1].what);
	must_see(MMA_EVENT_MERGED, MMA_EV_NO_SITE, p + 2 * PAGE);
}

/*
 * A mapping that counts as soft-dirty is merged with one that clear_refs has been at. On kernels that have that bug VM_SOFTDIRTY
 * goes: the letters tell.
 */
static void softdirty_of_merged(void)
{
	const struct mma_event *e;
	char *p = map_anon(2 * PAGE);

	munmap(p + PAGE, PAGE);
	poke(p, 1);
	clear_refs();
	rings_open(MMA_HISTORY_TRACKED);
	must(mmap(p + PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p + PAGE, "mmap: %s", strerror(errno));
	madvise(p + PAGE, PAGE, MADV_NOHUGEPAGE);	/* as map_anon() has */
	e = must_see(MMA_EVENT_MERGED, MMA_EV_NO_SITE, p + PAGE, .was = MMA_EV_VM_SOFTDIRTY);
	must(e->where & MMA_EV_MORE && mma_event_addr(e + 1) <= (u64)p, "merged with %llx", mma_event_addr(e + 1));
	must(!(e->is & MMA_EV_VM_SOFTDIRTY) == !(e[1].what & 1 << 24), "letters %llx", e[1].what);
}

static void born(void)
{
	struct mma_history h = { 0 };
	const struct mma_event *e;
	struct child child;

	rings_open(MMA_HISTORY_ALL);
	child = fork_idle();
	h.pid = child.pid;
	must(!rings_ask(&h), "the child's address space is not found");
	e = must_see(MMA_EVENT_BORN, MMA_EV_NO_SITE, NULL, .mm = h.mm);
	must(e->what == (u64)child.pid && e->where & MMA_EV_MORE && e[1].mm == my_mm(), "of process %llu", e->what);
	release(child);
}

/* ---- modes ---- */

/* Where nothing is soft-dirty it is userfaultfd that makes a mapping one of those. */
static void tracked_by_uffd(char *p)
{
	struct ufd *u;

	if (!(ufd_features() & UFFD_FEATURE_PAGEFAULT_FLAG_WP))
		absent("neither soft-dirty nor write protection by userfaultfd");
	u = ufd_watch(p, 2 * PAGE, 0, UFFDIO_REGISTER_MODE_WP);
	ufd_protect(u, p, PAGE);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_UFFD_WP, p, .was = W, .is = WP, .is_not = W);
	ufd_unprotect(u, p, PAGE);
}

static void tracked_by_soft_dirty(char *p)
{
	clear_refs();
	must_see(MMA_EVENT_RANGE, MMA_SITE_CLEAR_REFS, p, .was = SD);
	poke(p, 2);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_WP_REUSE, p, .was_not = SD, .is = SD);
}

static void tracked(void)
{
	char *p = map_anon(2 * PAGE);

	rings_open(MMA_HISTORY_TRACKED);
	poke(p, 1);
	must_not_see(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, p);
	if (tracks())
		tracked_by_soft_dirty(p);
	else
		tracked_by_uffd(p);
	poke(p + PAGE, 1);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, p + PAGE);
}

/* Of an audited process and of no other. */
static void audited(void)
{
	char *p = map_anon(2 * PAGE);
	struct mma_history h = { 0 };
	pid_t pid = fork_row();
	int stop = pid;

	if (!pid) {
		raise(SIGSTOP);
		poke(p, 1);
		raise(SIGSTOP);
		leave();
	}
	waitpid(pid, &stop, WUNTRACED);
	rings_open(MMA_HISTORY_AUDITED);
	h.pid = pid;
	must(!rings_ask(&h), "the child's address space is not found");
	kill(pid, SIGCONT);
	waitpid(pid, &stop, WUNTRACED);
	poke(p + PAGE, 1);
	must_not_see(MMA_EVENT_ENTRY, MMA_NR_SITES, p, .mm = h.mm);
	must_see(MMA_EVENT_ENTRY, MMA_NR_SITES, p + PAGE, .is = W);
	kill(pid, SIGCONT);
	join(pid);
}

/* ---- the rings ---- */

/* More events than a ring has, on one CPU: the newest are there, in order, and the first that is left is told. */
static void wraps(void)
{
	struct mma_history h = { 0 };
	char *p = map_anon(64 * PAGE);
	struct events e;
	u64 last = 0;
	size_t i;

	run_on(0);
	rings_open(MMA_HISTORY_ALL);
	rings_ask(&h);
	for (i = 0; i < h.capacity; i += 32) {
		fill(p, 64 * PAGE, 1);
		madvise(p, 64 * PAGE, MADV_DONTNEED);
	}
	fill(p, 64 * PAGE, 1);
	e = rings_read(0);
	must(e.cut, "nothing was overwritten");
	must(e.nr > 0, "no events");
	for (i = 0; i < e.nr; i++) {
		if (mma_event_kind(e.at + i) == MMA_EVENT_MORE)
			continue;
		must(e.at[i].time >= last, "event %zu is out of order", i);
		last = e.at[i].time;
	}
	if (h.capacity > 1024)		/* reading adds events of its own */
		must_see(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, p + 63 * PAGE);
}

/* A CPU that came up after the module was loaded has a ring, too. */
static void second_cpu(void)
{
	char *p = map_anon(PAGE);
	struct mma_history h = { .cpu = 1 };

	run_on(1);
	rings_open(MMA_HISTORY_ALL);
	poke(p, 1);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, p, .is = W);
	must(!rings_ask(&h) && h.end && !h.missed, "%llu events, %llu missed", h.end, h.missed);
}

static volatile bool stop;

static void *write_and_drop(void *arg)
{
	char *p = arg;

	while (!stop) {
		fill(p, 16 * PAGE, 1);
		madvise(p, 16 * PAGE, MADV_DONTNEED);
	}
	return NULL;
}

static bool is_sound(const struct mma_event *e)
{
	unsigned int kind = mma_event_kind(e);

	return kind == MMA_EVENT_MORE || (kind && kind < MMA_NR_EVENT_KINDS && e->time && e->mm && e->tid && e->ip);
}

/* What is read while it is written is whole: each event, and each in its place by time. */
static void read_while_written(void)
{
	struct mma_history h;
	struct mma_event room[64];
	pthread_t writer;
	unsigned int i, n;
	double until;
	u64 last, passed = 0;

	rings_open(MMA_HISTORY_ALL);
	pthread_create(&writer, NULL, write_and_drop, map_anon(16 * PAGE));
	for (until = now() + 10; now() < until;) {
		h = (struct mma_history){ .buffer = (unsigned long)room, .room = sizeof(room) };
		for (n = 0, last = 0; n < 100; n++) {
			must(!rings_ask(&h), "MMA_IOC_HISTORY: %s", strerror(errno));
			passed += h.next - h.events - h.first;
			for (i = 0; i < h.events; i++) {
				must(is_sound(room + i), "event %llu is torn: where %llx, time %llu", h.first + i, room[i].where, room[i].time);
				if (mma_event_kind(room + i) == MMA_EVENT_MORE)
					continue;
				must(room[i].time >= last, "event %llu is out of order", h.first + i);
				last = room[i].time;
			}
		}
	}
	stop = true;
	pthread_join(writer, NULL);
	must(!passed, "%llu positions do not fit", (unsigned long long)passed);
}

/* ---- what led to a violation is kept ---- */

static struct mma_decision must_be_violation(void)
{
	struct mma_decision d;

	must(rings_violation_within(&d, 10000), "no violation");
	must(d.number && d.counter && d.mm == my_mm(), "number %llu, address space %u", (unsigned long long)d.number, d.mm);
	return d;
}

static void must_be_kept(const struct mma_decision *d, const struct loss *l)
{
	struct events e = rings_read(d->kept);

	if (events_verbose)
		events_print(&e, l->to, l->len);
	must(events_find(&e, &l->moved), "the kept rings have not the move");
	must(events_find(&e, &l->marked), "nor what marked or cleared it before");
}

static void kept(void)
{
	struct mma_decision first, second;
	struct mma_history h = { 0 };
	struct loss l;

	rings_open(MMA_HISTORY_TRACKED);
	l = loss_met();
	first = must_be_violation();
	must(first.kept, "nothing was kept");
	must_be_kept(&first, &l);
	events_must(__FILE__, __LINE__, &l.moved, false);	/* what is written now begins after it */
	loss_met();
	second = must_be_violation();
	must(second.number > first.number && !second.kept, "number %llu, then %llu; kept %u again for the same kind",
	     (unsigned long long)first.number, (unsigned long long)second.number, second.kept);
	must(!rings_ask(&h) && h.kept == first.kept && h.set > h.kept, "kept %u, not %u", h.kept, first.kept);
	h = (struct mma_history){ .flags = MMA_HISTORY_GIVE_BACK, .set = first.kept };
	must(!rings_ask(&h), "not given back");
	must(rings_ask(&h) == ENOENT, "given back twice");
	h = (struct mma_history){ .set = first.kept };
	must(rings_ask(&h) == ENOENT, "still there");
}

/* Nothing is noted any more after the first violation, until `freeze` is written. */
static void frozen(void)
{
	const char *param = "/sys/module/mmaudit/parameters/freeze";
	char *p = map_anon(2 * PAGE);
	struct mma_decision d;
	struct mma_history h = { 0 };
	struct loss l;

	setting(param, "Y");
	rings_open(MMA_HISTORY_ALL);
	l = loss_met();
	d = must_be_violation();
	must_be_kept(&d, &l);
	must(!rings_ask(&h) && h.mode == MMA_HISTORY_OFF, "mode %u", h.mode);
	poke(p, 2);
	must_not_see(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, p);
	write_str(param, "N");
	must(!rings_ask(&h) && h.mode == MMA_HISTORY_ALL, "mode %u", h.mode);
	poke(p + PAGE, 2);
	must_see(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, p + PAGE);
}

/* ---- planted losses are all found ---- */

/* Of the place: what marked it, or cleared its marks, and then the move. */
static void must_be_told(const struct events *before, const struct events *e, const struct loss *l)
{
	const struct mma_event *marked = events_find(before, &l->marked), *moved = events_find(e, &l->moved);

	if (!moved)
		moved = events_find(before, &l->moved);
	must(marked && moved, "of what was moved to %p the history has not what marked or cleared it, or not the move", l->to);
	must(marked->time < moved->time, "marked or cleared after the move");
}

enum { MOST_LOSSES = 7 };

/* Returns how many of the places a violation names; each of them has a number of its own. */
static unsigned int count_violations(const struct loss *l, unsigned int n, u64 *number)
{
	struct mma_decision d;
	unsigned int found = 0, i;

	while (rings_violation_within(&d, __builtin_popcount(found) < (int)n ? 10000 : 0)) {
		must(d.number > *number, "number %llu after %llu", (unsigned long long)d.number, (unsigned long long)*number);
		*number = d.number;
		for (i = 0; i < n && (d.addr < (u64)l[i].to || d.addr >= (u64)l[i].to + l[i].len); i++)
			;
		must(i < n, "a violation at %llx", (unsigned long long)d.addr);
		found |= 1U << i;
	}
	return __builtin_popcount(found);
}

static void lose(unsigned int n, u64 *number)
{
	struct loss l[MOST_LOSSES];
	struct mma_history h = { 0 };
	struct events before, now;
	unsigned int i, found;

	must(!rings_ask(&h), "MMA_IOC_HISTORY");
	for (i = 0; i < n; i++)
		l[i] = loss_make();
	loss_mark(l, n);
	for (i = 0; i < n; i++)
		loss_happens(l + i);
	found = count_violations(l, n, number);
	must(found == n, "%u of %u losses were found", found, n);
	before = rings_read(h.set);
	now = rings_read(0);
	for (i = 0; i < n; i++) {
		must_be_told(&before, &now, l + i);
		munmap(l[i].to, l[i].len);
	}
}

/* The first of them has the rings kept: the others are in the second set. */
static void losses(void)
{
	static const unsigned int primes[] = { 2, 3, 5, 7 };
	u64 number = 0;
	unsigned int i;

	rings_open(MMA_HISTORY_TRACKED);
	for (i = 0; i < sizeof(primes) / sizeof(primes[0]); i++)
		lose(primes[i], &number);
}

static void refused(void)
{
	struct mma_history h = { .cpu = 1 << 20 };
	int err;

	run_on(0);
	rings_open(MMA_HISTORY_ALL);
	err = rings_ask(&h);
	must(err == EINVAL, "a CPU that cannot be: %s", strerror(err));
	h = (struct mma_history){ .set = 77777 };
	err = rings_ask(&h);
	must(err == ENOENT, "a set that is not there: %s", strerror(err));
	h = (struct mma_history){ .pid = 2 };
	err = rings_ask(&h);
	must(err == ESRCH, "a kernel thread: %s", strerror(err));
	h = (struct mma_history){ .flags = 2 };
	err = rings_ask(&h);
	must(err == EINVAL, "an unknown flag: %s", strerror(err));
	h = (struct mma_history){ .flags = MMA_HISTORY_GIVE_BACK };
	err = rings_ask(&h);
	must(err == ENOENT, "no set to give back: %s", strerror(err));
	h = (struct mma_history){ .room = 4096, .buffer = 16 };
	poke(map_anon(PAGE), 1);
	err = rings_ask(&h);
	must(err == EFAULT, "a bad buffer: %s", strerror(err));
}

static const struct row rows[] = {
	{ "touch", touch, "", NULL, "root" },
	{ "touch-file", touch_file, "", NULL, "root" },
	{ "reuse", reuse, "", NULL, "root" },
	{ "copy", copy, "", NULL, "root" },
	{ "fork", forked, "", NULL, "root" },
	{ "mprotect", protected, "", NULL, "root" },
	{ "clear-refs", cleared, "", NULL, "root softdirty" },
	{ "uffd-wp", watched, "", NULL, "root uffd-wp" },
	{ "swap", swapped_out_and_in, "", NULL, "root" },
	{ "migrate", migrated, "", NULL, "root" },
	{ "mremap", moved, "", NULL, "root" },
	{ "uffd-move", moved_by_uffd, "", NULL, "root" },
	{ "uffd-move-from-0", moved_from_0, "", NULL, "root" },
	{ "writeback", written_back, "", NULL, "root" },
	{ "ksm", merged_by_ksm, "", NULL, "root" },
	{ "split", split, "", NULL, "root thp" },
	{ "zap", zapped, "", NULL, "root" },
	{ "merged", divided_and_merged, "", NULL, "root" },
	{ "softdirty-of-merged", softdirty_of_merged, "", NULL, "root softdirty" },
	{ "born", born, "", NULL, "root" },
	{ "tracked", tracked, "", NULL, "root" },
	{ "audited", audited, "", NULL, "root" },
	{ "second-cpu", second_cpu, "", NULL, "root" },
	{ "wraps", wraps, "", NULL, "root" },
	{ "read-while-written", read_while_written, "", NULL, "root" },
	{ "kept", kept, "", NULL, "root" },
	{ "freeze", frozen, "", NULL, "root" },
	{ "keep-stranger", keep_stranger, "", NULL, "root" },
	{ "keep-later", keep_later, "", NULL, "root" },
	{ "keep-two-readers", keep_two, "", NULL, "root" },
	{ "keep-begun", keep_begun, "", NULL, "root" },
	{ "keep-frozen", keep_frozen, "", NULL, "root" },
	{ "keep-thawed", keep_thawed, "", NULL, "root" },
	{ "keep-for-later", keep_for_later, "", NULL, "root" },
	{ "filter-again", filter_again, "", NULL, "root" },
	{ "since-audited", since_audited, "", NULL, "root" },
	{ "slept", slept, "", NULL, "root" },
	{ "in-step", in_step, "", NULL, "root" },
	{ "losses", losses, "", NULL, "root" },
	{ "three-merged", three_merged, "", NULL, "root softdirty" },
	{ "madvise-merged", merged_by_madvise, "", NULL, "root softdirty" },
	{ "file-cut", file_cut, "", NULL, "root" },
	{ "fork-shared", fork_shared, "", NULL, "root" },
	{ "prot-of-cleared", prot_of_cleared, "", NULL, "root softdirty" },
	{ "scan-reads", scan_reads, "", NULL, "root uffd-async" },
	{ "folio-elsewhere", folio_elsewhere, "", NULL, "root thp numa" },
	{ "refused", refused, "", NULL, "root" },
	{ "agrees", agrees, "", NULL, "root" },
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

static int run(const struct row *row)
{
	static const char *const words[] = { "pass", "fail", "skip", "absent", "fail" };
	struct verdict v = row_run(row, 400, false);

	printf("%s %s%s%s\n", words[v.state], row->name, v.why[0] ? " " : "", v.why);
	fflush(stdout);
	return v.state == FAIL || v.state == LOST;
}

static bool is_named(const struct row *row, char **names)
{
	if (!*names)
		return row->fn != agrees;
	for (; *names; names++)
		if (!strcmp(*names, row->name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const struct row *row;
	int failed = 0, ran = 0;

	events_verbose = argc > 1 && !strcmp(argv[1], "-v");
	argv += 1 + events_verbose;
	for (row = rows; row < rows + NR_ROWS; row++) {
		if (!is_named(row, argv))
			continue;
		failed |= run(row);
		ran++;
	}
	if (!ran)
		fprintf(stderr, "events: no row named %s\n", *argv);
	return ran ? failed : 2;
}
