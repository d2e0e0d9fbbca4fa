/* SPDX-License-Identifier: GPL-2.0 */
/* record.h - hits to records for the readers. In a probe: preemption off. */
#ifndef MMA_RECORD_H
#define MMA_RECORD_H

#include <linux/mm.h>

#include "hit.h"
#include "batch.h"			/* needs struct mma_hit */
#include "mmaudit.h"

void mma_fill_record(struct mma_decision *d, const struct mma_hit *hit, u32 broken);
void mma_unwind_locked(struct mma_decision *d);
void mma_report_sound(const struct mma_hit *hit);
void mma_report_violation(const struct mma_hit *hit, u32 broken);
void mma_report_violation_locked(const struct mma_hit *hit, u32 broken);

void mma_batch_add(struct mma_batch *b, const struct mma_hit *hit, u32 broken);
void mma_report_batch(struct mma_batch *b);
void mma_report_batch_locked(struct mma_batch *b);
void mma_report_confirmed(const struct mma_batch *b, struct mma_decision *d);

/* Grants in [addr, addr + MMA_PLANTED) of mm are the self-test's own. mm NULL: there is none. */
#define MMA_PLANTED	(2 * PAGE_SIZE)
void mma_plant(struct mm_struct *mm, unsigned long addr);
bool mma_is_planted(const struct mm_struct *mm, unsigned long addr);

#endif /* MMA_RECORD_H */
