// SPDX-License-Identifier: GPL-2.0
/* outcome.c - the verdict. Both forms of output, the status file and the exit status follow from it. */
#include <string.h>

#include "outcome.h"
#include "say.h"

static const struct {
	const char *name, *meaning;
} outcomes[] = {
	[OUTCOME_CLEAN]		= { "clean", "" },
	[OUTCOME_KNOWN]		= { "known", "" },
	[OUTCOME_NARROWED]	= { "narrowed", "" },
	[OUTCOME_INCOMPLETE]	= { "incomplete", ", but one may have gone unseen" },
	[OUTCOME_BLIND]		= { "blind", ", but mmaudit did not see all it should" },
	[OUTCOME_VIOLATIONS]	= { "violations", "" },
};

/* A sweep judges entries, whoever granted them, so sites mean nothing for it. */
static int sites_missing(const struct audit *audit)
{
	return !audit->sweep_only && sites_unseen(audit->cov) & audit_sites(audit);
}

enum outcome outcome_of(const struct audit *audit, const struct totals *t)
{
	if (t->violations)
		return OUTCOME_VIOLATIONS;
	if (t->blind)
		return OUTCOME_BLIND;
	if (totals_incomplete(t) || sites_missing(audit) || audit_unknown_kernel(audit))
		return OUTCOME_INCOMPLETE;
	if (audit_narrowed(audit))
		return OUTCOME_NARROWED;
	return t->known ? OUTCOME_KNOWN : OUTCOME_CLEAN;
}

const char *outcome_name(enum outcome outcome)
{
	return outcomes[outcome].name;
}

static void say_command(const struct totals *t, char *buf, size_t size)
{
	if (t->status < 0)
		*buf = 0;
	else if (t->signal)
		snprintf(buf, size, "; the command was ended by signal %d (%s), mmaudit exits with %d", t->signal,
			 strsignal(t->signal), t->exit);
	else
		snprintf(buf, size, "; the command exited with %d, mmaudit exits with %d", t->status, t->exit);
}

const char *outcome_found(enum outcome outcome, const struct totals *t, char buf[64])
{
	if (outcome != OUTCOME_KNOWN)
		return violations_text(t, buf);
	snprintf(buf, 64, "clean but for %llu known", (unsigned long long)t->known);
	return buf;
}

void outcome_say(const struct audit *audit, const struct totals *t)
{
	const enum outcome outcome = outcome_of(audit, t);
	char scope[SCOPE_LEN], violations[64], command[128];

	say_command(t, command, sizeof(command));
	say("verdict %s: %s%s%s%s%s", outcomes[outcome].name, outcome_found(outcome, t, violations), audit_scope(audit, scope),
	    outcomes[outcome].meaning, audit_rest(audit), command);
}

void outcome_say_absent(const struct audit *audit, const struct known *known)
{
	const int swept = audit->sweep_only || audit->filter.flags & MMA_FILTER_SWEEP;
	const __u64 sites = audit->sweep_only ? 0 : audit_sites(audit) & sites_seen(audit->cov);

	known_say_absent(known, audit->dev->ver.release, audit_rules(audit), sites, swept);
}
