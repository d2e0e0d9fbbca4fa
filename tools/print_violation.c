// SPDX-License-Identifier: GPL-2.0
/*
 * print_violation.c - a violation as a paragraph: its first line greps, each other line has a label, and the stack
 * is as the kernel prints one. No line but that of a long name is wider than the terminal.
 */
#include <string.h>

#include "known.h"
#include "names.h"
#include "print_past.h"
#include "print_violation.h"
#include "style.h"
#include "tell.h"
#include "tell_past.h"
#include "words.h"

/* Where a paragraph goes, and how. */
struct sheet {
	FILE *f;
	int colour, width;
	const struct known_row *known;	/* --known; NULL: it is new */
	const struct arch *arch;
};

static struct sheet sheet_of(const struct output *out)
{
	return (struct sheet){ out->file, style_wanted(out->file), terminal_width(out->file, WIDTH), out->known, out->arch };
}

static void print_label(const struct sheet *s, const char *label)
{
	const int colour = s->colour && *label;

	fprintf(s->f, "  %s%-*s%s", style_on(colour, STYLE_LABEL), INDENT - 2, label, style_off(colour));
}

/* A line of text after a label, broken between words. "" is a label that goes on. */
static void print_line(const struct sheet *s, const char *label, const char *text)
{
	struct words w;

	print_label(s, label);
	w = words_begin(s->f, INDENT, s->width);
	words_add_all(&w, text);
	words_end(&w);
}

/* As dmesg writes time. */
static void print_when(const struct sheet *s, const struct mma_hdr *hdr)
{
	fprintf(s->f, "[%5llu.%06llu] CPU %u", (unsigned long long)(hdr->time_ns / 1000000000),
		(unsigned long long)(hdr->time_ns / 1000 % 1000000), hdr->cpu);
}

void print_rule_names(FILE *f, __u32 broken)
{
	char names[NAMES_LEN];

	fputs(names_of(broken, rule_name, ",", names), f);
}

/* "VIOLATION RULE at SITE  [   12.345678] CPU 1" */
static void print_title(const struct sheet *s, __u32 broken, const char *site, const struct mma_hdr *hdr)
{
	fputs(style_on(s->colour, STYLE_ALARM), s->f);
	fputs(s->known ? "KNOWN " : "VIOLATION ", s->f);
	print_rule_names(s->f, broken);
	fprintf(s->f, " at %s%s  ", site, style_off(s->colour));
	print_when(s, hdr);
	fputc('\n', s->f);
}

static void print_known(const struct sheet *s)
{
	char buf[KNOWN_TEXT_LEN];

	if (s->known)
		print_line(s, "known", known_text(s->known, buf));
}

static void print_rules(const struct sheet *s, __u32 broken)
{
	char text[512];

	for (unsigned int id = 0; id < 32; id++) {
		const struct rule_row *rule = rule_row(id);

		if (!(broken >> id & 1))
			continue;
		if (rule)
			snprintf(text, sizeof(text), "%s [%s]", rule->text, rule->severity);
		else
			snprintf(text, sizeof(text), "number %u, of a module newer than this mmaudit", id);
		print_line(s, "rule", text);
	}
}

void print_task(FILE *f, const struct mma_decision *d)
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

/* What the kernel was doing: the site in words; the function that was probed, and who called it. */
static void print_path(const struct sheet *s, struct output *out, const struct mma_decision *d)
{
	const struct point_row *point = point_row(d->point);
	const struct site_row *site = site_row(d->site);
	char text[512], name[NAME_LEN];

	print_line(s, "site", site ? site->text : "of a newer module");
	snprintf(text, sizeof(text), "seen in %s, called by %s", point ? point->symbol : point_name(d->point, name),
		 symbol_name(&out->syms, d->ip));
	print_line(s, "", text);
}

/* "0xADDR, an entry of 4 KiB", or "0xADDR-0xEND, 512 entries of 4 KiB (first below)": what follows is of the first. */
static void print_addresses(const struct sheet *s, __u64 start, __u64 end, __u64 n, __u8 level)
{
	char text[256], name[NAME_LEN];
	const char *size = tell_size(level);

	if (n > 1)
		snprintf(text, sizeof(text), "0x%llx-0x%llx, %llu entries of %s (first below)", (unsigned long long)start,
			 (unsigned long long)end, (unsigned long long)n, *size ? size : level_name(level, name));
	else if (level == MMA_LEVEL_NONE)
		snprintf(text, sizeof(text), "0x%llx, where no entry is now", (unsigned long long)start);
	else
		snprintf(text, sizeof(text), "0x%llx, an entry of %s", (unsigned long long)start,
			 *size ? size : level_name(level, name));
	print_line(s, "address", text);
}

