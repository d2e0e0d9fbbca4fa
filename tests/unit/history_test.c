// SPDX-License-Identifier: GPL-2.0
/*
 * history_test.c - rings as the module has them, with two CPUs and sets that are kept, read by tools/ringlog.c: nothing twice,
 * all in order, and what is missing is told.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ringlog.h"
#include "rings.h"

/* ---- what was read ---- */

static struct device device = { .ver.features = MMA_FEAT_HISTORY };
static struct ringlog h;

static int in_order(void)
{
	for (size_t i = 1; i < h.nr; i++)
		if (h.ev[i].counter < h.ev[i - 1].counter)
			return 0;
	return 1;
}

static int each_once(void)
{
	for (size_t i = 1; i < h.nr; i++)
		if (h.ev[i].counter == h.ev[i - 1].counter)
			return 0;
	return 1;
}

static void has(const char *name, int ret, size_t nr, __u64 begins)
{
	check(!ret && h.nr == nr && h.begins == begins && in_order() && each_once(), name,
	      "returned %d, %zu events (wanted %zu), begins %llu (%llu), order %d, once %d", ret, h.nr, nr, (unsigned long long)h.begins,
	      (unsigned long long)begins, in_order(), each_once());
}

static void begin(void)
{
	ringlog_free(&h);
	ringlog_begin(&h, &device);
	start();
}

static void readings(void)
{
	begin();
	for (int i = 0; i < 11; i++)
		note_entry(i % 2 * 2);
	has("first-reading", ringlog_read(&h, 0), 11, 1000);
	has("nothing-new", ringlog_read(&h, 0), 11, 1000);
	for (int i = 0; i < 7; i++)
		note_entry(2 - i % 2 * 2);
	has("only-what-is-new", ringlog_read(&h, 0), 18, 1000);

	begin();
	for (int i = 0; i < RING + 13; i++)
		note_entry(2);
	note_entry(0);
	has("overwritten-before", ringlog_read(&h, 0), RING + 1, 1000 + 14);
	check(h.dropped == 13, "overwritten-are-counted", "%llu", (unsigned long long)h.dropped);
	for (int i = 0; i < RING + 5; i++)
		note_entry(0);
	has("overwritten-meanwhile", ringlog_read(&h, 0), 2 * RING + 1, 1000 + RING + 14 + 6);

	begin();
	for (int i = 0; i < 5; i++)
		note_move(0);
	has("events-of-two-slots", ringlog_read(&h, 0), 5, 1000);
	check(h.ev[4].kind == MMA_EVENT_MOVED && h.ev[4].from == 0x7f0000900000ULL && h.ev[4].end == 0x7f0000805000ULL &&
	      h.ev[4].from_mm == 7 && h.ev[4].since == h.ev[4].counter - 128, "second-slot", "from %llx", (unsigned long long)h.ev[4].from);
	begin();
	for (int i = 0; i < RING / 2; i++)
		note_move(0);
	note_entry(0);				/* the oldest slot is the second part of an event now */
	has("half-an-event-is-none", ringlog_read(&h, 0), RING / 2, 1002);
}

static void sets(void)
{
	begin();
	for (int i = 0; i < 7; i++)
		note_entry(0);
	ringlog_read(&h, 0);
	for (int i = 0; i < 5; i++)
		note_entry(2);
	keep();
	for (int i = 0; i < 3; i++)
		note_entry(0);
	has("kept-set-first", ringlog_read(&h, 1), 15, 1000);
	check(!kept, "given-back", "set %u is kept still", kept);
	keep();
	note_entry(2);
	has("next-kept-set", ringlog_read(&h, 2), 16, 1000);

	note_entry(0);
	keep();
	kept = 0;				/* another reader was faster */
	now += 100;
	note_entry(0);
	has("set-of-another-reader", ringlog_read(&h, 3), 17, begun[0]);

	begin();
	note_entry(0);
	keep();
	kept = 0;				/* before this one began */
	note_entry(0);
	has("set-given-back-before", ringlog_read(&h, 0), 1, begun[0]);
	note_entry(2);
	keep();
	note_entry(0);
	has("kept-for-another", ringlog_read(&h, 0), 3, begun[0]);
	has("read-before-it-was-told", ringlog_read(&h, kept), 3, begun[0]);
	check(!kept, "given-back-unread", "set %u is kept still", kept);
	state = MMA_HISTORY_UNORDERED;
	ringlog_read(&h, 0);
	check(h.unordered, "counters-not-in-step", "%d", h.unordered);
	state = 0;

	begin();
	note_entry(0);
	ringlog_read(&h, 0);
	since = now += 10;			/* was off in between */
	note_entry(0);
	has("mode-changed", ringlog_read(&h, 0), 2, since);
}

