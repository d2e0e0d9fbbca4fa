// SPDX-License-Identifier: GPL-2.0
/* walk.c - finds and locks the entries of an address or a range, and passes them on one by one. */
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>

#include "bits.h"
#include "compat/entry.h"
#include "compat/rt.h"
#include "descend.h"
#include "facts.h"
#include "sieve.h"
#include "walk.h"

/*
 * For a probe: does not sleep. The unlock wakes tasks that wait for the lock, so no
 * scheduler lock may be held. Fails if the mm has no users: on 5.10 exit_mmap() tears
 * it down without the lock, and waits only for khugepaged to drop the lock first:
 * mm/mmap.c:3215, __khugepaged_exit().
 */
bool mma_mm_trylock(struct mm_struct *mm)
{
	if (!mma_may_try_mm() || !mmap_read_trylock(mm))
		return false;
	if (atomic_read(&mm->mm_users))
		return true;
	mmap_read_unlock(mm);
	return false;
}

void mma_mm_unlock(struct mm_struct *mm)
{
	mmap_read_unlock(mm);
}

/* Whether, at this moment, no other task holds mmap_lock for writing. For a probe, like mma_mm_trylock(). */
bool mma_mm_still(struct mm_struct *mm)
{
	if (mma_writes(&mm->mmap_lock))
		return true;
	if (!mma_mm_trylock(mm))
		return false;
	mma_mm_unlock(mm);
	return true;
}

/* The mapping that contains addr, unless it is hugetlb's. mmap_lock is held. */
struct vm_area_struct *mma_find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr && !is_vm_hugetlb_page(vma) ? vma : NULL;
}

/*
 * Whether the mmap() of its file is still running, which may set up vma as it likes: vma
 * is not yet among the mappings of its mm, and current holds mmap_lock for writing:
 * mmap_region() mm/mmap.c:1464 and :1535 (6.12).
 */
bool mma_is_being_mapped(const struct vm_area_struct *vma)
{
	return mma_writes(&vma->vm_mm->mmap_lock) && find_vma(vma->vm_mm, vma->vm_start) != vma;
}

u64 mma_peek(struct mm_struct *mm, unsigned long addr, u8 *level)
{
	struct mma_place at;
	u64 raw = mma_peek_at(mm, addr, &at);

	*level = at.level;
	return raw;
}

/* Sets what mma_peek_at() would, for an entry whose page-table lock is held. */
void mma_place_of(struct mma_place *at, pmd_t *pmdp, pte_t *ptep)
{
	at->pmd = pmdp;
	at->table = mma_pmd_raw(READ_ONCE(*pmdp));
	at->pte = ptep;
	at->level = MMA_LEVEL_PTE;
}

/* Reads the entries of [addr, end), up to the first huge one. Returns how many; *at is the place in the last table. */
unsigned int mma_peek_all(struct mm_struct *mm, unsigned long addr, unsigned long end, u64 *raws,
			  struct mma_place *at)
{
	unsigned long next;
	u64 *out = raws;
	pte_t *ptep;

	for (; addr < end; addr = next) {
		next = pmd_addr_end(addr, end);
		mma_find_place(mm, addr, at);
		if (at->table && !at->pte) {
			*out++ = at->table;
			break;
		}
		ptep = at->pte;
		for (; addr < next; addr += PAGE_SIZE)
			*out++ = ptep ? mma_pte_raw(READ_ONCE(*ptep++)) : 0;
	}
	return out - raws;
}

/*
 * A probe may not wait for a page-table lock. It tries for some microseconds, about
 * as long as such a lock is held, because an entry that is judged later cannot be
 * compared with what it was before.
 */
#define LOCK_TRIES 128

static bool lock(spinlock_t *ptl, bool wait)
{
	int tries = LOCK_TRIES;

	if (wait) {
		spin_lock(ptl);
		return true;
	}
	if (!mma_may_try_ptl())
		return false;
	while (!spin_trylock(ptl)) {
		if (!--tries)
			return false;
		cpu_relax();
	}
	return true;
}

/*
 * Takes the lock of a PMD entry, or of the table it points to. 1: locked, and the
 * entry is still *pmd; 0: it has changed; -1: the lock is busy. Preemption is off or
 * the rcu read lock held: 6.12 frees retracted tables after a grace period
 * (pte_free_defer).
 */
