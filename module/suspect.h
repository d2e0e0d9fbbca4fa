/* SPDX-License-Identifier: GPL-2.0 */
/* suspect.h - what a probe could not judge for good waits here for the worker of confirm.c. */
#ifndef MMA_SUSPECT_H
#define MMA_SUSPECT_H

#include "hit.h"
#include "mmaudit.h"
#include "place.h"			/* needs struct mma_hit */
#include "stat.h"

struct mma_reader;

static inline struct mma_decision *mma_suspect_record(struct mma_suspect *s)
{
	return (struct mma_decision *)s->room;
}

/* In a probe, preemption off: does a reader audit the task or the memory of hit? */
bool mma_is_audited(const struct mma_hit *hit);
/* Queues the entry of hit if end is 0, else every entry of [hit->addr, end). */
void mma_queue_suspect(const struct mma_hit *hit, unsigned long end);

/* In the worker. */
struct mma_suspect *mma_suspect_next(bool audited, bool *later);
struct mm_struct *mma_suspect_mm(const struct mma_suspect *s);
void mma_suspect_set(struct mma_suspect *s, enum mma_suspect_state state);
void mma_suspect_finish(struct mma_suspect *s, enum mma_occasion how);
bool mma_suspect_forsaken(const struct mma_suspect *s);

bool mma_suspect_pending(struct mma_reader *r, u64 ticket);
void mma_suspect_drop(void);

#endif /* MMA_SUSPECT_H */
