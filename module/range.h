/* SPDX-License-Identifier: GPL-2.0 */
/* range.h - a range of entries before and after a function that rewrites them. */
#ifndef MMA_RANGE_H
#define MMA_RANGE_H

#include "mma.h"

/* What a return handler needs to know from the entry. */
#define MMA_OLDS	64		/* entries remembered whole */
#define MMA_KNOWN	512		/* and those whose marks are, where a path must keep them */
struct mma_frame {
	struct vm_area_struct *vma;
	struct mm_struct *mm;
	unsigned long addr, end, ip;
	u64 old;
	struct mma_place at;		/* of old; of a range: of its entries, if one table has all */
	u32 flags;			/* FAULT_FLAG_* */
	u32 quiet;			/* token of the first look; 0: none, or not needed */
	bool pinned;			/* the page to copy is, and is this process's alone */
};
/* A range of entries before and after a function that rewrites them. */
struct mma_range {
	struct mma_frame f;
	u64 olds[MMA_OLDS];		/* the first ones as they were */
	DECLARE_BITMAP(uffd_wp, MMA_KNOWN);	/* of those after them; */
	DECLARE_BITMAP(soft_dirty, MMA_KNOWN);	/* bits of the first are not used */
	unsigned int known;		/* how many were read */
	u64 context;			/* MMA_F_*: locks held at return, what the path must do */
	u64 had;			/* PTE_* facts each entry must keep besides its own */
	struct folio *folio;		/* only its entries count; NULL: all do */
	struct mma_batch *found;	/* what is wrong with them; NULL: a walk has its own and tells it */
	struct vm_area_struct *src;	/* fork: copied from */
	const unsigned long *left;	/* vm_insert_pages(): pages not mapped */
	u32 exempt;			/* rules this path has no part in: it copies what is wrong already */
	u8 site, point;
	bool all;			/* judge also what was writable before */
	bool fresh;			/* what was there has no say in what comes: `had` alone is to be kept */
	bool alone;			/* mmap_lock is held for writing, or nothing is compared */
};

/* What r is about; the rest of it is zeroed. `context`: what holds at return. */
void mma_range_init(struct mma_range *r, enum mma_site site, enum mma_point point, u64 context,
		    const struct pt_regs *regs);
/* [addr, end) of vma. */
void mma_range_set(struct mma_range *r, struct vm_area_struct *vma, unsigned long addr,
		  unsigned long end);
/* Remember the entries as they are, locklessly: the first MMA_OLDS, and the marks of those up to MMA_KNOWN if they must stay. */
void mma_range_remember(struct mma_range *r);
u64 mma_range_marks(const struct mma_range *r, unsigned int i);	/* of one between the two */
/* Judge them as they are now; what is too much for a probe goes to confirm.c. */
void mma_range_judge(struct mma_range *r);
/* One entry, whose page-table lock is held. */
void mma_range_judge_locked(struct mma_range *r);
/* The same where the locks were let go: f.mm and [f.addr, f.end) are what is known. */
void mma_range_judge_unlocked(struct mma_range *r);

/* For a function that takes pages away: what it left behind in place of marked entries. site_rmap.c */
void mma_unmap_judge(struct mma_range *r);

/* Return handlers for a kretprobe whose data is a struct mma_range. */
int mma_range_return(struct kretprobe_instance *ri, struct pt_regs *regs);
int mma_range_return_unlocked(struct kretprobe_instance *ri, struct pt_regs *regs);

#define MMA_RANGE_PROBE(enter, leave, nr) {				\
	.rp = { .entry_handler = enter, .handler = leave,		\
		.data_size = sizeof(struct mma_range), .maxactive = nr } }

#endif /* MMA_RANGE_H */
