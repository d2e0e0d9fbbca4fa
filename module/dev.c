// SPDX-License-Identifier: GPL-2.0
/* dev.c - /dev/mmaudit: read, poll and ioctl of one reader per open; knows no mm. */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/kallsyms.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <generated/utsrelease.h>

#include "ask.h"
#include "confirm.h"
#include "dev.h"
#include "facts.h"
#include "history.h"
#include "reader.h"
#include "recall.h"
#include "selftest.h"
#include "site.h"
#include "stat.h"
#include "sweep.h"

/*
 * Checked for each call, not only for open(): records have kernel addresses and tell of
 * every task's memory, and a descriptor may be passed on. If the kernel is locked down,
 * not even root may read them, see tracing_check_open_get_tr().
 */
static int may_know(void)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return security_locked_down(LOCKDOWN_KPROBES);
}

/* One open of the device. */
struct client {
	struct mma_reader *reader;
	struct mma_selftest_result proof;		/* of the last self-test it asked for */
};

static int dev_open(struct inode *inode, struct file *file)
{
	int ret = may_know();
	struct client *c;

	if (ret)
		return ret;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	c->reader = mma_reader_open(false);
	if (IS_ERR(c->reader)) {
		ret = PTR_ERR(c->reader);
		kfree(c);
		return ret;
	}
	mma_watch_begin();
	file->private_data = c;
	return stream_open(inode, file);
}

static int dev_release(struct inode *inode, struct file *file)
{
	struct client *c = file->private_data;

	mma_sites_release();
	mma_reader_close(c->reader);
	kfree(c);
	return 0;
}

/* The reader's lock is held. A record is consumed after it was copied, so a bad buffer loses none. */
static ssize_t read_records(struct mma_reader *r, char __user *buf, size_t len, u8 *rec)
{
	ssize_t done = 0, size;

	while (len - done >= MMA_REC_MAX) {
		size = mma_reader_peek(r, rec);
		if (!size)
			break;
		if (copy_to_user(buf + done, rec, size))
			return done ?: -EFAULT;
		mma_reader_consume(r);
		done += size;
	}
	return done;
}

static ssize_t dev_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct client *c = file->private_data;
	struct mma_reader *r = c->reader;
	u8 rec[MMA_REC_MAX] __aligned(8);
	ssize_t ret = may_know();

	if (ret)
		return ret;
	if (len < MMA_REC_MAX)
		return -EINVAL;
	for (;;) {
		if (mutex_lock_interruptible(mma_reader_lock(r)))
			return -ERESTARTSYS;
		ret = read_records(r, buf, len, rec);
		mutex_unlock(mma_reader_lock(r));
		if (ret)
			return ret;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		if (wait_event_interruptible(*mma_reader_wait(r), !mma_reader_empty(r)))
			return -ERESTARTSYS;
	}
}

static __poll_t dev_poll(struct file *file, struct poll_table_struct *pt)
{
	struct client *c = file->private_data;
	struct mma_reader *r = c->reader;

	poll_wait(file, mma_reader_wait(r), pt);
	return mma_reader_empty(r) ? 0 : EPOLLIN | EPOLLRDNORM;
}

static bool all_zero(const void *p, size_t n)
{
	return !memchr_inv(p, 0, n);
}

static int ioc_version(struct client *c, void *arg)
{
	struct mma_version *v = arg;

	memset_after(v, 0, size);
	v->abi_major = MMA_ABI_MAJOR;
	v->abi_minor = MMA_ABI_MINOR;
	v->features = MMA_FEAT_DECISIONS | MMA_FEAT_DESCENDANTS | MMA_FEAT_SWEEP | MMA_FEAT_PID |
		      (mma_history_there() ? MMA_FEAT_HISTORY : 0) |
		      (mma_sweep_at_exit() ? MMA_FEAT_SWEEP_EXIT : 0);
	v->kernel_facts = mma_kernel_facts();
	v->kernel_asked = mma_asked();
	v->kernel_shown = mma_shown_facts();
	v->entries = MMA_ENTRIES;
	v->nr_sites = MMA_NR_SITES;
	v->nr_points = MMA_NR_POINTS;
	v->nr_rules = MMA_NR_RULES;
	strscpy(v->release, UTS_RELEASE, sizeof(v->release));
	mma_selftest_read(&c->proof, &v->state, v->reason, sizeof(v->reason));
	return 0;
}

