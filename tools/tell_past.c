// SPDX-License-Identifier: GPL-2.0
/* tell_past.c - see tell_past.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "letters.h"
#include "names.h"
#include "tell.h"
#include "tell_past.h"

__attribute__((format(printf, 2, 3)))
static void append(char *buf, const char *fmt, ...)
{
	const size_t len = strlen(buf);
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf + len, PAST_TEXT_LEN - len, fmt, args);
	va_end(args);
}

typedef unsigned long long ull;

/* ---- facts ---- */

static const struct {
	__u64 fact;
	const char *name;
} fact_words[] = {
	{ MMA_F_PTE_PRESENT, "present" }, { MMA_F_PTE_SWAP, "not present" }, { MMA_F_PTE_PROTNONE, "no access" },
	{ MMA_F_PTE_WRITE, "writable" }, { MMA_F_PTE_DIRTY, "dirty" }, { MMA_F_PTE_SOFT_DIRTY, "soft-dirty" },
	{ MMA_F_PTE_UFFD_WP, "uffd-wp" }, { MMA_F_PTE_SWP_EXCL, "exclusive" }, { MMA_F_PTE_HUGE, "huge" },
	{ MMA_F_VMA_WRITE, "VM_WRITE" }, { MMA_F_VMA_SOFTDIRTY, "VM_SOFTDIRTY" }, { MMA_F_VMA_UFFD_WP, "VM_UFFD_WP" },
	{ MMA_F_VMA_UFFD_RWP, "VM_UFFD_RWP" }, { MMA_F_VMA_PROT_WRITE, "the write bit of its protection" },
	{ MMA_F_PAGE_DIRTY, "the page's dirty bit" },
};

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

/* "writable soft-dirty" */
static void append_facts(char *buf, __u64 facts, const char *sep)
{
	const char *before = "";

	for (size_t i = 0; i < NR(fact_words); i++)
		if (facts & fact_words[i].fact) {
			append(buf, "%s%s", before, fact_words[i].name);
			before = sep;
		}
}

/* ---- one entry ---- */

/* "writable 0 -> 1, soft-dirty 1 -> 0": what differs, of the bits that an entry of both kinds has. */
static void append_changes(char *buf, const struct event *ev)
{
	const __u64 changed = (ev->was ^ ev->is) & ev->told_was & ev->told_is & ~(MMA_F_PTE_PRESENT | MMA_F_PTE_SWAP);
	const char *sep = "";

	for (size_t i = 0; i < NR(fact_words); i++) {
		if (!(changed & fact_words[i].fact))
			continue;
		append(buf, "%s%s %d -> %d", sep, fact_words[i].name, !!(ev->was & fact_words[i].fact), !!(ev->is & fact_words[i].fact));
		sep = ", ";
	}
	if (!changed && !event_beside(ev))
		append(buf, "as it was");
}

static void append_state(char *buf, const char *what, __u64 facts)
{
	append(buf, "%s", what);
	if (facts)
		append(buf, ": ");
	append_facts(buf, facts, ", ");
}

static int is_there(__u64 facts)
{
	return !!(facts & (MMA_F_PTE_PRESENT | MMA_F_PTE_SWAP));
}

/* What others may have changed while it was at work. */
static void append_beside(char *buf, const struct event *ev)
{
	const __u64 beside = event_beside(ev);

	if (!beside)
		return;
	append(buf, "%schanged meanwhile, perhaps by another: ", *buf ? "; " : "");
	append_facts(buf, beside, ", ");
}

static void tell_entry(char *buf, const struct event *ev)
{
	const __u64 is = ev->is & ~MMA_F_PTE_PRESENT;

	if (!ev->told_was)
		append_state(buf, "now", ev->is);
	else if (!is_there(ev->was) && is_there(ev->is))
		append_state(buf, "first mapped", is);
	else if (is_there(ev->was) && !is_there(ev->is))
		append_state(buf, "gone; it was", ev->was);
	else {
		append_changes(buf, ev);
		append_beside(buf, ev);
	}
}

