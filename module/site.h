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

/* Between the two there is a holder: an open device or a self-test. Then points are armed even with armed=N. */
void mma_sites_hold(void);
void mma_sites_release(void);

/* A bit for each point that is on. Any context. */
extern u64 mma_armed;

static inline bool mma_point_on(enum mma_point point)
{
	return READ_ONCE(mma_armed) >> point & 1;
}

bool mma_points_there(u64 ids);		/* this kernel has all of them, and none is refused */
int mma_points_error(u64 ids);		/* why one of them is not on although it should be, or 0 */
#define MMA_REASON_MAX	sizeof_field(struct mma_version, reason)

void mma_point_info(struct mma_point_info *info);

u64 mma_missed(void);			/* how many calls all probes have missed */
bool mma_dropped(u64 points);		/* one of these has missed a call since it was planted; any context */

u64 mma_site_points(enum mma_site site);
enum mma_site_state mma_site_state(enum mma_site site);

/* Whether every kind of hook in use works, proven by its canary. If not, sets why to one sentence. May sleep. */
bool mma_sites_see(char *why, size_t size);

/* How many seconds so far a hook did not see while there was a holder; why: in the last of them. */
u64 mma_sites_dark(char *why, size_t size);

#endif /* MMA_SITE_H */
