/* SPDX-License-Identifier: GPL-2.0 */
/*
 * dispatch.h - one ftrace_ops for all functions of which the entry alone is
 * seen. One of its own for each would be let go of one after the other, and
 * each time ftrace waits for every task, see synchronize_rcu_tasks().
 */
#ifndef MMA_DISPATCH_H
#define MMA_DISPATCH_H

#include <linux/ptrace.h>
#include <linux/types.h>

typedef void (*mma_enter_fn)(const struct pt_regs *regs);

/*
 * The caller lets in one at a time. First all functions are added, each with an
 * id below 64, then those wanted are set, as often as needed.
 */

/*
 * ip: where the function calls ftrace. is_hot: of one function, it is called more than
 * all others, so directly: an indirect call costs a tenth of it. False: a kprobe must do.
 */
bool mma_dispatch_add(unsigned int id, unsigned long ip, mma_enter_fn enter, bool is_hot);

/* Calls the handlers of these ids alone, 0: of none. If it fails all is as before. May sleep, for long to have none. */
int mma_dispatch_set(u64 ids);

/* Those it calls. */
u64 mma_dispatched(void);

/* Does ftrace still have it? */
bool mma_dispatch_stands(void);

/* None is set, and none will be. */
void mma_dispatch_exit(void);

#endif /* MMA_DISPATCH_H */
