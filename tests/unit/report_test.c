// SPDX-License-Identifier: GPL-2.0
/* report_test.c - what a report keeps and counts, and its text form. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "names.h"
#include "report.h"
#include "report_formats.h"
#include "say.h"

void say(const char *fmt, ...)
{
	(void)fmt;
}

int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	(void)dev;
	snprintf(sym->name, sizeof(sym->name), "caller_%llx+0x1/0x2", (unsigned long long)addr);
	return 0;
}

static struct device device = { .ver = { .nr_rules = MMA_NR_RULES, .release = "6.1.0-test" } };
static struct coverage cov = { .nr_sites = 2, .site = { { .state = MMA_SITE_SEEN }, { .state = MMA_SITE_SEEN } } };

static struct report begin(void)
{
	return (struct report){
		.audit = { .dev = &device, .cov = &cov, .whom = "all tasks", .origin.begun_ns = 1000000000 },
		.totals.status = -1, .syms.dev = &device, .whole = 1,
	};
}

static struct record violation(unsigned int rule, __u64 ip, __u64 time_ns)
{
	struct record rec = { .decision = { .hdr = { .type = MMA_REC_DECISION, .time_ns = time_ns }, .site = 1,
		.broken = 1U << rule, .ip = ip, .pid = 8, .tgid = 7, .count = 2, .comm = "task" } };

	return rec;
}

static void add(struct report *r, struct record rec)
{
	report_add(r, DECODE_DECISION, &rec);
}

static void test_order(void)
{
	struct report r = begin();

	add(&r, violation(MMA_RULE_KSM, 1, 30));
	add(&r, violation(MMA_RULE_KSM, 1, 10));
	add(&r, violation(MMA_RULE_KSM, 1, 20));
	report_end(&r);
	check(r.nr_rec == 3 && r.rec[0].hdr.time_ns == 10 && r.rec[2].hdr.time_ns == 30, "order", "%zu records", r.nr_rec);
	check(r.totals.violations == 3 && r.totals.entries == 6, "counts", "%llu of %llu", r.totals.violations, r.totals.entries);
	check(r.totals.kinds == &r.kinds && r.kinds.nr == 1 && r.kinds.at[0].events == 3, "kinds", "%u kinds", r.kinds.nr);
	report_free(&r);
}

/* However many there are, memory is bounded, nothing is uncounted, and a new kind is still kept. */
static void test_bound(void)
{
	struct report r = begin();

	for (unsigned int i = 0; i < REPORT_MAX + 100; i++)
		add(&r, violation(MMA_RULE_KSM, 1, i));
	add(&r, violation(MMA_RULE_DIRTY, 2, 5));
	report_end(&r);
	check(r.nr_rec == REPORT_MAX + 1 && r.left_out == 100, "bound", "%zu kept, %llu not", r.nr_rec, r.left_out);
	check(r.totals.violations == REPORT_MAX + 101, "bound-counted", "%llu", r.totals.violations);
	for (__u64 ip = 3; ip < 3 + 2 * KINDS_MAX; ip++)
		add(&r, violation(MMA_RULE_DIRTY, ip, 5));
	check(r.nr_rec == REPORT_MAX + KINDS_MAX, "bound-kinds", "%zu kept", r.nr_rec);
	check(r.nr_rec + r.left_out == r.totals.violations, "bound-all", "%llu not kept", r.left_out);
	report_free(&r);
}

static char *text;

static const char *print(struct report *r, const char *format)
{
	size_t size;
	FILE *f;

	free(text);
	f = open_memstream(&text, &size);
	report_end(r);
	check(report_format(format) && !report_format(format)->write(f, r), "writes", "%s", format);
	fclose(f);
	report_free(r);
	return text;
}

static void has(const char *name, const char *in, const char *want)
{
	check(!!strstr(in, want), name, "'%s' is not in: %.4000s", want, in);
}

static void test_text(void)
{
	struct report r = begin();
	const char *got;

	add(&r, violation(MMA_RULE_KSM, 0x11, 1500000000));
	add(&r, violation(MMA_RULE_KSM, 0x22, 2500000000));
	got = print(&r, "text");
	has("text-nothing-lost", got, "\nLost or not seen:\n  nothing\n");
	has("text-verdict", got, "\nverdict violations: 2 violations (4 entries)\n");
	has("text-rule", got, "         2          4      +0.500 s      +1.500 s  KSM [isolation]\n");
	has("text-site", got, "+1.500 s  uffd-unwp\n");
	has("text-caller", got, "         1          2      +0.500 s      +0.500 s  caller_11+0x1");
	has("text-task", got, "         2          4      +0.500 s      +1.500 s  task[7]\n");
	has("text-first", got, "\nVIOLATION KSM at ");
}

