/* SPDX-License-Identifier: GPL-2.0 */
/* range.h - a range of entries before and after a function that rewrites them. */
#ifndef MMA_RANGE_H
#define MMA_RANGE_H

#include <linux/bitmap.h>
#include <linux/mm_types.h>

#include "descend.h"
#include "history.h"
#include "probe.h"
#include "rule.h"
#include "sites.h"

struct mma_batch;

/* What a return handler needs from the function's entry. */
struct mma_frame {
	struct vm_area_struct *vma;
	struct mm_struct *mm;
	unsigned long addr, end, ip;
	u64 old;
	struct mma_place at;		/* of old; for a range: of its entries, if one table has all */
	u32 flags;			/* FAULT_FLAG_* */
	u32 quiet;			/* token of quiet.h; 0: none, or not needed */
	bool pinned;			/* the page to copy is pinned, and only this process has it */
};

#define MMA_OLDS	64		/* entries remembered whole */
#define MMA_KNOWN	512		/* entries whose marks are remembered, where a path must keep them */

/* What the history will say of a call. */
struct mma_noted {
	u64 begun;			/* when; 0: nothing will be noted */
	unsigned long from;		/* if entries were moved: from there, which may be address 0 */
	bool moved;
	u64 old;			/* the entry before, if the range is a single page */
	u32 quiet;			/* token of quiet.h, taken before old was read */
	u16 takes, sets;		/* PTE_* facts */
	u8 level;			/* of old */
	bool locked;			/* the caller holds the page-table lock when the event is noted */
};

/* A range of entries before and after a function that rewrites them. */
struct mma_range {
	struct mma_frame f;
	u64 olds[MMA_OLDS];		/* the first entries as they were before */
	DECLARE_BITMAP(uffd_wp, MMA_KNOWN);	/* marks of those after them, or which of them `protects` must mark; */
	DECLARE_BITMAP(soft_dirty, MMA_KNOWN);	/* the first MMA_OLDS bits only collapse uses */
	struct mma_noted noted;
	unsigned int known;		/* how many entries were read */
	u64 context;			/* MMA_F_*: locks held at return, what the path must do */
	u64 had;			/* PTE_* facts each entry must keep besides its own */
	u64 protects;			/* facts of the mapping, if this path must mark its entries; else 0 */
	struct folio *folio;		/* only entries that map it are judged; NULL: all */
	struct mma_batch *found;	/* where to add what is wrong; NULL: each walk reports its own */
	struct vm_area_struct *src;	/* fork: copied from */
	const unsigned long *left;	/* vm_insert_pages(): pages not mapped */
	u64 ends;			/* facts of the mapping that are no more when the caller goes on */
	u32 exempt;			/* rules not to judge: this path copies what was wrong already */
	u8 site, point;
	bool all;			/* judge also what was writable before */
	bool fresh;			/* new entries owe nothing to the old ones: only `had` must be kept */
	bool counted;			/* by mma_quiet_begin() */
	bool alone;			/* nobody else can clear marks (mmap_lock for writing), or nothing is compared */
};

/* Counts a hit of the point and fills r; what is not given is zeroed. context: locks and demands at return. */
void mma_range_init(struct mma_range *r, enum mma_site site, enum mma_point point, u64 context,
		    const struct pt_regs *regs);
/* Sets r to [addr, end) of vma. */
void mma_range_set(struct mma_range *r, struct vm_area_struct *vma, unsigned long addr,
		   unsigned long end);
/* Remembers the entries, without locks: the first MMA_OLDS whole, those up to MMA_KNOWN by their marks, if these must stay. */
void mma_range_remember(struct mma_range *r);
/* Marks of the i-th entry, as mma_range_mark() has set them; else i is not below MMA_OLDS. */
u64 mma_range_marks(const struct mma_range *r, unsigned int i);
void mma_range_mark(struct mma_range *r, unsigned int i, u64 f);
/* Has the history say what this call does to its entries, once mma_range_judge() is called. */
void mma_range_begin_note(struct mma_range *r, u64 takes, u64 sets);
void mma_range_note(struct mma_range *r);

static __always_inline void mma_range_will_note(struct mma_range *r, u64 takes, u64 sets)
{
	if (mma_noting(r->f.vma))
		mma_range_begin_note(r, takes, sets);
}

/* Judges the entries as they are now; what is too much for a probe goes to confirm.c. */
void mma_range_judge(struct mma_range *r);
/* The same for one entry, whose page-table lock is held. */
void mma_range_judge_locked(struct mma_range *r);
/* The same after the locks were dropped: only f.mm and [f.addr, f.end) are known. */
void mma_range_judge_unlocked(struct mma_range *r);

/* In site_rmap.c, for functions that take pages away: judges what they have put in place of marked entries. */
void mma_unmap_judge(struct mma_range *r);
/* The same, for others to know that a page of a file is being taken, where that leaves no marker. */
void mma_count_take(struct mma_range *r);
void mma_end_take(struct mma_range *r);

/* Return handlers for a kretprobe whose data is a struct mma_range. */
int mma_range_return(struct kretprobe_instance *ri, struct pt_regs *regs);
int mma_range_return_if_done(struct kretprobe_instance *ri, struct pt_regs *regs);	/* unless it returned an error */
int mma_range_return_unlocked(struct kretprobe_instance *ri, struct pt_regs *regs);

#define MMA_RANGE_PROBE(enter, leave, nr) {				\
	.rp = { .entry_handler = enter, .handler = leave,		\
		.data_size = sizeof(struct mma_range), .maxactive = nr } }

#endif /* MMA_RANGE_H */
