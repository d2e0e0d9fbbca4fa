// SPDX-License-Identifier: GPL-2.0
/* place_test.c - no range of an audited process is lost while one beside it waits, and nobody takes the whole table. */
#include <stdbool.h>
#include <string.h>

#include "check.h"

#define READ_ONCE(x) (x)
struct mm_struct { int nr; };
struct mma_hit {		/* what is read of module/hit.h */
	unsigned char site;
	struct mm_struct *mm;
	unsigned long addr, ip;
	unsigned int exempt;
};
#include "place.h"

#define PAGE	4096UL
#define AT(n)	(0x700000000000UL + (n) * PAGE)

static struct mma_suspects all;
static struct mm_struct mms[MMA_SUSPECT_PLACES];

enum { LOST, MERGED, PLACED };

/* As reserve() of suspect.c. end 0: one entry. */
static int put(const struct mma_hit *hit, unsigned long end, bool audited)
{
	bool merged;
	int place = mma_place_for(&all, hit, end, audited, &merged);

	if (place < 0 || merged)
		return place < 0 ? LOST : MERGED;
	all.mms[place] = hit->mm;
	all.table[place] = (struct mma_suspect){ .state = MMA_WAITING, .site = hit->site, .audited = audited, .exempt = hit->exempt,
						 .ip = hit->ip, .addr = hit->addr, .end = end };
	all.unaudited += !audited;
	return PLACED;
}

/* The n-th page of mm, seen at a site. */
static struct mma_hit page_of(unsigned int mm, unsigned long n, unsigned char site)
{
	return (struct mma_hit){ .site = site, .mm = &mms[mm], .addr = AT(n), .ip = 0xffffffff81000000UL + site };
}

static int put_page(unsigned int mm, unsigned long n, unsigned char site, bool audited)
{
	struct mma_hit hit = page_of(mm, n, site);

	return put(&hit, AT(n + 1), audited);
}

/* Queues `count` pages, none beside another; returns how many were lost. */
static unsigned int scatter(unsigned int mm, unsigned int count, unsigned char site, bool audited)
{
	unsigned int lost = 0;

	for (unsigned int i = 0; i < count; i++)
		lost += put_page(mm, (i * 7919UL % count) * 2, site, audited) == LOST;
	return lost;
}

static unsigned int places_of(unsigned int mm)
{
	unsigned int n = 0;

	for (int i = 0; i < MMA_SUSPECT_PLACES; i++)
		n += all.mms[i] == &mms[mm];
	return n;
}

/* Whether a suspect of mm and this site that waits has the n-th page in its range. */
static bool has_page(unsigned int mm, unsigned long n, unsigned char site)
{
	for (int i = 0; i < MMA_SUSPECT_PLACES; i++)
		if (all.mms[i] == &mms[mm] && all.table[i].site == site && all.table[i].addr <= AT(n) &&
		    all.table[i].end >= AT(n + 1))
			return true;
	return false;
}

static void clear(void)
{
	memset(&all, 0, sizeof(all));
}

static void test_touching(void)
{
	clear();
	check(put_page(0, 5, 1, true) == PLACED && put_page(0, 6, 1, true) == MERGED && put_page(0, 4, 1, true) == MERGED &&
	      put_page(0, 5, 1, true) == MERGED && places_of(0) == 1 && has_page(0, 4, 1) && has_page(0, 6, 1),
	      "place-touching-merged", "%u places", places_of(0));
	check(put_page(0, 8, 1, true) == PLACED && !has_page(0, 7, 1), "place-gap-kept", "%u places", places_of(0));
}

/* While there is room only ranges that touch are one, and these only if all else is the same. */
static void test_apart(void)
{
	const struct mma_hit hit = page_of(0, 6, 1);
	struct mma_hit other;

	clear();
	put_page(0, 5, 1, true);
#define APART_BY(field, value) do {							\
	other = hit;									\
	other.field = value;								\
	check(put(&other, AT(7), true) == PLACED, "place-apart-by-" #field, "merged");	\
} while (0)
	APART_BY(mm, &mms[1]);
	APART_BY(site, 2);
	APART_BY(ip, 1);
	APART_BY(exempt, 4);
#undef APART_BY
	check(put(&hit, AT(7), false) == PLACED, "place-apart-by-audited", "merged");
	check(put(&hit, 0, true) == PLACED, "place-apart-one-entry", "merged");
}

