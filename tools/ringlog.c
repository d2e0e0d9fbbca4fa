// SPDX-License-Identifier: GPL-2.0
/*
 * ringlog.c - see ringlog.h. The module goes on in another set of rings when it keeps one, so each reading says which set and
 * which position it has come to on each CPU; then nothing is read twice, and what is missing shows.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "ringlog.h"

#define ROOM	4096	/* slots that are read at once */

struct place_in {
	__u32 set;
	__u64 next;
};

void ringlog_begin(struct ringlog *h, const struct device *dev)
{
	*h = (struct ringlog){ .dev = dev, .begins = ~0ULL };
}

__u64 ringlog_ns(const struct ringlog *h, __u64 counter)
{
	return clocks_ns(&h->clocks, counter);
}

/* ---- the list ---- */

static int make_room(struct ringlog *h, size_t more)
{
	size_t room = h->room ? h->room : 1024;
	struct event *ev;

	while (room < h->nr + more)
		room *= 2;
	if (room == h->room)
		return 0;
	ev = realloc(h->ev, room * sizeof(*ev));
	if (!ev)
		return -ENOMEM;
	h->ev = ev;
	h->room = room;
	return 0;
}

static int by_counter(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	if (x->counter != y->counter)
		return x->counter < y->counter ? -1 : 1;
	return x->cpu < y->cpu ? -1 : x->cpu > y->cpu;
}

/* What was read of the last CPU may be older than the newest of the first: from there on it is put in order again. */
static void put_in_order(struct ringlog *h, size_t from)
{
	__u64 oldest = ~0ULL;

	for (size_t i = from; i < h->nr; i++)
		if (h->ev[i].counter < oldest)
			oldest = h->ev[i].counter;
	while (from && h->ev[from - 1].counter > oldest)
		from--;
	if (h->nr > from)
		qsort(h->ev + from, h->nr - from, sizeof(*h->ev), by_counter);
}

/* The older half goes, so that this is seldom. */
static void drop_old(struct ringlog *h)
{
	const size_t n = h->nr > RINGLOG_MOST ? h->nr - RINGLOG_MOST / 2 : 0;

	if (!n)
		return;
	h->nr -= n;
	memmove(h->ev, h->ev + n, h->nr * sizeof(*h->ev));
	h->dropped += n;
	h->begins = h->ev[0].counter;
}

int ringlog_add(struct ringlog *h, const struct event *ev, size_t nr)
{
	const size_t from = h->nr;

	if (make_room(h, nr))
		return -ENOMEM;
	memcpy(h->ev + from, ev, nr * sizeof(*ev));
	h->nr += nr;
	put_in_order(h, from);
	drop_old(h);
	return 0;
}

/* ---- one CPU ---- */

/* What the answer says of all CPUs. */
static void take_answer(struct ringlog *h, const struct mma_history *a)
{
	memcpy(h->clocks.counter, a->counter, sizeof(a->counter));
	memcpy(h->clocks.time_ns, a->time_ns, sizeof(a->time_ns));
	h->clocks.text = a->text;
	h->mode = a->mode;
	h->unordered = !!(a->state & MMA_HISTORY_UNORDERED);
	if (h->begins == ~0ULL || a->since > h->begins)
		h->begins = a->since;
}

static void begins_later(struct ringlog *h, __u64 counter)
{
	if (counter > h->begins)
		h->begins = counter;
}

static int unpack_all(struct ringlog *h, const struct mma_event *slot, size_t nr, __u32 cpu)
{
	size_t n = 1;

	if (make_room(h, nr))
		return -ENOMEM;
	for (size_t i = 0; i < nr && n; i += n) {
		int is_event;

		n = slots_event(slot + i, nr - i, &h->clocks, cpu, &h->ev[h->nr], &is_event);
		h->nr += is_event;
	}
	return 0;
}

static int ask(const struct ringlog *h, struct mma_history *a)
{
	a->size = sizeof(*a);
	return device_history(h->dev, a);
}

/* The first event that is not missing, ev[first], is certainly later than all that is. */
static void note_missing(struct ringlog *h, __u64 slots, size_t first)
{
	h->dropped += slots;
	if (slots && first < h->nr)
		begins_later(h, h->ev[first].counter);
}

/* The second slot of the last event may be in the next part: then all of it is. */
static int is_cut(const struct mma_event *slot, size_t nr)
{
	return nr && slot[nr - 1].where & MMA_EV_MORE && mma_event_kind(&slot[nr - 1]) != MMA_EVENT_MORE;
}

/*
 * What was before a set began is in the one before it, or lost, if that was not read to its end. Returns 1 if there is more, 0 if
 * not, or -errno.
 */
