/* SPDX-License-Identifier: GPL-2.0 */
/*
 * follow.h - which events of a history are of one page: back in time, across mremap, UFFDIO_MOVE, fork, swap and migration.
 * Pure: no I/O, no library but malloc().
 */
#ifndef FOLLOW_H
#define FOLLOW_H

#include <stddef.h>

#include "event.h"

/* An address of an address space. */
struct place {
	__u32 mm;
	__u64 addr;
};

/* Whether an event is about that place itself; if not, it is of what its mapping took over, or of where its page went. */
static inline int event_covers(const struct event *ev, struct place at)
{
	return ev->mm == at.mm && at.addr >= ev->start && at.addr < ev->end;
}

struct step {
	const struct event *ev;
	struct place at;	/* where the page was when it had happened */
	unsigned char earlier;	/* of what was there before this page came: the same address, another page */
	unsigned char late;	/* it ended after the moment asked for, and may have begun before */
};

/* Why there is nothing older. */
enum trail_end {
	TRAIL_BEGIN,		/* the history begins there: what was before is not recorded or overwritten */
	TRAIL_BORN,		/* the address space begins there, and nothing was copied to this place */
	TRAIL_FULL,		/* there is more, but no more was wanted */
};

struct trail {
	struct step *step;	/* the oldest first */
	size_t nr;
	enum trail_end end;
	struct place begin;	/* where the page was at the oldest step, or before it if that moved it */
};

/*
 * Sets the steps of the page that is at `at` when the counter is `until`, at most `most` of them, the newest. ev[] is in the
 * order of counters. A clear_refs that is done later may have been at work: it is there, too, and `late`. Returns 0, or
 * -ENOMEM.
 */
int follow(const struct event *ev, size_t nr, struct place at, __u64 until, size_t most, struct trail *trail);
void trail_free(struct trail *trail);

#endif /* FOLLOW_H */
