/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rings.h - the memory of the history: two rings of events for each CPU, each of one of
 * two sets. One set is written; the other is free, or kept with what came before a
 * violation.
 *
 * A ring has one writer, the CPU itself, see history.h, and any number of readers, which
 * take no lock: who has copied events looks again how far the writer has come.
 */
#ifndef MMA_RINGS_H
#define MMA_RINGS_H

#include <linux/percpu.h>
#include <linux/types.h>

#include "mmaudit.h"

#define MMA_SLOTS_MOST	2		/* of one event */
#define MMA_RAW		0x800		/* in `where` as long as it is in the ring: a MORE slot's vm_flags are no letters yet, an entry's bits no facts */

struct mma_ring {
	u64 head;			/* slots written; the writer's CPU alone changes it */
	struct mma_event *events;	/* mma_slot_mask + 1; NULL: there was no memory */
	u64 missed;			/* events, for that reason */
};

struct mma_ring_pair {
	struct mma_ring set[2];
};

DECLARE_PER_CPU(struct mma_ring_pair, mma_rings);
extern u64 mma_slot_mask;		/* slots of a ring, less one; 0: there are no rings */
extern unsigned long mma_written_at;	/* where in struct mma_ring_pair the ring is that is written */

static __always_inline struct mma_event *mma_slot_at(const struct mma_ring *ring, u64 pos)
{
	return &ring->events[pos & mma_slot_mask];
}

/* Preemption is off. */
static __always_inline struct mma_ring *mma_written_ring(void)
{
	return (void *)this_cpu_ptr(&mma_rings) + READ_ONCE(mma_written_at);
}

/* Preemption is off. Returns the number of the set that was written until now and is kept now, or 0: another one is. */
u32 mma_rings_keep(void);

/* Process context */
int mma_rings_init(unsigned int kib);
void mma_rings_exit(void);
u32 mma_set_written(void);
u32 mma_set_kept(void);			/* its number, or 0 */
u64 mma_set_begun(u32 set);		/* counter: what was noted before is not in it */
bool mma_set_there(u32 set);		/* it is one of these two */
void mma_set_settle(u32 set);		/* if it is kept, no probe writes to it afterwards, or is about to keep it */
int mma_set_give_back(u32 set);		/* -ENOENT: it is not kept. Else it is empty, and free */

#endif /* MMA_RINGS_H */
