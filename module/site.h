/* SPDX-License-Identifier: GPL-2.0 */
/* site.h - what plants and arms the probes: how a handler is written down, and what is on. */
#ifndef MMA_SITE_H
#define MMA_SITE_H

#include <linux/kprobes.h>
#include <linux/types.h>

#include "dispatch.h"
#include "mmaudit.h"
#include "sites.h"
#include "wrap.h"

struct mma_probe {
	struct kretprobe rp;		/* symbol and handlers; .handler NULL: entry only */
	mma_enter_fn enter;		/* the same entry handler, for ftrace to call it; or NULL */
	enum mma_wrap_slot wrap;	/* what may stand in for rp, or MMA_WRAP_NONE */
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

int mma_sites_init(void);
void mma_sites_exit(void);
void mma_sites_arm(void);
void mma_sites_hold(void);
void mma_sites_release(void);
extern u64 mma_armed;			/* bit per point */
static inline bool mma_point_on(enum mma_point point)
{
	return READ_ONCE(mma_armed) >> point & 1;
}
bool mma_points_there(u64 ids);
int mma_points_error(u64 ids);
void mma_point_info(struct mma_point_info *info);
bool mma_sites_see(char *why, size_t size);
u64 mma_sites_dark(char *why, size_t size);
u64 mma_missed(void);
bool mma_dropped(u64 points);
u64 mma_site_points(enum mma_site site);
enum mma_site_state mma_site_state(enum mma_site site);

/* One of each point, defined beside its handlers. */
#define X(id, name, sym, args, when, text) extern struct mma_probe mma_probe_##name;
MMA_POINTS(X)
#undef X

#endif /* MMA_SITE_H */
