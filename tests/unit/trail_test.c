// SPDX-License-Identifier: GPL-2.0
/*
 * trail_test.c - thousands of random events in many address spaces, made by a little kernel that has the bug of
 * clear-refs-migrate-race. It writes into each page's own list what it did to it, in order, and when the page became wrong:
 * what follow() and blame() say of each page must be just that.
 */
#include <stdlib.h>
#include <string.h>

#include "blame.h"
#include "check.h"

#define PAGE		0x1000ULL
#define BASE		0x7f0000000000ULL
#define PLACES		61		/* pages of an address space */
#define SPACES		13		/* address spaces at a time */
#define OPERATIONS	20011
#define EVENTS		(3 * OPERATIONS)
#define SEEDS		3
#define ASK_EVERY	101		/* operations: most pages that are wrong are soon sound again */

/* What happened to a page, all of it. */
struct page {
	unsigned int *event;		/* numbers of events */
	size_t nr, room;
	int is_there, present, migrates;
	int write;			/* of a migration entry: it will be */
	int soft_dirty;
	long wrong_by;			/* number of the event that made it wrong; -1: it is sound */
};

struct space {
	__u32 mm;
	struct page page[PLACES];
};

static struct event list[EVENTS];
static size_t nr;
static struct space space[SPACES];
static __u32 next_mm;

static unsigned int dice(unsigned int n)
{
	static __u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 33) % n;
}

/* ---- pages ---- */

static void remember(struct page *p, unsigned int number)
{
	if (p->nr == p->room) {
		p->room = p->room ? 2 * p->room : 16;
		p->event = realloc(p->event, p->room * sizeof(*p->event));
		if (!p->event)
			abort();
	}
	p->event[p->nr++] = number;
}

static void forget(struct page *p)
{
	free(p->event);
	memset(p, 0, sizeof(*p));
	p->wrong_by = -1;
}

static __u64 facts_of(const struct page *p)
{
	if (!p->is_there)
		return 0;
	if (!p->present)
		return MMA_F_PTE_SWAP | (p->soft_dirty ? MMA_F_PTE_SOFT_DIRTY : 0);
	return MMA_F_PTE_PRESENT | (p->write ? MMA_F_PTE_WRITE : 0) | (p->soft_dirty ? MMA_F_PTE_SOFT_DIRTY : 0);
}

/* After each event: it became wrong, or sound again. */
static void judge(struct page *p)
{
	if (!p->is_there || !p->write || p->soft_dirty)
		p->wrong_by = -1;
	else if (p->wrong_by < 0)
		p->wrong_by = nr - 1;
}

/* ---- events ---- */

static struct event *add(const struct space *s, unsigned int kind, unsigned int site, unsigned int first, unsigned int pages)
{
	struct event *ev = &list[nr];

	if (nr == EVENTS)
		abort();
	*ev = (struct event){ .counter = ++nr, .time_ns = nr * 1000, .kind = kind, .site = site, .mm = s->mm, .tid = 100 + dice(7),
			      .start = BASE + first * PAGE, .end = BASE + (first + pages) * PAGE };
	return ev;
}

/* One entry: `p` is changed by the caller in between. */
static struct event *before(const struct space *s, const struct page *p, unsigned int kind, unsigned int site)
{
	struct event *ev = add(s, kind, site, p - s->page, 1);

	ev->was = facts_of(p);
	ev->told_was = ev->told_is = EVENT_PTE_FACTS;
	return ev;
}

static void after(struct event *ev, struct page *p)
{
	ev->is = facts_of(p);
	remember(p, ev - list);
	judge(p);
}

/* ---- what is done to one page ---- */

static void touch(struct space *s, struct page *p)
{
	struct event *ev = before(s, p, MMA_EVENT_ENTRY, p->is_there ? MMA_SITE_WP_REUSE : MMA_SITE_ANON_FAULT);

	p->is_there = p->present = p->write = p->soft_dirty = 1;
	after(ev, p);
}

static void send_out(struct space *s, struct page *p)
{
	struct event *ev = before(s, p, MMA_EVENT_OUT, MMA_SITE_UNMAP);

	p->present = 0;
	p->migrates = dice(3) > 0;
	p->write &= p->migrates;
	after(ev, p);
}

static void bring_back(struct space *s, struct page *p)
{
	struct event *ev = before(s, p, MMA_EVENT_BACK, p->migrates ? MMA_SITE_MIGRATION : MMA_SITE_SWAP_IN);

	p->present = 1;
	after(ev, p);
}

