// SPDX-License-Identifier: GPL-2.0
/* wrap.c - mmaudit_wrap.ko: trampolines that ftrace calls in a function's place, and that call it. */
#include <linux/ftrace.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/workqueue.h>

#include "wrap.h"

#ifdef MMA_DIRECT
#include MMA_TRAMPOLINES

struct slot {
	kretprobe_handler_t enter, leave;	/* NULL: off. Followed with preemption off */
	unsigned long turn;			/* how often it was on */
	unsigned long trampoline;
	unsigned int data;
	void *attached;				/* the function that is hooked, or NULL */
	struct ftrace_ops ops;
};

/* What a trampoline has on its stack. */
struct call {
	struct pt_regs regs;		/* arguments, sp and, at return, ax; no more */
	unsigned long turn;
	struct kretprobe_instance ri;	/* its data alone, which follows */
};

#define X(id, name, args, nr, frame)						\
	void mma_wrapped_##name(void);						\
	static_assert(sizeof(struct call) + (nr) <= (frame));			\
	static __used struct slot mma_slot_##name = {				\
		.trampoline = (unsigned long)mma_wrapped_##name, .data = nr };
MMA_WRAPS(X)
#undef X

static struct slot *const slots[MMA_NR_WRAPS] = {
#define X(id, name, args, data, frame) [id] = &mma_slot_##name,
	MMA_WRAPS(X)
#undef X
};

static DEFINE_PER_CPU(long, calls);	/* begun and not ended; the sum counts */
static DEFINE_MUTEX(lock);
static bool held;			/* a reference to ourselves: calls may come, or have not ended */

/* ---- called by the trampolines ---- */

/* Nonzero: this call is nobody's, its return need not be seen. */
static __used notrace int mma_wrap_begin(struct call *c, const struct slot *s)
{
	kretprobe_handler_t enter;
	int declined = 1;

	preempt_disable_notrace();
	enter = smp_load_acquire(&s->enter);
	if (enter) {
		c->turn = s->turn;
		declined = enter(&c->ri, &c->regs);
	}
	if (!declined)
		this_cpu_inc(calls);
	preempt_enable_notrace();
	return declined;
}

/* What began in an earlier turn is of handlers that may have been another module's. */
static __used notrace void mma_wrap_end(struct call *c, const struct slot *s)
{
	kretprobe_handler_t leave;

	preempt_disable_notrace();
	leave = smp_load_acquire(&s->leave);
	if (leave && c->turn == s->turn)
		leave(&c->ri, &c->regs);
	this_cpu_dec(calls);
	preempt_enable_notrace();
}

#define X(id, name, args, data, frame) MMA_TRAMPOLINE(name, args, frame)
MMA_WRAPS(X)
#undef X

/* ---- for mmaudit ---- */

/* Whatever has taken the trampoline out: it can be put in anew. */
static void forget_if_gone(struct slot *s)
{
	if (s->attached && !(READ_ONCE(s->ops.flags) & FTRACE_OPS_FL_ENABLED))
		s->attached = NULL;
}

/*
 * A function is let go of in background, for that waits for every task each time,
 * see ftrace_shutdown(): until then its calls are declined, or are rp's once more.
 */
static int attach(struct slot *s, const struct kretprobe *rp)
{
	forget_if_gone(s);
	if (s->attached == rp->kp.addr)
		return 0;
	if (s->attached)
		return -EBUSY;
	return ftrace_set_filter_ip(&s->ops, (unsigned long)rp->kp.addr, 0, 1) ?:
	       mma_direct_on(&s->ops, s->trampoline);
}

/* Calls that come from now on are rp's. Nobody follows the pointers yet: off() waited. */
static void open(struct slot *s, const struct kretprobe *rp)
{
	s->attached = rp->kp.addr;
	s->turn++;
	smp_store_release(&s->leave, rp->handler);
	smp_store_release(&s->enter, rp->entry_handler);
	if (!held)
		__module_get(THIS_MODULE);
	held = true;
}

