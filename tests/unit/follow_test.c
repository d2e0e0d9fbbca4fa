// SPDX-License-Identifier: GPL-2.0
/*
 * follow_test.c - which events are of a page, and which of them broke a rule: the two-step bugs of docs/findings.md as lists of
 * events, with what is innocent beside them.
 */
#include <stdlib.h>
#include <string.h>

#include "blame.h"
#include "check.h"

#define PAGE	0x1000ULL
#define AT	0x7f0000400000ULL	/* the page that is asked for */
#define MM	7
#define MS	1000000ULL

#define PRESENT	MMA_F_PTE_PRESENT
#define WRITE	MMA_F_PTE_WRITE
#define DIRTY	MMA_F_PTE_DIRTY
#define SD	MMA_F_PTE_SOFT_DIRTY
#define WP	MMA_F_PTE_UFFD_WP
#define SWAP	MMA_F_PTE_SWAP
#define VSD	MMA_F_VMA_SOFTDIRTY
#define VWRITE	MMA_F_VMA_WRITE
#define VWP	MMA_F_VMA_UFFD_WP
#define VPROT	MMA_F_VMA_PROT_WRITE

static struct event list[4096];
static size_t nr;

static struct event *add(unsigned int kind, unsigned int site, __u64 start, __u64 end)
{
	struct event *ev = &list[nr];

	*ev = (struct event){ .counter = nr + 1, .time_ns = (nr + 1) * MS, .kind = kind, .site = site, .mm = MM, .start = start, .end = end, .tid = 812 };
	nr++;
	return ev;
}

static struct event *entry(unsigned int kind, unsigned int site, __u64 addr, __u64 was, __u64 is)
{
	struct event *ev = add(kind, site, addr, addr + PAGE);

	ev->was = was;
	ev->is = is;
	ev->told_was = ev->told_is = EVENT_PTE_FACTS;
	ev->level = MMA_LEVEL_PTE;
	return ev;
}

static struct event *touch(__u64 addr)
{
	return entry(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, addr, 0, PRESENT | WRITE | DIRTY | SD);
}

static struct event *range(unsigned int site, __u64 start, unsigned int pages)
{
	return add(MMA_EVENT_RANGE, site, start, start + pages * PAGE);
}

static struct event *map(unsigned int kind, __u64 start, unsigned int pages, __u64 was, __u64 is)
{
	struct event *ev = add(kind, EVENT_NO_SITE, start, start + pages * PAGE);

	ev->was = was;
	ev->is = is;
	ev->told_was = ev->told_is = EVENT_VMA_FACTS;
	return ev;
}

static struct event *moved(unsigned int site, __u64 to, __u64 from, unsigned int pages)
{
	struct event *ev = add(MMA_EVENT_MOVED, site, to, to + pages * PAGE);

	ev->from = from;
	ev->from_mm = MM;
	return ev;
}

/* 11 pages around AT, of which each neighbour has a life like that of AT, but for what is told here. */
static void neighbours(void)
{
	for (int i = -5; i <= 5; i++)
		touch(AT + i * PAGE);
}

/* ---- what is asked ---- */

static struct trail trail;
static struct blame b;

static struct blame *ask_at(__u64 until, __u32 rule, __u64 facts, const struct event *last)
{
	const struct verdict_on wrong = { rule, facts, last };

	trail_free(&trail);
	if (follow(list, nr, (struct place){ MM, AT }, until, 4096, &trail) || blame(&trail, &wrong, &b))
		abort();
	nr = 0;
	return &b;
}

/* By a sweep that finds it now. */
static struct blame *ask(__u32 rule, __u64 facts)
{
	return ask_at(~0ULL, rule, facts, NULL);
}

/* By the newest event, which is a decision. */
static struct blame *ask_last(__u32 rule, __u64 facts)
{
	const struct event last = list[nr - 1];

	return ask_at(last.counter, rule, facts | last.is, &last);
}

static const struct event *by(void)
{
	return b.step ? b.step->ev : NULL;
}

