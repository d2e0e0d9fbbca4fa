// SPDX-License-Identifier: GPL-2.0
/* pasts_test.c - the history of violations while they are read: which are looked for, and that what was kept is given back. */
#include <stdarg.h>
#include <stdio.h>

#include "check.h"
#include "pasts.h"
#include "rings.h"

static char said[512];

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
}

int misuse(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(said, sizeof(said), fmt, args);
	va_end(args);
	return EXIT_USAGE;
}

static struct device device = { .ver.features = MMA_FEAT_HISTORY };
static struct pasts r;

static void begin(const struct device *dev)
{
	pasts_free(&r);
	r = (struct pasts){ 0 };
	start();
	pasts_begin(&r, dev);
}

/* Of the page that note_entry() writes to, by the thread that does. */
static struct record violation(__u32 kept_set)
{
	return (struct record){ .decision = {
		.hdr = { .size = sizeof(struct mma_decision), .type = MMA_REC_DECISION, .time_ns = 1 }, .site = MMA_SITE_KSM,
		.broken = 1U << MMA_RULE_KSM, .addr = 0x7f0000400000, .end = 0x7f0000401000, .count = 1, .level = MMA_LEVEL_PTE,
		.counter = now, .mm = 7, .kept = kept_set,
	} };
}

static size_t steps(__u32 kept_set, __u64 events)
{
	const struct record rec = violation(kept_set);
	const struct kind kind = { .events = events };
	const struct past *past = pasts_of(&r, &rec, &kind);

	return past ? past->trail.nr : 0;
}

#define SAME(name, got, want)	check((got) == (want), name, "%llu, not %llu", (unsigned long long)(got), (unsigned long long)(want))

static void kinds(void)
{
	begin(&device);
	for (int i = 0; i < 5; i++)
		note_entry(0);
	SAME("first-of-a-kind", steps(0, 1), 5);
	note_entry(0);
	SAME("sixteenth", steps(0, 16), 6);
	SAME("seventeenth-is-not-looked-for", steps(0, 17), 0);
	keep();
	SAME("seventeenth-that-was-kept", steps(1, 17), 6);
	SAME("given-back", kept, 0);
}

static void not_kept_meanwhile(void)
{
	const struct opt opt = { .name = "history" };

	not_kept = 3;
	begin(&device);
	SAME("none-not-kept", pasts_not_kept(&r), 0);
	not_kept = 5;
	SAME("two-not-kept", pasts_not_kept(&r), 2);
	set_history(&r, &opt, "0");
	SAME("nobody-wants-them", pasts_not_kept(&r), 0);
}

static void options(void)
{
	const struct opt opt = { .name = "history" };

	begin(&device);
	for (int i = 0; i < 31; i++)
		note_entry(2);
	SAME("as-many-as-by-default", steps(0, 1), PAST_MOST);
	SAME("option-set", set_history(&r, &opt, "7"), 0);
	SAME("as-many-as-asked", steps(0, 1), 7);
	SAME("option-none", set_history(&r, &opt, "0"), 0);
	keep();
	SAME("none", steps(1, 1), 0);
	SAME("none-given-back", kept, 0);
	SAME("none-is-wished-off", pasts_wish(&r, &device), MMA_HISTORY_OFF);
	for (const char *const *wrong = (const char *const[]){ "", "-1", "7x", " 7", "65537", NULL }; *wrong; wrong++)
		check(set_history(&r, &opt, *wrong) == EXIT_USAGE, "option-refused", "'%s' is taken", *wrong);
	begin(&device);
	SAME("mode-default", pasts_wish(&r, &device), MMA_HISTORY_TRACKED);
	SAME("mode-set", set_history_mode(&r, &opt, "all"), 0);
	SAME("mode", pasts_wish(&r, &device), MMA_HISTORY_ALL);
	SAME("mode-refused", set_history_mode(&r, &opt, "some"), EXIT_USAGE);
}

static void others(void)
{
	const struct device old = { .ver.features = 0 };
	struct record rec;

	begin(&old);
	note_entry(0);
	SAME("older-module", steps(0, 1), 0);
	SAME("older-module-wish", pasts_wish(&r, &old), 0);
	begin(&device);
	note_entry(0);
	rec = violation(0);
	rec.decision.mm = 0;
	check(!pasts_of(&r, &rec, NULL), "no-address-space", "it has a history");
	rec.decision.mm = 8;
	check(pasts_of(&r, &rec, NULL) && !r.past.trail.nr, "other-address-space", "it has %zu steps", r.past.trail.nr);
	rec = violation(0);
	rec.decision.counter = now - 1;
	check(pasts_of(&r, &rec, NULL) && !r.past.trail.nr, "what-came-later", "it has %zu steps", r.past.trail.nr);
}

int main(void)
{
	kinds();
	not_kept_meanwhile();
	options();
	others();
	pasts_free(&r);
	return check_done();
}
