// SPDX-License-Identifier: GPL-2.0
/* report_ktap.c - a report as KTAP (Documentation/dev-tools/ktap.rst), which the kernel's own test tools read. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"

#define INDENT	"    "

/* Lines of text as diagnostics, before the case that they are about. */
static void print_diagnostics(FILE *f, char *text)
{
	char *line;

	while (text && (line = strsep(&text, "\n")))
		if (*line)
			fprintf(f, INDENT "# %s\n", line);
}

/* What is known is expected to fail: XFAIL, which counts as passed. */
static void print_case(FILE *f, struct report *r, const struct test_case *one, unsigned int number)
{
	static const char *const directives[NR_CASE_STATES] = { "", " # SKIP ", " # XFAIL ", "" };
	char *text = case_text(r, one);

	if (one->state == CASE_FAIL)
		fprintf(f, INDENT "# %s: %s\n", one->name, one->why);
	print_diagnostics(f, text);
	fprintf(f, INDENT "%s %u %s%s%s\n", one->state == CASE_FAIL ? "not ok" : "ok", number, one->name,
		directives[one->state], *directives[one->state] ? one->why : "");
	free(text);
}

static void print_suite(FILE *f, struct report *r, const struct cases *c, enum case_suite suite)
{
	unsigned int number = 0;

	fprintf(f, INDENT "KTAP version 1\n" INDENT "# Subtest: mmaudit.%s\n" INDENT "1..%u\n", suite_name(suite),
		cases_count(c, suite, NR_CASE_STATES));
	for (unsigned int i = 0; i < c->nr; i++)
		if (c->at[i].suite == suite)
			print_case(f, r, &c->at[i], ++number);
	fprintf(f, "%s %d mmaudit.%s\n", cases_count(c, suite, CASE_FAIL) ? "not ok" : "ok", suite + 1, suite_name(suite));
}

int report_ktap(FILE *f, struct report *r)
{
	char title[CASES_TITLE_LEN];
	struct cases c;

	cases_of(r, &c);
	fprintf(f, "KTAP version 1\n# %s\n1..%d\n", cases_title(r, title), NR_SUITES);
	for (int suite = 0; suite < NR_SUITES; suite++)
		print_suite(f, r, &c, suite);
	return ferror(f) ? -EIO : 0;
}
