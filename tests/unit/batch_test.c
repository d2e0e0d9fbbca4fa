// SPDX-License-Identifier: GPL-2.0
/* batch_test.c - what one call did to many entries becomes few records, and none of it is lost. */
#include <stddef.h>
#include <string.h>

#include "check.h"

struct mm_struct;
struct mma_hit {		/* what a batch reads of module/hit.h, and one field more */
	unsigned char verdict, level;
	struct mm_struct *mm;
	unsigned long addr, old;
};
#include "batch.h"

#define PAGE	4096UL
#define AT(n)	(0x700000000000UL + (n) * PAGE)

static struct mma_batch b;

/* The n-th page. */
static void add(unsigned long n, __u32 broken)
{
	struct mma_hit hit = { .verdict = 1, .level = 1, .addr = AT(n), .old = n };

	mma_batch_put(&b, &hit, broken, AT(n + 1));
}

static int is(unsigned int i, unsigned long first, unsigned long end, __u32 count, __u32 broken)
{
	const struct mma_kind *k = &b.kind[i];

	return k->hit.addr == AT(first) && k->end == AT(end) && k->count == count && k->broken == broken;
}

static void test_one_kind(void)
{
	memset(&b, 0xff, sizeof(b));
	b.nr = 0;
	for (unsigned long n = 0; n < 512; n++)
		add(n, 2);
	check(b.nr == 1 && is(0, 0, 512, 512, 2), "batch-one-kind", "%u kinds, %u in the first", b.nr, b.kind[0].count);
}

/* Met in any order, with gaps: the range has them all, the facts are of the one met first. */
static void test_order(void)
{
	b.nr = 0;
	add(7, 2);
	add(3, 2);
	add(20, 2);
	add(5, 2);
	check(b.nr == 1 && is(0, 3, 21, 4, 2), "batch-any-order", "0x%lx-0x%lx", b.kind[0].hit.addr, b.kind[0].end);
	check(b.kind[0].hit.old == 7, "batch-first-met", "of %lu", b.kind[0].hit.old);
}

static void test_apart(void)
{
	const struct mma_hit hit = { .verdict = 1, .level = 1, .addr = AT(1) };
	struct mma_hit other;

	b.nr = 0;
	add(0, 2);
#define APART_BY(field, value, want) do {					\
	other = hit;								\
	other.field = value;							\
	mma_batch_put(&b, &other, 2, AT(2));					\
	check(b.nr == (want), "batch-apart-by-" #field, "%u kinds", b.nr);	\
} while (0)
	APART_BY(old, 99, 1);
	APART_BY(verdict, 2, 2);
	APART_BY(level, 2, 3);
	APART_BY(mm, (struct mm_struct *)&b, 4);
#undef APART_BY
	b.nr = 0;
	add(0, 2);
	add(1, 6);
	add(2, 2);
	check(b.nr == 2 && is(0, 0, 3, 2, 2) && is(1, 1, 2, 1, 6), "batch-apart-by-rules", "%u kinds", b.nr);
}

/* More kinds than there is room for: the last has the rules and the entries of all the rest. */
static void test_overflow(void)
{
	__u32 count = 0, broken = 0;

	b.nr = 0;
	for (unsigned long n = 0; n < 32; n++)
		add(n, 1U << n);
	add(40, 2);
	for (unsigned int i = 0; i < b.nr; i++) {
		count += b.kind[i].count;
		broken |= b.kind[i].broken;
	}
	check(b.nr == MMA_KINDS && count == 33 && broken == ~0U, "batch-overflow-loses-none", "%u kinds, %u entries, rules 0x%x",
	      b.nr, count, broken);
	check(is(0, 0, 1, 1, 1) && is(1, 1, 41, 2, 2) && is(2, 2, 3, 1, 4) && is(3, 3, 32, 29, ~7U), "batch-overflow-in-the-last",
	      "%u entries, rules 0x%x", b.kind[3].count, b.kind[3].broken);
}

int main(void)
{
	test_one_kind();
	test_order();
	test_apart();
	test_overflow();
	return check_done();
}
