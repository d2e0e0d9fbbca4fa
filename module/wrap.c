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
#include "cmdline_file.h"
#include MMA_TRAMPOLINES

struct slot {
	kretprobe_handler_t enter, leave;	/* NULL: off. Called with preemption off */
	unsigned long turn;			/* how often it was on */
	unsigned long trampoline;
	unsigned int data;
	void *attached;				/* the function that is hooked, or NULL */
	struct ftrace_ops ops;
};

/* What a trampoline has on its stack, in the MMA_CALL_ROOM bytes below the data. */
struct call {
	struct pt_regs regs;		/* what mma_arg() and its like read, and at return the value returned; no more */
	unsigned long turn;
	struct kretprobe_instance ri;	/* only its data is used, which follows */
};

static_assert(sizeof(struct call) <= MMA_CALL_ROOM);

#define X(id, name, args, nr)							\
	void mma_wrapped_##name(void);						\
	static_assert((nr) % 16 == 0);						\
	static __used struct slot mma_slot_##name = {				\
		.trampoline = (unsigned long)mma_wrapped_##name, .data = nr };
MMA_WRAPS(X)
#undef X

static struct slot *const slots[MMA_NR_WRAPS] = {
#define X(id, name, args, data) [id] = &mma_slot_##name,
	MMA_WRAPS(X)
#undef X
};

static DEFINE_PER_CPU(long, calls);	/* the sum over all CPUs is how many are inside */
static DEFINE_MUTEX(lock);
static bool held;			/* this module holds a reference to itself: calls may come, or have not ended */

/* ---- called by the trampolines ---- */

/* Nonzero: no handler wants the return of this call. */
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

/* A call that began in an earlier turn belongs to handlers that may be gone. */
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

#define X(id, name, args, data) MMA_TRAMPOLINE(name, args, data)
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
 * Functions are unhooked in the background, because that waits for every task each
 * time, see ftrace_shutdown(). Until then their calls are declined; one that is wanted
 * again meanwhile only gets its handlers back.
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

/* Calls that begin from now on go to rp's handlers. No call uses the old ones any more: off() has waited. */
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

/* A slot that is hooked and not in use, or NULL. */
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

/* If ftrace fails to unhook it (it is broken then, and has printed so), this module cannot be unloaded. */
static void detach(struct slot *s)
{
	forget_if_gone(s);
	if (s->attached && !mma_direct_off(&s->ops, s->trampoline))
		s->attached = NULL;
}

/*
 * Unhooks one function each time, so that on() does not wait for all of them. Once none
 * is hooked, no new call is counted, so inside() is not too small then. When the
 * reference is dropped, rmmod may be in wrap_exit() already, which waits for this work.
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
		;			/* on again: the next off() schedules this work */
	} else if (inside()) {
		schedule_delayed_work(&letting_go, HZ / 4);
	} else {
		held = false;
		module_put(THIS_MODULE);
	}
	mutex_unlock(&lock);
}

/*
 * Functions are unhooked a little later: while ftrace waits it holds its lock, which
 * the caller may need in order to unload: ftrace_release_mod(),
 * kernel/module/main.c:795 (6.12).
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
	synchronize_rcu();		/* waits for handlers, too: they run with preemption off */
	if (slots_off >> MMA_WRAP_CANARY & 1)
		detach(slots[MMA_WRAP_CANARY]);		/* now, because its function is in the caller's module */
	schedule_delayed_work(&letting_go, LATER);
	mutex_unlock(&lock);
}

/* False if ftrace has disabled the trampoline. */
static bool is_on(enum mma_wrap_slot id)
{
	return READ_ONCE(slots[id]->ops.flags) & FTRACE_OPS_FL_ENABLED && READ_ONCE(slots[id]->enter);
}

const struct mma_wrap_api mma_wrap_api = { .version = MMA_WRAP_VERSION, .on = on, .off = off, .is_on = is_on };
EXPORT_SYMBOL_GPL(mma_wrap_api);

static int __init wrap_init(void)
{
	if (!mma_cmdline_says_off())
		return 0;
	pr_notice("mmaudit_wrap is switched off, too, by mmaudit.off on the kernel's command line\n");
	return -ECANCELED;
}

/*
 * Nothing is on and no call is inside. A task may still be preempted in a trampoline,
 * before its call was counted or after it ended. It cannot sleep there, so
 * synchronize_rcu_tasks() waits for it.
 */
static void __exit wrap_exit(void)
{
	int i;

	cancel_delayed_work_sync(&letting_go);
	synchronize_rcu_tasks();
	/* Only now: an ops whose filter was freed cannot be used again. */
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
