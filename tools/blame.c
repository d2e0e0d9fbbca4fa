// SPDX-License-Identifier: GPL-2.0
/*
 * blame.c - see blame.h. What an event does not say is unknown, and is taken from the next event that does: nothing between two
 * events has changed it, or a third event would be there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "blame.h"

/* ---- what is wrong by a rule ---- */

/* A state is wrong if all of `set` are set and all of `clear` are clear. */
struct wrong {
	__u64 set, clear;
};

static struct wrong wrong_by(__u32 rule)
{
	switch (rule) {
	case MMA_RULE_SOFT_DIRTY:
		return (struct wrong){ MMA_F_PTE_WRITE, MMA_F_PTE_SOFT_DIRTY | MMA_F_VMA_SOFTDIRTY };
	case MMA_RULE_VMA_PROT:
		return (struct wrong){ MMA_F_VMA_PROT_WRITE, MMA_F_VMA_SOFTDIRTY };
	case MMA_RULE_DIRTY:
		return (struct wrong){ MMA_F_PTE_WRITE, MMA_F_PAGE_DIRTY };
	case MMA_RULE_VM_WRITE:
		return (struct wrong){ MMA_F_PTE_WRITE, MMA_F_VMA_WRITE };
	case MMA_RULE_UFFD_WP:
		return (struct wrong){ MMA_F_PTE_WRITE | MMA_F_PTE_UFFD_WP, 0 };
	case MMA_RULE_STRAY_UFFD_WP:
		return (struct wrong){ MMA_F_PTE_UFFD_WP, MMA_F_VMA_UFFD_WP | MMA_F_VMA_UFFD_RWP };
	case MMA_RULE_LOST_UFFD_WP:
		return (struct wrong){ 0, MMA_F_PTE_UFFD_WP };
	case MMA_RULE_LOST_SOFT_DIRTY:
		return (struct wrong){ 0, MMA_F_PTE_SOFT_DIRTY };
	case MMA_RULE_ANON_EXCL: case MMA_RULE_KSM: case MMA_RULE_ZERO_PAGE: case MMA_RULE_PRIVATE_FILE: case MMA_RULE_EXCL_SHARED:
		return (struct wrong){ MMA_F_PTE_WRITE, 0 };
	}
	return (struct wrong){ 0, 0 };		/* about the moment: no earlier event matters */
}

/* Fork must leave no writable entry of a page that is shared from then on. */
static int fork_breaks(__u32 rule)
{
	return rule == MMA_RULE_ANON_EXCL || rule == MMA_RULE_EXCL_SHARED;
}

/* ---- states ---- */

struct state {
	__u64 facts, known;
};

/* Sound for sure: one of the conditions is known not to hold. */
static int is_sound(const struct wrong *w, const struct state *s)
{
	return (w->set & s->known & ~s->facts) || (w->clear & s->known & s->facts);
}

static struct state with(struct state s, __u64 facts, __u64 known)
{
	return (struct state){ (s.facts & ~known) | (facts & known), s.known | known };
}

static void fill(struct state *s, const struct state *from, __u64 which)
{
	*s = with(*s, from->facts, from->known & which & ~s->known);
}

/* ---- what an event does ---- */

/* What it sets and clears for sure, and what it may have changed. */
struct effect {
	__u64 sets, clears, may;
};

#define WHERE	(MMA_F_PTE_PRESENT | MMA_F_PTE_SWAP)

static int known_as(const struct state *s, __u64 fact)
{
	return !!(s->known & s->facts & fact);
}

/* A call that write-protects what is present. A migration entry is left as it is. */
static struct effect protects(const struct state *before, struct effect e)
{
	if (known_as(before, MMA_F_PTE_PRESENT))
		e.clears |= MMA_F_PTE_WRITE;
	else if (!known_as(before, MMA_F_PTE_SWAP))
		e.may |= MMA_F_PTE_WRITE;
	return e;
}

