// SPDX-License-Identifier: GPL-2.0
/* rejudge_test.c - what today's rules make of recorded facts. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "rejudge.h"
#include "rule.h"
#include "sites.h"

#define RULE(name)	(1U << MMA_RULE_##name)

/* A moved entry of anonymous memory, under all locks. */
static struct record moved(__u32 broken)
{
	struct record rec;
	struct mma_decision *d = &rec.decision;

	memset(&rec, 0, sizeof(rec));
	d->hdr.type = MMA_REC_DECISION;
	d->site = MMA_SITE_MREMAP;
	d->level = MMA_LEVEL_PTE;
	d->broken = broken;
	d->old_facts = MMA_F_PTE_PRESENT | MMA_F_PTE_DIRTY | MMA_F_PTE_SOFT_DIRTY;
	d->facts = MMA_F_PTE_PRESENT | MMA_F_PTE_DIRTY | MMA_F_VMA_WRITE | MMA_F_VMA_ANON | MMA_F_PAGE | MMA_F_PAGE_ANON |
		   MMA_F_PAGE_EXCL | MMA_F_LOCK_PTL | MMA_F_LOCK_MM | MMA_F_KERN_EXCL | MMA_F_KERN_SOFT_DIRTY | MMA_F_MOVED;
	d->refs = d->maps = 1;
	d->fault_would = MMA_FAULT_REUSE;
	return rec;
}

static void is(const char *name, struct record rec, __u32 same, __u32 gone, __u32 new)
{
	struct rejudged j = rejudge(arch_of(0), &rec, ~0U);

	check(j.same == same && j.gone == gone && j.new == new, name, "same %#x gone %#x new %#x, not %#x %#x %#x",
	      j.same, j.gone, j.new, same, gone, new);
}

static struct record with(struct record rec, __u64 facts)
{
	rec.decision.facts |= facts;
	return rec;
}

static struct record unseen(struct record rec)
{
	rec.decision.flags |= MMA_DEC_OLD_UNKNOWN;
	rec.decision.old_facts = 0;
	return rec;
}

static void test_kept(void)
{
	const __u32 lost = RULE(LOST_SOFT_DIRTY);

	is("kept-same", moved(lost), lost, 0, 0);
	is("kept-new", moved(0), 0, 0, lost);
	is("kept-gone", with(moved(lost), MMA_F_VMA_SOFTDIRTY), 0, lost, 0);
	is("kept-unseen-same", unseen(moved(lost)), lost, 0, 0);
	is("kept-unseen-gone", unseen(with(moved(lost), MMA_F_VMA_SOFTDIRTY)), 0, lost, 0);
	/* The module has compared with more than the one entry that the record has. */
	is("kept-more-marks", with(moved(RULE(LOST_UFFD_WP)), MMA_F_KEEPS | MMA_F_VMA_UFFD_WP), RULE(LOST_UFFD_WP), 0, lost);
}

static struct record but_for(struct record rec, __u32 exempt)
{
	rec.decision.exempt = exempt;
	return rec;
}

static struct record unlocked(struct record rec)
{
	rec.decision.facts &= ~MMA_F_LOCK_MM;
	return rec;
}

static void test_state(void)
{
	const struct record clean = with(moved(0), MMA_F_VMA_SOFTDIRTY | MMA_F_PTE_WRITE);
	struct record readonly = clean, untracked = with(moved(RULE(LOST_SOFT_DIRTY)), MMA_F_PTE_WRITE);

	is("state-sound", clean, 0, 0, 0);
	readonly.decision.facts &= ~MMA_F_VMA_WRITE;
	is("state-new", readonly, 0, 0, RULE(VM_WRITE));
	is("state-not-final", unlocked(readonly), 0, 0, 0);
	readonly.decision.broken = RULE(VM_WRITE) | RULE(KSM);
	is("state-each-rule", readonly, RULE(VM_WRITE), RULE(KSM), 0);
	is("state-not-exempt", untracked, RULE(LOST_SOFT_DIRTY), 0, RULE(SOFT_DIRTY));
	is("state-exempt", but_for(untracked, RULE(SOFT_DIRTY)), RULE(LOST_SOFT_DIRTY), 0, 0);
	readonly.decision.broken = 1U << 31;
	is("state-of-newer", readonly, 1U << 31, 0, RULE(VM_WRITE));
}

static struct record back(__u64 old, __u32 broken)
{
	struct record rec = with(moved(broken), MMA_F_PAGE_SAME | MMA_F_VMA_SOFTDIRTY);

	rec.decision.old_facts = old;
	return rec;
}

/* A page that came back as exclusive: its swap or migration entry must have been. */
static void test_exclusive(void)
{
	const __u32 excl = RULE(SWAP_EXCL);

	is("excl-new", back(MMA_F_PTE_SWAP, 0), 0, 0, excl);
	is("excl-same", back(MMA_F_PTE_SWAP, excl), excl, 0, 0);
	is("excl-sound", back(MMA_F_PTE_SWAP | MMA_F_PTE_SWP_EXCL, 0), 0, 0, 0);
}

static struct record flagged(struct record rec, __u16 flags)
{
	rec.decision.flags |= flags;
	return rec;
}

