/* SPDX-License-Identifier: GPL-2.0 */
/* range.h - a range of entries before and after a function that rewrites them (site_move.c). */
#ifndef MMA_RANGE_H
#define MMA_RANGE_H

#include "mma.h"

/* Remember the entries of [f.addr, f.end) as they are; locklessly, the first MMA_OLDS. */
void mma_range_before(struct mma_range *r);
/* Judge them as they are now; what is too much for a probe goes to confirm.c. */
void mma_range_after(struct mma_range *r, enum mma_site site, enum mma_point point, u64 context);

#endif /* MMA_RANGE_H */
