// SPDX-License-Identifier: GPL-2.0
/* points.c - the probe of each point of sites.h, from the files that have its handlers. */
#include "compat/old.h"
#include "points.h"
#include "probe.h"

struct mma_probe *const mma_probes[MMA_NR_POINTS] = {
#define X(id, name, sym, args, when, text) [MMA_POINT_##name] = &mma_probe_##name,
	MMA_POINTS(X)
#undef X
};
