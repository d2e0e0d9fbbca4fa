// SPDX-License-Identifier: GPL-2.0
/*
 * decode_test.c - tools/decode.c against records of older, newer and hostile modules. Every buffer is
 * malloc'ed to its exact size, so that ASan or valgrind sees a byte read too far.
 */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "decode.h"
#include "finding.h"

static unsigned int wrong;	/* of the test that runs; each is told on a line of its own */

#define EXPECT_THAT(ok, ...)						\
	do {								\
		if (!(ok)) {						\
			wrong++;					\
			printf("# " __VA_ARGS__);			\
			putchar('\n');					\
		}							\
	} while (0)

#define EXPECT(expr)	EXPECT_THAT(expr, "line %d: %s", __LINE__, #expr)

/* Bytes put one after the other. */
struct bytes {
	unsigned char buf[8192];
	size_t len;
};

static void put(struct bytes *b, const void *data, size_t len)
{
	memcpy(b->buf + b->len, data, len);
	b->len += len;
}

static struct mma_decision decision(size_t size)
{
	struct mma_decision d;

	memset(&d, 0, sizeof(d));
	d.hdr = (struct mma_hdr){ .size = size, .type = MMA_REC_DECISION, .cpu = 3, .seq = 7, .time_ns = 9 };
	d.broken = 0x12;
	d.pid = 812;
	d.addr = 0x7f0000001000;
	d.new_entry = 0x8000000000000067;
	d.facts = 5;
	d.ip = 0xffffffff81234567;
	d.stack_off = sizeof(d);
	d.end = d.addr + 2 * 4096;
	d.count = 2;
	memcpy(d.comm, "sixteen-bytes-ab", MMA_COMM_LEN);
	return d;
}

/* Decodes a copy that ends where the bytes end. */
#define MAX_STEPS	8
struct decoded {
	enum decode_status status[MAX_STEPS];
	struct record rec[MAX_STEPS];
	int n;				/* calls up to and with END or CORRUPT */
	size_t left;
};

static struct decoded decode(const struct bytes *b)
{
	static struct decoded d;
	unsigned char *copy = malloc(b->len ? b->len : 1);
	struct cursor cur = { copy, b->len };

	memcpy(copy, b->buf, b->len);
	memset(&d, 0xff, sizeof(d));
	for (d.n = 0; d.n < MAX_STEPS; ) {
		enum decode_status st = decode_next(&cur, &d.rec[d.n]);

		d.status[d.n++] = st;
		if (st == DECODE_END || st == DECODE_CORRUPT)
			break;
	}
	d.left = cur.left;
	free(copy);
	return d;
}

static void test_empty(void)
{
	struct bytes b = { .len = 0 };
	struct decoded d = decode(&b);

	EXPECT(d.n == 1 && d.status[0] == DECODE_END);
}

static void test_whole(void)
{
	struct mma_decision in = decision(sizeof(in) + 2 * sizeof(__u64));
	__u64 stack[2] = { 0xffffffff81000001, 0xffffffff81000002 };
	struct bytes b = { .len = 0 };
	struct decoded d;

	in.nr_stack = 2;
	put(&b, &in, sizeof(in));
	put(&b, stack, sizeof(stack));
	d = decode(&b);
	EXPECT(d.n == 2 && d.status[0] == DECODE_DECISION && d.status[1] == DECODE_END);
	EXPECT(!memcmp(&d.rec[0].decision, &in, sizeof(in)));
	EXPECT(d.rec[0].nr_stack == 2 && !d.rec[0].stack_cut);
	EXPECT(!memcmp(d.rec[0].stack, stack, sizeof(stack)));
}

static void test_short_header(void)
{
	struct mma_decision in = decision(sizeof(in));

	for (size_t len = 1; len < sizeof(struct mma_hdr); len++) {
		struct bytes b = { .len = 0 };
		struct decoded d;

		put(&b, &in, len);
		d = decode(&b);
		EXPECT(d.n == 1 && d.status[0] == DECODE_CORRUPT && !d.left);
	}
}

