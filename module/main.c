// SPDX-License-Identifier: GPL-2.0
/* main.c - the stages of the module: up in order, down in reverse. */
#include <linux/module.h>

#include "action.h"
#include "ask.h"
#include "confirm.h"
#include "dev.h"
#include "facts.h"
#include "history.h"
#include "off.h"
#include "points.h"
#include "proof.h"
#include "reader.h"
#include "selftest.h"
#include "site.h"
#include "sweep.h"
#include "trace.h"
#include "version.h"

static void nothing(void) { }
static int none(void) { return 0; }

/* What readers want decides what is probed. */
static int arm(bool sweep)
{
	int ret = sweep ? mma_sweep_prepare() : 0;

	WRITE_ONCE(mma_sweeping, sweep && !ret);
	mma_history_update();
	mma_sites_arm();
	return sweep && !ret ? mma_sweep_error() : ret;
}

/* An event that is on is a holder, as an open device is. Never called twice at once. */
static void follow_events(bool decisions, bool any)
{
	static bool held;

	if (any && !held)
		mma_watch_begin();
	mma_readers_event(decisions);
	if (!any && held)
		mma_sites_release();
	held = any;
}

static int events_up(void)
{
	mma_trace_init(follow_events);
	return 0;
}

static int sites_up(void)
{
	return mma_sites_init(mma_probes);
}

static int history_up(void)
{
	return mma_history_init(mma_sites_arm);
}

static int readers_up(void)
{
	return mma_readers_init(arm, mma_history_left);
}

static const struct stage {
	const char *name;
	int (*up)(void);
	void (*down)(void);
} stages[] = {
	{ "facts",	mma_facts_init,		nothing },
	{ "ask",	mma_ask_init,		nothing },	/* before a probe can see what it does, and keep facts */
	{ "readers",	readers_up,	mma_readers_exit },
	{ "history",	history_up,	mma_history_exit },
	{ "confirm",	mma_confirm_init,	mma_confirm_exit },
	{ "sites",	sites_up,		mma_sites_exit },	/* after its exit no probe runs */
	{ "watch",	none,			mma_watch_stop },	/* down before the sites, whose hooks it checks */
	{ "stop",	none,			mma_work_stop },	/* down before the sites: probes keep the worker busy */
	{ "action",	mma_action_init,	mma_action_exit },
	{ "device",	mma_dev_init,		mma_dev_exit },
	{ "events",	events_up,		mma_trace_exit },
	{ "self-test",	mma_selftest_init,	nothing },	/* last: see mma_selftest_init() */
};

static void down_from(int i)
{
	while (--i >= 0)
		stages[i].down();
}

static int __init mma_init(void)
{
	int i, ret;

	if (mma_off_all())
		return -ECANCELED;
	for (i = 0; i < ARRAY_SIZE(stages); i++) {
		ret = stages[i].up();
		if (!ret)
			continue;
		pr_err("%s: %pe, not loaded\n", stages[i].name, ERR_PTR(ret));
		down_from(i);
		return ret;
	}
	return 0;
}

static void __exit mma_exit(void)
{
	down_from(ARRAY_SIZE(stages));
}

module_init(mma_init);
module_exit(mma_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("audits every grant of a page table entry's write bit");
MODULE_VERSION(MMAUDIT_VERSION);
/* modprobe loads it first, as `mmaudit load` does; without it kretprobes do the same. */
MODULE_SOFTDEP("pre: mmaudit_wrap");
