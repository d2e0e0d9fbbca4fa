// SPDX-License-Identifier: GPL-2.0
/* past.c - see past.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "past.h"

static int is_finding(const struct record *rec)
{
	return rec->hdr.type == MMA_REC_FINDING;
}

struct place past_place(const struct record *rec)
{
	if (is_finding(rec))
		return (struct place){ rec->finding.mm, rec->finding.start };
	return (struct place){ rec->decision.mm, rec->decision.addr };
}

__u64 past_counter(const struct record *rec)
{
	return is_finding(rec) ? rec->finding.counter : rec->decision.counter;
}

/* ---- the decision as an event ---- */

static unsigned int kind_of_change(__u64 was, __u64 is)
{
	if (was & MMA_F_PTE_SWAP && is & MMA_F_PTE_PRESENT)
		return MMA_EVENT_BACK;
	return was & MMA_F_PTE_PRESENT && is & MMA_F_PTE_SWAP ? MMA_EVENT_OUT : MMA_EVENT_ENTRY;
}

/* Where the old entry was not seen, a rule on lost marks says what it had. */
static __u64 lost_marks(const struct mma_decision *d)
{
	return (d->broken & 1U << MMA_RULE_LOST_SOFT_DIRTY ? MMA_F_PTE_SOFT_DIRTY : 0) |
	       (d->broken & 1U << MMA_RULE_LOST_UFFD_WP ? MMA_F_PTE_UFFD_WP : 0);
}

/* Who takes pages away and puts them back looks at the entry before it has the lock. */
static int looks_early(const struct mma_decision *d)
{
	return d->flags & MMA_DEC_OLD_LOCKLESS && (d->site == MMA_SITE_UNMAP || d->site == MMA_SITE_MIGRATION);
}

static __u64 told_before(const struct mma_decision *d, __u64 is)
{
	const __u64 marks = lost_marks(d);

	if (d->flags & MMA_DEC_OLD_UNKNOWN)
		return marks;
	return looks_early(d) ? EVENT_PTE_FACTS & ~((d->old_facts ^ is) & EVENT_MARKS & ~marks) : EVENT_PTE_FACTS;
}

static struct event event_of(const struct mma_decision *d)
{
	const __u64 is = d->facts & EVENT_PTE_FACTS, marks = lost_marks(d);

	return (struct event){
		.counter = d->counter, .time_ns = d->hdr.time_ns, .start = d->addr, .end = decision_end(d), .raw = d->new_entry,
		.was = d->old_facts | marks, .is = is, .told_was = told_before(d, is),
		.told_is = EVENT_PTE_FACTS, .ip = d->ip, .mm = d->mm, .tid = d->pid, .cpu = d->hdr.cpu,
		.kind = kind_of_change(d->old_facts, is), .site = d->site, .level = d->level,
	};
}

/* ---- which rule ---- */

/* A step other than the decision says most. */
static int worth(const struct blame *b, const struct event *last)
{
	if (b->how != BLAME_STEP)
		return b->how == BLAME_NONE ? 0 : 1;
	return b->step && (!last || b->step->ev->site != last->site || b->step->ev->tid != last->tid) ? 3 : 2;
}

static int blame_rules(struct past *past, __u32 broken, struct verdict_on *wrong)
{
	int best = -1;

	for (__u32 rule = 0; rule < 32; rule++) {
		struct blame b;
		int ret;

		if (!(broken >> rule & 1))
			continue;
		wrong->rule = rule;
		ret = blame(&past->trail, wrong, &b);
		if (ret)
			return ret;
		if (worth(&b, wrong->last) > best) {
			best = worth(&b, wrong->last);
			past->blame = b;
		}
	}
	return 0;
}

static int blame_record(struct past *past, const struct record *rec)
{
	struct verdict_on wrong = { 0 };
	struct event last;

	if (is_finding(rec)) {
		wrong.facts = rec->finding.facts;
		return blame_rules(past, rec->finding.broken, &wrong);
	}
	last = event_of(&rec->decision);
	wrong.facts = rec->decision.facts;
	wrong.last = &last;
	return blame_rules(past, rec->decision.broken, &wrong);
}

