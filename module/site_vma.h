/* SPDX-License-Identifier: GPL-2.0 */
/* site_vma.h - what compat/old_merge.c needs of site_vma.c: notes of mappings. */
#ifndef MMA_SITE_VMA_H
#define MMA_SITE_VMA_H

#include <linux/mm_types.h>

enum { MMA_GAIN_MERGED = 1, MMA_GAIN_GROWN = 2 };	/* from other mappings, and from holes */

/* Of what vma takes in of [start, end) these kinds are noted. mmap_lock is held for writing, and nothing has changed yet. */
void mma_note_gain(struct vm_area_struct *vma, unsigned long start, unsigned long end, unsigned long ip,
		   unsigned int kinds);
/* The same of what vma gives to another mapping. */
void mma_note_given(struct vm_area_struct *vma, unsigned long start, unsigned long end, struct vm_area_struct *to,
		    unsigned long ip);

#endif /* MMA_SITE_VMA_H */