/* "0xSTART-0xEND rw-s NAME", where in the file the address is, and the letters. */
static void print_mapping(const struct sheet *s, struct output *out, const struct mma_map *map, __u32 pid, __u64 addr,
			  __u64 time_ns)
{
	const char *path = out->paths ? path_of(out->paths, pid, time_ns, map) : NULL;
	char text[PATH_TEXT_LEN + TELL_LEN], name[TELL_LEN], buf[TELL_LEN];

	if (!map->kind) {
		print_line(s, "mapping", "not told: it was gone, or the module is older than 1.4");
		return;
	}
	snprintf(text, sizeof(text), "0x%llx-0x%llx %s %s", (unsigned long long)map->start, (unsigned long long)map->end,
		 tell_rights(map, buf), path ? path : tell_mapping(map, name));
	print_line(s, "mapping", text);
	*text = 0;
	if (map->kind == MMA_MAP_FILE)
		snprintf(text, sizeof(text), "at 0x%llx of the file; ", (unsigned long long)((map->pgoff << 12) + addr - map->start));
	snprintf(text + strlen(text), sizeof(text) - strlen(text), "flags %s", tell_letters(map, buf));
	print_line(s, "", text);
}

static void print_folio(const struct sheet *s, const struct mma_map *map, __u64 entry, __u8 level, __u64 facts, __u32 refs,
			__u32 maps, __u32 piped)
{
	char buf[TELL_LEN];

	print_line(s, "folio", tell_folio(s->arch, map, entry, level, facts, refs, maps, piped, buf));
}

/* How many columns from `from` on fit in a line. One always does. */
static unsigned int columns_that_fit(const struct sheet *s, const struct columns *c, unsigned int from)
{
	unsigned int i;
	int used = INDENT;

	for (i = from; i < c->nr; i++) {
		used += strlen(c->at[i].name) + (i > from);
		if (used > s->width && i > from)
			break;
	}
	return i;
}

/* The bits of one of the entries, each in its column; one that only this one has is coloured. */
static void print_row(const struct sheet *s, const char *label, const struct columns *c, unsigned int from, unsigned int to,
		      int in)
{
	const enum style style = in == IN_NOW ? STYLE_GAINED : STYLE_LOST;
	unsigned int gap = 0;

	print_label(s, label);
	for (unsigned int i = from; i < to; i++) {
		const int has = c->at[i].in & in, alone = s->colour && c->at[i].in == in;

		fprintf(s->f, "%*s%s%s%s", gap, "", alone ? style_on(1, style) : "", has ? c->at[i].name : "-",
			alone ? style_off(1) : "");
		gap = strlen(c->at[i].name) + 1 - (has ? strlen(c->at[i].name) : 1);
	}
	fputc('\n', s->f);
}

/* Both rows; a pair of lines for as many columns as fit. */
static void print_columns(const struct sheet *s, const struct columns *c, int was)
{
	for (unsigned int from = 0, to; from < c->nr; from = to) {
		to = columns_that_fit(s, c, from);
		if (was)
			print_row(s, from ? "" : "was", c, from, to, IN_WAS);
		print_row(s, from ? "" : "now", c, from, to, IN_NOW);
	}
}

/* "was: its page is swapped out (type 0, offset 0x3e8)" for an entry that is more than its bits. */
static void print_kind(const struct sheet *s, const char *which, unsigned int kind, __u64 entry, __u8 level)
{
	char text[TELL_LEN + 16], buf[TELL_LEN];
	const char *told = tell_kind(s->arch, kind, entry, level, buf);

	if (!told)
		return;
	snprintf(text, sizeof(text), "%s: %s", which, told);
	print_line(s, "", text);
}

/* "gained: writable". Returns the column behind it if the line began with it. */
static int print_bits(const struct sheet *s, const char *what, const char *bits, enum style style)
{
	struct words w = words_begin(s->f, INDENT, s->width);

	words_add(&w, what);
	fputs(style_on(s->colour, style), s->f);
	words_add_all(&w, bits);
	fputs(style_off(s->colour), s->f);
	return w.column;
}

