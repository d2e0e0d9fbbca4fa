/* SPDX-License-Identifier: GPL-2.0 */
/* suspect.h - what a probe could not judge for good, on its way to the worker of confirm.c. */
#ifndef MMA_SUSPECT_H
#define MMA_SUSPECT_H

#include "hit.h"
#include "mmaudit.h"
#include "stat.h"

struct mma_reader;

/* A probe has FREE to FILLING to WAITING, the worker all else. */
enum mma_suspect_state { MMA_FREE, MMA_FILLING, MMA_WAITING, MMA_TRYING };

struct mma_suspect {
	u8 state;			/* enum mma_suspect_state */
	u8 site;
	bool audited;
	bool begun, wrong;		/* the worker's */
	u32 exempt;			/* rules the site has no part in */
	u32 tgid, owner;
	u64 ticket;			/* queued before, or after? */
	u64 context;			/* facts of the moment that stay true */
	unsigned long ip;
	unsigned long addr, end;	/* still to be looked at: all of it; or end 0, the one entry in mma_suspect_record() */
	unsigned int busy;		/* times its mm was, */
	unsigned long tried;		/* the last time, in jiffies */
	u64 room[MMA_REC_MAX / 8];	/* its record: mma_suspect_record() */
};

static inline struct mma_decision *mma_suspect_record(struct mma_suspect *s)
{
	return (struct mma_decision *)s->room;
}

/* In a probe: is what hit is about audited by some reader? */
bool mma_is_audited(const struct mma_hit *hit);
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
