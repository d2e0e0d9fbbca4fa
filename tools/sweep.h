/* SPDX-License-Identifier: GPL-2.0 */
/* sweep.h - sweeps one process or all, again and again; findings of the last round are not printed again. */
#ifndef SWEEP_H
#define SWEEP_H

#include "session.h"

/* Findings of a round, by what makes them the same. */
struct told {
	struct mma_finding *at;		/* sorted once the round is over */
	size_t nr, room;
};

struct sweeper {
	struct session *s;
	__u32 flags;			/* MMA_SWEEP_* */
	int pending;			/* `last` is not printed yet: the next may go on where it ends */
	struct record last;
	struct told before, now;
};

/* 0; -ESRCH, -EINVAL and -ENOENT as MMA_IOC_SWEEP has them; another -errno has been said. */
int sweep_process(struct sweeper *w, __u32 pid);

/* All processes with memory; with MMA_SWEEP_AUDITED those of the reader's filter. 0 or -errno, said. */
int sweep_processes(struct sweeper *w);

/* Ends a round. */
void sweep_round(struct sweeper *w);
void sweep_free(struct sweeper *w);

#endif /* SWEEP_H */
