// SPDX-License-Identifier: GPL-2.0
/* rates.c - differences of counters. */
#include <stdlib.h>
#include <string.h>

#include "rates.h"

static double per_second(__u64 was, __u64 now, double seconds)
{
	return now > was && seconds > 0 ? (now - was) / seconds : 0;
}

/* Hits that the kernel did not hand to the probes of these points. */
static __u64 missed_of(const struct coverage *cov, __u64 points)
{
	__u64 missed = 0;

	for (unsigned int i = 0; i < cov->nr_points; i++)
		if (points >> i & 1)
			missed += cov->point[i].missed;
	return missed;
}

static struct rate rate_of(const struct coverage *was, const struct coverage *now, unsigned int id, double seconds)
{
	const struct mma_site_info *a = &was->site[id], *b = &now->site[id];
	const __u64 missed = missed_of(now, b->points);

	return (struct rate){
		.site = id,
		.grants = per_second(a->grants, b->grants, seconds),
		.denials = per_second(a->denials, b->denials, seconds),
		.violations = per_second(a->violations, b->violations, seconds),
		.missed = per_second(missed_of(was, b->points), missed, seconds),
		.all_grants = b->grants, .all_denials = b->denials, .all_violations = b->violations, .all_missed = missed,
	};
}

static void add(struct rate *sum, const struct rate *one)
{
	sum->grants += one->grants;
	sum->denials += one->denials;
	sum->violations += one->violations;
	sum->all_grants += one->all_grants;
	sum->all_denials += one->all_denials;
	sum->all_violations += one->all_violations;
}

static int down(double a, double b)
{
	return a < b ? 1 : a > b ? -1 : 0;
}

static int by_weight(const void *a, const void *b)
{
	const struct rate *x = a, *y = b;

	return down(x->all_violations, y->all_violations) ?: down(x->grants + x->denials, y->grants + y->denials) ?:
	       down(x->all_grants + x->all_denials, y->all_grants + y->all_denials) ?: (int)x->site - (int)y->site;
}

void rates_of(struct rates *r, const struct coverage *was, const struct coverage *now, double seconds)
{
	memset(r, 0, sizeof(*r));
	for (unsigned int id = 0; id < now->nr_sites; id++) {
		if (now->site[id].state == MMA_SITE_NOT_HERE)
			continue;
		r->at[r->nr] = rate_of(was, now, id, seconds);
		add(&r->sum, &r->at[r->nr++]);
	}
	r->sum.all_missed = missed_of(now, ~0ULL);
	r->sum.missed = per_second(missed_of(was, ~0ULL), r->sum.all_missed, seconds);
	qsort(r->at, r->nr, sizeof(r->at[0]), by_weight);
}
