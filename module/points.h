/* SPDX-License-Identifier: GPL-2.0 */
/* points.h - the probe of each point. */
#ifndef MMA_POINTS_H
#define MMA_POINTS_H

#include "sites.h"

struct mma_probe;

extern struct mma_probe *const mma_probes[MMA_NR_POINTS];

#endif /* MMA_POINTS_H */