/* A size that no record can have must end the reading, not loop or step backwards. */
static void test_bad_size(void)
{
	static const __u16 sizes[] = { 0, 1, sizeof(struct mma_hdr) - 1, sizeof(struct mma_decision) + 1, 0xffff };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct mma_decision in = decision(sizes[i]);
		struct bytes b = { .len = 0 };
		struct decoded d;

		put(&b, &in, sizeof(in));
		d = decode(&b);
		EXPECT_THAT(d.n == 1 && d.status[0] == DECODE_CORRUPT && !d.left, "%u accepted", sizes[i]);
	}
}

static void test_corrupt_then_end(void)
{
	unsigned char zero[24] = { 0 };
	struct cursor cur = { zero, sizeof(zero) };
	struct record rec;

	EXPECT(decode_next(&cur, &rec) == DECODE_CORRUPT);
	EXPECT(decode_next(&cur, &rec) == DECODE_END);
}

static void test_unknown_type(void)
{
	struct mma_hdr newer = { .size = 40, .type = 77 };
	unsigned char body[16] = { 1 };
	struct mma_decision in = decision(sizeof(in));
	struct bytes b = { .len = 0 };
	struct decoded d;

	put(&b, &newer, sizeof(newer));
	put(&b, body, sizeof(body));
	put(&b, &in, sizeof(in));
	d = decode(&b);
	EXPECT(d.n == 3 && d.status[0] == DECODE_UNKNOWN && d.status[1] == DECODE_DECISION);
	EXPECT(d.rec[1].decision.addr == in.addr);
}

/* A newer module's record: its own fields are skipped, its stack is found, what follows is skipped. */
static void test_longer(void)
{
	struct mma_decision in = decision(sizeof(in) + 16 + sizeof(__u64) + 32);
	__u64 stack = 0xffffffff81000001;
	unsigned char newer[16], tail[32];
	struct bytes b = { .len = 0 };
	struct decoded d;

	in.nr_stack = 1;
	in.stack_off = sizeof(in) + sizeof(newer);
	memset(newer, 0x55, sizeof(newer));
	memset(tail, 0xaa, sizeof(tail));
	for (int i = 0; i < 2; i++) {
		put(&b, &in, sizeof(in));
		put(&b, newer, sizeof(newer));
		put(&b, &stack, sizeof(stack));
		put(&b, tail, sizeof(tail));
	}
	d = decode(&b);
	EXPECT(d.n == 3 && d.status[0] == DECODE_DECISION && d.status[1] == DECODE_DECISION);
	EXPECT(d.rec[1].nr_stack == 1 && d.rec[1].stack[0] == stack);
}

/* Up to 1.2 the stack began where the range is now: it is neither taken for that nor lost. */
static void test_before_range(void)
{
	const size_t size = offsetof(struct mma_decision, end);
	struct mma_decision in = decision(size + 2 * sizeof(__u64));
	__u64 stack[2] = { 0xffffffff81000001, 0xffffffff81000002 };
	struct bytes b = { .len = 0 };
	struct decoded d;

	in.nr_stack = 2;
	in.stack_off = size;
	put(&b, &in, size);
	put(&b, stack, sizeof(stack));
	d = decode(&b);
	EXPECT(d.n == 2 && d.status[0] == DECODE_DECISION && d.rec[0].decision.ip == in.ip);
	EXPECT(!d.rec[0].decision.end && !d.rec[0].decision.count && !d.rec[0].decision.piped);
	EXPECT(d.rec[0].nr_stack == 2 && !d.rec[0].stack_cut && !memcmp(d.rec[0].stack, stack, sizeof(stack)));
}

