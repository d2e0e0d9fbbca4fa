// SPDX-License-Identifier: GPL-2.0
/* site_unmap.c - handlers of what takes the page away from an entry: its marks must stay behind. */
#include <linux/hugetlb.h>
#include <linux/mm.h>

#include "bits.h"
#include "facts.h"
#include "mma.h"
#include "range.h"

static bool unmap_before(struct mma_range *r, struct folio *folio)
{
	u8 level;
	u64 raw;

	r->f.quiet = mma_quiet(r->f.mm, false);	/* before the look */
	raw = mma_peek(r->f.mm, r->f.addr, &level);
	if (level != MMA_LEVEL_PMD) {
		r->folio = folio;
		mma_range_before(r);
		return true;
	}
	/* It may be split on the way: what the huge entry had each of its pieces must keep. */
	r->had = mma_entry_facts(raw, level) & MMA_MARKS;
	return mma_maps_folio(raw, level, folio) && r->had;
}

/*
 * try_to_unmap_one(folio, vma, addr, flags), try_to_migrate_one(the same): folio
 * lock and rmap lock held, the latter keeps vma and page tables; page-table lock
 * dropped at return. Most mappings track nothing: no need to see the return.
 */
static int enter(struct mma_range *r, struct pt_regs *regs, enum mma_point point)
{
	struct page *page = (void *)mma_arg(regs, 0);
	struct vm_area_struct *vma = (void *)mma_arg(regs, 1);
	unsigned long addr = mma_arg(regs, 2) & PAGE_MASK;
	struct folio *folio = page_folio(page);	/* 5.10 hands over a page */

	mma_range_init(r, MMA_SITE_UNMAP, point, mma_folio_facts(folio) | MMA_F_TAKEN, regs);
	/* The entry of a poisoned page kills whoever touches it: no mark counts. */
	if (!mma_tracked(vma) || mma_shares_tables(vma) || PageHWPoison(page))
		return 1;
	mma_range_of(r, vma, addr, min(addr + folio_size(folio), vma->vm_end));
	return !unmap_before(r, folio);
}

static u64 marks_before(const struct mma_range *r, unsigned int i, u64 *old)
{
	*old = 0;
	if (r->had)
		return r->had;
	if (i >= MMA_OLDS)
		return mma_range_marks(r, i);
	if (!mma_maps_folio(r->olds[i], MMA_LEVEL_PTE, r->folio))
		return 0;
	*old = r->olds[i];
	return mma_entry_facts(*old, MMA_LEVEL_PTE) & MMA_MARKS;
}

/* False: nothing more to see, for there is no page table. What is wrong goes to r->found. */
static bool look(const struct mma_range *r, unsigned long addr, u64 before, u64 old)
{
	struct mma_hit hit = {
		.site = r->site, .point = r->point, .verdict = MMA_DENIED, .addr = addr,
		.ip = r->f.ip, .old = old, .before = before,
		.flags = old ? MMA_DEC_OLD_LOCKLESS : MMA_DEC_OLD_UNKNOWN,
	};
	struct mma_slot slot;
	u32 broken = 0;
	u64 now;

	if (!mma_slot_trylock(&slot, r->f.mm, addr)) {
		mma_event(MMA_UNSURE);
		return true;
	}
	hit.new = slot.raw;
	hit.level = slot.level;
	now = mma_entry_facts(hit.new, hit.level);
	/* Of a large page any may be poisoned, not the first alone: try_to_migrate_one() mm/rmap.c:2247 (6.12) */
	if (!(now & MMA_F_PTE_PRESENT) && (before & ~now) && !mma_is_poisoned(hit.new, hit.level)) {
		mma_facts(&hit, r->f.vma, (r->context & ~MMA_F_KEEPS) | MMA_F_LOCK_PTL |
			  mma_keeps(r->f.mm, r->f.quiet, before & ~now));
		broken = mma_decide(&hit);
	}
	mma_slot_unlock(&slot);
	if (unlikely(broken))
		mma_batch_add(r->found, &hit, broken);
	return slot.level == MMA_LEVEL_PTE;
}

static void look_at_all(struct mma_range *r)
{
	struct mma_batch found;
	unsigned long addr;
	u64 before, old;

	found.nr = 0;
	r->found = &found;
	for (addr = r->f.addr; addr < r->f.end; addr += PAGE_SIZE) {
		unsigned int i = (addr - r->f.addr) >> PAGE_SHIFT;

		if (!r->had && i >= r->known)
			break;
		before = marks_before(r, i, &old);
		if (before && !look(r, addr, before, old))
			break;
	}
	r->found = NULL;
	mma_batch_tell(&found);
}

/* Only under mmap_lock can anybody tell whether a mark may go, see mma_uffd_features(). */
void mma_unmap_after(struct mma_range *r)
{
	bool locked = mma_mm_trylock(r->f.mm);

	r->context |= locked ? MMA_F_LOCK_MM : 0;
	look_at_all(r);
	if (!locked)
		return;
	r->context &= ~MMA_F_LOCK_MM;
	mma_mm_unlock(r->f.mm);
}

static int unmap_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return enter((void *)ri->data, regs, MMA_POINT_UNMAP);
}
NOKPROBE_SYMBOL(unmap_enter);

static int unmap_migrate_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return enter((void *)ri->data, regs, MMA_POINT_UNMAP_MIGRATE);
}
NOKPROBE_SYMBOL(unmap_migrate_enter);

static int unmap_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_unmap_after((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(unmap_leave);

struct mma_probe mma_probe_unmap = MMA_RANGE_PROBE(unmap_enter, unmap_leave, 256);
struct mma_probe mma_probe_unmap_migrate = MMA_RANGE_PROBE(unmap_migrate_enter, unmap_leave, 256);
