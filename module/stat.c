// SPDX-License-Identifier: GPL-2.0
/* stat.c - the counters: per CPU, written with preemption off, summed when asked. */
#include <linux/percpu.h>

#include "stat.h"

DEFINE_PER_CPU(struct mma_counts, mma_counts);

#define SUM(member) ({						\
	u64 sum = 0;						\
	int cpu;						\
	for_each_possible_cpu(cpu)				\
		sum += READ_ONCE(per_cpu(mma_counts, cpu).member);	\
	sum; })

u64 mma_total(enum mma_site site, enum mma_counter what)
{
	return SUM(sites[site][what]);
}

u64 mma_total_hits(enum mma_point point)
{
	return SUM(hits[point]);
}

u64 mma_total_events(enum mma_occasion what)
{
	return SUM(events[what]);
}