static int migrates(const struct event *ev)
{
	return ev->site == MMA_SITE_MIGRATION || ev->site == MMA_SITE_MIGRATION_PMD;
}

/* Entries that become swap or migration entries, and that come back. */
static int goes_out(const struct event *ev)
{
	return ev->kind == MMA_EVENT_OUT || (ev->kind == MMA_EVENT_RANGE && ev->is & MMA_F_PTE_SWAP);
}

static int comes_back(const struct event *ev)
{
	return ev->kind == MMA_EVENT_BACK || (ev->kind == MMA_EVENT_RANGE && ev->was & MMA_F_PTE_SWAP && ev->is & MMA_F_PTE_PRESENT);
}

/* Marks outlive swap and migration, and a migration entry says what the write bit will be. */
static __u64 kept_by_range(const struct event *ev)
{
	if (goes_out(ev) || (comes_back(ev) && migrates(ev)))
		return EVENT_MARKS | MMA_F_PTE_WRITE;
	return comes_back(ev) ? EVENT_MARKS : 0;
}

static struct effect effect_of_range(const struct event *ev, const struct state *before)
{
	switch (ev->site) {
	case MMA_SITE_CLEAR_REFS:	/* leaves a migration entry that says WRITE as it is */
		return protects(before, (struct effect){ .clears = MMA_F_PTE_SOFT_DIRTY });
	case MMA_SITE_WRITEBACK:	/* does not see migration entries */
		return protects(before, (struct effect){ .clears = MMA_F_PAGE_DIRTY });
	case MMA_SITE_UFFD_WP:
		return (struct effect){ .sets = MMA_F_PTE_UFFD_WP, .clears = MMA_F_PTE_WRITE };
	case MMA_SITE_UFFD_UNWP:
		return (struct effect){ .clears = MMA_F_PTE_UFFD_WP, .may = MMA_F_PTE_WRITE };
	case MMA_SITE_MPROTECT: case MMA_SITE_NUMA:
		return (struct effect){ .may = MMA_F_PTE_WRITE | MMA_F_PTE_PROTNONE };
	}
	return (struct effect){ ev->is, ev->was & ~ev->is & ~kept_by_range(ev), EVENT_PTE_FACTS & ~WHERE & ~kept_by_range(ev) };
}

/* What is gone says nothing of what comes: in a fresh mapping, which nobody tracks, its first touch may not be recorded. */
static struct effect effect_of_zap(void)
{
	return (struct effect){ .may = ~0ULL };
}

/* What a path says of the mapping. */
static struct effect effect_on_mapping(const struct event *ev)
{
	switch (ev->site) {
	case MMA_SITE_CLEAR_REFS:
		return (struct effect){ .clears = MMA_F_VMA_SOFTDIRTY };
	case MMA_SITE_UFFD_WP:		/* protects only what is watched */
		return (struct effect){ .sets = MMA_F_VMA_UFFD_WP };
	}
	return (struct effect){ 0 };
}

/* The page of an entry that is dirty is dirty, or becomes so when the entry goes. */
static struct effect effect_on_page(const struct event *ev)
{
	const __u64 entries = (ev->was & ev->told_was) | (ev->is & ev->told_is);

	return (struct effect){ .sets = entries & MMA_F_PTE_DIRTY ? MMA_F_PAGE_DIRTY : 0 };
}

#define TABLE	(2ULL << 20)

/* Whether mremap could move the page table of this page as it is, and then marks nothing: move_normal_pmd(). */
static int moves_table(const struct event *ev, __u64 addr)
{
	const __u64 table = addr & ~(TABLE - 1);

	return !((ev->start ^ ev->from) & (TABLE - 1)) && table >= ev->start && table + TABLE <= ev->end;
}

/* The entry keeps its write bit, but for what the site may do. It may become soft-dirty, and does not cease to be. */
static struct effect effect_of_move(const struct event *ev, const struct state *before, __u64 addr)
{
	struct effect e = { .may = MMA_F_PTE_UFFD_WP | EVENT_VMA_FACTS };

