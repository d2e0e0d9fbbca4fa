/*
 * agree.c - does the history agree with what a program knows of itself? Four threads do this and that to pages drawn at random
 * and write down what must have happened at each address; then the history of each must have all of it, in that order.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "kit.h"
#include "rings.h"

enum { THREADS = 4, PAGES = 128, PLACES = 2 * PAGES * THREADS, OPS = 512, STEPS = 6 * OPS };

struct page {
	unsigned int at, spare;		/* places: where it is, and where it can be moved */
	bool there, swapped, shared;	/* shared: fork has write-protected it */
};

/* What must have happened to the entry at a place. */
struct step {
	struct sought what;
	struct step *next;		/* at the same place */
};

struct worker {
	pthread_t thread;
	unsigned long drawn;		/* the state of its random numbers */
	char *idle;
	struct page pages[PAGES];
	struct step steps[STEPS];
	unsigned int nr;
};

static struct worker workers[THREADS];
static char *arena;
static __u32 mine;
static struct step *first[PLACES], *last[PLACES];
static unsigned int seen[MMA_NR_EVENT_KINDS];
/* fork changes the pages of all threads. */
static pthread_rwlock_t forking = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

static char *place(unsigned int i)
{
	return arena + i * PAGE;
}

static char *at(const struct page *p)
{
	return place(p->at);
}

static unsigned int draw(struct worker *w, unsigned int most)
{
	w->drawn = w->drawn * 6364136223846793005 + 1442695040888963407;
	return (w->drawn >> 33) % most;
}

/* mm: of whom */
static void must_happen_to(__u32 mm, struct worker *w, const struct page *p, unsigned int kind, unsigned int site)
{
	struct step *s = w->steps + w->nr++;

	must(w->nr <= STEPS, "too many steps");
	*s = (struct step){ { .kind = kind, .site = site, .at = at(p), .mm = mm }, NULL };
	if (last[p->at])
		last[p->at]->next = s;
	else
		first[p->at] = s;
	last[p->at] = s;
}

static void must_happen(struct worker *w, const struct page *p, unsigned int kind, unsigned int site)
{
	must_happen_to(mine, w, p, kind, site);
}

/* ---- what is done to a page ---- */

static void write_to(struct worker *w, struct page *p)
{
	if (p->swapped)
		must_happen(w, p, MMA_EVENT_BACK, MMA_SITE_SWAP_IN);
	else if (!p->there)
		must_happen(w, p, MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT);
	else if (p->shared)
		must_happen(w, p, MMA_EVENT_ENTRY, MMA_NR_SITES);
	poke(at(p), 1);
	p->there = true;
	p->swapped = p->shared = false;
}

static void drop(struct worker *w, struct page *p)
{
	must(!madvise(at(p), PAGE, MADV_DONTNEED), "MADV_DONTNEED");
	must_happen(w, p, MMA_EVENT_ZAPPED, MMA_EV_NO_SITE);
	p->there = p->swapped = p->shared = false;
}

/* Before 6.1 mprotect gives no write bit back. */
static void protect_it(struct worker *w, struct page *p)
{
	write_to(w, p);
	protect(at(p), PAGE, PROT_READ);
	must_happen(w, p, MMA_EVENT_ENTRY, MMA_SITE_MPROTECT);
	protect(at(p), PAGE, RW);
	if (since(6, 1))
		must_happen(w, p, MMA_EVENT_ENTRY, MMA_SITE_MPROTECT);
	else
		p->shared = true;
}

static void move(struct worker *w, struct page *p)
{
	const unsigned int from = p->at;

	move_mapping(place(from), place(p->spare), PAGE);
	p->at = p->spare;
	p->spare = from;
	must_happen(w, p, MMA_EVENT_MOVED, MMA_SITE_MREMAP);
}

static void push_out(struct worker *w, struct page *p)
{
	write_to(w, p);
	madvise(w->idle, PAGE, 20 /* MADV_COLD */);	/* drains this CPU's batches, see lru_drain() */
	madvise(at(p), PAGE, MADV_PAGEOUT);
	if (!swapped(at(p)))
		return;			/* the kernel need not do it */
	must_happen(w, p, MMA_EVENT_OUT, MMA_SITE_UNMAP);
	p->swapped = true;
	p->there = false;
}

static void migrate(struct worker *w, struct page *p)
{
	write_to(w, p);
	if (!move_away(at(p)))
		return;			/* nor this */
	must_happen(w, p, MMA_EVENT_OUT, MMA_SITE_UNMAP);
	must_happen(w, p, MMA_EVENT_BACK, MMA_SITE_MIGRATION);
}

