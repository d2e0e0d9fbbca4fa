/* SPDX-License-Identifier: GPL-2.0 */
/* inlined.h - is a probed function inlined in a caller that then passes by the probe? */
#ifndef MMA_INLINED_H
#define MMA_INLINED_H

#include <linux/types.h>

/*
 * addr: where the point's probe stands, at the begin of its function. True if none of the
 * callers that MMA_CALLERS in sites.h lists calls it, or if that cannot be told. Sleeps; at load.
 */
bool mma_inlined(unsigned int point, unsigned long addr);

#endif /* MMA_INLINED_H */
