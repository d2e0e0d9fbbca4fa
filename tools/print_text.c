// SPDX-License-Identifier: GPL-2.0
/* print_text.c - for people: a violation is a paragraph whose first line greps, a sound decision one line. */
#include <string.h>

#include "names.h"
#include "print.h"
#include "say.h"
#include "words.h"

#define INDENT	11	/* columns of a label */
#define WIDTH	110	/* of lines that go to no terminal */

/* Begins a list of words after a label. */
static struct words begin_list(FILE *f, const char *label)
{
	fprintf(f, "  %-*s", INDENT - 2, label);
	return words_begin(f, INDENT, terminal_width(f, WIDTH));
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
		print_entry(f, d->old_entry, d->level > MMA_LEVEL_PTE);
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
	char names[NAMES_LEN];

	fputs(names_of(broken, rule_name, ",", names), f);
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

static void print_facts(FILE *f, __u64 facts, __u32 refs, __u32 maps, __u32 piped)
{
	struct words w = begin_list(f, "facts");
	char buf[NAME_LEN], count[64];

	for (unsigned int bit = 0; bit < 64; bit++)
		if (facts >> bit & 1)
			words_add(&w, fact_name(bit, buf));
	snprintf(count, sizeof(count), "refs %u, maps %u", refs, maps);
	words_add(&w, count);
	if (piped) {
		snprintf(count, sizeof(count), "in %u pipe buffers of others", piped);
		words_add(&w, count);
	}
	words_end(&w);
}

static void print_stack(struct output *out, const struct record *rec)
{
	struct words w;

	if (rec->decision.flags & MMA_DEC_NO_STACK)
		fputs("  stack    not taken: too many violations at once\n", out->file);
	if (!rec->nr_stack)
		return;
	w = begin_list(out->file, "stack");
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

static void print_fault(FILE *f, __u8 fault_would)
{
	const struct word_row *fault = fault_row(fault_would);
	char buf[NAME_LEN];

	fprintf(f, "  fault    a write fault would: %s\n",
		fault ? fault->text : fault_name(fault_would, buf));
}

/* "0xADDR", or "0xADDR-0xEND  512 entries" */
static void print_addr(FILE *f, const struct mma_decision *d)
{
	fprintf(f, "  addr 0x%llx", (unsigned long long)d->addr);
	if (decision_entries(d) > 1)
		fprintf(f, "-0x%llx  %u entries", (unsigned long long)decision_end(d), decision_entries(d));
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
	print_addr(f, d);
	fputc('\n', f);
	print_rules(f, d->broken);
	fputs(decision_entries(d) > 1 ? "  entry    the first: old " : "  entry    old ", f);
	print_old(f, d);
	fputs("  ->  new ", f);
	print_entry(f, d->new_entry, d->level > MMA_LEVEL_PTE);
	fprintf(f, "   [%s]\n", level_name(d->level, level));
	print_fault(f, d->fault_would);
	if (d->flags & MMA_DEC_CONFIRMED)
		fputs("  judged   later, under mmap_lock and page-table lock\n", f);
	print_facts(f, d->facts, d->refs, d->maps, d->piped);
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
	print_entry(f, d->new_entry, d->level > MMA_LEVEL_PTE);
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

/* "comm[pid]  0xSTART-0xEND  3 PTE entries" */
static void print_range(FILE *f, const struct mma_finding *fi)
{
	unsigned long long n = finding_entries(fi);
	char comm[COMM_TEXT_LEN], level[NAME_LEN];

	decode_comm(fi->comm, comm);
	fprintf(f, "%s[%u]  0x%llx-0x%llx  ", comm, fi->pid, (unsigned long long)fi->start,
		(unsigned long long)fi->end);
	if (n)
		fprintf(f, "%llu %s entr%s", n, level_name(fi->level, level), n == 1 ? "y" : "ies");
	else
		fputs("the mapping itself", f);
	if (fi->flags & MMA_FIND_AT_EXIT)
		fputs(", given up at exit or exec", f);
}

static void print_wrong(FILE *f, const struct mma_finding *fi)
{
	fputs("VIOLATION ", f);
	print_rule_names(f, fi->broken);
	fputs(" at sweep  ", f);
	print_range(f, fi);
	fputc('\n', f);
	print_rules(f, fi->broken);
	if (fi->level != MMA_LEVEL_NONE) {
		fputs("  entry    ", f);
		print_entry(f, fi->entry, fi->level > MMA_LEVEL_PTE);
		fputs(finding_entries(fi) > 1 ? " is the first\n" : "\n", f);
		print_fault(f, finding_fault(fi));
	}
	print_facts(f, fi->facts, fi->refs, fi->maps, fi->piped);
}

/* For --dump: the facts of a finding, without those of the moment and of the kernel. */
static void print_state(FILE *f, const struct mma_finding *fi)
{
	char buf[NAME_LEN];

	print_range(f, fi);
	fputc(' ', f);
	for (unsigned int bit = 0; bit < MMA_BIT_LOCK_PTL; bit++)
		if (fi->facts >> bit & 1)
			fprintf(f, " %s", fact_name(bit, buf));
	fputc('\n', f);
}

static void text_finding(struct output *out, const struct record *rec)
{
	if (rec->finding.broken)
		print_wrong(out->file, &rec->finding);
	else
		print_state(out->file, &rec->finding);
}

/* Names sites that the audit chose and that are not seen. */
static void say_unseen(const struct audit *audit)
{
	__u64 unseen = sites_unseen(audit->cov) & audit_sites(audit);
	char buf[NAME_LEN];

	for (unsigned int i = 0; i < 64; i++) {
		const struct site_row *site = site_row(i);

		if (unseen >> i & 1)
			say("not audited: %s (%s): no probe that sees it is planted ('mmaudit sites' says why)",
			    site_name(i, buf), site ? site->text : "of a newer module");
	}
}

static void text_start(struct output *out, const struct audit *audit)
{
	char where[64], scope[SCOPE_LEN];

	(void)out;
	if (audit->sweep_only) {
		say("sweeping %s%s%s", audit->whom, *audit_scope(audit, scope) ? " for violations" : "", scope);
		return;
	}
	say("auditing %s %s%s%s", audit->whom, audit_where(audit, where),
	    *audit_scope(audit, scope) ? " for violations" : "", scope);
	say_unseen(audit);
}

static unsigned long long ull(__u64 n)
{
	return n;
}

static void say_swept(const struct totals *t)
{
	const struct swept *s = &t->swept;

	if (t->at_exit)
		say("swept %llu address spaces given up at exit or exec, of all audits meanwhile", ull(t->at_exit));
	if (s->processes)
		say("swept %llu process%s: looked at %llu present entries in %llu page tables, %llu of them judged",
		    ull(s->processes), s->processes == 1 ? "" : "es", ull(s->present), ull(s->tables),
		    ull(s->writable));
	if (t->sweeps_lost || s->failed)
		say("incomplete: %llu sweeps failed or were left out (too many exits at once, or memory kept locked for a second): run it again with fewer processes at a time", ull(t->sweeps_lost + s->failed));
}

/* Seconds since the audit began; 0 for what was queued before. */
static double since(const struct audit *audit, __u64 time_ns)
{
	const __u64 begun = audit->origin.begun_ns;

	return time_ns > begun ? (time_ns - begun) / 1e9 : 0;
}

static void print_kind(struct output *out, const struct audit *audit, const struct kind *k)
{
	char site[NAME_LEN];

	fprintf(out->file, "%10llu %10llu %+11.3f s %+11.3f s  ", ull(k->events), ull(k->entries),
		since(audit, k->first_ns), since(audit, k->last_ns));
	print_rule_names(out->file, k->broken);
	if (k->site == KIND_SWEEP)
		fputs("  sweep\n", out->file);
	else
		fprintf(out->file, "  %s  %s\n", site_name(k->site, site), symbol_name(&out->syms, k->ip));
}

/* The table of all violations, including those that were only counted. */
static void print_kinds(struct output *out, const struct audit *audit, const struct kinds *kinds)
{
	if (!kinds || !kinds->nr || out->err)
		return;
	fprintf(out->file, "%10s %10s %13s %13s  RULE  SITE  CALLER\n", "VIOLATIONS", "ENTRIES", "FIRST", "LAST");
	for (unsigned int i = 0; i < kinds->nr; i++)
		print_kind(out, audit, &kinds->at[i]);
	if (kinds->rest)
		fprintf(out->file, "%10llu of more kinds than the %u this table has room for; each was printed above\n",
			ull(kinds->rest), KINDS_MAX);
}

/* "2 still run, no longer followed: pid 812 (sleep), 813 (sh)" */
static void say_left(const struct family *left)
{
	char list[512] = "", comm[COMM_TEXT_LEN];
	unsigned int n, len = 0;

	if (left->unknown)
		say("whether descendants still run cannot be told: the module is older than this mmaudit, or /proc cannot be read");
	if (!left->nr)
		return;
	for (n = 0; n < left->nr && n < FAMILY_NAMED && len < sizeof(list); n++) {
		decode_comm(left->member[n].comm, comm);
		len += snprintf(list + len, sizeof(list) - len, "%s%u (%.16s)", n ? ", " : "", left->member[n].pid, comm);
	}
	say("%u still run%s, no longer followed: pid %s%s (--wait follows them to their end)", left->nr,
	    left->nr == 1 ? "s" : "", list, n < left->nr ? ", ..." : "");
}

static void say_losses(const struct totals *t)
{
	if (!totals_balance(t))
		say("the module's counts do not add up: %llu records seen, %llu delivered and %llu read, %llu queued, %llu filtered, %llu lost: please report this line",
		    ull(t->stats.seen), ull(t->stats.delivered), ull(t->read), ull(t->stats.queued),
		    ull(t->stats.filtered), ull(t->stats.ring_full));
	if (t->corrupt)
		say("%llu reads made no sense and were dropped: module and mmaudit do not match: use the mmaudit that came with the module", ull(t->corrupt));
	if (t->unknown)
		say("%llu records are of a kind only a newer mmaudit knows: use the one that came with the module", ull(t->unknown));
}

static void text_end(struct output *out, const struct audit *audit, const struct totals *t)
{
	const char *rest = audit_rest(audit);
	char where[64], scope[SCOPE_LEN], violations[64];

	print_kinds(out, audit, t->kinds);
	say_swept(t);
	violations_text(t, violations);
	audit_scope(audit, scope);
	if (audit->sweep_only) {
		say("swept %s: %s%s%s", audit->whom, violations, scope, rest);
		return;
	}
	say("audited %s %s: %s%s%s", audit->whom, audit_where(audit, where), violations, scope, rest);
	say("looked at %llu grants and %llu denials of all tasks meanwhile; lost %llu records, %llu probe hits, %llu suspects",
	    ull(t->grants), ull(t->denials), ull(t->stats.ring_full), ull(t->missed),
	    ull(t->suspects_lost));
	say_left(&t->left);
	say_losses(t);
	say_unseen(audit);
}

const struct output_ops text_ops = { text_start, text_decision, text_lost, text_finding, text_end, NULL };