static void says(const char *name, enum blame_how how, const struct event *ev, __u64 lost, __u64 gained, enum blame_while at)
{
	check(b.how == how && by() == ev && b.lost == lost && b.gained == gained && b.at == at, name,
	      "how %d (wanted %d), event %ld (wanted %ld), lost %llx (%llx), gained %llx (%llx), while %d (%d)", b.how, how,
	      by() ? (long)(by() - list) : -1L, ev ? (long)(ev - list) : -1L, (unsigned long long)b.lost, (unsigned long long)lost,
	      (unsigned long long)b.gained, (unsigned long long)gained, b.at, at);
}

/* ---- clear_refs and a migration entry ---- */

static void migration(void)
{
	struct event *cr, *ev;

	neighbours();
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP | SD);
	cr = range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-of-migrating-page", BLAME_STEP, cr, SD, 0, WHILE_MIGRATING);

	neighbours();
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP | SD);
	ev = entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP | SD, PRESENT | WRITE);
	cr = range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
	{
		const struct event last = *ev;

		ask_at(ev->counter, MMA_RULE_SOFT_DIRTY, PRESENT | WRITE, &last);
	}
	says("clear-refs-that-ended-later", BLAME_STEP, cr, SD, 0, WHILE_MIGRATING);

	neighbours();
	cr = range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP | SD);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-that-began-before", BLAME_STEP, cr, SD, 0, WHILE_MIGRATING);

	neighbours();
	ev = entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP | SD);
	range(MMA_SITE_CLEAR_REFS, AT + PAGE, 5);
	range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 5);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-of-neighbours-only", BLAME_BETWEEN, ev, SD, 0, WHILE_MIGRATING);

	cr = range(MMA_SITE_CLEAR_REFS, AT, 1);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-begins-the-history", BLAME_LIKELY, cr, SD | VSD, 0, WHILE_MIGRATING);

	/* A clear_refs that ended later has nothing to do with what was no migration entry. */
	ev = entry(MMA_EVENT_ENTRY, MMA_SITE_NUMA, AT, PRESENT, PRESENT | WRITE);
	ev->told_was = 0;
	range(MMA_SITE_CLEAR_REFS, AT, 3);
	{
		const struct event last = *ev;

		ask_at(ev->counter, MMA_RULE_SOFT_DIRTY, PRESENT | WRITE, &last);
	}
	says("clear-refs-that-came-later", BLAME_LIKELY, ev, SD, 0, WHILE_UNKNOWN);

	/* The folio has several pages: both ways are told of a range. */
	neighbours();
	ev = range(MMA_SITE_UNMAP, AT - 3 * PAGE, 7);
	ev->was = PRESENT | WRITE;
	ev->is = SWAP;
	cr = range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
	ev = range(MMA_SITE_MIGRATION, AT - 3 * PAGE, 7);
	ev->was = SWAP;
	ev->is = PRESENT;
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-of-migrating-folio", BLAME_STEP, cr, SD, 0, WHILE_MIGRATING);

	/* The mapping has one page: clear_refs is told of its entry. */
	touch(AT);
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP | SD);
	cr = entry(MMA_EVENT_ENTRY, MMA_SITE_CLEAR_REFS, AT, SWAP | SD, SWAP);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-of-one-migrating-page", BLAME_STEP, cr, SD, 0, WHILE_MIGRATING);

	/* A swap entry has no write bit: clear_refs may clear it, and who grants at swap-in is to blame. */
	touch(AT);
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP | SD);
	range(MMA_SITE_CLEAR_REFS, AT, 3);
	ev = entry(MMA_EVENT_BACK, MMA_SITE_SWAP_IN, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-of-swapped-page-is-innocent", BLAME_STEP, ev, 0, WRITE, WHILE_SWAPPED);

	/* A restore of what clear_refs had made read-only before is innocent: the next call granted. */
	neighbours();
	range(MMA_SITE_CLEAR_REFS, AT, 1);
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | DIRTY, SWAP);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | DIRTY);
	ev = entry(MMA_EVENT_ENTRY, MMA_SITE_NUMA, AT, PRESENT | DIRTY, PRESENT | WRITE | DIRTY);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("restore-of-read-only-is-innocent", BLAME_STEP, ev, 0, WRITE, WHILE_PRESENT);
}

