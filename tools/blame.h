/* SPDX-License-Identifier: GPL-2.0 */
/*
 * blame.h - which event of a page's trail broke a rule: often not the last one. It goes from event to event with what the entry
 * and its mapping were, and takes the one that made a sound state a wrong one. Pure.
 */
#ifndef BLAME_H
#define BLAME_H

#include "follow.h"

enum blame_how {
	BLAME_NONE,		/* not found: nothing in the trail may have done it */
	BLAME_STEP,		/* that step: sound before, wrong after */
	BLAME_LIKELY,		/* that step may have done it; whether it was sound before is not known */
	BLAME_BETWEEN,		/* something after that step, which was not recorded */
};

/* What the entry was when it happened. */
enum blame_while {
	WHILE_UNKNOWN,
	WHILE_EMPTY,		/* there was no entry */
	WHILE_PRESENT,
	WHILE_SWAPPED,
	WHILE_MIGRATING,
};

struct blame {
	enum blame_how how;
	const struct step *step;	/* of the trail; NULL: none, or the decision itself, which is no step of it */
	__u32 rule;			/* enum mma_rule */
	__u64 lost;			/* MMA_F_*: what should have stayed set and did not; 0: nothing */
	__u64 gained;			/* what should not have been set */
	enum blame_while at;
};

/* Whether that step is said to have done it. */
static inline int is_blamed(const struct blame *b, const struct step *step)
{
	return b->step == step && (b->how == BLAME_STEP || b->how == BLAME_LIKELY);
}

/* The moment that was found wrong. */
struct verdict_on {
	__u32 rule;
	__u64 facts;		/* MMA_F_* of entry, mapping and page then */
	const struct event *last;	/* the decision itself as an event; NULL: it was a sweep that found it */
};

/* Returns 0, or -ENOMEM. */
int blame(const struct trail *trail, const struct verdict_on *wrong, struct blame *b);

#endif /* BLAME_H */