static void test_text_lost(void)
{
	struct report r = begin();
	const char *got;

	cov.site[1].state = MMA_SITE_UNSEEN;
	r.whole = 0;
	r.totals.missed = 3;
	r.left_out = 9;
	r.totals.not_kept = 2;
	got = print(&r, "text");
	has("lost-cut", got, "\nLost or not seen:\n  the recording has no end");
	has("lost-missed", got, "\n  3 probe hits were missed by the kernel\n");
	has("lost-history", got, "\n  2 new kinds of violations came while the history of another one was kept: ");
	has("lost-site", got, "\n  site uffd-unwp was not seen: ");
	has("lost-left-out", got, "\n  9 violations were too many to be kept");
	has("lost-verdict", got, "\nverdict incomplete: 0 violations\n");
	check(!strstr(got, "BY RULE"), "lost-no-tables", "%s", got);
	cov.site[1].state = MMA_SITE_SEEN;
}

static void test_json(void)
{
	struct report r = begin();
	const char *got;

	add(&r, violation(MMA_RULE_KSM, 0x22, 2500000000));
	add(&r, violation(MMA_RULE_KSM, 0x11, 1500000000));
	got = print(&r, "json");
	check(!strncmp(got, "{\"type\":\"start\",", 16), "json-start", "%.300s", got);
	has("json-order", got, "caller_11+0x1");
	check(strstr(got, "caller_11") < strstr(got, "caller_22"), "json-in-time", "%s", got);
	has("json-end", got, "\n{\"type\":\"end\",\"violations\":2,\"entries\":4,");
	r = begin();
	r.whole = 0;
	check(!strstr(print(&r, "json"), "\"type\":\"end\""), "json-cut", "%s", text);
}

/* What is sent says which kernel, what is wrong, how it came to that, and how to see it again. */
static void test_mail(void)
{
	static char *argv[] = { "mmaudit", "run", "--report", "mail", "--", "bugs", "ksm merge", NULL };
	const struct event ev = { .counter = 5, .time_ns = 1400000000, .mm = 3, .start = 0x1000, .end = 0x3000, .tid = 9,
				  .was = MMA_F_PTE_PRESENT, .is = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE, .told_was = EVENT_PTE_FACTS,
				  .told_is = EVENT_PTE_FACTS, .kind = MMA_EVENT_ENTRY, .site = MMA_SITE_NUMA };
	struct record rec = violation(MMA_RULE_KSM, 0x11, 1500000000);
	struct report r = begin();
	struct past past;
	const char *got;

	rec.decision.mm = 3;
	rec.decision.counter = 7;
	rec.decision.addr = 0x1000;
	rec.decision.facts = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE;
	rec.decision.old_facts = rec.decision.facts;
	device.ver.kernel_facts = MMA_F_KERN_SOFT_DIRTY;
	r.audit.origin.argv = argv;
	strcpy(r.audit.origin.release, "6.1.0-test");
	r.totals.missed = 3;
	add(&r, rec);
	add(&r, violation(MMA_RULE_DIRTY, 0x22, 2500000000));
	if (past_find(&past, &rec, &ev, 1, PAST_MOST))
		abort();
	report_keep_past(&r, &rec, &past);
	past_free(&past);
	got = print(&r, "mail");
	has("mail-subject", got, "Subject: mm: KSM broken at uffd-unwp in 6.1.0-test\n\n");
	has("mail-kernel", got, "\nKernel:      6.1.0-test\nMachine:     x86_64\nConfig:      tracks soft-dirty\n");
	has("mail-reproducer", got, "\nReproducer:  bugs 'ksm merge'\n");
	has("mail-rule", got, "\nKSM: writable entry on a KSM page, which other mappings share. The\nkernel itself ensures it in do_wp_page()");
	has("mail-kind", got, "\n---- 2. at uffd-unwp: 1 violation, 2 entries ----\n");
	has("mail-history", got, "\n  > [    1.400000] pid 9 numa: writable 0 -> 1\n");
	has("mail-sentence", got, "\n  why      writable gained by numa (pid 9) 100.0 ms before; granted by");
	has("mail-losses", got, "\nLost or not seen by the audit:\n  - 3 probe hits were missed by the kernel\n");
	device.ver.kernel_facts = 0;
	r = begin();
	has("mail-clean", print(&r, "mail"), "Subject: mm: no rule on page table entries broken in Linux\n");
}

int main(void)
{
	test_order();
	test_bound();
	test_text();
	test_text_lost();
	test_json();
	test_mail();
	check(!report_format("nonsense"), "no-such-format", "it is there");
	free(text);
	return check_done();
}
