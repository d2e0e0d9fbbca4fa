/* SPDX-License-Identifier: GPL-2.0 */
/* site_uffd.h - what the handlers of site_uffd.c share with those of older kernels. */
#ifndef MMA_SITE_UFFD_H
#define MMA_SITE_UFFD_H

#include "range.h"

/* How many may fill at once: they may be preempted there, and once a call was dropped no mm counts as quiet any more. */
#define MMA_FILLS 1024

/* vma_arg: which argument is the vma, followed by the address; wp_arg: which one has MMA_FILL_WP. */
int mma_hugetlb_fill_enter(struct mma_range *r, enum mma_point point, unsigned int vma_arg,
			   unsigned int wp_arg, const struct pt_regs *regs);
/* Return of a function that fills and returns 0 or an error. */
int mma_fill_return(struct kretprobe_instance *ri, struct pt_regs *regs);
/* Return of one that has dropped its locks and returns how many bytes are done, or an error. */
int mma_uffd_move_return(struct kretprobe_instance *ri, struct pt_regs *regs);

#endif /* MMA_SITE_UFFD_H */
