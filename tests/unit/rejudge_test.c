// SPDX-License-Identifier: GPL-2.0
/* rejudge_test.c - a recorded entry as facts, and what today's rules make of recorded facts. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "rejudge.h"
#include "rule.h"
#include "sites.h"

#define RULE(name)	(1U << MMA_RULE_##name)

static const struct entry_form before_6_7 = { 0 }, today = { 1 };

static void facts_are(const char *name, __u64 got, __u64 want)
{
	check(got == want, name, "%#llx, not %#llx", (unsigned long long)got, (unsigned long long)want);
}

/* Entries as x86-64 writes them. */
static void test_entries(void)
{
	const __u64 kernel = MMA_F_KERN_EXCL, marker = 31ULL << 59;

	facts_are("entry-none", entry_facts(0, MMA_LEVEL_PTE, kernel, &today), 0);
	facts_are("entry-present", entry_facts(0x8000000012345867, MMA_LEVEL_PTE, kernel, &today),
		  MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | MMA_F_PTE_DIRTY | MMA_F_PTE_SOFT_DIRTY);
	facts_are("entry-uffd-special", entry_facts(0x12345625, MMA_LEVEL_PTE, kernel, &today),
		  MMA_F_PTE_PRESENT | MMA_F_PTE_UFFD_WP | MMA_F_PTE_SPECIAL);
	facts_are("entry-protnone", entry_facts(0x12345100, MMA_LEVEL_PTE, kernel, &today), MMA_F_PTE_PRESENT | MMA_F_PTE_PROTNONE);
	facts_are("entry-global", entry_facts(0x12345101, MMA_LEVEL_PTE, kernel, &today), MMA_F_PTE_PRESENT);
	facts_are("entry-huge", entry_facts(0x122000e7, MMA_LEVEL_PMD, kernel, &today),
		  MMA_F_PTE_PRESENT | MMA_F_PTE_HUGE | MMA_F_PTE_WRITE | MMA_F_PTE_DIRTY);
	facts_are("entry-split", entry_facts(0x12200080, MMA_LEVEL_PMD, kernel, &today), MMA_F_PTE_PRESENT | MMA_F_PTE_HUGE);
	facts_are("entry-swap", entry_facts(0x0800000012345e0e, MMA_LEVEL_PTE, kernel, &today),
		  MMA_F_PTE_SWAP | MMA_F_PTE_SOFT_DIRTY | MMA_F_PTE_UFFD_WP | MMA_F_PTE_SWP_EXCL);
	facts_are("entry-swap-shared", entry_facts(0x0800000012345600, MMA_LEVEL_PTE, kernel, &today), MMA_F_PTE_SWAP);
	facts_are("entry-huge-migration", entry_facts(0xc800000012345600, MMA_LEVEL_PMD, kernel, &today),
		  MMA_F_PTE_HUGE | MMA_F_PTE_SWAP | MMA_F_PTE_SWP_EXCL);
	/* The offset is inverted: of a marker with bit 0 alone all others are set, 50 bits from bit 9 on. */
	facts_are("entry-marker", entry_facts(marker | 0x07fffffffffffc00, MMA_LEVEL_PTE, kernel, &today),
		  MMA_F_PTE_SWAP | MMA_F_PTE_UFFD_WP);
	facts_are("entry-guard", entry_facts(marker | 0x07fffffffffff600, MMA_LEVEL_PTE, kernel, &today), MMA_F_PTE_SWAP);
	facts_are("entry-no-marker", entry_facts(marker | 0x07fffffffffffc00, MMA_LEVEL_PTE, 0, &today), MMA_F_PTE_SWAP);
	facts_are("entry-58-before", entry_facts(1ULL << 58 | 1, MMA_LEVEL_PTE, kernel, &before_6_7),
		  MMA_F_PTE_PRESENT | MMA_F_PTE_SPECIAL);
	facts_are("entry-58-today", entry_facts(1ULL << 58 | 1, MMA_LEVEL_PTE, kernel, &today), MMA_F_PTE_PRESENT | MMA_F_PTE_DIRTY);
	facts_are("entry-57-today", entry_facts(1ULL << 57 | 1, MMA_LEVEL_PTE, kernel, &today),
		  MMA_F_PTE_PRESENT | MMA_F_PTE_SPECIAL);
}

