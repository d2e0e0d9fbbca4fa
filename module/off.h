/* SPDX-License-Identifier: GPL-2.0 */
/* off.h - what the administrator has switched off: single points, or the whole module. */
#ifndef MMA_OFF_H
#define MMA_OFF_H

#include <linux/types.h>

/* Whether the module may not be loaded; the kernel log says why. In process context, at init. */
bool mma_off_all(void);

/* Whether off= names that point. */
bool mma_off_point(const char *name);

#endif /* MMA_OFF_H */
