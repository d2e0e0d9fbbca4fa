// SPDX-License-Identifier: GPL-2.0
/*
 * report_mail.c - what one would send to a mailing list: which kernel, what is broken by which path, how it came to that, and how
 * to see it again. It explains itself to who has never heard of mmaudit, and no line of its own words is wider than mail is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "losses.h"
#include "names.h"
#include "report.h"
#include "words.h"

#define MAIL_WIDTH	72
#define MAIL_INDENT	13	/* columns of a label */

/* ---- lines ---- */

static void put_words(FILE *f, int indent, const char *text)
{
	struct words w = words_begin(f, indent, MAIL_WIDTH);

	words_add_all(&w, text);
	words_end(&w);
}

static void put_line(FILE *f, const char *label, const char *text)
{
	fprintf(f, "%-*s", MAIL_INDENT, label);
	put_words(f, MAIL_INDENT, text && *text ? text : "unknown");
}

/* ---- the head ---- */

static const char *site_of(const struct kind *k, char buf[NAME_LEN])
{
	return k->site == KIND_SWEEP ? "sweep" : site_name(k->site, buf);
}

/*
 * The first kind is what the mail is about; the others follow from it, or are found beside it. "at", not "by": the site left
 * the wrong entry, and often another path is to blame, see "why".
 */
static void put_subject(FILE *f, const struct report *r)
{
	const struct kind *k = &r->kinds.at[0];
	char rules[NAMES_LEN], site[NAME_LEN];

	if (!r->kinds.nr)
		fputs("Subject: mm: no rule on page table entries broken", f);
	else if (k->site == KIND_SWEEP)
		fprintf(f, "Subject: mm: entries that break rule %s", names_of(k->broken, rule_name, ", ", rules));
	else
		fprintf(f, "Subject: mm: %s broken at %s", names_of(k->broken, rule_name, ", ", rules), site_of(k, site));
	fprintf(f, " in %s\n\n", *r->audit.origin.release ? r->audit.origin.release : "Linux");
}

static void put_intro(FILE *f)
{
	put_words(f, 0, "This was found by mmaudit, a kernel module that judges page table entries when the kernel grants their write bit, "
		  "or must take it away. A rule is what such an entry must meet, a site is the path of the kernel that wrote it.");
	fputc('\n', f);
}

/* What is audited comes behind "--", if it is a command. */
static void put_reproducer(FILE *f, const struct report *r)
{
	struct origin command = { 0 };
	char *line;

	for (char *const *word = r->audit.origin.argv; word && *word && !command.argv; word++)
		if (!strcmp(*word, "--"))
			command.argv = (char **)word + 1;
	line = command.argv && *command.argv ? origin_line(&command) : NULL;
	put_line(f, "Reproducer:", line ? line : r->command);
	free(line);
}

/* What the module knows of how this kernel decides: of configuration and version. */
static void put_config(FILE *f, const struct report *r)
{
	const char *label = "Config:";

	for (unsigned int bit = 0; bit < 64; bit++) {
		const struct word_row *fact = fact_row(bit);

		if (!(r->audit.dev->ver.kernel_facts >> bit & 1) || !fact)
			continue;
		put_line(f, label, fact->text);
		label = "";
	}
	if (*label)
		put_line(f, label, NULL);
}

static void put_found(FILE *f, const struct report *r)
{
	char text[128], violations[64];

	snprintf(text, sizeof(text), "%s, of %u kind%s", violations_text(&r->totals, violations), r->kinds.nr, r->kinds.nr == 1 ? "" : "s");
	put_line(f, "Found:", text);
}

static void put_loss(void *f, const char *sentence)
{
	fputs("  - ", f);
	put_words(f, 4, sentence);
}

static void put_losses(FILE *f, const struct report *r)
{
	fputs("\nLost or not seen by the audit:\n", f);
	if (!losses_tell(r, put_loss, f))
		fputs("  nothing\n", f);
}

static void put_head(FILE *f, const struct report *r)
{
	const struct mma_version *ver = &r->audit.dev->ver;
	char text[128], begun[ORIGIN_TIME_LEN];

	put_subject(f, r);
	put_intro(f);
	put_line(f, "Kernel:", r->audit.origin.release);
	put_line(f, "Machine:", audit_arch(&r->audit)->machine);
	put_config(f, r);
	put_reproducer(f, r);
	put_line(f, "Audited:", r->audit.whom);
	put_line(f, "Begun:", origin_time(&r->audit.origin.begun, begun));
	put_found(f, r);
	snprintf(text, sizeof(text), "ABI %u.%u", ver->abi_major, ver->abi_minor);
	put_line(f, "mmaudit:", text);
}

/* ---- each kind ---- */

static void put_rules(FILE *f, __u32 broken)
{
	for (unsigned int id = 0; id < 32; id++) {
		const struct rule_row *rule = broken >> id & 1 ? rule_row(id) : NULL;
		char text[512];

		if (!rule)
			continue;
		snprintf(text, sizeof(text), "%s: %s. The kernel itself ensures it in %s.", rule->name, rule->text, rule->where);
		put_words(f, 0, text);
	}
}

static void put_example(FILE *f, struct report *r, const struct record *rec)
{
	struct output out = { .ops = &text_ops, .file = f, .syms = r->syms, .arch = audit_arch(&r->audit), .past = report_past(r, rec) };

	(rec->hdr.type == MMA_REC_FINDING ? out.ops->finding : out.ops->decision)(&out, rec);
	r->syms = out.syms;			/* it has learnt names */
}

static void put_kind(FILE *f, struct report *r, const struct record *rec, const struct kind *k, unsigned int number)
{
	char site[NAME_LEN];

	fprintf(f, "\n---- %u. at %s: %llu violation%s, %llu entr%s ----\n\n", number, site_of(k, site), (unsigned long long)k->events,
		k->events == 1 ? "" : "s", (unsigned long long)k->entries, k->entries == 1 ? "y" : "ies");
	put_rules(f, k->broken);
	fputs("\nThe first of them:\n\n", f);
	put_example(f, r, rec);
}

static int put_kinds(FILE *f, struct report *r)
{
	struct kinds *told = calloc(1, sizeof(*told));
	unsigned int number = 0;

	if (!told)
		return -ENOMEM;
	for (size_t i = 0; i < r->nr_rec; i++) {
		const struct kind *k = kinds_row(&r->kinds, &r->rec[i]);

		if (k && kinds_count(told, &r->rec[i]) && !told->rest)
			put_kind(f, r, &r->rec[i], k, ++number);
	}
	free(told);
	return 0;
}

int report_mail(FILE *f, struct report *r)
{
	int ret;

	put_head(f, r);
	ret = put_kinds(f, r);
	put_losses(f, r);
	return ret ? ret : ferror(f) ? -EIO : 0;
}
