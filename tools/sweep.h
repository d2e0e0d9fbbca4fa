/* SPDX-License-Identifier: GPL-2.0 */
/* sweep.h - sweeps one process or all, again and again; findings of the last round are not printed again. */
#ifndef SWEEP_H
#define SWEEP_H

#include "session.h"

/* The findings of a round, so that the next round can tell which are the same. */
struct told {
	struct mma_finding *at;		/* sorted once the round is over */
	size_t nr, room;
};

struct sweeper {
	struct session *s;
	__u32 flags;			/* MMA_SWEEP_* */
	int pending;			/* `last` is not printed yet: the next one may continue it */
	struct record last;
	struct told before, now;
};

/* Returns 0; -ESRCH, -EINVAL or -ENOENT as MMA_IOC_SWEEP does; or another -errno after saying why. */
int sweep_process(struct sweeper *w, __u32 pid);

/* The same for all processes with memory, with MMA_SWEEP_AUDITED for those of the reader's filter. -errno after saying why. */
int sweep_processes(struct sweeper *w);

/* Ends a round. */
void sweep_round(struct sweeper *w);
void sweep_free(struct sweeper *w);

#endif /* SWEEP_H */