static void bounds(void)
{
	__u32 mm = 0;
	struct device old = { .ver.features = 0 };

	begin();
	for (int i = 0; i < 2 * RINGLOG_MOST / RING; i++) {
		for (int k = 0; k < RING; k++)
			note_entry(0);
		ringlog_read(&h, 0);
	}
	check(h.nr <= RINGLOG_MOST && h.nr >= RINGLOG_MOST / 2 && h.begins == h.ev[0].counter && h.ev[h.nr - 1].counter == now,
	      "no-more-than-wanted", "%zu events", h.nr);
	check(h.ev[h.nr - 1].time_ns == 5000000 + (now - 1000) * 3, "time", "%llu", (unsigned long long)h.ev[h.nr - 1].time_ns);
	check(!ringlog_mm(&h, 812, &mm) && mm == 7, "address-space", "%u", mm);
	check(ringlog_mm(&h, 813, &mm) == -ESRCH, "no-address-space", "%u", mm);
	ringlog_free(&h);
	ringlog_begin(&h, &old);
	check(ringlog_read(&h, 0) == -EOPNOTSUPP && ringlog_mm(&h, 812, &mm) == -EOPNOTSUPP, "older-module", "was read");
	ringlog_free(&h);
}

/* ---- slots ---- */

static __u64 kernel_text;	/* as the module tells it */

static struct event unpacked(struct mma_event *slot, size_t nr)
{
	const struct clocks clocks = { { 100, 200 }, { 1000, 1300 }, kernel_text };
	struct event ev = { 0 };
	int is_event;

	slots_event(slot, nr, &clocks, 5, &ev, &is_event);
	if (!is_event)
		ev.kind = 0;
	return ev;
}