#define X(id, name, severity, text, kernels, where) | 1U << (id)
#define ALL_RULES (0 MMA_RULES(X))

static int ioc_filter(struct client *c, void *arg)
{
	const struct mma_filter *f = arg;
	int ret;

	if (f->flags & ~(MMA_FILTER_DECISIONS | MMA_FILTER_DESCENDANTS | MMA_FILTER_SWEEP) ||
	    f->rules & ~(ALL_RULES) || f->sites >> MMA_NR_SITES ||
	    f->history > MMA_HISTORY_ALL || f->reserved0 || !all_zero(f->reserved, sizeof(f->reserved)))
		return -EINVAL;
	if (f->flags & MMA_FILTER_SWEEP && !mma_sweep_at_exit())
		return -EOPNOTSUPP;
	ret = mma_reader_filter(c->reader, f);
	if (!ret)
		mma_history_begin();
	return ret;
}
#undef X

/* By rule: what broke each at a site, or was found by sweeps. */
static void set_broken(__u64 by_rule[32], unsigned int site)
{
	int rule;

	for (rule = 0; rule < MMA_NR_RULES; rule++)
		by_rule[rule] = mma_total_broken(site, rule);
}

static int ioc_stats(struct client *c, void *arg)
{
	struct mma_stats *st = arg;
	int i;

	memset_after(st, 0, size);
	mma_reader_stats(c->reader, st);
	st->missed = mma_missed();
	for (i = 0; i < MMA_NR_SITES; i++) {
		st->grants += mma_total(i, MMA_GRANTS);
		st->denials += mma_total(i, MMA_DENIALS);
		st->violations += mma_total(i, MMA_VIOLATIONS);
	}
	st->suspects = mma_total_events(MMA_SUSPECTS);
	st->confirmed = mma_total_events(MMA_CONFIRMED);
	st->cleared = mma_total_events(MMA_CLEARED);
	st->suspects_lost = mma_total_events(MMA_SUSPECTS_LOST);
	st->swept = mma_total_events(MMA_SWEPT);
	st->unsure = mma_total_events(MMA_UNSURE);
	st->findings = mma_total_events(MMA_FINDINGS);
	st->skipped = mma_total_events(MMA_SKIPPED);
	st->piped_lost = mma_total_events(MMA_PIPED_LOST);
	st->sweeps_lost = mma_total_events(MMA_SWEEPS_LOST);
	set_broken(st->found, MMA_FOUND);
	return 0;
}

static int ioc_point(struct client *c, void *arg)
{
	struct mma_point_info *info = arg;

	if (info->id >= MMA_NR_POINTS)
		return -EINVAL;
	memset_after(info, 0, id);
	mma_point_info(info);
	return 0;
}

static int ioc_site(struct client *c, void *arg)
{
	struct mma_site_info *info = arg;

	if (info->id >= MMA_NR_SITES)
		return -EINVAL;
	memset_after(info, 0, id);
	info->points = mma_site_points(info->id);
	info->state = mma_site_state(info->id);
	info->grants = mma_total(info->id, MMA_GRANTS);
	info->denials = mma_total(info->id, MMA_DENIALS);
	info->violations = mma_total(info->id, MMA_VIOLATIONS);
	info->grants_refused = mma_total(info->id, MMA_GRANTS_REFUSED);
	info->denials_judged = mma_total(info->id, MMA_DENIALS_JUDGED);
	info->denials_reusable = mma_total(info->id, MMA_DENIALS_REUSABLE);
	set_broken(info->broken, info->id);
	return 0;
}

static int ioc_symbol(struct client *c, void *arg)
{
	struct mma_symbol *s = arg;
	char *name;

	if (s->reserved0)
		return -EINVAL;
	/* kallsyms writes up to KSYM_SYMBOL_LEN bytes, more than a name holds. */
	name = kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL);
	if (!name)
		return -ENOMEM;
	sprint_symbol(name, s->addr);
	if (!strncmp(name, "0x", 2))	/* no symbol: do not echo an address */
		strscpy(name, "?", 2);
	memset(s->name, 0, sizeof(s->name));
	strscpy(s->name, name, sizeof(s->name));
	kfree(name);
	return 0;
}

static int ioc_flush(struct client *c, void *arg)
{
	return mma_wait_confirmed(c->reader);
}

static int ioc_selftest(struct client *c, void *arg)
{
	return mma_selftest(&c->proof);
}

