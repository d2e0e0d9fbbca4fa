// SPDX-License-Identifier: GPL-2.0
/* print_text.c - for people: a violation is a paragraph whose first line greps, a sound decision one line. */
#include <string.h>

#include "command.h"
#include "names.h"
#include "print.h"

#define WRAP	110	/* columns a list may fill */
#define INDENT	11	/* of what follows a label */

/* A list of words after a label, wrapped. */
struct words {
	FILE *f;
	int column;
};

static struct words words_begin(FILE *f, const char *label)
{
	fprintf(f, "  %-*s", INDENT - 2, label);
	return (struct words){ f, INDENT };
}

static void words_add(struct words *w, const char *word)
{
	int len = strlen(word);

	if (w->column > INDENT && w->column + 1 + len > WRAP) {
		fprintf(w->f, "\n%*s", INDENT, "");
		w->column = INDENT;
	}
	w->column += fprintf(w->f, "%s%s", w->column > INDENT ? " " : "", word);
}

static void words_end(struct words *w)
{
	fputc('\n', w->f);
}

static void print_entry(FILE *f, __u64 entry, int is_pmd)
{
	const char *names[ENTRY_NAMES];
	unsigned int n = decode_entry(entry, is_pmd, names, ENTRY_NAMES);

	fprintf(f, "0x%llx (", (unsigned long long)entry);
	for (unsigned int i = 0; i < n; i++)
		fprintf(f, "%s%s", i ? ", " : "", names[i]);
	if (n && !strcmp(names[0], "swap"))
		fprintf(f, ", type %u", decode_swap_type(entry));
	fputc(')', f);
}

static void print_old(FILE *f, const struct mma_decision *d)
{
	if (d->flags & MMA_DEC_OLD_UNKNOWN)
		fputs("not seen", f);
	else
		print_entry(f, d->old_entry, d->level == MMA_LEVEL_PMD);
	if (d->flags & MMA_DEC_OLD_LOCKLESS)
		fputs(" (read without the page-table lock)", f);
}

/* "comm[pid]", and who else is concerned. */
static void print_task(FILE *f, const struct mma_decision *d)
{
	char comm[COMM_TEXT_LEN];

	decode_comm(d->comm, comm);
	fprintf(f, "%s[%u]", comm, d->pid);
	if (d->tgid != d->pid)
		fprintf(f, " of process %u", d->tgid);
	if (!d->owner)
		fputs(" on memory of a process now gone", f);
	else if (d->owner != d->tgid)
		fprintf(f, " on memory of process %u", d->owner);
}

static void print_rule_names(FILE *f, __u32 broken)
{
	char buf[NAME_LEN];
	const char *sep = "";

	for (unsigned int id = 0; id < 32; id++) {
		if (!(broken >> id & 1))
			continue;
		fprintf(f, "%s%s", sep, rule_name(id, buf));
		sep = ",";
	}
}

static void print_rules(FILE *f, __u32 broken)
{
	for (unsigned int id = 0; id < 32; id++) {
		const struct rule_row *rule = rule_row(id);

		if (!(broken >> id & 1))
			continue;
		if (rule)
			fprintf(f, "  rule     %s   [%s]\n", rule->text, rule->severity);
		else
			fprintf(f, "  rule     number %u, of a module newer than this mmaudit\n", id);
	}
}

static void print_facts(FILE *f, const struct mma_decision *d)
{
	struct words w = words_begin(f, "facts");
	char buf[NAME_LEN], count[48];

	for (unsigned int bit = 0; bit < 64; bit++)
		if (d->facts >> bit & 1)
			words_add(&w, fact_name(bit, buf));
	snprintf(count, sizeof(count), "refs %u, maps %u", d->refs, d->maps);
	words_add(&w, count);
	words_end(&w);
}

static void print_stack(struct output *out, const struct record *rec)
{
	struct words w;

	if (!rec->nr_stack)
		return;
	w = words_begin(out->file, "stack");
	for (unsigned int i = 0; i < rec->nr_stack; i++)
		words_add(&w, symbol_name(&out->syms, rec->stack[i]));
	if (rec->stack_cut)
		words_add(&w, "...");
	words_end(&w);
}

static void print_place(struct output *out, const struct mma_decision *d)
{
	const struct point_row *point = point_row(d->point);
	char site[NAME_LEN], name[NAME_LEN];

	fprintf(out->file, "%s (%s <- %s)  ", site_name(d->site, site),
		point ? point->symbol : point_name(d->point, name), symbol_name(&out->syms, d->ip));
}

