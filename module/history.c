// SPDX-License-Identifier: GPL-2.0
/* history.c - the flight recorder: notes events as far as its mode says, and has those that led to a violation kept. */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/suspend.h>
#include <linux/timekeeping.h>
#include <linux/tracepoint.h>

#include "facts.h"
#include "history.h"
#include "reader.h"
#include "rings.h"
#include "stat.h"

static unsigned int kib = 160;
module_param_named(history, kib, uint, 0444);
MODULE_PARM_DESC(history, "KiB of history per CPU, twice; 0: none (at most 65536)");

static bool freeze;
static int mode_asked = MMA_HISTORY_DEFAULT;	/* the parameter */

unsigned long mma_note_mask;
static bool audited_only;
static bool stopped;			/* nothing is noted after the first set was kept, until `freeze` is written */
static u64 since;
static u32 mode = MMA_HISTORY_OFF;
static DEFINE_MUTEX(lock);		/* of mode and what follows from it, and where stopped, a bit of owed, or kinds are cleared */
static void (*changed)(void);

/* ---- notes ---- */

static __always_inline void write_event(struct mma_event *e, struct mm_struct *mm, u64 where, u64 what, union mma_change change,
					unsigned long ip)
{
	BUILD_BUG_ON(offsetof(struct mma_event, was) % sizeof(u32));
	WRITE_ONCE(e->where, where);
	WRITE_ONCE(e->what, what);
	WRITE_ONCE(e->mm, mma_mm_id(mm));
	WRITE_ONCE(e->ip, ip);
	WRITE_ONCE(*(u32 *)&e->was, change.both);
	WRITE_ONCE(e->tid, current->pid);
	WRITE_ONCE(e->time, mma_counter());
}

static void write_more(struct mma_event *e, const struct mma_note_more *m)
{
	WRITE_ONCE(e->time, m->time);
	WRITE_ONCE(e->where, (m->where & MMA_EV_PLACE) | MMA_EVENT_MORE | (m->vm_flags ? MMA_RAW : 0));
	WRITE_ONCE(e->what, m->what);
	WRITE_ONCE(e->mm, m->mm ? mma_mm_id(m->mm) : 0);
	WRITE_ONCE(e->tid, 0);
	WRITE_ONCE(e->ip, 0);
	WRITE_ONCE(*(u32 *)&e->was, 0);
}

static void count_missed(struct mma_ring *ring)
{
	WRITE_ONCE(ring->missed, ring->missed + 1);
}

/*
 * Whoever sees a slot's new contents also sees a head that has come at least to that
 * slot: the fence stands between the head of the event before and this one's slots.
 */
static __always_inline void add_event(struct mm_struct *mm, u64 where, u64 what, union mma_change change, unsigned long ip)
{
	struct mma_ring *ring = mma_written_ring();
	u64 head = READ_ONCE(ring->head);

	if (unlikely(!ring->events)) {
		count_missed(ring);
		return;
	}
	smp_wmb();
	write_event(mma_slot_at(ring, head), mm, where, what, change, ip);
	smp_store_release(&ring->head, head + 1);
}

/* Only the thread's own process and whose memory it is; preemption is off, so the readers stay. */
static bool is_audited(struct mm_struct *mm)
{
	return mma_any_reader_follows(current->tgid, mma_owner(mm));
}

static noinline void add_if_audited(struct mm_struct *mm, u64 where, u64 what, union mma_change change, unsigned long ip)
{
	if (is_audited(mm))
		add_event(mm, where, what, change, ip);
}

void mma_note_fast(struct mm_struct *mm, u64 where, u64 what, union mma_change change, unsigned long ip)
{
	lockdep_assert_preemption_disabled();
	if (unlikely(READ_ONCE(audited_only)))
		add_if_audited(mm, where, what, change, ip);
	else
		add_event(mm, where, what, change, ip);
}

void mma_note(const struct mma_note *n)
{
	mma_note_fast(n->mm, n->where, n->what, n->change, n->ip);
}

