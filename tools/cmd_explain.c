// SPDX-License-Identifier: GPL-2.0
/* cmd_explain.c - every name mmaudit prints, in a sentence. Needs no module. */
#include <getopt.h>
#include <stdio.h>

#include "commands.h"
#include "names.h"

static void explain_rule(unsigned int id)
{
	const struct rule_row *r = rule_row(id);

	printf("rule %s: %s\n  severity  %s\n  kernels   %s\n  kernel    %s\n",
	       r->name, r->text, r->severity, r->kernels, r->where);
}

static void explain_site(unsigned int id)
{
	const struct site_row *s = site_row(id);
	char buf[NAME_LEN];

	printf("site %s: %s\n  seen by  ", s->name, s->text);
	for (unsigned int i = 0; i < nr_points(); i++)
		if ((s->points | s->also) >> i & 1)
			printf(" %s", point_name(i, buf));
	printf("\n");
}

static const char *const armed_when[] = {
	[AUDIT] = "always",
	[TRACE] = "while a reader wants every decision",
	[SPARE] = "where the kernel has not the function that tells more",
	[SWEEP] = "while a reader wants sweeps at exit",
};

static void explain_point(unsigned int id)
{
	const struct point_row *p = point_row(id);

	printf("point %s: %s\n  probes    %s()\n  armed     %s\n", p->name, p->text,
	       p->symbol, armed_when[p->mode]);
}

static void explain_fact(unsigned int bit)
{
	printf("fact %s: %s\n", fact_row(bit)->name, fact_row(bit)->text);
}

static void explain_fault(unsigned int id)
{
	printf("fault %s: a write fault would: %s\n", fault_row(id)->name, fault_row(id)->text);
}

static void explain_reason(unsigned int id)
{
	printf("reason %s: left read-only because %s\n", reason_row(id)->name, reason_row(id)->text);
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
};

#define NR_KINDS	(sizeof(kinds) / sizeof(kinds[0]))

static int list(void)
{
	for (unsigned int k = 0; k < NR_KINDS; k++) {
		printf("%s%s\n ", k ? "\n" : "", kinds[k].title);
		for (unsigned int id = 0; id < kinds[k].nr(); id++)
			if (kinds[k].name(id))
				printf(" %s", kinds[k].name(id));
		printf("\n");
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
		return misuse("which one? Name a rule, site, point, fault, reason or fact, or give --list");
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
	.summary = "a rule, site, point, fault, reason or fact in a sentence",
	.options = { explain_options },
};
