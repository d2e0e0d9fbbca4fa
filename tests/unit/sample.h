/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sample.h - a report of an audit that never was, for tests of what is made from reports: four kinds, a sweep's finding,
 * losses, a site that is not seen, and names of tasks, commands and functions that want to be markup.
 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "report.h"
#include "say.h"

#define SAMPLE_BEGUN	1000000000000ULL
#define EVIL_COMM	"</b><i>x;y z"
#define EVIL_COMMAND	"sh -c '</script><script>document.title=\"evil\"</script><img src=x onerror=alert(1)>&amp; \x01\xff"
#define EVIL_FUNCTION	"<!--<script>f;g"

static char sample_said[4096];

void say(const char *fmt, ...)
{
	const size_t len = strlen(sample_said);
	va_list args;

	va_start(args, fmt);
	vsnprintf(sample_said + len, sizeof(sample_said) - len, fmt, args);
	va_end(args);
}

/* A recording may come from anywhere, so the names of functions may be anything, too. */
int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	static const char *const names[] = {
		"asm_exc_page_fault+0x22/0x30", "exc_page_fault+0x70/0x170", "handle_mm_fault+0xd5/0x2d0", "do_wp_page+0x1a/0x700",
		"do_syscall_64+0x82/0x190", "ksm_scan_thread+0x9f/0x1f0", "try_to_merge_one_page+0x2a4/0x750", "poke+0x10/0x20 [driver]",
		EVIL_FUNCTION "+0x1/0x2",
	};

	(void)dev;
	if (addr >> 8 >= sizeof(names) / sizeof(names[0]))
		return -1;
	strcpy(sym->name, names[addr >> 8]);
	return 0;
}

#define SAMPLE_CALL(n, at)	((n) << 8 | (at))	/* the address `at` in function n of names[] */

static inline struct record sample_violation(unsigned int site, unsigned int point, __u32 broken, __u64 after_ns)
{
	return (struct record){ .decision = {
		.hdr = { .size = sizeof(struct mma_decision), .type = MMA_REC_DECISION, .cpu = 1, .seq = 1, .time_ns = SAMPLE_BEGUN + after_ns },
		.site = site, .point = point, .verdict = MMA_GRANTED, .level = MMA_LEVEL_PTE, .fault_would = MMA_FAULT_COPY,
		.broken = broken, .pid = 813, .tgid = 812, .owner = 812, .addr = 0x7f0000001000, .end = 0x7f0000002000, .count = 1,
		.old_entry = 0x8000000012345465, .new_entry = 0x8000000012345067, .facts = MMA_F_VMA_WRITE | MMA_F_PAGE_ANON,
		.refs = 2, .maps = 1, .comm = "writer",
	} };
}

static inline void sample_stack(struct record *rec, unsigned int nr, const __u64 *stack)
{
	memcpy(rec->stack, stack, nr * sizeof(stack[0]));
	rec->nr_stack = rec->decision.nr_stack = nr;
	rec->decision.ip = stack[0];
}

static inline void sample_add(struct report *r, struct record rec)
{
	r->totals.read++;
	r->totals.stats.seen++;
	r->totals.stats.delivered++;
	report_add(r, rec.hdr.type == MMA_REC_FINDING ? DECODE_FINDING : DECODE_DECISION, &rec);
}

/* Of the first write fault: clear_refs, by a function whose name wants to be markup, is to blame. */
static inline void sample_history(struct report *r, const struct record *rec)
{
	struct event ev[] = {
		{ .counter = 1, .time_ns = SAMPLE_BEGUN - 8000000, .start = 0x7f0000001000, .end = 0x7f0000002000, .mm = 1, .tid = 813,
		  .is = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | MMA_F_PTE_SOFT_DIRTY, .told_was = EVENT_PTE_FACTS, .told_is = EVENT_PTE_FACTS,
		  .kind = MMA_EVENT_ENTRY, .site = MMA_SITE_ANON_FAULT, .ip = SAMPLE_CALL(2ULL, 1) },
		{ .counter = 2, .time_ns = SAMPLE_BEGUN - 3200000, .start = 0x7f0000000000, .end = 0x7f0000200000, .mm = 1, .tid = 99,
		  .was = MMA_F_PTE_SOFT_DIRTY, .kind = MMA_EVENT_RANGE, .site = MMA_SITE_CLEAR_REFS, .ip = SAMPLE_CALL(8ULL, 1) },
	};
	struct past past;

	if (past_find(&past, rec, ev, 2, PAST_MOST))
		abort();
	past.begins_ns = SAMPLE_BEGUN - 9000000;
	past.blame = (struct blame){ .how = BLAME_STEP, .step = &past.trail.step[1], .lost = MMA_F_PTE_SOFT_DIRTY, .at = WHILE_MIGRATING };
	report_keep_past(r, rec, &past);
	past_free(&past);
}