/* "gained: writable  lost: uffd-wp", in two lines if they are too long for one. */
static void print_change(const struct sheet *s, const struct mma_decision *d)
{
	char gained[TELL_LEN], lost[TELL_LEN];
	int column = INDENT;

	tell_change(s->arch, d, IN_NOW, gained);
	tell_change(s->arch, d, IN_WAS, lost);
	if (!*gained && !*lost && !(d->flags & MMA_DEC_OLD_UNKNOWN) && d->old_entry == d->new_entry)
		print_line(s, "", "unchanged");
	if (!*gained && !*lost)
		return;
	print_label(s, "");
	if (*gained)
		column = print_bits(s, "gained:", gained, STYLE_GAINED);
	if (*gained && *lost && column + (int)strlen("  lost: ") + (int)strlen(lost) > s->width)
		fprintf(s->f, "\n%*s", INDENT, "");
	else if (*gained && *lost)
		fputs("  ", s->f);
	if (*lost)
		print_bits(s, "lost:", lost, STYLE_LOST);
	fputc('\n', s->f);
}

static void print_other_page(const struct sheet *s, const struct mma_decision *d)
{
	const int is_huge = d->level > MMA_LEVEL_PTE;
	const __u64 was = arch_pfn(s->arch, d->old_entry, is_huge);
	char text[64];

	if (!tell_maps_page(s->arch, d->old_entry, d->level) || !tell_maps_page(s->arch, d->new_entry, d->level) ||
	    was == arch_pfn(s->arch, d->new_entry, is_huge))
		return;
	snprintf(text, sizeof(text), "another page: it was pfn 0x%llx", (unsigned long long)was);
	print_line(s, "", text);
}

/* Both as the page table has them. */
static void print_raw(const struct sheet *s, const struct mma_decision *d)
{
	char text[160];

	if (d->flags & MMA_DEC_OLD_UNKNOWN)
		snprintf(text, sizeof(text), "0x%llx", (unsigned long long)d->new_entry);
	else
		snprintf(text, sizeof(text), "0x%llx -> 0x%llx%s", (unsigned long long)d->old_entry,
			 (unsigned long long)d->new_entry,
			 d->flags & MMA_DEC_OLD_LOCKLESS ? " (was: read without a lock)" : "");
	print_line(s, "", text);
}

static void print_entries(const struct sheet *s, const struct mma_decision *d)
{
	const char *unseen = tell_unseen(d);
	struct columns c;

	if (unseen)
		print_line(s, "was", unseen);
	tell_columns(s->arch, d, &c);
	print_columns(s, &c, !unseen);
	print_change(s, d);
	if (!unseen)
		print_other_page(s, d);
	if (!unseen)
		print_kind(s, "was", d->old_kind, d->old_entry, d->level);
	print_kind(s, "now", d->new_kind, d->new_entry, d->level);
	print_raw(s, d);
}

static void print_fault(const struct sheet *s, __u8 fault_would)
{
	const struct word_row *fault = fault_row(fault_would);
	char text[256], buf[NAME_LEN];

	snprintf(text, sizeof(text), "a write fault would: %s", fault ? fault->text : fault_name(fault_would, buf));
	print_line(s, "fault", text);
}

static void print_facts(const struct sheet *s, __u64 facts)
{
	char buf[NAME_LEN];
	struct words w;

	print_label(s, "facts");
	w = words_begin(s->f, INDENT, s->width);
	for (unsigned int bit = 0; bit < 64; bit++)
		if (facts >> bit & 1)
			words_add(&w, fact_name(bit, buf));
	words_end(&w);
}

/* One frame a line, with offset and size, as the kernel's scripts/decode_stacktrace.sh and faddr2line read it. */
static void print_frames(const struct sheet *s, struct output *out, const struct record *rec)
{
	fprintf(s->f, "  %sstack%s\n", style_on(s->colour, STYLE_LABEL), style_off(s->colour));
	for (unsigned int i = 0; i < rec->nr_stack; i++) {
		const char *symbol = symbol_full(&out->syms, rec->stack[i]);
		const char *line = out->lines ? lines_find(out->lines, symbol) : NULL;

		fprintf(s->f, "    %s%s%s%s%s\n", symbol, line ? "  " : "", style_on(s->colour && line, STYLE_DIM), line ? line : "",
			style_off(s->colour && line));
	}
	if (rec->stack_cut)
		fputs("    ...\n", s->f);
}

static void print_stack(const struct sheet *s, struct output *out, const struct record *rec)
{
	if (rec->decision.flags & MMA_DEC_NO_STACK)
		print_line(s, "stack", "not taken: too many violations at once");
	if (rec->nr_stack)
		print_frames(s, out, rec);
}