void mma_note_both(const struct mma_note *n, const struct mma_note_more *more)
{
	struct mma_ring *ring = mma_written_ring();
	u64 head = READ_ONCE(ring->head);

	lockdep_assert_preemption_disabled();
	if (READ_ONCE(audited_only) && !is_audited(n->mm))
		return;
	if (unlikely(!ring->events)) {
		count_missed(ring);
		return;
	}
	smp_wmb();
	write_event(mma_slot_at(ring, head), n->mm, n->where | MMA_EV_MORE, n->what, n->change, n->ip);
	write_more(mma_slot_at(ring, head + 1), more);
	smp_store_release(&ring->head, head + 2);
}

/* more: or NULL */
void mma_note_preemptible(const struct mma_note *n, const struct mma_note_more *more)
{
	preempt_disable_notrace();
	if (more)
		mma_note_both(n, more);
	else
		mma_note(n);
	preempt_enable_notrace();
}

/* ---- what led to a violation ---- */

static atomic64_t violations;

u64 mma_history_number(void)
{
	return atomic64_inc_return(&violations);
}

#define KINDS	512	/* a power of two */
#define TRIES	8
#define KIND_KEPT	(1ULL << 63)

static u64 kinds[KINDS];	/* of violations since they were last forgotten, with KIND_KEPT if the history of one was; 0: a free place */
static atomic_t owed;		/* bits of the readers that have not given the kept set back yet */

static u64 kind_of(u32 broken, u8 site, unsigned long ip)
{
	BUILD_BUG_ON(MMA_NR_RULES > 25 || MMA_NR_SITES > 63);
	return (u32)ip | (u64)broken << 32 | (u64)site << 57;
}

/* The place of a kind, which it gets if it has none; *is_new says so. NULL: all its places are taken, so it counts as new each time. */
static u64 *place_of(u64 kind, bool *is_new)
{
	unsigned int at = hash_64(kind, ilog2(KINDS)), i;
	u64 there;

	for (i = 0; i < TRIES; i++) {
		there = cmpxchg(&kinds[(at + i) % KINDS], 0, kind);
		*is_new = !there;
		if (!there || (there & ~KIND_KEPT) == kind)
			return &kinds[(at + i) % KINDS];
	}
	*is_new = true;
	return NULL;
}

/* An audit begins: a violation is the first of its kind again. */
static void forget_kinds(void)
{
	int i;

	for (i = 0; i < KINDS; i++)
		WRITE_ONCE(kinds[i], 0);
}

static void stop_if_asked(void)
{
	if (!READ_ONCE(freeze))
		return;
	WRITE_ONCE(stopped, true);
	smp_mb();		/* set_mode() sees it, or its mask is overwritten here */
	WRITE_ONCE(mma_note_mask, 0);
}

/* If its kind was forgotten meanwhile, it stays so. */
static u32 keep_for(u32 takers, u64 *place, u64 kind)
{
	u32 set = mma_rings_keep();

	if (!set)
		return 0;
	atomic_or(takers, &owed);
	cmpxchg(place, kind, kind | KIND_KEPT);
	stop_if_asked();
	return set;
}

/* A kind whose history could not be kept is tried again with its next violation, but counted once. */
static u32 keep_first(u32 takers, u64 kind)
{
	bool is_new;
	u64 *place = place_of(kind, &is_new);
	u32 set = 0;

	if (place && READ_ONCE(*place) & KIND_KEPT)
		return 0;
	if (place)
		set = keep_for(takers, place, kind);
	if (!set && is_new)
		mma_count_event(MMA_NOT_KEPT);
	return set;
}

/* A violation that no reader is told of keeps nothing, but for whom `freeze` was set when nobody audits: he will look later. */
u32 mma_history_keep(const struct mma_hdr *h, u32 broken, u8 site, unsigned long ip)
{
	u32 takers;

	if (!READ_ONCE(mma_note_mask))
		return 0;
	takers = mma_readers_that_take(h);
	if (!takers && !(READ_ONCE(freeze) && READ_ONCE(mma_history_wish) == MMA_HISTORY_OFF))
		return 0;
	return keep_first(takers, kind_of(broken, site, ip));
}

/* What freeze has kept stays until it is written again. Whoever has kept the set has said by now for whom. */
static void drop_if_unowed(void)
{
	u32 set = mma_set_kept();

	lockdep_assert_held(&lock);
	if (!set || READ_ONCE(stopped))
		return;
	mma_set_settle(set);
	if (!atomic_read(&owed) && !READ_ONCE(stopped))
		mma_set_give_back(set);
}

