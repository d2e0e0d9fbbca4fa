/* SPDX-License-Identifier: GPL-2.0 */
/* walk.h - the entry of an address, locked or not, and all entries of a range. */
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
bool mma_is_being_mapped(const struct vm_area_struct *vma);
struct vm_area_struct *mma_find_vma(struct mm_struct *mm, unsigned long addr);

/* Checked on a kernel with lockdep. */
static inline void mma_assert_locked(struct mm_struct *mm)
{
	lockdep_assert_held(&mm->mmap_lock);
}

/* Without the page-table lock */
u64 mma_peek(struct mm_struct *mm, unsigned long addr, u8 *level);
unsigned int mma_peek_all(struct mm_struct *mm, unsigned long addr, unsigned long end, u64 *raws,
			  struct mma_place *at);
void mma_place_of(struct mma_place *at, pmd_t *pmdp, pte_t *ptep);

/* With the page-table lock */
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
	void (*vma)(struct vm_area_struct *vma, void *arg);	/* mma_step() calls it for each mapping, if not NULL */
	void *arg;
	int budget;			/* entries and tables it may still look at */
	bool wait;			/* for a busy page-table lock; else that ends the walk */
	bool nowait;			/* mma_step(): do not wait for mmap_lock or i_mmap_rwsem */
	bool busy;			/* mma_step(): one of these was not to be had, or the task was killed */
	bool writable;			/* call fn for writable entries only */
	bool holes;			/* call fn for empty entries, too */
	const struct mma_sieve *sieve;	/* call fn only for entries it finds neither sound nor read-only; or NULL */
	u64 present, tables;		/* how many it has looked at */
	u64 readonly, granted;		/* how many the sieve has settled */
};

void mma_walk_folio(struct vm_area_struct *vma, const struct mma_slot *slot, unsigned long addr,
		    struct mma_walk *w);
unsigned long mma_walk(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		       struct mma_walk *w);
unsigned long mma_step(struct mm_struct *mm, unsigned long addr, unsigned long end,
		       struct mma_walk *w);

#endif /* MMA_WALK_H */
