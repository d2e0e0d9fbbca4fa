/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rt.h - what PREEMPT_RT makes of the locks that probes try: a page-table lock is an
 * rt_mutex, and mmap_lock has another shape.
 *
 * Both may be tried where preemption or interrupts are off, and their unlock does not
 * sleep: mm/page_alloc.c:7952 (7.2) says where they may not, in an interrupt or an NMI, as
 * which an int3 counts. Who unlocks mmap_lock for reading may find interrupts on
 * afterwards: __rwbase_read_unlock() kernel/locking/rwbase_rt.c:170 (6.12).
 */
#ifndef MMA_COMPAT_RT_H
#define MMA_COMPAT_RT_H

#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/rwsem.h>
#include <linux/sched.h>

static inline bool mma_may_try_ptl(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || !(in_nmi() || hardirq_count());
}

static inline bool mma_may_try_mm(void)
{
	return mma_may_try_ptl() && !(IS_ENABLED(CONFIG_PREEMPT_RT) && irqs_disabled());
}

/* Whether current holds it for writing. */
#ifdef CONFIG_PREEMPT_RT
static inline bool mma_writes(const struct rw_semaphore *sem)
{
	unsigned long owner = (unsigned long)READ_ONCE(sem->rwbase.rtmutex.owner);

	/* Who waits for it is noted in bit 0, kernel/locking/rtmutex_common.h:165 (6.12). */
	return atomic_read(&sem->rwbase.readers) == WRITER_BIAS && (owner & ~1UL) == (unsigned long)current;
}
#else
/* For a reader the owner has flag bits: kernel/locking/rwsem.c:145 (6.12) */
static inline bool mma_writes(const struct rw_semaphore *sem)
{
	return atomic_long_read(&sem->owner) == (long)current;
}
#endif

#endif /* MMA_COMPAT_RT_H */
