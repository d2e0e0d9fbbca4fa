/* SPDX-License-Identifier: GPL-2.0 */
/* flush.h - does a write fault owe a TLB flush to userfaultfd? flush.c says what makes the answer exact. */
#ifndef MMA_FLUSH_H
#define MMA_FLUSH_H

#include <linux/types.h>

struct mm_struct;
struct mma_gather;

/* For the handlers of a gather that write-protects [start, end) of mm, and of the end of any gather. */
void mma_flush_begin(struct mm_struct *mm, struct mma_gather *tlb, unsigned long start, unsigned long end);
void mma_flush_end(struct mma_gather *tlb);
void mma_flush_reset(void);	/* ends are watched again */

/* At the begin of a fault in a VM_UFFD_WP mapping; write: of one that must flush before it copies. */
void mma_flush_look(struct mm_struct *mm, unsigned long addr, bool write);
/* Whether this task, which is about to put a copy at addr, should have flushed before and has not. */
bool mma_flush_owed(struct mm_struct *mm, unsigned long addr);

#endif /* MMA_FLUSH_H */
