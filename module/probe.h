/* SPDX-License-Identifier: GPL-2.0 */
/* probe.h - struct mma_probe: the handlers of a point, for site.c to plant them. */
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
 * kprobes, kretprobes and mmaudit_wrap call handlers with preemption off on every
 * kernel. ftrace does not.
 *
 * Defines the probe of an entry handler, void name(const struct pt_regs *), which
 * ftrace or a kprobe may call. Called by ftrace, it has preemption off only if the
 * caller of the probed function holds a spinlock, or with PREEMPT_RT. ftrace does not prevent recursion; no
 * handler needs that, because none calls a function that is probed.
 */
#define MMA_ENTRY_PROBE(name)							\
	static int name##_probed(struct kprobe *kp, struct pt_regs *regs)	\
	{									\
		name(regs);							\
		return 0;							\
	}									\
	NOKPROBE_SYMBOL(name##_probed);						\
	struct mma_probe

/* For a return probe whose data is a `type`, and for which a slot of wrap.h may stand in. */
#define MMA_WRAPPED(slot, type)							\
	.wrap = MMA_WRAP_##slot + BUILD_BUG_ON_ZERO(sizeof(type) > MMA_WRAP_DATA_##slot)

#define MMA_ENTRY(name)	.rp.kp.pre_handler = name##_probed, .enter = name

/* One of each point, defined beside its handlers. */
#define X(id, name, sym, args, when, text) extern struct mma_probe mma_probe_##name;
MMA_POINTS(X)
#undef X

#endif /* MMA_PROBE_H */
