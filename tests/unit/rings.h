/* SPDX-License-Identifier: GPL-2.0 */
/* rings.h - the rings of a module that is not there: CPUs, slots that are overwritten, sets that are kept and given back. */
#ifndef MMA_RINGS_H
#define MMA_RINGS_H

#include <errno.h>
#include <string.h>

#include "device.h"
#include "events.h"
#include "rule.h"
#include "sites.h"

#define CPUS	3		/* numbers; 1 is no CPU */
#define RING	64		/* slots; 5 of them are copied at a time, so that events of two slots are cut */

static struct ring {
	__u64 head;
	struct mma_event slot[RING];
} rings[2][CPUS];

static __u32 written, kept;
static __u32 mode = MMA_HISTORY_TRACKED;
static __u64 now, since, not_kept;
static __u64 begun[2];			/* when each set began to be written */
static __u32 state;			/* MMA_HISTORY_UNORDERED */

static inline void start(void)
{
	memset(rings, 0, sizeof(rings));
	written = 1;
	kept = 0;
	now = 1000;
	since = 1000;
	begun[1] = 1000;
}

static inline void note(__u32 cpu, __u64 where, __u64 what)
{
	struct ring *r = &rings[written & 1][cpu];

	r->slot[r->head++ % RING] = (struct mma_event){ .time = ++now, .where = where, .what = what, .mm = 7, .tid = 812, .ip = 0x81234567,
							.was = mma_event_was(MMA_F_PTE_PRESENT, MMA_SITE_WP_REUSE), .is = MMA_F_PTE_PRESENT };
}

static inline void note_entry(__u32 cpu)
{
	note(cpu, 0x7f0000400000ULL | MMA_EVENT_ENTRY | MMA_LEVEL_PTE << MMA_EV_LEVEL_SHIFT, 0x1234567);
}

static inline void note_move(__u32 cpu)
{
	note(cpu, 0x7f0000800000ULL | MMA_EVENT_MOVED | MMA_EV_MORE, 0x5000 | mma_event_order(100));
	note(cpu, 0x7f0000900000ULL | MMA_EVENT_MORE, 0);
	now--;					/* one event, one moment */
}

static inline void keep(void)
{
	kept = written++;
	begun[written & 1] = now;
	memset(&rings[written & 1], 0, sizeof(rings[0]));
}

int device_history(const struct device *dev, struct mma_history *h)
{
	const struct ring *r;

	(void)dev;
	if (h->flags & MMA_HISTORY_GIVE_BACK) {
		if (h->set != kept)
			return -ENOENT;
		kept = 0;
		return 0;
	}
	if (h->pid && h->pid != 812)
		return -ESRCH;
	h->mm = h->pid ? 7 : 0;
	if (h->cpu == 1 || h->cpu >= CPUS)
		return -EINVAL;
	if (!h->set)
		h->set = written;
	if (h->set != written && h->set != kept)
		return -ENOENT;
	r = &rings[h->set & 1][h->cpu];
	h->counter[0] = 1000;
	h->time_ns[0] = 5000000;
	h->counter[1] = now;
	h->time_ns[1] = 5000000 + (now - 1000) * 3;
	h->since = since;
	h->begun = begun[h->set & 1];
	h->state = state;
	h->nr_cpus = CPUS;
	h->kept = kept;
	h->not_kept = not_kept;
	h->mode = mode;
	h->end = r->head;
	h->oldest = r->head > RING ? r->head - RING : 0;
	h->first = h->next = h->next > h->oldest ? h->next : h->oldest;
	h->events = 0;
	while (h->next < h->end && h->events < 5 && (h->events + 1) * sizeof(struct mma_event) <= h->room)
		((struct mma_event *)(unsigned long)h->buffer)[h->events++] = r->slot[h->next++ % RING];
	return 0;
}

#endif /* MMA_RINGS_H */
