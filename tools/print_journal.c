// SPDX-License-Identifier: GPL-2.0
/* print_journal.c - see print_journal.h. The names of the fields are an interface, told in mmaudit(8) and docs/fleet.md. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "journal.h"
#include "journal_ids.h"
#include "known.h"
#include "names.h"
#include "outcome.h"
#include "print_journal.h"
#include "print_json.h"
#include "print_violation.h"
#include "say.h"

static unsigned long long ull(__u64 n)
{
	return n;
}

/* What each entry has. _BOOT_ID and _HOSTNAME, which journald adds itself, are the same. */
static void add_common(struct entry *e, const struct output *out, unsigned int id, int priority)
{
	const struct audit *audit = out->own;

	entry_add(e, "MESSAGE_ID", JOURNAL_ID_BASE "%02x", id);
	entry_add(e, "PRIORITY", "%d", priority);
	entry_add(e, "SYSLOG_IDENTIFIER", "mmaudit");
	entry_add(e, "KERNEL", "%s", audit->origin.release);
	entry_add(e, "BOOT_ID", "%s", audit->origin.boot_id);
}

/* A failure is told once, as that of any output; then nothing more is sent. */
static void send(struct output *out, struct entry *e)
{
	const int ret = journal_send(e);

	entry_free(e);
	if (ret >= 0)
		return;
	out->err = -ret;
	say("cannot write to the journal: %s", strerror(-ret));
}

/* A field for each rule: journalctl RULE=... finds an entry by any of them. */
static void add_rules(struct entry *e, __u32 broken)
{
	char buf[NAME_LEN];

	for (unsigned int id = 0; id < 32; id++) {
		const struct rule_row *rule = rule_row(id);

		if (!(broken >> id & 1))
			continue;
		entry_add(e, "RULE", "%s", rule_name(id, buf));
		if (rule)
			entry_add(e, "SEVERITY", "%s", rule->severity);
	}
}

/* Runs a printer on a stream in memory. Returns NULL if there is no memory; the caller frees it. */
static char *written(struct output *out, const struct record *rec, void (*print)(struct output *, const struct record *))
{
	FILE *const file = out->file;
	char *text = NULL;
	size_t size;

	out->file = open_memstream(&text, &size);
	if (out->file) {
		print(out, rec);
		fclose(out->file);
	}
	out->file = file;
	return text;
}

static void add_written(struct entry *e, const char *name, char *text)
{
	if (text)
		entry_add(e, name, "%s", text);
	free(text);
}

