// SPDX-License-Identifier: GPL-2.0
/*
 * report_junit.c - a report as the XML of JUnit, as most pipelines read it. It is written here, not by a library: all of it
 * is three kinds of elements, and what is in them is printable ASCII.
 */
#include <errno.h>
#include <stdlib.h>

#include "cases.h"

/* Bytes that XML has a meaning for, or forbids, are replaced. */
static void print_escaped(FILE *f, const char *text)
{
	static const struct {
		char c;
		const char *as;
	} escapes[] = { { '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" } };

	for (; *text; text++) {
		const char *as = NULL;

		for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
			if (escapes[i].c == *text)
				as = escapes[i].as;
		if (as)
			fputs(as, f);
		else
			fputc((*text >= ' ' && *text <= '~') || *text == '\n' ? *text : '?', f);
	}
}

static void print_attribute(FILE *f, const char *name, const char *value)
{
	fprintf(f, " %s=\"", name);
	print_escaped(f, value);
	fputc('"', f);
}

/* <failure> or <skipped>, with what happened as its text. JUnit has no word for what is known: it is skipped. */
static void print_outcome(FILE *f, struct report *r, const struct test_case *one)
{
	const char *element = one->state == CASE_FAIL ? "failure" : "skipped";
	char *text = case_text(r, one);

	fprintf(f, "\n      <%s", element);
	print_attribute(f, "message", one->why);
	if (one->state == CASE_FAIL)
		print_attribute(f, "type", text ? "violation" : "audit");
	if (text) {
		fputc('>', f);
		print_escaped(f, text);
		fprintf(f, "</%s>\n    ", element);
	} else {
		fputs("/>\n    ", f);
	}
	free(text);
}

static void print_case(FILE *f, struct report *r, const struct test_case *one)
{
	fputs("    <testcase", f);
	print_attribute(f, "name", one->name);
	fprintf(f, " classname=\"mmaudit.%s\"", suite_name(one->suite));
	if (one->state == CASE_PASS) {
		fputs("/>\n", f);
		return;
	}
	fputc('>', f);
	print_outcome(f, r, one);
	fputs("</testcase>\n", f);
}

/* Of a suite, or of all if it is NR_SUITES. */
static void print_counts(FILE *f, const struct cases *c, enum case_suite suite)
{
	unsigned int tests = 0, failed = 0, skipped = 0;

	for (int i = 0; i < NR_SUITES; i++) {
		if (suite != NR_SUITES && (int)suite != i)
			continue;
		tests += cases_count(c, i, NR_CASE_STATES);
		failed += cases_count(c, i, CASE_FAIL);
		skipped += cases_count(c, i, CASE_SKIP) + cases_count(c, i, CASE_KNOWN);
	}
	fprintf(f, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\"", tests, failed, skipped);
}

static void print_property(FILE *f, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	fputs("      <property", f);
	print_attribute(f, "name", name);
	print_attribute(f, "value", value);
	fputs("/>\n", f);
}

static void print_suite(FILE *f, struct report *r, const struct cases *c, enum case_suite suite)
{
	char title[CASES_TITLE_LEN], time[ORIGIN_TIME_LEN];
	const char *begun = origin_time(&r->audit.origin.begun, time);

	fprintf(f, "  <testsuite name=\"mmaudit.%s\"", suite_name(suite));
	print_counts(f, c, suite);
	if (begun)
		print_attribute(f, "timestamp", begun);
	if (*r->audit.origin.host)
		print_attribute(f, "hostname", r->audit.origin.host);
	fputs(">\n    <properties>\n", f);
	print_property(f, "audit", cases_title(r, title));
	print_property(f, "command", r->command);
	fputs("    </properties>\n", f);
	for (unsigned int i = 0; i < c->nr; i++)
		if (c->at[i].suite == suite)
			print_case(f, r, &c->at[i]);
	fputs("  </testsuite>\n", f);
}

int report_junit(FILE *f, struct report *r)
{
	struct cases c;

	cases_of(r, &c);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mmaudit\"", f);
	print_counts(f, &c, NR_SUITES);
	fputs(">\n", f);
	for (int suite = 0; suite < NR_SUITES; suite++)
		print_suite(f, r, &c, suite);
	fputs("</testsuites>\n", f);
	return ferror(f) ? -EIO : 0;
}