static void test_form(void)
{
	check(!entry_form_of("6.1.0-30-amd64").saved_dirty, "form-6.1", "it is new");
	check(!entry_form_of("5.10.0").saved_dirty, "form-5.10", "it is new");
	check(entry_form_of("6.7.1").saved_dirty, "form-6.7", "it is old");
	check(entry_form_of("7.2").saved_dirty, "form-7.2", "it is old");
	check(entry_form_of("nonsense").saved_dirty, "form-unknown", "it is old");
}

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
	d->old_entry = 0x12345867;			/* soft-dirty */
	d->new_entry = 0x12345065;
	d->facts = MMA_F_PTE_PRESENT | MMA_F_PTE_DIRTY | MMA_F_VMA_WRITE | MMA_F_VMA_ANON | MMA_F_PAGE | MMA_F_PAGE_ANON |
		   MMA_F_PAGE_EXCL | MMA_F_LOCK_PTL | MMA_F_LOCK_MM | MMA_F_KERN_EXCL | MMA_F_KERN_SOFT_DIRTY | MMA_F_MOVED;
	d->refs = d->maps = 1;
	d->fault_would = MMA_FAULT_REUSE;
	return rec;
}

static void is(const char *name, struct record rec, __u32 same, __u32 gone, __u32 new)
{
	struct rejudged j = rejudge(&rec, &today, ~0U);

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
	rec.decision.old_entry = 0;
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

static struct record at(struct record rec, __u8 site)
{
	rec.decision.site = site;
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
	is("state-exempt", at(untracked, MMA_SITE_FORK), RULE(LOST_SOFT_DIRTY), 0, 0);
	readonly.decision.broken = 1U << 31;
	is("state-of-newer", readonly, 1U << 31, 0, RULE(VM_WRITE));
}

static struct record back(__u64 old, __u32 broken)
{
	struct record rec = with(moved(broken), MMA_F_PAGE_SAME | MMA_F_VMA_SOFTDIRTY);

	rec.decision.old_entry = old;
	return rec;
}

/* A page that came back as exclusive: its swap entry must have been; whether a migration entry was is not known. */
static void test_exclusive(void)
{
	const __u32 excl = RULE(SWAP_EXCL);

	is("excl-new", back(0x0800000012345600, 0), 0, 0, excl);
	is("excl-sound", back(0x0800000012345608, 0), 0, 0, 0);
	is("excl-migration", back(0xc800000012345600, 0), 0, 0, 0);
	is("excl-migration-same", back(0xc800000012345600, excl), excl, 0, 0);
}

static void test_filter(void)
{
	const struct record rec = moved(0);
	struct rejudged j = rejudge(&rec, &today, RULE(KSM));

	check(!j.new, "not-asked", "new %#x", j.new);
}

static void test_fault(void)
{
	struct record rec = moved(0);
	struct rejudged j = rejudge(&rec, &today, ~0U);

	check(j.fault_then == MMA_FAULT_REUSE && j.fault_now == MMA_FAULT_REUSE, "fault-same", "%u %u", j.fault_then, j.fault_now);
	rec.decision.facts &= ~MMA_F_PAGE_EXCL;
	rec.decision.refs = 5;
	j = rejudge(&rec, &today, ~0U);
	check(j.fault_now == MMA_FAULT_COPY, "fault-changed", "%u", j.fault_now);
	rec.decision.old_entry = 0;			/* the old entry decides, not the new one */
	j = rejudge(&rec, &today, ~0U);
	check(j.fault_now == MMA_FAULT_NONE, "fault-of-old", "%u", j.fault_now);
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
	test_entries();
	test_form();
	test_kept();
	test_state();
	test_exclusive();
	test_filter();
	test_fault();
	test_findings();
	return check_done();
}
