/* kernel_bugs_test.c EXPECTED - the table of known kernel bugs agrees with itself, with the rows of tests/bugs and with EXPECTED. */
#include <stdio.h>
#include <string.h>

#include "../bugs/bugs.h"
#include "check.h"
#include "kernel_bugs.h"
#include "names.h"

#define ROW_NAME(name, ...) name,
static const char *const rows[] = { BUGS(ROW_NAME) };
enum { NR_ROWS = sizeof(rows) / sizeof(rows[0]) };

static int is_row(const char *name)
{
	for (int i = 0; i < NR_ROWS; i++)
		if (!strcmp(rows[i], name))
			return 1;
	return 0;
}

#define ALL_BUGS(s, b)	\
	for (const struct bug_story *s = bug_stories; s->bugs[0].name; s++) \
		for (const struct kernel_bug *b = s->bugs; b->name; b++)

/* `sound` must say so of each bug. */
static void all_are(int (*sound)(const struct bug_story *s, const struct kernel_bug *b), const char *name, const char *why)
{
	const char *bad = NULL;

	ALL_BUGS(s, b)
		if (!bad && !sound(s, b))
			bad = b->name;
	check(!bad, name, "%s%s", bad, why);
}

static int reproduced(const struct bug_story *s, const struct kernel_bug *b)
{
	return is_row(b->name);
}

static int once(const struct bug_story *s, const struct kernel_bug *b)
{
	const struct bug_story *of;

	return kernel_bug_find(b->name, &of) == b && of == s;
}

static int told(const struct bug_story *s, const struct kernel_bug *b)
{
	return b->loses && s->cause && s->helps && (s->title ? s->user != NULL : s->under != NULL);
}

static const struct bug_class *class_of(const char *word, size_t len)
{
	for (const struct bug_class *c = bug_classes; c->name; c++)
		if (strlen(c->name) == len && !strncmp(c->name, word, len))
			return c;
	return NULL;
}

static int classed(const struct bug_story *s, const struct kernel_bug *b)
{
	const char *word = b->classes;

	for (size_t n; *word; word += n + (word[n] == ' ')) {
		n = strcspn(word, " ");
		if (!class_of(word, n) || !kernel_bug_is(b, word, n))
			return 0;
	}
	return word != b->classes;
}

static int rules_known(const char *rules)
{
	char one[NAME_LEN];

	for (size_t n; *rules; rules += n + (rules[n] == '+')) {
		n = strcspn(rules, "+");
		snprintf(one, sizeof(one), "%.*s", (int)n, rules);
		if (rule_by_name(one) < 0)
			return 0;
	}
	return 1;
}

static int named(const struct bug_story *s, const struct kernel_bug *b)
{
	return (!strcmp(b->rules, "-") || rules_known(b->rules)) &&
	       (!strcmp(b->site, "-") || !strcmp(b->site, "sweep") || site_by_name(b->site) >= 0);
}

/* B where the versions say that it is there, and nowhere else. */
static int marked(const struct bug_story *s, const struct kernel_bug *b)
{
	for (int i = 0; i < BUG_KERNELS; i++)
		if (!strchr("Bo-", b->seen[i]) || (b->seen[i] == 'B') != kernel_bug_in(b, kernel_version_of(bug_releases[i])))
			return 0;
	return strlen(b->seen) == BUG_KERNELS;
}

/* A bug since 7.2 that 7.3.4 has mended is in what is between, and a release without a third number is its first. */
static void stable_releases_count(void)
{
	static const struct kernel_bug bug = { .since = { 7, 2 }, .fixed = { 7, 3, 4 } };
	static const struct kernel_bug backported = { .stable = { 6, 12, 118 } };
	static const struct { const char *release; int there; } at[] = {
		{ "7.1.13+deb13-amd64", 0 }, { "7.2.12+deb13-cloud-amd64", 1 }, { "7.3-cloud-amd64", 1 }, { "7.3-rc7", 1 }, { "7.3.3", 1 },
		{ "7.3.4+deb13-cloud-amd64", 0 }, { "7.3.10", 0 }, { "7.4", 0 }, { "6.12.117", 0 }, { "8.0.1", 0 },
	}, back[] = {		/* in 6.12.118, and in no other series */
		{ "6.12.117+deb12-cloud-amd64", 1 }, { "6.12.118+deb13-cloud-amd64", 0 }, { "6.12.120", 0 }, { "6.12", 1 }, { "6.1.200", 1 },
		{ "6.13", 1 }, { "7.2.12", 1 },
	};
	const char *wrong = NULL;

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		if (kernel_bug_in(&bug, kernel_version_of(at[i].release)) != at[i].there)
			wrong = at[i].release;
	check(!wrong, "bugs-of-stable-releases", "%s", wrong);
	for (size_t i = 0; i < sizeof(back) / sizeof(back[0]); i++)
		if (kernel_bug_in(&backported, kernel_version_of(back[i].release)) != back[i].there)
			wrong = back[i].release;
	check(!wrong, "bugs-mended-in-one-series", "%s", wrong);
}

static int a_way_of_its_story(const struct bug_story *s, const struct kernel_bug *b)
{
	const struct bug_story *of;
	const struct kernel_bug *main = b->way_of ? kernel_bug_find(b->way_of, &of) : b;

	return main && (main == b || (of == s && !main->way_of));
}

/* What is safe in itself needs no mildness. */
static int gentle_with(const struct bug_story *s, const struct kernel_bug *b)
{
	return b->changes || !b->gentle;
}

static void rows_are_known(void)
{
	const char *missing = NULL;

	for (int i = 0; i < NR_ROWS; i++)
		if (!kernel_bug_find(rows[i], NULL))
			missing = rows[i];
	check(!missing, "bugs-rows-are-known", "%s of tests/bugs/bugs.h is not in tools/kernel_bugs.c", missing);
}

/* A line "BUG KERNEL RULES SITE ..." that names one site says what the table says. */
static int as_expected(const char *line)
{
	char bug[64], kernel[16], rules[64], site[32];
	const struct kernel_bug *b;

	if (sscanf(line, "%63s %15s %63s %31s", bug, kernel, rules, site) != 4 || *bug == '#' || !strcmp(rules, "silent"))
		return 1;
	b = kernel_bug_find(bug, NULL);
	return b && !strcmp(b->rules, rules) && !strcmp(b->site, site);
}

static void expectations_are_known(const char *path)
{
	FILE *f = fopen(path, "r");
	int lines = 0, bad = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		lines++;
		if (!as_expected(line)) {
			bad++;
			printf("  %s", line);
		}
	}
	check(lines && !bad, "bugs-as-expected", "%d of %d lines of %s say otherwise", bad, lines, path);
}

int main(int argc, char **argv)
{
	rows_are_known();
	stable_releases_count();
	all_are(reproduced, "bugs-are-reproduced", " is no row of tests/bugs/bugs.h");
	all_are(once, "bugs-are-there-once", "");
	all_are(told, "bugs-are-told", " lacks what it loses, its cause or what helps");
	all_are(classed, "bugs-are-classed", "");
	all_are(named, "bugs-are-named", ": no such rule or site");
	all_are(marked, "bugs-are-marked", ": its marks are not as its versions");
	all_are(a_way_of_its_story, "bugs-ways", "");
	all_are(gentle_with, "bugs-gentle", "");
	expectations_are_known(argc > 1 ? argv[1] : "tests/bugs/expected");
	return check_done();
}