/* An unmap that reads the entry without its lock, before and after: soft-dirty went meanwhile, perhaps by another. */
static struct event *out_beside(__u64 is)
{
	struct event *ev = entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, is);

	ev->told_was &= ~SD;
	return ev;
}

static void beside_an_unmap(void)
{
	struct event *cr, *ev;

	/* A migration entry has lost it, for the page comes back writable: clear_refs leaves nothing present so. */
	neighbours();
	out_beside(SWAP);
	cr = range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-beside-an-unmap", BLAME_STEP, cr, SD, 0, WHILE_MIGRATING);

	neighbours();
	cr = range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
	out_beside(SWAP);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-told-before-the-unmap", BLAME_STEP, cr, SD, 0, WHILE_MIGRATING);

	neighbours();
	out_beside(SWAP);
	ev = entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	cr = range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
	{
		const struct event last = *ev;

		ask_at(ev->counter, MMA_RULE_SOFT_DIRTY, PRESENT | WRITE, &last);
	}
	says("clear-refs-beside-unmap-and-restore", BLAME_STEP, cr, SD, 0, WHILE_MIGRATING);

	/* Who did it is not recorded; the unmap is not blamed for that. */
	touch(AT);
	ev = out_beside(SWAP);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("unknown-beside-an-unmap", BLAME_BETWEEN, ev, SD, 0, WHILE_MIGRATING);

	/* Nothing else was at work: the unmap did it. */
	touch(AT);
	ev = entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | WRITE);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("unmap-alone", BLAME_STEP, ev, SD, 0, WHILE_PRESENT);

	/* The same of a restore. */
	touch(AT);
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP | SD);
	ev = entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP | SD, PRESENT | WRITE);
	ev->told_was &= ~SD;
	cr = range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
	{
		const struct event last = *ev;

		ask_at(ev->counter, MMA_RULE_SOFT_DIRTY, PRESENT | WRITE, &last);
	}
	says("clear-refs-beside-a-restore", BLAME_STEP, cr, SD, 0, WHILE_MIGRATING);

	/* It comes back read-only: clear_refs found it present. Nobody is to blame but who grants later. */
	touch(AT);
	out_beside(SWAP);
	range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP, PRESENT | DIRTY);
	ev = entry(MMA_EVENT_ENTRY, MMA_SITE_NUMA, AT, PRESENT | DIRTY, PRESENT | WRITE | DIRTY);
	ask_last(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-before-an-unmap-is-innocent", BLAME_STEP, ev, 0, WRITE, WHILE_PRESENT);
}

/* ---- what becomes of mappings ---- */

