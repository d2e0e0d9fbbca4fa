/* SPDX-License-Identifier: GPL-2.0 */
/* clock.h - the clocks that times are compared by, in nanoseconds. */
#ifndef CLOCK_H
#define CLOCK_H

#include <linux/types.h>

/* CLOCK_MONOTONIC, like the times of records. */
__u64 now_ns(void);

/* CLOCK_BOOTTIME, which goes on while the machine sleeps, like the start times of /proc/PID/stat. */
__u64 boottime_ns(void);

#endif /* CLOCK_H */
