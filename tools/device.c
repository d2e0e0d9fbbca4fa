// SPDX-License-Identifier: GPL-2.0
/* device.c - the ioctls of uapi/mmaudit.h; each failure is told in one sentence. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "arch.h"
#include "device.h"
#include "say.h"

/* /sys/module/NAME is there for built-in parameters too; initstate only for a module. */
int module_loaded(void)
{
	return !access("/sys/module/mmaudit/parameters", F_OK);
}

/* What is built in has parameters, but no state of a module. */
int module_built_in(void)
{
	return module_loaded() && access("/sys/module/mmaudit/initstate", F_OK) && access("/sys/module/mmaudit/refcnt", F_OK);
}

int wrap_loaded(void)
{
	return !access("/sys/module/mmaudit_wrap/initstate", F_OK);
}

static const char *open_hint(int err)
{
	switch (err) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		if (module_built_in())
			return "mmaudit is built into this kernel: was it switched off by mmaudit.off on the kernel's command line? See dmesg; or devtmpfs is not mounted on /dev";
		return module_loaded() ?
			"the module is loaded: is devtmpfs mounted on /dev, or udev still at work?" :
			"the module is not loaded: run 'mmaudit load' as root";
	case EACCES:
	case EPERM:
		return "it needs CAP_SYS_ADMIN in the initial user namespace, and no lockdown=confidentiality: run as root on the host";
	case EMFILE:
		return "this process may not have more files open: raise 'ulimit -n'";
	case EBUSY:
	case ENFILE:
	case ENOMEM:
		return "too many readers or too little memory: stop another 'mmaudit watch' or 'run'";
	}
	return "see dmesg";
}

static int ask(const struct device *dev, unsigned long request, void *arg, const char *what)
{
	int err;

	if (!ioctl(dev->fd, request, arg))
		return 0;
	err = errno;
	if (err == ENOTTY)
		say("%s: the module is older than this mmaudit and cannot do it; load the module that came with it", what);
	else
		say("%s: %s (see dmesg)", what, strerror(err));
	return -err;
}

int device_version(struct device *dev)
{
	memset(&dev->ver, 0, sizeof(dev->ver));
	dev->ver.size = sizeof(dev->ver);
	return ask(dev, MMA_IOC_VERSION, &dev->ver, "cannot read the module's version");
}

int device_open(struct device *dev)
{
	int ret;

	dev->fd = open(MMA_DEV_PATH, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (dev->fd < 0) {
		ret = -errno;
		say("cannot open %s: %s (%s)", MMA_DEV_PATH, strerror(-ret), open_hint(-ret));
		return ret;
	}
	ret = device_version(dev);
	if (!ret && dev->ver.abi_major != MMA_ABI_MAJOR) {
		say("the module speaks ABI %u, this mmaudit %u: use the mmaudit that came with the module",
		    dev->ver.abi_major, MMA_ABI_MAJOR);
		ret = -EPROTO;
	} else if (!ret && !arch_of(dev->ver.entries)) {
		say("this mmaudit does not know how the page table entries of this machine are coded: use the mmaudit that came with the module");
		ret = -EPROTO;
	}
	if (ret)
		device_close(dev);
	return ret;
}

void device_close(struct device *dev)
{
	if (dev->fd >= 0)
		close(dev->fd);
	dev->fd = -1;
}

int device_selftest(struct device *dev)
{
	/* What the test found is the module's state, whatever the call returns. */
	if (ioctl(dev->fd, MMA_IOC_SELFTEST) && errno == ENOTTY)
		say("the module has no self-test of its own; its state is the one found at load");
	return device_version(dev);
}

int device_filter(const struct device *dev, const struct mma_filter *filter)
{
	struct mma_filter f = *filter;

	f.size = sizeof(f);
	return ask(dev, MMA_IOC_FILTER, &f, "cannot set the filter");
}

int device_flush(const struct device *dev)
{
	while (ioctl(dev->fd, MMA_IOC_FLUSH))
		if (errno != EINTR) {
			int err = errno;

			say("cannot wait for what is not judged yet: %s: violations may be missing; run it again", strerror(err));
			return -err;
		}
	return 0;
}

int device_stats(const struct device *dev, struct mma_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->size = sizeof(*stats);
	return ask(dev, MMA_IOC_STATS, stats, "cannot read the counters");
}

static int read_point(const struct device *dev, unsigned int id, struct mma_point_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->id = id;
	return ask(dev, MMA_IOC_POINT, info, "cannot read the state of a probe");
}

static int read_site(const struct device *dev, unsigned int id, struct mma_site_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	info->id = id;
	return ask(dev, MMA_IOC_SITE, info, "cannot read the state of a site");
}

static unsigned int up_to(unsigned int n, unsigned int max)
{
	return n < max ? n : max;
}

int device_coverage(const struct device *dev, struct coverage *cov)
{
	int ret = 0;

	memset(cov, 0, sizeof(*cov));
	cov->nr_points = up_to(dev->ver.nr_points, COVERAGE_MAX);
	cov->nr_sites = up_to(dev->ver.nr_sites, COVERAGE_MAX);
	for (unsigned int i = 0; !ret && i < cov->nr_points; i++)
		ret = read_point(dev, i, &cov->point[i]);
	for (unsigned int i = 0; !ret && i < cov->nr_sites; i++)
		ret = read_site(dev, i, &cov->site[i]);
	return ret;
}

int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	memset(sym, 0, sizeof(*sym));
	sym->size = sizeof(*sym);
	sym->addr = addr;
	if (ioctl(dev->fd, MMA_IOC_SYMBOL, sym))
		return -errno;
	sym->name[sizeof(sym->name) - 1] = 0;
	return 0;
}

int device_sweep(const struct device *dev, struct mma_sweep *sw)
{
	sw->size = sizeof(*sw);
	return ioctl(dev->fd, MMA_IOC_SWEEP, sw) ? -errno : 0;
}

int device_pid(const struct device *dev, __u32 pid, int add)
{
	struct mma_pid p = { .size = sizeof(p), .pid = pid, .flags = add ? MMA_PID_ADD : 0 };

	if (!(dev->ver.features & MMA_FEAT_PID))
		return -EOPNOTSUPP;
	return ioctl(dev->fd, MMA_IOC_PID, &p) ? -errno : (int)p.audited;
}

int device_history(const struct device *dev, struct mma_history *h)
{
	return ioctl(dev->fd, MMA_IOC_HISTORY, h) ? -errno : 0;
}

ssize_t device_read(const struct device *dev, void *buf, size_t size)
{
	ssize_t n = read(dev->fd, buf, size);
	int err = errno;

	if (n >= 0)
		return n;
	if (err == EAGAIN || err == EINTR)
		return 0;
	say("cannot read %s: %s (see dmesg)", MMA_DEV_PATH, strerror(err));
	return -err;
}

int device_open_seeing(struct device *dev)
{
	int ret = device_open(dev);

	if (ret)
		return ret;
	ret = device_selftest(dev);
	if (!ret && !version_sees(&dev->ver)) {
		say("blind: %.*s; so an audit would mean nothing (see 'mmaudit sites' and 'mmaudit doctor')",
		    (int)sizeof(dev->ver.reason), dev->ver.reason[0] ? dev->ver.reason : "the module's self-test failed");
		ret = -ENODATA;
	}
	if (ret)
		device_close(dev);
	return ret;
}
