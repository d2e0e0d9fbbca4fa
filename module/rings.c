// SPDX-License-Identifier: GPL-2.0
/* rings.c - the memory of the history: rings of each CPU, in two sets. */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/log2.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include "arch/arch.h"
#include "events.h"
#include "rings.h"

#define LEAST		16	/* slots of a ring */

DEFINE_PER_CPU(struct mma_ring_pair, mma_rings);
u64 mma_slot_mask;

/* The number of the set that is written; its lowest bit says which of the two that is, and so does mma_written_at, for notes. */
static u32 written = 1;
unsigned long mma_written_at = sizeof(struct mma_ring);
static u32 kept;			/* the number of the other one, or 0: it is free, and empty */
static u64 begun[2];			/* counter when the set began to be written */
static u32 settled;			/* this kept set is not written to any more; under lock */
static DEFINE_MUTEX(lock);		/* lets in one who settles or gives back */

static int hotplug;			/* state of cpuhp, if positive */

/* ---- sets ---- */

u32 mma_set_written(void)
{
	return READ_ONCE(written);
}

u32 mma_set_kept(void)
{
	return READ_ONCE(kept);
}

/* A set is kept before the next one is written, so in this order it cannot be missed between the two. */
bool mma_set_there(u32 set)
{
	if (set == READ_ONCE(written))
		return true;
	smp_rmb();
	return set == READ_ONCE(kept);
}

u64 mma_set_begun(u32 set)
{
	return READ_ONCE(begun[set & 1]);
}

/*
 * Two violations may keep the same set, at the same moment: that is as good. cmpxchg()
 * orders the new number behind it, and so behind whatever emptied the other set, see
 * empty(). That cannot come in between, because it waits until preemption is on again.
 * A CPU that reads mma_written_at finds its ring by it, so its head is read afterwards.
 */
u32 mma_rings_keep(void)
{
	u32 mine = READ_ONCE(written);

	if (cmpxchg(&kept, 0, mine))
		return READ_ONCE(kept) == mine ? mine : 0;
	WRITE_ONCE(begun[(mine + 1) & 1], mma_counter());
	smp_store_release(&written, mine + 1);		/* who reads `begun` has its number from here */
	WRITE_ONCE(mma_written_at, ((mine + 1) & 1) * sizeof(struct mma_ring));
	return mine;
}

/* A probe that has read the old number may still write to the set, with preemption off. */
static void settle(u32 set)
{
	lockdep_assert_held(&lock);
	if (settled == set)
		return;
	synchronize_rcu();
	settled = set;
}

void mma_set_settle(u32 set)
{
	mutex_lock(&lock);
	if (set == READ_ONCE(kept))
		settle(set);
	mutex_unlock(&lock);
}

static u64 newest_of(const struct mma_ring *ring)
{
	const struct mma_event *e;

	if (!ring->head || !ring->events)
		return 0;
	e = mma_slot_at(ring, ring->head - 1);
	return mma_event_kind(e) == MMA_EVENT_MORE ? mma_slot_at(ring, ring->head - 2)->time : e->time;
}

/*
 * What other CPUs were noting when the set was kept came into it a little later than the
 * set that is written now began. Without it, all is there only since after that.
 */
static void empty(u32 set)
{
	u64 last = mma_set_begun(set + 1);
	struct mma_ring *ring;
	int cpu;

	settle(set);
	for_each_possible_cpu(cpu) {
		ring = &per_cpu(mma_rings, cpu).set[set & 1];
		last = max(last, newest_of(ring));
		WRITE_ONCE(ring->head, 0);
		WRITE_ONCE(ring->missed, 0);
	}
	WRITE_ONCE(begun[(set + 1) & 1], last);
	smp_store_release(&kept, 0);
}

int mma_set_give_back(u32 set)
{
	int ret = -ENOENT;

	mutex_lock(&lock);
	if (set && READ_ONCE(kept) == set) {
		empty(set);
		ret = 0;
	}
	mutex_unlock(&lock);
	return ret;
}

/* ---- memory ---- */

static void free_rings(void)
{
	int cpu, i;

	for_each_possible_cpu(cpu) {
		for (i = 0; i < 2; i++) {
			vfree(per_cpu(mma_rings, cpu).set[i].events);
			per_cpu(mma_rings, cpu).set[i].events = NULL;
		}
	}
}

static int add_ring(struct mma_ring *ring, unsigned int cpu)
{
	struct mma_event *events;

	if (ring->events)
		return 0;
	events = vzalloc_node(array_size(mma_slot_mask + 1, sizeof(*events)), cpu_to_node(cpu));
	if (!events)
		return -ENOMEM;
	smp_store_release(&ring->events, events);
	return 0;
}

static int add_rings(unsigned int cpu)
{
	struct mma_ring_pair *pair = &per_cpu(mma_rings, cpu);

	return add_ring(&pair->set[0], cpu) ?: add_ring(&pair->set[1], cpu);
}

/* Of a CPU that comes up, before it runs; one that goes down keeps its rings. A CPU must come up even if there is no memory. */
static int cpu_comes(unsigned int cpu)
{
	if (add_rings(cpu))
		pr_warn("no memory for the history of CPU %u: it will have none\n", cpu);
	return 0;
}

static int add_rings_online(void)
{
	int cpu, ret = 0;

	for_each_online_cpu(cpu)
		ret = ret ?: add_rings(cpu);
	return ret;
}

/*
 * For CPUs that are there already cpuhp_setup_state() would call cpu_comes() itself, but
 * on 5.10 it does not at CPUHP_BP_PREPARE_DYN: kernel/cpu.c:1975 tests for another state.
 */
static int add_all_rings(void)
{
	int ret;

	cpus_read_lock();
	ret = add_rings_online();
	if (!ret)
		ret = cpuhp_setup_state_nocalls_cpuslocked(CPUHP_BP_PREPARE_DYN, "mm/mmaudit:prepare", cpu_comes, NULL);
	cpus_read_unlock();
	return ret;
}

void mma_rings_exit(void)
{
	if (hotplug > 0)
		cpuhp_remove_state_nocalls(hotplug);
	hotplug = 0;
	mma_slot_mask = 0;
	free_rings();
}

/* kib: of each ring; 0: there will be none */
int mma_rings_init(unsigned int kib)
{
	int ret;

	BUILD_BUG_ON(sizeof(struct mma_event) != 40);
	if (!kib)
		return 0;
	mma_slot_mask = max_t(u64, LEAST, rounddown_pow_of_two((min(kib, 65536U) << 10) / sizeof(struct mma_event))) - 1;
	begun[written & 1] = mma_counter();
	ret = add_all_rings();
	hotplug = max(ret, 0);
	if (ret < 0)
		mma_rings_exit();
	return min(ret, 0);
}
