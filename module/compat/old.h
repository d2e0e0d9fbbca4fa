/* SPDX-License-Identifier: GPL-2.0 */
/*
 * old.h - points of functions that only older kernels have. Each is in a file
 * old_NAME.c, which is empty for newer ones. With the last kernel that needs it the
 * file goes, and its lines here and in Kbuild; the rows of its points in sites.h may
 * stay, for ids are never reused.
 *
 * A probe that no file defines is at address NULL, and its point is absent.
 */
#ifndef MMA_OLD_H
#define MMA_OLD_H

struct mma_probe;

/* Of the audited kernels this is 5.10: later ones have unuse_pte_range() and mfill_atomic_install_pte(). */
#ifndef HAVE_FOLIO
#define MMA_OLD_SWAPOFF
#define MMA_OLD_UFFD
#endif
extern struct mma_probe mma_probe_UNUSE __weak, mma_probe_UNUSE_LOOKUP __weak,
	mma_probe_UNUSE_RMAP __weak, mma_probe_UFFD_COPY __weak;

/* a734991ccaeb "mm: userfaultfd: rename functions for clarity + consistency" (6.4) */
#ifndef HAVE_MFILL_ATOMIC_WP
#define MMA_OLD_HUGETLB
#endif
extern struct mma_probe mma_probe_HUGETLB_COPY __weak;

/* "mm/mmap: remove __vma_adjust()" (6.3) */
#ifdef HAVE_VMA_ADJUST_EXPAND
#define MMA_OLD_MERGE
#endif
extern struct mma_probe mma_probe_OLD_MERGE __weak;

/* In site_zap.c, which is empty for kernels without markers: there a zap leaves nothing. */
extern struct mma_probe mma_probe_ZAP __weak, mma_probe_ZAP_SINGLE __weak;

#endif /* MMA_OLD_H */
