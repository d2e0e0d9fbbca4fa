/* SPDX-License-Identifier: GPL-2.0 */
/* work.h - the worker that does later what a probe may not do: suspects, and sweeps of memory that was given up. */
#ifndef MMA_WORK_H
#define MMA_WORK_H

#include <linux/jiffies.h>
#include <linux/types.h>

struct mma_reader;

enum mma_work { MMA_IDLE, MMA_BUSY, MMA_WORKED };	/* nothing to do; something, but not now; a step was done */

#define MMA_PATIENCE	HZ		/* how often a mm may be busy, once a jiffy, before its work is given up */

int mma_work_init(enum mma_work (*fn)(void));
void mma_work_stop(void);
void mma_work_exit(void);
bool mma_work_stopping(void);

/* Any context. Returns a ticket for what is queued now; later tickets are greater. The kick makes the worker run. */
u64 mma_work_ticket(void);
void mma_work_kick(void);

/* Something that was queued is done: tasks that wait ask `pending` again. */
void mma_work_done(void);
int mma_work_wait(struct mma_reader *r, bool (*pending)(struct mma_reader *r, u64 ticket));

#endif /* MMA_WORK_H */