static void slots(void)
{
	struct mma_event e[2] = { { .time = 150, .where = 0x7f0000400000ULL | MMA_EVENT_BACK | MMA_LEVEL_PMD << MMA_EV_LEVEL_SHIFT | MMA_EV_UNSEEN,
				    .what = 0xabc, .mm = 3, .tid = 5, .ip = 0x81000001, .was = mma_event_was(MMA_F_PTE_SWAP, MMA_EV_NO_SITE),
				    .is = MMA_F_PTE_PRESENT } };
	struct event ev = unpacked(e, 1);

	check(ev.kind == MMA_EVENT_BACK && ev.level == MMA_LEVEL_PMD && ev.end - ev.start == 2 << 20 && ev.raw == 0xabc && !ev.told_was &&
	      ev.told_is == EVENT_PTE_FACTS && ev.is == MMA_F_PTE_PRESENT && ev.ip == 0xffffffff81000001ULL && ev.mm == 3 && ev.tid == 5 &&
	      ev.cpu == 5 && ev.site == EVENT_NO_SITE && ev.time_ns == 1150, "entry-slot", "ip %llx", (unsigned long long)ev.ip);
	e[1] = (struct mma_event){ .where = 0x7f0000400000ULL | MMA_EVENT_OUT | MMA_EV_BESIDE, .is = MMA_F_PTE_SWAP | MMA_F_PTE_UFFD_WP,
				   .was = mma_event_was(MMA_F_PTE_PRESENT | MMA_F_PTE_SOFT_DIRTY | MMA_F_PTE_UFFD_WP, MMA_SITE_UNMAP) };
	ev = unpacked(e + 1, 1);
	check(ev.told_was == (EVENT_PTE_FACTS & ~MMA_F_PTE_SOFT_DIRTY) && event_beside(&ev) == MMA_F_PTE_SOFT_DIRTY, "beside-slot",
	      "told %llx", (unsigned long long)ev.told_was);
	e[0].time = 50;
	ev = unpacked(e, 1);
	check(ev.time_ns == 850, "before-both-moments", "%llu", (unsigned long long)ev.time_ns);
	e[0].where = 0x7f0000400000ULL | MMA_EVENT_MERGED | MMA_EV_MORE;
	e[0].what = 0x7000;
	e[0].was = mma_event_was(MMA_EV_VM_WRITE | MMA_EV_VM_SOFTDIRTY, MMA_EV_NO_SITE);
	e[0].is = MMA_EV_VM_WRITE;
	e[1] = (struct mma_event){ .time = 0x30, .where = 0x7f0000407000ULL | MMA_EVENT_MORE, .what = 0x10 };
	ev = unpacked(e, 2);
	check(ev.kind == MMA_EVENT_MERGED && ev.end == 0x7f0000407000ULL && ev.from == 0x7f0000407000ULL && ev.letters_was == 0x30 &&
	      ev.letters_is == 0x10 && ev.was == (MMA_F_VMA_WRITE | MMA_F_VMA_SOFTDIRTY) && ev.is == MMA_F_VMA_WRITE &&
	      ev.told_was == EVENT_VMA_FACTS, "merged-slots", "was %llx", (unsigned long long)ev.was);
	ev = unpacked(e, 1);
	check(!ev.kind, "cut-slots", "kind %u", ev.kind);
	e[0].where = 0x7f0000400000ULL | 62;
	ev = unpacked(e, 1);
	check(!ev.kind, "unknown-kind", "kind %u", ev.kind);
}

/* arm64 has its kernel anywhere in the upper half of all addresses, and modules before or behind it. */
static void addresses(void)
{
	static const struct { __u64 text, want; } rows[] = {
		{ 0, 0xffffffff81000001 }, { 0xffffffff81e20000, 0xffffffff81000001 }, { 0xffffffff81e20000, 0xffffffffc0400000 },
		{ 0xffffb6e581e20000, 0xffffb6e581000001 }, { 0xffffb6e5ffe20000, 0xffffb6e600010000 },
		{ 0xffffb6e600010000, 0xffffb6e5ffe20000 }, { 0xffff800080010000, 0xffff80007a3e0000 }, { 0xffff800080010000, 0 },
	};
	struct mma_event e = { .time = 150, .where = 0x7f0000400000ULL | MMA_EVENT_ENTRY };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[32];

		snprintf(name, sizeof(name), "kernel-address-%zu", i);
		kernel_text = rows[i].text;
		e.ip = rows[i].want;
		check(unpacked(&e, 1).ip == rows[i].want, name, "%llx, not %llx", (unsigned long long)unpacked(&e, 1).ip,
		      (unsigned long long)rows[i].want);
	}
	kernel_text = 0;
}

/* As with freeze=1, or without any reader. */
static void stopped(void)
{
	start();
	ringlog_free(&h);
	ringlog_begin(&h, &device);
	note_entry(0);
	keep();
	mode = MMA_HISTORY_OFF;
	has("stopped-by-what-was-kept", ringlog_read(&h, 1), 1, 1000);
	now += 100;
	has("nothing-noted-since", ringlog_read(&h, 0), 1, now);
	mode = MMA_HISTORY_TRACKED;
}

int main(void)
{
	readings();
	sets();
	stopped();
	bounds();
	slots();
	addresses();
	ringlog_free(&h);
	return check_done();
}