/* Up to 1.3 it began where the mapping is now. */
static void test_before_mapping(void)
{
	const size_t size = offsetof(struct mma_decision, map);
	struct mma_decision in = decision(size + 2 * sizeof(__u64));
	__u64 stack[2] = { 0xffffffff81000001, 0xffffffff81000002 };
	struct bytes b = { .len = 0 };
	struct decoded d;

	in.nr_stack = 2;
	in.stack_off = size;
	put(&b, &in, size);
	put(&b, stack, sizeof(stack));
	d = decode(&b);
	EXPECT(d.n == 2 && d.status[0] == DECODE_DECISION && d.rec[0].decision.end == in.end);
	EXPECT(!d.rec[0].decision.map.start && !d.rec[0].decision.map.end && !d.rec[0].decision.map.kind);
	EXPECT(d.rec[0].nr_stack == 2 && !d.rec[0].stack_cut && !memcmp(d.rec[0].stack, stack, sizeof(stack)));
}

/* Up to 1.4 it began where the history is now. */
static void test_before_history(void)
{
	const size_t size = offsetof(struct mma_decision, counter);
	struct mma_decision in = decision(size + 2 * sizeof(__u64));
	__u64 stack[2] = { 0xffffffff81000001, 0xffffffff81000002 };
	struct bytes b = { .len = 0 };
	struct decoded d;

	in.nr_stack = 2;
	in.stack_off = size;
	put(&b, &in, size);
	put(&b, stack, sizeof(stack));
	d = decode(&b);
	EXPECT(d.n == 2 && d.status[0] == DECODE_DECISION && d.rec[0].decision.exempt == in.exempt);
	EXPECT(!d.rec[0].decision.counter && !d.rec[0].decision.number && !d.rec[0].decision.mm && !d.rec[0].decision.kept);
	EXPECT(d.rec[0].nr_stack == 2 && !d.rec[0].stack_cut && !memcmp(d.rec[0].stack, stack, sizeof(stack)));
}

/* Where the stack begins is a claim too. */
static void test_stack_offs(void)
{
	static const __u32 offs[] = { 0, 24, offsetof(struct mma_decision, end) - 8,
				      offsetof(struct mma_decision, end) + 8,
				      offsetof(struct mma_decision, map) + 8,
				      offsetof(struct mma_decision, counter) + 8, sizeof(struct mma_decision) - 1, sizeof(struct mma_decision) + 8,
				      sizeof(struct mma_decision) + 9, 0xffff, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < sizeof(offs) / sizeof(offs[0]); i++) {
		struct mma_decision in = decision(sizeof(in) + sizeof(__u64));
		__u64 stack = 1;
		struct bytes b = { .len = 0 };
		struct decoded d;

		in.nr_stack = 1;
		in.stack_off = offs[i];
		put(&b, &in, sizeof(in));
		put(&b, &stack, sizeof(stack));
		d = decode(&b);
		EXPECT_THAT(d.n == 2 && !d.rec[0].nr_stack && d.rec[0].stack_cut, "offset %u", offs[i]);
	}
}

/* An older module's record ends early: the rest reads zero, not what follows in the buffer. */
static void test_shorter(void)
{
	for (size_t size = sizeof(struct mma_hdr); size < sizeof(struct mma_decision); size++) {
		struct mma_decision in = decision(size), want;
		struct bytes b = { .len = 0 };
		struct decoded d;

		in.nr_stack = 0;
		memset(&want, 0, sizeof(want));
		memcpy(&want, &in, size);
		put(&b, &in, size);
		d = decode(&b);
		EXPECT_THAT(d.n == 2 && d.status[0] == DECODE_DECISION && !memcmp(&d.rec[0].decision, &want, sizeof(want)) &&
		       !d.rec[0].nr_stack, "%zu bytes", size);
	}
}

static void test_lost(void)
{
	struct mma_lost in = { .hdr = { .size = sizeof(in), .type = MMA_REC_LOST, .cpu = 1 }, .ring_full = 23 };
	struct bytes b = { .len = 0 };
	struct decoded d;

	put(&b, &in, sizeof(in));
	in.hdr.size = sizeof(in.hdr) + 8;		/* without the reserved words */
	put(&b, &in, in.hdr.size);
	in.hdr.size = sizeof(in.hdr);
	put(&b, &in, in.hdr.size);
	d = decode(&b);
	EXPECT(d.n == 4 && d.status[0] == DECODE_LOST && d.rec[0].lost.ring_full == 23);
	EXPECT(d.status[1] == DECODE_LOST && d.rec[1].lost.ring_full == 23);
	EXPECT(d.status[2] == DECODE_LOST && d.rec[2].lost.ring_full == 0);
}

