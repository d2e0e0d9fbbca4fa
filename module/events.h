/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * events.h - the kinds of events in the history, and how struct mma_event is taken
 * apart. A pure list and pure functions, shared with the command and the tests.
 */
#ifndef MMA_EVENTS_H
#define MMA_EVENTS_H

#include "mmaudit.h"

/*
 * X(id, NAME, "word", "what `what` says; what the slot MORE has behind it")
 *
 * RANGE and ZAPPED are about all entries of a range that one call went over: `what` is
 * its length in bytes, and in the low 12 bits how long the call took, see
 * mma_event_took(); the time is that of its end, or of its begin if it is not told how
 * long it took: ZAPPED, and what happens to mappings. `was` are the facts that it takes
 * away and `is` those that it sets, where that applied. COPIED has write-protected what it
 * was copied from, too, as far as that is private memory. MERGED has the flags of both mappings before; who merges may store
 * those of either in the result. MAP does not say PROT_WRITE: vm_page_prot follows it.
 */
#define MMA_EVENTS(X)							\
	X(1, ENTRY, "entry", "the raw entry after")			\
	X(2, RANGE, "range", "bytes")					\
	X(3, ZAPPED, "zapped", "bytes: their entries are gone, but for marks that stay") \
	X(4, MOVED, "moved", "bytes; MORE: where and mm they came from")	\
	X(5, COPIED, "copied", "bytes, by fork; MORE: where and mm they are a copy of") \
	X(6, OUT, "out", "the swap or migration entry after")		\
	X(7, BACK, "back", "the swap or migration entry before") \
	X(8, MAP, "map", "bytes of the mapping; MORE: time are its letters before, what its letters after") \
	X(9, MERGED, "merged", "bytes that another mapping takes over; MORE: as of MAP, where: begin of that one") \
	X(10, DIVIDED, "divided", "bytes that become a mapping of their own, or are unmapped; MORE: as of MAP, where: begin of what they were part of") \
	X(11, GROWN, "grown", "bytes that a mapping has got in addition; MORE: as of MAP, where: its begin before") \
	X(12, BORN, "born", "process (tgid) whose address space begins; MORE: mm it was forked from, if it was") \
	X(13, MORE, "more", "more of the event before")

enum mma_event_kind {
#define X(id, name, word, text) MMA_EVENT_##name = id,
	MMA_EVENTS(X)
#undef X
	MMA_NR_EVENT_KINDS
};

/*
 * Facts of a mapping in `was` and `is` of MAP and MERGED: those on which a write bit or a
 * mark may hang. X(bit, NAME)
 */
#define MMA_EVENT_VMS(X)						\
	X(0, READ) X(1, WRITE) X(2, SHARED) X(3, SOFTDIRTY) X(4, UFFD_WP) \
	X(5, UFFD_MISSING) X(6, UFFD_MINOR) X(7, UFFD_RWP) X(8, LOCKED) X(9, PROT_WRITE)

#define X(bit, name) static const __u16 MMA_EV_VM_##name __attribute__((unused)) = 1U << (bit);
MMA_EVENT_VMS(X)
#undef X

static inline unsigned int mma_event_kind(const struct mma_event *e)
{
	return e->where & MMA_EV_KIND;
}

static inline __u64 mma_event_addr(const struct mma_event *e)
{
	return e->where & MMA_EV_PLACE;
}

static inline unsigned int mma_event_level(const struct mma_event *e)
{
	return (e->where & MMA_EV_LEVEL) >> MMA_EV_LEVEL_SHIFT;
}

static inline unsigned int mma_event_site(const struct mma_event *e)
{
	return e->was >> MMA_EV_SITE_SHIFT;
}

/* Of a kind that is about a range. */
static inline __u64 mma_event_bytes(const struct mma_event *e)
{
	return e->what & MMA_EV_PLACE;
}

/* The call began at most so long before its time, in units of the counter; 0: it is not known. */
static inline __u64 mma_event_took(const struct mma_event *e)
{
	unsigned int order = e->what & 63;

	return order ? 1ULL << order : 0;
}

/* The low bits of `what` for a call that took so long. */
static inline unsigned int mma_event_order(__u64 took)
{
	return took < 2 ? 1 : 64 - __builtin_clzll(took - 1);
}

static inline __u16 mma_event_was(__u64 facts, unsigned int site)
{
	return (facts & MMA_EV_FACTS) | site << MMA_EV_SITE_SHIFT;
}

#endif /* MMA_EVENTS_H */
