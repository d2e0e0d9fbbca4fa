// SPDX-License-Identifier: GPL-2.0
/* report_text.c - a report for people: what was lost or not seen first, then tables, then the first violation of each kind. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "losses.h"
#include "names.h"
#include "outcome.h"
#include "report.h"

/* ---- what was audited ---- */

static const char *or_unknown(const char *text)
{
	return text && *text ? text : "unknown";
}

static void print_conditions(FILE *f, const struct report *r)
{
	const struct audit *a = &r->audit;
	char begun[ORIGIN_TIME_LEN], ended[ORIGIN_TIME_LEN], where[64], scope[SCOPE_LEN];

	fprintf(f, "kernel   %s %s on %s\n", or_unknown(a->origin.release), audit_arch(a)->machine, or_unknown(a->origin.host));
	fprintf(f, "time     %s to %s\n", or_unknown(origin_time(&a->origin.begun, begun)),
		or_unknown(origin_time(&a->origin.ended, ended)));
	if (r->command)
		fprintf(f, "command  %s\n", r->command);
	fprintf(f, "audited  %s", or_unknown(a->whom));
	if (!a->sweep_only)
		fprintf(f, " %s", audit_where(a, where));
	fprintf(f, "%s%s%s\n", *audit_scope(a, scope) ? " for violations" : "", scope, audit_rest(a));
	if (r->totals.status >= 0)
		fprintf(f, "CMD      exited with %d\n", r->totals.status);
}

/* ---- what was lost or not seen ---- */

static void print_loss(void *f, const char *sentence)
{
	fprintf(f, "  %s\n", sentence);
}

/* ---- tables ---- */

#define TALLY_MAX	512

/* Violations that have a label in common. */
struct tally {
	char label[192];
	__u64 events, entries, first_ns, last_ns;
};

struct tallies {
	unsigned int nr;
	__u64 rest;			/* events for which there was no row */
	struct tally at[TALLY_MAX];
};

static struct tally *tally_of(struct tallies *t, const char *label)
{
	unsigned int i;

	for (i = 0; i < t->nr; i++)
		if (!strcmp(t->at[i].label, label))
			return &t->at[i];
	if (i == TALLY_MAX)
		return NULL;
	t->nr++;
	memset(&t->at[i], 0, sizeof(t->at[i]));
	snprintf(t->at[i].label, sizeof(t->at[i].label), "%s", label);
	return &t->at[i];
}

static void tally_add(struct tallies *t, const char *label, const struct kind *k)
{
	struct tally *row = tally_of(t, label);

	if (!row) {
		t->rest += k->events;
		return;
	}
	if (!row->events || k->first_ns < row->first_ns)
		row->first_ns = k->first_ns;
	if (k->last_ns > row->last_ns)
		row->last_ns = k->last_ns;
	row->events += k->events;
	row->entries += k->entries;
}

static int by_events(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;

	if (x->events != y->events)
		return x->events > y->events ? -1 : 1;
	return strcmp(x->label, y->label);
}

static double since(const struct report *r, __u64 time_ns)
{
	const __u64 begun = r->audit.origin.begun_ns;

	return time_ns > begun ? (time_ns - begun) / 1e9 : 0;
}

static void print_tallies(FILE *f, const struct report *r, const char *by, struct tallies *t)
{
	if (t->nr)
		qsort(t->at, t->nr, sizeof(t->at[0]), by_events);
	fprintf(f, "\n%10s %10s %13s %13s  BY %s\n", "VIOLATIONS", "ENTRIES", "FIRST", "LAST", by);
	for (unsigned int i = 0; i < t->nr; i++)
		fprintf(f, "%10" PRIu64 " %10" PRIu64 " %+11.3f s %+11.3f s  %s\n", (uint64_t)t->at[i].events,
			(uint64_t)t->at[i].entries, since(r, t->at[i].first_ns), since(r, t->at[i].last_ns), t->at[i].label);
	if (t->rest)
		fprintf(f, "%10" PRIu64 " of more than this table has room for\n", (uint64_t)t->rest);
	memset(t, 0, sizeof(*t));
}

