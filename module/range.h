/* SPDX-License-Identifier: GPL-2.0 */
/* range.h - a range of entries before and after a function that rewrites them. */
#ifndef MMA_RANGE_H
#define MMA_RANGE_H

#include "mma.h"

/* What r is about; the rest of it is zeroed. `context`: what holds at return. */
void mma_range_init(struct mma_range *r, enum mma_site site, enum mma_point point, u64 context,
		    const struct pt_regs *regs);
/* [addr, end) of vma. */
void mma_range_of(struct mma_range *r, struct vm_area_struct *vma, unsigned long addr,
		  unsigned long end);
/* Remember the entries as they are, locklessly: the first MMA_OLDS, and the marks of those up to MMA_KNOWN if they must stay. */
void mma_range_before(struct mma_range *r);
u64 mma_range_marks(const struct mma_range *r, unsigned int i);	/* of one between the two */
/* Judge them as they are now; what is too much for a probe goes to confirm.c. */
void mma_range_after(struct mma_range *r);
/* One entry, whose page-table lock is held. */
void mma_range_after_locked(struct mma_range *r);
/* The same where the locks were let go: f.mm and [f.addr, f.end) are what is known. */
void mma_range_after_unlocked(struct mma_range *r);

/* For a function that takes pages away: what it left behind in place of marked entries. site_rmap.c */
void mma_unmap_after(struct mma_range *r);

/* Return handlers for a kretprobe whose data is a struct mma_range. */
int mma_range_leave(struct kretprobe_instance *ri, struct pt_regs *regs);
int mma_range_leave_unlocked(struct kretprobe_instance *ri, struct pt_regs *regs);

#define MMA_RANGE_PROBE(enter, leave, nr) {				\
	.rp = { .entry_handler = enter, .handler = leave,		\
		.data_size = sizeof(struct mma_range), .maxactive = nr } }

#endif /* MMA_RANGE_H */
