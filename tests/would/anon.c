/* anon.c - entries of small anonymous pages: alone, shared, swapped, merged, hinted at. */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>
#include "would.h"

static struct made of(char *p)
{
	return (struct made){ p, NULL };
}

static char *filled(void)
{
	char *p = map_anon(PAGE);

	fill(p, PAGE, 1);
	return p;
}

struct made anon_exclusive(void)
{
	char *p = filled();

	lru_drain();
	write_protect(p);
	return of(p);
}

struct made anon_exclusive_held(void)
{
	char *p = filled();

	lru_drain();
	write_protect(p);
	take_references(p, 1);
	return of(p);
}

/*
 * Until mprotect() and its like upgrade entries (6.3), one that userfaultfd lets go stays read-only. Before 5.19 the write
 * copies the page away from whoever has pinned it, which is a bug (mprotect-pinned) and so no row of a silent suite.
 */
struct made anon_pinned(void)
{
	char *p = filled();
	struct ufd *u;

	if (since(6, 3))
		absent("the entry of a pinned page is never read-only");
	if (!since(5, 19))
		absent("a pinned page is copied, which is a bug of this kernel");
	pin_page(p);
	u = ufd_guard(p, PAGE);
	ufd_unprotect(u, p, PAGE);
	return of(p);
}

struct made anon_shared(void)
{
	char *p = filled();

	fork_idle();
	return of(p);
}

struct made anon_alone(void)
{
	char *p = filled();

	lru_drain();
	fork_and_end();
	return of(p);
}

/* In a batch on its way to the LRU, which holds a reference. */
struct made anon_alone_fresh(void)
{
	char *p = filled();

	fork_and_end();
	return of(p);
}

struct made anon_alone_held(void)
{
	char *p = filled();

	lru_drain();
	take_references(p, 1);
	fork_and_end();
	return of(p);
}

struct made anon_zero(void)
{
	char *p = map_anon(PAGE);

	must(peek(p) == 0, "not zero");
	return of(p);
}

struct made anon_readonly(void)
{
	char *p = filled();

	protect(p, PAGE, PROT_READ);
	return of(p);
}

struct made anon_none(void)
{
	char *p = filled();

	protect(p, PAGE, PROT_NONE);
	return of(p);
}

struct made ksm_merged(void)
{
	char *p = map_anon(2 * PAGE);
	int i;

	for (i = 0; i < PAGE; i++)
		p[i] = p[PAGE + i] = i * 7 + 1;
	ksm_merge(p);
	ksm_stop();
	return of(p);
}

/* The scan runs when this thread goes back to user space, so an entry that was seen hinted stays so until it is touched. */
struct made numa_hint(void)
{
	enum { HINTED = 256 * PAGE };
	char *p = far_pages(map_anon(HINTED), HINTED, 1);
	double end = now() + 30;
	struct look l;
	size_t i;

	balancing_on();
	while (now() < end)
		for (i = 0; i < HINTED; i += PAGE)
			if (look_at(p + i, &l) && l.facts & MMA_F_PTE_PROTNONE)
				return of(p + i);
	skip("no NUMA hints in 30 s");
}

/* ---- swap ---- */

/* Swapped out, by one process or by two, then read back; by a device whose pages stay in the swap cache. */
static char *swapped_pages(void)
{
	char *p = filled();

	swap_only("loop");
	swap_out(p, PAGE);
	return p;
}

struct made swapped_exclusive(void)
{
	char *p = swapped_pages();

	must(peek(p) == 1, "contents lost");
	write_protect(p);
	return of(p);
}

struct made swapped_alone(void)
{
	char *p = swapped_pages();

	fork_and_end();
	must(peek(p) == 1, "contents lost");
	return of(p);
}

/* The child has the swap entry. */
struct made swapped_shared(void)
{
	char *p = swapped_pages();

	fork_idle();
	must(peek(p) == 1, "contents lost");
	return of(p);
}
