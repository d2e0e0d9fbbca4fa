/* SPDX-License-Identifier: GPL-2.0 */
/* proof.h - whether the hooks of all points still see, now and in each second of an audit. */
#ifndef MMA_PROOF_H
#define MMA_PROOF_H

#include <linux/stddef.h>
#include <linux/types.h>

#include "mmaudit.h"

#define MMA_REASON_MAX	sizeof_field(struct mma_version, reason)

/* Whether every kind of hook in use works, proven by its canary. If not, sets why to one sentence. May sleep. */
bool mma_sites_see(char *why, size_t size);

/* How many seconds so far a hook did not see while there was a holder; why: in the last of them. */
u64 mma_sites_dark(char *why, size_t size);

/* mma_sites_hold(), and from then on the hooks are checked each second until the last holder has let go. */
void mma_watch_begin(void);
void mma_watch_stop(void);

#endif /* MMA_PROOF_H */
