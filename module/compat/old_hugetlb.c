// SPDX-License-Identifier: GPL-2.0
/*
 * old_hugetlb.c - handlers of UFFDIO_COPY and UFFDIO_CONTINUE of hugetlb before 6.4:
 * hugetlb_mcopy_atomic_pte(mm, ptep, vma, addr, src, mode, pagep, wp). mmap_lock is held.
 */
#include "old.h"
#include "site_uffd.h"

#ifdef MMA_OLD_HUGETLB

static int hugetlb_copy_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return mma_hugetlb_fill_enter((void *)ri->data, MMA_POINT_HUGETLB_COPY, 2, 7, regs);
}
NOKPROBE_SYMBOL(hugetlb_copy_enter);

struct mma_probe mma_probe_HUGETLB_COPY = MMA_RANGE_PROBE(hugetlb_copy_enter, mma_fill_return, MMA_FILLS);

#endif /* MMA_OLD_HUGETLB */
