/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sieve_bits.h - which bits of an entry show that it is sound, derived from the rules.
 * Pure, so that tests/unit/rule_oracle.c can compare it with the rules. Whoever
 * includes it defines two functions before: mma_raw_bits(), the bits of an entry that tell
 * PTE_* facts, and mma_raw_ones(), those of them that are set if the facts are so.
 */
#ifndef MMA_SIEVE_BITS_H
#define MMA_SIEVE_BITS_H

#include "rule.h"

/* An entry is sound if its bits under `mask` are `value`. */
struct mma_pass {
	__u64 mask, value;
};

/*
 * What makes an entry of a mapping sound, by the kind of page it maps: MMA_KIND_ANON
 * or MMA_KIND_FILE. Demands of the moment, MMA_F_NEED_*, are not in it.
 */
struct mma_sieve {
	struct mma_pass anon, file;
	struct mma_pass wrong;		/* a marked entry, read-only or not, whose mark is wrong here */
};

static inline int mma_passes(struct mma_pass p, __u64 raw)
{
	return (raw & p.mask) == p.value;
}

static inline struct mma_pass mma_pass_none(void)
{
	return (struct mma_pass){ 0, ~0ULL };
}

/* A writable entry that also has these PTE_* facts. PROT_NONE, special and marked entries never pass. */
static inline struct mma_pass mma_pass_with(__u64 needs)
{
	const __u64 has = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | needs;
	const __u64 lacks = MMA_F_PTE_PROTNONE | MMA_F_PTE_SPECIAL | MMA_F_PTE_UFFD_WP;

	return (struct mma_pass){ mma_raw_bits(has | lacks), mma_raw_ones(has) };
}

/* For one kind of page in a mapping with the facts f. A driver's entries may have no struct page that tells the kind. */
static inline struct mma_pass mma_pass_of(__u64 f, __u64 kind)
{
	__u64 needs = mma_needs(f | kind);

	return needs == ~0ULL || f & MMA_F_VMA_RAW ? mma_pass_none() : mma_pass_with(needs);
}

/* Any marked entry, only one that is not PROT_NONE, or none. */
static inline struct mma_pass mma_pass_wrong(__u64 f)
{
	const __u64 marked = MMA_F_PTE_PRESENT | MMA_F_PTE_UFFD_WP, bit = mma_raw_ones(MMA_F_PTE_UFFD_WP);

	if (!mma_check_mark(f | marked))
		return mma_pass_none();
	if (mma_check_mark(f | marked | MMA_F_PTE_PROTNONE))
		return (struct mma_pass){ bit, bit };
	return (struct mma_pass){ mma_raw_bits(marked | MMA_F_PTE_PROTNONE), mma_raw_ones(marked) };
}

static inline struct mma_sieve mma_sieve_for(__u64 f)
{
	return (struct mma_sieve){ mma_pass_of(f, MMA_KIND_ANON), mma_pass_of(f, MMA_KIND_FILE), mma_pass_wrong(f) };
}

#endif /* MMA_SIEVE_BITS_H */