	if (ev->site == MMA_SITE_UFFD_MOVE)
		e.may |= MMA_F_PTE_WRITE;
	if (ev->site == MMA_SITE_MREMAP && !moves_table(ev, addr))
		e.sets |= MMA_F_PTE_SOFT_DIRTY;
	else if (!known_as(before, MMA_F_PTE_SOFT_DIRTY))
		e.may |= MMA_F_PTE_SOFT_DIRTY;
	return e;
}

static struct effect effect_of_fork(void)
{
	return (struct effect){ .may = MMA_F_PTE_WRITE | MMA_F_PTE_UFFD_WP | MMA_F_VMA_UFFD_WP | MMA_F_VMA_UFFD_RWP };
}

static struct effect effect_on_entry(const struct event *ev, const struct state *before, __u64 addr)
{
	switch (ev->kind) {
	case MMA_EVENT_RANGE:
		return effect_of_range(ev, before);
	case MMA_EVENT_ZAPPED:
		return effect_of_zap();
	case MMA_EVENT_MOVED:
		return effect_of_move(ev, before, addr);
	case MMA_EVENT_COPIED:
		return effect_of_fork();
	case MMA_EVENT_ENTRY: case MMA_EVENT_OUT:
		return effect_on_page(ev);
	case MMA_EVENT_GROWN:		/* nothing was mapped there */
		return effect_of_zap();
	case MMA_EVENT_BORN:		/* by fork: the copy is an event of its own */
		return (struct effect){ .may = ev->from_mm ? 0 : ~0ULL };
	}
	return (struct effect){ 0 };
}

static struct effect effect_of(const struct event *ev, const struct state *before, __u64 addr)
{
	struct effect e = effect_on_entry(ev, before, addr), m = effect_on_mapping(ev);

	return (struct effect){ e.sets | m.sets, e.clears | m.clears, e.may };
}

static int is_link(const struct event *ev)
{
	return ev->kind == MMA_EVENT_MOVED || ev->kind == MMA_EVENT_COPIED;
}

/* What it sets and clears is what that path should do. It says itself what it did to a single entry. */
static int is_assumed(const struct event *ev)
{
	return event_is_of_range(ev) || is_link(ev);
}

/* ---- a trail with its states ---- */

/* Of a decision's own event, the step is NULL if it was not recorded. */
struct moment {
	const struct step *step;
	const struct event *ev;
	__u64 was, told_was, is, told_is;	/* as in the event, or as known better: see mend() */
	__u64 may;			/* what it may have changed besides what the event says */
	__u64 assumed;			/* what it should have changed, and nobody looked */
	__u64 touches;			/* what it may have changed, in all */
	__u64 opens;			/* what may have changed after it, unrecorded */
	__u64 beside;			/* marks that it found, and that others may have cleared while it was at work */
	int late;			/* it ended after the moment that is asked for */
	struct state before, after;
};

struct course {
	struct moment *at;		/* the oldest first */
	size_t nr;
};

/*
 * A swap or migration entry has no write bit as a present one has. That of a migration entry says what its page will be:
 * remove_migration_pte() makes writable what said so, and nothing else.
 */
static void mend(struct moment *m)
{
	if (m->was & m->told_was & MMA_F_PTE_SWAP)
		m->told_was &= ~MMA_F_PTE_WRITE;
	if (m->is & m->told_is & MMA_F_PTE_SWAP)
		m->told_is &= ~MMA_F_PTE_WRITE;
	if (comes_back(m->ev) && migrates(m->ev)) {
		m->told_was |= m->told_is & MMA_F_PTE_WRITE;
		m->was = (m->was & ~MMA_F_PTE_WRITE) | (m->is & MMA_F_PTE_WRITE);
	}
}

/*
 * It keeps marks, and nothing shows that it has not: so what changed while it was at work was changed beside it. Until shown
 * otherwise, before it had the lock.
 */
