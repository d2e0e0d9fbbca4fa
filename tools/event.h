/* SPDX-License-Identifier: GPL-2.0 */
/*
 * event.h - an event of the history as the command has it: struct mma_event with its second slot, unpacked, and its time. It
 * stands in recordings, see chunks.h: it only grows at its end.
 */
#ifndef EVENT_H
#define EVENT_H

#include "events.h"
#include "mmaudit.h"
#include "rule.h"
#include "sites.h"

/* What an event can say of an entry, and of a mapping. */
#define EVENT_PTE_FACTS	((__u64)MMA_EV_FACTS)
#define EVENT_VMA_FACTS	(MMA_F_VMA_WRITE | MMA_F_VMA_SHARED | MMA_F_VMA_SOFTDIRTY | MMA_F_VMA_UFFD_WP | MMA_F_VMA_UFFD_RWP | \
			 MMA_F_VMA_PROT_WRITE)

/* Marks, which whoever rewrites an entry must keep. */
#define EVENT_MARKS	(MMA_F_PTE_SOFT_DIRTY | MMA_F_PTE_UFFD_WP)

#define EVENT_NO_SITE	255	/* none of enum mma_site */

struct event {
	__u64 counter;		/* of the processor: the order of events; of a range, when the call was done with it */
	__u64 since;		/* of a range, when the call began with it, or before; 0: not known */
	__u64 time_ns;		/* the same as counter in CLOCK_MONOTONIC */
	__u64 start, end;	/* user addresses; MERGED, DIVIDED, GROWN: of what another mapping, or a new one, has now */
	__u64 from;		/* MOVED, COPIED: where `start` was before; of a mapping where it begins */
	__u64 raw;		/* the entry after, of BACK the one before, as in the page table; 0 of a range */
	__u64 was, is;		/* MMA_F_PTE_* or MMA_F_VMA_*, before and after; of RANGE what it takes away and what it sets */
	__u64 told_was, told_is;	/* which of these are known of each entry there; see event_beside() */
	__u64 letters_was, letters_is;	/* of a mapping, as in struct mma_map */
	__u64 ip;		/* kernel address the call returns to */
	__u32 mm;		/* number of the address space; none is used twice */
	__u32 from_mm;		/* MOVED, COPIED, BORN: of where it came from; 0: from nowhere */
	__u32 tid;
	__u32 cpu;
	__u32 number;		/* BORN: the process */
	__u8 kind;		/* enum mma_event_kind */
	__u8 site;		/* enum mma_site; EVENT_NO_SITE */
	__u8 level;		/* enum mma_level; 0 of a range or a mapping */
	__u8 reserved0;
	char comm[MMA_COMM_LEN];	/* of the thread, as it was called when this was read; empty: it was gone */
};

static inline int event_is_of_range(const struct event *ev)
{
	return ev->kind == MMA_EVENT_RANGE || ev->kind == MMA_EVENT_ZAPPED;
}

static inline int event_is_of_mapping(const struct event *ev)
{
	return ev->kind >= MMA_EVENT_MAP && ev->kind <= MMA_EVENT_GROWN;
}

/*
 * Marks of an entry that differ before and after, but others may have changed them beside the call, which has read the entry
 * without its lock: `was` has them as they were then, and told_was does not.
 */
static inline __u64 event_beside(const struct event *ev)
{
	const int is_entry = ev->kind == MMA_EVENT_ENTRY || ev->kind == MMA_EVENT_OUT || ev->kind == MMA_EVENT_BACK;

	return is_entry && ev->told_was ? (ev->was ^ ev->is) & ~ev->told_was & ev->told_is & EVENT_MARKS : 0;
}

#endif /* EVENT_H */
