// SPDX-License-Identifier: GPL-2.0
/*
 * action.c - writes violations to the kernel log, or panics, as the parameter
 * `action` says. No probe may print, so a thread reads decisions as user space
 * does, from a ring of its own. A sweep may print: it calls mma_log_findings().
 */
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "action.h"
#include "facts.h"
#include "reader.h"
#include "stat.h"
#include "trace.h"

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
MODULE_PARM_DESC(action, "on a violation: none, log (a line), warn (a report, \"BUG: mmaudit: RULE in SITE\"), panic (a report, then panic; where the alarm is no proof, warn); ten in 5 s");

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

/* The part of a decision, or of a finding of a sweep, that is printed. */
struct report {
	u32 broken, pid, cpu;
	const char *site, *comm;	/* comm: MMA_COMM_LEN bytes, set by a task: it may be anything */
	u64 start, end, entries;	/* entries 0: the mapping itself is wrong */
	u64 old, new;
	bool old_seen;
	u64 ip;				/* 0: found by a sweep, later */
	const u64 *stack;
	unsigned int nr_stack;
};

/* "1 entry", "512 entries" */
#define ENTRIES(r)	(r)->entries ? (r)->entries : 1, !(r)->entries ? "mapping" : (r)->entries > 1 ? "entries" : "entry"
#define COMM(r)		(int)strnlen((r)->comm, MMA_COMM_LEN), (r)->comm

static void print_line(const struct report *r)
{
	const char *rule = rule_name(r->broken);

	if (r->ip)
		pr_warn("%s in %s: %*pEhp[%u] 0x%llx-0x%llx, %llu %s, at %pS\n", rule, r->site, COMM(r), r->pid,
			r->start, r->end, ENTRIES(r), (void *)(long)r->ip);
	else
		pr_warn("%s in %s: %*pEhp[%u] 0x%llx-0x%llx, %llu %s\n", rule, r->site, COMM(r), r->pid,
			r->start, r->end, ENTRIES(r));
}

