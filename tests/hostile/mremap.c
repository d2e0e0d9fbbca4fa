/* mremap.c - page tables that move: mremap() of aligned ranges takes the table and not its entries. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "hostile.h"

/* Room for len bytes twice, each aligned, the first of them mapped. */
struct pair pair_make(size_t len, size_t align)
{
	char *room = mmap(NULL, 2 * len + 2 * align, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	struct pair p = { .len = len };

	must(room != MAP_FAILED, "mmap: %s", strerror(errno));
	p.from = (char *)(((uintptr_t)room + align - 1) & -align);
	p.to = p.from + ((len + align - 1) & -align);
	must(mmap(p.from, len, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == p.from,
	     "mmap: %s", strerror(errno));
	madvise(p.from, len, MADV_NOHUGEPAGE);
	return p;
}

void to_and_fro(struct pair *p)
{
	char *at = mremap(p->from, p->len, p->len, MREMAP_MAYMOVE | MREMAP_FIXED, p->to);

	must(at == p->to, "mremap: %s", strerror(errno));
	p->to = p->from;
	p->from = at;
}

/*
 * One entry of orders.every maps the zero page: such tables are quickly made, and still walked through. The loop is hardly ever
 * in user space and never yields, so it delays synchronize_rcu_tasks(), for which arming or removing a probe may wait.
 */
static void tables_move(void)
{
	static struct figures f;
	struct pair p = pair_make(orders.mb * (GB >> 10), GB);
	double since;
	size_t i;

	for (i = 0; i < p.len; i += (size_t)orders.every * PAGE)
		(void)peek(p.from + i);
	started();
	while (time_left()) {
		since = now();
		to_and_fro(&p);
		measured(&f, since);
	}
	tell("mremap-tables", &f);
}

void mremap_tables(void)
{
	drop();
	each(tables_move);
}

/* The bug is bugs.h's mremap_table_softdirty(). Every call is one event of the kernel, of 512 entries. */
static void violations_move(void)
{
	static struct figures f;
	struct pair p = pair_make(HPAGE, HPAGE);
	double since;

	fill(p.from, p.len, 1);
	started();
	while (time_left()) {
		clear_refs();
		since = now();
		to_and_fro(&p);
		measured(&f, since);
		sched_yield();		/* see tables_move() */
	}
	tell("mremap-violations", &f);
}

void mremap_violations(void)
{
	drop();
	each(violations_move);
}

/* The range is not aligned, so it moves entry by entry, and each is marked soft-dirty, if there is that: legal. */
static void pages_move(void)
{
	struct pair p = pair_make(16 * PAGE, HPAGE);

	p.to += PAGE;
	fill(p.from, p.len, 1);
	started();
	while (time_left()) {
		clear_refs();
		to_and_fro(&p);
		must_sd(p.from, true, "moved and not soft-dirty");
		must(peek(p.from) == 1, "the page has lost its contents");
		sched_yield();
	}
}

void mremap_many(void)
{
	drop();
	each(pages_move);
}
