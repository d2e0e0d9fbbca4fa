// SPDX-License-Identifier: GPL-2.0
/* decode.c - bytes to records, entries to bit names. Never reads past what the cursor holds. */
#include <string.h>

#include "decode.h"

/* Bytes of a decision without the range it has from 1.3 on, the mapping from 1.4 on and the history from 1.5 on: there its stack began. */
#define BEFORE_1_3	offsetof(struct mma_decision, end)
#define BEFORE_1_4	offsetof(struct mma_decision, map)
#define BEFORE_1_5	offsetof(struct mma_decision, counter)

_Static_assert(sizeof(struct mma_hdr) == 24, "header is ABI");
_Static_assert(sizeof(struct mma_decision) == 224, "decision v1.5 is ABI");
_Static_assert(BEFORE_1_3 == 120 && BEFORE_1_4 == 136 && BEFORE_1_5 == 200, "and what modules before it sent");
_Static_assert(sizeof(struct mma_lost) == 56, "lost v1 is ABI");
_Static_assert(sizeof(struct mma_finding) == 184, "finding v1.5 is ABI");

static size_t at_most(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Where the stack of a record may begin: nonsense does not name one of these. */
static int is_stack_off(__u32 off)
{
	return off >= sizeof(struct mma_decision) || off == BEFORE_1_3 || off == BEFORE_1_4 || off == BEFORE_1_5;
}

/*
 * A decision of a newer module is longer, one before 1.5 shorter; its stack follows.
 * Nothing beyond the record's size is read. The oldest modules, and nonsense, send no stack.
 */
static void copy_decision(struct record *rec, const unsigned char *at, size_t size)
{
	struct mma_decision *d = &rec->decision;
	size_t off = size, n;

	memcpy(d, at, at_most(size, sizeof(*d)));
	if (is_stack_off(d->stack_off))
		off = at_most(d->stack_off, size);
	if (off < sizeof(*d))
		memset((char *)d + off, 0, sizeof(*d) - off);	/* these bytes are the stack's */
	n = at_most(d->nr_stack, at_most((size - off) / sizeof(rec->stack[0]), MMA_STACK_MAX));

	if (n)
		memcpy(rec->stack, at + off, n * sizeof(rec->stack[0]));
	rec->nr_stack = n;
	rec->stack_cut = n != d->nr_stack;
}

enum decode_status decode_next(struct cursor *cur, struct record *rec)
{
	const unsigned char *at = cur->at;
	struct mma_hdr hdr;

	if (!cur->left)
		return DECODE_END;
	if (cur->left < sizeof(hdr))
		goto corrupt;
	memcpy(&hdr, at, sizeof(hdr));		/* at may be unaligned */
	if (hdr.size < sizeof(hdr) || hdr.size > cur->left)
		goto corrupt;
	cur->at += hdr.size;
	cur->left -= hdr.size;

	memset(rec, 0, sizeof(*rec));
	switch (hdr.type) {
	case MMA_REC_DECISION:
		copy_decision(rec, at, hdr.size);
		return DECODE_DECISION;
	case MMA_REC_LOST:
		memcpy(&rec->lost, at, at_most(hdr.size, sizeof(rec->lost)));
		return DECODE_LOST;
	case MMA_REC_FINDING:
		memcpy(&rec->finding, at, at_most(hdr.size, sizeof(rec->finding)));
		return DECODE_FINDING;
	}
	return DECODE_UNKNOWN;

corrupt:
	cur->left = 0;
	return DECODE_CORRUPT;
}

struct bit_name {
	unsigned char bit;
	const char *name;
};

/*
 * arch/x86/include/asm/pgtable_types.h. 57 and 58 are those of 6.7 and later;
 * before, 58 is devmap.
 */
static const struct bit_name present_bits[] = {
	{ 0, "present" }, { 1, "writable" }, { 2, "user" }, { 3, "write-through" },
	{ 4, "uncached" }, { 5, "accessed" }, { 6, "dirty" }, { 9, "special" },
	{ 10, "uffd-wp" }, { 11, "soft-dirty" }, { 57, "devmap" }, { 58, "saved-dirty" },
};

/* For a swap or migration entry; bit 3 since 5.19. */
static const struct bit_name swap_bits[] = {
	{ 1, "soft-dirty" }, { 2, "uffd-wp" }, { 3, "exclusive" },
};

#define PROTNONE_BIT	8	/* global, where present is set */
#define HUGE_BIT	7	/* of a PMD; of a PTE it is pat */
#define SWAP_TYPE_SHIFT	59
#define NR(a)		(sizeof(a) / sizeof((a)[0]))

struct name_list {
	const char **names;
	unsigned int nr, max;
};

static void add(struct name_list *list, const char *name)
{
	if (list->nr < list->max)
		list->names[list->nr++] = name;
}

static void add_bits(struct name_list *list, __u64 entry, const struct bit_name *bits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (entry >> bits[i].bit & 1)
			add(list, bits[i].name);
}

static int is_bit(__u64 entry, unsigned int bit)
{
	return entry >> bit & 1;
}

/* As pte_present() and pmd_present(): pmdp_invalidate() leaves PSE without PRESENT. */
static int is_present(__u64 entry, int is_pmd)
{
	return is_bit(entry, 0) || is_bit(entry, PROTNONE_BIT) || (is_pmd && is_bit(entry, HUGE_BIT));
}

unsigned int decode_entry(__u64 entry, int is_pmd, const char **names, unsigned int max)
{
	struct name_list list = { names, 0, max };

	if (!entry) {
		add(&list, "none");
		return list.nr;
	}
	if (!is_present(entry, is_pmd)) {
		add(&list, "swap");
		add_bits(&list, entry, swap_bits, NR(swap_bits));
		return list.nr;
	}
	add_bits(&list, entry, present_bits, NR(present_bits));
	if (is_bit(entry, HUGE_BIT))
		add(&list, is_pmd ? "huge" : "pat");
	if (is_bit(entry, PROTNONE_BIT))
		add(&list, is_bit(entry, 0) ? "global" : "protnone");
	if (entry >> 59 & 0xf)
		add(&list, "pkey");
	if (is_bit(entry, 63))
		add(&list, "nx");
	return list.nr;
}

/* An entry without the present bit has its frame inverted, against L1TF: arch/x86/include/asm/pgtable-invert.h. */
__u64 decode_pfn(__u64 entry, int is_pmd)
{
	const __u64 frame = is_pmd ? 0x000fffffffe00000 : 0x000ffffffffff000;

	return ((is_bit(entry, 0) ? entry : ~entry) & frame) >> 12;
}

static const char *name_of(unsigned int bit, const struct bit_name *bits, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bits[i].bit == bit)
			return bits[i].name;
	return NULL;
}

