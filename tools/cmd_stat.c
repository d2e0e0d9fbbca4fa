// SPDX-License-Identifier: GPL-2.0
/* cmd_stat.c - the module's state and its counters since load. */
#include <stddef.h>
#include <stdio.h>

#include "commands.h"
#include "names.h"
#include "print_json.h"

/* The counters of a reader are left out, because this command's own reader has only just begun. */
static const struct {
	const char *name, *text;
	size_t offset;
} counters[] = {
#define C(name, text) { #name, text, offsetof(struct mma_stats, name) }
	C(grants,	 "entries made writable"),
	C(denials,	 "entries left read-only, as far as mmaudit looked at them"),
	C(violations,	 "entries that broke a rule when they were written"),
	C(findings,	 "entries and mappings that sweeps found wrong, counted each time"),
	C(missed,	 "probe hits that the kernel did not pass on"),
	C(suspects,	 "ranges and entries to be judged later by a worker; of these:"),
	C(confirmed,	 "  broke a rule"),
	C(cleared,	 "  were right, or had changed by then"),
	C(suspects_lost, "  were dropped: too many at once, or their memory was locked"),
	C(skipped,	 "  were left out: no reader audits their process"),
	C(swept,	 "address spaces swept at exit or exec"),
	C(sweeps_lost,	 "  not swept: too many at once, or their memory was locked"),
	C(piped_lost,	 "pages in pipes that were not remembered: too many at once"),
	C(unsure,	 "lost marks not judged: another task may rightly have cleared them"),
#undef C
};

#define NR_COUNTERS	(sizeof(counters) / sizeof(counters[0]))

static __u64 value(const struct mma_stats *stats, unsigned int i)
{
	return *(const __u64 *)((const char *)stats + counters[i].offset);
}

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

static void print_text(const struct device *dev, const struct mma_stats *stats, const struct coverage *cov)
{
	char buf[NAME_LEN];

	printf("%-14s %s%s%.*s\n", "state", state_name(dev->ver.state, buf),
	       dev->ver.reason[0] ? ": " : "", (int)sizeof(dev->ver.reason), dev->ver.reason);
	printf("%-14s %u.%u\n", "abi", dev->ver.abi_major, dev->ver.abi_minor);
	printf("%-14s %.*s\n", "built for", (int)sizeof(dev->ver.release), dev->ver.release);
	for (unsigned int i = 0; i < NR_COUNTERS; i++)
		printf("%-14s %-12llu %s\n", counters[i].name,
		       (unsigned long long)value(stats, i), counters[i].text);
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

	for (unsigned int i = 0; i < NR_COUNTERS; i++)
		json_num(obj, counters[i].name, value(stats, i));
	json_object_object_add(obj, "sites", json_sites(cov));
	json_line(stdout, obj);
}

static const struct opt stat_options[] = {
	OPT("json", NULL, "print one JSON object", set_flag),
	{ }
};

static int cmd_stat(int argc, char **argv)
{
	struct mma_stats stats;
	struct coverage cov;
	struct device dev;
	int json = 0, ret;

	ret = parse_options(&stat_command, &json, argc, argv);
	if (ret != GO_ON)
		return ret;
	if (device_open(&dev))
		return EXIT_BLIND;
	ret = device_stats(&dev, &stats) ?: device_coverage(&dev, &cov);
	if (!ret)
		(json ? print_json : print_text)(&dev, &stats, &cov);
	device_close(&dev);
	return ret || !version_sees(&dev.ver) ? EXIT_BLIND : EXIT_CLEAN;
}

const struct command stat_command = {
	.name = "stat",
	.run = cmd_stat,
	.summary = "the module's state and counters",
	.options = { stat_options },
};
