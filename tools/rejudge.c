// SPDX-License-Identifier: GPL-2.0
/* rejudge.c - module/rule.h asked again about recorded facts. */
#include "decode.h"
#include "rejudge.h"
#include "rule.h"
#include "sites.h"

#define RULE(name)	(1U << MMA_RULE_##name)
#define ENTRY_FACTS	((1ULL << 10) - 1)	/* the PTE_* bits of MMA_FACTS */

static const __u32 known_rules = 0
#define X(id, name, severity, text, kernels, where) | 1U << (id)
	MMA_RULES(X)
#undef X
	;

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

/* The rules on the entry as it was found. */
static __u32 check_state(__u64 f, __u32 piped)
{
	return mma_check(f) | mma_check_holders(f, piped);
}

/* Those that compare it with the entry before, which is not done for what is judged later. */
static __u32 check_kept(const struct mma_decision *d)
{
	if (d->flags & MMA_DEC_CONFIRMED)
		return 0;
	return mma_check_kept(d->flags & MMA_DEC_NOT_COMPARED ? 0 : d->old_facts, d->facts);
}

/* As fault_would() of module/record.c. */
static int is_copy(const struct arch *arch, const struct mma_decision *d)
{
	const int huge = d->level > MMA_LEVEL_PTE;

	if (!(d->old_facts & MMA_F_PTE_PRESENT))
		return 0;
	return d->site == MMA_SITE_WP_COPY ||
	       (d->site == MMA_SITE_HUGETLB && arch_pfn(arch, d->old_entry, huge) != arch_pfn(arch, d->new_entry, huge));
}

static __u8 fault_now(const struct arch *arch, const struct mma_decision *d)
{
	enum mma_fault would;

	if (d->flags & MMA_DEC_OLD_UNKNOWN)
		return mma_fault(d->facts & ~MMA_F_PTE_WRITE, d->refs, d->maps);
	would = mma_fault((d->facts & ~ENTRY_FACTS) | d->old_facts, d->refs, d->maps);
	return is_copy(arch, d) ? mma_fault_copied(would) : would;
}

static struct rejudged rejudge_decision(const struct arch *arch, const struct mma_decision *d, __u32 rules)
{
	const __u64 f = d->facts;
	const __u32 state = check_state(f, d->piped), asked = mma_final(f) & rules & ~d->exempt;
	struct rejudged r = { .fault_then = d->fault_would };

	compare(&r, d->broken, (state | check_kept(d)) & asked, state | may_break(d->old_facts, f));
	r.fault_now = fault_now(arch, d);
	return r;
}

/* VMA_PROT is judged for a mapping as a whole, and nothing else is. */
static struct rejudged rejudge_finding(const struct mma_finding *fi, __u32 rules)
{
	const __u32 prot = mma_prot_wrong(fi->facts) ? RULE(VMA_PROT) : 0;
	const __u32 now = fi->level == MMA_LEVEL_NONE ? prot : check_state(fi->facts, fi->piped) & ~RULE(VMA_PROT);
	struct rejudged r = { 0 };

	compare(&r, fi->broken, now & rules, now);
	return r;
}

struct rejudged rejudge(const struct arch *arch, const struct record *rec, __u32 rules)
{
	if (rec->hdr.type == MMA_REC_FINDING)
		return rejudge_finding(&rec->finding, rules);
	return rejudge_decision(arch, &rec->decision, rules);
}
