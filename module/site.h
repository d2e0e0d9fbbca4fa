/* SPDX-License-Identifier: GPL-2.0 */
/* site.h - which probes are planted and armed, what is seen through them, and whether they still see. */
#ifndef MMA_SITE_H
#define MMA_SITE_H

#include <linux/stddef.h>
#include <linux/types.h>

#include "mmaudit.h"
#include "sites.h"

struct mma_probe;

/* probes: one for each point; NULL where no file defines it, see compat/old.h. */
int mma_sites_init(struct mma_probe *const *probes);
void mma_sites_exit(void);

/* What readers want has changed: mma_tracing, mma_sweeping. */
void mma_sites_arm(void);

/* Between the two somebody looks, and all is armed whatever the parameter `armed` says. */
void mma_sites_hold(void);
void mma_sites_release(void);

/* Bit per point. Any context. */
extern u64 mma_armed;

static inline bool mma_point_on(enum mma_point point)
{
	return READ_ONCE(mma_armed) >> point & 1;
}

bool mma_points_there(u64 ids);		/* all of them are in this kernel, and not refused */
int mma_points_error(u64 ids);		/* why one of them is not on though it should be, or 0 */
#define MMA_REASON_MAX	sizeof_field(struct mma_version, reason)

void mma_point_info(struct mma_point_info *info);

u64 mma_missed(void);			/* calls, by all probes */
bool mma_dropped(u64 points);		/* any of these missed a call since it was planted; any context */

u64 mma_site_points(enum mma_site site);
enum mma_site_state mma_site_state(enum mma_site site);

/* Every kind of hook in use, proven by its canary. why: one sentence if not. May sleep. */
bool mma_sites_see(char *why, size_t size);

/* Seconds so far in which somebody looked and something did not see; and why in the last of them. */
u64 mma_sites_dark(char *why, size_t size);

#endif /* MMA_SITE_H */