/* A finding of this, an older and a newer module. */
static void test_finding(void)
{
	struct mma_finding in = { .hdr = { .size = sizeof(in), .type = MMA_REC_FINDING }, .broken = 2, .start = 0x1000,
				  .end = 0x3000, .facts = 7, .comm = "bugs" };
	unsigned char tail[16] = { 0xff };
	struct bytes b = { .len = 0 };
	struct decoded d;

	put(&b, &in, sizeof(in));
	in.hdr.size = offsetof(struct mma_finding, facts);
	put(&b, &in, in.hdr.size);
	in.hdr.size = sizeof(in) + sizeof(tail);
	put(&b, &in, sizeof(in));
	put(&b, tail, sizeof(tail));
	d = decode(&b);
	EXPECT(d.n == 4 && d.status[0] == DECODE_FINDING && d.status[1] == DECODE_FINDING && d.status[2] == DECODE_FINDING);
	EXPECT(d.rec[0].finding.end == 0x3000 && d.rec[0].finding.facts == 7 && !strcmp(d.rec[0].finding.comm, "bugs"));
	EXPECT(d.rec[1].finding.end == 0x3000 && !d.rec[1].finding.facts && !d.rec[1].finding.comm[0]);
	EXPECT(d.rec[2].finding.facts == 7 && !strcmp(d.rec[2].finding.comm, "bugs"));
}

