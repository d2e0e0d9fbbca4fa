// SPDX-License-Identifier: GPL-2.0
/* site_rmap.c - handlers of what works on one page's entries: migration, device-exclusive, unmap, writeback, KSM. */
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/rmap.h>

#include "judge.h"
#include "quiet.h"
#include "range.h"
#include "record.h"
#include "walk.h"

/* The pages of the folio that lie before the mapping: rmap walks hand the begin of the mapping then. */
static unsigned long pages_before(struct vm_area_struct *vma, unsigned long addr, struct folio *folio)
{
	const unsigned long at = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT), first = mma_pgoff(&folio->page);

	if (is_vm_hugetlb_page(vma) || !folio_test_large(folio) || at < first || at - first >= folio_nr_pages(folio))
		return 0;
	return at - first;
}

/* The rmap lock, which each caller holds, keeps vma, and the folio lock keeps the folio whole. */
static void set_range(struct mma_range *r, struct vm_area_struct *vma, unsigned long addr, struct folio *folio)
{
	const unsigned long bytes = folio_size(folio) - (pages_before(vma, addr, folio) << PAGE_SHIFT);

	mma_range_set(r, vma, addr, min(addr + bytes, vma->vm_end));
	r->folio = folio;
}

static bool maps_folio(const struct mma_range *r)
{
	unsigned long addr;
	u8 level;
	u64 raw;

	for (addr = r->f.addr; addr < r->f.end; addr += PAGE_SIZE) {
		raw = mma_peek(r->f.mm, addr, &level);
		if (mma_entry_facts(raw, level) & MMA_F_PTE_PRESENT && mma_maps_folio(raw, level, r->folio))
			return true;
		if (level != MMA_LEVEL_PTE)
			break;
	}
	return false;
}

/* A mapping is walked, too, that has other pages there: then nothing happens, and nothing is told. Of one entry it is seen. */
static noinline void begin_note(struct mma_range *r, u64 takes, u64 sets)
{
	if (r->f.end - r->f.addr == PAGE_SIZE || maps_folio(r))
		mma_range_begin_note(r, takes, sets);
}

/*
 * remove_migration_pte(folio, vma, addr, arg): rmap lock and folio lock are held,
 * not mmap_lock; the page-table lock is dropped at return. The rmap lock keeps vma
 * and page tables. Migration's own reference keeps a write fault from reusing the
 * page: wp_can_reuse_anon_folio() mm/memory.c:3586 (6.12).
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
	/* Between the pages of a large folio may lie copies that COW has made; they are not locked here. */
	set_range(r, vma, addr, folio);
	mma_range_will_note(r, MMA_F_PTE_SWAP, MMA_F_PTE_PRESENT);
	mma_range_remember(r);
	return 0;
}
NOKPROBE_SYMBOL(migrate_enter);

/* A huge entry was judged at remove_migration_pmd(); as part of this range it would be said to come from here. */
static int migrate_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	u8 level;

	if (unlikely(r->noted.begun) && r->f.end - r->f.addr > PAGE_SIZE && !maps_folio(r))
		r->noted.begun = 0;
	mma_peek(r->f.mm, r->f.addr, &level);
	if (level != MMA_LEVEL_PMD || is_vm_hugetlb_page(r->f.vma))
		mma_range_judge(r);
	return 0;
}
NOKPROBE_SYMBOL(migrate_return);

struct mma_probe mma_probe_MIGRATE = MMA_RANGE_PROBE(migrate_enter, migrate_return, 256);

/*
 * For one entry, whose page-table lock and page lock are held at entry and return.
 * mmap_lock or the vma lock is held only if `context` says so.
 */
static void init_restored(struct mma_frame *fr, struct vm_area_struct *vma, unsigned long addr,
			  const struct pt_regs *regs)
{
	fr->vma = vma;
	fr->addr = addr;
	fr->ip = mma_return_address(regs);
	fr->old = mma_peek(vma->vm_mm, addr, &fr->at.level);
}

static void note_restored(const struct mma_frame *fr, const struct mma_hit *hit, u64 is)
{
	mma_note(&(struct mma_note){
		.where = mma_where(fr->addr, MMA_EVENT_BACK, hit->level), .what = fr->old, .mm = fr->vma->vm_mm,
		.change = mma_change(hit->before, is, hit->site), .ip = fr->ip });
}

static void judge_restored(const struct mma_frame *fr, struct mma_hit *hit, u8 level, u64 context)
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
	if (mma_noting(fr->vma))
		note_restored(fr, hit, f);
	mma_facts(hit, fr->vma, context | MMA_F_LOCK_PTL | MMA_F_NEED_PAGE_LOCK | MMA_F_KEEPS |
		  (hit->verdict == MMA_GRANTED ? MMA_F_AT_GRANT : 0));
	mma_judge(hit);
}

