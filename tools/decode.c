// SPDX-License-Identifier: GPL-2.0
/* decode.c - bytes to records. Never reads past what the cursor holds. */
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
