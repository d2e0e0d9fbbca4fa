/* SPDX-License-Identifier: GPL-2.0 */
/* device.h - /dev/mmaudit: open, ioctls, read. A call that fails prints why, and what to do, unless it is called silent. */
#ifndef DEVICE_H
#define DEVICE_H

#include <sys/types.h>

#include "mmaudit.h"

struct device {
	int fd;
	struct mma_version ver;
};

/* What the module sees: all its points and sites. */
#define COVERAGE_MAX	64
struct coverage {
	unsigned int nr_sites, nr_points;
	struct mma_site_info site[COVERAGE_MAX];
	struct mma_point_info point[COVERAGE_MAX];
};

/* Whether the self-test saw what it should, also of an unknown kernel. */
static inline int version_sees(const struct mma_version *ver)
{
	return ver->state == MMA_STATE_OK || ver->state == MMA_STATE_UNKNOWN;
}

/* All return 0 or -errno. device_open() also reads the version and refuses another major ABI. */
int device_open(struct device *dev);
void device_close(struct device *dev);
int device_version(struct device *dev);
int device_selftest(struct device *dev);	/* then reads the version: see ver.state */
int device_filter(const struct device *dev, const struct mma_filter *filter);
int device_flush(const struct device *dev);
int device_stats(const struct device *dev, struct mma_stats *stats);
int device_coverage(const struct device *dev, struct coverage *cov);

/* "symbol+0xoff/0xsize". Silent when it fails, because the caller can do without. */
int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym);

/* One part of a sweep. Silent when it fails, because only the caller knows what that means. */
int device_sweep(const struct device *dev, struct mma_sweep *sw);

/*
 * Returns 1 if process pid is of the filter, else 0; with `add` it is from now on.
 * Silent when it fails: -EINVAL if nothing can be added, -EOPNOTSUPP with an older module.
 */
int device_pid(const struct device *dev, __u32 pid, int add);

/* A part of a ring of the history. Silent when it fails: only the caller knows what that means. */
int device_history(const struct device *dev, struct mma_history *h);

/* Returns the number of bytes read, 0 if nothing is queued, or -errno. */
ssize_t device_read(const struct device *dev, void *buf, size_t size);

/* Whether the module is in the kernel, even without a device. */
int module_loaded(void);
int module_built_in(void);	/* by copy-builtin.sh: it can be neither loaded nor unloaded */
int wrap_loaded(void);

/*
 * Opens the device and repeats the self-test. Returns 0 if the module sees what it
 * should, or -errno after saying why nothing can be audited.
 */
int device_open_seeing(struct device *dev);

#endif /* DEVICE_H */
