/* SPDX-License-Identifier: GPL-2.0 */
/* hit.h - one entry whose write bit was decided, on its way from a probe to the readers. */
#ifndef MMA_HIT_H
#define MMA_HIT_H

#include <linux/mm_types.h>
#include <linux/types.h>

struct mma_hit {
	u8 site, point, verdict, level;
	u16 flags;			/* MMA_DEC_* */
	u8 order, folio;		/* of a violation: see struct mma_map */
	struct mm_struct *mm;
	const struct vm_area_struct *vma;	/* as long as what keeps it is held; NULL: facts were not read */
	unsigned long addr, ip;
	u64 old, new;			/* raw entries */
	u64 before;			/* PTE_* facts of the entry before; 0: not known */
	u32 exempt;			/* rules that are not judged at this site */
	u64 facts;
	u32 refs, maps;
	u32 piped;			/* pages of it that pipes have, put there by other processes */
};

#endif /* MMA_HIT_H */