/* 20 grants of a write fault, 10 ms apart. The two return addresses in handle_mm_fault() are one frame. */
static inline void sample_faults(struct report *r)
{
	for (unsigned int i = 0; i < 20; i++) {
		const __u64 stack[] = { SAMPLE_CALL(3ULL, 1), SAMPLE_CALL(2ULL, i % 2), SAMPLE_CALL(1ULL, 1), SAMPLE_CALL(0ULL, 1) };
		struct record rec = sample_violation(MMA_SITE_WP_COPY, MMA_POINT_WP_COPY, 1U << MMA_RULE_SOFT_DIRTY, i * 10000000);

		sample_stack(&rec, 4, stack);
		rec.decision.mm = 1;
		rec.decision.counter = 100;
		sample_add(r, rec);
		if (!i)
			sample_history(r, &rec);
	}
}

/* Huge entries by KSM, which break two rules; what they were before was not seen. */
static inline void sample_merges(struct report *r)
{
	const __u64 stack[] = { SAMPLE_CALL(6ULL, 1), SAMPLE_CALL(5ULL, 1) };
	struct record rec = sample_violation(MMA_SITE_KSM, MMA_POINT_KSM_MERGE,
					     1U << MMA_RULE_LOST_UFFD_WP | 1U << MMA_RULE_KSM, 300000000);

	rec.decision.level = MMA_LEVEL_PMD;
	rec.decision.end = rec.decision.addr + (512UL << 21);
	rec.decision.count = 512;
	rec.decision.flags = MMA_DEC_OLD_UNKNOWN | MMA_DEC_CONFIRMED;
	rec.decision.old_entry = 0;
	memcpy(rec.decision.comm, "ksmd", 5);
	sample_stack(&rec, 2, stack);
	sample_add(r, rec);
}

/* From a swap entry; every name is hostile. */
static inline void sample_evil(struct report *r)
{
	const __u64 stack[] = { SAMPLE_CALL(8ULL, 1), SAMPLE_CALL(7ULL, 1), SAMPLE_CALL(4ULL, 1) };
	struct record rec = sample_violation(MMA_SITE_MPROTECT, MMA_POINT_PROT, 1U << MMA_RULE_VM_WRITE, 1500000000);

	rec.decision.old_entry = 0x1ffffffffffffe04;	/* swap, uffd-wp */
	memcpy(rec.decision.comm, EVIL_COMM, sizeof(EVIL_COMM));
	sample_stack(&rec, 3, stack);
	sample_add(r, rec);
	rec.nr_stack = rec.decision.nr_stack = 0;
	rec.decision.flags = MMA_DEC_NO_STACK;
	sample_add(r, rec);
}

static inline void sample_swept(struct report *r)
{
	sample_add(r, (struct record){ .finding = {
		.hdr = { .size = sizeof(struct mma_finding), .type = MMA_REC_FINDING, .time_ns = SAMPLE_BEGUN + 1900000000 },
		.level = MMA_LEVEL_PTE, .flags = MMA_FIND_AT_EXIT, .broken = 1U << MMA_RULE_SOFT_DIRTY, .pid = 812, .refs = 1, .maps = 1,
		.start = 0x7f0000000000, .end = 0x7f0000003000, .entry = 0x8000000012345067,
		.facts = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | MMA_F_VMA_WRITE, .comm = "writer",
	} });
}

static struct device sample_device = { .ver = {
	.abi_major = MMA_ABI_MAJOR, .abi_minor = MMA_ABI_MINOR, .state = MMA_STATE_OK, .nr_rules = MMA_NR_RULES, .release = "6.1.0-test",
} };

/* All sites are seen but uffd-unwp; the last one is not in this kernel. */
static inline const struct coverage *sample_coverage(void)
{
	static struct coverage cov;

	cov.nr_sites = nr_sites();
	for (unsigned int i = 0; i < cov.nr_sites; i++)
		cov.site[i] = (struct mma_site_info){ .id = i, .state = MMA_SITE_SEEN };
	cov.site[MMA_SITE_UFFD_UNWP].state = MMA_SITE_UNSEEN;
	cov.site[cov.nr_sites - 1].state = MMA_SITE_NOT_HERE;
	return &cov;
}

static inline void sample_begin(struct report *r)
{
	*r = (struct report){
		.audit = { .dev = &sample_device, .cov = sample_coverage(), .whom = "process 812 and its descendants" },
		.totals = { .status = -1, .grants = 1000, .denials = 400 },
		.syms.dev = &sample_device, .command = EVIL_COMMAND, .whole = 1,
	};
	r->audit.origin = (struct origin){
		.host = "host", .release = "6.1.0-test", .begun_ns = SAMPLE_BEGUN, .begun.tv_sec = 1700000000, .ended.tv_sec = 1700000002,
	};
}

/* All of it. */
static inline void sample_report(struct report *r)
{
	sample_begin(r);
	sample_faults(r);
	sample_merges(r);
	sample_evil(r);
	sample_swept(r);
	r->totals.missed = 7;
	report_end(r);
}

#endif /* SAMPLE_H */
