/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dispatch.h - one ftrace_ops for all functions that are probed at their entry only.
 * If each had its own, they would be unregistered one after the other, and each time
 * ftrace waits for every task, see synchronize_rcu_tasks().
 */
#ifndef MMA_DISPATCH_H
#define MMA_DISPATCH_H

#include <linux/ptrace.h>
#include <linux/types.h>

typedef void (*mma_enter_fn)(const struct pt_regs *regs);

/* A bit for each id: the points of sites.h and the canaries behind them are more than 64. */
typedef unsigned __int128 mma_ids;

static inline mma_ids mma_id_bit(unsigned int id)
{
	return (mma_ids)1 << id;
}

/*
 * The caller lets in one task at a time. First it adds all functions, each with an id
 * below 128; then it sets those it wants, as often as needed.
 */

/*
 * ip: where the function calls ftrace. is_hot: for the one function that is called more
 * than all others; its handler is called directly, as an indirect call costs a tenth of
 * it. Returns false if ftrace cannot do it and the caller must use a kprobe.
 */
bool mma_dispatch_add(unsigned int id, unsigned long ip, mma_enter_fn enter, bool is_hot);

/* From now on only the handlers of these ids are called; 0: none. If it fails, nothing changes. May sleep, for long if 0. */
int mma_dispatch_set(mma_ids ids);

/* The ids whose handlers are called. */
mma_ids mma_dispatched(void);

/* Whether ftrace still has the ops enabled. */
bool mma_dispatch_stands(void);

/* For the end: no id is set, and none will be. */
void mma_dispatch_exit(void);

#endif /* MMA_DISPATCH_H */
