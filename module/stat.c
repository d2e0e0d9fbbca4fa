// SPDX-License-Identifier: GPL-2.0
/* stat.c - the counters: per CPU, written with preemption off, summed when asked. */
#include <linux/percpu.h>

#include "mma.h"

struct counts {
	u64 sites[MMA_NR_SITES][MMA_NR_COUNTS];
	u64 hits[MMA_NR_POINTS];
	u64 events[MMA_NR_EVENTS];
};

static DEFINE_PER_CPU(struct counts, counts);

#define SUM(member) ({						\
	u64 sum = 0;						\
	int cpu;						\
	for_each_possible_cpu(cpu)				\
		sum += READ_ONCE(per_cpu(counts, cpu).member);	\
	sum; })

void mma_count(enum mma_site site, enum mma_count what)
{
	this_cpu_inc(counts.sites[site][what]);
}

u64 mma_counted(enum mma_site site, enum mma_count what)
{
	return SUM(sites[site][what]);
}

void mma_point_hit(enum mma_point point)
{
	this_cpu_inc(counts.hits[point]);
}

u64 mma_point_hits(enum mma_point point)
{
	return SUM(hits[point]);
}

void mma_event(enum mma_event what)
{
	this_cpu_inc(counts.events[what]);
}

u64 mma_events(enum mma_event what)
{
	return SUM(events[what]);
}