/* What is no longer set of the marks, which must outlive swap and migration. */
static void append_lost(char *buf, const struct event *ev)
{
	const __u64 lost = ev->was & ~ev->is & ev->told_was & ev->told_is & (MMA_F_PTE_SOFT_DIRTY | MMA_F_PTE_UFFD_WP);

	if (!lost)
		return;
	append(buf, "; lost: ");
	append_facts(buf, lost, ", ");
}

static int migrates(const struct event *ev)
{
	return ev->site == MMA_SITE_MIGRATION || ev->site == MMA_SITE_MIGRATION_PMD;
}

static void tell_out(char *buf, const struct event *ev)
{
	if (!is_there(ev->is))
		append_state(buf, "taken away, and nothing left; it was", ev->was & ~MMA_F_PTE_PRESENT);
	else
		append_state(buf, "taken away; a swap or migration entry is left", ev->is & ~MMA_F_PTE_SWAP);
	append_lost(buf, ev);
	append_beside(buf, ev);
}

static void tell_back(char *buf, const struct event *ev)
{
	append_state(buf, migrates(ev) ? "restored from a migration entry" : "restored from a swap entry", ev->is & ~MMA_F_PTE_PRESENT);
	append_lost(buf, ev);
	append_beside(buf, ev);
}

/* ---- ranges ---- */

static void append_range(char *buf, const struct event *ev)
{
	const ull pages = (ev->end - ev->start) >> 12;

	append(buf, ", 0x%llx-0x%llx (%llu page%s)", (ull)ev->start, (ull)ev->end, pages, pages == 1 ? "" : "s");
}

/* Of what the site did to all entries there, where it applied. */
static void tell_range(char *buf, const struct event *ev)
{
	if (ev->is)
		append_state(buf, "set", ev->is);
	if (ev->was & ~ev->is)
		append_state(buf, ev->is ? "; taken away" : "taken away", ev->was & ~ev->is);
	if (!*buf)
		append(buf, "went over the range");
	append_range(buf, ev);
}

static void tell_zap(char *buf, const struct event *ev)
{
	append(buf, "given up");
	append_range(buf, ev);
}

static void append_space(char *buf, __u32 mm, __u32 other)
{
	if (mm != other)
		append(buf, " of address space %u", other);
}

static void tell_move(char *buf, const struct event *ev, struct place at)
{
	if (event_covers(ev, at)) {
		append(buf, "moved here from 0x%llx", (ull)(at.addr - ev->start + ev->from));
		append_space(buf, ev->mm, ev->from_mm);
	} else {
		append(buf, "moved away from here to 0x%llx", (ull)(at.addr - ev->from + ev->start));
		append_space(buf, ev->from_mm, ev->mm);
	}
}

static void tell_copy(char *buf, const struct event *ev, struct place at)
{
	if (ev->mm == at.mm)
		append(buf, "copied from the parent, address space %u", ev->from_mm);
	else
		append(buf, "copied to a child, address space %u", ev->mm);
}

/* ---- mappings ---- */

static const char *const flag_names[64] = {
#define X(bit, letters, flag) [bit] = "VM_" #flag,
	MMA_LETTERS(X)
#undef X
};

/* before: the first name; nothing is appended if there is none. */
static void append_names(char *buf, const char *before, __u64 letters)
{
	for (unsigned int bit = 0; bit < 64; bit++)
		if (letters >> bit & 1) {
			append(buf, "%s%s", before, flag_names[bit] ? flag_names[bit] : "VM_?");
			before = ", ";
		}
}

static void append_flags(char *buf, const char *what, __u64 letters)
{
	append_names(buf, *buf ? "; " : "", letters);
	if (letters)
		append(buf, " %s", what);
}

