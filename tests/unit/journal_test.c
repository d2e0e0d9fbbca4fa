// SPDX-License-Identifier: GPL-2.0
/* journal_test.c CATALOG - the fields of journal entries, and that the catalog has words for each MESSAGE_ID and no unknown field. */
#include <stdlib.h>

#include "check.h"
#include "journal.h"
#include "journal_ids.h"
#include "known.h"
#include "print_journal.h"
#include "recorded.h"

/* What print_journal.c sends, in place of libsystemd. */
#define SENT_MAX 16
static struct { unsigned int nr; char *field[ENTRY_FIELDS]; } sent[SENT_MAX];
static unsigned int nr_sent;
static int answer;		/* of the journal */

int journal_send(const struct entry *e)
{
	if (answer || nr_sent == SENT_MAX)
		return answer ? answer : -E2BIG;
	for (unsigned int i = 0; i < e->nr; i++)
		sent[nr_sent].field[i] = strndup(e->field[i].iov_base, e->field[i].iov_len);
	sent[nr_sent++].nr = e->nr;
	return 0;
}

static FILE *nowhere;		/* for the table at the end */

static char talk[1024];
void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(talk, sizeof(talk), fmt, ap);
	va_end(ap);
}

/* The n-th value of a field of entry i; "" if there is none. */
static const char *value(unsigned int i, const char *name, unsigned int n)
{
	const size_t len = strlen(name);

	for (unsigned int j = 0; i < nr_sent && j < sent[i].nr; j++)
		if (!strncmp(sent[i].field[j], name, len) && sent[i].field[j][len] == '=' && !n--)
			return sent[i].field[j] + len + 1;
	return "";
}

static void is(const char *name, unsigned int i, const char *field, const char *wanted)
{
	check(!strcmp(value(i, field, 0), wanted), name, "%s is '%s', not '%s'", field, value(i, field, 0), wanted);
}

static void has(const char *name, unsigned int i, const char *field, const char *part)
{
	check(strstr(value(i, field, 0), part) != NULL, name, "%s has no '%s': %s", field, part, value(i, field, 0));
}

static void forget(void)
{
	while (nr_sent)
		while (sent[nr_sent - 1].nr || !nr_sent--)
			free(sent[nr_sent - 1].field[--sent[nr_sent - 1].nr]);
}

/* Begin, a decision, another, a finding, end. */
static void audit_once(const struct known_row *known)
{
	static struct kinds kinds;
	struct audit audit = sample_audit();
	struct output out = { .ops = &journal_ops, .file = nowhere, .syms.dev = &sample_device, .arch = arch_of(0), .known = known };
	const struct record rec = sample_decision();
	struct totals t;

	memset(&kinds, 0, sizeof(kinds));
	kinds_count(&kinds, &rec);
	kinds_count(&kinds, &rec);
	out.ops->start(&out, &audit);
	t = sample_records(&out, 2);
	t.kinds = &kinds;
	out.ops->end(&out, &audit, &t);
	symbols_free(&out.syms);
}

static void test_decision(void)
{
	is("decision-id", 1, "MESSAGE_ID", JOURNAL_ID_BASE "0c");
	is("decision-message", 1, "MESSAGE", "VIOLATION LOST_SOFT_DIRTY at mremap by bugs[171], 512 entries");
	is("decision-rule", 1, "RULE", "LOST_SOFT_DIRTY");
	is("decision-severity", 1, "SEVERITY", "data");
	is("decision-site", 1, "SITE", "mremap");
	is("decision-caller", 1, "CALLER", "move_page_tables+0x1b4");
	is("decision-kernel", 1, "KERNEL", "6.1.0-sample");
	is("decision-boot", 1, "BOOT_ID", "0-1-2");
	is("decision-priority", 1, "PRIORITY", "3");
	is("decision-entries", 1, "ENTRIES", "512");
	is("decision-task", 1, "TASK", "bugs");
	is("decision-pid", 1, "TASK_PID", "171");
	is("decision-name", 1, "SYSLOG_IDENTIFIER", "mmaudit");
	has("decision-report", 1, "REPORT", "\n  stack\n    move_page_tables+0x1b4/0xb30\n");
	has("decision-record", 1, "RECORD", "{\"type\":\"violation\"");
	check(!strchr(value(1, "RECORD", 0), '\n'), "decision-record-line", "RECORD is more than a line");
}

