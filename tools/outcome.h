/* SPDX-License-Identifier: GPL-2.0 */
/* outcome.h - what an audit amounts to: one word, one sentence. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "print.h"

/* If several of these are true, the outcome is the last one. */
enum outcome {
	OUTCOME_CLEAN,		/* no violation; every rule, every site of this kernel, nothing lost */
	OUTCOME_KNOWN,		/* the same, but for violations that --known tells of */
	OUTCOME_NARROWED,	/* no new violation at the rules and sites of --rule and --site; nothing else was audited */
	OUTCOME_INCOMPLETE,	/* no violation, but something was lost, unseen or not written, or a child ran on */
	OUTCOME_BLIND,		/* no violation, but the module did not see, or could not be asked */
	OUTCOME_VIOLATIONS,
};

enum outcome outcome_of(const struct audit *audit, const struct totals *totals);
const char *outcome_name(enum outcome outcome);

/* "2 violations, 3 known"; or "clean but for 3 known", if there is nothing else. */
const char *outcome_found(enum outcome outcome, const struct totals *totals, char buf[64]);

/* Prints the verdict, CMD's status and that of mmaudit in one line on stderr. */
void outcome_say(const struct audit *audit, const struct totals *totals);

/* Says which findings that --known tells of could have come, and did not. */
void outcome_say_absent(const struct audit *audit, const struct known *known);

#endif /* OUTCOME_H */
