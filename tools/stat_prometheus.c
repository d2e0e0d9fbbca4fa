// SPDX-License-Identifier: GPL-2.0
/* stat_prometheus.c - see stat_prometheus.h. Names and labels are an interface, as those of JSON: packaging/fleet uses them. */
#include <sys/utsname.h>

#include "counters.h"
#include "metrics.h"
#include "names.h"
#include "print.h"
#include "stat_prometheus.h"

#define BROKEN_MINOR 6	/* of the ABI that tells what broke each rule */

static void print_counter(FILE *f, const struct counter *c, const struct mma_stats *stats)
{
	char name[64], help[160];

	snprintf(name, sizeof(name), "mmaudit_%s_total", c->name);
	snprintf(help, sizeof(help), "Since the module was loaded: %s.", c->alone ? c->alone : c->text);
	metric_one(f, "counter", name, help, c->value(stats));
}

/* Pairs that nothing broke have no row: there are hundreds. */
static void print_broken(FILE *f, const char *site, const __u64 by_rule[32])
{
	char buf[NAME_LEN];

	for (unsigned int rule = 0; rule < 32; rule++) {
		if (!by_rule[rule])
			continue;
		fputs("mmaudit_broken_total{", f);
		metric_label(f, "rule", rule_name(rule, buf));
		fputc(',', f);
		metric_label(f, "site", site);
		fprintf(f, "} %llu\n", (unsigned long long)by_rule[rule]);
	}
}

/* An older module, as after an upgrade while an audit runs, does not tell which rule: the alert must fire all the same. */
static void print_any(FILE *f, const char *site, __u64 entries)
{
	if (!entries)
		return;
	fputs("mmaudit_broken_total{rule=\"any\",", f);
	metric_label(f, "site", site);
	fprintf(f, "} %llu\n", (unsigned long long)entries);
}

static void print_all_any(FILE *f, const struct seen *seen)
{
	char buf[NAME_LEN];

	for (unsigned int i = 0; i < seen->cov.nr_sites; i++)
		print_any(f, site_name(i, buf), seen->cov.site[i].violations);
	print_any(f, "sweep", seen->stats.findings);
}

static void print_all_broken(FILE *f, const struct seen *seen)
{
	const struct coverage *cov = &seen->cov;
	char buf[NAME_LEN];

	metric_head(f, "counter", "mmaudit_broken_total", "Since the module was loaded: entries that broke this rule at this site; site sweep: that sweeps found; rule any: a module older than ABI 1.6 does not tell which. No row: none.");
	if (seen->dev.ver.abi_minor < BROKEN_MINOR) {
		print_all_any(f, seen);
		return;
	}
	for (unsigned int i = 0; i < cov->nr_sites; i++)
		print_broken(f, site_name(i, buf), cov->site[i].broken);
	print_broken(f, "sweep", seen->stats.found);
}

static void print_sites(FILE *f, const struct coverage *cov)
{
	const __u64 here = sites_here(cov), unseen = sites_unseen(cov);
	char buf[NAME_LEN];

	metric_head(f, "gauge", "mmaudit_site_seen", "1: a probe sees this site; 0: this kernel has it, and none does. Not in this kernel: no row.");
	for (unsigned int i = 0; i < cov->nr_sites; i++) {
		if (!(here >> i & 1))
			continue;
		fputs("mmaudit_site_seen{", f);
		metric_label(f, "site", site_name(i, buf));
		fprintf(f, "} %d\n", !(unseen >> i & 1));
	}
}

static unsigned int points_in(const struct coverage *cov, unsigned int state)
{
	unsigned int nr = 0;

	for (unsigned int i = 0; i < cov->nr_points; i++)
		nr += cov->point[i].state == state;
	return nr;
}

static void print_points(FILE *f, const struct coverage *cov)
{
	char buf[NAME_LEN];

	metric_head(f, "gauge", "mmaudit_points", "How many probe points are on, idle, absent from this kernel, refused, or off because unchecked.");
	for (unsigned int state = MMA_POINT_ON; state <= MMA_POINT_UNCHECKED; state++) {
		fputs("mmaudit_points{", f);
		metric_label(f, "state", point_state_name(state, buf));
		fprintf(f, "} %u\n", points_in(cov, state));
	}
}

static void print_info(FILE *f, const struct device *dev)
{
	struct utsname uts;
	char abi[32];

	uname(&uts);
	snprintf(abi, sizeof(abi), "%u.%u", dev->ver.abi_major, dev->ver.abi_minor);
	metric_head(f, "gauge", "mmaudit_info", "The kernel that is audited, and the module's ABI.");
	fputs("mmaudit_info{", f);
	metric_label(f, "kernel", uts.release);
	fputc(',', f);
	metric_label(f, "abi", abi);
	fputs("} 1\n", f);
}

void stat_prometheus(FILE *f, const struct seen *seen)
{
	metric_one(f, "gauge", "mmaudit_loaded", "1: the module is loaded and answers; 0: it does not, and nothing is audited. Then there are no other rows.", seen != NULL);
	if (!seen)
		return;
	metric_one(f, "gauge", "mmaudit_blind", "1: the module's self-test failed, so its silence means nothing; 0: it sees what it should.",
		   !version_sees(&seen->dev.ver));
	metric_one(f, "gauge", "mmaudit_unknown_kernel", "1: the kernel is newer than mmaudit, so no audit is complete and a violation may be a false one; 0: it is known.",
		   seen->dev.ver.state == MMA_STATE_UNKNOWN);
	print_info(f, &seen->dev);
	for (const struct counter *c = counters; c->name; c++)
		print_counter(f, c, &seen->stats);
	print_all_broken(f, seen);
	print_sites(f, &seen->cov);
	print_points(f, &seen->cov);
}
