// SPDX-License-Identifier: GPL-2.0
/* clock.c - see clock.h. */
#include <time.h>

#include "clock.h"

static __u64 ns_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

__u64 now_ns(void)
{
	return ns_of(CLOCK_MONOTONIC);
}

__u64 boottime_ns(void)
{
	return ns_of(CLOCK_BOOTTIME);
}