static void mend_beside(struct moment *m)
{
	const __u64 beside = event_beside(m->ev);

	m->beside = beside & m->was;
	m->was = (m->was & ~beside) | (m->is & beside);
	m->told_was |= beside;
}

/*
 * Who merges mappings stores flags in what has become one only afterwards, and the flags may be those of either. What is known
 * is how they were before, of the mapping that was taken over as of the one that took it.
 */
static void mend_merge(struct moment *m)
{
	if (m->step && !event_covers(m->ev, m->step->at)) {
		m->was = m->is;
		m->told_was = m->told_is;
	}
	m->may = m->told_is | (EVENT_PTE_FACTS & ~WHERE);
	m->told_is = 0;
}

/*
 * What is there after a zap or growth came later. If that was not recorded, nobody tracked the mapping; and of a merge with a
 * fresh mapping, nobody tracks the result.
 */
static __u64 opened_by(const struct event *ev)
{
	switch (ev->kind) {
	case MMA_EVENT_ZAPPED: case MMA_EVENT_GROWN:
		return ~0ULL;
	case MMA_EVENT_MERGED:
		return EVENT_PTE_FACTS & ~WHERE;
	}
	return 0;
}

static struct moment moment_of(const struct step *step, const struct event *ev)
{
	struct moment m = { .step = step, .ev = ev, .was = ev->was, .told_was = ev->told_was, .is = ev->is, .told_is = ev->told_is,
			    .late = step && step->late, .opens = opened_by(ev) };

	mend(&m);
	mend_beside(&m);
	if (ev->kind == MMA_EVENT_MERGED)
		mend_merge(&m);
	return m;
}

/* ---- the decision and the trail ---- */

#define CALL_NS	1000000000ULL	/* events of one call are not further apart */

/* The decision stands in the trail, too, if it was recorded: as what that call did to an entry, or to a range. */
static int is_same_call(const struct event *ev, const struct event *last)
{
	return ev->site == last->site && ev->tid == last->tid && ev->kind != MMA_EVENT_BORN &&
	       !event_is_of_mapping(ev) && last->counter >= ev->counter && last->time_ns - ev->time_ns < CALL_NS;
}

/* Whether the page was dirty was read with the entry, and none but writeback makes it clean. */
static void tell_page(struct moment *m, __u64 facts)
{
	if (m->ev->site == MMA_SITE_WRITEBACK)
		return;
	m->was = (m->was & ~MMA_F_PAGE_DIRTY) | (facts & MMA_F_PAGE_DIRTY);
	m->told_was |= MMA_F_PAGE_DIRTY;
}

/*
 * The flags of the mapping were read in the call, too: they were so before, but for what the call itself changes. If it made
 * that mapping, what it was made from may have had others.
 */
static void tell_mapping(struct moment *m, __u64 facts)
{
	const struct effect e = effect_on_mapping(m->ev);
	const __u64 told = EVENT_VMA_FACTS & ~(e.sets | e.clears);

	m->was = (m->was & ~told) | (facts & told);
	m->told_was |= told;
}

/* Comes last; takes the place of the newest step if that is the same call. */
static void add_decision(struct course *c, const struct event *last, __u64 facts)
{
	struct moment *newest = NULL, m = moment_of(NULL, last);

	tell_page(&m, facts);
	for (size_t i = 0; i < c->nr; i++)
		if (!c->at[i].late)
			newest = &c->at[i];
	if (!newest || !is_same_call(newest->ev, last)) {
		tell_mapping(&m, facts);
		c->at[c->nr++] = m;
		return;
	}
	if (newest->ev->kind == MMA_EVENT_BACK) {
		newest->is = last->is;
		newest->told_is = last->told_is;
		mend(newest);
		tell_page(newest, facts);
		tell_mapping(newest, facts);
		return;
	}
	if (!is_link(newest->ev))
		tell_mapping(&m, facts);
	m.step = newest->step;
	m.may = is_assumed(newest->ev) && last->kind == MMA_EVENT_ENTRY ? ~0ULL : 0;
	*newest = m;
}

