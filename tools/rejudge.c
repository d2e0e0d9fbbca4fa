// SPDX-License-Identifier: GPL-2.0
/* rejudge.c - module/rule.h asked again about recorded facts. */
#include <stdio.h>

#include "rejudge.h"
#include "rule.h"
#include "sites.h"

struct entry_form entry_form_of(const char *release)
{
	unsigned int major = 0, minor = 0;

	if (sscanf(release, "%u.%u", &major, &minor) != 2)
		return (struct entry_form){ 1 };
	return (struct entry_form){ major > 6 || (major == 6 && minor >= 7) };
}

/* ---- an entry as facts: arch/x86/include/asm/pgtable_types.h ---- */

static __u64 fact(__u64 entry, unsigned int bit, __u64 fact)
{
	return entry >> bit & 1 ? fact : 0;
}

/*
 * A marker of userfaultfd has the highest swap type, and bit 0 of its offset, which is inverted, is set: __swp_offset() of
 * pgtable_64.h, PTE_MARKER_UFFD_WP of include/linux/swapops.h (5.19). Before there were no markers.
 */
static __u64 marker_facts(__u64 entry, __u64 facts)
{
	const int is_marker = (facts & MMA_F_KERN_EXCL) && decode_swap_type(entry) == 31;

	return is_marker && !(entry >> 9 & 1) ? MMA_F_PTE_UFFD_WP : 0;
}

/*
 * An entry of a swap file has a bit for it. Of migration and device entries the type says it, whose number depends on how the
 * kernel was configured: from MAX_SWAPFILES of include/linux/swap.h on, which is 23 or more. They count as exclusive, so
 * SWAP_EXCL is never new for them; where it was found, it stays.
 */
static __u64 exclusive(__u64 entry)
{
	const unsigned int type = decode_swap_type(entry);

	return type >= 23 && type < 31 ? MMA_F_PTE_SWP_EXCL : fact(entry, 3, MMA_F_PTE_SWP_EXCL);
}

static __u64 swap_facts(__u64 entry, __u64 facts)
{
	return MMA_F_PTE_SWAP | fact(entry, 1, MMA_F_PTE_SOFT_DIRTY) | fact(entry, 2, MMA_F_PTE_UFFD_WP) | exclusive(entry) |
	       marker_facts(entry, facts);
}

static __u64 present_facts(__u64 entry, const struct entry_form *form)
{
	const int is_protnone = (entry >> 8 & 1) && !(entry & 1);

	return MMA_F_PTE_PRESENT | (is_protnone ? MMA_F_PTE_PROTNONE : 0) | fact(entry, 1, MMA_F_PTE_WRITE) |
	       fact(entry, 6, MMA_F_PTE_DIRTY) | fact(entry, 58, form->saved_dirty ? MMA_F_PTE_DIRTY : MMA_F_PTE_SPECIAL) |
	       fact(entry, 57, form->saved_dirty ? MMA_F_PTE_SPECIAL : 0) | fact(entry, 9, MMA_F_PTE_SPECIAL) |
	       fact(entry, 10, MMA_F_PTE_UFFD_WP) | fact(entry, 11, MMA_F_PTE_SOFT_DIRTY);
}

/* As pte_present() and pmd_present(): a huge entry that is being split has PSE without PRESENT. */
static int is_present(__u64 entry, int is_huge)
{
	return (entry & 1) || (entry >> 8 & 1) || (is_huge && (entry >> 7 & 1));
}

__u64 entry_facts(__u64 entry, __u8 level, __u64 facts, const struct entry_form *form)
{
	const int is_huge = level > MMA_LEVEL_PTE;

	if (!entry || level == MMA_LEVEL_NONE)
		return 0;
	return (is_huge ? MMA_F_PTE_HUGE : 0) |
	       (is_present(entry, is_huge) ? present_facts(entry, form) : swap_facts(entry, facts));
}

/* ---- rules ---- */

#define RULE(name)	(1U << MMA_RULE_##name)
#define ENTRY_FACTS	((1ULL << 10) - 1)	/* the PTE_* bits of MMA_FACTS */

static const __u32 kept_rules = 0
#define X(id, name, severity, text, kernels, where) | 1U << (id)
	MMA_KEPT_RULES(X)
#undef X
	;

static const __u32 known_rules = 0
#define X(id, name, severity, text, kernels, where) | 1U << (id)
	MMA_RULES(X)
#undef X
	;

/*
 * What the module does not judge at a site, because the path copies or resolves what was there already: `exempt` of
 * module/site_fork.c, site_prot.c and site_thp.c, `fresh` of site_uffd.c.
 */
static __u32 exempt(__u8 site)
{
	switch (site) {
	case MMA_SITE_FORK:
		return RULE(SOFT_DIRTY) | RULE(DIRTY) | RULE(VMA_PROT);
	case MMA_SITE_UFFD_UNWP:
	case MMA_SITE_UFFD_WP:
		return RULE(LOST_UFFD_WP);
	case MMA_SITE_UFFD_FILL:
	case MMA_SITE_UFFD_MOVE:
		return kept_rules;
	}
	return 0;
}

/* The rules that some entry before could have broken: the recorded one with all marks, or any if it was not seen. */
static __u32 may_break(__u64 old, __u64 f)
{
	const __u64 marks = MMA_F_PTE_SOFT_DIRTY | MMA_F_PTE_UFFD_WP;
	const __u64 others[] = { old | marks, marks, MMA_F_PTE_PRESENT | marks, MMA_F_PTE_PRESENT | MMA_F_PTE_HUGE | marks,
		MMA_F_PTE_SWAP | marks };
	__u32 broken = mma_check_kept(old, f);

	for (unsigned int i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		broken |= mma_check_kept(others[i], f);
	return broken;
}

static void compare(struct rejudged *r, __u32 then, __u32 must, __u32 may)
{
	r->same = then & (may | ~known_rules);	/* of a newer module: its word is all there is */
	r->gone = then & ~may & known_rules;
	r->new = must & ~then;
}

static struct rejudged rejudge_decision(const struct mma_decision *d, const struct entry_form *form, __u32 rules)
{
	const int known = !(d->flags & MMA_DEC_OLD_UNKNOWN);
	const __u64 f = d->facts, old = known ? entry_facts(d->old_entry, d->level, f, form) : 0;
	const __u32 state = mma_check(f), asked = mma_final(f) & rules & ~exempt(d->site);
	struct rejudged r = { .fault_then = d->fault_would };

	compare(&r, d->broken, (state | mma_check_kept(old, f)) & asked, state | may_break(old, f));
	r.fault_now = mma_fault(known ? (f & ~ENTRY_FACTS) | old : f & ~MMA_F_PTE_WRITE, d->refs, d->maps);
	return r;
}

/* VMA_PROT is judged for a mapping as a whole, and nothing else is. */
static struct rejudged rejudge_finding(const struct mma_finding *fi, __u32 rules)
{
	const __u32 prot = mma_prot_wrong(fi->facts) ? RULE(VMA_PROT) : 0;
	const __u32 now = fi->level == MMA_LEVEL_NONE ? prot : mma_check(fi->facts) & ~RULE(VMA_PROT);
	struct rejudged r = { 0 };

	compare(&r, fi->broken, now & rules, now);
	return r;
}

struct rejudged rejudge(const struct record *rec, const struct entry_form *form, __u32 rules)
{
	if (rec->hdr.type == MMA_REC_FINDING)
		return rejudge_finding(&rec->finding, rules);
	return rejudge_decision(&rec->decision, form, rules);
}