static void print_fault(FILE *f, const struct mma_decision *d)
{
	const struct word_row *fault = fault_row(d->fault_would);
	char buf[NAME_LEN];

	fprintf(f, "  fault    a write fault would: %s\n",
		fault ? fault->text : fault_name(d->fault_would, buf));
}

static void print_violation(struct output *out, const struct record *rec)
{
	const struct mma_decision *d = &rec->decision;
	FILE *f = out->file;
	char level[NAME_LEN];

	fputs("VIOLATION ", f);
	print_rule_names(f, d->broken);
	fputs(" at ", f);
	print_place(out, d);
	print_task(f, d);
	fprintf(f, "  addr 0x%llx\n", (unsigned long long)d->addr);
	print_rules(f, d->broken);
	fputs("  entry    old ", f);
	print_old(f, d);
	fputs("  ->  new ", f);
	print_entry(f, d->new_entry, d->level == MMA_LEVEL_PMD);
	fprintf(f, "   [%s]\n", level_name(d->level, level));
	print_fault(f, d);
	if (d->flags & MMA_DEC_CONFIRMED)
		fputs("  judged   later, under mmap_lock and page-table lock\n", f);
	print_facts(f, d);
	print_stack(out, rec);
}

static void print_sound(struct output *out, const struct record *rec)
{
	const struct mma_decision *d = &rec->decision;
	const struct word_row *reason = reason_row(d->reason);
	char verdict[NAME_LEN], buf[NAME_LEN];
	FILE *f = out->file;

	fprintf(f, "%s ", verdict_name(d->verdict, verdict));
	print_place(out, d);
	print_task(f, d);
	fprintf(f, "  addr 0x%llx  ", (unsigned long long)d->addr);
	print_old(f, d);
	fputs(" -> ", f);
	print_entry(f, d->new_entry, d->level == MMA_LEVEL_PMD);
	if (d->verdict == MMA_DENIED)
		fprintf(f, "  because %s", reason ? reason->text : reason_name(d->reason, buf));
	fprintf(f, "; fault would %s\n", fault_name(d->fault_would, buf));
}

static void text_decision(struct output *out, const struct record *rec)
{
	if (rec->decision.broken)
		print_violation(out, rec);
	else
		print_sound(out, rec);
}

static void text_lost(struct output *out, const struct record *rec)
{
	fprintf(out->file, "LOST %llu records on CPU %u: this reader was too slow\n",
		(unsigned long long)rec->lost.ring_full, rec->hdr.cpu);
}

/* What silence does not cover. Only sites that were asked for. */
static void say_unseen(const struct audit *audit)
{
	__u64 asked = audit->filter.sites ? audit->filter.sites : ~0ULL;
	__u64 unseen = sites_all(audit->cov) & asked & ~sites_seen(audit->cov);
	char buf[NAME_LEN];

	for (unsigned int i = 0; i < 64; i++) {
		const struct site_row *site = site_row(i);

		if (unseen >> i & 1)
			say("not audited: %s (%s): no probe that sees it is planted",
			    site_name(i, buf), site ? site->text : "of a newer module");
	}
}

static int count_bits(__u64 bits)
{
	return __builtin_popcountll(bits);
}

static void text_start(struct output *out, const struct audit *audit)
{
	(void)out;
	say("auditing %s at %d of %d sites", audit->whom,
	    count_bits(sites_seen(audit->cov)), count_bits(sites_all(audit->cov)));
	say_unseen(audit);
}

static unsigned long long ull(__u64 n)
{
	return n;
}

static void text_end(struct output *out, const struct audit *audit, const struct totals *t)
{
	(void)out;
	say("audited %s at %d of %d sites: %llu violation%s", audit->whom,
	    count_bits(sites_seen(audit->cov)), count_bits(sites_all(audit->cov)),
	    ull(t->violations), t->violations == 1 ? "" : "s");
	say("looked at %llu grants and %llu denials of all tasks meanwhile; lost %llu records, %llu probe hits, %llu suspects",
	    ull(t->grants), ull(t->denials), ull(t->stats.ring_full), ull(t->missed),
	    ull(t->suspects_lost));
	if (totals_incomplete(t))
		say("incomplete: a violation may have gone unseen (--strict makes this exit 4)");
	if (t->corrupt)
		say("%llu reads made no sense and were dropped: module and mmaudit do not match", ull(t->corrupt));
	if (t->unknown)
		say("%llu records are of a kind only a newer mmaudit knows", ull(t->unknown));
	say_unseen(audit);
}

const struct output_ops text_ops = { text_start, text_decision, text_lost, text_end };
