/* SPDX-License-Identifier: GPL-2.0 */
/* quiet.h - was anything at work on a mm that may rightly clear marks? quiet.c says what makes that exact. */
#ifndef MMA_QUIET_H
#define MMA_QUIET_H

#include <linux/types.h>

#include "rule.h"

struct mm_struct;

#define MMA_MARKS	(MMA_F_PTE_UFFD_WP | MMA_F_PTE_SOFT_DIRTY)	/* what a rewrite must keep */

u32 mma_quiet_token(struct mm_struct *mm, bool held);
u32 mma_quiet_fill_token(struct mm_struct *mm);
u64 mma_quiet_keeps(struct mm_struct *mm, u32 token, u64 lost);

/* For the handlers of what may clear marks. */
void mma_quiet_begin(const struct mm_struct *mm);
void mma_quiet_end(const struct mm_struct *mm);
void mma_quiet_count(const struct mm_struct *mm);
void mma_quiet_fill_begin(const struct mm_struct *mm);
void mma_quiet_fill_end(const struct mm_struct *mm);

/* struct mmu_gather, which modules are not shown: what sites.h says is read of it. */
struct mma_gather {
	struct mm_struct *mm;
};

void mma_quiet_gather_begin(const struct mm_struct *mm, struct mma_gather *tlb);
void mma_quiet_gather_end(struct mma_gather *tlb);
void mma_quiet_reset(void);

#endif /* MMA_QUIET_H */