/* ---- clear_refs and migration entries ---- */

static int is_clear_refs(const struct moment *m)
{
	return m->ev->site == MMA_SITE_CLEAR_REFS;
}

static void move_before(struct course *c, size_t from, size_t to)
{
	struct moment m = c->at[from];

	if (from < to) {
		to--;
		memmove(&c->at[from], &c->at[from + 1], (to - from) * sizeof(m));
	} else {
		memmove(&c->at[to + 1], &c->at[to], (from - to) * sizeof(m));
	}
	c->at[to] = m;
}

static int is_near(const struct event *a, const struct event *b)
{
	const __u64 apart = a->time_ns > b->time_ns ? a->time_ns - b->time_ns : b->time_ns - a->time_ns;

	return apart < CALL_NS;
}

/* The step by which the page of a restored entry went out; or that of the restore, if it is not there. */
static size_t out_of(const struct course *c, size_t back)
{
	for (size_t i = back; i--;)
		if (goes_out(c->at[i].ev))
			return i;
	return back;
}

/* The clear_refs that was at work between `out` and `back`: the first that ended later, or the last that began before. */
static size_t find_clear_refs(const struct course *c, size_t out, size_t back)
{
	for (size_t i = out; i < back; i++)
		if (is_clear_refs(&c->at[i]))
			return i;
	for (size_t i = back + 1; i < c->nr; i++)
		if (is_clear_refs(&c->at[i]))
			return is_near(c->at[i].ev, c->at[back].ev) ? i : c->nr;
	for (size_t i = out; i--;)
		if (is_clear_refs(&c->at[i]))
			return is_near(c->at[i].ev, c->at[back].ev) ? i : c->nr;
	return c->nr;
}

/* The step by which what went out at `out` came back writable from a migration entry, or c->nr. */
static size_t comes_back_writable(const struct course *c, size_t out)
{
	for (size_t i = out + 1; i < c->nr; i++)
		if (comes_back(c->at[i].ev))
			return migrates(c->at[i].ev) && c->at[i].is & c->at[i].told_is & MMA_F_PTE_WRITE ? i : c->nr;
	return c->nr;
}

/* The clear_refs that was at work when the i-th ended, and is told later. */
static size_t clear_refs_beside(const struct course *c, size_t i)
{
	const struct event *ev = c->at[i].ev;

	for (size_t k = i + 1; k < c->nr; k++)
		if (is_clear_refs(&c->at[k]))
			return is_near(c->at[k].ev, ev) && c->at[k].ev->since <= ev->counter ? k : c->nr;
	return c->nr;
}

/*
 * Soft-dirty went while a page was taken away. clear_refs write-protects what is present: so if the page comes back writable, it
 * had the bit when it went, and its migration entry has lost it. Else clear_refs came first.
 */
static void put_out_right(struct course *c)
{
	for (size_t i = 0; i < c->nr; i++) {
		struct moment *out = &c->at[i];
		size_t cr;

		if (!goes_out(out->ev) || !(out->beside & MMA_F_PTE_SOFT_DIRTY))
			continue;
		if (comes_back_writable(c, i) < c->nr) {
			out->was |= MMA_F_PTE_SOFT_DIRTY;
			out->is |= MMA_F_PTE_SOFT_DIRTY;
			continue;
		}
		cr = clear_refs_beside(c, i);
		if (cr == c->nr)
			continue;
		c->at[cr].late = 0;
		move_before(c, cr, i++);
	}
}

/*
 * The soft-dirty bit of a migration entry can go only while the entry stands there: what restores it keeps the bit. So it was
 * the clear_refs that was at work then, though its event has the time of its end.
 */
