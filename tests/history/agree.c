/*
 * agree.c - does the history agree with what a program knows of itself? Four processes do this and that to pages drawn at random
 * and write down what must have happened to each; then the history of each page must have all of it, in that order.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit.h"
#include "rings.h"

enum { WORKERS = 4, PAGES = 8, OPS = 80, STEPS = 4 * OPS };

struct page {
	char *at, *spare;		/* where it is, and where it can be moved */
	bool there, swapped, shared;	/* shared: fork has write-protected it */
};

/* What must have happened to the entry at a place. */
struct step {
	const char *at;
	unsigned int kind, site;
};

static struct page pages[PAGES];
static struct step steps[STEPS];
static unsigned int nr_steps;

static void must_happen(const char *at, unsigned int kind, unsigned int site)
{
	steps[nr_steps++] = (struct step){ at, kind, site };
}

static void write_to(struct page *p)
{
	if (p->swapped)
		must_happen(p->at, MMA_EVENT_BACK, MMA_SITE_SWAP_IN);
	else if (!p->there)
		must_happen(p->at, MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT);
	else if (p->shared)
		must_happen(p->at, MMA_EVENT_ENTRY, MMA_NR_SITES);
	poke(p->at, 1);
	p->there = true;
	p->swapped = p->shared = false;
}

static void drop(struct page *p)
{
	must(!madvise(p->at, PAGE, MADV_DONTNEED), "MADV_DONTNEED");
	must_happen(p->at, MMA_EVENT_ZAPPED, MMA_EV_NO_SITE);
	p->there = p->swapped = p->shared = false;
}

/* Before 6.1 mprotect gives no write bit back. */
static void protect_it(struct page *p)
{
	write_to(p);
	protect(p->at, PAGE, PROT_READ);
	must_happen(p->at, MMA_EVENT_ENTRY, MMA_SITE_MPROTECT);
	protect(p->at, PAGE, RW);
	if (since(6, 1))
		must_happen(p->at, MMA_EVENT_ENTRY, MMA_SITE_MPROTECT);
	else
		p->shared = true;
}

static void move(struct page *p)
{
	char *from = p->at;

	move_mapping(from, p->spare, PAGE);
	p->at = p->spare;
	p->spare = from;
	must_happen(p->at, MMA_EVENT_MOVED, MMA_SITE_MREMAP);
}

static void push_out(struct page *p)
{
	write_to(p);
	lru_drain();
	madvise(p->at, PAGE, MADV_PAGEOUT);
	if (!swapped(p->at))
		return;			/* the kernel need not do it */
	must_happen(p->at, MMA_EVENT_OUT, MMA_SITE_UNMAP);
	p->swapped = true;
	p->there = false;
}

static void fork_once(void)
{
	struct page *p;

	fork_and_end();
	for (p = pages; p < pages + PAGES; p++)
		p->shared |= p->there;
}

static void do_something(struct page *p)
{
	static void (*const ops[])(struct page *p) = { write_to, write_to, drop, protect_it, move, push_out };

	if (random() % 16)
		ops[random() % (sizeof(ops) / sizeof(ops[0]))](p);
	else
		fork_once();
}

/* What was written down of a place is there, in that order, whatever else is. */
static void must_agree(const struct events *e, const char *at)
{
	size_t from = 0;
	unsigned int i;

	for (i = 0; i < nr_steps; i++) {
		const struct sought s = { .kind = steps[i].kind, .site = steps[i].site, .at = at };

		if (steps[i].at != at)
			continue;
		from = events_next(e, from, &s);
		if (from <= e->nr)
			continue;
		events_print(e, at, PAGE);
		fail("step %u of %u: kind %u of site %u is missing, or out of order, at %p", i, nr_steps, s.kind, s.site, at);
	}
}

static void work(unsigned int seed)
{
	struct events e;
	int i;

	srandom(seed);
	memset(steps, 0, sizeof(steps));	/* no fault in between */
	for (i = 0; i < PAGES; i++)
		pages[i] = (struct page){ .at = map_anon(PAGE), .spare = map_anon(PAGE) };
	for (i = 0; i < OPS; i++)
		do_something(pages + random() % PAGES);
	e = rings_read(0);
	if (e.cut)
		skip("the rings are too small for this");
	for (i = 0; i < PAGES; i++) {
		must_agree(&e, pages[i].at);
		must_agree(&e, pages[i].spare);
	}
}

void agrees(void)
{
	pid_t pids[WORKERS];
	int i;

	if (!swap_any())
		skip("no swap");
	rings_open(MMA_HISTORY_ALL);
	for (i = 0; i < WORKERS; i++) {
		pids[i] = fork_row();
		if (!pids[i]) {
			work(17 + i);
			leave();
		}
	}
	for (i = 0; i < WORKERS; i++)
		join(pids[i]);
}
