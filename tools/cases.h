/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cases.h - a report as test cases, from which the forms for pipelines are made: one for each site, one for each rule, and
 * those of the audit itself. There is none for each pair of rule and site: of most pairs a violation cannot be, so they would
 * pass by the hundred and mean nothing. A violation fails its site and its rule; each says what the other is.
 */
#ifndef CASES_H
#define CASES_H

#include "names.h"
#include "report.h"

enum case_state {
	CASE_PASS,
	CASE_SKIP,		/* not in this kernel, not asked for, or not known */
	CASE_KNOWN,		/* violated, but all of it is known already (known.h) */
	CASE_FAIL,		/* violated; or it should have been seen and was not */
	NR_CASE_STATES
};

enum case_suite { SUITE_AUDIT, SUITE_SITES, SUITE_RULES, NR_SUITES };

struct test_case {
	enum case_suite suite;
	enum case_state state;
	unsigned int id;		/* of the site (or KIND_SWEEP) or the rule */
	char name[NAME_LEN];
	char why[256];			/* in a sentence, unless it is passed; printable ASCII */
};

#define CASES_MAX	128
struct cases {
	unsigned int nr;
	struct test_case at[CASES_MAX];
};

void cases_of(const struct report *r, struct cases *c);

/* "audit", "sites", "rules" */
const char *suite_name(enum case_suite suite);

/* How many cases a suite has, in a state; or in any if that is NR_CASE_STATES. */
unsigned int cases_count(const struct cases *c, enum case_suite suite, enum case_state state);

/* What happened, as text: a line for each kind of violation; of a site, the first one in full, too. NULL: nothing. Free it. */
char *case_text(struct report *r, const struct test_case *one);

/* "Linux 6.1.0-56-amd64: audited process 12 and its descendants at all 26 sites of this kernel". Printable ASCII. */
#define CASES_TITLE_LEN	512
const char *cases_title(const struct report *r, char buf[CASES_TITLE_LEN]);

#endif /* CASES_H */
