/* SPDX-License-Identifier: GPL-2.0 */
/* quiet.h - was anything at work on a mm that may rightly clear marks? quiet.c says what makes that exact. */
#ifndef MMA_QUIET_H
#define MMA_QUIET_H

#include <linux/types.h>

#include "rule.h"

struct mm_struct;

#define MMA_MARKS	(MMA_F_PTE_UFFD_WP | MMA_F_PTE_SOFT_DIRTY)	/* what a rewrite must keep */

/*
 * Taken before the first look. held: mmap_lock is, or the lock of the vma in question.
 * 0: the mm is not quiet, or a point that is needed to know it is off.
 */
u32 mma_quiet_token(struct mm_struct *mm, bool held);
/* The same token for a function that ends one gather of its own between the looks. */
u32 mma_quiet_expect_end(u32 token);
/* The same for a fill (UFFDIO_COPY and the like), with the lock held. */
u32 mma_quiet_fill_token(struct mm_struct *mm);
/*
 * MMA_F_KEEPS if nothing else was at work since. Asked with the entry's page-table
 * lock held, after the entry was read. lost: marks that are gone; if nobody can judge
 * that, it is counted.
 */
u64 mma_quiet_keeps(struct mm_struct *mm, u32 token, u64 lost);

/* The same for who reports nothing: true if nothing else was at work since. */
bool mma_quiet_held(struct mm_struct *mm, u32 token);

/* For the handlers of what may clear marks: it begins and ends, or has begun under mmap_lock for writing. */
void mma_quiet_begin(const struct mm_struct *mm);
void mma_quiet_end(const struct mm_struct *mm);
void mma_quiet_count(const struct mm_struct *mm);
void mma_quiet_protects(const struct mm_struct *mm, bool begins);	/* UFFDIO_RWPROTECT of current */
bool mma_quiet_is_protecting(const struct mm_struct *mm);
void mma_quiet_fill_begin(const struct mm_struct *mm);
void mma_quiet_fill_end(const struct mm_struct *mm);

/*
 * The part of struct mmu_gather that is read, which sites.h and MMA_ARGS_PROT of
 * compat.h say, too: no header shows it to modules.
 */
struct mma_gather {
	struct mm_struct *mm;
#ifdef CONFIG_MMU_GATHER_TABLE_FREE
	void *batch;
#endif
	unsigned long start, end;	/* what tlb_finish_mmu() will flush; nothing yet if end is not above start */
};

void mma_quiet_gather_begin(const struct mm_struct *mm, struct mma_gather *tlb);
void mma_quiet_gather_again(const struct mm_struct *mm, struct mma_gather *tlb);
void mma_quiet_gather_end(struct mma_gather *tlb);
void mma_quiet_reset(void);	/* gathers are watched again */

#endif /* MMA_QUIET_H */
