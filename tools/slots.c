// SPDX-License-Identifier: GPL-2.0
/* slots.c - see slots.h. */
#include "slots.h"

/* ---- time ---- */

__u64 clocks_ns(const struct clocks *c, __u64 counter)
{
	const __u64 ticks = c->counter[1] - c->counter[0], ns = c->time_ns[1] - c->time_ns[0];

	if (!ticks)
		return c->time_ns[0];
	return c->time_ns[0] + (__s64)((__int128)(__s64)(counter - c->counter[0]) * ns / ticks);
}

/* ---- what each kind has ---- */

static __u64 size_of(unsigned int level)
{
	static const __u64 sizes[] = { [MMA_LEVEL_PTE] = 1ULL << 12, [MMA_LEVEL_PMD] = 1ULL << 21, [MMA_LEVEL_PUD] = 1ULL << 30 };

	return level < sizeof(sizes) / sizeof(sizes[0]) ? sizes[level] : 0;
}

static void unpack_entry(const struct mma_event *e, struct event *ev)
{
	const __u64 size = size_of(ev->level);

	ev->end = ev->start + (size ? size : size_of(MMA_LEVEL_PTE));
	ev->raw = e->what;
	ev->was = e->was & MMA_EV_FACTS;
	ev->is = e->is & MMA_EV_FACTS;
	ev->told_was = e->where & MMA_EV_UNSEEN ? 0 : EVENT_PTE_FACTS;
	ev->told_is = EVENT_PTE_FACTS;
	if (e->where & MMA_EV_BESIDE)
		ev->told_was &= ~((ev->was ^ ev->is) & EVENT_MARKS);
}

static void unpack_range(const struct mma_event *e, struct event *ev)
{
	const __u64 took = mma_event_took(e);

	ev->end = ev->start + mma_event_bytes(e);
	ev->was = e->was & MMA_EV_FACTS;
	ev->is = e->is & MMA_EV_FACTS;
	ev->since = took && took < e->time ? e->time - took : 0;
}

static void unpack_move(const struct mma_event *e, const struct mma_event *more, struct event *ev)
{
	unpack_range(e, ev);
	ev->was = ev->is = 0;
	ev->from = more ? mma_event_addr(more) : 0;
	ev->from_mm = more ? more->mm : 0;
}

/* MMA_EV_VM_* to MMA_F_VMA_*. */
static __u64 vma_facts(__u16 vms)
{
	return (vms & MMA_EV_VM_WRITE ? MMA_F_VMA_WRITE : 0) | (vms & MMA_EV_VM_SHARED ? MMA_F_VMA_SHARED : 0) |
	       (vms & MMA_EV_VM_SOFTDIRTY ? MMA_F_VMA_SOFTDIRTY : 0) | (vms & MMA_EV_VM_UFFD_WP ? MMA_F_VMA_UFFD_WP : 0) |
	       (vms & MMA_EV_VM_UFFD_RWP ? MMA_F_VMA_UFFD_RWP : 0) | (vms & MMA_EV_VM_PROT_WRITE ? MMA_F_VMA_PROT_WRITE : 0);
}

static void unpack_mapping(const struct mma_event *e, const struct mma_event *more, struct event *ev)
{
	ev->end = ev->start + mma_event_bytes(e);
	ev->was = vma_facts(e->was & MMA_EV_FACTS);
	ev->is = vma_facts(e->is & MMA_EV_FACTS);
	ev->told_was = e->where & MMA_EV_UNSEEN || ev->kind == MMA_EVENT_GROWN ? 0 : EVENT_VMA_FACTS;
	ev->told_is = EVENT_VMA_FACTS & ~(ev->kind == MMA_EVENT_MAP ? MMA_F_VMA_PROT_WRITE : 0);
	if (!more)
		return;
	ev->letters_was = more->time;
	ev->letters_is = more->what;
	ev->from = mma_event_addr(more);
}

static void unpack_birth(const struct mma_event *e, const struct mma_event *more, struct event *ev)
{
	ev->number = e->what;
	ev->from_mm = more ? more->mm : 0;
}

/* Returns whether it is an event that this mmaudit knows. */
static int unpack(const struct mma_event *e, const struct mma_event *more, struct event *ev)
{
	switch (ev->kind) {
	case MMA_EVENT_ENTRY: case MMA_EVENT_OUT: case MMA_EVENT_BACK:
		unpack_entry(e, ev);
		return 1;
	case MMA_EVENT_RANGE: case MMA_EVENT_ZAPPED:
		unpack_range(e, ev);
		return 1;
	case MMA_EVENT_MOVED: case MMA_EVENT_COPIED:
		unpack_move(e, more, ev);
		return 1;
	case MMA_EVENT_MAP: case MMA_EVENT_MERGED: case MMA_EVENT_DIVIDED: case MMA_EVENT_GROWN:
		unpack_mapping(e, more, ev);
		return 1;
	case MMA_EVENT_BORN:
		unpack_birth(e, more, ev);
		return 1;
	}
	return 0;
}

/* The nearest one with that lower half. What an older module does not tell is in the highest 2 GiB. */
static __u64 kernel_address(__u64 text, __u32 low)
{
	const __u64 near = text ? text : ~0ULL << 31;

	return low ? near + (__s32)(low - (__u32)near) : 0;
}

size_t slots_event(const struct mma_event *slot, size_t nr, const struct clocks *clocks, __u32 cpu, struct event *ev,
		   int *is_event)
{
	const size_t slots = nr && slot->where & MMA_EV_MORE ? 2 : 1;
	unsigned int site;

	*is_event = 0;
	if (!nr)
		return 0;
	if (slots > nr)
		return nr;
	site = mma_event_site(slot);
	*ev = (struct event){
		.counter = slot->time, .time_ns = clocks_ns(clocks, slot->time), .start = mma_event_addr(slot), .ip = kernel_address(clocks->text, slot->ip),
		.mm = slot->mm, .tid = slot->tid, .cpu = cpu, .kind = mma_event_kind(slot),
		.site = site == MMA_EV_NO_SITE ? EVENT_NO_SITE : site, .level = mma_event_level(slot),
	};
	*is_event = unpack(slot, slots > 1 ? slot + 1 : NULL, ev);
	return slots;
}