const char *decode_bit(__u64 entry, int is_pmd, unsigned int bit)
{
	if (entry && !is_present(entry, is_pmd))
		return name_of(bit, swap_bits, NR(swap_bits));
	switch (bit) {
	case HUGE_BIT:
		return is_pmd ? "huge" : "pat";
	case PROTNONE_BIT:
		return !entry || is_bit(entry, 0) ? "global" : "protnone";
	case 59 ... 62:
		return "pkey";
	case 63:
		return "nx";
	}
	return name_of(bit, present_bits, NR(present_bits));
}

unsigned int decode_swap_type(__u64 entry)
{
	return entry >> SWAP_TYPE_SHIFT;
}

void decode_text(const char *bytes, size_t max, char *out, size_t size)
{
	static const char hex[] = "0123456789abcdef";
	char *const end = out + size - 4;	/* as many bytes as one may take; the NUL is the fifth */

	for (; max-- && *bytes && out < end; bytes++) {
		unsigned char c = *bytes;

		if (c >= 0x20 && c < 0x7f && c != '\\') {
			*out++ = c;
			continue;
		}
		*out++ = '\\';
		*out++ = 'x';
		*out++ = hex[c >> 4];
		*out++ = hex[c & 0xf];
	}
	*out = 0;
}

void decode_comm(const char comm[MMA_COMM_LEN], char out[COMM_TEXT_LEN])
{
	decode_text(comm, MMA_COMM_LEN, out, COMM_TEXT_LEN);
}

/* 0: no entry, or a level that only a newer mmaudit knows. */
static unsigned int level_shift(__u8 level)
{
	static const unsigned char shift[] = {
		[MMA_LEVEL_PTE] = 12, [MMA_LEVEL_PMD] = 21, [MMA_LEVEL_PUD] = 30,
	};

	return level < sizeof(shift) ? shift[level] : 0;
}

__u64 finding_entries(const struct mma_finding *f)
{
	unsigned int shift = level_shift(f->level);

	return shift ? (f->end - f->start) >> shift : 0;
}

__u32 decision_entries(const struct mma_decision *d)
{
	return d->count ? d->count : 1;
}

__u64 decision_end(const struct mma_decision *d)
{
	unsigned int shift = level_shift(d->level);

	return d->count ? d->end : d->addr + (1ULL << (shift ? shift : 12));
}
