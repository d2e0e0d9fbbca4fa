// SPDX-License-Identifier: GPL-2.0
/*
 * follow.c - see follow.h. It walks from the newest event to the oldest with the place where the page is, and each event that
 * has moved or copied the page changes the place.
 */
#include <errno.h>
#include <stdlib.h>

#include "follow.h"

/* ---- what an event is to a place ---- */

static int covers_source(const struct event *ev, struct place at)
{
	const __u64 size = ev->end - ev->start;

	if (ev->kind == MMA_EVENT_COPIED)
		return ev->from_mm == at.mm && at.addr >= ev->start && at.addr < ev->end;
	return ev->kind == MMA_EVENT_MOVED && ev->from_mm == at.mm && at.addr >= ev->from && at.addr - ev->from < size;
}

static struct place source_of(const struct event *ev, struct place at)
{
	if (ev->kind == MMA_EVENT_COPIED)
		return (struct place){ ev->from_mm, at.addr };
	return (struct place){ ev->from_mm, at.addr - ev->start + ev->from };
}

static int is_link(const struct event *ev)
{
	return ev->kind == MMA_EVENT_MOVED || ev->kind == MMA_EVENT_COPIED;
}

/*
 * The mapping of that place took over the one that the event is about. If it stands before that, the event says where it
 * begins; behind it, a later change of both in one shows that they were merged.
 */
static int takes_over(const struct event *ev, struct place at, const struct event *merged)
{
	if (ev->kind != MMA_EVENT_MERGED || ev->mm != at.mm)
		return 0;
	if (ev->from < ev->start)
		return at.addr >= ev->from && at.addr < ev->start;
	return ev->from == ev->end && at.addr >= ev->end && merged && merged->tid == ev->tid && merged->start <= ev->start;
}

/* Nothing was there before: the page that is there came with this event. */
static int brings_page(const struct event *ev)
{
	return ev->kind == MMA_EVENT_ENTRY && ev->told_was && !(ev->was & (MMA_F_PTE_PRESENT | MMA_F_PTE_SWAP)) &&
	       ev->is & (MMA_F_PTE_PRESENT | MMA_F_PTE_SWAP);
}

/* The page that was there has gone with this event. */
static int takes_page(const struct event *ev, struct place at)
{
	if (ev->kind == MMA_EVENT_ZAPPED || ev->kind == MMA_EVENT_GROWN)
		return 1;
	if (ev->kind == MMA_EVENT_ENTRY)
		return ev->told_is && !(ev->is & (MMA_F_PTE_PRESENT | MMA_F_PTE_SWAP));
	return ev->kind == MMA_EVENT_MOVED && !event_covers(ev, at) && covers_source(ev, at);
}

/* What may have been worked on at that moment. */
static int may_be_late(const struct event *ev, __u64 until)
{
	return ev->site == MMA_SITE_CLEAR_REFS && ev->since <= until;
}

/* ---- the walk ---- */

/* The place that a page has left: what happened there while it was being moved is told with a time before that of the move. */
struct left {
	struct place at;
	__u64 since;		/* when the move began; ~0: nothing was left */
};

struct walk {
	struct trail *trail;
	struct place at;
	struct left left;
	const struct event *merged;	/* the oldest change of its mapping so far */
	__u64 until;
	size_t room, most;
	int earlier;
};

/* Returns 0, 1 if there is one step more than wanted, or -ENOMEM. */
static int add_step(struct walk *w, const struct event *ev, struct place at)
{
	struct trail *t = w->trail;

	if (t->nr == w->most) {
		t->end = TRAIL_FULL;
		return 1;
	}
	if (t->nr == w->room) {
		size_t room = w->room ? 2 * w->room : 32;
		struct step *step = realloc(t->step, room * sizeof(*step));

		if (!step)
			return -ENOMEM;
		t->step = step;
		w->room = room;
	}
	t->step[t->nr++] = (struct step){ ev, at, w->earlier, ev->counter > w->until };
	return 0;
}

/* An older page that was there went before this one came. */
static int happened_where_left(struct walk *w, const struct event *ev)
{
	if (ev->counter < w->left.since || !event_covers(ev, w->left.at))
		return 0;
	if (takes_page(ev, w->left.at))
		w->left.since = ~0ULL;
	return w->left.since != ~0ULL;
}

/* To before this event. */
static void go_back_over(struct walk *w, const struct event *ev)
{
	if (is_link(ev) && event_covers(ev, w->at)) {
		w->left = (struct left){ w->at, ev->since ? ev->since : ~0ULL };
		w->trail->end = TRAIL_BEGIN;
		w->at = source_of(ev, w->at);
	} else if (brings_page(ev)) {
		w->earlier = 1;
	}
}

/* Fork is told when all is copied: so the copies are older, and lead to the parent. */
static int step_of_birth(struct walk *w, const struct event *ev)
{
	int ret = add_step(w, ev, w->at);

	if (ret)
		return ret;
	w->trail->end = TRAIL_BORN;
	return !ev->from_mm;
}

/* Returns 1 if the trail ends there, 0 to go on, or -ENOMEM. */
static int look_at(struct walk *w, const struct event *ev)
{
	int ret;

	if (ev->kind == MMA_EVENT_BORN)
		return ev->mm == w->at.mm ? step_of_birth(w, ev) : 0;
	if (happened_where_left(w, ev))
		return add_step(w, ev, w->left.at);
	if (takes_over(ev, w->at, w->merged))
		return add_step(w, ev, w->at);
	if (!event_covers(ev, w->at) && !covers_source(ev, w->at))
		return 0;
	if (takes_page(ev, w->at))
		w->earlier = 1;
	ret = add_step(w, ev, w->at);
	if (ret)
		return ret;
	if (ev->kind == MMA_EVENT_MAP)
		w->merged = ev;
	go_back_over(w, ev);
	return 0;
}

static void turn_round(struct trail *t)
{
	for (size_t i = 0; i < t->nr / 2; i++) {
		struct step one = t->step[i];

		t->step[i] = t->step[t->nr - 1 - i];
		t->step[t->nr - 1 - i] = one;
	}
}

int follow(const struct event *ev, size_t nr, struct place at, __u64 until, size_t most, struct trail *trail)
{
	struct walk w = { .trail = trail, .at = at, .left.since = ~0ULL, .until = until, .most = most };
	int ret = 0;

	*trail = (struct trail){ .end = TRAIL_BEGIN };
	for (size_t i = nr; i-- && !ret;)
		if (ev[i].counter <= until || may_be_late(&ev[i], until))
			ret = look_at(&w, &ev[i]);
	trail->begin = w.at;
	if (ret < 0)
		trail_free(trail);
	else
		turn_round(trail);
	return ret < 0 ? ret : 0;
}

void trail_free(struct trail *trail)
{
	free(trail->step);
	*trail = (struct trail){ .end = TRAIL_BEGIN };
}