static void do_page(struct space *s)
{
	struct page *p = &s->page[dice(PLACES)];

	if (!p->is_there || (p->present && !p->write && dice(2)))
		touch(s, p);
	else if (p->present)
		send_out(s, p);
	else
		bring_back(s, p);
}

/* ---- what is done to a range ---- */

static void clear_refs(struct page *p)
{
	p->soft_dirty = 0;
	p->write &= !p->present;		/* the bug: a migration entry keeps it */
}

static void protect(struct page *p)
{
	p->write = 0;
}

static void nothing(struct page *p)
{
	(void)p;
}

static void do_range(struct space *s, unsigned int kind, unsigned int site, void (*what)(struct page *))
{
	const unsigned int first = dice(PLACES), pages = 1 + dice(PLACES - first);
	struct event *ev = add(s, kind, site, first, pages);

	for (unsigned int i = first; i < first + pages; i++) {
		if (!s->page[i].is_there)
			continue;
		what(&s->page[i]);
		remember(&s->page[i], ev - list);
		judge(&s->page[i]);
	}
}

static void zap(struct space *s, unsigned int first, unsigned int pages)
{
	add(s, MMA_EVENT_ZAPPED, MMA_SITE_ZAP, first, pages);
	for (unsigned int i = first; i < first + pages; i++)
		forget(&s->page[i]);
}

static void move(struct space *s)
{
	const unsigned int pages = 1 + dice(11), from = dice(PLACES - 2 * pages), to = from + pages + dice(PLACES - 2 * pages - from + 1);
	struct event *ev;

	zap(s, to, pages);
	ev = add(s, MMA_EVENT_MOVED, MMA_SITE_MREMAP, to, pages);
	ev->from = BASE + from * PAGE;
	ev->from_mm = s->mm;
	for (unsigned int i = 0; i < pages; i++) {
		struct page *p = &s->page[to + i];

		*p = s->page[from + i];
		s->page[from + i] = (struct page){ .wrong_by = -1 };
		if (!p->is_there)
			continue;
		p->soft_dirty = 1;
		remember(p, ev - list);
		judge(p);
	}
}

static void copy_page(struct page *child, struct page *parent, const struct event *ev)
{
	forget(child);
	if (!parent->is_there)
		return;
	parent->write = 0;
	remember(parent, ev - list);
	judge(parent);
	*child = *parent;
	child->event = NULL;
	child->nr = child->room = 0;
	for (size_t i = 0; i < parent->nr; i++)
		remember(child, parent->event[i]);
}

/* Into a new address space, which takes the room of one that is given up. */
static void fork_space(struct space *parent)
{
	struct space *child = &space[dice(SPACES)];
	struct event *ev;

	if (child == parent)
		return;
	child->mm = ++next_mm;
	ev = add(child, MMA_EVENT_COPIED, MMA_SITE_FORK, 0, PLACES);
	ev->from = BASE;
	ev->from_mm = parent->mm;
	for (unsigned int i = 0; i < PLACES; i++)
		copy_page(&child->page[i], &parent->page[i], ev);
	ev = add(child, MMA_EVENT_BORN, EVENT_NO_SITE, 0, 0);	/* told once all is copied */
	ev->from_mm = parent->mm;
	for (unsigned int i = 0; i < PLACES; i++)
		if (child->page[i].is_there)
			remember(&child->page[i], ev - list);
}

static void do_something(void)
{
	struct space *s = &space[dice(SPACES)];

	switch (dice(40)) {
	case 0: case 1: case 2:
		do_range(s, MMA_EVENT_RANGE, MMA_SITE_CLEAR_REFS, clear_refs);
		break;
	case 3:
		do_range(s, MMA_EVENT_RANGE, MMA_SITE_MPROTECT, protect);
		break;
	case 4:
		do_range(s, MMA_EVENT_MAP, EVENT_NO_SITE, nothing);
		break;
	case 5:
		zap(s, dice(PLACES - 3), 3);
		break;
	case 6:
		move(s);
		break;
	case 7:
		if (!dice(3))
			fork_space(s);
		break;
	default:
		do_page(s);
	}
}

/* ---- is it what follow() says? ---- */

static unsigned int bad;

static void complain(const struct space *s, const struct page *p, const char *what, long is, long wanted)
{
	if (bad++ < 5)
		printf("page %ld of mm %u: %s is %ld, not %ld\n", (long)(p - s->page), s->mm, what, is, wanted);
}

