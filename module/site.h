/* SPDX-License-Identifier: GPL-2.0 */
/* site.h - which probes are planted and armed, and what is seen through them. */
#ifndef MMA_SITE_H
#define MMA_SITE_H

#include <linux/types.h>

#include "canary.h"
#include "mmaudit.h"
#include "sites.h"

struct mma_probe;

/* probes: one for each point; NULL where no file defines it, see compat/old.h. */
int mma_sites_init(struct mma_probe *const *probes);
void mma_sites_exit(void);

/* What readers want has changed: mma_tracing, mma_sweeping. */
void mma_sites_arm(void);

/* Between the two there is a holder: an open device, a self-test, or events that are on. Then points are armed even with armed=N. */
bool mma_sites_hold(void);		/* true: there was none before */
void mma_sites_release(void);

/* Nothing is armed, disarmed, held or released between the two. Returns whether there is a holder. */
bool mma_sites_lock(void);
void mma_sites_unlock(void);

/* A bit for each point that is on. Any context. */
extern u64 mma_armed;

static inline bool mma_point_on(enum mma_point point)
{
	return READ_ONCE(mma_armed) >> point & 1;
}

extern u32 mma_armed_canaries;

static inline bool mma_canary_on(enum mma_canary id)
{
	return READ_ONCE(mma_armed_canaries) >> id & 1;
}

bool mma_points_there(u64 ids);		/* this kernel has all of them, and none is refused */
int mma_points_error(u64 ids);		/* why one of them is not on although it should be, or 0 */
void mma_point_info(struct mma_point_info *info);

u64 mma_missed(void);			/* how many calls all probes have missed */
bool mma_dropped(u64 points);		/* one of these has missed a call since it was planted; any context */

u64 mma_site_points(enum mma_site site);
u64 mma_site_needs(enum mma_site site);		/* points without which it judges nothing */
enum mma_site_state mma_site_state(enum mma_site site);

/* A point or a canary, whose id is mma_canary_point(); under mma_sites_lock(). */
enum mma_hook mma_point_hook(unsigned int id);
bool mma_point_traps(unsigned int id);	/* its kprobe is a trap (int3), not a call of ftrace */
bool mma_point_stands(unsigned int id);	/* its hook is still there */
const char *mma_point_symbol(unsigned int id);
int mma_point_error(unsigned int id);

static inline unsigned int mma_canary_point(enum mma_canary id)
{
	return MMA_NR_POINTS + id;
}

#endif /* MMA_SITE_H */
