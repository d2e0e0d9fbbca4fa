// SPDX-License-Identifier: GPL-2.0
/*
 * old_uffd.c - handlers of UFFDIO_COPY where no function installs one entry, as in
 * 5.10: mcopy_atomic(mm, dst_start, src_start, len, mmap_changing, mode) does all.
 * It has dropped its locks at return; the caller uses the mm.
 */
#include "old.h"
#include "quiet.h"
#include "site_uffd.h"

#ifdef MMA_OLD_UFFD

static int uffd_copy_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	mma_range_init(r, MMA_SITE_UFFD_FILL, MMA_POINT_UFFD_COPY, MMA_F_KEEPS, regs);
	r->f.mm = (void *)mma_arg(regs, 0);
	r->f.addr = mma_arg(regs, 1);
	r->f.end = mma_arg(regs, 1) + mma_arg(regs, 3);
	r->f.vma = NULL;
	if (READ_ONCE(mma_note_mask))
		r->noted = (struct mma_noted){ .begun = mma_counter(), .sets = MMA_F_PTE_PRESENT };
	r->f.quiet = mma_quiet_token(r->f.mm, false);
	if (mma_arg(regs, 5) & UFFDIO_COPY_MODE_WP)
		r->had = MMA_F_PTE_UFFD_WP;	/* asked for, so it must be there, as if it had been before */
	return 0;
}
NOKPROBE_SYMBOL(uffd_copy_enter);

struct mma_probe mma_probe_UFFD_COPY = MMA_RANGE_PROBE(uffd_copy_enter, mma_uffd_move_return, 256);

#endif /* MMA_OLD_UFFD */
