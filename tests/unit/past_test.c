// SPDX-License-Identifier: GPL-2.0
/* past_test.c - the history of a violation in words: the sentence that says where the bit was lost, and a line for each event. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "past.h"
#include "print_json_past.h"
#include "print_past.h"
#include "tell_past.h"

#define AT	0x7f0000400000ULL
#define NOW	1000000000ULL		/* ns */
#define SD	MMA_F_PTE_SOFT_DIRTY
#define WRITE	MMA_F_PTE_WRITE
#define PRESENT	MMA_F_PTE_PRESENT
#define SWAP	MMA_F_PTE_SWAP

int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	(void)dev;
	if (addr != 0xffffffff81000001)
		return -1;
	strcpy(sym->name, "mprotect_fixup+0x1b4/0x2d0");
	return 0;
}

static const struct device device;
static struct symbols syms = { .dev = &device };

static struct event event(unsigned int kind, unsigned int site, __u64 counter, __u64 was, __u64 is)
{
	return (struct event){
		.counter = counter, .time_ns = NOW - (1000 - counter) * 100000, .start = AT, .end = AT + 0x1000, .was = was, .is = is,
		.told_was = EVENT_PTE_FACTS, .told_is = EVENT_PTE_FACTS, .mm = 7, .tid = 812, .kind = kind, .site = site, .level = MMA_LEVEL_PTE,
	};
}

static struct event range(unsigned int kind, unsigned int site, __u64 counter)
{
	struct event ev = event(kind, site, counter, 0, 0);

	ev.end = AT + 11 * 0x1000;
	ev.told_was = ev.told_is = 0;
	return ev;
}

static struct record violation(unsigned int site, unsigned int point, __u32 rule, __u16 was, __u64 facts)
{
	return (struct record){ .decision = {
		.hdr = { .size = sizeof(struct mma_decision), .type = MMA_REC_DECISION, .time_ns = NOW }, .site = site, .point = point,
		.verdict = MMA_GRANTED, .level = MMA_LEVEL_PTE, .broken = 1U << rule, .pid = 900, .tgid = 900, .owner = 812, .addr = AT,
		.end = AT + 0x1000, .count = 1, .facts = facts, .old_facts = was, .counter = 1000, .mm = 7,
	} };
}

static void says(const char *name, const struct record *rec, const struct event *ev, size_t nr, const char *wanted)
{
	char buf[PAST_TEXT_LEN];
	struct past past;

	if (past_find(&past, rec, ev, nr, 100))
		abort();
	check(!strcmp(tell_blame(&past, rec, &syms, buf), wanted), name, "'%s', not '%s'", buf, wanted);
	past_free(&past);
}