/* As in /proc/PID/smaps. */
static void append_letters(char *buf, const char *what, __u64 letters)
{
	char text[TELL_LEN];

	append(buf, "%s %s", what, tell_letters(&(struct mma_map){ .letters = letters }, text));
}

/* By its letters, which are all flags; of an event without them, by what the rules ask for. */
static void append_map_changes(char *buf, const struct event *ev)
{
	if (!ev->told_was) {
		append_letters(buf, "flags now:", ev->letters_is);
		return;
	}
	if (ev->letters_was | ev->letters_is) {
		append_flags(buf, "dropped", ev->letters_was & ~ev->letters_is);
		append_flags(buf, "set", ev->letters_is & ~ev->letters_was);
	} else if ((ev->was ^ ev->is) & ev->told_was) {
		append_state(buf, "dropped", ev->was & ~ev->is);
		append_state(buf, "; set", ev->is & ~ev->was);
	}
	if (!*buf)
		append(buf, "no flag changed");
}

/* The flags of both before: which of them the result has is decided afterwards. */
static void tell_merge(char *buf, const struct event *ev, struct place at)
{
	if (!event_covers(ev, at)) {
		append(buf, "merged with the mapping at 0x%llx", (ull)ev->start);
		append_letters(buf, "; flags before:", ev->letters_is);
		return;
	}
	append(buf, "merged with the mapping at 0x%llx", (ull)ev->from);
	append_names(buf, ", which lacks ", ev->letters_was & ~ev->letters_is);
	append_names(buf, ", which has ", ev->letters_is & ~ev->letters_was);
}

static void tell_division(char *buf, const struct event *ev)
{
	append(buf, "divided from the mapping at 0x%llx, or unmapped", (ull)ev->from);
}

static void tell_growth(char *buf, const struct event *ev)
{
	append(buf, "the mapping at 0x%llx grew to here", (ull)ev->from);
	append_letters(buf, "; flags:", ev->letters_is);
}

static void tell_birth(char *buf, const struct event *ev)
{
	append(buf, "the address space of process %u begins, by ", ev->number);
	if (ev->from_mm)
		append(buf, "fork of address space %u", ev->from_mm);
	else
		append(buf, "exec");
}

/* ---- an event ---- */

const char *tell_event(const struct event *ev, struct place at, char buf[PAST_TEXT_LEN])
{
	*buf = 0;
	switch (ev->kind) {
	case MMA_EVENT_ENTRY: tell_entry(buf, ev); break;
	case MMA_EVENT_OUT: tell_out(buf, ev); break;
	case MMA_EVENT_BACK: tell_back(buf, ev); break;
	case MMA_EVENT_RANGE: tell_range(buf, ev); break;
	case MMA_EVENT_ZAPPED: tell_zap(buf, ev); break;
	case MMA_EVENT_MOVED: tell_move(buf, ev, at); break;
	case MMA_EVENT_COPIED: tell_copy(buf, ev, at); break;
	case MMA_EVENT_MAP: append_map_changes(buf, ev); break;
	case MMA_EVENT_MERGED: tell_merge(buf, ev, at); break;
	case MMA_EVENT_DIVIDED: tell_division(buf, ev); break;
	case MMA_EVENT_GROWN: tell_growth(buf, ev); break;
	case MMA_EVENT_BORN: tell_birth(buf, ev); break;
	default: append(buf, "of a kind only a newer mmaudit knows (%u)", ev->kind);
	}
	return buf;
}

const char *tell_event_task(const struct event *ev, char buf[PAST_TEXT_LEN])
{
	char comm[COMM_TEXT_LEN];

	decode_comm(ev->comm, comm);
	if (*comm)
		snprintf(buf, PAST_TEXT_LEN, "%s[%u]", comm, ev->tid);
	else
		snprintf(buf, PAST_TEXT_LEN, "pid %u", ev->tid);
	return buf;
}