static void put_clear_refs_right(struct course *c)
{
	for (size_t i = 0; i < c->nr; i++) {
		struct moment *back = &c->at[i];
		const size_t out = out_of(c, i);
		const int had = (out < i && c->at[out].is & c->at[out].told_is & MMA_F_PTE_SOFT_DIRTY) ||
				((back->was & back->told_was) | back->beside) & MMA_F_PTE_SOFT_DIRTY;
		size_t cr;

		if (!comes_back(back->ev) || !migrates(back->ev) || !had || !(back->told_is & ~back->is & MMA_F_PTE_SOFT_DIRTY))
			continue;
		cr = find_clear_refs(c, out, i);
		if (out < i || cr < c->nr)
			back->was &= ~MMA_F_PTE_SOFT_DIRTY;
		if (cr == c->nr || (cr >= out && cr < i))
			continue;
		c->at[cr].late = 0;
		move_before(c, cr, i);
	}
}

/* What began later than the moment that is asked for has nothing to do with it. */
static void drop_late(struct course *c)
{
	size_t nr = 0;

	for (size_t i = 0; i < c->nr; i++)
		if (!c->at[i].late)
			c->at[nr++] = c->at[i];
	c->nr = nr;
}

/* Before clear_refs walks, it stores the flags of each mapping that is VM_SOFTDIRTY, and of no other. */
static void tell_cleared(struct course *c)
{
	for (size_t i = 0; i + 1 < c->nr; i++) {
		struct moment *m = &c->at[i];
		const struct moment *next = &c->at[i + 1];

		if (m->ev->kind != MMA_EVENT_MAP || m->told_was || !is_clear_refs(next) || next->ev->tid != m->ev->tid ||
		    !is_near(m->ev, next->ev))
			continue;
		m->was |= MMA_F_VMA_SOFTDIRTY;
		m->told_was |= MMA_F_VMA_SOFTDIRTY;
	}
}

/* What came back otherwise than by migration was a swap entry meanwhile, and had no write bit. */
static void tell_swapped(struct course *c)
{
	const struct moment *back = NULL;

	for (size_t i = c->nr; i--;) {
		struct moment *m = &c->at[i];

		if (comes_back(m->ev))
			back = m;
		if (!goes_out(m->ev) || !back || migrates(back->ev))
			continue;
		m->is &= ~MMA_F_PTE_WRITE;
		m->told_is |= MMA_F_PTE_WRITE;
	}
}

static int course_make(struct course *c, const struct trail *t, const struct verdict_on *wrong)
{
	c->nr = 0;
	c->at = calloc(t->nr + 1, sizeof(*c->at));
	if (!c->at)
		return -ENOMEM;
	for (size_t i = 0; i < t->nr; i++)
		c->at[c->nr++] = moment_of(&t->step[i], t->step[i].ev);
	if (wrong->last)
		add_decision(c, wrong->last, wrong->facts);
	put_out_right(c);
	put_clear_refs_right(c);
	drop_late(c);
	tell_cleared(c);
	tell_swapped(c);
	return 0;
}

/* ---- what was known when ---- */

/* Its mapping was VM_SOFTDIRTY, and nobody knew: then it was not tracked, and its entry may have changed unrecorded. */
static int was_untracked(const struct moment *m, const struct state *s)
{
	return m->was & m->told_was & MMA_F_VMA_SOFTDIRTY && !known_as(s, MMA_F_VMA_SOFTDIRTY);
}

/* From the oldest on: each event changes what was before. */
static void go_forward(struct course *c)
{
	struct state s = { 0 };

	for (size_t i = 0; i < c->nr; i++) {
		struct moment *m = &c->at[i];
		struct effect e;

		if (was_untracked(m, &s))
			s.known &= ~EVENT_PTE_FACTS;
		if (m->ev->kind == MMA_EVENT_GROWN)
			s.known = 0;
		m->before = with(s, m->was, m->told_was);
		e = effect_of(m->ev, &m->before, m->step ? m->step->at.addr : m->ev->start);
		e.may |= m->may & ~(e.sets | e.clears);
		s = with(m->before, e.sets, e.sets | e.clears);
		s.known &= ~(e.may & ~m->told_is);
		m->after = s = with(s, m->is, m->told_is);
		m->assumed = is_assumed(m->ev) ? (e.sets | e.clears) & ~m->told_is & ~EVENT_VMA_FACTS : 0;
		m->touches = e.sets | e.clears | e.may | (m->told_is & (~m->told_was | (m->was ^ m->is)));
	}
}

