/* SPDX-License-Identifier: GPL-2.0 */
/* probe.h - how a handler is written down, for site.c to plant it. */
#ifndef MMA_PROBE_H
#define MMA_PROBE_H

#include <linux/kprobes.h>

#include "sites.h"
#include "wrap.h"

struct mma_probe {
	struct kretprobe rp;		/* symbol and handlers; .handler NULL: entry only */
	void (*enter)(const struct pt_regs *regs);	/* the same entry handler, for ftrace to call it; or NULL */
	enum mma_wrap_slot wrap;	/* what may stand in for rp, or MMA_WRAP_NONE */
	void (*begin)(void);		/* called when it is armed, before mma_point_on() says so; or NULL */
};

/*
 * Handlers run with preemption off on every kernel: kprobes, kretprobes and
 * mmaudit_wrap see to it. One that ftrace calls is on its own.
 *
 * An entry handler, void name(const struct pt_regs *), for both ftrace and
 * kprobe. Called by ftrace preemption is off only if the probed function's
 * caller holds a spinlock, on PREEMPT_RT never but by us, and nothing guards
 * against recursion. None of ours can: they call no function that is probed.
 */
#define MMA_ENTRY_PROBE(name)							\
	static int name##_probed(struct kprobe *kp, struct pt_regs *regs)	\
	{									\
		name(regs);							\
		return 0;							\
	}									\
	NOKPROBE_SYMBOL(name##_probed);						\
	struct mma_probe

/* A return probe whose data is a `type`, in a slot of wrap.h. */
#define MMA_WRAPPED(slot, type)							\
	.wrap = MMA_WRAP_##slot + BUILD_BUG_ON_ZERO(sizeof(type) > MMA_WRAP_DATA_##slot)

#define MMA_ENTRY(name)	.rp.kp.pre_handler = name##_probed, .enter = name

/* One of each point, defined beside its handlers. */
#define X(id, name, sym, args, when, text) extern struct mma_probe mma_probe_##name;
MMA_POINTS(X)
#undef X

#endif /* MMA_PROBE_H */