const char *tell_event_site(const struct event *ev, char buf[PAST_TEXT_LEN])
{
	static const char *const texts[MMA_NR_EVENT_KINDS] = {
		[MMA_EVENT_MAP] = "mapping changed", [MMA_EVENT_MERGED] = "mapping merged", [MMA_EVENT_DIVIDED] = "mapping divided",
		[MMA_EVENT_GROWN] = "mapping grown", [MMA_EVENT_BORN] = "begin", [MMA_EVENT_ZAPPED] = "zap", [MMA_EVENT_MOVED] = "move",
		[MMA_EVENT_COPIED] = "fork",
	};
	char name[NAME_LEN];

	if (ev->site != EVENT_NO_SITE)
		snprintf(buf, PAST_TEXT_LEN, "%s", site_name(ev->site, name));
	else
		snprintf(buf, PAST_TEXT_LEN, "%s", ev->kind < NR(texts) && texts[ev->kind] ? texts[ev->kind] : "-");
	return buf;
}

const char *tell_apart(__u64 time_ns, __u64 moment_ns, char buf[PAST_TEXT_LEN])
{
	static const struct {
		double ns;
		const char *name;
	} units[] = { { 1e9, "s" }, { 1e6, "ms" }, { 1e3, "us" }, { 1, "ns" } };
	const int before = time_ns <= moment_ns;
	const double apart = before ? moment_ns - time_ns : time_ns - moment_ns;
	size_t i = 0;

	while (i + 1 < NR(units) && apart < units[i].ns)
		i++;
	snprintf(buf, PAST_TEXT_LEN, "%.*f %s %s", i + 1 < NR(units) ? 1 : 0, apart / units[i].ns, units[i].name,
		 before ? "before" : "after");
	return buf;
}

/* ---- blame ---- */

static const char *while_text(enum blame_while at)
{
	static const char *const texts[] = {
		[WHILE_EMPTY] = ", while there was no entry", [WHILE_SWAPPED] = ", while the page was swapped out",
		[WHILE_MIGRATING] = ", while the page was a migration entry",
	};

	return at < NR(texts) && texts[at] ? texts[at] : "";
}

static const struct mma_decision *decision_of(const struct record *rec)
{
	return rec->hdr.type == MMA_REC_FINDING ? NULL : &rec->decision;
}

/* A function without its offset, for a sentence. */
static void append_function(char *buf, const char *symbol)
{
	append(buf, "%.*s", (int)strcspn(symbol, "+ "), symbol);
}

/* Who did it, in a sentence. */
static const char *doer(const struct event *ev, char buf[PAST_TEXT_LEN])
{
	switch (ev->kind) {
	case MMA_EVENT_MAP:
		return "a change of the mapping";
	case MMA_EVENT_MERGED:
		return "a merge of mappings";
	case MMA_EVENT_GROWN:
		return "growth of the mapping";
	}
	return tell_event_site(ev, buf);
}

/* "clear-refs (pid 812) 3.2 ms before", "a merge of mappings in mprotect_fixup (pid 812) 3.2 ms before" */
static void append_step(char *buf, const struct past *past, const struct event *ev, struct symbols *syms)
{
	char text[PAST_TEXT_LEN];

	append(buf, "%s", doer(ev, text));
	if (event_is_of_mapping(ev) && ev->ip) {
		append(buf, " in ");
		append_function(buf, symbol_name(syms, ev->ip));
	}
	append(buf, " (pid %u) %s", ev->tid, tell_apart(ev->time_ns, past->at_ns, text));
}

/* "soft-dirty lost", "writable gained": what of the state went wrong. */
static void append_what(char *buf, const struct blame *b)
{
	append_facts(buf, b->lost ? b->lost : b->gained, " and ");
	append(buf, b->lost ? " lost" : b->gained ? " gained" : "broken");
}

static int is_the_decision(const struct past *past, const struct mma_decision *d)
{
	const struct step *s = past->blame.step;

	return d && (!s || (s->ev->site == d->site && s->ev->tid == d->pid && !s->late));
}