/* Two findings are one only if nothing about the second would be news. */
static void test_alike(void)
{
	const struct mma_finding a = { .level = MMA_LEVEL_PTE, .broken = 2, .pid = 812, .start = 0x1000, .end = 0x2000,
				       .facts = MMA_F_PAGE | MMA_F_PTE_WRITE };
	struct mma_finding b = a, none = a;

	b.start = 0x2000;
	b.end = 0x3000;
#define ALIKE_BUT(field, value, want) do { struct mma_finding c = b; c.field = value; \
	EXPECT_THAT(mma_alike(&a, &c) == (want), #field " " #value); } while (0)
	ALIKE_BUT(end, 0x9000, 1);
	ALIKE_BUT(entry, 0x67, 1);
	ALIKE_BUT(refs, 9, 1);
	ALIKE_BUT(facts, a.facts | MMA_F_PAGE_LOCKED | MMA_F_PAGE_LRU, 1);
	ALIKE_BUT(facts, a.facts | MMA_F_PAGE_SWAPCACHE, 1);
	ALIKE_BUT(facts, a.facts | MMA_F_PAGE_MAPS, 1);
	ALIKE_BUT(map.end, 0x9000, 1);		/* a mapping that grew meanwhile is the same one */
	ALIKE_BUT(map.start, 0x2000, 0);
	ALIKE_BUT(start, 0x3000, 0);
	ALIKE_BUT(start, 0x1000, 0);
	ALIKE_BUT(level, MMA_LEVEL_PMD, 0);
	ALIKE_BUT(broken, 6, 0);
	ALIKE_BUT(pid, 813, 0);
	ALIKE_BUT(flags, MMA_FIND_AT_EXIT, 0);
	ALIKE_BUT(facts, a.facts | MMA_F_PTE_DIRTY, 0);
	ALIKE_BUT(facts, a.facts | MMA_F_PAGE_EXCL, 0);
#undef ALIKE_BUT
	none.level = b.level = MMA_LEVEL_NONE;
	EXPECT(!mma_alike(&none, &b));
}

/* nr_stack is a claim; the size and MMA_STACK_MAX decide. */
static void test_stack_claims(void)
{
	static const struct { __u32 claim; unsigned int there, want; int cut; } rows[] = {
		{ 0, 0, 0, 0 }, { 0, 4, 0, 0 }, { 4, 0, 0, 1 }, { 4, 3, 3, 1 }, { 4, 4, 4, 0 },
		{ 32, 32, 32, 0 }, { 33, 48, 32, 1 }, { 0xffffffff, 2, 2, 1 }, { 0x80000000, 0, 0, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mma_decision in = decision(sizeof(in) + rows[i].there * sizeof(__u64));
		struct bytes b = { .len = 0 };
		struct decoded d;

		in.nr_stack = rows[i].claim;
		put(&b, &in, sizeof(in));
		for (__u64 n = 0; n < rows[i].there; n++)
			put(&b, &n, sizeof(n));
		d = decode(&b);
		EXPECT_THAT(d.n == 2 && d.rec[0].nr_stack == rows[i].want && d.rec[0].stack_cut == rows[i].cut,
			    "row %zu: %u, cut %d", i, d.rec[0].nr_stack, d.rec[0].stack_cut);
	}
}

/* A size that is no multiple of 8 leaves half an address: not taken, next record unaligned. */
static void test_odd_size(void)
{
	struct mma_decision in = decision(sizeof(in) + 5);
	unsigned char half[5] = { 1, 2, 3, 4, 5 };
	struct bytes b = { .len = 0 };
	struct decoded d;

	in.nr_stack = 1;
	put(&b, &in, sizeof(in));
	put(&b, half, sizeof(half));
	in.hdr.size = sizeof(in);
	in.nr_stack = 0;
	put(&b, &in, sizeof(in));
	d = decode(&b);
	EXPECT(d.n == 3 && !d.rec[0].nr_stack && d.rec[0].stack_cut);
	EXPECT(d.status[1] == DECODE_DECISION && d.rec[1].decision.addr == in.addr);
}

static void test_comm(void)
{
	char out[COMM_TEXT_LEN];
	static const char odd[MMA_COMM_LEN] = "a\n\033[\\\xff";
	char all[MMA_COMM_LEN];

	decode_comm("sixteen-bytes-ab", out);
	EXPECT(!strcmp(out, "sixteen-bytes-ab"));
	decode_comm(odd, out);
	EXPECT(!strcmp(out, "a\\x0a\\x1b[\\x5c\\xff"));
	memset(all, 0x80, sizeof(all));
	decode_comm(all, out);
	EXPECT(strlen(out) == COMM_TEXT_LEN - 1);
}

/* Noise with a plausible header now and then: no crash, always an end. */
static void test_noise(void)
{
	unsigned int seed = 23;

	for (int round = 0; round < 20000; round++) {
		struct bytes b = { .len = 0 };
		struct mma_hdr h;

		for (size_t i = 0; i < 600; i++)
			b.buf[i] = (seed = seed * 1103515245 + 12345) >> 16;
		b.len = seed % 600;
		h = (struct mma_hdr){ .size = seed >> 8 & 0x1ff, .type = seed >> 20 & 3 };
		memcpy(b.buf, &h, sizeof(h));
		EXPECT(decode(&b).n > 0);
	}
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
	{ "empty", test_empty },
	{ "whole-record", test_whole },
	{ "short-header", test_short_header },
	{ "impossible-size", test_bad_size },
	{ "end-after-corrupt", test_corrupt_then_end },
	{ "unknown-type", test_unknown_type },
	{ "longer-record", test_longer },
	{ "older-stack", test_before_range },
	{ "older-mapping", test_before_mapping },
	{ "older-history", test_before_history },
	{ "stack-offset", test_stack_offs },
	{ "finding", test_finding },
	{ "findings-alike", test_alike },
	{ "shorter-record", test_shorter },
	{ "lost-record", test_lost },
	{ "stack-claims", test_stack_claims },
	{ "odd-size", test_odd_size },
	{ "comm", test_comm },
	{ "noise", test_noise },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		wrong = 0;
		tests[i].run();
		check(!wrong, tests[i].name, "%u expectations not met", wrong);
	}
	return check_done();
}
