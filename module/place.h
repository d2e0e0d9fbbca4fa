/* SPDX-License-Identifier: GPL-2.0 */
/*
 * place.h - what a suspect is, and where a new one goes in the table: to a place of its
 * own, or into one that waits already. Pure, so that tests/unit/place_test.c can compile
 * it; struct mma_hit and READ_ONCE() must be declared before.
 */
#ifndef MMA_PLACE_H
#define MMA_PLACE_H

#include <linux/types.h>

#include "mmaudit.h"

/* A probe takes a suspect from FREE to FILLING to WAITING; all other changes are the worker's. */
enum mma_suspect_state { MMA_FREE, MMA_FILLING, MMA_WAITING, MMA_TRYING };

struct mma_suspect {
	__u8 state;			/* enum mma_suspect_state */
	__u8 site;
	bool audited;
	bool begun, wrong;		/* for the worker: a part was judged; one was wrong */
	__u32 exempt;			/* rules that are not judged at this site */
	__u32 tgid, owner;
	__u64 ticket;			/* suspects queued later have a greater one */
	__u64 context;			/* facts that the probe knew and that stay true */
	unsigned long ip;
	unsigned long addr, end;	/* the range still to be judged; end 0: the one entry of the record */
	unsigned int busy;		/* how often its mm was busy */
	unsigned long tried;		/* the last time it was, in jiffies */
	__u64 room[MMA_REC_MAX / 8];	/* mma_suspect_record() */
};

#define MMA_SUSPECT_PLACES	256
#define MMA_UNAUDITED		128	/* places for all processes that no reader audits, so that they starve no audit */
#define MMA_OF_UNAUDITED	16	/* places for one of these */

/* mms[i] is NULL: suspects[i] is MMA_FREE. In an array of their own, since each probe reads all of them. */
struct mma_suspects {
	struct mm_struct *mms[MMA_SUSPECT_PLACES];
	struct mma_suspect table[MMA_SUSPECT_PLACES];
	unsigned int unaudited;		/* suspects that no reader audits */
};

/* What a look at all places has found for one new suspect; places are -1 if there is none. */
struct mma_room {
	int free, near;
	unsigned long gap;		/* between the range of `near` and the new one; 0: they touch */
	unsigned int nr_free, of_mm;
};

/* Whether s may still be extended, and by hit: both are ranges, and all but these is the same. */
static inline bool mma_may_extend(const struct mma_suspect *s, const struct mma_hit *hit, bool audited)
{
	__u8 state = READ_ONCE(s->state);	/* a probe may be filling it */

	return (state == MMA_FILLING || state == MMA_WAITING) && s->end && s->ip == hit->ip &&
	       s->site == hit->site && s->exempt == hit->exempt && s->audited == audited;
}

static inline unsigned long mma_gap(const struct mma_suspect *s, unsigned long addr, unsigned long end)
{
	if (addr > s->end)
		return addr - s->end;
	return s->addr > end ? s->addr - end : 0;
}

/* Stops at a place whose range touches [hit->addr, end). */
static inline struct mma_room mma_look_for_room(const struct mma_suspects *all, const struct mma_hit *hit,
						unsigned long end, bool audited)
{
	struct mma_room room = { -1, -1, ~0UL, 0, 0 };
	unsigned long gap;
	int i;

	for (i = 0; i < MMA_SUSPECT_PLACES && room.gap; i++) {
		if (!all->mms[i]) {
			room.free = i;
			room.nr_free++;
		}
		if (all->mms[i] != hit->mm)
			continue;
		room.of_mm++;
		if (!end || !mma_may_extend(&all->table[i], hit, audited))
			continue;
		gap = mma_gap(&all->table[i], hit->addr, end);
		if (gap < room.gap) {
			room.gap = gap;
			room.near = i;
		}
	}
	return room;
}

/*
 * An audited mm may have twice as many places as are free: one alone gets two thirds of
 * the table, two get two fifths each, and none ever gets all.
 */
static inline bool mma_has_share(const struct mma_room *room, unsigned int unaudited, bool audited)
{
	if (audited)
		return room->of_mm < 2 * room->nr_free;
	return room->nr_free && room->of_mm < MMA_OF_UNAUDITED && unaudited < MMA_UNAUDITED;
}

/*
 * Whether the new range goes into the nearest one. If they do not touch, what is in
 * between is judged, too, by rules that are final then, as a sweep would. An audited mm
 * does so long before its share is used up, so that its other sites and other mms find
 * places, and no range is lost that has a neighbour. The worker does no such work for
 * who is not audited.
 */
static inline bool mma_goes_near(const struct mma_room *room, bool audited)
{
	return !room->gap || (audited && room->near >= 0 && room->of_mm >= room->nr_free / 8);
}

/* Extends s by [addr, end) and what is in between. */
static inline void mma_extend(struct mma_suspect *s, unsigned long addr, unsigned long end)
{
	if (addr < s->addr)
		s->addr = addr;
	if (end > s->end)
		s->end = end;
}

/*
 * Returns the place of a new suspect, or -1 if its mm has its share. *merged: the place
 * is that of a suspect that was extended by it.
 */
static inline int mma_place_for(struct mma_suspects *all, const struct mma_hit *hit, unsigned long end,
				bool audited, bool *merged)
{
	struct mma_room room = mma_look_for_room(all, hit, end, audited);

	*merged = mma_goes_near(&room, audited);
	if (*merged) {
		mma_extend(&all->table[room.near], hit->addr, end);
		return room.near;
	}
	return mma_has_share(&room, all->unaudited, audited) ? room.free : -1;
}

#endif /* MMA_PLACE_H */
