/* SPDX-License-Identifier: GPL-2.0 */
/* device.h - /dev/mmaudit: open, ioctls, read. A call that fails says why, and what to do. */
#ifndef DEVICE_H
#define DEVICE_H

#include <sys/types.h>

#include "mmaudit.h"

struct device {
	int fd;
	struct mma_version ver;
};

/* What the module sees: every row it has. */
#define COVERAGE_MAX	64
struct coverage {
	unsigned int nr_sites, nr_points;
	struct mma_site_info site[COVERAGE_MAX];
	struct mma_point_info point[COVERAGE_MAX];
};

/* All return 0 or -errno. device_open() also reads the version and refuses another major ABI. */
int device_open(struct device *dev);
void device_close(struct device *dev);
int device_version(struct device *dev);
int device_selftest(struct device *dev);	/* then reads the version: see ver.state */
int device_filter(const struct device *dev, const struct mma_filter *filter);
int device_flush(const struct device *dev);
int device_stats(const struct device *dev, struct mma_stats *stats);
int device_coverage(const struct device *dev, struct coverage *cov);

/* "symbol+0xoff/0xsize"; silent when it fails: the caller can do without. */
int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym);

/* One part of a sweep, silent when it fails: what that means its caller knows. */
int device_sweep(const struct device *dev, struct mma_sweep *sw);

/*
 * Is process pid of the filter: 1 or 0. With add it is from now on. Silent when
 * it fails: -EINVAL where nothing can be added, -EOPNOTSUPP of an older module.
 */
int device_pid(const struct device *dev, __u32 pid, int add);

/* Bytes, 0 when nothing is queued, or -errno. */
ssize_t device_read(const struct device *dev, void *buf, size_t size);

/* Is the module in the kernel, device or not? */
int module_loaded(void);
int wrap_loaded(void);

/*
 * Is the module there and does it see? Repeats its self-test. Returns 0 with
 * the device open, or -errno after saying why nothing can be audited.
 */
int device_open_seeing(struct device *dev);

#endif /* DEVICE_H */