/* remove_migration_pmd(pvmw, new): the rmap lock is held, too, which keeps vma and page tables. */
static int migrate_pmd_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct page_vma_mapped_walk *pvmw = (void *)mma_arg(regs, 0);

	mma_count_hit(MMA_POINT_MIGRATE_PMD);
	init_restored((void *)ri->data, pvmw->vma, pvmw->address & PMD_MASK, regs);
	return 0;
}
NOKPROBE_SYMBOL(migrate_pmd_enter);

static int migrate_pmd_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_hit hit = { .site = MMA_SITE_MIGRATION_PMD, .point = MMA_POINT_MIGRATE_PMD };
	const struct mma_frame *fr = (void *)ri->data;
	bool locked = mma_mm_trylock(fr->vma->vm_mm);

	judge_restored(fr, &hit, MMA_LEVEL_PMD, MMA_F_PAGE_SAME | (locked ? MMA_F_LOCK_MM : 0));
	if (locked)
		mma_mm_unlock(fr->vma->vm_mm);
	return 0;
}
NOKPROBE_SYMBOL(migrate_pmd_return);

struct mma_probe mma_probe_MIGRATE_PMD = { .rp = {
	.entry_handler = migrate_pmd_enter, .handler = migrate_pmd_return,
	.data_size = sizeof(struct mma_frame), .maxactive = 256 } };

/* restore_exclusive_pte(vma, ..., addr, ptep, ...): a fault or fork calls it, so mmap_lock or the vma lock is held, too. */
static int exclusive_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	unsigned long addr = mma_arg(regs, MMA_EXCLUSIVE_ADDR_ARG) & PAGE_MASK;

	mma_count_hit(MMA_POINT_EXCLUSIVE);
	init_restored((void *)ri->data, vma, addr, regs);
	return 0;
}
NOKPROBE_SYMBOL(exclusive_enter);

static int exclusive_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_hit hit = { .site = MMA_SITE_DEVICE_EXCLUSIVE, .point = MMA_POINT_EXCLUSIVE };

	judge_restored((void *)ri->data, &hit, MMA_LEVEL_PTE, MMA_F_LOCK_MM);
	return 0;
}
NOKPROBE_SYMBOL(exclusive_return);

struct mma_probe mma_probe_EXCLUSIVE = { .rp = {
	.entry_handler = exclusive_enter, .handler = exclusive_return,
	.data_size = sizeof(struct mma_frame), .maxactive = 64 } };

/* False: no mark can be lost. */
static bool remember_marked(struct mma_range *r)
{
	u8 level;
	u64 raw;

	r->f.quiet = mma_quiet_token(r->f.mm, false);	/* before the entry is read */
	raw = mma_peek(r->f.mm, r->f.addr, &level);
	if (level != MMA_LEVEL_PMD) {
		mma_range_remember(r);
		return true;
	}
	/* The huge entry may be split first: each small one must keep its marks. */
	if (mma_maps_folio(raw, level, r->folio))
		r->had = mma_entry_facts(raw, level) & MMA_MARKS;
	return r->had;
}

void mma_count_take(struct mma_range *r)
{
	r->counted = mma_takes_traps(r->f.vma);
	if (r->counted)
		mma_quiet_begin(r->f.mm);
}

void mma_end_take(struct mma_range *r)
{
	if (r->counted)
		mma_quiet_end(r->f.mm);
	r->counted = false;
}

/*
 * A task that touches a poisoned page is killed, so its marks do not matter. But a zap
 * that comes after must not miss the mark that was there: site_zap.c.
 */
static void count_poison(struct mma_range *r)
{
	r->counted = mma_leaves_markers(r->f.vma);
	if (r->counted)
		mma_quiet_begin(r->f.mm);
}

/*
 * try_to_unmap_one(folio, vma, addr, flags), try_to_migrate_one(the same): folio
 * lock and rmap lock are held, the latter keeps vma and page tables; the page-table
 * lock is dropped at return. Nobody relies on the marks of most mappings, and few
 * entries are put back: the return of most calls need not be seen.
 */
static int init_unmap(struct mma_range *r, struct pt_regs *regs, enum mma_point point)
{
	struct page *page = (void *)mma_arg(regs, 0);
	struct vm_area_struct *vma = (void *)mma_arg(regs, 1);
	unsigned long addr = mma_arg(regs, 2) & PAGE_MASK;
	struct folio *folio = page_folio(page);	/* the argument is a page on 5.10 */

	mma_range_init(r, MMA_SITE_UNMAP, point, mma_folio_facts(folio) | MMA_F_TAKEN, regs);
	if (mma_shares_tables(vma))
		return 1;
	set_range(r, vma, addr, folio);
	if (PageHWPoison(page))
		count_poison(r);
	else
		mma_count_take(r);
	if (mma_noting(vma))		/* what is counted by itself is no other's */
		begin_note(r, MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE, MMA_F_PTE_SWAP);
	if (PageHWPoison(page))
		return !r->counted && !r->noted.begun;
	/* What is counted must be seen to end. */
	return !(mma_tracked(vma) && remember_marked(r)) && !mma_may_stay(folio) && !r->counted && !r->noted.begun;
}