static void print_rules(u32 broken)
{
#define X(id, name, severity, text, kernels, where)				\
	if (broken & 1U << (id))						\
		printk(KERN_ALERT #name ": " text "\n");
	MMA_RULES(X)
#undef X
}

static void print_stack(const struct report *r)
{
	unsigned int i;

	printk(KERN_ALERT "Call Trace:\n");
	printk(KERN_ALERT " <TASK>\n");
	for (i = 0; i < r->nr_stack; i++)
		printk(KERN_ALERT " %pB\n", (void *)(long)r->stack[i]);
	printk(KERN_ALERT " </TASK>\n");
}

/*
 * Prints a report in the form of dump_stack() and of an oops, which fuzzers parse: a
 * title that is the same each time, then the task that did it and its stack, not the
 * stack of this thread.
 */
static void print_report(const struct report *r)
{
	printk(KERN_ALERT "BUG: mmaudit: %s in %s\n", rule_name(r->broken), r->site);
	printk(KERN_ALERT "CPU: %u PID: %u Comm: %*pEhp %s\n", r->cpu, r->pid, COMM(r), init_utsname()->release);
	print_rules(r->broken);
	printk(KERN_ALERT "address 0x%llx-0x%llx, %llu %s\n", r->start, r->end, ENTRIES(r));
	if (r->old_seen)
		printk(KERN_ALERT "entry 0x%llx -> 0x%llx\n", r->old, r->new);
	else if (r->entries)
		printk(KERN_ALERT "entry 0x%llx, what it was before was not seen\n", r->new);
	if (r->nr_stack)
		print_stack(r);
	else
		printk(KERN_ALERT "no stack: %s\n", r->ip ? "too many violations at once" : "found by a sweep, not where it was granted");
}

/*
 * A flood of violations must not flood the log: of those in a window LOGGED_MAX are
 * printed, then how many more there were. The window begins with the first one.
 */
#define LOGGED_MAX	10
#define WINDOW		(5 * HZ)

static DEFINE_MUTEX(lock);	/* protects these, and keeps the lines of a report together */
static unsigned int logged;
static u64 not_logged;
static bool ready;

static void end_window(struct work_struct *unused)
{
	mutex_lock(&lock);
	if (not_logged)
		pr_warn("%llu more violations not told here, or this log would hold nothing else: 'mmaudit watch' shows all\n", not_logged);
	logged = 0;
	not_logged = 0;
	mutex_unlock(&lock);
}
static DECLARE_DELAYED_WORK(window, end_window);

static bool may_log(u64 records)
{
	if (logged == LOGGED_MAX) {
		not_logged += records;
		return false;
	}
	if (!logged++)
		schedule_delayed_work(&window, WINDOW);
	return true;
}

/* lock is held. Only the rules of mma_proof() may stop the machine; for others panic means warn. */
static void act(const struct report *r)
{
	int how = READ_ONCE(action);

	if (how == PANIC && r->broken & mma_proof()) {
		print_report(r);
		panic("mmaudit: %s in %s", rule_name(r->broken), r->site);
	}
	if (how == NONE || !may_log(1))
		return;
	if (how == LOG)
		print_line(r);
	else
		print_report(r);
}

static void log_report(const struct report *r)
{
	mutex_lock(&lock);
	if (ready)
		act(r);
	mutex_unlock(&lock);
}

static void log_decision(const struct mma_decision *d)
{
	const struct report r = {
		.broken = d->broken, .pid = d->pid, .cpu = d->hdr.cpu, .site = site_name(d->site),
		.comm = d->comm, .start = d->addr, .end = d->end, .entries = d->count,
		.old = d->old_entry, .new = d->new_entry, .old_seen = !(d->flags & MMA_DEC_OLD_UNKNOWN),
		.ip = d->ip, .stack = d->stack, .nr_stack = d->nr_stack,
	};

	log_report(&r);
}

/* The thread's ring was full: counts these violations as not printed. */
static void log_lost(const struct mma_lost *lost)
{
	mutex_lock(&lock);
	if (READ_ONCE(action) != NONE) {
		logged = LOGGED_MAX;
		not_logged += lost->ring_full;
		schedule_delayed_work(&window, WINDOW);
	}
	mutex_unlock(&lock);
}

static u64 entries_of(const struct mma_finding *f)
{
	return f->level == MMA_LEVEL_NONE ? 0 : (f->end - f->start) / mma_level_size(f->level);
}

/* Counts, traces and prints what a sweep has found, in process context. The sweep itself hands it to the readers. */
void mma_log_findings(const struct mma_finding *f, unsigned int nr)
{
	for (; nr; nr--, f++) {
		const struct report r = {
			.broken = f->broken, .pid = f->pid, .cpu = raw_smp_processor_id(), .site = "sweep",
			.comm = f->comm, .start = f->start, .end = f->end, .entries = entries_of(f),
			.new = f->entry,
		};

		if (!f->broken)
			continue;
		mma_count_events(MMA_FINDINGS, r.entries ?: 1);
		mma_count_broken(MMA_FOUND, f->broken, r.entries ?: 1);
		mma_trace_finding(f, r.entries);
		log_report(&r);
	}
}

/* Prints what is queued. A flood must not keep the thread from ending. */
static void drain(void)
{
	mutex_lock(mma_reader_lock(reader));
	while (!kthread_should_stop() && mma_reader_peek(reader, rec) > 0) {
		mma_reader_consume(reader);
		if (rec->hdr.type == MMA_REC_DECISION)
			log_decision(rec);
		else if (rec->hdr.type == MMA_REC_LOST)
			log_lost((struct mma_lost *)rec);
		cond_resched_tasks_rcu_qs();	/* in a flood the loop does not end */
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
	mutex_lock(&lock);
	ready = true;
	mutex_unlock(&lock);
	return 0;

err_reader:
	mma_reader_close(reader);
err_rec:
	kfree(rec);
	return ret;
}

/* A sweep at exit may still be under way: what it finds from here on is counted and not printed. */
void mma_action_exit(void)
{
	kthread_stop(thread);
	mutex_lock(&lock);
	ready = false;
	mutex_unlock(&lock);
	cancel_delayed_work_sync(&window);
	mma_reader_close(reader);
	kfree(rec);
}
