/* SPDX-License-Identifier: GPL-2.0 */
/*
 * history.h - notes what happens to entries and mappings in a ring of each CPU; events.h
 * has the kinds. It decides nothing: who reads the rings finds what belongs together.
 *
 * A note is made in process context with preemption off, so that this CPU's ring has one
 * writer at a time: no interrupt changes a page table. kprobes, kretprobes and
 * mmaudit_wrap call handlers with preemption off; ftrace does not, but
 * ptep_set_access_flags() is called under a spinlock, or dispatch() has it off. Whoever
 * has neither uses mma_note_preemptible().
 */
#ifndef MMA_HISTORY_H
#define MMA_HISTORY_H

#include <linux/mm.h>

#include "arch/arch.h"
#include "bits.h"
#include "events.h"
#include "mmaudit.h"
#include "rings.h"

#define MMA_VM_UFFD	(VM_UFFD_MISSING | VM_UFFD_WP | VM_UFFD_MINOR | VM_UFFD_RWP)

/* Of vm_flags ^ VM_SOFTDIRTY: what happens in a mapping with one of these is noted. 0: nothing is. */
extern unsigned long mma_note_mask;

static __always_inline bool mma_noting(const struct vm_area_struct *vma)
{
	return unlikely((vma->vm_flags ^ VM_SOFTDIRTY) & READ_ONCE(mma_note_mask));
}

/* Without a mapping to ask: everything is noted, of everybody or of audited processes. */
static inline bool mma_noting_all(void)
{
	return unlikely(READ_ONCE(mma_note_mask) == ~0UL);
}

static __always_inline u64 mma_where(unsigned long addr, enum mma_event_kind kind, u8 level)
{
	return (addr & MMA_EV_PLACE) | kind | level << MMA_EV_LEVEL_SHIFT;
}

/* mma_event.was and .is */
union mma_change {
	struct {
		u16 was, is;
	};
	u32 both;
};

static __always_inline union mma_change mma_change(u64 was, u64 is, u8 site)
{
	return (union mma_change){ { .was = mma_event_was(was, site), .is = is & MMA_EV_FACTS } };
}

/* What an event has in its first slot beside the moment and the thread. */
struct mma_note {
	u64 where, what;
	struct mm_struct *mm;
	union mma_change change;
	unsigned long ip;
};

/* The second slot. Who reads it gets letters for vm_flags: to make them takes too long for a note. */
struct mma_note_more {
	u64 time, where, what;
	struct mm_struct *mm;
	bool vm_flags;			/* time and what are some */
};

/* Faults make this note: each argument is in a register. */
void mma_note_fast(struct mm_struct *mm, u64 where, u64 what, union mma_change change, unsigned long ip);
void mma_note(const struct mma_note *n);
void mma_note_both(const struct mma_note *n, const struct mma_note_more *more);
void mma_note_preemptible(const struct mma_note *n, const struct mma_note_more *more);

/*
 * A small entry was `old` and is `raw` now. Both are present to the CPU, or old is empty;
 * their mapping is mma_noting(). Who reads the event gets facts: to make them takes as
 * long as the note.
 */
static __always_inline void mma_note_pte(struct mm_struct *mm, unsigned long addr, u8 site, u64 old, u64 raw, unsigned long ip)
{
	const union mma_change change = { .both = mma_raw_pack(old) | (u32)site << MMA_EV_SITE_SHIFT };

	mma_note_fast(mm, mma_where(addr, MMA_EVENT_ENTRY, MMA_LEVEL_PTE) | MMA_RAW, raw, change, ip);
}

u64 mma_history_number(void);	/* of the next violation or finding; any context */

/*
 * Preemption is off. Has the rings kept if a reader is told of this record, and it is the
 * first of its kind. Returns the number of the set that has its history, or 0.
 */
u32 mma_history_keep(const struct mma_hdr *h, u32 broken, u8 site, unsigned long ip);

/* The same moment in both clocks. */
struct mma_moment {
	u64 counter, ns;
};

/* Process context */
struct mma_moment mma_moment_first(void);	/* when the module was loaded, or the machine last woke up */
struct mma_moment mma_moment_now(void);
int mma_history_init(void (*changed)(void));	/* called when other points are needed than before */
void mma_history_exit(void);
void mma_history_update(void);		/* what readers wish has changed */
void mma_history_begin(void);		/* a reader has a new filter */
void mma_history_wider(void);		/* its filter has got another process */
void mma_history_left(unsigned int reader);
int mma_history_give_back(u32 set, unsigned int reader);	/* -ENOENT: it is not kept; -EBUSY: not for this reader, or frozen */
bool mma_history_there(void);		/* there are rings */
u32 mma_history_mode_now(u64 *since);	/* and the counter when it was last changed */

#endif /* MMA_HISTORY_H */
