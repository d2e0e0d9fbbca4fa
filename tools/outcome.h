/* SPDX-License-Identifier: GPL-2.0 */
/* outcome.h - what an audit amounts to: one word, one sentence. */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "print.h"

/* If several hold, the last of them is the outcome. */
enum outcome {
	OUTCOME_CLEAN,		/* no violation; every rule, every site of this kernel, nothing lost */
	OUTCOME_NARROWED,	/* no violation of what --rule and --site asked for; all else was not audited */
	OUTCOME_INCOMPLETE,	/* no violation, but something was lost, unseen, not written, or ran on */
	OUTCOME_BLIND,		/* no violation, but the module did not see, or could not be asked */
	OUTCOME_VIOLATIONS,
};

enum outcome outcome_of(const struct audit *audit, const struct totals *totals);
const char *outcome_name(enum outcome outcome);

/* Prints the verdict, CMD's status and our own in one line on stderr. */
void outcome_say(const struct audit *audit, const struct totals *totals);

#endif /* OUTCOME_H */