static void mappings(void)
{
	struct event *ev;

	map(MMA_EVENT_MAP, AT - 5 * PAGE, 5, VWRITE | VSD, VWRITE);		/* cleared: the neighbour is tracked */
	entry(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, AT, 0, PRESENT);
	entry(MMA_EVENT_ENTRY, MMA_SITE_MPROTECT, AT, PRESENT, PRESENT | WRITE);	/* in a VM_SOFTDIRTY mapping: sound */
	ev = map(MMA_EVENT_MERGED, AT - 5 * PAGE, 11, VWRITE | VSD, VWRITE);
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("merge-drops-softdirty", BLAME_STEP, ev, VSD, 0, WHILE_PRESENT);

	entry(MMA_EVENT_ENTRY, MMA_SITE_MPROTECT, AT, PRESENT, PRESENT | WRITE);
	ev = map(MMA_EVENT_MERGED, AT - 5 * PAGE, 11, VWRITE | VSD, VWRITE);
	map(MMA_EVENT_MERGED, AT - 7 * PAGE, 13, VWRITE, VWRITE);
	map(MMA_EVENT_DIVIDED, AT - 7 * PAGE, 17, VWRITE, VWRITE);
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("later-merges-are-innocent", BLAME_STEP, ev, VSD, 0, WHILE_PRESENT);

	ev = map(MMA_EVENT_MERGED, AT - 5 * PAGE, 11, VWRITE | VSD | VPROT, VWRITE | VPROT);
	map(MMA_EVENT_MERGED, AT + PAGE, 11, VWRITE | VSD | VPROT, VWRITE | VPROT);	/* beside */
	ask(MMA_RULE_VMA_PROT, VWRITE | VPROT);
	says("page-prot-of-a-merged-mapping", BLAME_STEP, ev, VSD, 0, WHILE_EMPTY);

	touch(AT);
	entry(MMA_EVENT_ENTRY, MMA_SITE_UFFD_WP, AT, PRESENT | WRITE | SD, PRESENT | WP | SD);
	ev = map(MMA_EVENT_MAP, AT, 3, VWRITE | VWP, VWRITE);
	entry(MMA_EVENT_ENTRY, MMA_SITE_ANON_FAULT, AT + PAGE, 0, PRESENT | WRITE | SD);
	ask(MMA_RULE_STRAY_UFFD_WP, PRESENT | WP | VWRITE);
	says("unregister-leaves-the-mark", BLAME_STEP, ev, VWP, 0, WHILE_PRESENT);

	/* What was not VM_SOFTDIRTY before is not for a moment in between either: the flags are stored anew. */
	ev = entry(MMA_EVENT_ENTRY, MMA_SITE_MPROTECT, AT, PRESENT, PRESENT | WRITE);
	map(MMA_EVENT_MERGED, AT, 3, VWRITE, VWRITE | VSD);
	map(MMA_EVENT_MAP, AT - 5 * PAGE, 11, 0, VWRITE)->told_was = 0;
	map(MMA_EVENT_MAP, AT - 5 * PAGE, 11, 0, VWRITE)->told_was = 0;
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("merge-of-what-was-tracked-is-innocent", BLAME_STEP, ev, 0, WRITE, WHILE_PRESENT);

	/* A fresh mapping, of which nothing is recorded, takes over a neighbour; then whoever did that stores the flags. */
	range(MMA_SITE_ZAP, AT, 1)->kind = MMA_EVENT_ZAPPED;
	ev = map(MMA_EVENT_MERGED, AT + PAGE, 5, VWRITE, VWRITE | VSD);
	ev->from = AT;
	map(MMA_EVENT_MAP, AT, 6, 0, VWRITE)->told_was = 0;
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("merge-that-takes-over", BLAME_STEP, ev, VSD, 0, WHILE_PRESENT);

	/* The same where no probe sees that flags are stored: madvise, mlock. */
	ev = map(MMA_EVENT_MERGED, AT + PAGE, 5, VWRITE, VWRITE | VSD | VPROT);
	ev->from = AT;
	ask(MMA_RULE_VMA_PROT, VWRITE | VPROT);
	says("merge-and-flags-unseen", BLAME_STEP, ev, VSD, 0, WHILE_EMPTY);

	/* Nothing at all is recorded of what was mapped after an older mapping was given up: that is innocent. */
	map(MMA_EVENT_MAP, AT, 3, 0, 0);
	ev = range(MMA_SITE_ZAP, AT, 1);
	ev->kind = MMA_EVENT_ZAPPED;
	ask(MMA_RULE_VMA_PROT, VWRITE | VPROT);
	says("zap-is-innocent", BLAME_BETWEEN, ev, 0, VPROT, WHILE_UNKNOWN);

	range(MMA_SITE_ZAP, AT, 1)->kind = MMA_EVENT_ZAPPED;
	ev = range(MMA_SITE_NUMA, AT, 3);
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("after-a-zap", BLAME_LIKELY, ev, 0, WRITE, WHILE_PRESENT);

	map(MMA_EVENT_MAP, AT, 3, 0, VWRITE | VSD);
	range(MMA_SITE_ZAP, AT, 1)->kind = MMA_EVENT_ZAPPED;
	ev = map(MMA_EVENT_GROWN, AT - PAGE, 3, 0, VWRITE);
	ev->told_was = 0;
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("growth-with-its-flags", BLAME_LIKELY, ev, VSD, 0, WHILE_UNKNOWN);

	/* A fresh neighbour made the mapping VM_SOFTDIRTY; what was granted then is not recorded, until the flags are stored anew. */
	map(MMA_EVENT_MAP, AT, 1, 0, VWRITE)->told_was = 0;
	entry(MMA_EVENT_ENTRY, MMA_SITE_CLEAR_REFS, AT, PRESENT | WRITE | SD, PRESENT);
	map(MMA_EVENT_MERGED, AT + PAGE, 1, 0, VWRITE)->from = AT;
	ev = map(MMA_EVENT_MAP, AT, 3, 0, VWRITE);
	ev->told_was = 0;
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("merge-of-what-a-neighbour-untracked", BLAME_LIKELY, ev, VSD, 0, WHILE_PRESENT);

	/* The same, of which not even the merge is recorded. */
	map(MMA_EVENT_MAP, AT, 1, 0, VWRITE)->told_was = 0;
	entry(MMA_EVENT_ENTRY, MMA_SITE_CLEAR_REFS, AT, PRESENT | WRITE | SD, PRESENT);
	ev = map(MMA_EVENT_MAP, AT, 3, 0, VWRITE);
	ev->told_was = 0;
	map(MMA_EVENT_DIVIDED, AT - PAGE, 5, VWRITE, VWRITE);
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("flags-stored-after-an-unseen-merge", BLAME_LIKELY, ev, VSD, 0, WHILE_PRESENT);

	/* What was changed after that is seen. */
	map(MMA_EVENT_MAP, AT, 3, 0, VWRITE)->told_was = 0;
	ev = entry(MMA_EVENT_ENTRY, MMA_SITE_MPROTECT, AT, PRESENT | WRITE | SD, PRESENT);
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("flags-stored-before-the-entry", BLAME_BETWEEN, ev, 0, WRITE, WHILE_PRESENT);

	/* A mapping that grows twice over the same place: the second time it takes over what was mapped there. */
	range(MMA_SITE_ZAP, AT, 1)->kind = MMA_EVENT_ZAPPED;
	map(MMA_EVENT_GROWN, AT - PAGE, 3, 0, VWRITE)->told_was = 0;
	ev = map(MMA_EVENT_GROWN, AT - PAGE, 3, 0, VWRITE);
	ev->told_was = 0;
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("growth-over-a-mapping", BLAME_LIKELY, ev, VSD, 0, WHILE_UNKNOWN);

	/* The decision has read the flags of the mapping: they had been changed before. */
	ev = range(MMA_SITE_UFFD_WP, AT, 3);
	entry(MMA_EVENT_ENTRY, MMA_SITE_HUGETLB, AT, PRESENT | WP, PRESENT | WP);
	ask_last(MMA_RULE_STRAY_UFFD_WP, PRESENT | WP | VWRITE);
	says("unregistered-unseen", BLAME_BETWEEN, ev, VWP, 0, WHILE_PRESENT);

	/* A fault that came before says nothing of those flags: they may have been changed before it. */
	ev = range(MMA_SITE_UFFD_WP, AT, 3);
	entry(MMA_EVENT_ENTRY, MMA_SITE_HUGETLB, AT, PRESENT | WP, PRESENT | WP)->tid = 813;
	entry(MMA_EVENT_ENTRY, MMA_SITE_HUGETLB, AT, PRESENT | WP, PRESENT | WP);
	ask_last(MMA_RULE_STRAY_UFFD_WP, PRESENT | WP | VWRITE);
	says("unregistered-unseen-before-a-fault", BLAME_BETWEEN, ev, VWP, 0, WHILE_PRESENT);

	/* The mapping that took over stands behind. */
	ev = map(MMA_EVENT_MERGED, AT - 3 * PAGE, 3, VWRITE, VWRITE | VSD);
	ev->from = AT;
	map(MMA_EVENT_MAP, AT - 3 * PAGE, 6, 0, VWRITE)->told_was = 0;
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("merge-with-what-is-before", BLAME_STEP, ev, VSD, 0, WHILE_PRESENT);

	/* Another merge, far away, and one of which nothing shows that it is of this mapping. */
	map(MMA_EVENT_MERGED, AT - 13 * PAGE, 3, VWRITE, VWRITE | VSD)->from = AT - 17 * PAGE;
	map(MMA_EVENT_MERGED, AT - 3 * PAGE, 3, VWRITE, VWRITE | VSD)->from = AT;
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE);
	says("other-merges", BLAME_NONE, NULL, 0, 0, WHILE_UNKNOWN);

	/* clear_refs says by storing the flags that the mapping was VM_SOFTDIRTY; what was granted then is not recorded. */
	entry(MMA_EVENT_ENTRY, MMA_SITE_CLEAR_REFS, AT, PRESENT | WRITE | SD, PRESENT);
	ev = map(MMA_EVENT_MAP, AT, 3, 0, VWRITE);
	ev->told_was = 0;
	{
		struct event last = *range(MMA_SITE_CLEAR_REFS, AT, 3);

		last.kind = MMA_EVENT_ENTRY;
		last.is = PRESENT | WRITE;
		last.told_is = EVENT_PTE_FACTS;
		ask_at(last.counter, MMA_RULE_SOFT_DIRTY, PRESENT | WRITE | VWRITE, &last);
	}
	says("clear-refs-of-pinned-page-unseen", BLAME_STEP, ev, VSD, 0, WHILE_UNKNOWN);

	touch(AT);
	ev = map(MMA_EVENT_MAP, AT, 3, VWRITE | VSD, VSD);
	ask(MMA_RULE_VM_WRITE, PRESENT | WRITE | VSD);
	says("mprotect-leaves-it-writable", BLAME_STEP, ev, VWRITE, 0, WHILE_PRESENT);
}