static int lock_pmd(struct mm_struct *mm, pmd_t *pmdp, pmd_t *pmd, spinlock_t **ptl, bool wait)
{
	*pmd = READ_ONCE(*pmdp);
	*ptl = mma_raw_is_table(mma_pmd_raw(*pmd)) ? pte_lockptr(mm, pmd) : pmd_lockptr(mm, pmdp);
	if (!lock(*ptl, wait))
		return -1;
	if (pmd_same(*pmd, READ_ONCE(*pmdp)))
		return 1;
	spin_unlock(*ptl);
	return 0;
}

bool mma_slot_trylock(struct mma_slot *slot, struct mm_struct *mm, unsigned long addr)
{
	struct mma_end at = mma_descend(mm, addr);
	pmd_t pmd;

	if (at.shift != PMD_SHIFT || lock_pmd(mm, at.entry, &pmd, &slot->ptl, false) <= 0)
		return false;
	slot->raw = mma_pmd_raw(pmd);
	slot->pte = mma_pte_below(slot->raw, addr);
	slot->level = mma_raw_none(slot->raw) ? MMA_LEVEL_NONE : MMA_LEVEL_PMD;
	if (slot->pte) {
		slot->level = MMA_LEVEL_PTE;
		slot->raw = mma_pte_locked(slot->pte);
	}
	return true;
}

void mma_slot_unlock(struct mma_slot *slot)
{
	spin_unlock(slot->ptl);
}

static void walk_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level,
		       struct mma_walk *w)
{
	u64 f = mma_entry_facts(raw, level);

	w->present += !!(f & MMA_F_PTE_PRESENT);
	if (!w->writable || (f & MMA_F_PTE_PRESENT && f & (MMA_F_PTE_WRITE | MMA_F_PTE_UFFD_WP)))
		w->fn(vma, addr, raw, level, w->arg);
}

/*
 * Visits the other writable entries of vma in this table that map the same large
 * folio as the present one at addr, each at the address its page belongs to; 511 at
 * most. w->fn is called for those that must be judged, w->granted counts the others;
 * without a sieve all must be judged.
 */
void mma_walk_folio(struct vm_area_struct *vma, const struct mma_slot *slot, unsigned long addr,
		    struct mma_walk *w)
{
	unsigned long pfn = pte_pfn(__pte(slot->raw));
	struct page *page = pfn_to_page(pfn);
	long first, before, after, i;
	struct mma_pass anon;
	struct folio *folio;
	u64 raw;
	int whole;

	if (slot->level != MMA_LEVEL_PTE || !pfn_valid(pfn) ||
	    mma_entry_facts(slot->raw, slot->level) & MMA_F_PTE_SPECIAL)
		return;
	folio = page_folio(page);
	if (!folio_test_large(folio))
		return;
	whole = max(0, mma_mapcount(page, true) - mma_mapcount(page, false));
	anon = w->sieve && mma_anon_no_ksm(folio) ? w->sieve->anon : mma_pass_none();
	first = pfn - folio_pfn(folio);
	before = min_t(long, first, (addr - max(vma->vm_start, addr & PMD_MASK)) >> PAGE_SHIFT);
	after = min_t(long, folio_nr_pages(folio) - first, (pmd_addr_end(addr, vma->vm_end) - addr) >> PAGE_SHIFT);
	for (i = -before; i < after; i++) {
		raw = mma_pte_locked(&slot->pte[i]);
		if (!i || !mma_raw_present(raw) || !mma_raw_write(raw) || mma_raw_pfn(raw) != pfn + i)
			continue;
		if (mma_passes(anon, raw) && mma_is_lone_part(page + i, whole))
			w->granted++;
		else
			w->fn(vma, addr + i * PAGE_SIZE, raw, MMA_LEVEL_PTE, w->arg);
	}
}

