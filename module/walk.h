/* SPDX-License-Identifier: GPL-2.0 */
/* walk.h - what walk.c offers: the entry of an address, locked or not, and all entries of a range. */
#ifndef MMA_WALK_H
#define MMA_WALK_H

#include <linux/mm.h>
#include <linux/spinlock_types.h>

#include "descend.h"
#include "sieve.h"

/* mmap_lock in a probe */
bool mma_mm_trylock(struct mm_struct *mm);
bool mma_mm_still(struct mm_struct *mm);
void mma_mm_unlock(struct mm_struct *mm);
struct vm_area_struct *mma_find_vma(struct mm_struct *mm, unsigned long addr);

/* A kernel with lockdep asserts it. */
static inline void mma_assert_locked(struct mm_struct *mm)
{
	lockdep_assert_held(&mm->mmap_lock);
}

/* Without the page-table lock */
u64 mma_peek(struct mm_struct *mm, unsigned long addr, u8 *level);
unsigned int mma_peek_all(struct mm_struct *mm, unsigned long addr, unsigned long end, u64 *raws,
			  struct mma_place *at);
void mma_place_of(struct mma_place *at, pmd_t *pmdp, pte_t *ptep);

/* With it */
struct mma_slot {			/* one locked entry */
	u64 raw;
	pte_t *pte;			/* at MMA_LEVEL_PTE */
	spinlock_t *ptl;
	u8 level;
};

bool mma_slot_trylock(struct mma_slot *slot, struct mm_struct *mm, unsigned long addr);
void mma_slot_unlock(struct mma_slot *slot);

/* One after the other */
typedef void (*mma_entry_fn)(struct vm_area_struct *vma, unsigned long addr,
			     u64 raw, u8 level, void *arg);

struct mma_walk {
	mma_entry_fn fn;
	void (*vma)(struct vm_area_struct *vma, void *arg);	/* mma_step(): told of each, or NULL */
	void *arg;
	int budget;			/* what it may still look at */
	bool wait;			/* for a busy lock, which else ends the walk */
	bool nowait;			/* mma_step(): not for mmap_lock or i_mmap_rwsem, which others may hold for long */
	bool busy;			/* mma_step(): one of these was, or its waiter is killed */
	bool writable;			/* tell only of entries that are */
	const struct mma_sieve *sieve;	/* and only of what it holds back, or NULL */
	u64 present, tables;		/* looked at so far */
	u64 readonly, granted;		/* let through by the sieve */
};

void mma_walk_folio(struct vm_area_struct *vma, const struct mma_slot *slot, unsigned long addr,
		    struct mma_walk *w);
unsigned long mma_walk(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		       struct mma_walk *w);
unsigned long mma_step(struct mm_struct *mm, unsigned long addr, unsigned long end,
		       struct mma_walk *w);

#endif /* MMA_WALK_H */