/* The sentence comes last, below what it was made from. */
static void print_history(const struct sheet *s, struct output *out, const struct record *rec)
{
	const struct past_sheet sheet = { s->f, s->colour, s->width };
	char text[PAST_TEXT_LEN];

	if (!out->past)
		return;
	fprintf(s->f, "  %shistory%s\n", style_on(s->colour, STYLE_LABEL), style_off(s->colour));
	print_past(&sheet, out->past, &out->syms);
	if (rec->hdr.type == MMA_REC_FINDING && !rec->finding.broken)
		return;
	print_line(s, "why", tell_blame(out->past, rec, &out->syms, text));
}

/* It was judged as an older kernel. */
static void print_unknown(const struct sheet *s, int unknown)
{
	if (unknown)
		print_line(s, "kernel", "newer than mmaudit and may decide otherwise, so this may be no bug");
}

static void print_who(const struct sheet *s, const struct mma_decision *d)
{
	print_label(s, "task");
	print_task(s->f, d);
	fputc('\n', s->f);
}

void print_violation(struct output *out, const struct record *rec)
{
	const struct mma_decision *d = &rec->decision;
	const struct sheet s = sheet_of(out);
	char site[NAME_LEN];

	print_title(&s, d->broken, site_name(d->site, site), &d->hdr);
	print_known(&s);
	print_rules(&s, d->broken);
	print_unknown(&s, d->flags & MMA_DEC_UNKNOWN_KERNEL);
	print_who(&s, d);
	print_path(&s, out, d);
	print_addresses(&s, d->addr, decision_end(d), decision_entries(d), d->level);
	print_mapping(&s, out, &d->map, d->owner, d->addr, d->hdr.time_ns);
	print_folio(&s, &d->map, d->new_entry, d->level, d->facts, d->refs, d->maps, d->piped);
	print_entries(&s, d);
	print_fault(&s, d->fault_would);
	if (d->flags & MMA_DEC_CONFIRMED)
		print_line(&s, "judged", "later, under mmap_lock and page-table lock");
	print_facts(&s, d->facts);
	print_stack(&s, out, rec);
	print_history(&s, out, rec);
}

static void print_owner(const struct sheet *s, const struct mma_finding *f)
{
	char comm[COMM_TEXT_LEN];

	decode_comm(f->comm, comm);
	print_label(s, "task");
	fprintf(s->f, "memory of %s[%u]%s\n", comm, f->pid,
		f->flags & MMA_FIND_AT_EXIT ? ", given up at exit or exec" : "");
}

static void print_found_entry(const struct sheet *s, const struct mma_finding *f)
{
	struct columns c;
	char text[64];

	print_folio(s, &f->map, f->entry, f->level, f->facts, f->refs, f->maps, f->piped);
	if (f->broken)
		print_line(s, "was", "not seen: a sweep finds what is there, not who made it");
	tell_columns_of_finding(s->arch, f, &c);
	print_columns(s, &c, 0);
	print_kind(s, "now", f->kind, f->entry, f->level);
	snprintf(text, sizeof(text), "0x%llx", (unsigned long long)f->entry);
	print_line(s, "", text);
	print_fault(s, finding_fault(f));
}

/* All but what is wrong with it. */
static void print_found_things(const struct sheet *s, struct output *out, const struct record *rec)
{
	const struct mma_finding *f = &rec->finding;
	const __u64 n = finding_entries(f);

	print_owner(s, f);
	if (n)
		print_addresses(s, f->start, f->end, n, f->level);
	print_mapping(s, out, &f->map, f->pid, f->start, f->hdr.time_ns);
	if (n)
		print_found_entry(s, f);
	else
		print_line(s, "now", "it is the mapping itself that is wrong");
	print_facts(s, f->facts);
	print_history(s, out, rec);
}

void print_finding(struct output *out, const struct record *rec)
{
	const struct mma_finding *f = &rec->finding;
	const struct sheet s = sheet_of(out);

	print_title(&s, f->broken, "sweep", &f->hdr);
	print_known(&s);
	print_rules(&s, f->broken);
	print_unknown(&s, f->flags & MMA_FIND_UNKNOWN_KERNEL);
	print_found_things(&s, out, rec);
}

void print_found(struct output *out, const struct record *rec)
{
	const struct sheet s = sheet_of(out);

	if (rec->finding.broken) {
		print_finding(out, rec);
		return;
	}
	fputs("SOUND  ", s.f);
	print_when(&s, &rec->finding.hdr);
	fputc('\n', s.f);
	print_found_things(&s, out, rec);
}