/* ---- a process that has exited ---- */

/* What a fork copies and an exec writes into an address space is told before its begin: the first such event from `least` on. */
static size_t before_birth(const struct event *ev, size_t birth, size_t least)
{
	size_t from = birth;

	for (size_t i = birth; i-- > least && (ev[i].mm != ev[birth].mm || ev[i].tid == ev[birth].tid);)
		if (ev[i].mm == ev[birth].mm)
			from = i;
	return from;
}

size_t past_of_exited(const struct event *ev, size_t nr, __u32 pid, __u32 *mm)
{
	size_t birth = nr, next;

	*mm = 0;
	while (birth && !(ev[birth - 1].kind == MMA_EVENT_BORN && ev[birth - 1].number == pid))
		birth--;
	if (!birth)
		return 0;
	*mm = ev[birth - 1].mm;
	for (next = birth; next < nr; next++)
		if (ev[next].kind == MMA_EVENT_BORN && ev[next].mm == *mm)
			return before_birth(ev, next, birth);
	return nr;
}

/* ---- the trail's own events ---- */

void past_cut(struct past *past, size_t most)
{
	struct trail *t = &past->trail;
	const size_t from = t->nr > most ? t->nr - most : 0;
	size_t nr = 0;

	if (!from)
		return;
	for (size_t i = 0; i < t->nr; i++) {
		const int blamed = &t->step[i] == past->blame.step;

		if (i < from && !blamed)
			continue;
		if (blamed)
			past->blame.step = &t->step[nr];
		t->step[nr++] = t->step[i];
	}
	t->nr = nr;
	t->end = TRAIL_FULL;
}

/* The list of all events may be dropped before this is told. */
static int keep_events(struct past *past)
{
	struct trail *t = &past->trail;

	past->ev = malloc((t->nr + 1) * sizeof(*past->ev));
	if (!past->ev)
		return -ENOMEM;
	for (size_t i = 0; i < t->nr; i++) {
		past->ev[i] = *t->step[i].ev;
		t->step[i].ev = &past->ev[i];
	}
	return 0;
}

static int settle(struct past *past, int ret, size_t most)
{
	if (!ret) {
		past_cut(past, most);
		ret = keep_events(past);
	}
	if (ret)
		past_free(past);
	return ret;
}

int past_find(struct past *past, const struct record *rec, const struct event *ev, size_t nr, size_t most)
{
	int ret;

	*past = (struct past){ .at_ns = rec->hdr.time_ns };
	ret = follow(ev, nr, past_place(rec), past_counter(rec), nr, &past->trail);
	if (!ret)
		ret = blame_record(past, rec);
	return settle(past, ret, most);
}

int past_find_at(struct past *past, struct place at, const struct event *ev, size_t nr, size_t most)
{
	*past = (struct past){ 0 };
	return settle(past, follow(ev, nr, at, ~0ULL, nr, &past->trail), most);
}

int past_copy(struct past *to, const struct past *from)
{
	const struct trail *t = &from->trail;

	*to = *from;
	to->ev = malloc((t->nr + 1) * sizeof(*to->ev));
	to->trail.step = malloc((t->nr + 1) * sizeof(*to->trail.step));
	if (!to->ev || !to->trail.step) {
		past_free(to);
		return -ENOMEM;
	}
	for (size_t i = 0; i < t->nr; i++) {
		to->ev[i] = *t->step[i].ev;
		to->trail.step[i] = t->step[i];
		to->trail.step[i].ev = &to->ev[i];
	}
	if (from->blame.step)
		to->blame.step = &to->trail.step[from->blame.step - t->step];
	return 0;
}

void past_free(struct past *past)
{
	trail_free(&past->trail);
	free(past->ev);
	*past = (struct past){ 0 };
}