/* Each reader that was told of the set gives it back; then it is free. */
int mma_history_give_back(u32 set, unsigned int reader)
{
	int ret = -ENOENT;

	mutex_lock(&lock);
	if (set && mma_set_kept() == set) {
		mma_set_settle(set);
		ret = READ_ONCE(stopped) || !(atomic_fetch_andnot(BIT(reader), &owed) & BIT(reader)) ? -EBUSY : 0;
		drop_if_unowed();
	}
	mutex_unlock(&lock);
	return ret;
}

/* It is told of no more violations, and reads none that it was told of. */
void mma_history_left(unsigned int reader)
{
	mutex_lock(&lock);
	atomic_andnot(BIT(reader), &owed);
	drop_if_unowed();
	mutex_unlock(&lock);
}

/* ---- modes ---- */

static u32 wanted_mode(void)
{
	if (!mma_slot_mask || READ_ONCE(stopped))
		return MMA_HISTORY_OFF;
	return mode_asked != MMA_HISTORY_DEFAULT ? mode_asked : READ_ONCE(mma_history_wish);
}

static unsigned long mask_of(u32 m)
{
	if (m == MMA_HISTORY_OFF)
		return 0;
	return m == MMA_HISTORY_TRACKED ? VM_SOFTDIRTY | MMA_VM_UFFD : ~0UL;
}

/* A probe may freeze it at the same time: then it is looked at again. */
static void set_mode(void)
{
	u32 m = wanted_mode();

	lockdep_assert_held(&lock);
	if (m != mode)
		since = mma_counter();
	mode = m;
	WRITE_ONCE(audited_only, m == MMA_HISTORY_AUDITED);
	WRITE_ONCE(mma_note_mask, mask_of(m));
	smp_mb();
	if (READ_ONCE(stopped))
		WRITE_ONCE(mma_note_mask, 0);
}

void mma_history_update(void)
{
	mutex_lock(&lock);
	set_mode();
	mutex_unlock(&lock);
}

static const char *const modes[] = { "default", "off", "tracked", "audited", "all" };

/* More is audited from now on. What only now is asked for was not noted before. */
void mma_history_wider(void)
{
	mutex_lock(&lock);
	if (mode == MMA_HISTORY_AUDITED)
		since = mma_counter();
	mutex_unlock(&lock);
}

void mma_history_begin(void)
{
	mutex_lock(&lock);
	forget_kinds();
	mutex_unlock(&lock);
	mma_history_wider();
}

/* From now on other points are needed; the lock is not held. Nobody asks for that before the module is up. */
static void tell_changed(void)
{
	if (changed)
		changed();
}

static int set_mode_asked(const char *val, const struct kernel_param *kp)
{
	int i = sysfs_match_string(modes, val);

	if (i < 0)
		return i;
	mutex_lock(&lock);
	mode_asked = i;
	set_mode();
	mutex_unlock(&lock);
	tell_changed();
	return 0;
}

static int get_mode_asked(char *buf, const struct kernel_param *kp)
{
	return sprintf(buf, "%s\n", modes[READ_ONCE(mode_asked)]);
}

static const struct kernel_param_ops mode_ops = { .set = set_mode_asked, .get = get_mode_asked };
module_param_cb(history_mode, &mode_ops, NULL, 0644);
MODULE_PARM_DESC(history_mode, "what is noted: off, tracked (mappings with soft-dirty cleared, or userfaultfd), audited, all; default: what readers ask for, and without readers off");

/* Nothing was noted meanwhile. */
static void thaw(void)
{
	if (!READ_ONCE(stopped))
		return;
	WRITE_ONCE(stopped, false);
	mode = MMA_HISTORY_OFF;
	forget_kinds();
	drop_if_unowed();
	set_mode();
}

static int set_freeze(const char *val, const struct kernel_param *kp)
{
	int ret;

	mutex_lock(&lock);
	ret = param_set_bool(val, kp);
	if (!ret)
		thaw();
	mutex_unlock(&lock);
	if (!ret)
		tell_changed();
	return ret;
}

static const struct kernel_param_ops freeze_ops = { .set = set_freeze, .get = param_get_bool };
module_param_cb(freeze, &freeze_ops, &freeze, 0644);
MODULE_PARM_DESC(freeze, "Y: nothing is noted any more once the history of a violation was kept, until this is written again");