static void test_finding(void)
{
	is("finding-message", 3, "MESSAGE", "VIOLATION ANON_EXCL+KSM at sweep by a sweep of ksm\\x1buser[172], 3 entries");
	is("finding-first-rule", 3, "RULE", "ANON_EXCL");
	check(!strcmp(value(3, "RULE", 1), "KSM"), "finding-second-rule", "'%s'", value(3, "RULE", 1));
	is("finding-id", 3, "MESSAGE_ID", JOURNAL_ID_BASE "03");
	is("finding-site", 3, "SITE", "sweep");
	is("finding-caller", 3, "CALLER", "");
}

static void test_frame(void)
{
	is("begun-id", 0, "MESSAGE_ID", JOURNAL_ID_BASE "f0");
	is("begun-priority", 0, "PRIORITY", "6");
	has("begun-message", 0, "MESSAGE", "auditing process 170 and its descendants");
	is("ended-id", 4, "MESSAGE_ID", JOURNAL_ID_BASE "f1");
	is("ended-verdict", 4, "VERDICT", "violations");
	has("ended-kinds", 4, "MESSAGE", "\nLOST_SOFT_DIRTY at mremap: 2 times, 1024 entries");
	is("ended-priority", 4, "PRIORITY", "3");
	check(nr_sent == 5, "all-sent", "%u entries", nr_sent);
}

/* What is known wakes nobody up. */
static void test_known(void)
{
	struct known_row row = { .name = "mremap-bug", .reason = "why" };

	forget();
	audit_once(&row);
	is("known-priority", 1, "PRIORITY", "5");
	is("known-name", 1, "KNOWN", "mremap-bug");
	has("known-message", 1, "MESSAGE", "KNOWN LOST_SOFT_DIRTY at mremap");
}

/* A journal that is gone is told once, and is an error of the output. */
static void test_gone(void)
{
	struct audit audit = sample_audit();
	struct output out = { .ops = &journal_ops, .file = nowhere, .syms.dev = &sample_device, .arch = arch_of(0) };

	answer = -ENOENT;
	out.ops->start(&out, &audit);
	check(out.err == ENOENT, "gone-error", "%d", out.err);
	check(strstr(talk, "cannot write to the journal: No such file") != NULL, "gone-said", "%s", talk);
	answer = 0;
}

static char *slurp(const char *path)
{
	static char text[1 << 16];
	FILE *f = fopen(path, "r");

	text[f ? fread(text, 1, sizeof(text) - 1, f) : 0] = 0;
	if (f)
		fclose(f);
	return text;
}

/* One entry of the catalog for each rule and event, with its words. */
static void test_catalog(const char *catalog)
{
	char name[64], id[160];
	unsigned int events = 0, nr = 0;

#define X(id, name, subject, text) events++;
	JOURNAL_EVENTS(X)
#undef X
	for (unsigned int rule = 0; rule < 32; rule++) {
		if (!rule_row(rule))
			continue;
		events++;
		snprintf(name, sizeof(name), "catalog-%s", rule_row(rule)->name);
		snprintf(id, sizeof(id), "\n-- " JOURNAL_ID_BASE "%02x\nSubject: The kernel broke rule %s at", rule, rule_row(rule)->name);
		check(strstr(catalog, id) && strstr(strstr(catalog, id), rule_row(rule)->text), name, "no %s", id);
	}
	for (const char *at = catalog; (at = strstr(at, "\n-- ")); at += 4)
		nr++;
	check(nr == events, "catalog-no-more", "%u entries for %u rules and events", nr, events);
}

/* journalctl puts in a field for each @FIELD@: of a violation only one that each violation has. */
static void test_catalog_fields(const char *catalog)
{
	char field[64];
	int unknown = 0, all = 0;

	for (const char *at = catalog; (at = strchr(at, '@')); at = strchr(at + 1, '@') + 1) {
		snprintf(field, sizeof(field), "%.*s", (int)strcspn(at + 1, "@"), at + 1);
		unknown += !*value(1, field, 0) || !*value(3, field, 0);
		all++;
	}
	check(all > 20 && !unknown, "catalog-fields", "%d of %d are in no entry", unknown, all);
}

int main(int argc, char **argv)
{
	const char *catalog = slurp(argc > 1 ? argv[1] : "build/mmaudit.catalog");

	nowhere = fopen("/dev/null", "w");
	audit_once(NULL);
	test_decision();
	test_finding();
	test_frame();
	test_catalog(catalog);
	test_catalog_fields(catalog);
	test_known();
	test_gone();
	forget();
	return check_done();
}
