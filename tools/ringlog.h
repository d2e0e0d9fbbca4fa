/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ringlog.h - what the module's rings have told so far, in the order of time: it grows with each reading, and what is older
 * than anybody wants is dropped.
 */
#ifndef RINGLOG_H
#define RINGLOG_H

#include "device.h"
#include "event.h"
#include "slots.h"

#define RINGLOG_MOST	65536	/* events that are kept */

struct ringlog {
	const struct device *dev;
	struct event *ev;		/* in the order of their counters */
	size_t nr, room;
	struct clocks clocks;		/* of the last reading */
	__u64 begins;			/* counter: nothing is missing since then; ~0: nothing was read yet */
	__u64 dropped;			/* slots that were overwritten before they were read, or events dropped here */
	__u32 mode;			/* enum mma_history_mode */
	__u32 nr_cpus;
	int unordered;			/* the counters of different CPUs may not be in step */
	__u32 ended;			/* number of the kept set that this reading has read to its end; 0: none */
	struct place_in *at;		/* where the reading of each CPU goes on */
};

/* Without the device nothing is read, and the history is empty. */
void ringlog_begin(struct ringlog *h, const struct device *dev);

/*
 * Reads what is new: first of the kept set, and then of the set that is written. `kept`: the set that was kept for this reader,
 * which is given back then; 0: if one is kept, it is for another. Returns 0, or -errno: -EOPNOTSUPP if there are no rings. Silent when it fails, for an audit goes on without.
 */
int ringlog_read(struct ringlog *h, __u32 kept);

/* How many histories the module could not keep, since it was loaded; 0 if it has none. */
__u64 ringlog_not_kept(const struct ringlog *h);

/* The number of the address space that a process has, or -errno: -ESRCH if it has none. */
int ringlog_mm(const struct ringlog *h, __u32 pid, __u32 *mm);

/* Asks how the threads of these events are called now. */
void ringlog_name_tasks(struct event *ev, size_t nr);

__u64 ringlog_ns(const struct ringlog *h, __u64 counter);

/* Adds events, which are in order, without reading. Returns 0 or -ENOMEM. */
int ringlog_add(struct ringlog *h, const struct event *ev, size_t nr);
void ringlog_free(struct ringlog *h);

#endif /* RINGLOG_H */
