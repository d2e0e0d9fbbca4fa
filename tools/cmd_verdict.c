// SPDX-License-Identifier: GPL-2.0
/* cmd_verdict.c - what this kernel loses: tries the known kernel bugs that can be tried without harm. Needs no module. */
#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "verdict_forms.h"
#include "wholefile.h"

struct asked {
	struct verdict v;
	int json;
	int prometheus;			/* on standard output, in place of the text */
	const char *prometheus_path;
};

/* ---- options ---- */

static int is_class(const char *name, size_t len)
{
	for (const struct bug_class *c = bug_classes; c->name; c++)
		if (strlen(c->name) == len && !strncmp(c->name, name, len))
			return 1;
	return 0;
}

static int no_class(const char *name, size_t len)
{
	char all[128];
	size_t n = 0;

	for (const struct bug_class *c = bug_classes; c->name; c++)
		n += snprintf(all + n, sizeof(all) - n, "%s%s", n ? ", " : "", c->name);
	return misuse("--for: no class '%.*s'; there are %s", (int)len, name, all);
}

static int set_classes(void *into, const struct opt *opt, const char *arg)
{
	const char *at = arg;

	for (size_t len; *at; at += len + (at[len] == ',')) {
		len = strcspn(at, ",");
		if (!is_class(at, len))
			return no_class(at, len);
	}
	if (at == arg)
		return misuse("--for: which classes?");
	((struct asked *)into)->v.classes = arg;
	return 0;
}

static int set_prometheus(void *into, const struct opt *opt, const char *arg)
{
	struct asked *a = into;

	a->prometheus |= !arg;
	a->prometheus_path = arg ? arg : a->prometheus_path;
	return 0;
}

static const struct opt verdict_options[] = {
	OPT("for", "CLASSES", "only what loses data of these classes, with commas between them: soft-dirty, uffd-wp, rwp, dax, cow, file", set_classes),
	OPT("all", NULL, "also try what changes settings of the machine for a moment, or takes what others may need; says what",
	    set_flag, .at = offsetof(struct asked, v.all)),
	OPT("limit", "SECONDS", "for each reproducer (default 45)", set_number, .at = offsetof(struct asked, v.seconds)),
	OPT("files-in", "DIR", "make files there, where a bug needs one of ext4, vfat or DAX (default /var/tmp)", set_text,
	    .at = offsetof(struct asked, v.files_in)),
	OPT("reproducers", "PROGRAM", "run that one, not the one that came with mmaudit", set_text,
	    .at = offsetof(struct asked, v.program)),
	OPT("json", NULL, "print one JSON object", set_flag, .at = offsetof(struct asked, json)),
	OPT("prometheus", "[=FILE]", "print metrics for Prometheus, or write them to FILE beside the report", set_prometheus),
	OPT("strict", NULL, "exit 4 if nothing is lost, and something was not tried", set_flag,
	    .at = offsetof(struct asked, v.strict)),
	{ }
};

/* ---- the program with the reproducers ---- */

/* From where this program is: as built, and as installed. Where the sources are in /tmp, anybody may make a /tmp/libexec. */
static const char *const places[] = { "build/reproducers", "reproducers", "../libexec/mmaudit/reproducers" };
enum { NR_PLACES = sizeof(places) / sizeof(places[0]) };

static const char *find_program(void)
{
	static char path[PATH_MAX + 64];
	char here[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", here, sizeof(here) - 1);

	here[len > 0 ? len : 0] = 0;
	for (int i = 0; i < NR_PLACES; i++) {
		snprintf(path, sizeof(path), "%.*s/%s", len > 0 ? (int)(strrchr(here, '/') - here) : 1, len > 0 ? here : ".", places[i]);
		if (!access(path, X_OK))
			return path;
	}
	say("found no reproducers in ../libexec/mmaudit from where mmaudit is: run make install, or name them by --reproducers");
	return NULL;
}

/* ---- what is told ---- */

static int write_file(const struct asked *a)
{
	struct wholefile f;

	if (wholefile_replace(&f, "the metrics", a->prometheus_path))
		return -1;
	verdict_prometheus(f.file, &a->v);
	return wholefile_close(&f);
}

static int tell(const struct asked *a)
{
	if (a->json)
		verdict_json(stdout, &a->v);
	else if (a->prometheus)
		verdict_prometheus(stdout, &a->v);
	else
		verdict_text(stdout, &a->v);
	return a->prometheus_path && write_file(a) ? EXIT_LOST : verdict_exit(&a->v);
}

static int cmd_verdict(int argc, char **argv)
{
	static struct asked a = { .v.seconds = 45, .v.files_in = "/var/tmp" };
	int ret = parse_options(&verdict_command, &a, argc, argv);

	if (ret != GO_ON)
		return ret;
	if (a.json && a.prometheus)
		return misuse("--json and --prometheus cannot both have standard output: name a file, --prometheus=FILE");
	if (!a.v.program)
		a.v.program = find_program();
	if (!a.v.program)
		return EXIT_BLIND;
	verdict_choose(&a.v);
	ret = verdict_try(&a.v);
	return ret ? ret : tell(&a);
}

const struct command verdict_command = {
	.name = "verdict",
	.run = cmd_verdict,
	.summary = "try the known kernel bugs: what does this kernel lose?",
	.options = { verdict_options },
};