static struct trail trail_of(const struct space *s, const struct page *p, size_t first, size_t most)
{
	const struct place at = { s->mm, BASE + (p - s->page) * PAGE };
	struct trail t;

	if (follow(list + first, nr - first, at, ~0ULL, most, &t))
		abort();
	return t;
}

/* Only what is of the page itself, and not what was at its address before. */
static void compare(const struct space *s, const struct page *p, size_t first)
{
	struct trail t = trail_of(s, p, first, EVENTS);
	size_t own = 0, skip = 0;

	while (skip < p->nr && p->event[skip] < first)
		skip++;
	for (size_t i = 0; i < t.nr; i++) {
		if (t.step[i].earlier)
			continue;
		if (skip + own < p->nr && t.step[i].ev != &list[p->event[skip + own]])
			complain(s, p, "a step", t.step[i].ev - list, p->event[skip + own]);
		own++;
	}
	if (own != p->nr - skip)
		complain(s, p, "the number of steps", own, p->nr - skip);
	trail_free(&t);
}

/* The newest steps are the same if no more are wanted. */
static void compare_few(const struct space *s, const struct page *p)
{
	struct trail all = trail_of(s, p, 0, EVENTS), few = trail_of(s, p, 0, 5);

	if (few.nr != (all.nr < 5 ? all.nr : 5) || (all.nr > 5) != (few.end == TRAIL_FULL))
		complain(s, p, "the number of few steps", few.nr, all.nr);
	for (size_t i = 0; i < few.nr; i++)
		if (few.step[few.nr - 1 - i].ev != all.step[all.nr - 1 - i].ev)
			complain(s, p, "one of few steps", i, 0);
	trail_free(&all);
	trail_free(&few);
}

static unsigned int wrong_ones;

static void compare_blame(const struct space *s, const struct page *p)
{
	const struct verdict_on wrong = { MMA_RULE_SOFT_DIRTY, facts_of(p), NULL };
	struct trail t;
	struct blame b;

	if (p->wrong_by < 0 || !p->present)
		return;
	t = trail_of(s, p, 0, EVENTS);
	if (blame(&t, &wrong, &b))
		abort();
	if (b.how != BLAME_STEP || b.step->ev - list != p->wrong_by)
		complain(s, p, "to blame", b.step ? b.step->ev - list : -1, p->wrong_by);
	wrong_ones++;
	trail_free(&t);
}

static void each_page(void (*what)(const struct space *, const struct page *))
{
	for (unsigned int i = 0; i < SPACES; i++)
		for (unsigned int k = 0; k < PLACES; k++)
			if (space[i].page[k].is_there)
				what(&space[i], &space[i].page[k]);
}

static void compare_whole(const struct space *s, const struct page *p)
{
	compare(s, p, 0);
}

/* As if the rings had room for a part only. */
static void compare_cut(const struct space *s, const struct page *p)
{
	compare(s, p, dice(nr));
}

static void start(void)
{
	nr = 0;
	for (unsigned int i = 0; i < SPACES; i++) {
		space[i].mm = ++next_mm;
		for (unsigned int k = 0; k < PLACES; k++)
			forget(&space[i].page[k]);
	}
}

static void all_agree(const char *name, void (*what)(const struct space *, const struct page *))
{
	each_page(what);
	check(!bad, name, "%u differences", bad);
}

static void one_history(unsigned int seed)
{
	char name[64];

	start();
	bad = 0;
	for (unsigned int i = 0; i < OPERATIONS; i++) {
		do_something();
		if (i % ASK_EVERY == 0)
			each_page(compare_blame);
	}
	snprintf(name, sizeof(name), "to-blame-%u", seed);
	check(!bad, name, "%u differences", bad);
	bad = 0;
	snprintf(name, sizeof(name), "steps-%u", seed);
	all_agree(name, compare_whole);
	snprintf(name, sizeof(name), "steps-of-a-cut-history-%u", seed);
	all_agree(name, compare_cut);
	snprintf(name, sizeof(name), "newest-steps-%u", seed);
	all_agree(name, compare_few);
}

int main(void)
{
	for (unsigned int i = 0; i < SEEDS; i++)
		one_history(i);
	check(wrong_ones >= 499, "enough-were-wrong", "%u", wrong_ones);
	start();
	return check_done();
}
