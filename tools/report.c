// SPDX-License-Identifier: GPL-2.0
/* report.c - counts the records of an audit, and keeps the violations among them as long as there is room. */
#include <stdlib.h>

#include "report.h"

static int has_room(struct report *r)
{
	size_t room = r->room ? 2 * r->room : 64;
	struct record *rec;

	if (r->nr_rec < r->room)
		return 1;
	rec = realloc(r->rec, room * sizeof(*rec));
	if (!rec)
		return 0;
	r->rec = rec;
	r->room = room;
	return 1;
}

/* Once a table of kinds is full, each further violation counts as a first one: so these are bounded, too. */
void report_keep(struct report *r, const struct record *rec, int first)
{
	const size_t most = REPORT_MAX + (first ? KINDS_MAX : 0);

	if (r->nr_rec < most && has_room(r))
		r->rec[r->nr_rec++] = *rec;
	else
		r->left_out++;
}

static void add_violation(struct report *r, const struct record *rec)
{
	r->totals.violations++;
	r->totals.entries += record_entries(rec);
	report_keep(r, rec, kinds_count(&r->kinds, rec));
}

void report_add(struct report *r, enum decode_status what, const struct record *rec)
{
	switch (what) {
	case DECODE_DECISION:
		if (rec->decision.broken)
			add_violation(r, rec);
		else
			r->totals.decisions++;
		break;
	case DECODE_FINDING:
		if (rec->finding.broken)
			add_violation(r, rec);
		break;
	case DECODE_LOST:
		r->totals.lost += rec->lost.ring_full;
		break;
	case DECODE_UNKNOWN:
		r->totals.unknown++;
		break;
	case DECODE_CORRUPT:
		r->totals.corrupt++;
		break;
	case DECODE_END:
		break;
	}
}

/* ---- histories ---- */

#define PASTS_MOST	4096
#define PAST_STEPS_MOST	(1 << 18)	/* of all of them: some 50 MB */

/* What tells a record from all others of its audit. A sweep of the command's own has no numbers. */
struct report_past {
	struct mma_hdr hdr;
	__u64 addr;
	struct past past;
};

static int is_of(const struct report_past *p, const struct record *rec)
{
	return p->hdr.time_ns == rec->hdr.time_ns && p->hdr.cpu == rec->hdr.cpu && p->hdr.seq == rec->hdr.seq &&
	       p->hdr.type == rec->hdr.type && p->addr == past_place(rec).addr;
}

static int has_past_room(struct report *r)
{
	size_t room = r->past_room ? 2 * r->past_room : 16;
	struct report_past *past;

	if (r->nr_past < r->past_room)
		return 1;
	past = realloc(r->past, room * sizeof(*past));
	if (!past)
		return 0;
	r->past = past;
	r->past_room = room;
	return 1;
}

void report_keep_past(struct report *r, const struct record *rec, const struct past *past)
{
	if (!past || r->nr_past == PASTS_MOST || past->trail.nr > PAST_STEPS_MOST - r->past_steps || !has_past_room(r))
		return;
	r->past[r->nr_past] = (struct report_past){ .hdr = rec->hdr, .addr = past_place(rec).addr };
	if (past_copy(&r->past[r->nr_past].past, past))
		return;
	r->nr_past++;
	r->past_steps += past->trail.nr;
}

const struct past *report_past(const struct report *r, const struct record *rec)
{
	for (size_t i = 0; i < r->nr_past; i++)
		if (is_of(&r->past[i], rec))
			return &r->past[i].past;
	return NULL;
}

static void free_pasts(struct report *r)
{
	for (size_t i = 0; i < r->nr_past; i++)
		past_free(&r->past[i].past);
	free(r->past);
	r->past = NULL;
	r->nr_past = r->past_room = r->past_steps = 0;
}

/* ---- the end ---- */

static int by_time(const void *a, const void *b)
{
	const struct mma_hdr *x = &((const struct record *)a)->hdr, *y = &((const struct record *)b)->hdr;

	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	if (x->cpu != y->cpu)
		return x->cpu < y->cpu ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

void report_end(struct report *r)
{
	r->totals.kinds = &r->kinds;
	if (r->nr_rec)
		qsort(r->rec, r->nr_rec, sizeof(*r->rec), by_time);
}

void report_know(struct report *r, struct known *known)
{
	totals_know(&r->totals, known_settle(known, &r->kinds, &r->syms, r->audit.dev->ver.release));
}

void report_free(struct report *r)
{
	free(r->rec);
	r->rec = NULL;
	r->nr_rec = r->room = 0;
	free_pasts(r);
	symbols_free(&r->syms);
}