/* ---- what loses a mark itself ---- */

static void by_itself(void)
{
	static const struct {
		const char *name;
		unsigned int kind, site, rule;
		__u64 was, is;
	} rows[] = {
		{ "ksm-uffd-wp", MMA_EVENT_ENTRY, MMA_SITE_KSM, MMA_RULE_LOST_UFFD_WP, PRESENT | WP | SD, PRESENT },
		{ "ksm-softdirty", MMA_EVENT_ENTRY, MMA_SITE_KSM, MMA_RULE_LOST_SOFT_DIRTY, PRESENT | SD, PRESENT },
		{ "reclaim-shared-softdirty", MMA_EVENT_OUT, MMA_SITE_UNMAP, MMA_RULE_LOST_SOFT_DIRTY, PRESENT | WRITE | SD, 0 },
		{ "thp-split-softdirty", MMA_EVENT_ENTRY, MMA_SITE_SPLIT, MMA_RULE_LOST_SOFT_DIRTY, PRESENT | SD, PRESENT },
		{ "collapse-softdirty", MMA_EVENT_ENTRY, MMA_SITE_COLLAPSE, MMA_RULE_LOST_SOFT_DIRTY, PRESENT | SD, PRESENT },
		{ "uprobe-softdirty", MMA_EVENT_ENTRY, MMA_SITE_UPROBE, MMA_RULE_LOST_SOFT_DIRTY, PRESENT | SD, PRESENT },
		{ "uprobe-uffd-wp", MMA_EVENT_ENTRY, MMA_SITE_UPROBE, MMA_RULE_LOST_UFFD_WP, PRESENT | WP, PRESENT },
		{ "swapoff-softdirty", MMA_EVENT_BACK, MMA_SITE_SWAPOFF, MMA_RULE_LOST_SOFT_DIRTY, SWAP | SD, PRESENT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const __u64 mark = rows[i].rule == MMA_RULE_LOST_UFFD_WP ? WP : SD;
		struct event *ev;

		neighbours();
		range(MMA_SITE_CLEAR_REFS, AT - 5 * PAGE, 11);
		range(MMA_SITE_UFFD_WP, AT, 2);
		entry(MMA_EVENT_ENTRY, MMA_SITE_WP_REUSE, AT, PRESENT, rows[i].was);
		entry(rows[i].kind, rows[i].site, AT + PAGE, rows[i].was, rows[i].is);
		ev = entry(rows[i].kind, rows[i].site, AT, rows[i].was, rows[i].is);
		ask_last(rows[i].rule, 0);
		says(rows[i].name, BLAME_STEP, ev, mark, 0, rows[i].was & SWAP ? WHILE_SWAPPED : WHILE_PRESENT);
	}
}

static void others(void)
{
	const __u64 table = 0x7f0000800000ULL;
	struct event *ev, last;

	/* A page table moved as a whole: the range is recorded, its entry is in the decision alone. */
	touch(table + (AT & 0x1fffff));
	ev = moved(MMA_SITE_MREMAP, AT & ~0x1fffffULL, table, 512);
	last = *ev;
	last.kind = MMA_EVENT_ENTRY;
	last.was = PRESENT | WRITE | DIRTY | SD;
	last.is = PRESENT | WRITE | DIRTY;
	last.told_was = last.told_is = EVENT_PTE_FACTS;
	ask_at(ev->counter, MMA_RULE_LOST_SOFT_DIRTY, last.is, &last);
	says("mremap-table", BLAME_STEP, ev, SD, 0, WHILE_PRESENT);

	/* Written out while its entry was a migration entry. */
	touch(AT);
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP | SD);
	ev = range(MMA_SITE_WRITEBACK, AT, 1);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP | SD, PRESENT | WRITE | SD);
	ask_last(MMA_RULE_DIRTY, 0);
	says("migrate-writeout", BLAME_STEP, ev, MMA_F_PAGE_DIRTY, 0, WHILE_MIGRATING);

	touch(AT);
	ev = entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, AT, PRESENT | WRITE | DIRTY | SD, SWAP | SD);
	entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP | SD, PRESENT | WRITE | SD);
	ask_last(MMA_RULE_DIRTY, 0);
	says("migrate-writeout-not-recorded", BLAME_BETWEEN, ev, MMA_F_PAGE_DIRTY, 0, WHILE_MIGRATING);

	/* Of a mapping that nobody tracks nothing is recorded, but migration was asked to put back a page that is clean. */
	last = *entry(MMA_EVENT_BACK, MMA_SITE_MIGRATION, AT, SWAP | SD, PRESENT | WRITE | SD);
	nr = 0;
	ask_at(1, MMA_RULE_DIRTY, last.is, &last);
	says("migrate-writeout-of-untracked", BLAME_BETWEEN, NULL, MMA_F_PAGE_DIRTY, 0, WHILE_MIGRATING);

	/* Un-protecting grants what soft-dirty wanted to see. */
	touch(AT);
	range(MMA_SITE_CLEAR_REFS, AT, 3);
	range(MMA_SITE_UFFD_WP, AT, 3);
	range(MMA_SITE_CLEAR_REFS, AT, 3);
	ev = range(MMA_SITE_UFFD_UNWP, AT, 3);
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("unwp-grants", BLAME_STEP, ev, 0, WRITE, WHILE_PRESENT);

	/* clear_refs left a pinned page writable. */
	map(MMA_EVENT_GROWN, AT - PAGE, 5, VWRITE, VWRITE | VSD);
	entry(MMA_EVENT_ENTRY, MMA_SITE_MPROTECT, AT, PRESENT, PRESENT | WRITE);
	ev = range(MMA_SITE_CLEAR_REFS, AT - PAGE, 5);
	last = *ev;
	last.kind = MMA_EVENT_ENTRY;
	last.was = last.is = PRESENT | WRITE;
	last.told_was = last.told_is = EVENT_PTE_FACTS;
	ask_at(ev->counter, MMA_RULE_SOFT_DIRTY, PRESENT | WRITE, &last);
	says("clear-refs-of-pinned-page", BLAME_STEP, ev, VSD, 0, WHILE_PRESENT);

	/* The same found by a sweep: what clear_refs should have done is not believed. */
	map(MMA_EVENT_GROWN, AT - PAGE, 5, VWRITE, VWRITE | VSD);
	entry(MMA_EVENT_ENTRY, MMA_SITE_MPROTECT, AT, PRESENT, PRESENT | WRITE);
	ev = range(MMA_SITE_CLEAR_REFS, AT - PAGE, 5);
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("clear-refs-of-pinned-page-swept", BLAME_STEP, ev, VSD, 0, WHILE_PRESENT);

	/* UFFDIO_MOVE took the mark of a swapped page along: what was protected was watched. */
	entry(MMA_EVENT_ENTRY, MMA_SITE_UFFD_WP, table, PRESENT | WRITE | SD, PRESENT | SD | WP);
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, table, PRESENT | SD | WP, SWAP | SD | WP);
	ev = moved(MMA_SITE_UFFD_MOVE, AT, table, 1);
	entry(MMA_EVENT_BACK, MMA_SITE_SWAP_IN, AT, SWAP | SD | WP, PRESENT | SD | WP);
	ask_last(MMA_RULE_STRAY_UFFD_WP, VWRITE | VSD);
	says("move-takes-a-known-mark-along", BLAME_STEP, ev, VWP, 0, WHILE_SWAPPED);

	/* The same, of which the beginning is not recorded. */
	entry(MMA_EVENT_OUT, MMA_SITE_UNMAP, table, PRESENT | WP, SWAP | WP);
	ev = moved(MMA_SITE_UFFD_MOVE, AT, table, 3);
	entry(MMA_EVENT_BACK, MMA_SITE_SWAP_IN, AT, SWAP | WP, PRESENT | WP);
	ask_last(MMA_RULE_STRAY_UFFD_WP, VWRITE);
	says("move-takes-the-mark-along", BLAME_LIKELY, ev, VWP | MMA_F_VMA_UFFD_RWP, 0, WHILE_SWAPPED);

	/* A child of fork has an entry that is writable still. */
	touch(AT);
	ev = add(MMA_EVENT_COPIED, MMA_SITE_FORK, AT - PAGE, AT + 3 * PAGE);
	ev->from_mm = 5;
	list[0].mm = 5;
	ask(MMA_RULE_ANON_EXCL, PRESENT | WRITE);
	says("fork-shares-what-is-writable", BLAME_STEP, ev, 0, 0, WHILE_PRESENT);

	/* And one whose mark nobody watches: fork itself is asked. */
	range(MMA_SITE_UFFD_WP, AT, 3)->mm = 5;
	ev = add(MMA_EVENT_COPIED, MMA_SITE_FORK, AT - PAGE, AT + 3 * PAGE);
	ev->from_mm = 5;
	last = *ev;
	last.kind = MMA_EVENT_ENTRY;
	last.was = 0;
	last.is = PRESENT | WP;
	last.told_was = last.told_is = EVENT_PTE_FACTS;
	ask_at(ev->counter, MMA_RULE_STRAY_UFFD_WP, PRESENT | WP | VWRITE, &last);
	says("fork-copies-the-mark-alone", BLAME_STEP, ev, VWP, WP, WHILE_EMPTY);

	/* About a moment, not about a state. */
	touch(AT);
	ev = entry(MMA_EVENT_ENTRY, MMA_SITE_WP_COPY, AT, PRESENT, PRESENT | WRITE | SD);
	ask_last(MMA_RULE_STALE_TLB, 0);
	says("moment-is-the-last-event", BLAME_STEP, ev, 0, 0, WHILE_PRESENT);

	last = (struct event){ .counter = 7, .time_ns = 7 * MS, .kind = MMA_EVENT_ENTRY, .site = MMA_SITE_KSM, .mm = MM, .start = AT, .end = AT + PAGE,
			       .was = PRESENT | WP, .is = PRESENT, .told_was = EVENT_PTE_FACTS, .told_is = EVENT_PTE_FACTS };
	ask_at(last.counter, MMA_RULE_LOST_UFFD_WP, PRESENT, &last);
	says("decision-without-history", BLAME_STEP, NULL, WP, 0, WHILE_PRESENT);
	ask(MMA_RULE_SOFT_DIRTY, PRESENT | WRITE);
	says("nothing-recorded", BLAME_NONE, NULL, 0, 0, WHILE_UNKNOWN);
}

int main(void)
{
	migration();
	beside_an_unmap();
	mappings();
	by_itself();
	others();
	trail_free(&trail);
	return check_done();
}