/* The paragraph of the text form, and the object of the JSON form: nothing is told elsewhere that is not told here. */
static void add_report(struct entry *e, struct output *out, const struct record *rec)
{
	struct json_object *obj = json_of_record(out, rec);

	add_written(e, "REPORT", written(out, rec, rec->hdr.type == MMA_REC_FINDING ? text_ops.finding : text_ops.decision));
	entry_add(e, "RECORD", "%s", json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(obj);
}

/* "bugs[170] on memory of process 12" */
static void print_who(struct output *out, const struct record *rec)
{
	char comm[COMM_TEXT_LEN];

	if (rec->hdr.type == MMA_REC_DECISION) {
		print_task(out->file, &rec->decision);
		return;
	}
	decode_comm(rec->finding.comm, comm);
	fprintf(out->file, "a sweep of %s[%u]", comm, rec->finding.pid);
}

static void add_message(struct entry *e, struct output *out, const struct record *rec, const struct kind *kind)
{
	char rules[NAMES_LEN], site[NAME_LEN], *who = written(out, rec, print_who);
	const __u64 n = record_entries(rec);

	entry_add(e, "MESSAGE", "%s %s at %s by %s, %llu entr%s%s%s", out->known ? "KNOWN" : "VIOLATION",
		  names_of(kind->broken, rule_name, "+", rules), kind_site(kind->site, site), who ? who : "?", ull(n),
		  n == 1 ? "y" : "ies", out->known ? ": " : "", out->known ? out->known->name : "");
	free(who);
}

static void add_place(struct entry *e, struct output *out, const struct record *rec, const struct kind *kind)
{
	const int swept = rec->hdr.type == MMA_REC_FINDING;
	char buf[COMM_TEXT_LEN], site[NAME_LEN];

	entry_add(e, "SITE", "%s", kind_site(kind->site, site));
	if (!swept)
		entry_add(e, "CALLER", "%s", symbol_name(&out->syms, kind->ip));
	decode_comm(swept ? rec->finding.comm : rec->decision.comm, buf);
	entry_add(e, "TASK", "%s", buf);
	entry_add(e, "TASK_PID", "%u", swept ? rec->finding.pid : rec->decision.pid);
	entry_add(e, "OWNER_PID", "%u", swept ? rec->finding.pid : rec->decision.owner);
	entry_add(e, "ENTRIES", "%llu", ull(record_entries(rec)));
	if (out->known)
		entry_add(e, "KNOWN", "%s", out->known->name);
}

static int is_spurious(__u32 broken)
{
	for (unsigned int id = 0; id < 32; id++)
		if (broken >> id & 1 && (!rule_row(id) || strcmp(rule_row(id)->severity, "spurious")))
			return 0;
	return 1;
}

/* What is known, or loses nothing, does not wake anybody up. */
static int priority(const struct output *out, __u32 broken)
{
	if (out->known)
		return LOG_NOTICE;
	return is_spurious(broken) ? LOG_WARNING : LOG_ERR;
}

static void journal_record(struct output *out, const struct record *rec)
{
	const struct kind kind = kind_of(rec);
	struct entry e = { };

	if (!kind.broken)
		return;
	add_common(&e, out, __builtin_ctz(kind.broken), priority(out, kind.broken));
	add_message(&e, out, rec, &kind);
	add_rules(&e, kind.broken);
	add_place(&e, out, rec, &kind);
	add_report(&e, out, rec);
	send(out, &e);
}

static void journal_start(struct output *out, const struct audit *audit)
{
	struct entry e = { };
	char where[64], scope[SCOPE_LEN];

	text_ops.start(out, audit);
	out->own = (void *)audit;
	add_common(&e, out, JOURNAL_BEGUN, LOG_INFO);
	entry_add(&e, "MESSAGE", "auditing %s %s%s%s", audit->whom, audit_where(audit, where),
		  *audit_scope(audit, scope) ? " for violations" : "", scope);
	send(out, &e);
}

static void journal_lost(struct output *out, const struct record *rec)
{
	struct entry e = { };

	add_common(&e, out, JOURNAL_LOST, LOG_WARNING);
	entry_add(&e, "MESSAGE", "lost %llu records: more was found at once than was read", ull(rec->lost.ring_full));
	entry_add(&e, "RECORDS_LOST", "%llu", ull(rec->lost.ring_full));
	send(out, &e);
}

/* A line for each kind, because after the first of a kind the others were only counted. */
static void print_kinds(FILE *f, const struct kinds *kinds)
{
	char rules[NAMES_LEN], site[NAME_LEN];

	for (unsigned int i = 0; kinds && i < kinds->nr; i++)
		fprintf(f, "\n%s at %s: %llu time%s, %llu entries", names_of(kinds->at[i].broken, rule_name, "+", rules),
			kind_site(kinds->at[i].site, site), ull(kinds->at[i].events), kinds->at[i].events == 1 ? "" : "s", ull(kinds->at[i].entries));
}

static void add_sum(struct entry *e, const struct audit *audit, const struct totals *t)
{
	char violations[64], *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;
	fprintf(f, "verdict %s: audited %s: %s", outcome_name(outcome_of(audit, t)), audit->whom, violations_text(t, violations));
	print_kinds(f, t->kinds);
	fclose(f);
	add_written(e, "MESSAGE", text);
}

static void journal_end(struct output *out, const struct audit *audit, const struct totals *t)
{
	struct entry e = { };

	text_ops.end(out, audit, t);
	if (out->err)
		return;
	add_common(&e, out, JOURNAL_ENDED, t->violations ? LOG_ERR : totals_lost(t) ? LOG_WARNING : LOG_INFO);
	add_sum(&e, audit, t);
	entry_add(&e, "VERDICT", "%s", outcome_name(outcome_of(audit, t)));
	entry_add(&e, "VIOLATIONS", "%llu", ull(t->violations));
	entry_add(&e, "ENTRIES", "%llu", ull(t->entries));
	entry_add(&e, "RECORDS_LOST", "%llu", ull(t->stats.ring_full));
	send(out, &e);
}

const struct output_ops journal_ops = { journal_start, journal_record, journal_lost, journal_record, journal_end, NULL };
