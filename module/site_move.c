// SPDX-License-Identifier: GPL-2.0
/* site_move.c - entries rewritten by range, before and after; handlers of migration's restore. */
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/rmap.h>

#include "mma.h"
#include "range.h"

#define WALK_BUDGET 512		/* entries one return handler looks at */

static void remember(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level, void *arg)
{
	struct mma_range *r = arg;
	unsigned long i = (max(addr, r->f.addr) - r->f.addr) >> PAGE_SHIFT;

	if (i >= MMA_OLDS)
		return;
	r->olds[i] = raw;
	r->seen |= 1ULL << i;
}

void mma_range_before(struct mma_range *r)
{
	unsigned long addr = r->f.addr, end = min(r->f.end, addr + MMA_OLDS * PAGE_SIZE);
	u8 level;
	u64 raw;

	r->seen = 0;
	for (; addr < end; addr += PAGE_SIZE) {
		raw = mma_peek(r->f.mm, addr, &level);
		remember(r->f.vma, addr, raw, level, r);
		if (level == MMA_LEVEL_PMD)
			break;
		if (level == MMA_LEVEL_NONE && IS_ALIGNED(addr, PMD_SIZE) && end - addr >= PMD_SIZE)
			break;
	}
}

struct after {
	struct mma_range *r;
	enum mma_site site;
	enum mma_point point;
	u64 context;
};

static void judge_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level,
			void *arg)
{
	const struct after *a = arg;
	unsigned long i = (max(addr, a->r->f.addr) - a->r->f.addr) >> PAGE_SHIFT;
	bool known = i < MMA_OLDS && (a->r->seen & 1ULL << i);
	struct mma_hit hit = {
		.site = a->site, .point = a->point, .level = level, .addr = addr,
		.ip = a->r->f.ip, .old = known ? a->r->olds[i] : 0, .new = raw,
		.flags = known ? MMA_DEC_OLD_LOCKLESS : MMA_DEC_OLD_UNKNOWN,
	};
	u64 before = known ? mma_entry_facts(hit.old, level) : 0;
	u64 now = mma_entry_facts(raw, level);

	if (!(now & MMA_F_PTE_PRESENT))
		return;
	if (a->r->folio && !mma_maps_folio(raw, level, a->r->folio))
		return;
	/* Writable before and after: not granted here. */
	if (mma_all(before, MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE) && !(before & MMA_F_PTE_PROTNONE))
		return;
	/* Migration restores only what it took away. */
	if (a->point == MMA_POINT_MIGRATE && (level == MMA_LEVEL_PMD ||
					      (known && !(before & MMA_F_PTE_SWAP))))
		return;
	if (!(now & MMA_F_PTE_WRITE) || (now & MMA_F_PTE_PROTNONE))
		hit.verdict = MMA_DENIED;
	else
		hit.verdict = known ? MMA_GRANTED : MMA_WRITABLE;
	mma_facts(&hit, vma, a->context | MMA_F_LOCK_PTL |
		  (hit.verdict == MMA_GRANTED ? MMA_F_AT_GRANT : 0));
	mma_judge(&hit);
}

void mma_range_after(struct mma_range *r, enum mma_site site, enum mma_point point, u64 context)
{
	struct after a = { .r = r, .site = site, .point = point, .context = context };
	struct mma_hit rest = {
		.site = site, .point = point, .mm = r->f.mm, .ip = r->f.ip,
		.flags = MMA_DEC_OLD_UNKNOWN,
	};

	rest.addr = mma_walk(r->f.vma, r->f.addr, r->f.end, false, WALK_BUDGET, judge_entry, &a);
	if (rest.addr < r->f.end)
		mma_suspect(&rest, r->f.end);
}

/*
 * remove_migration_pte(folio, vma, addr, arg): rmap lock and folio lock, no
 * mmap_lock; page-table lock dropped at return. The rmap lock keeps vma and
 * page tables.
 */
static int migrate_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct folio *folio = (void *)regs_get_kernel_argument(regs, 0);

	mma_point_hit(MMA_POINT_MIGRATE);
	r->f.vma = (void *)regs_get_kernel_argument(regs, 1);
	if (is_vm_hugetlb_page(r->f.vma))
		return 1;
	r->f.mm = r->f.vma->vm_mm;
	r->f.addr = regs_get_kernel_argument(regs, 2) & PAGE_MASK;
	r->f.end = min(r->f.addr + folio_size(folio), r->f.vma->vm_end);
	r->f.ip = mma_return_address(regs);
	/* Copies made by COW lie between the pages of a large folio; nobody locked them for this. */
	r->folio = folio;
	mma_range_before(r);
	return 0;
}
NOKPROBE_SYMBOL(migrate_enter);

static int migrate_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_after((void *)ri->data, MMA_SITE_MIGRATION, MMA_POINT_MIGRATE,
			MMA_F_NEED_PAGE_LOCK);
	return 0;
}
NOKPROBE_SYMBOL(migrate_leave);

struct mma_probe mma_probe_migrate = { .rp = {
	.entry_handler = migrate_enter, .handler = migrate_leave,
	.data_size = sizeof(struct mma_range), .maxactive = 256 } };

/* remove_migration_pmd(pvmw, new): pmd lock held at entry and return. */
static int migrate_pmd_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct page_vma_mapped_walk *pvmw = (void *)regs_get_kernel_argument(regs, 0);
	struct mma_frame *fr = (void *)ri->data;

	mma_point_hit(MMA_POINT_MIGRATE_PMD);
	fr->vma = pvmw->vma;
	fr->addr = pvmw->address & PMD_MASK;
	fr->ip = mma_return_address(regs);
	fr->old = mma_peek(fr->vma->vm_mm, fr->addr, &fr->level);
	return 0;
}
NOKPROBE_SYMBOL(migrate_pmd_enter);

static int migrate_pmd_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_frame *fr = (void *)ri->data;
	struct mma_hit hit = {
		.site = MMA_SITE_MIGRATION_PMD, .point = MMA_POINT_MIGRATE_PMD,
		.addr = fr->addr, .ip = fr->ip, .old = fr->old,
	};
	u64 f;

	hit.new = mma_peek(fr->vma->vm_mm, fr->addr, &hit.level);
	f = mma_entry_facts(hit.new, hit.level);
	if (hit.level != MMA_LEVEL_PMD || !(f & MMA_F_PTE_PRESENT))
		return 0;
	hit.verdict = f & MMA_F_PTE_WRITE ? MMA_GRANTED : MMA_DENIED;
	mma_facts(&hit, fr->vma, MMA_F_LOCK_PTL | MMA_F_NEED_PAGE_LOCK |
		  (hit.verdict == MMA_GRANTED ? MMA_F_AT_GRANT : 0));
	mma_judge(&hit);
	return 0;
}
NOKPROBE_SYMBOL(migrate_pmd_leave);

struct mma_probe mma_probe_migrate_pmd = { .rp = {
	.entry_handler = migrate_pmd_enter, .handler = migrate_pmd_leave,
	.data_size = sizeof(struct mma_frame), .maxactive = 256 } };