static void walk_ptes(struct vm_area_struct *vma, pte_t *ptep, unsigned long addr,
		      unsigned long end, struct mma_walk *w)
{
	u64 raw;

	for (; addr < end; addr += PAGE_SIZE, ptep++) {
		raw = mma_pte_locked(ptep);
		if (mma_raw_mapped(raw)) {
			w->present++;
			if (w->writable && !mma_raw_write(raw) && !(raw & MMA_RAW_UFFD))
				continue;
		} else if (w->writable || (mma_raw_none(raw) && !w->holes)) {
			continue;
		}
		w->fn(vma, addr, raw, MMA_LEVEL_PTE, w->arg);
	}
}

/*
 * The only loop whose cost matters: in a sweep or a large mprotect nearly all entries
 * pass through it. Returns the first one that must be judged, or end.
 */
static noinline pte_t *sift(struct mma_walk *w, pte_t *at, pte_t *end)
{
	const struct mma_sieve *s = w->sieve;
	const struct mma_pass anon = s->anon;
	u64 readonly = 0, granted = 0, raw;

	for (; at < end; at++) {
		raw = mma_pte_raw(READ_ONCE(*at));
		if (mma_is_sound_anon(anon, raw))
			granted++;
		else if (!mma_raw_mapped(raw))
			continue;
		else if (!mma_raw_write(raw) && !mma_is_marked_wrong(s, raw))
			readonly++;
		else if (mma_is_sound_file(s, raw))
			granted++;
		else
			break;
	}
	w->readonly += readonly;
	w->granted += granted;
	w->present += readonly + granted;
	return at;
}

static void sift_ptes(struct vm_area_struct *vma, pte_t *ptep, unsigned long addr,
		      unsigned long end, struct mma_walk *w)
{
	pte_t *first = ptep, *last = ptep + ((end - addr) >> PAGE_SHIFT);

	for (; ; ptep++) {
		ptep = sift(w, ptep, last);
		if (ptep == last)
			break;
		w->present++;
		w->fn(vma, addr + ((ptep - first) << PAGE_SHIFT), mma_pte_locked(ptep), MMA_LEVEL_PTE, w->arg);
	}
}

static unsigned long walk_table(struct vm_area_struct *vma, pte_t *ptep, unsigned long addr,
				unsigned long end, struct mma_walk *w)
{
	end = min(end, addr + ((unsigned long)max(w->budget, 0) << PAGE_SHIFT));
	w->budget -= (end - addr) >> PAGE_SHIFT;
	if (w->sieve)
		sift_ptes(vma, ptep, addr, end, w);
	else
		walk_ptes(vma, ptep, addr, end, w);
	return end;
}

/* For an entry that points to no table. Returns the address of the next one. */
static unsigned long walk_huge(struct vm_area_struct *vma, u64 raw, u8 level, unsigned long addr,
			       struct mma_walk *w)
{
	unsigned long size = mma_level_size(level);

	walk_entry(vma, addr & -size, raw, level, w);
	return (addr & -size) + size;
}

/* The end of the 1 << shift bytes at addr that one entry maps, or `end` if that is lower. */
static unsigned long end_of(unsigned long addr, unsigned int shift, unsigned long end)
{
	unsigned long next = ((addr >> shift) + 1) << shift;

	return next - 1 < end - 1 ? next : end;
}

/* Returns where to go on: addr again if the entry has changed or its lock is busy. *busy: the walk must end here. */
static unsigned long walk_pmd(struct vm_area_struct *vma, pmd_t *pmdp, unsigned long addr,
			      unsigned long end, struct mma_walk *w, bool *busy)
{
	unsigned long next = addr;
	spinlock_t *ptl;
	pte_t *ptep;
	int locked;
	pmd_t pmd;

	rcu_read_lock();
	locked = lock_pmd(vma->vm_mm, pmdp, &pmd, &ptl, w->wait);
	if (locked > 0) {
		next = end_of(addr, PMD_SHIFT, end);
		ptep = mma_pte_below(mma_pmd_raw(pmd), addr);
		if (ptep)
			next = walk_table(vma, ptep, addr, next, w);
		else if (!pmd_none(pmd))
			next = walk_huge(vma, mma_pmd_raw(pmd), MMA_LEVEL_PMD, addr, w);
		else if (w->holes)
			w->fn(vma, addr, 0, MMA_LEVEL_NONE, w->arg);
		spin_unlock(ptl);
		w->tables++;
	}
	rcu_read_unlock();
	*busy = locked < 0 || (!locked && !w->wait);
	return next;
}