/* From the newest on: what is not known was as the next event found it. What was only assumed gives way to what was seen. */
static void go_back(struct course *c, const struct state *last)
{
	const struct state *next = last;

	for (size_t i = c->nr; i--; next = &c->at[i].before) {
		struct moment *m = &c->at[i];
		const __u64 mistaken = m->assumed & m->after.known & next->known & (m->after.facts ^ next->facts);

		m->after = with(m->after, next->facts, mistaken);
		fill(&m->after, next, ~0ULL);
		fill(&m->before, &m->after, ~m->touches);
	}
}

/* ---- the answer ---- */

static enum blame_while where(const struct course *c, size_t i)
{
	const struct state *s = &c->at[i].before;

	if (known_as(s, MMA_F_PTE_PRESENT))
		return WHILE_PRESENT;
	if (!known_as(s, MMA_F_PTE_SWAP))
		return (s->known & WHERE) == WHERE ? WHILE_EMPTY : WHILE_UNKNOWN;
	for (; i < c->nr; i++)
		if (comes_back(c->at[i].ev))
			return migrates(c->at[i].ev) ? WHILE_MIGRATING : WHILE_SWAPPED;
	return WHILE_UNKNOWN;
}

/* What made the state a wrong one, of all that it takes. */
static void name_bits(struct blame *b, const struct wrong *w, const struct state *sound)
{
	b->lost = w->clear & sound->known & sound->facts;
	b->gained = w->set & sound->known & ~sound->facts;
}

static void answer(struct blame *b, const struct course *c, size_t i, enum blame_how how, const struct wrong *w,
		   const struct state *sound)
{
	b->how = how;
	b->step = c->at[i].step;
	b->at = where(c, i);
	name_bits(b, w, sound);
}

/* Conditions that the moment may have brought about: they did not hold before as far as is known. */
static __u64 may_have_broken(const struct moment *m, const struct wrong *w)
{
	const struct state *s = &m->before;

	return m->touches & ((w->set & ~(s->known & s->facts)) | (w->clear & ~(s->known & ~s->facts)));
}

/* Of the entry itself a change of its mapping says nothing. */
static __u64 is_likely(const struct moment *m, const struct wrong *w)
{
	return may_have_broken(m, w) & (event_is_of_mapping(m->ev) ? EVENT_VMA_FACTS : ~0ULL);
}

/* It is not known of any of these steps whether the state was sound before: the newest that may have broken it is likely. */
static void guess(struct blame *b, const struct course *c, size_t from, const struct wrong *w)
{
	for (size_t i = c->nr; i-- > from;) {
		const __u64 bits = c->at[i].ev->kind == MMA_EVENT_ZAPPED ? 0 : is_likely(&c->at[i], w);

		if (!bits)
			continue;
		answer(b, c, i, BLAME_LIKELY, w, &c->at[i].before);
		b->lost = w->clear & bits;
		b->gained = b->lost ? 0 : w->set & bits;
		return;
	}
}

static void guess_after(struct blame *b, const struct course *c, size_t i, const struct wrong *w)
{
	guess(b, c, i, w);
	if (b->how == BLAME_NONE)
		answer(b, c, i, BLAME_BETWEEN, w, &c->at[i].before);
}

/* Sound before it, for a reason that does not end with what may have changed after it unrecorded. */
static int breaks(const struct moment *m, const struct wrong *w)
{
	const struct state s = { m->before.facts, m->before.known & ~m->opens };

	return is_sound(w, &s);
}

/*
 * The flags of a tracked mapping were stored, and what they were before is not told: it may have been VM_SOFTDIRTY, by a merge
 * with a fresh one. Then what became of its entries until that moment was not recorded, but all that came later is.
 */