static int on(enum mma_wrap_slot id, const struct kretprobe *rp)
{
	struct slot *s = slots[id];
	int ret;

	if (rp->data_size > s->data)
		return -E2BIG;
	mutex_lock(&lock);
	ret = attach(s, rp);
	if (!ret)
		open(s, rp);
	mutex_unlock(&lock);
	return ret;
}

static long inside(void)
{
	long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu(calls, cpu));
	return sum;
}

/* Hooked and not in use, or NULL. */
static struct slot *idle_slot(void)
{
	int i;

	for (i = 1; i < MMA_NR_WRAPS; i++)
		if (slots[i]->attached && !slots[i]->enter)
			return slots[i];
	return NULL;
}

static bool none_attached(void)
{
	int i;

	for (i = 1; i < MMA_NR_WRAPS; i++)
		if (slots[i]->attached)
			return false;
	return true;
}

static void let_go(struct work_struct *work);
static DECLARE_DELAYED_WORK(letting_go, let_go);

/* What ftrace does not give back (it is broken then, and has said so) keeps us here. */
static void detach(struct slot *s)
{
	forget_if_gone(s);
	if (s->attached && !mma_direct_off(&s->ops, s->trampoline))
		s->attached = NULL;
}

/*
 * One function at a time, so that on() does not wait for all. No call is counted
 * any more when none is hooked, so the sum is never too small. Without our
 * reference rmmod may be at wrap_exit(), which waits for this work.
 */
static void let_go(struct work_struct *work)
{
	struct slot *s;

	mutex_lock(&lock);
	s = idle_slot();
	if (s) {
		detach(s);
		if (!s->attached)
			schedule_delayed_work(&letting_go, 0);
	} else if (!held || !none_attached()) {
		;			/* on again: the next off() comes back to it */
	} else if (inside()) {
		schedule_delayed_work(&letting_go, HZ / 4);
	} else {
		held = false;
		module_put(THIS_MODULE);
	}
	mutex_unlock(&lock);
}

/*
 * ftrace is let go of a little later: while it waits it lets nobody else in, and
 * who called may want to unload: ftrace_release_mod(), kernel/module/main.c:795 (6.12).
 */
#define LATER (HZ / 2)

static void off(u32 slots_off)
{
	int i;

	mutex_lock(&lock);
	for (i = 1; i < MMA_NR_WRAPS; i++)
		if (slots_off >> i & 1) {
			WRITE_ONCE(slots[i]->enter, NULL);
			WRITE_ONCE(slots[i]->leave, NULL);
		}
	synchronize_rcu();		/* and what runs with preemption off */
	if (slots_off >> MMA_WRAP_CANARY & 1)
		detach(slots[MMA_WRAP_CANARY]);		/* its function goes with who called */
	schedule_delayed_work(&letting_go, LATER);
	mutex_unlock(&lock);
}

/* Not so if ftrace has let go of the trampoline. */
static bool is_on(enum mma_wrap_slot id)
{
	return READ_ONCE(slots[id]->ops.flags) & FTRACE_OPS_FL_ENABLED && READ_ONCE(slots[id]->enter);
}

const struct mma_wrap_api mma_wrap_api = { .version = MMA_WRAP_VERSION, .on = on, .off = off, .is_on = is_on };
EXPORT_SYMBOL_GPL(mma_wrap_api);

static int __init wrap_init(void)
{
	return 0;
}

/*
 * Nothing is on, no call inside. A task may still be in a trampoline: preempted
 * before it would have been counted or after. None can sleep there.
 */
static void __exit wrap_exit(void)
{
	int i;

	cancel_delayed_work_sync(&letting_go);
	synchronize_rcu_tasks();
	/* Not before: an ops whose filter was freed cannot be used again. */
	for (i = 1; i < MMA_NR_WRAPS; i++)
		ftrace_free_filter(&slots[i]->ops);
}
module_exit(wrap_exit);
#else
static int __init wrap_init(void)
{
	return -EOPNOTSUPP;
}
#endif

module_init(wrap_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("calls mmaudit's handlers at entry and return of functions, cheaper than a kretprobe");