/* What the module did not compare is not compared here. */
static void test_not_compared(void)
{
	const __u32 lost = RULE(LOST_UFFD_WP);
	struct record rec = with(moved(0), MMA_F_KEEPS | MMA_F_VMA_UFFD_WP | MMA_F_VMA_SOFTDIRTY);

	rec.decision.old_facts |= MMA_F_PTE_UFFD_WP;
	is("compared", rec, 0, 0, lost);
	is("not-compared", flagged(rec, MMA_DEC_NOT_COMPARED), 0, 0, 0);
	is("judged-later", flagged(rec, MMA_DEC_CONFIRMED), 0, 0, 0);
}

static void test_piped(void)
{
	struct record rec = with(moved(0), MMA_F_PTE_WRITE | MMA_F_VMA_SOFTDIRTY);

	rec.decision.piped = 1;
	is("piped", rec, 0, 0, RULE(PIPED));
}

static void test_filter(void)
{
	const struct record rec = moved(0);
	struct rejudged j = rejudge(arch_of(0), &rec, RULE(KSM));

	check(!j.new, "not-asked", "new %#x", j.new);
}

static void test_fault(void)
{
	struct record rec = moved(0);
	struct rejudged j = rejudge(arch_of(0), &rec, ~0U);

	check(j.fault_then == MMA_FAULT_REUSE && j.fault_now == MMA_FAULT_REUSE, "fault-same", "%u %u", j.fault_then, j.fault_now);
	rec.decision.facts &= ~MMA_F_PAGE_EXCL;
	rec.decision.refs = 5;
	j = rejudge(arch_of(0), &rec, ~0U);
	check(j.fault_now == MMA_FAULT_COPY, "fault-changed", "%u", j.fault_now);
	rec.decision.old_facts = 0;			/* the old entry decides, not the new one */
	j = rejudge(arch_of(0), &rec, ~0U);
	check(j.fault_now == MMA_FAULT_NONE, "fault-of-old", "%u", j.fault_now);
}

static __u8 fault_at(struct record rec, __u8 site, __u64 new_entry)
{
	rec.decision.site = site;
	rec.decision.old_entry = 0x1001;
	rec.decision.new_entry = new_entry;
	return rejudge(arch_of(0), &rec, ~0U).fault_now;
}

/* The facts are of the copy, which may be written; but it was a copy that the fault made. */
static void test_fault_of_copy(void)
{
	struct record rec = moved(0), marked;

	check(fault_at(rec, MMA_SITE_WP_COPY, 0x2001) == MMA_FAULT_COPY, "fault-of-copy", "no copy");
	check(fault_at(rec, MMA_SITE_HUGETLB, 0x2001) == MMA_FAULT_COPY, "fault-of-hugetlb-copy", "no copy");
	check(fault_at(rec, MMA_SITE_HUGETLB, 0x1003) == MMA_FAULT_REUSE, "fault-of-hugetlb-reuse", "a copy");
	check(fault_at(rec, MMA_SITE_KSM, 0x2001) == MMA_FAULT_REUSE, "fault-of-no-fault", "a copy");
	marked = rec;
	marked.decision.facts |= MMA_F_VMA_UFFD_WP;
	marked.decision.old_facts |= MMA_F_PTE_UFFD_WP;
	check(fault_at(marked, MMA_SITE_WP_COPY, 0x2001) == MMA_FAULT_UFFD, "fault-of-marked", "not stopped");
	rec.decision.old_facts = MMA_F_PTE_SWAP;
	check(fault_at(rec, MMA_SITE_WP_COPY, 0x2001) == MMA_FAULT_NONE, "fault-of-absent", "a copy");
}

static struct record finding(__u8 level, __u32 broken, __u64 facts)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.finding = (struct mma_finding){ .hdr.type = MMA_REC_FINDING, .level = level, .broken = broken, .facts = facts };
	return rec;
}

static void test_findings(void)
{
	const __u64 ksm = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | MMA_F_VMA_WRITE | MMA_F_VMA_SOFTDIRTY | MMA_F_PAGE | MMA_F_PAGE_KSM,
		    prot = MMA_F_VMA_PROT_WRITE | MMA_F_VMA_WRITE;

	is("finding-same", finding(MMA_LEVEL_PTE, RULE(KSM), ksm), RULE(KSM), 0, 0);
	is("finding-gone", finding(MMA_LEVEL_PTE, RULE(KSM), ksm & ~MMA_F_PAGE_KSM), 0, RULE(KSM), 0);
	is("finding-new", finding(MMA_LEVEL_PTE, 0, ksm), 0, 0, RULE(KSM));
	is("finding-mapping", finding(MMA_LEVEL_NONE, RULE(VMA_PROT), prot), RULE(VMA_PROT), 0, 0);
	is("finding-entry-of-it", finding(MMA_LEVEL_PTE, 0, prot | ksm), 0, 0, RULE(KSM));
}

int main(void)
{
	test_kept();
	test_state();
	test_exclusive();
	test_not_compared();
	test_piped();
	test_filter();
	test_fault();
	test_fault_of_copy();
	test_findings();
	return check_done();
}