/* A violation of several rules counts for each of them. */
static void tally_rules(struct tallies *t, const struct kind *k)
{
	char name[NAME_LEN], label[192];

	for (unsigned int id = 0; id < 32; id++) {
		const struct rule_row *rule = rule_row(id);

		if (!(k->broken >> id & 1))
			continue;
		snprintf(label, sizeof(label), "%s%s%s%s", rule_name(id, name), rule ? " [" : "", rule ? rule->severity : "",
			 rule ? "]" : "");
		tally_add(t, label, k);
	}
}

static void print_kind_tables(FILE *f, struct report *r, struct tallies *t)
{
	const struct kinds *kinds = &r->kinds;
	char buf[NAME_LEN];

	for (unsigned int i = 0; i < kinds->nr; i++)
		tally_rules(t, &kinds->at[i]);
	print_tallies(f, r, "RULE", t);
	for (unsigned int i = 0; i < kinds->nr; i++)
		tally_add(t, kind_site(kinds->at[i].site, buf), &kinds->at[i]);
	print_tallies(f, r, "SITE", t);
	for (unsigned int i = 0; i < kinds->nr; i++)
		if (kinds->at[i].site != KIND_SWEEP)
			tally_add(t, symbol_name(&r->syms, kinds->at[i].ip), &kinds->at[i]);
	print_tallies(f, r, "CALLER", t);
	if (kinds->rest)
		fprintf(f, "%10" PRIu64 " violations are in none of these tables, which have room for %u kinds\n",
			(uint64_t)kinds->rest, KINDS_MAX);
}

static void tally_task(struct tallies *t, const struct record *rec)
{
	const int found = rec->hdr.type == MMA_REC_FINDING;
	const struct kind one = {
		.events = 1, .entries = record_entries(rec), .first_ns = rec->hdr.time_ns, .last_ns = rec->hdr.time_ns,
	};
	char comm[COMM_TEXT_LEN], label[192];

	decode_comm(found ? rec->finding.comm : rec->decision.comm, comm);
	snprintf(label, sizeof(label), "%s[%u]", comm, found ? rec->finding.pid : rec->decision.tgid);
	tally_add(t, label, &one);
}

static void print_task_table(FILE *f, struct report *r, struct tallies *t)
{
	for (size_t i = 0; i < r->nr_rec; i++)
		tally_task(t, &r->rec[i]);
	print_tallies(f, r, "TASK", t);
}

static int print_tables(FILE *f, struct report *r)
{
	struct tallies *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	print_kind_tables(f, r, t);
	print_task_table(f, r, t);
	free(t);
	return 0;
}

/* ---- violations in full ---- */

static void print_violation(FILE *f, struct report *r, const struct record *rec, const struct known_row *known)
{
	struct output out = {
		.ops = &text_ops, .file = f, .syms = r->syms, .arch = audit_arch(&r->audit), .known = known, .past = report_past(r, rec),
	};

	if (rec->hdr.type == MMA_REC_FINDING)
		out.ops->finding(&out, rec);
	else
		out.ops->decision(&out, rec);
	r->syms = out.syms;			/* it has learnt names */
}

static int print_first_ones(FILE *f, struct report *r)
{
	struct kinds *told = calloc(1, sizeof(*told));

	if (!told)
		return -ENOMEM;
	fprintf(f, "\nThe first of each kind:\n\n");
	for (size_t i = 0; i < r->nr_rec; i++)
		if (kinds_count(told, &r->rec[i]) && !told->rest)
			print_violation(f, r, &r->rec[i], kinds_known(&r->kinds, &r->rec[i]));
	free(told);
	return 0;
}

static int print_violations(FILE *f, struct report *r)
{
	int ret = print_tables(f, r);

	return ret ? ret : print_first_ones(f, r);
}

int report_text(FILE *f, struct report *r)
{
	const enum outcome outcome = outcome_of(&r->audit, &r->totals);
	char violations[64];
	int ret = 0;

	print_conditions(f, r);
	fputs("\nLost or not seen:\n", f);
	if (!losses_tell(r, print_loss, f))
		fputs("  nothing\n", f);
	fprintf(f, "\nverdict %s: %s\n", outcome_name(outcome), outcome_found(outcome, &r->totals, violations));
	if (r->totals.violations || r->totals.known)
		ret = print_violations(f, r);
	if (ret)
		return ret;
	return ferror(f) ? -EIO : 0;
}
