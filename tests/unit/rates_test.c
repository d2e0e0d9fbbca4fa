// SPDX-License-Identifier: GPL-2.0
/* rates_test.c - what top makes of two looks at the counters. */
#include "check.h"
#include "rates.h"

static struct coverage was = {
	.nr_sites = 4, .nr_points = 3,
	.site = {
		{ .id = 0, .state = MMA_SITE_SEEN, .points = 1 << 0, .grants = 100, .denials = 10 },
		{ .id = 1, .state = MMA_SITE_SEEN, .points = 1 << 0 | 1 << 1, .grants = 1000, .violations = 1 },
		{ .id = 2, .state = MMA_SITE_NOT_HERE },
		{ .id = 3, .state = MMA_SITE_UNSEEN, .points = 0 },
	},
	.point = { { .missed = 1 }, { .missed = 2 }, { .missed = 40 } },
};
static struct coverage now;
static struct rates r;

static void is(const char *name, double got, double want)
{
	check(got == want, name, "%f, not %f", got, want);
}

static void test_rates(void)
{
	now = was;
	now.site[0].grants += 60;
	now.site[0].denials += 4;
	now.site[1].violations += 6;
	now.point[0].missed += 2;
	now.point[2].missed += 8;
	rates_of(&r, &was, &now, 2);
	is("rows", r.nr, 3);
	is("violations-first", r.at[0].site, 1);
	is("violations", r.at[0].violations, 3);
	is("all-violations", r.at[0].all_violations, 7);
	is("then-busy", r.at[1].site, 0);
	is("grants", r.at[1].grants, 30);
	is("denials", r.at[1].denials, 2);
	is("missed", r.at[1].missed, 1);
	is("missed-of-both-points", r.at[0].all_missed, 5);
	is("unseen-is-there", r.at[2].site, 3);
	is("sum-grants", r.sum.grants, 30);
	is("sum-all-grants", r.sum.all_grants, 1160);
	is("sum-missed-once", r.sum.missed, 5);
	is("sum-all-missed", r.sum.all_missed, 53);
}

/* The first look has nothing to compare with; a counter never goes back. */
static void test_none(void)
{
	rates_of(&r, &was, &now, 0);
	is("first-look", r.sum.grants, 0);
	is("first-look-all", r.sum.all_grants, 1160);
	rates_of(&r, &now, &was, 1);
	is("backwards", r.sum.grants, 0);
}

int main(void)
{
	test_rates();
	test_none();
	return check_done();
}
