/* SPDX-License-Identifier: GPL-2.0 */
/*
 * old_exclusive.h - kernels before 5.19 do not mark a page that one process has for
 * itself. There rule ANON_EXCL uses the map count, see MMA_F_KERN_EXCL.
 */
#ifndef MMA_OLD_EXCLUSIVE_H
#define MMA_OLD_EXCLUSIVE_H

#include <linux/pgtable.h>

#define MMA_KERN_EXCL			0
#define MMA_PG_EXCL			0
#define PageAnonExclusive(page)		false

static inline bool mma_pte_swp_excl(pte_t pte)
{
	return false;
}

#endif /* MMA_OLD_EXCLUSIVE_H */