static void sentences(void)
{
	struct record rec = violation(MMA_SITE_MIGRATION, MMA_POINT_MIGRATE, MMA_RULE_SOFT_DIRTY, SWAP, PRESENT | WRITE);
	struct event ev[5] = {
		event(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, 11, 0, PRESENT | WRITE | SD),
		event(MMA_EVENT_OUT, MMA_SITE_UNMAP, 950, PRESENT | WRITE | SD, SWAP | SD),
		range(MMA_EVENT_RANGE, MMA_SITE_CLEAR_REFS, 968),
		event(MMA_EVENT_BACK, MMA_SITE_MIGRATION, 999, SWAP, PRESENT | WRITE),
	};

	ev[3].tid = 900;
	says("clear-refs-migrate-race", &rec, ev, 4,
	     "soft-dirty lost by clear-refs (pid 812) 3.2 ms before, while the page was a migration entry; granted by remove_migration_pte");
	says("without-the-loss", &rec, ev, 2,
	     "soft-dirty lost by something that was not recorded, after unmap (pid 812) 5.0 ms before, while the page was a migration entry; granted by remove_migration_pte");
	says("only-the-loss", &rec, ev + 2, 2,
	     "soft-dirty and VM_SOFTDIRTY lost, as it seems, by clear-refs (pid 812) 3.2 ms before, while the page was a migration entry; granted by remove_migration_pte; whether it was sound before is not recorded");
	says("nothing", &rec, ev, 0, "not known: nothing that was recorded of it did that");

	/* What a restore saw before it had the lock: only a rule on lost marks says that nothing else was at work. */
	rec.decision.old_facts = SWAP | SD;
	says("old-lost", &rec, ev, 0, "soft-dirty lost here, by migration itself: nothing before it did that");
	rec.decision.flags = MMA_DEC_OLD_LOCKLESS;
	says("old-lockless", &rec, ev, 0, "not known: nothing that was recorded of it did that");
	rec.decision.broken |= 1U << MMA_RULE_LOST_SOFT_DIRTY;
	says("old-lockless-and-lost", &rec, ev, 0, "soft-dirty lost here, by migration itself: nothing before it did that");

	rec = violation(MMA_SITE_KSM, MMA_POINT_KSM_MERGE, MMA_RULE_LOST_SOFT_DIRTY, PRESENT | SD, PRESENT);
	rec.decision.flags = MMA_DEC_OLD_UNKNOWN;
	says("ksm-unseen", &rec, ev, 1, "soft-dirty lost here, by ksm itself: nothing before it did that");
	rec.decision.broken = 1U << MMA_RULE_SOFT_DIRTY;
	rec.decision.facts |= WRITE;
	says("old-unseen", &rec, ev + 3, 0, "soft-dirty lost here, as it seems, by ksm itself: what it was before is not recorded");
	rec = violation(MMA_SITE_KSM, MMA_POINT_KSM_MERGE, MMA_RULE_LOST_SOFT_DIRTY, PRESENT | SD, PRESENT);
	says("ksm", &rec, ev, 1, "soft-dirty lost here, by ksm itself: nothing before it did that");

	rec = violation(MMA_SITE_MIGRATION, MMA_POINT_MIGRATE, MMA_RULE_DIRTY, SWAP | WRITE, PRESENT | WRITE);
	says("migrate-writeout-of-untracked", &rec, ev, 0,
	     "the page was cleaned by writeback while it was a migration entry, which kept its write bit; granted by remove_migration_pte");

	rec = (struct record){ .finding = { .hdr = { .type = MMA_REC_FINDING, .time_ns = NOW }, .level = MMA_LEVEL_PTE,
					    .broken = 1U << MMA_RULE_SOFT_DIRTY, .start = AT, .end = AT + 0x1000, .counter = 1000, .mm = 7,
					    .facts = PRESENT | WRITE | MMA_F_VMA_WRITE } };
	ev[0] = event(MMA_EVENT_ENTRY, MMA_SITE_MPROTECT, 11, PRESENT, PRESENT | WRITE);
	ev[1] = range(MMA_EVENT_MERGED, EVENT_NO_SITE, 500);
	ev[1].was = MMA_F_VMA_WRITE | MMA_F_VMA_SOFTDIRTY;
	ev[1].is = MMA_F_VMA_WRITE;
	ev[1].told_was = ev[1].told_is = EVENT_VMA_FACTS;
	ev[1].ip = 0xffffffff81000001;
	says("vma-merge", &rec, ev, 2, "VM_SOFTDIRTY lost by a merge of mappings in mprotect_fixup (pid 812) 50.0 ms before");
}

static void line(const char *name, struct event ev, const char *wanted)
{
	char buf[PAST_TEXT_LEN];

	check(!strcmp(tell_event(&ev, (struct place){ 7, AT + 0x1000 }, buf), wanted), name, "'%s', not '%s'", buf, wanted);
}

