// SPDX-License-Identifier: GPL-2.0
/* stat.c - the counters: per CPU, written with preemption off, summed when asked; what broke which rule, for all CPUs. */
#include <linux/atomic.h>
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

static atomic64_t broken_entries[MMA_FOUND + 1][MMA_NR_RULES];

/* Any context. */
void mma_count_broken(unsigned int site, u32 broken, u64 entries)
{
	unsigned int rule;

	for (rule = 0; rule < MMA_NR_RULES; rule++)
		if (broken & (1U << rule))
			atomic64_add(entries, &broken_entries[site][rule]);
}

u64 mma_total_broken(unsigned int site, enum mma_rule rule)
{
	return atomic64_read(&broken_entries[site][rule]);
}