static void append_grant(char *buf, const struct mma_decision *d)
{
	const struct point_row *point = d ? point_row(d->point) : NULL;

	if (!d || d->verdict == MMA_DENIED)
		return;
	if (point)
		append(buf, "; granted by %s", point->symbol);
}

static void tell_itself(char *buf, const struct blame *b, const struct mma_decision *d)
{
	char name[NAME_LEN];

	append_what(buf, b);
	if (b->how == BLAME_LIKELY)
		append(buf, " here, as it seems, by %s itself: what it was before is not recorded", site_name(d->site, name));
	else
		append(buf, " here, by %s itself: nothing before it did that", site_name(d->site, name));
}

static void tell_other(char *buf, const struct past *past, const struct mma_decision *d, struct symbols *syms)
{
	const struct blame *b = &past->blame;

	append_what(buf, b);
	append(buf, b->how == BLAME_LIKELY ? ", as it seems, by " : " by ");
	append_step(buf, past, b->step->ev, syms);
	append(buf, "%s", while_text(b->at));
	append_grant(buf, d);
	if (b->how == BLAME_LIKELY)
		append(buf, "; whether it was sound before is not recorded");
}

/* Writeback takes the write bit from entries that map the page, and a migration entry is none. */
static int is_cleaned(const struct blame *b)
{
	return b->how == BLAME_BETWEEN && b->rule == MMA_RULE_DIRTY && b->at == WHILE_MIGRATING;
}

static void tell_cleaned(char *buf, const struct past *past, const struct mma_decision *d, struct symbols *syms)
{
	append(buf, "the page was cleaned by writeback while it was a migration entry, which kept its write bit");
	if (past->blame.step) {
		append(buf, ", since ");
		append_step(buf, past, past->blame.step->ev, syms);
	}
	append_grant(buf, d);
}

static void tell_between(char *buf, const struct past *past, const struct mma_decision *d, struct symbols *syms)
{
	append_what(buf, &past->blame);
	append(buf, " by something that was not recorded, after ");
	append_step(buf, past, past->blame.step->ev, syms);
	append(buf, "%s", while_text(past->blame.at));
	append_grant(buf, d);
}

const char *tell_blame(const struct past *past, const struct record *rec, struct symbols *syms, char buf[PAST_TEXT_LEN])
{
	const struct mma_decision *d = decision_of(rec);
	const struct blame *b = &past->blame;

	*buf = 0;
	if (is_cleaned(b))
		tell_cleaned(buf, past, d, syms);
	else if (b->how == BLAME_NONE || (!b->step && (!d || b->how == BLAME_BETWEEN)))
		append(buf, "not known: nothing that was recorded of it did that");
	else if (is_the_decision(past, d) && b->how != BLAME_BETWEEN)
		tell_itself(buf, b, d);
	else if (b->how == BLAME_BETWEEN)
		tell_between(buf, past, d, syms);
	else
		tell_other(buf, past, d, syms);
	return buf;
}

const char *tell_begin(const struct past *past, char buf[PAST_TEXT_LEN])
{
	static const char *const texts[] = {
		[TRAIL_BEGIN] = "the history begins there: what was before is overwritten, or was not recorded",
		[TRAIL_BORN] = "the address space begins there, and no copy to this place is recorded",
		[TRAIL_FULL] = "there is more: --history=N keeps N events",
	};

	snprintf(buf, PAST_TEXT_LEN, "%s", texts[past->trail.end]);
	return buf;
}

/* The events of one CPU are in order in any case. */
static int is_of_many_cpus(const struct trail *t)
{
	for (size_t i = 1; i < t->nr; i++)
		if (t->step[i].ev->cpu != t->step[0].ev->cpu)
			return 1;
	return 0;
}

const char *tell_order(const struct past *past)
{
	if (!past->unordered || !is_of_many_cpus(&past->trail))
		return NULL;
	return "the kernel does not trust the counters of its CPUs to be in step: events of different CPUs may have happened in another order";
}
