/* SPDX-License-Identifier: GPL-2.0 */
/* suspect.h - what a probe could not judge for good waits here for the worker of confirm.c. */
#ifndef MMA_SUSPECT_H
#define MMA_SUSPECT_H

#include "hit.h"
#include "mmaudit.h"
#include "stat.h"

struct mma_reader;

/* A probe takes a suspect from FREE to FILLING to WAITING; all other changes are the worker's. */
enum mma_suspect_state { MMA_FREE, MMA_FILLING, MMA_WAITING, MMA_TRYING };

struct mma_suspect {
	u8 state;			/* enum mma_suspect_state */
	u8 site;
	bool audited;
	bool begun, wrong;		/* for the worker: a part was judged; one was wrong */
	u32 exempt;			/* rules that are not judged at this site */
	u32 tgid, owner;
	u64 ticket;			/* suspects queued later have a greater one */
	u64 context;			/* facts that the probe knew and that stay true */
	unsigned long ip;
	unsigned long addr, end;	/* the range still to be judged; end 0: the one entry of the record */
	unsigned int busy;		/* how often its mm was busy */
	unsigned long tried;		/* the last time it was, in jiffies */
	u64 room[MMA_REC_MAX / 8];	/* mma_suspect_record() */
};

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
void mma_suspect_finish(struct mma_suspect *s, enum mma_event how);
bool mma_suspect_forsaken(const struct mma_suspect *s);

bool mma_suspect_pending(struct mma_reader *r, u64 ticket);
void mma_suspect_drop(void);

#endif /* MMA_SUSPECT_H */