static void lines(void)
{
	struct event ev;

	line("first-touch", event(MMA_EVENT_ENTRY, 8, 1, 0, PRESENT | WRITE | SD), "first mapped: writable, soft-dirty");
	line("bits", event(MMA_EVENT_ENTRY, 8, 1, PRESENT | SD, PRESENT | WRITE), "writable 0 -> 1, soft-dirty 1 -> 0");
	line("no-change", event(MMA_EVENT_ENTRY, 8, 1, PRESENT, PRESENT), "as it was");
	line("gone", event(MMA_EVENT_ENTRY, 8, 1, PRESENT | WRITE, 0), "gone; it was: present, writable");
	ev = event(MMA_EVENT_ENTRY, 8, 1, 0, PRESENT | WRITE);
	ev.told_was = 0;
	line("unseen", ev, "now: present, writable");
	ev = event(MMA_EVENT_OUT, 23, 1, PRESENT | WRITE | SD, SWAP);
	line("out-lost", ev, "taken away; a swap or migration entry is left; lost: soft-dirty");
	ev.told_was &= ~(__u64)SD;
	line("out-beside", ev, "taken away; a swap or migration entry is left; changed meanwhile, perhaps by another: soft-dirty");
	ev = event(MMA_EVENT_ENTRY, 25, 1, PRESENT | SD, PRESENT);
	ev.told_was &= ~(__u64)SD;
	line("entry-beside", ev, "changed meanwhile, perhaps by another: soft-dirty");
	line("out", event(MMA_EVENT_OUT, 23, 1, PRESENT | WRITE | SD, SWAP | SD), "taken away; a swap or migration entry is left: soft-dirty");
	line("out-of-shared", event(MMA_EVENT_OUT, 23, 1, PRESENT | SD, 0), "taken away, and nothing left; it was: soft-dirty; lost: soft-dirty");
	line("back", event(MMA_EVENT_BACK, MMA_SITE_SWAP_IN, 1, SWAP | SD, PRESENT), "restored from a swap entry; lost: soft-dirty");
	line("back-from-migration", event(MMA_EVENT_BACK, MMA_SITE_MIGRATION, 1, SWAP, PRESENT | WRITE), "restored from a migration entry: writable");

	ev = range(MMA_EVENT_RANGE, MMA_SITE_CLEAR_REFS, 1);
	ev.was = SD | WRITE;
	line("range", ev, "taken away: writable, soft-dirty, 0x7f0000400000-0x7f000040b000 (11 pages)");
	ev.is = MMA_F_PTE_UFFD_WP;
	line("range-that-sets", ev, "set: uffd-wp; taken away: writable, soft-dirty, 0x7f0000400000-0x7f000040b000 (11 pages)");
	line("zap", range(MMA_EVENT_ZAPPED, MMA_SITE_ZAP, 1), "given up, 0x7f0000400000-0x7f000040b000 (11 pages)");
	ev = range(MMA_EVENT_MOVED, MMA_SITE_MREMAP, 1);
	ev.from = AT - 0x100000;
	ev.from_mm = 7;
	line("moved-here", ev, "moved here from 0x7f0000301000");
	ev.start -= 0x200000;
	ev.end -= 0x200000;
	ev.from = AT;
	line("moved-away", ev, "moved away from here to 0x7f0000201000");
	ev = range(MMA_EVENT_COPIED, MMA_SITE_FORK, 1);
	ev.from_mm = 5;
	line("copied-here", ev, "copied from the parent, address space 5");
	ev.from_mm = 7;
	ev.mm = 9;
	line("copied-away", ev, "copied to a child, address space 9");

	ev = range(MMA_EVENT_MERGED, EVENT_NO_SITE, 1);
	ev.told_was = EVENT_VMA_FACTS;
	ev.letters_was = 1 << 24 | 1 << 1;
	ev.letters_is = 1 << 1 | 1 << 11;
	ev.from = 0x7f0000500000;
	line("merged", ev, "merged with the mapping at 0x7f0000500000, which lacks VM_SOFTDIRTY, which has VM_LOCKED");
	ev.start = AT + 0x2000;
	line("merged-with-it", ev, "merged with the mapping at 0x7f0000402000; flags before: wr lo");
	ev.told_was = 0;
	ev.kind = MMA_EVENT_MAP;
	line("mapping-before-unseen", ev, "flags now: wr lo");
	ev.kind = MMA_EVENT_GROWN;
	line("grown", ev, "the mapping at 0x7f0000500000 grew to here; flags: wr lo");
	ev = range(MMA_EVENT_BORN, EVENT_NO_SITE, 1);
	ev.number = 812;
	line("exec", ev, "the address space of process 812 begins, by exec");
	check(!strcmp(tell_event_task(&ev, (char[PAST_TEXT_LEN]){ 0 }), "pid 812"), "task-without-name", "named");
	memcpy(ev.comm, "ks\033md", 6);
	check(!strcmp(tell_event_task(&ev, (char[PAST_TEXT_LEN]){ 0 }), "ks\\x1bmd[812]"), "task-with-name", "another name");
	ev.kind = 60;
	line("unknown", ev, "of a kind only a newer mmaudit knows (60)");
}

