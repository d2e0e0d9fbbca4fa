// SPDX-License-Identifier: GPL-2.0
/* cmd_sites.c - what the loaded module sees and what it does not: sites, and the probes behind them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "names.h"
#include "print.h"
#include "print_json.h"

static void print_site(const struct mma_site_info *s)
{
	const struct site_row *row = site_row(s->id);
	char buf[NAME_LEN], points[NAMES_LEN];

	printf("%-16s", site_name(s->id, buf));
	if (site_state(s) != MMA_SITE_SEEN && site_state(s) != MMA_SITE_PARTLY) {
		printf(" %-20s %s%s\n", site_state_name(site_state(s), buf),
		       site_state(s) == MMA_SITE_UNSEEN ? "not audited: " : "",
		       row ? row->text : "a site of a newer module");
		return;
	}
	printf(" %-32s %10llu %10llu %8llu%s\n", names_of(s->points, point_name, ",", points), (unsigned long long)s->grants,
	       (unsigned long long)s->denials, (unsigned long long)s->violations,
	       site_state(s) == MMA_SITE_PARTLY ? "  seen in part" : "");
}

/* Why a point is not armed now, or "". */
static const char *why_off(const struct mma_point_info *p, char buf[128])
{
	const struct point_row *row = point_row(p->id);

	if (p->state == MMA_POINT_IDLE && row && row->mode == AUDIT)
		return "there is nothing for it to see in this kernel";
	if (p->state == MMA_POINT_IDLE && row) {
		snprintf(buf, 128, "armed %s", point_armed(row));
		return buf;
	}
	if (p->inlined)
		return "inlined in a caller in its own file, which is not seen";
	if (p->state == MMA_POINT_UNCHECKED)
		return "not checked against BTF: 'mmaudit load' does it; if the kernel has no BTF, 'mmaudit load checked=Y' does without";
	if (p->err == -ENOENT)
		return "no such function in this kernel, or it is inlined";
	return p->err ? strerror(-p->err) : "";
}

static void print_point(const struct mma_point_info *p)
{
	char name[NAME_LEN], state[NAME_LEN], hook[NAME_LEN], buf[128];
	const char *why = why_off(p, buf);

	printf("%-14s %-9s %-9s %-26.*s %12llu %10llu%s%s\n", point_name(p->id, name),
	       point_state_name(p->state, state), hook_name(p->hook, hook), (int)sizeof(p->symbol), p->symbol,
	       (unsigned long long)p->hits, (unsigned long long)p->missed, *why ? "  " : "", why);
}

static void print_text(const struct device *dev, const struct coverage *cov)
{
	if (!version_sees(&dev->ver))
		say("blind: %.*s (mend that, then 'mmaudit sites' again)", (int)sizeof(dev->ver.reason), dev->ver.reason);
	else if (dev->ver.state == MMA_STATE_UNKNOWN)
		say("unknown kernel: %.*s", (int)sizeof(dev->ver.reason), dev->ver.reason);
	printf("%-16s %-32s %10s %10s %8s\n", "SITE", "SEEN BY", "GRANTS", "DENIALS", "WRONG");
	for (unsigned int i = 0; i < cov->nr_sites; i++)
		print_site(&cov->site[i]);
	printf("\n%-14s %-9s %-9s %-26s %12s %10s\n", "POINT", "STATE", "HOOK", "SYMBOL", "HITS", "MISSED");
	for (unsigned int i = 0; i < cov->nr_points; i++)
		print_point(&cov->point[i]);
}

static void print_json(const struct device *dev, const struct coverage *cov)
{
	struct json_object *obj = json_object_of("sites", dev);
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < cov->nr_sites; i++)
		json_object_array_add(list, json_site(&cov->site[i]));
	json_object_object_add(obj, "sites", list);
	list = json_object_new_array();
	for (unsigned int i = 0; i < cov->nr_points; i++)
		json_object_array_add(list, json_point(&cov->point[i]));
	json_object_object_add(obj, "points", list);
	json_line(stdout, obj);
}

static const struct opt sites_options[] = {
	OPT("json", NULL, "print one JSON object", set_flag),
	{ }
};

static int cmd_sites(int argc, char **argv)
{
	static struct coverage cov;
	struct device dev;
	int json = 0, ret;

	ret = parse_options(&sites_command, &json, argc, argv);
	if (ret != GO_ON)
		return ret;
	if (device_open(&dev))
		return EXIT_BLIND;
	ret = device_selftest(&dev);
	if (!ret)
		ret = device_coverage(&dev, &cov);
	if (!ret)
		(json ? print_json : print_text)(&dev, &cov);
	device_close(&dev);
	return ret || !version_sees(&dev.ver) ? EXIT_BLIND : EXIT_CLEAN;
}

const struct command sites_command = {
	.name = "sites",
	.run = cmd_sites,
	.summary = "what is seen, what is not, and by which probe",
	.options = { sites_options },
};
