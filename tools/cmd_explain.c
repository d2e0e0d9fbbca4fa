// SPDX-License-Identifier: GPL-2.0
/* cmd_explain.c - every name mmaudit prints, in a sentence. Needs no module. */
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "kernel_bugs.h"
#include "names.h"
#include "verdict.h"
#include "words.h"

#define LABEL	15	/* columns before what is told */

/* On a terminal as wide as it is; elsewhere in one line, for scripts. Marks of markdown mean nothing here. */
static struct words begin_told(const char *label)
{
	printf("  %-*s", LABEL - 2, label);
	return words_begin(stdout, LABEL, terminal_width(stdout, INT_MAX));
}

static void tell(const char *label, const char *text)
{
	struct words w = begin_told(label);
	char plain[2048];
	size_t n = 0;

	for (; *text && n < sizeof(plain) - 1; text++)
		if (*text != '`')
			plain[n++] = *text;
	plain[n] = 0;
	words_add_all(&w, plain);
	words_end(&w);
}

static void tell_name(const char *kind, const char *name, const char *text)
{
	struct words w = words_begin(stdout, 2, terminal_width(stdout, INT_MAX));

	w.column = printf("%s %s:", kind, name);
	words_add_all(&w, text);
	words_end(&w);
}

/* ---- kernel bugs ---- */

static const struct kernel_bug *bug_at(unsigned int id, const struct bug_story **story)
{
	for (*story = bug_stories; (*story)->bugs[0].name; (*story)++)
		for (const struct kernel_bug *bug = (*story)->bugs; bug < (*story)->bugs + BUG_WAYS && bug->name; bug++)
			if (!id--)
				return bug;
	return NULL;
}

static unsigned int nr_bugs(void)
{
	const struct bug_story *story;
	unsigned int nr = 0;

	while (bug_at(nr, &story))
		nr++;
	return nr;
}

static const char *name_of_bug(unsigned int id)
{
	const struct bug_story *story;

	return bug_at(id, &story)->name;
}

static void explain_bug(unsigned int id)
{
	const struct bug_story *story;
	const struct kernel_bug *bug = bug_at(id, &story);
	char since[VERSION_LEN], fixed[VERSION_LEN], text[256];

	printf("bug %s\n", bug->name);
	tell("loses", bug->loses);
	if (bug->rules[0] != '-') {
		snprintf(text, sizeof(text), "%s at %s", bug->rules, bug->site);
		tell("reported as", text);
	}
	tell("cause", story->cause);
	snprintf(text, sizeof(text), bug->fixed.major ? "since %s, fixed in %s" : "since %s, not fixed as of " BUG_NEWEST,
		 since_text(bug, since), fixed_text(bug, fixed));
	tell("kernels", text);
	tell("what helps", story->helps);
}

/* Whether name is one of those in names, joined by +. */
static int is_among(const char *name, const char *names)
{
	const size_t len = strlen(name);

	for (; *names; names += strcspn(names, "+"), names += *names == '+')
		if (strcspn(names, "+") == len && !strncmp(names, name, len))
			return 1;
	return 0;
}

static void tell_bugs_of(const char *rule)
{
	const struct bug_story *story;
	const struct kernel_bug *bug;
	struct words w;
	int none = 1;

	for (unsigned int id = 0; (bug = bug_at(id, &story)); id++) {
		if (!is_among(rule, bug->rules))
			continue;
		if (none)
			w = begin_told("known bugs");
		none = 0;
		words_add(&w, bug->name);
	}
	if (!none)
		words_end(&w);
}

/* ---- what the records name ---- */

static void explain_rule(unsigned int id)
{
	const struct rule_row *r = rule_row(id);
	char severity[160];

	tell_name("rule", r->name, r->text);
	snprintf(severity, sizeof(severity), "%s: %s", r->severity, severity_text(r->severity));
	tell("severity", severity);
	tell("kernels", r->kernels);
	tell("ensured by", r->where);
	tell_bugs_of(r->name);
}

static void explain_site(unsigned int id)
{
	const struct site_row *s = site_row(id);
	char buf[NAME_LEN];
	struct words w;

	tell_name("site", s->name, s->text);
	w = begin_told("seen by");
	for (unsigned int i = 0; i < nr_points(); i++)
		if ((s->points | s->also) >> i & 1)
			words_add(&w, point_name(i, buf));
	words_end(&w);
	if (!s->needs)
		return;
	w = begin_told("with");
	for (unsigned int i = 0; i < nr_points(); i++)
		if (s->needs >> i & 1)
			words_add(&w, point_name(i, buf));
	words_end(&w);
}