/* The line that says since when nothing is missing stands where it belongs in time. */
static __u32 unordered, cpu;

static void printed(const char *name, __u64 begins_ns, const char *wanted)
{
	struct event ev[] = { event(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, 100, 0, PRESENT | WRITE),
			      event(MMA_EVENT_ENTRY, MMA_SITE_WP_REUSE, 500, PRESENT, PRESENT | WRITE) };
	char *text;
	size_t size;
	struct past_sheet s = { open_memstream(&text, &size), 0, 80 };
	struct past past;

	if (!s.f || past_find_at(&past, (struct place){ 7, AT }, ev, 2, 10))
		abort();
	past.begins_ns = begins_ns;
	past.unordered = unordered;
	past.ev[1].cpu = cpu;
	print_past(&s, &past, &syms);
	fclose(s.f);
	check(!strcmp(text, wanted), name, "'%s', not '%s'", text, wanted);
	past_free(&past);
	free(text);
}

static void begins(void)
{
	printed("begins-before", NOW - 99000000,
		"    [    0.901000] history begins\n"
		"    [    0.910000] pid 812 anon-fault: first mapped: writable\n"
		"    [    0.950000] pid 812 wp-reuse: writable 0 -> 1\n");
	printed("begins-between", NOW - 70000000,
		"    [    0.910000] pid 812 anon-fault: first mapped: writable\n"
		"    [    0.930000] nothing is missing from here on\n"
		"    [    0.950000] pid 812 wp-reuse: writable 0 -> 1\n");
	printed("begins-after", NOW,
		"    [    0.910000] pid 812 anon-fault: first mapped: writable\n"
		"    [    0.950000] pid 812 wp-reuse: writable 0 -> 1\n"
		"    [    1.000000] nothing is missing from here on\n");
	unordered = 1;
	printed("unordered-one-cpu", NOW - 99000000,
		"    [    0.901000] history begins\n"
		"    [    0.910000] pid 812 anon-fault: first mapped: writable\n"
		"    [    0.950000] pid 812 wp-reuse: writable 0 -> 1\n");
	cpu = 5;
	printed("unordered", NOW - 99000000,
		"    [    0.901000] history begins\n"
		"    [    0.910000] pid 812 anon-fault: first mapped: writable\n"
		"    [    0.950000] pid 812 wp-reuse: writable 0 -> 1\n"
		"                     -- the kernel does not trust the counters of its CPUs to be\n"
		"                     in step: events of different CPUs may have happened in\n"
		"                     another order --\n");
	unordered = 0;
	printed("ordered", NOW - 99000000,
		"    [    0.901000] history begins\n"
		"    [    0.910000] pid 812 anon-fault: first mapped: writable\n"
		"    [    0.950000] pid 812 wp-reuse: writable 0 -> 1\n");
}

/* What is told of no event at all, and of another page at the same address; of mappings there is no other page. */
static void told(const char *name, struct event *ev, size_t nr, size_t most, const char *wanted)
{
	char *text;
	size_t size;
	struct past_sheet s = { open_memstream(&text, &size), 0, 80 };
	struct past past;

	if (!s.f || past_find_at(&past, (struct place){ 7, AT }, ev, nr, most))
		abort();
	print_past(&s, &past, &syms);
	fclose(s.f);
	check(!strcmp(text, wanted), name, "'%s', not '%s'", text, wanted);
	past_free(&past);
	free(text);
}

