// SPDX-License-Identifier: GPL-2.0
/* site_move.c - handlers of what is restored after migration, or once a device let go of it. */
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/rmap.h>

#include "bits.h"
#include "facts.h"
#include "mma.h"
#include "range.h"

/*
 * remove_migration_pte(folio, vma, addr, arg): rmap lock and folio lock, no
 * mmap_lock; page-table lock dropped at return. The rmap lock keeps vma and
 * page tables, migration's own reference keeps a write fault from taking the
 * page (wp_can_reuse_anon_folio() mm/memory.c:3586 in 6.12).
 */
static int migrate_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct folio *folio = (void *)mma_arg(regs, 0);
	struct vm_area_struct *vma = (void *)mma_arg(regs, 1);
	unsigned long addr = mma_arg(regs, 2) & PAGE_MASK;

	mma_range_init(r, MMA_SITE_MIGRATION, MMA_POINT_MIGRATE,
		       MMA_F_NEED_PAGE_LOCK | MMA_F_PAGE_SAME | MMA_F_KEEPS, regs);
	if (mma_shares_tables(vma))
		return 1;
	mma_range_of(r, vma, addr, min(addr + folio_size(folio), vma->vm_end));
	/* Copies made by COW lie between the pages of a large folio; nobody locked them for this. */
	r->folio = folio;
	mma_range_before(r);
	return 0;
}
NOKPROBE_SYMBOL(migrate_enter);

/* Huge again: remove_migration_pmd() was seen, and a suspect of the range would be judged as one of here. */
static int migrate_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	u8 level;

	mma_peek(r->f.mm, r->f.addr, &level);
	if (level != MMA_LEVEL_PMD || is_vm_hugetlb_page(r->f.vma))
		mma_range_after(r);
	return 0;
}
NOKPROBE_SYMBOL(migrate_leave);

struct mma_probe mma_probe_migrate = MMA_RANGE_PROBE(migrate_enter, migrate_leave, 256);

/*
 * One entry, whose page-table lock is held at entry and return, and the page
 * lock; mmap_lock or the vma lock is where `context` says so.
 */
static void restore_init(struct mma_frame *fr, struct vm_area_struct *vma, unsigned long addr,
			 const struct pt_regs *regs)
{
	fr->vma = vma;
	fr->addr = addr;
	fr->ip = mma_return_address(regs);
	fr->old = mma_peek(vma->vm_mm, addr, &fr->at.level);
}

static void restored(const struct mma_frame *fr, struct mma_hit *hit, u8 level, u64 context)
{
	u64 f;

	hit->addr = fr->addr;
	hit->ip = fr->ip;
	hit->old = fr->old;
	hit->new = mma_peek(fr->vma->vm_mm, fr->addr, &hit->level);
	f = mma_entry_facts(hit->new, hit->level);
	if (hit->level != level || !(f & MMA_F_PTE_PRESENT))
		return;
	hit->verdict = f & MMA_F_PTE_WRITE ? MMA_GRANTED : MMA_DENIED;
	hit->before = mma_entry_facts(fr->old, fr->at.level);
	mma_facts(hit, fr->vma, context | MMA_F_LOCK_PTL | MMA_F_NEED_PAGE_LOCK | MMA_F_KEEPS |
		  (hit->verdict == MMA_GRANTED ? MMA_F_AT_GRANT : 0));
	mma_judge(hit);
}

/* remove_migration_pmd(pvmw, new): rmap lock alone besides, which keeps vma and page tables. */
static int migrate_pmd_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct page_vma_mapped_walk *pvmw = (void *)mma_arg(regs, 0);

	mma_point_hit(MMA_POINT_MIGRATE_PMD);
	restore_init((void *)ri->data, pvmw->vma, pvmw->address & PMD_MASK, regs);
	return 0;
}
NOKPROBE_SYMBOL(migrate_pmd_enter);

static int migrate_pmd_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_hit hit = { .site = MMA_SITE_MIGRATION_PMD, .point = MMA_POINT_MIGRATE_PMD };
	const struct mma_frame *fr = (void *)ri->data;
	bool locked = mma_mm_trylock(fr->vma->vm_mm);

	restored(fr, &hit, MMA_LEVEL_PMD, MMA_F_PAGE_SAME | (locked ? MMA_F_LOCK_MM : 0));
	if (locked)
		mma_mm_unlock(fr->vma->vm_mm);
	return 0;
}
NOKPROBE_SYMBOL(migrate_pmd_leave);

struct mma_probe mma_probe_migrate_pmd = { .rp = {
	.entry_handler = migrate_pmd_enter, .handler = migrate_pmd_leave,
	.data_size = sizeof(struct mma_frame), .maxactive = 256 } };

/* restore_exclusive_pte(vma, ..., addr, ptep, ...): by a fault or by fork, so the mapping's lock is held, too. */
static int exclusive_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	unsigned long addr = mma_arg(regs, MMA_EXCLUSIVE_ADDR_ARG) & PAGE_MASK;

	mma_point_hit(MMA_POINT_EXCLUSIVE);
	restore_init((void *)ri->data, vma, addr, regs);
	return 0;
}
NOKPROBE_SYMBOL(exclusive_enter);

static int exclusive_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_hit hit = { .site = MMA_SITE_DEVICE_EXCLUSIVE, .point = MMA_POINT_EXCLUSIVE };

	restored((void *)ri->data, &hit, MMA_LEVEL_PTE, MMA_F_LOCK_MM);
	return 0;
}
NOKPROBE_SYMBOL(exclusive_leave);

struct mma_probe mma_probe_exclusive = { .rp = {
	.entry_handler = exclusive_enter, .handler = exclusive_leave,
	.data_size = sizeof(struct mma_frame), .maxactive = 64 } };
