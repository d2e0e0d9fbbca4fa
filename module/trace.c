// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - the tracepoints of trace.h: who may have them, and who is told that an
 * event is on.
 *
 * The kernel calls back when the first user of an event comes and when the last one
 * goes, with tracepoints_mutex held. Points are not armed there: ftrace takes that
 * mutex under ftrace_lock, register_ftrace_graph() and start_graph_tracing()
 * kernel/trace/fgraph.c:1269, :1184 (6.12), and arming takes ftrace_lock. So a worker
 * arms them, a moment later.
 *
 * An event that tracefs has switched on does not keep the module. When the module goes,
 * the kernel switches it off after our exit, delete_module() kernel/module/main.c:785
 * (6.12), and before init it may be on already: only between mma_trace_init() and
 * mma_trace_exit() does anyone hear of it.
 */
#include <linux/capability.h>
#include <linux/perf_event.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/trace_events.h>
#include <linux/workqueue.h>

#define CREATE_TRACE_POINTS
#include "trace.h"

static DEFINE_SPINLOCK(lock);		/* of these */
static bool decisions, violations, heard;
static void (*on_change)(bool decisions, bool any);

static void tell(struct work_struct *unused)
{
	bool all = READ_ONCE(decisions);

	on_change(all, all || READ_ONCE(violations));
}
static DECLARE_WORK(telling, tell);

static void set(bool *event, bool on)
{
	spin_lock(&lock);
	WRITE_ONCE(*event, on);
	if (heard)
		schedule_work(&telling);
	spin_unlock(&lock);
}

/*
 * As for /dev/mmaudit, whoever may write to tracefs. perf lets anyone count an event in his own tasks,
 * perf_trace_event_perm() kernel/trace/trace_event_perf.c:61 (6.12), which would arm
 * all points, and keep the module: so it asks us, too.
 */
static int may_trace(void)
{
	return perfmon_capable() ? 0 : -EPERM;
}

int mma_trace_decisions_on(void)
{
	int ret = may_trace();

	if (!ret)
		set(&decisions, true);
	return ret;
}

void mma_trace_decisions_off(void)
{
	set(&decisions, false);
}

int mma_trace_violations_on(void)
{
	int ret = may_trace();

	if (!ret)
		set(&violations, true);
	return ret;
}

void mma_trace_violations_off(void)
{
	set(&violations, false);
}

#ifdef CONFIG_PERF_EVENTS
/* A child gets its parent's event by fork, whoever that is. */
static int may_perf(struct trace_event_call *call, struct perf_event *event)
{
	return event->parent ? 0 : may_trace();
}

static void guard_perf(void)
{
	event_decision.perf_perm = may_perf;
	event_violation.perf_perm = may_perf;
	event_lost.perf_perm = may_perf;
}
#else
static void guard_perf(void) { }
#endif

/* In the words of a decision, as far as a sweep knows them. */
void mma_trace_finding(const struct mma_finding *f, u32 entries)
{
	struct mma_decision d = {
		.hdr = f->hdr, .site = MMA_TRACE_SWEEP, .point = MMA_TRACE_SWEEP, .level = f->level, .broken = f->broken,
		.flags = MMA_DEC_OLD_UNKNOWN | (f->flags & MMA_FIND_UNKNOWN_KERNEL ? MMA_DEC_UNKNOWN_KERNEL : 0),
		.owner = f->pid, .addr = f->start, .end = f->end, .new_entry = f->entry, .facts = f->facts,
		.refs = f->refs, .maps = f->maps, .piped = f->piped, .map = f->map, .new_kind = f->kind,
		.number = f->number, .mm = f->mm, .count = entries,
	};

	if (!trace_violation_enabled())
		return;
	memcpy(d.comm, f->comm, sizeof(d.comm));
	trace_violation(&d);
}

static void hear(bool on)
{
	spin_lock(&lock);
	heard = on;
	spin_unlock(&lock);
}

void mma_trace_init(void (*changed)(bool decisions, bool any))
{
	on_change = changed;
	guard_perf();
	hear(true);
	schedule_work(&telling);	/* what was switched on before */
}

void mma_trace_exit(void)
{
	hear(false);
	cancel_work_sync(&telling);
	on_change(false, false);
}
