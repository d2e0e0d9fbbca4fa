/* SPDX-License-Identifier: GPL-2.0 */
/* site_vma.h - what compat/old_merge.c needs of site_vma.c: notes of mappings. */
#ifndef MMA_SITE_VMA_H
#define MMA_SITE_VMA_H

#include <linux/mm_types.h>

/* All that vma takes in of [start, end) is noted. mmap_lock is held for writing, and nothing has changed yet. */
void mma_note_gain(struct vm_area_struct *vma, unsigned long start, unsigned long end, unsigned long ip);
/* The same of what vma gives to the mapping behind it. */
void mma_note_given(struct vm_area_struct *vma, unsigned long start, unsigned long end, struct vm_area_struct *next,
		    unsigned long ip);

#endif /* MMA_SITE_VMA_H */
