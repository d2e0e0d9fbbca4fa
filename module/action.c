// SPDX-License-Identifier: GPL-2.0
/*
 * action.c - what the kernel log hears of a violation: a thread that reads as
 * user space does, from a ring of its own, since no probe may print.
 */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "mma.h"

static const char *const actions[] = { "none", "log", "warn", "panic" };
enum { NONE, LOG, WARN, PANIC };

static int action = LOG;
static struct mma_reader *reader;
static struct task_struct *thread;
static struct mma_decision *rec;	/* MMA_REC_MAX bytes */

static int set_action(const char *val, const struct kernel_param *kp)
{
	int i = sysfs_match_string(actions, val);

	if (i < 0)
		return i;
	WRITE_ONCE(action, i);
	return 0;
}

static int get_action(char *buf, const struct kernel_param *kp)
{
	return sprintf(buf, "%s\n", actions[READ_ONCE(action)]);
}

static const struct kernel_param_ops action_ops = { .set = set_action, .get = get_action };
module_param_cb(action, &action_ops, NULL, 0644);
MODULE_PARM_DESC(action, "on a violation: none, log (a line, rate-limited), warn (\"BUG: mmaudit: RULE in SITE\"), panic");

static const char *site_name(u32 site)
{
	static const char *const names[] = {
#define X(id, name, str, text, points) [id] = str,
		MMA_SITES(X)
#undef X
	};

	return site < ARRAY_SIZE(names) ? names[site] : "?";
}

static const char *rule_name(u32 broken)
{
	static const char *const names[32] = {
#define X(id, name, severity, text, kernels, where) [id] = #name,
		MMA_RULES(X)
#undef X
	};

	return broken ? names[__ffs(broken)] : "?";
}

static void act(const struct mma_decision *d)
{
	const char *rule = rule_name(d->broken), *site = site_name(d->site);
	static DEFINE_RATELIMIT_STATE(rs, 5 * HZ, 10);

	switch (READ_ONCE(action)) {
	case LOG:
		if (__ratelimit(&rs))
			pr_warn("%s in %s: %s[%u] at %pS\n", rule, site, d->comm, d->pid, (void *)(long)d->ip);
		break;
	case WARN:
		/* A title that fuzzers know; the stack is this violation's, not ours. */
		printk(KERN_ALERT "BUG: mmaudit: %s in %s\n", rule, site);
		stack_trace_print((const unsigned long *)d->stack, d->nr_stack, 1);
		break;
	case PANIC:
		panic("mmaudit: %s in %s: %s[%u]", rule, site, d->comm, d->pid);
	}
}

static void drain(void)
{
	mutex_lock(mma_reader_lock(reader));
	while (mma_reader_take(reader, rec) > 0) {
		mma_reader_consume(reader);
		if (rec->hdr.type == MMA_REC_DECISION)
			act(rec);
	}
	mutex_unlock(mma_reader_lock(reader));
}

static int loop(void *unused)
{
	while (!kthread_should_stop()) {
		wait_event_interruptible(*mma_reader_wait(reader),
					 kthread_should_stop() || !mma_reader_empty(reader));
		drain();
	}
	return 0;
}

int mma_action_init(void)
{
	int ret = -ENOMEM;

	rec = kmalloc(MMA_REC_MAX, GFP_KERNEL);
	if (!rec)
		return ret;
	reader = mma_reader_open(false);
	ret = PTR_ERR_OR_ZERO(reader);
	if (ret)
		goto err_rec;
	thread = kthread_run(loop, NULL, "mmaudit");
	ret = PTR_ERR_OR_ZERO(thread);
	if (ret)
		goto err_reader;
	return 0;

err_reader:
	mma_reader_close(reader);
err_rec:
	kfree(rec);
	return ret;
}

void mma_action_exit(void)
{
	kthread_stop(thread);
	mma_reader_close(reader);
	kfree(rec);
}
