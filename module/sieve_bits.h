/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sieve_bits.h - which bits of an entry tell that it is sound, derived from the
 * rules. Pure, for tests/unit/rule_oracle.c, too, which compares it with them;
 * wants mma_raw_bits() before it: the bits that stand for PTE_* facts.
 */
#ifndef MMA_SIEVE_BITS_H
#define MMA_SIEVE_BITS_H

#include "rule.h"

/* Sound is an entry that has `value` under `mask`. */
struct mma_pass {
	__u64 mask, value;
};

/*
 * Of a mapping, by the kind of page that an entry maps: MMA_KIND_ANON, MMA_KIND_FILE.
 * It knows nothing of a moment's own demands, MMA_F_NEED_*.
 */
struct mma_sieve {
	struct mma_pass anon, file;
};

static inline int mma_passes(struct mma_pass p, __u64 raw)
{
	return (raw & p.mask) == p.value;
}

static inline struct mma_pass mma_pass_none(void)
{
	return (struct mma_pass){ 0, ~0ULL };
}

/* A writable entry that also has these PTE_* facts. What is protected, special or marked is left to the judge. */
static inline struct mma_pass mma_pass_with(__u64 needs)
{
	const __u64 has = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | needs;
	const __u64 lacks = MMA_F_PTE_PROTNONE | MMA_F_PTE_SPECIAL | MMA_F_PTE_UFFD_WP;

	return (struct mma_pass){ mma_raw_bits(has | lacks), mma_raw_bits(has) };
}

/* Of a kind of page in the mapping that f tells of. A driver's entries may have no struct page to tell its kind. */
static inline struct mma_pass mma_pass_of(__u64 f, __u64 kind)
{
	__u64 needs = mma_needs(f | kind);

	return needs == ~0ULL || f & MMA_F_VMA_RAW ? mma_pass_none() : mma_pass_with(needs);
}

static inline struct mma_sieve mma_sieve_for(__u64 f)
{
	return (struct mma_sieve){ mma_pass_of(f, MMA_KIND_ANON), mma_pass_of(f, MMA_KIND_FILE) };
}

#endif /* MMA_SIEVE_BITS_H */