/* The worker alone has the range of what it tries; a single entry has none. */
static void test_not_extended(void)
{
	static const __u8 states[] = { MMA_FREE, MMA_FILLING, MMA_WAITING, MMA_TRYING };

	for (unsigned int i = 0; i < 4; i++) {
		bool may = states[i] == MMA_FILLING || states[i] == MMA_WAITING;
		char name[32];

		clear();
		put_page(0, 5, 1, true);
		for (int at = 0; at < MMA_SUSPECT_PLACES; at++)
			all.table[at].state = states[i];
		snprintf(name, sizeof(name), "place-state-%u", i);
		check(put_page(0, 6, 1, true) == (may ? MERGED : PLACED), name, "%s", may ? "not merged" : "merged");
	}
	clear();
	put(&(struct mma_hit){ .site = 1, .mm = &mms[0], .addr = AT(5), .ip = page_of(0, 5, 1).ip }, 0, true);
	check(put_page(0, 5, 1, true) == PLACED, "place-entry-not-extended", "merged");
}

/* Far more ranges than places: before, all but 171 were lost. */
static void test_full(void)
{
	unsigned int missing = 0, lost;

	clear();
	lost = scatter(0, 5000, 1, true);
	for (unsigned int n = 0; n < 5000; n++)
		missing += !has_page(0, n * 2, 1);
	check(!lost && !missing, "place-full-loses-none", "%u lost, %u in no range", lost, missing);
	check(places_of(0) == 28, "place-few-for-one-site", "%u places", places_of(0));
	check(put_page(0, 1, 2, true) == PLACED && !scatter(0, 5000, 3, true), "place-left-for-other-sites", "%u places",
	      places_of(0));
}

/* Of two neighbours the nearer one is extended, whichever place it has. */
static void test_nearest(void)
{
	for (int order = 0; order < 2; order++) {
		clear();
		put_page(0, order ? 1000 : 0, 1, true);
		put_page(0, order ? 0 : 1000, 1, true);
		scatter(0, 40, 2, true);
		check(put_page(0, 990, 1, true) == MERGED && has_page(0, 995, 1) && !has_page(0, 500, 1),
		      order ? "place-nearest-after" : "place-nearest-before", "%u places", places_of(0));
		check(put_page(0, 10, 1, true) == MERGED && has_page(0, 5, 1) && !has_page(0, 500, 1),
		      order ? "place-nearest-low-after" : "place-nearest-low-before", "%u places", places_of(0));
	}
}

/* As many single entries, which cannot be extended, as there are places. */
static void queue_entries(void)
{
	for (unsigned int i = 0; i < MMA_SUSPECT_PLACES; i++) {
		struct mma_hit hit = page_of(0, i * 2, 1);

		put(&hit, 0, true);
	}
}

/* Others find a place however much one queues, and lose nothing either. */
static void test_shares(void)
{
	unsigned int lost = 0;

	clear();
	for (unsigned int mm = 0; mm < 20; mm++)
		lost += scatter(mm, 300, 1, true);
	check(!lost && places_of(19), "place-twenty-lose-none", "%u lost, %u places for the last", lost, places_of(19));
	clear();
	queue_entries();
	check(places_of(0) == 171, "place-entries-two-thirds", "%u places", places_of(0));
	clear();
	put_page(1, 0, 1, true);
	queue_entries();
	check(places_of(0) == 170, "place-entries-of-the-rest", "%u places", places_of(0));
}

/* A process that is not audited has few places, makes the worker judge nothing else, and starves no audit. */
static void test_unaudited(void)
{
	unsigned int lost, of_one;

	clear();
	lost = scatter(0, 300, 1, false);
	of_one = places_of(0);
	check(of_one == MMA_OF_UNAUDITED && lost == 300 - of_one && !has_page(0, 1, 1), "place-unaudited-few", "%u places", of_one);
	for (unsigned int mm = 1; mm < 30; mm++)
		scatter(mm, 30, 1, false);
	check(all.unaudited == MMA_UNAUDITED, "place-unaudited-half", "%u places", all.unaudited);
	check(!scatter(30, 300, 1, true), "place-audited-beside-unaudited", "lost");
}

/* A table that is full to the last place. */
static void test_none_free(void)
{
	clear();
	for (unsigned int i = 0; i < MMA_SUSPECT_PLACES; i++) {
		all.mms[i] = &mms[i];
		all.table[i].state = MMA_TRYING;
	}
	check(put_page(0, 0, 1, true) == LOST && put_page(0, 0, 1, false) == LOST, "place-none-free", "placed");
	all.table[3] = (struct mma_suspect){ .state = MMA_WAITING, .site = 1, .audited = true, .ip = page_of(0, 0, 1).ip,
					     .addr = AT(8), .end = AT(9) };
	check(put_page(3, 0, 1, true) == MERGED && has_page(3, 4, 1), "place-none-free-extended", "lost");
	check(put_page(3, 0, 2, true) == LOST, "place-none-free-other-site", "placed");
}

int main(void)
{
	test_touching();
	test_apart();
	test_not_extended();
	test_full();
	test_nearest();
	test_shares();
	test_unaudited();
	test_none_free();
	return check_done();
}