/*
 * A PUD entry that is not empty and points to no table is a huge or a migration
 * entry. huge_pte_lockptr() takes the same lock for it, and so does DAX.
 */
static unsigned long walk_pud(struct vm_area_struct *vma, pud_t *pudp, unsigned long addr,
			      unsigned long end, struct mma_walk *w, bool *busy)
{
	spinlock_t *ptl = pud_lockptr(vma->vm_mm, pudp);
	unsigned long next = addr;
	u64 raw;

	*busy = !lock(ptl, w->wait);
	if (*busy)
		return addr;
	raw = mma_pud_raw(READ_ONCE(*pudp));
	if (mma_raw_none(raw)) {
		next = end_of(addr, PUD_SHIFT, end);
		if (w->holes)
			w->fn(vma, addr, 0, MMA_LEVEL_NONE, w->arg);
	} else if (!mma_raw_is_table(raw))
		next = walk_huge(vma, raw, MMA_LEVEL_PUD, addr, w);
	spin_unlock(ptl);
	w->tables++;
	return next;
}

/*
 * Calls w->fn for each entry of [start, end) that is not empty, under its page-table
 * lock; with w->holes for empty ones, too, but for the top two levels. Each entry takes
 * one from w->budget, and so does each table, present or not. Returns where it stopped;
 * if it came through, that is end, or the end of a last huge entry, so that a walk that
 * goes on there does not meet it again.
 */
unsigned long mma_walk(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		       struct mma_walk *w)
{
	unsigned long addr = start;
	bool busy = false;
	struct mma_end at;

	while (addr < end && w->budget-- > 0 && !busy) {
		at = mma_descend(vma->vm_mm, addr);
		if ((mma_raw_none(at.raw) && !w->holes) || at.shift > PUD_SHIFT)
			addr = end_of(addr, at.shift, end);
		else if (at.shift == PMD_SHIFT)
			addr = walk_pmd(vma, at.entry, addr, end, w, &busy);
		else
			addr = walk_pud(vma, at.entry, addr, end, w, &busy);
	}
	return addr;
}

/* For reading. Others may hold the lock as long as they like: it is not waited for, or only until the task is killed. */
static bool lock_sleeping(struct rw_semaphore *sem, struct mma_walk *w)
{
	w->busy = w->nowait ? !down_read_trylock(sem) : !!down_read_killable(sem);
	return !w->busy;
}

static bool lock_mm(struct mm_struct *mm, struct mma_walk *w)
{
	w->busy = w->nowait ? !mmap_read_trylock(mm) : !!mmap_read_lock_killable(mm);
	return !w->busy;
}

/*
 * hugetlb unshares the PMD tables of shared mappings under i_mmap_rwsem, which it
 * holds for writing: huge_pte_offset(), include/linux/hugetlb.h:199 (6.12).
 */
static unsigned long walk_vma(struct vm_area_struct *vma, unsigned long addr, unsigned long end,
			      struct mma_walk *w)
{
	struct address_space *shared = NULL;

	if (mma_shares_tables(vma))
		shared = vma->vm_file->f_mapping;
	if (shared && !lock_sleeping(&shared->i_mmap_rwsem, w))
		return addr;
	addr = mma_walk(vma, addr, end, w);
	if (shared)
		i_mmap_unlock_read(shared);
	return addr;
}

/*
 * One step through [addr, end) of an address space. Holds mmap_lock until w->budget
 * is spent; each mapping takes one from it, too. May sleep. Returns where to go on,
 * end if there is nothing left; w->busy is set if a lock was not to be had.
 */
unsigned long mma_step(struct mm_struct *mm, unsigned long addr, unsigned long end,
		       struct mma_walk *w)
{
	struct vm_area_struct *vma;

	if (!lock_mm(mm, w))
		return addr;
	while (addr < end && w->budget > 0 && !w->busy) {
		vma = find_vma(mm, addr);
		if (!vma || vma->vm_start >= end) {
			addr = end;
			break;
		}
		w->budget--;
		if (w->vma)
			w->vma(vma, w->arg);
		addr = walk_vma(vma, max(addr, vma->vm_start), min(end, vma->vm_end), w);
	}
	mmap_read_unlock(mm);
	cond_resched();
	return addr;
}