static int ioc_sweep(struct client *c, void *arg)
{
	struct mma_sweep *sw = arg;

	if (sw->flags & ~(MMA_SWEEP_DUMP | MMA_SWEEP_AUDITED) || sw->room < MMA_SWEEP_ROOM ||
	    !PAGE_ALIGNED(sw->addr) || sw->reserved0 || !all_zero(sw->reserved, sizeof(sw->reserved)))
		return -EINVAL;
	return mma_sweep(c->reader, sw);
}

static int ioc_pid(struct client *c, void *arg)
{
	struct mma_pid *p = arg;
	int ret;

	if (p->flags & ~MMA_PID_ADD || !all_zero(p->reserved, sizeof(p->reserved)))
		return -EINVAL;
	ret = mma_reader_pid(c->reader, p->pid, p->flags & MMA_PID_ADD);
	if (ret < 0)
		return ret;
	if (p->flags & MMA_PID_ADD)
		mma_history_wider();
	p->audited = ret;
	return 0;
}

static int ioc_history(struct client *c, void *arg)
{
	struct mma_history *h = arg;

	if (h->flags & ~MMA_HISTORY_GIVE_BACK || h->reserved0)
		return -EINVAL;
	return mma_recall(c->reader, h);
}

/* Commands are found by their number only: the rest of a command is the size of the caller's struct. */
static const struct ioc {
	unsigned int cmd;
	int (*fn)(struct client *c, void *arg);
} iocs[] = {
	{ MMA_IOC_VERSION,	ioc_version },
	{ MMA_IOC_FILTER,	ioc_filter },
	{ MMA_IOC_STATS,	ioc_stats },
	{ MMA_IOC_POINT,	ioc_point },
	{ MMA_IOC_SITE,		ioc_site },
	{ MMA_IOC_SYMBOL,	ioc_symbol },
	{ MMA_IOC_FLUSH,	ioc_flush },
	{ MMA_IOC_SELFTEST,	ioc_selftest },
	{ MMA_IOC_SWEEP,	ioc_sweep },
	{ MMA_IOC_PID,		ioc_pid },
	{ MMA_IOC_HISTORY,	ioc_history },
};

static const struct ioc *find_ioc(unsigned int cmd)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(iocs); i++)
		if (_IOC_TYPE(cmd) == _IOC_TYPE(iocs[i].cmd) &&
		    _IOC_NR(cmd) == _IOC_NR(iocs[i].cmd) &&
		    _IOC_DIR(cmd) == _IOC_DIR(iocs[i].cmd))
			return &iocs[i];
	return NULL;
}

#define IOC_MAX 512

static long dev_ioctl(struct file *file, unsigned int cmd, unsigned long uptr)
{
	const struct ioc *ioc = find_ioc(cmd);
	u8 buf[IOC_MAX] __aligned(8) = {};
	void __user *user = (void __user *)uptr;
	u32 ours, theirs;
	int ret = may_know();

	if (ret)
		return ret;
	if (!ioc)
		return -ENOTTY;
	ours = _IOC_SIZE(ioc->cmd);
	if (!ours)
		return _IOC_SIZE(cmd) ? -ENOTTY : ioc->fn(file->private_data, NULL);
	if (get_user(theirs, (u32 __user *)user))
		return -EFAULT;
	if (theirs < sizeof(u32) * 2 || theirs > IOC_MAX)
		return -EINVAL;
	if (copy_from_user(buf, user, theirs))
		return -EFAULT;
	if (theirs > ours && !all_zero(buf + ours, theirs - ours))
		return -EINVAL;		/* a newer caller asks for something this module does not know */
	ret = ioc->fn(file->private_data, buf);
	if (ret || !(_IOC_DIR(cmd) & _IOC_READ))
		return ret;
	return copy_to_user(user, buf, min(ours, theirs)) ? -EFAULT : 0;
}

static const struct file_operations fops = {
	.owner		= THIS_MODULE,
	.open		= dev_open,
	.release	= dev_release,
	.read		= dev_read,
	.poll		= dev_poll,
	.unlocked_ioctl	= dev_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static struct miscdevice dev = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= "mmaudit",
	.fops	= &fops,
	.mode	= 0600,
};

int mma_dev_init(void)
{
	int ret = misc_register(&dev);

	if (ret)
		pr_err("device %s: %pe\n", dev.name, ERR_PTR(ret));
	return ret;
}

void mma_dev_exit(void)
{
	misc_deregister(&dev);
}