static int may_end_untracked(const struct moment *m)
{
	return m->ev->kind == MMA_EVENT_MAP && !(m->told_was & MMA_F_VMA_SOFTDIRTY) && m->told_is & ~m->is & MMA_F_VMA_SOFTDIRTY;
}

/* The newest such moment, of which only older events say that the entry was sound after the i-th; c->nr: none. */
static size_t end_of_untracked(const struct course *c, size_t i, const struct wrong *w)
{
	const struct state s = { c->at[i].after.facts, c->at[i].after.known & ~EVENT_PTE_FACTS };

	if (!(w->clear & MMA_F_VMA_SOFTDIRTY) || is_sound(w, &s))
		return c->nr;
	for (i++; i-- && !(c->at[i].touches & EVENT_PTE_FACTS);)
		if (may_end_untracked(&c->at[i]))
			return i;
	return c->nr;
}

/* Of those up to the i-th, the newest that says something of what makes the state after it sound. */
static size_t last_to_say(const struct course *c, size_t i, const struct wrong *w)
{
	const struct state *s = &c->at[i].after;
	const __u64 bits = s->known & ((w->set & ~s->facts) | (w->clear & s->facts));

	while (i && !((c->at[i].touches | c->at[i].told_was | c->at[i].told_is) & bits))
		i--;
	return i;
}

/* It was sound after the i-th, and no event changed that. */
static void answer_between(struct blame *b, const struct course *c, size_t i, const struct wrong *w)
{
	const size_t end = end_of_untracked(c, i, w);

	if (end < c->nr) {
		answer(b, c, end, BLAME_LIKELY, w, &c->at[end].before);
		b->lost = MMA_F_VMA_SOFTDIRTY;
		b->gained = 0;
		return;
	}
	answer(b, c, last_to_say(c, i, w), BLAME_BETWEEN, w, &c->at[i].after);
	if (i + 1 < c->nr)
		b->at = where(c, i + 1);
}

static void search(struct blame *b, const struct course *c, const struct wrong *w)
{
	for (size_t i = c->nr; i--;) {
		const struct moment *m = &c->at[i];

		if (is_sound(w, &m->after)) {
			answer_between(b, c, i, w);
			return;
		}
		if (breaks(m, w) || (m->ev->kind == MMA_EVENT_COPIED && fork_breaks(b->rule))) {
			answer(b, c, i, BLAME_STEP, w, &m->before);
			return;
		}
		if (is_sound(w, &m->before) || m->opens == ~0ULL) {
			guess_after(b, c, i, w);
			return;
		}
	}
	guess(b, c, 0, w);
}

/*
 * Migration only puts back what it found. So the page was cleaned while it had a migration entry, which is all that writeback
 * leaves writable.
 */
static void blame_writeback(struct blame *b, const struct event *last)
{
	if (b->how != BLAME_NONE || b->rule != MMA_RULE_DIRTY || !last || !comes_back(last) || !migrates(last))
		return;
	b->how = BLAME_BETWEEN;
	b->at = WHILE_MIGRATING;
	b->lost = MMA_F_PAGE_DIRTY;
}

int blame(const struct trail *trail, const struct verdict_on *wrong, struct blame *b)
{
	const struct state last = { wrong->facts, EVENT_PTE_FACTS | EVENT_VMA_FACTS | MMA_F_PAGE_DIRTY };
	const struct wrong w = wrong_by(wrong->rule);
	struct course c;
	int ret;

	*b = (struct blame){ .how = BLAME_NONE, .rule = wrong->rule };
	ret = course_make(&c, trail, wrong);
	if (ret)
		return ret;
	go_forward(&c);
	go_back(&c, &last);
	if (w.set | w.clear)
		search(b, &c, &w);
	else if (wrong->last)
		answer(b, &c, c.nr - 1, BLAME_STEP, &w, &c.at[c.nr - 1].before);
	blame_writeback(b, wrong->last);
	free(c.at);
	return 0;
}
