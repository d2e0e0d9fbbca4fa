/* SPDX-License-Identifier: GPL-2.0 */
/* stat.h - the counters. A new one is a name in an enum here, and a line in ioc_stats() of dev.c. */
#ifndef MMA_STAT_H
#define MMA_STAT_H

#include <linux/percpu.h>
#include <linux/types.h>

#include "rule.h"
#include "sites.h"

enum mma_counter { MMA_GRANTS, MMA_DENIALS, MMA_VIOLATIONS, MMA_GRANTS_REFUSED, MMA_DENIALS_JUDGED,
		   MMA_DENIALS_REUSABLE, MMA_NR_COUNTERS };
enum mma_occasion { MMA_SUSPECTS, MMA_CONFIRMED, MMA_CLEARED, MMA_SUSPECTS_LOST, MMA_SWEPT,
		 MMA_SWEEPS_LOST, MMA_UNSURE, MMA_FINDINGS, MMA_SKIPPED, MMA_PIPED_LOST, MMA_NOT_KEPT, MMA_NR_EVENTS };

struct mma_counts {
	u64 sites[MMA_NR_SITES][MMA_NR_COUNTERS];
	u64 hits[MMA_NR_POINTS];
	u64 events[MMA_NR_EVENTS];
};

DECLARE_PER_CPU(struct mma_counts, mma_counts);

static inline void mma_count(enum mma_site site, enum mma_counter what)
{
	this_cpu_inc(mma_counts.sites[site][what]);
}

static inline void mma_count_many(enum mma_site site, enum mma_counter what, u64 n)
{
	this_cpu_add(mma_counts.sites[site][what], n);
}

static inline void mma_count_hit(enum mma_point point)
{
	this_cpu_inc(mma_counts.hits[point]);
}

static inline void mma_count_event(enum mma_occasion what)
{
	this_cpu_inc(mma_counts.events[what]);
}

static inline void mma_count_events(enum mma_occasion what, u64 n)
{
	this_cpu_add(mma_counts.events[what], n);
}

u64 mma_total(enum mma_site site, enum mma_counter what);
u64 mma_total_hits(enum mma_point point);
u64 mma_total_events(enum mma_occasion what);

/*
 * Entries that broke each rule of the mask, by site; MMA_FOUND is what sweeps found. One table for all CPUs: these are few, and
 * all modules together have only 8 KiB for each CPU.
 */
#define MMA_FOUND MMA_NR_SITES

void mma_count_broken(unsigned int site, u32 broken, u64 entries);
u64 mma_total_broken(unsigned int site, enum mma_rule rule);

#endif /* MMA_STAT_H */