/* Marks of the i-th entry that must stay; *old: the entry, if it is known. */
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

/* Adds what is wrong to r->found. False: there is no page table, so nothing more to judge. */
static bool judge_left_behind(const struct mma_range *r, unsigned long addr, u64 before, u64 old)
{
	struct mma_hit hit = {
		.site = r->site, .point = r->point, .verdict = MMA_DENIED, .addr = addr,
		.ip = r->f.ip, .old = old, .before = before, .exempt = r->exempt,
		.flags = old ? MMA_DEC_OLD_LOCKLESS : MMA_DEC_OLD_UNKNOWN,
	};
	struct mma_slot slot;
	u32 broken = 0;
	u64 now, kept;

	if (!mma_slot_trylock(&slot, r->f.mm, addr)) {
		mma_count_event(MMA_UNSURE);
		return true;
	}
	hit.new = slot.raw;
	hit.level = slot.level;
	now = mma_entry_facts(hit.new, hit.level);
	/* Not only the first page of a large folio may be poisoned: try_to_migrate_one() mm/rmap.c:2247 (6.12) */
	if (!(now & MMA_F_PTE_PRESENT) && (before & ~now) && !mma_is_poisoned(hit.new, hit.level)) {
		kept = mma_quiet_keeps(r->f.mm, r->f.quiet, before & ~now);
		mma_facts(&hit, r->f.vma, (r->context & ~(MMA_F_KEEPS | MMA_F_PROTECTS)) | MMA_F_LOCK_PTL | kept |
			  (kept ? r->context & MMA_F_PROTECTS : 0));
		broken = mma_decide(&hit);
	}
	mma_slot_unlock(&slot);
	if (unlikely(broken))
		mma_batch_add(r->found, &hit, broken);
	return slot.level == MMA_LEVEL_PTE;
}

static void judge_each_left_behind(struct mma_range *r)
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
		if (before && !judge_left_behind(r, addr, before, old))
			break;
	}
	r->found = NULL;
	mma_report_batch(&found);
}

/* Whether a mark may be dropped is known only under mmap_lock: mma_uffd_features(). */
void mma_unmap_judge(struct mma_range *r)
{
	bool locked = mma_mm_trylock(r->f.mm);

	r->context |= locked ? MMA_F_LOCK_MM : 0;
	judge_each_left_behind(r);
	if (!locked)
		return;
	r->context &= ~MMA_F_LOCK_MM;
	mma_mm_unlock(r->f.mm);
}

static int unmap_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return init_unmap((void *)ri->data, regs, MMA_POINT_UNMAP);
}
NOKPROBE_SYMBOL(unmap_enter);

static int unmap_migrate_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return init_unmap((void *)ri->data, regs, MMA_POINT_UNMAP_MIGRATE);
}
NOKPROBE_SYMBOL(unmap_migrate_enter);

/*
 * It has failed, and puts back what it had taken already: try_to_unmap_one()
 * mm/rmap.c:1901, :1912, :1923, :1931, try_to_migrate_one() :2279, :2299 (6.12). Folio
 * lock and rmap lock are still held. Whoever maps a page of the folio needs the folio
 * lock, so an entry that maps it now has done so since the look before, or was put
 * back. Its write bit may have been set meanwhile, by a write fault that found the page
 * exclusive or by mprotect, so that alone is not wrong: the entry must be sound as it
 * is, and have the marks it had, if nothing else was at work.
 */
static void judge_put_back(struct mma_range *r)
{
	r->context = r->known || r->had ? MMA_F_KEEPS : 0;
	r->all = true;
	mma_range_judge(r);
}

/* What a call that has failed has done to a large folio is not known; of one page it is seen. */
static void note_taken(struct mma_range *r, bool done)
{
	if (done || r->f.end - r->f.addr == PAGE_SIZE)
		mma_range_note(r);
	r->noted.begun = 0;
}

static int unmap_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	if (unlikely(r->noted.begun))
		note_taken(r, mma_returned_bool(regs));
	if (r->known || r->had)
		mma_unmap_judge(r);
	if (!mma_returned_bool(regs))
		judge_put_back(r);
	mma_end_take(r);
	return 0;
}
NOKPROBE_SYMBOL(unmap_return);