/* ---- the time ---- */

/*
 * While the machine sleeps its counters go on, or begin anew, and CLOCK_MONOTONIC stands
 * still. So the line through two moments is drawn from when it woke up; and what was noted
 * before is not in order with what comes.
 */
static struct mma_moment first_moment;	/* under lock */

struct mma_moment mma_moment_now(void)
{
	struct mma_moment m;

	preempt_disable();
	m.counter = mma_counter();
	m.ns = ktime_get_mono_fast_ns();
	preempt_enable();
	return m;
}

struct mma_moment mma_moment_first(void)
{
	struct mma_moment m;

	mutex_lock(&lock);
	m = first_moment;
	mutex_unlock(&lock);
	return m;
}

static void begin_time(void)
{
	mutex_lock(&lock);
	first_moment = mma_moment_now();
	since = first_moment.counter;
	mutex_unlock(&lock);
}

static int on_sleep(struct notifier_block *nb, unsigned long what, void *unused)
{
	if (what == PM_POST_SUSPEND || what == PM_POST_HIBERNATION || what == PM_POST_RESTORE)
		begin_time();
	return NOTIFY_DONE;
}

static struct notifier_block sleep_watch = { .notifier_call = on_sleep };

/* ---- address spaces that begin ---- */

/*
 * Tracepoints, as reader.c has one for fork, because no function that is probed sees the
 * whole new mm. They may be preempted: include/linux/tracepoint.h:315 (7.2). Only where
 * everything is noted: an untracked process may fork thousands of times a second.
 */
static void note_birth(struct mm_struct *mm, struct mm_struct *parent, u32 tgid)
{
	const struct mma_note n = {
		.where = mma_where(0, MMA_EVENT_BORN, MMA_LEVEL_NONE), .what = tgid, .mm = mm,
		.change = mma_change(0, 0, MMA_EV_NO_SITE), .ip = _RET_IP_ };
	const struct mma_note_more more = { .mm = parent };

	mma_note_preemptible(&n, parent ? &more : NULL);
}

static void on_fork(void *unused, struct task_struct *parent, struct task_struct *child)
{
	if (mma_noting_all() && child->mm && child->mm != parent->mm)
		note_birth(child->mm, parent->mm, child->tgid);
}

static void on_exec(void *unused, struct task_struct *task, pid_t old, struct linux_binprm *bprm)
{
	if (mma_noting_all() && task->mm)
		note_birth(task->mm, NULL, task->tgid);
}

static struct { const char *name; void *fn; struct tracepoint *tp; bool watched; } births[] = {
	{ "sched_process_fork", on_fork },
	{ "sched_process_exec", on_exec },
};

static void find_birth(struct tracepoint *tp, void *unused)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(births); i++)
		if (!strcmp(tp->name, births[i].name))
			births[i].tp = tp;
}

static void unwatch_births(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(births); i++) {
		if (births[i].watched)
			tracepoint_probe_unregister(births[i].tp, births[i].fn, NULL);
		births[i].watched = false;
	}
	tracepoint_synchronize_unregister();
}

static int watch_births(void)
{
	int i, ret = 0;

	for_each_kernel_tracepoint(find_birth, NULL);
	for (i = 0; i < ARRAY_SIZE(births) && !ret; i++) {
		ret = births[i].tp ? tracepoint_probe_register(births[i].tp, births[i].fn, NULL) : -ENOENT;
		births[i].watched = !ret;
	}
	return ret;
}

/* ---- up and down ---- */

bool mma_history_there(void)
{
	return mma_slot_mask;
}

u32 mma_history_mode_now(u64 *when)
{
	*when = READ_ONCE(since);
	return READ_ONCE(stopped) ? MMA_HISTORY_OFF : READ_ONCE(mode);
}

/* No probe runs any more, and no device is open. The parameters can still be written. */
void mma_history_exit(void)
{
	unregister_pm_notifier(&sleep_watch);
	unwatch_births();
	mma_rings_exit();
}

int mma_history_init(void (*fn)(void))
{
	int ret = mma_rings_init(kib);

	if (ret)
		return ret;
	begin_time();
	ret = register_pm_notifier(&sleep_watch) ?: watch_births();
	if (ret) {
		mma_history_exit();
		return ret;
	}
	mma_history_update();
	changed = fn;
	return 0;
}
