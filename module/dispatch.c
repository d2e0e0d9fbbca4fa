// SPDX-License-Identifier: GPL-2.0
/* dispatch.c - one ftrace_ops for many functions; finds each one's handler by its address. */
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/preempt.h>
#include <linux/static_call.h>

#include "dispatch.h"

#define MOST	24		/* functions */
#define PLACES	256

static unsigned long ips[MOST];		/* where a function calls ftrace */
static unsigned int ids[MOST], nr;
static mma_ids on;			/* ids that are set; 0: the ops is not registered */

/*
 * A hash table: each function is at place_of() its address, or in the next free place
 * behind; the last place stays free. It is filled before the ops is registered and not
 * changed afterwards, so it needs no lock: ftrace makes every CPU sync when it has
 * patched a function, so dispatch() sees the table filled.
 */
static struct place {
	unsigned long ip;
	mma_enter_fn enter;
} places[PLACES + MOST + 1] __ro_after_init;

static void none(const struct pt_regs *regs) { }
DEFINE_STATIC_CALL(mma_hot, none);		/* the handler of hot_ip */
static unsigned long hot_ip __ro_after_init;

static __always_inline struct place *place_of(unsigned long ip)
{
	return &places[ip / 16 % PLACES];	/* functions begin at a multiple of 8 or 16 */
}

static __always_inline void call_handler(unsigned long ip, const struct pt_regs *regs)
{
	const struct place *p;

	if (likely(ip == hot_ip)) {
		static_call(mma_hot)(regs);
		return;
	}
	for (p = place_of(ip); unlikely(p->ip != ip); p++)
		if (!p->ip)
			return;
	p->enter(regs);
}

/*
 * Preemption is off only if the function's caller has it off; a handler that needs it off
 * otherwise does that itself. With PREEMPT_RT a caller that holds a page-table lock has it on.
 */
static void notrace dispatch(unsigned long ip, unsigned long parent, struct ftrace_ops *ops,
			     struct ftrace_regs *fregs)
{
	struct pt_regs room __uninitialized;

	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_disable_notrace();
	call_handler(ip, mma_ftrace_regs(fregs, &room));
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		preempt_enable_notrace();
}
NOKPROBE_SYMBOL(dispatch);

/* PERMANENT: while it is registered, ftrace cannot be switched off. */
static struct ftrace_ops ops = { .func = dispatch, .flags = FTRACE_OPS_FL_PERMANENT };

bool mma_dispatch_add(unsigned int id, unsigned long ip, mma_enter_fn enter, bool is_hot)
{
	struct place *p;

	if (!MMA_FTRACE || on || nr == MOST)
		return false;
	for (p = place_of(ip); p->ip; p++)
		;
	*p = (struct place){ ip, enter };
	if (is_hot) {
		static_call_update(mma_hot, enter);
		hot_ip = ip;
	}
	ips[nr] = ip;
	ids[nr++] = id;
	return true;
}

/*
 * Sets all addresses at once. Setting a name is not safe: if there is no memory for it,
 * it succeeds all the same and every function is traced, ftrace_set_hash()
 * kernel/trace/ftrace.c:5872 (6.12). An empty filter traces every function, too, so
 * mma_dispatch_set() never sets one.
 */
static int set_filter(mma_ids want)
{
	unsigned long wanted[MOST];
	unsigned int i, n = 0;

	for (i = 0; i < nr; i++)
		if (want >> ids[i] & 1)
			wanted[n++] = ips[i];
	return ftrace_set_filter_ips(&ops, wanted, n, 0, 1);
}

int mma_dispatch_set(mma_ids want)
{
	int ret = 0;

	if (want == on)
		return 0;
	if (want)
		ret = set_filter(want);
	if (!ret && !want)
		ret = unregister_ftrace_function(&ops);
	else if (!ret && !on)
		ret = register_ftrace_function(&ops);
	if (!ret)
		on = want;
	return ret;
}

mma_ids mma_dispatched(void)
{
	return on;
}

bool mma_dispatch_stands(void)
{
	return READ_ONCE(ops.flags) & FTRACE_OPS_FL_ENABLED;
}

void mma_dispatch_exit(void)
{
	ftrace_free_filter(&ops);
}
