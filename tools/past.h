/* SPDX-License-Identifier: GPL-2.0 */
/* past.h - the history of one violation or finding: the events of its page, and which of them broke the rule. Pure. */
#ifndef PAST_H
#define PAST_H

#include "blame.h"
#include "decode.h"

struct past {
	struct event *ev;		/* of the trail, the oldest first */
	struct trail trail;		/* its steps are of ev[] */
	struct blame blame;		/* its step is of the trail */
	__u64 begins_ns;		/* nothing was lost of the history since then; CLOCK_MONOTONIC; set by the caller */
	__u32 unordered;		/* events of different CPUs may have happened in another order; set by the caller, too */
	__u64 at_ns;			/* the moment that was found wrong */
};

#define PAST_MOST	16	/* events of a violation that are kept, unless asked for more */

/* Where a record's first entry is; .mm 0: the module did not tell. */
struct place past_place(const struct record *rec);

/* The counter at the moment of a record. */
__u64 past_counter(const struct record *rec);

/*
 * Finds the history of a record among all events, which are in order, and keeps the `most` newest, and the one to blame.
 * Returns 0 or -ENOMEM.
 */
int past_find(struct past *past, const struct record *rec, const struct event *ev, size_t nr, size_t most);

/* The same of a place now, where nothing is wrong. */
int past_find_at(struct past *past, struct place at, const struct event *ev, size_t nr, size_t most);

/*
 * An exited process has no address space that could be asked for its number: the event of its begin has it. Sets *mm to it, or
 * to 0 if that event is not there, and returns how many of the events to look at: what comes later is of another address space,
 * which got the same number, as on arm64.
 */
size_t past_of_exited(const struct event *ev, size_t nr, __u32 pid, __u32 *mm);

/* Keeps the `most` newest steps, and the one to blame. */
void past_cut(struct past *past, size_t most);

/* A second one of the same contents. Returns 0 or -ENOMEM. */
int past_copy(struct past *to, const struct past *from);
void past_free(struct past *past);

#endif /* PAST_H */
