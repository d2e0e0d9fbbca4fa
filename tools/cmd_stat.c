// SPDX-License-Identifier: GPL-2.0
/* cmd_stat.c - the module's state and its counters since load. */
#include <stddef.h>
#include <stdio.h>

#include "commands.h"
#include "counters.h"
#include "names.h"
#include "print_json.h"
#include "rule.h"
#include "stat_prometheus.h"
#include "wholefile.h"

/* What a write fault would have done, of the sites that it can be said of. */
static int is_compared(const struct mma_site_info *site)
{
	return site->grants_refused || site->denials_judged;
}

static void print_sites(const struct coverage *cov)
{
	char buf[NAME_LEN];
	int nr = 0;

	for (unsigned int i = 0; i < cov->nr_sites; i++) {
		const struct mma_site_info *site = &cov->site[i];

		if (!is_compared(site))
			continue;
		if (!nr++)
			printf("\n%-18s %12s %12s %12s %12s  entries, compared with what a write fault would do\n", "SITE",
			       "GRANTS", "REFUSED", "DENIALS", "REUSABLE");
		printf("%-18s %12llu %12llu %12llu %12llu\n", site_name(i, buf), (unsigned long long)site->grants,
		       (unsigned long long)site->grants_refused, (unsigned long long)site->denials_judged,
		       (unsigned long long)site->denials_reusable);
	}
}

/* `facts` are known in one way, all of them: which are so, and which are not. */
static void print_known(const char *how, __u64 so, __u64 facts)
{
	char is[NAMES_LEN], is_not[NAMES_LEN];

	if (!facts)
		return;
	names_of(so & facts, fact_name, ", ", is);
	names_of(~so & facts, fact_name, ", ", is_not);
	printf("%-14s %s%s%s%s\n", how, is, *is && *is_not ? "; " : "", *is_not ? "not " : "", is_not);
}

/* How the kernel decides, in the words of `explain`, the surest first. */
static void print_facts(const struct mma_version *ver)
{
	const __u64 tried = ver->kernel_asked, shown = ver->kernel_shown & ~tried;

	print_known("tried", ver->kernel_facts, tried);
	print_known("by headers", ver->kernel_facts, shown);
	print_known("by version", ver->kernel_facts, MMA_F_KERN_ALL & ~tried & ~shown);
}

static void print_text(const struct device *dev, const struct mma_stats *stats, const struct coverage *cov)
{
	char buf[NAME_LEN];

	printf("%-14s %s%s%.*s\n", "state", state_name(dev->ver.state, buf),
	       dev->ver.reason[0] ? ": " : "", (int)sizeof(dev->ver.reason), dev->ver.reason);
	printf("%-14s %u.%u\n", "abi", dev->ver.abi_major, dev->ver.abi_minor);
	printf("%-14s %.*s %s\n", "built for", (int)sizeof(dev->ver.release), dev->ver.release, arch_of(dev->ver.entries)->machine);
	print_facts(&dev->ver);
	for (const struct counter *c = counters; c->name; c++)
		printf("%-14s %-12llu %s\n", c->name, (unsigned long long)c->value(stats), c->text);
	print_sites(cov);
}

static struct json_object *json_compared(unsigned int id, const struct mma_site_info *site)
{
	struct json_object *obj = json_object_new_object();
	char buf[NAME_LEN];

	json_str(obj, "site", site_name(id, buf));
	json_num(obj, "grants", site->grants);
	json_num(obj, "grants_refused", site->grants_refused);
	json_num(obj, "denials", site->denials);
	json_num(obj, "denials_judged", site->denials_judged);
	json_num(obj, "denials_reusable", site->denials_reusable);
	return obj;
}

static struct json_object *json_sites(const struct coverage *cov)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < cov->nr_sites; i++)
		if (is_compared(&cov->site[i]))
			json_object_array_add(list, json_compared(i, &cov->site[i]));
	return list;
}

static void print_json(const struct device *dev, const struct mma_stats *stats, const struct coverage *cov)
{
	struct json_object *obj = json_object_of("stat", dev);

	for (const struct counter *c = counters; c->name; c++)
		json_num(obj, c->name, c->value(stats));
	json_names(obj, "kernel_facts", dev->ver.kernel_facts, fact_name);
	json_names(obj, "kernel_asked", dev->ver.kernel_asked, fact_name);
	json_names(obj, "kernel_shown", dev->ver.kernel_shown, fact_name);
	json_object_object_add(obj, "sites", json_sites(cov));
	json_line(stdout, obj);
}

struct asked {
	int json;
	int prometheus;			/* on standard output, in place of the text */
	const char *prometheus_path;
};

static int set_prometheus(void *into, const struct opt *opt, const char *arg)
{
	struct asked *a = into;

	a->prometheus |= !arg;
	a->prometheus_path = arg ? arg : a->prometheus_path;
	return 0;
}

static const struct opt stat_options[] = {
	OPT("json", NULL, "print one JSON object", set_flag, .at = offsetof(struct asked, json)),
	OPT("prometheus", "[=FILE]", "print metrics for Prometheus, or only write them to FILE; the self-test is repeated before",
	    set_prometheus),
	{ }
};

static int write_metrics(const struct asked *a, const struct seen *seen)
{
	struct wholefile f;

	if (a->prometheus)
		stat_prometheus(stdout, seen);
	if (!a->prometheus_path)
		return 0;
	if (wholefile_replace(&f, "the metrics", a->prometheus_path))
		return -1;
	stat_prometheus(f.file, seen);
	return wholefile_close(&f);
}

static int wants_metrics(const struct asked *a)
{
	return a->prometheus || a->prometheus_path;
}

/* That nothing is audited is told to those who read the metrics, too: what was written there before would go on to be read. */
static int unseen(const struct asked *a)
{
	return wants_metrics(a) && write_metrics(a, NULL) ? EXIT_LOST : EXIT_BLIND;
}

static int tell(const struct asked *a, const struct seen *seen)
{
	if (wants_metrics(a))
		return write_metrics(a, seen) ? EXIT_LOST : 0;
	(a->json ? print_json : print_text)(&seen->dev, &seen->stats, &seen->cov);
	return 0;
}

/* What reads metrics asks nobody else whether the module sees. */
static int look(const struct asked *a, struct seen *seen)
{
	int ret = wants_metrics(a) ? device_selftest(&seen->dev) : 0;

	return ret ?: device_stats(&seen->dev, &seen->stats) ?: device_coverage(&seen->dev, &seen->cov);
}

static int cmd_stat(int argc, char **argv)
{
	struct asked a = { };
	struct seen seen;
	int ret;

	ret = parse_options(&stat_command, &a, argc, argv);
	if (ret != GO_ON)
		return ret;
	if (a.json && wants_metrics(&a))
		return misuse("--json and --prometheus do not go together: run it twice");
	if (device_open(&seen.dev))
		return unseen(&a);
	ret = look(&a, &seen) ? unseen(&a) : tell(&a, &seen);
	device_close(&seen.dev);
	return ret || version_sees(&seen.dev.ver) ? ret : EXIT_BLIND;
}

const struct command stat_command = {
	.name = "stat",
	.run = cmd_stat,
	.summary = "the module's state and counters",
	.options = { stat_options },
};
