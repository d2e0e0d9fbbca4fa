// SPDX-License-Identifier: GPL-2.0
/*
 * proof.c - do the hooks still see? Each kind of hook that a point uses is proven by
 * the canary that is hooked in the same way, and each hook must still be there.
 */
#include <linux/string.h>
#include <linux/workqueue.h>

#include "canary.h"
#include "proof.h"
#include "site.h"

#define NONE_GONE	MMA_NR_POINTS

/* The canary that is hooked in the same way as a point. */
static enum mma_canary canary_of(unsigned int id)
{
	switch (mma_point_hook(id)) {
	case MMA_HOOK_FTRACE:
		return MMA_CANARY_TRACED;
	case MMA_HOOK_WRAP:
		return MMA_CANARY_WRAPPED;
	case MMA_HOOK_KPROBE:
		return mma_point_traps(id) ? MMA_CANARY_TRAPPED : MMA_CANARY_PROBED;
	default:
		return mma_point_traps(id) ? MMA_CANARY_TRAP_RETURNED : MMA_CANARY_RETURNED;
	}
}

/* Counts the points that are on by each kind of hook. Returns one that is not hooked any more, or NONE_GONE. */
static unsigned int count_kinds(unsigned int *kinds)
{
	unsigned int gone = NONE_GONE, i;

	for (i = 0; i < MMA_NR_POINTS; i++) {
		if (!mma_point_on(i))
			continue;
		if (!mma_point_stands(i))
			gone = i;
		kinds[canary_of(i)]++;
	}
	return gone;
}

/* Whether the canary is hooked in the way it stands for. If not, it proves nothing. */
static bool is_proof(enum mma_canary id)
{
	return mma_canary_on(id) && canary_of(mma_canary_point(id)) == id;
}

static bool sings(enum mma_canary id)
{
	return is_proof(id) && mma_point_stands(mma_canary_point(id)) && mma_canary_sings(id);
}

static const char *const kind_names[] = {
	[MMA_CANARY_TRACED] = "ftrace", [MMA_CANARY_PROBED] = "kprobe", [MMA_CANARY_RETURNED] = "kretprobe",
	[MMA_CANARY_WRAPPED] = "wrap", [MMA_CANARY_TRAPPED] = "kprobe", [MMA_CANARY_TRAP_RETURNED] = "kretprobe",
};

/*
 * Whether a canary is silent because kprobes are off, and not ftrace. Kprobes are
 * switched one after the other, so a canary that sings says more than a silent one.
 */
static bool kprobes_off(enum mma_canary id)
{
	if (id == MMA_CANARY_TRACED || id == MMA_CANARY_WRAPPED)
		return false;
	return is_proof(MMA_CANARY_TRACED) ? sings(MMA_CANARY_TRACED) : !sings(MMA_CANARY_TRAPPED);
}

static void say_silent(enum mma_canary id, unsigned int nr, char *why, size_t size)
{
	if (!is_proof(id))
		snprintf(why, size, "nothing proves the %u points by %s: no canary (%d); unload and load again",
			 nr, kind_names[id], mma_point_error(mma_canary_point(id)));
	else if (kprobes_off(id))
		snprintf(why, size, "kprobes are off: %u points by %s see nothing (echo 1 > /sys/kernel/debug/kprobes/enabled)",
			 nr, kind_names[id]);
	else
		snprintf(why, size, "ftrace is off: %u points by %s see nothing (sysctl kernel.ftrace_enabled=1)",
			 nr, kind_names[id]);
}

/* Under mma_sites_lock(). */
static bool all_see(char *why, size_t size)
{
	unsigned int kinds[MMA_NR_CANARIES] = {}, gone = count_kinds(kinds), i;

	for (i = 0; i < MMA_NR_CANARIES; i++)
		if (kinds[i] && !sings(i)) {
			say_silent(i, kinds[i], why, size);
			return false;
		}
	if (gone == NONE_GONE)
		return true;
	snprintf(why, size, "%s() has lost its %s behind our back: unload and load again",
		 mma_point_symbol(gone), kind_names[canary_of(gone)]);
	return false;
}

bool mma_sites_see(char *why, size_t size)
{
	bool ret;

	mma_sites_lock();
	ret = all_see(why, size);
	mma_sites_unlock();
	return ret;
}

/*
 * Checked each second while there are holders: what was off in the middle of an audit
 * and is on again at its end has missed something all the same.
 */
static u64 dark;			/* seconds in which some hook did not see */
static char dark_why[MMA_REASON_MAX];	/* why, the last time; both under mma_sites_lock() */

static void watch(struct work_struct *work);
static DECLARE_DELAYED_WORK(watching, watch);

static void watch(struct work_struct *work)
{
	if (mma_sites_lock()) {
		if (!all_see(dark_why, sizeof(dark_why)))
			dark++;
		schedule_delayed_work(&watching, HZ);
	}
	mma_sites_unlock();
}

u64 mma_sites_dark(char *why, size_t size)
{
	u64 ret;

	mma_sites_lock();
	ret = dark;
	strscpy(why, dark_why, size);
	mma_sites_unlock();
	return ret;
}

void mma_watch_begin(void)
{
	if (mma_sites_hold())
		schedule_delayed_work(&watching, HZ);
}

/* There are no holders, so it is not scheduled again. */
void mma_watch_stop(void)
{
	cancel_delayed_work_sync(&watching);
}
