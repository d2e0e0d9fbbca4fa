/* SPDX-License-Identifier: GPL-2.0 */
/* slots.h - the slots of a CPU's ring (struct mma_event) to events. Pure. */
#ifndef SLOTS_H
#define SLOTS_H

#include <stddef.h>

#include "event.h"

/* Two moments in both clocks: what lies between or beside them is on the line through both. And an address of the kernel. */
struct clocks {
	__u64 counter[2], time_ns[2];
	__u64 text;			/* mma_history.text */
};

__u64 clocks_ns(const struct clocks *c, __u64 counter);

/*
 * Unpacks the event at slot[0], of which `nr` slots are there. Returns how many slots it has: *ev is set, unless they are no
 * event: the second part of one that was overwritten, one that was cut, or one of a kind that only newer modules have. 0: no
 * slots are left.
 */
size_t slots_event(const struct mma_event *slot, size_t nr, const struct clocks *clocks, __u32 cpu, struct event *ev,
		   int *is_event);

#endif /* SLOTS_H */