static void pages(void)
{
	struct event ev[] = { event(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, 100, PRESENT, PRESENT | WRITE),
			      event(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, 500, 0, PRESENT | WRITE) };

	told("other-page", ev, 2, 10,
	     "    [    0.000000] history begins\n"
	     "    [    0.910000] pid 812 anon-fault: writable 0 -> 1\n"
	     "                     -- the page that is asked for; above, others at the same\n"
	     "                     address --\n"
	     "    [    0.950000] pid 812 anon-fault: first mapped: writable\n");
	told("none-wanted", ev, 2, 0,
	     "    [    0.000000] history begins\n"
	     "                     there is more: --history=N keeps N events\n");
	ev[0].kind = MMA_EVENT_MAP;
	ev[0].site = EVENT_NO_SITE;
	ev[0].told_was = ev[0].told_is = 0;
	told("no-other-page", ev, 2, 10,
	     "    [    0.000000] history begins\n"
	     "    [    0.910000] pid 812 mapping changed: flags now:\n"
	     "    [    0.950000] pid 812 anon-fault: first mapped: writable\n");
}

/* A step is marked if it did it, and not if something did it afterwards. */
static void marked(const char *name, size_t nr, const char *wanted, const char *json)
{
	const struct record rec = violation(MMA_SITE_MIGRATION, MMA_POINT_MIGRATE, MMA_RULE_SOFT_DIRTY, SWAP, PRESENT | WRITE);
	struct event ev[] = { event(MMA_EVENT_OUT, MMA_SITE_UNMAP, 950, PRESENT | WRITE | SD, SWAP | SD), range(MMA_EVENT_RANGE, MMA_SITE_CLEAR_REFS, 968) };
	struct json_object *obj;
	struct past past;
	char *text;
	size_t size;
	struct past_sheet s = { open_memstream(&text, &size), 0, 80 };

	if (!s.f || past_find(&past, &rec, ev, nr, 100))
		abort();
	print_past(&s, &past, &syms);
	fclose(s.f);
	check(wanted ? !!strstr(text, wanted) : !strchr(text, '>'), name, "'%s'", text);
	obj = json_of_past(&past, &rec, &syms);
	check(!!strstr(json_object_to_json_string(obj), json), name, "'%s'", json_object_to_json_string(obj));
	json_object_put(obj);
	past_free(&past);
	free(text);
}

static void marks(void)
{
	marked("marked-that-did-it", 2, "  > [    0.996800] pid 812 clear-refs: ", "\"event\": 1, \"after\": null");
	marked("not-marked-that-came-before", 1, NULL, "\"event\": null, \"after\": 0");
}

/* ---- a process that has exited ---- */

static struct event born(__u64 counter, __u32 number, __u32 tid, __u32 mm)
{
	struct event ev = range(MMA_EVENT_BORN, EVENT_NO_SITE, counter);

	ev.number = number;
	ev.tid = tid;
	ev.mm = mm;
	return ev;
}

static struct event by(struct event ev, __u32 tid)
{
	ev.tid = tid;
	return ev;
}

static void exited(const char *name, const struct event *ev, size_t nr, __u32 pid, size_t wanted, __u32 wanted_mm)
{
	__u32 mm = 99;
	const size_t got = past_of_exited(ev, nr, pid, &mm);

	check(got == wanted && mm == wanted_mm, name, "%zu events of address space %u, not %zu of %u", got, mm, wanted, wanted_mm);
}

static void number_used_again(void)
{
	const struct event touched = event(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, 200, 0, PRESENT | WRITE);
	const struct event ev[] = {
		born(100, 800, 700, 7), by(touched, 800), born(250, 801, 700, 8), by(touched, 2),
		by(range(MMA_EVENT_COPIED, MMA_SITE_FORK, 300), 700), by(born(310, 802, 700, 9), 700), by(touched, 700), born(400, 900, 700, 7),
		by(touched, 900),
	};
	const struct event idle[] = { born(100, 800, 700, 7), born(400, 900, 700, 7) };

	exited("exited-alone", ev, 4, 800, 4, 7);
	exited("exited-number-used-again", ev, 9, 800, 4, 7);
	exited("exited-second", ev, 9, 900, 9, 7);
	exited("exited-other", ev, 9, 801, 9, 8);
	exited("exited-unknown", ev, 9, 803, 0, 0);
	exited("exited-did-nothing", idle, 2, 800, 1, 7);
}

int main(void)
{
	sentences();
	marks();
	begins();
	pages();
	number_used_again();
	lines();
	symbols_free(&syms);
	return check_done();
}
