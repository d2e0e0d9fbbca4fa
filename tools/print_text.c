// SPDX-License-Identifier: GPL-2.0
/* print_text.c - for people: a violation is a paragraph whose first line greps, a sound decision one line. */
#include <string.h>

#include "known.h"
#include "names.h"
#include "print_violation.h"
#include "say.h"
#include "tell.h"

/* "0xENTRY (present, user)"; if it is no present one and not empty, "0xENTRY (migration, uffd-wp: its page is being moved)". */
static void print_entry(const struct output *out, __u64 entry, __u8 level, unsigned int kind)
{
	const char *names[ENTRY_NAMES], *told;
	unsigned int n = arch_entry(out->arch, entry, level > MMA_LEVEL_PTE, names, ENTRY_NAMES);
	FILE *f = out->file;
	char buf[TELL_LEN];

	fprintf(f, "0x%llx (", (unsigned long long)entry);
	for (unsigned int i = 0; i < n; i++)
		fprintf(f, "%s%s", i ? ", " : "", i ? names[i] : tell_kind_word(out->arch, kind, entry, level));
	told = tell_kind(out->arch, kind, entry, level, buf);
	fprintf(f, "%s%s)", told ? ": " : "", told ? told : "");
}

static void print_old(const struct output *out, const struct mma_decision *d)
{
	const char *unseen = tell_unseen(d);
	FILE *f = out->file;

	if (unseen)
		fprintf(f, "(%s)", unseen);
	else
		print_entry(out, d->old_entry, d->level, d->old_kind);
	if (d->flags & MMA_DEC_OLD_LOCKLESS)
		fputs(" (read without the page-table lock)", f);
}

static void print_place(struct output *out, const struct mma_decision *d)
{
	const struct point_row *point = point_row(d->point);
	char site[NAME_LEN], name[NAME_LEN];

	fprintf(out->file, "%s (%s <- %s)  ", site_name(d->site, site),
		point ? point->symbol : point_name(d->point, name), symbol_name(&out->syms, d->ip));
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
	print_old(out, d);
	fputs(" -> ", f);
	print_entry(out, d->new_entry, d->level, d->new_kind);
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
		print_finding(out, rec);
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

static void say_unknown_kernel(const struct audit *audit)
{
	const struct mma_version *ver = &audit->dev->ver;

	if (audit_unknown_kernel(audit))
		say("unknown kernel: %.*s; so this audit is not complete, whatever it sees", (int)sizeof(ver->reason), ver->reason);
}

static void text_start(struct output *out, const struct audit *audit)
{
	char where[64], scope[SCOPE_LEN];

	(void)out;
	if (audit->sweep_only) {
		say("sweeping %s%s%s", audit->whom, *audit_scope(audit, scope) ? " for violations" : "", scope);
		say_unknown_kernel(audit);
		return;
	}
	say("auditing %s %s%s%s", audit->whom, audit_where(audit, where),
	    *audit_scope(audit, scope) ? " for violations" : "", scope);
	say_unseen(audit);
	say_unknown_kernel(audit);
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
		say("swept %llu process%s: looked at %llu present entries in %llu page tables, judged %llu of these entries",
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
		fputs("  sweep", out->file);
	else
		fprintf(out->file, "  %s  %s", site_name(k->site, site), symbol_name(&out->syms, k->ip));
	fprintf(out->file, "%s%s\n", k->known ? "  known: " : "", k->known ? k->known->name : "");
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

/* They are told all the same, so nothing is incomplete. */
static void say_not_kept(const struct totals *t)
{
	if (t->not_kept)
		say("%llu " NOT_KEPT_TEXT, ull(t->not_kept));
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
	say_not_kept(t);
	say_left(&t->left);
	say_losses(t);
	say_unseen(audit);
}

const struct output_ops text_ops = { text_start, text_decision, text_lost, text_finding, text_end, NULL };