static void share_all(void)
{
	struct worker *w;
	struct page *p;

	for (w = workers; w < workers + THREADS; w++)
		for (p = w->pages; p < w->pages + PAGES; p++)
			p->shared |= p->there;
}

static __u32 mm_of(pid_t pid)
{
	struct mma_history h = { .pid = pid };

	must(!rings_ask(&h), "the child's address space is not found");
	return h.mm;
}

/* A child that writes to its copy and ends. */
static void fork_writes(struct worker *w, struct page *p)
{
	struct gate turn = gate_make();
	__u32 child;
	pid_t pid;

	write_to(w, p);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		poke(at(p), 2);
		leave();
	}
	child = mm_of(pid);
	gate_open(turn);
	join(pid);
	close(turn.fd);
	must_happen_to(child, w, p, MMA_EVENT_COPIED, MMA_SITE_FORK);
	must_happen_to(child, w, p, MMA_EVENT_ENTRY, MMA_SITE_WP_COPY);
	must_happen_to(child, w, p, MMA_EVENT_ZAPPED, MMA_EV_NO_SITE);
	share_all();
}

static void do_something(struct worker *w, struct page *p)
{
	static void (*const ops[])(struct worker *w, struct page *p) = { write_to, write_to, drop, protect_it, move, push_out, migrate };
	const bool forks = !draw(w, 64);

	if (forks)
		pthread_rwlock_wrlock(&forking);
	else
		pthread_rwlock_rdlock(&forking);
	(forks ? fork_writes : ops[draw(w, sizeof(ops) / sizeof(ops[0]))])(w, p);
	pthread_rwlock_unlock(&forking);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	int i;

	for (i = 0; i < OPS; i++)
		do_something(w, w->pages + draw(w, PAGES));
	return NULL;
}

static void make_worker(struct worker *w, unsigned int nr)
{
	unsigned int i;

	memset(w, 0, sizeof(*w));
	w->drawn = 17 + nr;
	w->idle = map_anon(PAGE);
	for (i = 0; i < PAGES; i++)
		w->pages[i] = (struct page){ .at = 2 * (nr * PAGES + i), .spare = 2 * (nr * PAGES + i) + 1 };
}

/* ---- is that in the history? ---- */

/* The event is what was due at each place that it is about. */
static void tick_off(const struct mma_event *e)
{
	const unsigned long begin = mma_event_addr(e), end = event_end(e), base = (unsigned long)arena;
	unsigned int i = begin > base ? (begin - base) / PAGE : 0;

	for (; i < PLACES && base + i * PAGE < end; i++) {
		if (!first[i] || !event_is(e, &first[i]->what))
			continue;
		seen[mma_event_kind(e)]++;
		first[i] = first[i]->next;
	}
}

/* What was written down of a place is there, in that order, whatever else is. */
static void must_agree(const struct events *e)
{
	unsigned int i;

	for (i = 0; i < e->nr; i++)
		if (mma_event_kind(e->at + i) != MMA_EVENT_MORE)
			tick_off(e->at + i);
	for (i = 0; i < PLACES; i++) {
		if (!first[i])
			continue;
		events_print(e, place(i), PAGE);
		fail("kind %u of site %u by mm %u is missing, or out of order, at %p", first[i]->what.kind, first[i]->what.site,
		     first[i]->what.mm, place(i));
	}
}

static void must_be_of_each_kind(void)
{
	static const unsigned int kinds[] = {
		MMA_EVENT_ENTRY, MMA_EVENT_ZAPPED, MMA_EVENT_MOVED, MMA_EVENT_COPIED, MMA_EVENT_OUT, MMA_EVENT_BACK };
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		must(seen[kinds[i]], "nothing of kind %u was done", kinds[i]);
}

void agrees(void)
{
	struct events e;
	int i;

	if (!swap_any())
		skip("no swap");
	arena = map_anon(PLACES * PAGE);
	rings_open(MMA_HISTORY_ALL);
	mine = my_mm();
	for (i = 0; i < THREADS; i++)
		make_worker(workers + i, i);
	for (i = 0; i < THREADS; i++)
		must(!pthread_create(&workers[i].thread, NULL, work, workers + i), "pthread_create");
	for (i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	e = rings_read(0);
	must(!e.cut, "the rings are too small for this");
	must_agree(&e);
	must_be_of_each_kind();
}