static int read_part(struct ringlog *h, __u32 set, __u32 cpu, struct mma_event *slot)
{
	struct place_in *at = &h->at[cpu];
	const int begins_set = at->set != set && !(h->ended && set == h->ended + 1);
	const __u64 wanted = at->set == set ? at->next : 0;
	const size_t nr = h->nr;
	struct mma_history a = {
		.set = set, .cpu = cpu, .buffer = (unsigned long)slot, .room = ROOM * sizeof(*slot), .next = wanted,
	};
	int ret = ask(h, &a);

	if (ret)
		return ret;
	take_answer(h, &a);
	if (begins_set)
		begins_later(h, a.begun);
	if (a.missed)				/* it has no ring, and what happened there is not known */
		begins_later(h, a.counter[1]);
	if (is_cut(slot, a.events)) {
		a.events--;
		a.next--;
	}
	ret = unpack_all(h, slot, a.events, cpu);
	note_missing(h, a.first - wanted, nr);
	*at = (struct place_in){ .set = set, .next = a.next };
	return ret ? ret : a.events && a.next < a.end;
}

static int read_cpu(struct ringlog *h, __u32 set, __u32 cpu, struct mma_event *slot)
{
	const size_t from = h->nr;
	int ret;

	do
		ret = read_part(h, set, cpu, slot);
	while (ret > 0);
	put_in_order(h, from);
	return ret;
}

/* ---- all of them ---- */

/* Which set is written and which one is kept, perhaps for another reader, and how many CPUs there are. */
static int look(struct ringlog *h, __u32 *set, __u32 *kept)
{
	struct mma_history a = { 0 };
	int ret = ask(h, &a);

	if (ret)
		return ret;
	take_answer(h, &a);
	*set = a.set;
	if (!*kept)
		*kept = a.kept;
	if (h->at)
		return 0;
	h->at = calloc(a.nr_cpus ? a.nr_cpus : 1, sizeof(*h->at));
	h->nr_cpus = a.nr_cpus;
	return h->at ? 0 : -ENOMEM;
}

/* Not every number is of a CPU. */
static int read_set(struct ringlog *h, __u32 set, struct mma_event *slot)
{
	int ret = 0;

	for (__u32 cpu = 0; !ret && cpu < h->nr_cpus; cpu++) {
		ret = read_cpu(h, set, cpu, slot);
		if (ret == -EINVAL)
			ret = 0;
	}
	return ret;
}

static void give_back(const struct ringlog *h, __u32 set)
{
	struct mma_history a = { .flags = MMA_HISTORY_GIVE_BACK, .set = set };

	ask(h, &a);
}

/* What was given back is not there any more; and who has come to the next set has read this one already. */
static int read_kept(struct ringlog *h, __u32 kept, struct mma_event *slot)
{
	int ret = 0;

	if (kept < h->at[0].set)
		return 0;
	ret = read_set(h, kept, slot);
	h->ended = ret ? 0 : kept;
	return ret == -ENOENT ? 0 : ret;
}

/* The sets of one reading. */
static int read_sets(struct ringlog *h, __u32 kept, __u32 written, struct mma_event *slot)
{
	int ret = 0;

	h->ended = 0;
	if (kept && kept != written)
		ret = read_kept(h, kept, slot);
	return ret ? ret : read_set(h, written, slot);
}

/* Nothing is noted at present, or `freeze` has stopped it, so only what led to a violation that was kept is whole. */
static void note_stopped(struct ringlog *h, __u32 kept)
{
	if (h->mode == MMA_HISTORY_OFF && !kept)
		begins_later(h, h->clocks.counter[1]);
}

int ringlog_read(struct ringlog *h, __u32 asked)
{
	struct mma_event *slot;
	__u32 written, kept = asked;
	int ret;

	if (!h->dev || !(h->dev->ver.features & MMA_FEAT_HISTORY))
		return -EOPNOTSUPP;
	ret = look(h, &written, &kept);
	if (ret)
		return ret;
	slot = malloc(ROOM * sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	ret = read_sets(h, kept, written, slot);
	if (asked && asked != written)
		give_back(h, asked);
	free(slot);
	drop_old(h);
	note_stopped(h, asked);
	return ret;
}

__u64 ringlog_not_kept(const struct ringlog *h)
{
	struct mma_history a = { 0 };

	if (!h->dev || !(h->dev->ver.features & MMA_FEAT_HISTORY) || ask(h, &a))
		return 0;
	return a.not_kept;
}

int ringlog_mm(const struct ringlog *h, __u32 pid, __u32 *mm)
{
	struct mma_history a = { .pid = pid };
	int ret;

	if (!h->dev || !(h->dev->ver.features & MMA_FEAT_HISTORY))
		return -EOPNOTSUPP;
	ret = ask(h, &a);
	*mm = a.mm;
	return ret;
}

/* A thread that stands there before has been asked for already. */
static const struct event *named_before(const struct event *ev, size_t i)
{
	for (size_t k = i; k--;)
		if (ev[k].tid == ev[i].tid)
			return &ev[k];
	return NULL;
}

void ringlog_name_tasks(struct event *ev, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct event *before = named_before(ev, i);
		char path[32], comm[MMA_COMM_LEN + 1] = "";

		snprintf(path, sizeof(path), "/proc/%u/comm", ev[i].tid);
		if (!before)
			first_line(path, comm, sizeof(comm));
		memcpy(ev[i].comm, before ? before->comm : comm, sizeof(ev[i].comm));
	}
}

void ringlog_free(struct ringlog *h)
{
	free(h->ev);
	free(h->at);
	*h = (struct ringlog){ .begins = ~0ULL };
}