static void explain_point(unsigned int id)
{
	const struct point_row *p = point_row(id);

	char function[128];

	snprintf(function, sizeof(function), "%s()", p->symbol);
	tell_name("point", p->name, p->text);
	tell("probes", function);
	tell("armed", point_armed(p));
}

static void explain_fact(unsigned int bit)
{
	tell_name("fact", fact_row(bit)->name, fact_row(bit)->text);
}

static void explain_fault(unsigned int id)
{
	char text[128];

	snprintf(text, sizeof(text), "a write fault would: %s", fault_row(id)->text);
	tell_name("fault", fault_row(id)->name, text);
}

static void explain_reason(unsigned int id)
{
	char text[128];

	snprintf(text, sizeof(text), "left read-only because %s", reason_row(id)->text);
	tell_name("reason", reason_row(id)->name, text);
}

#define NAME_OF(kind)							\
	static const char *name_of_##kind(unsigned int id)		\
	{								\
		return kind##_row(id) ? kind##_row(id)->name : NULL;	\
	}

NAME_OF(rule)
NAME_OF(site)
NAME_OF(point)
NAME_OF(fault)
NAME_OF(reason)
NAME_OF(fact)

static const struct kind {
	const char *title;
	unsigned int (*nr)(void);
	const char *(*name)(unsigned int id);
	void (*explain)(unsigned int id);
} kinds[] = {
	{ "rules: what a writable entry must meet", nr_rules, name_of_rule, explain_rule },
	{ "sites: where the write bit is granted", nr_sites, name_of_site, explain_site },
	{ "points: the probes that see it", nr_points, name_of_point, explain_point },
	{ "faults: what a write fault would do instead", nr_faults, name_of_fault, explain_fault },
	{ "reasons: why an entry was left read-only", nr_reasons, name_of_reason, explain_reason },
	{ "facts: what a rule judges by", nr_facts, name_of_fact, explain_fact },
	{ "bugs: what 'mmaudit verdict' tries", nr_bugs, name_of_bug, explain_bug },
};

#define NR_KINDS	(sizeof(kinds) / sizeof(kinds[0]))

static int list(void)
{
	for (unsigned int k = 0; k < NR_KINDS; k++) {
		struct words w;

		printf("%s%s\n  ", k ? "\n" : "", kinds[k].title);
		w = words_begin(stdout, 2, terminal_width(stdout, INT_MAX));
		for (unsigned int id = 0; id < kinds[k].nr(); id++)
			if (kinds[k].name(id))
				words_add(&w, kinds[k].name(id));
		words_end(&w);
	}
	return EXIT_CLEAN;
}

/* A name may be of several kinds: UFFD_WP is a rule, a reason. */
static int explain(const char *name)
{
	int found = 0;

	for (unsigned int k = 0; k < NR_KINDS; k++)
		for (unsigned int id = 0; id < kinds[k].nr(); id++)
			if (kinds[k].name(id) && name_is(kinds[k].name(id), name)) {
				kinds[k].explain(id);
				found = 1;
			}
	if (!found)
		say("nothing is called '%s' (see 'mmaudit explain --list')", name);
	return found ? EXIT_CLEAN : EXIT_USAGE;
}

static const struct opt explain_options[] = {
	OPT("list", NULL, "list all names", set_flag),
	{ }
};

static int cmd_explain(int argc, char **argv)
{
	int all = 0, ret = parse_options(&explain_command, &all, argc, argv);

	if (ret != GO_ON)
		return ret;
	if (all)
		return list();
	if (optind == argc)
		return misuse("which one? Name a rule, site, point, fault, reason, fact or bug, or give --list");
	ret = EXIT_CLEAN;
	for (; optind < argc; optind++)
		if (explain(argv[optind]))
			ret = EXIT_USAGE;
	return ret;
}

const struct command explain_command = {
	.name = "explain",
	.run = cmd_explain,
	.synopsis = "{NAME... | --list}",
	.operands = OPERANDS,
	.summary = "a rule, site, point, fault, reason, fact or kernel bug in a sentence",
	.options = { explain_options },
};
