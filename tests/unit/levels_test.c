// SPDX-License-Identifier: GPL-2.0
/* levels_test.c - the way down the page tables has as many steps as the kernel has levels. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

typedef uint64_t u64;
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define MMA_TABLE_BITS		9
#define PMD_SHIFT		21
#define ADDR			0x65432567a9b000UL	/* another index in each table */

enum { PRESENT = 1, TABLE = 3 };
struct mm_struct { void *pgd; };

static bool five;
static bool mma_five_levels(void)		{ return five; }
static bool mma_raw_present(u64 raw)		{ return raw & PRESENT; }
static bool mma_raw_is_table(u64 raw)		{ return (raw & TABLE) == TABLE; }
static void *mma_raw_table(u64 raw)		{ return (void *)(raw & ~4095UL); }

/* As a kernel with PGTABLE_LEVELS of 4 or 5 says them; with 5 it may run on 4. */
#define PUD_SHIFT		30
#define P4D_SHIFT		39
#include "levels.h"

/* As asm-generic/pgtable-nop4d.h and pgtable-nopud.h say them with 3. */
#undef MMA_LEVELS_H
#undef P4D_SHIFT
#define P4D_SHIFT		PUD_SHIFT
#define mma_end			mma_end_of_three
#define mma_end_in		mma_end_in_of_three
#define mma_descend		mma_descend_of_three
#include "levels.h"
#undef mma_end
#undef mma_descend

static u64 *table(void)
{
	return memset(aligned_alloc(4096, 4096), 0, 4096);
}

static u64 *entry_in(u64 *t, unsigned int shift)
{
	return &t[ADDR >> shift & 511];
}

/* Hangs tables below top, which is of entries of 1 << shift bytes; returns the PMD entry. */
static u64 *hang(u64 *top, unsigned int shift)
{
	u64 *t = top, *next;

	for (; shift > PMD_SHIFT; shift -= MMA_TABLE_BITS, t = next) {
		next = table();
		*entry_in(t, shift) = (uintptr_t)next | TABLE;
	}
	return entry_in(t, shift);
}

/* The PMD entry is found, empty or not, and so is the first entry from the top that points to no table. */
static void levels(const char *name, const char *empty, unsigned int top_shift, bool is_three)
{
	struct mm_struct mm = { table() };
	u64 *pmd = hang(mm.pgd, top_shift), *top = entry_in(mm.pgd, top_shift);
	void *entry;
	u64 raw;
	unsigned int shift;

#define LOOK() do {								\
	if (is_three) {								\
		struct mma_end_of_three at = mma_descend_of_three(&mm, ADDR);	\
		entry = at.entry, raw = at.raw, shift = at.shift;		\
	} else {								\
		struct mma_end at = mma_descend(&mm, ADDR);			\
		entry = at.entry, raw = at.raw, shift = at.shift;		\
	}									\
} while (0)
	*pmd = 0x1234567000 | TABLE;
	LOOK();
	check(entry == pmd && raw == *pmd && shift == PMD_SHIFT, name, "entry %p of %u bits, not %p", entry, shift, (void *)pmd);
	*top = 0;
	LOOK();
	check(entry == top && !raw && shift == top_shift, empty, "entry %p of %u bits, not %p", entry, shift, (void *)top);
}

int main(void)
{
	levels("three", "three-empty", 30, true);
	levels("four", "four-empty", 39, false);
	five = true;
	levels("five", "five-empty", 48, false);
	return check_done();
}