struct mma_probe mma_probe_UNMAP = MMA_RANGE_PROBE(unmap_enter, unmap_return, 256);
struct mma_probe mma_probe_UNMAP_MIGRATE = MMA_RANGE_PROBE(unmap_migrate_enter, unmap_return, 256);

/* page_mkclean_one(folio, vma, addr, arg): folio lock and rmap lock are held, the latter keeps vma and page tables. */
static int mkclean_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct vm_area_struct *vma = (void *)mma_arg(regs, 1);
	unsigned long addr = mma_arg(regs, 2) & PAGE_MASK;

	mma_range_init(r, MMA_SITE_WRITEBACK, MMA_POINT_MKCLEAN,
		       MMA_F_NEED_PTE_DIRTY | (mma_tracked(vma) ? MMA_F_KEEPS : 0), regs);
	set_range(r, vma, addr, page_folio((struct page *)mma_arg(regs, 0)));
	if (mma_noting(vma))
		begin_note(r, MMA_F_PTE_WRITE | MMA_F_PTE_DIRTY, 0);
	mma_range_remember(r);
	r->all = true;
	return 0;
}
NOKPROBE_SYMBOL(mkclean_enter);

struct mma_probe mma_probe_MKCLEAN = MMA_RANGE_PROBE(mkclean_enter, mma_range_return, 256);

/*
 * pfn_mkclean_range(pfn, nr, pgoff, vma): i_mmap_rwsem is held, which keeps vma and page
 * tables. DAX has locked the file's entry for these pages, so no fault makes one of them
 * writable again: dax_writeback_one() fs/dax.c:967 (6.12).
 */
static int mkclean_dax_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	unsigned long nr = mma_arg(regs, 1), pgoff = mma_arg(regs, 2), from, to;
	struct vm_area_struct *vma = (void *)mma_arg(regs, 3);

	mma_range_init(r, MMA_SITE_WRITEBACK, MMA_POINT_MKCLEAN_DAX, MMA_F_NEED_PTE_DIRTY, regs);
	from = max(pgoff, vma->vm_pgoff) - vma->vm_pgoff;
	to = min(pgoff + nr - vma->vm_pgoff, vma_pages(vma));
	if (!(vma->vm_flags & VM_SHARED) || pgoff + nr <= vma->vm_pgoff || from >= to)
		return 1;
	mma_range_set(r, vma, vma->vm_start + from * PAGE_SIZE, vma->vm_start + to * PAGE_SIZE);
	mma_range_will_note(r, MMA_F_PTE_WRITE | MMA_F_PTE_DIRTY, 0);
	mma_range_remember(r);
	r->all = true;
	return 0;
}
NOKPROBE_SYMBOL(mkclean_dax_enter);

struct mma_probe mma_probe_MKCLEAN_DAX = MMA_RANGE_PROBE(mkclean_dax_enter, mma_range_return, 64);

/* KSM works on one page, under mmap_lock and the page lock. */
static int init_ksm(struct mma_range *r, struct vm_area_struct *vma, struct page *page)
{
	unsigned long addr = mma_anon_address(vma, page);

	if (!addr)
		return 1;
	mma_range_set(r, vma, addr, addr + PAGE_SIZE);
	mma_range_will_note(r, MMA_F_PTE_WRITE, 0);
	mma_range_remember(r);
	r->all = true;
	return 0;
}

/* write_protect_page(vma, page or folio, orig_pte) */
static int ksm_wp_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_init((void *)ri->data, MMA_SITE_KSM, MMA_POINT_KSM_WP,
		       MMA_F_LOCK_MM | MMA_F_KEEPS | MMA_F_STAYED, regs);
	return init_ksm((void *)ri->data, (void *)mma_arg(regs, 0), (void *)mma_arg(regs, 1));
}
NOKPROBE_SYMBOL(ksm_wp_enter);

/* try_to_merge_one_page(vma, page, kpage): kpage NULL makes a KSM page of this one */
static int ksm_merge_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_init((void *)ri->data, MMA_SITE_KSM, MMA_POINT_KSM_MERGE,
		       MMA_F_LOCK_MM | MMA_F_KEEPS | MMA_F_STAYED, regs);
	return init_ksm((void *)ri->data, (void *)mma_arg(regs, 0), (void *)mma_arg(regs, 1));
}
NOKPROBE_SYMBOL(ksm_merge_enter);

static int ksm_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (!mma_returned_int(regs))		/* else it has changed nothing */
		mma_range_judge((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(ksm_return);

struct mma_probe mma_probe_KSM_WP = MMA_RANGE_PROBE(ksm_wp_enter, ksm_return, 16);
struct mma_probe mma_probe_KSM_MERGE = MMA_RANGE_PROBE(ksm_merge_enter, ksm_return, 16);
