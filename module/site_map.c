// SPDX-License-Identifier: GPL-2.0
/* site_map.c - handlers of what copies, moves, splits or replaces entries outside of a fault. */
#include <linux/hash.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>

#include "bits.h"
#include "facts.h"
#include "mma.h"
#include "range.h"

#define mma_arg(regs, n) mma_arg(regs, n)

/* ---- unuse_pte_range(vma, pmd, addr, end, type): mmap_lock held; within one page table ---- */

static int swapoff_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	mma_range_init(r, MMA_SITE_SWAPOFF, MMA_POINT_SWAPOFF, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	mma_range_of(r, (void *)mma_arg(regs, 0), mma_arg(regs, 2), mma_arg(regs, 3));
	mma_range_before(r);
	return 0;
}
NOKPROBE_SYMBOL(swapoff_enter);

struct mma_probe mma_probe_swapoff = MMA_RANGE_PROBE(swapoff_enter, mma_range_leave, 64);

/*
 * ---- 5.10 has all of swapoff inlined in try_to_unuse(), but asks
 * lookup_swap_cache(entry, vma, addr) before, and page_add_anon_rmap(page, vma,
 * addr, compound) after set_pte_at(), under the page-table lock: mm/swapfile.c:1947
 */

#define UNUSERS 4		/* swapoff that run at once; more are counted as missed */

static struct unuse {
	struct task_struct *task;	/* that runs swapoff; NULL: free */
	struct mma_range r;		/* the entry it is about to replace */
} unusers[UNUSERS];

static struct unuse *unuse_of(struct task_struct *task)
{
	int i;

	for (i = 0; i < UNUSERS; i++)
		if (READ_ONCE(unusers[i].task) == task)
			return &unusers[i];
	return NULL;
}

static int unuse_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	int i;

	mma_point_hit(MMA_POINT_UNUSE);
	for (i = 0; i < UNUSERS; i++)
		if (!cmpxchg(&unusers[i].task, NULL, current))
			return 0;
	return 1;
}
NOKPROBE_SYMBOL(unuse_enter);

static int unuse_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct unuse *u = unuse_of(current);

	if (u)
		WRITE_ONCE(u->task, NULL);
	return 0;
}
NOKPROBE_SYMBOL(unuse_leave);

struct mma_probe mma_probe_unuse = { .rp = {
	.entry_handler = unuse_enter, .handler = unuse_leave, .maxactive = UNUSERS } };

static int unuse_lookup(struct kprobe *kp, struct pt_regs *regs)
{
	struct unuse *u = unuse_of(current);
	struct vm_area_struct *vma = (void *)mma_arg(regs, 1);
	unsigned long addr = mma_arg(regs, 2) & PAGE_MASK;

	mma_point_hit(MMA_POINT_UNUSE_LOOKUP);
	if (!u)
		return 0;
	u->r.f.vma = vma;
	if (!vma)			/* shmem_swapin_page() asks for a file */
		return 0;
	mma_range_init(&u->r, MMA_SITE_SWAPOFF, MMA_POINT_UNUSE_RMAP, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	mma_range_of(&u->r, vma, addr, addr + PAGE_SIZE);
	mma_range_before(&u->r);
	return 0;
}
NOKPROBE_SYMBOL(unuse_lookup);

static int unuse_rmap_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	const struct unuse *u = unuse_of(current);

	return !u || u->r.f.vma != (void *)mma_arg(regs, 1) || u->r.f.addr != mma_arg(regs, 2);
}
NOKPROBE_SYMBOL(unuse_rmap_enter);

/* Not at its entry, where the page is not anonymous yet. */
static int unuse_rmap_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct unuse *u = unuse_of(current);

	if (u)
		mma_range_after_locked(&u->r);
	return 0;
}
NOKPROBE_SYMBOL(unuse_rmap_leave);

struct mma_probe mma_probe_unuse_lookup = { .rp.kp.pre_handler = unuse_lookup };
struct mma_probe mma_probe_unuse_rmap = { .rp = {
	.entry_handler = unuse_rmap_enter, .handler = unuse_rmap_leave, .maxactive = 16 } };

/* ---- move_page_tables(vma, old, new_vma, new, len, ...): mmap_lock held for writing ---- */

/* Under that lock nobody else takes marks from either side: move_ptes() mm/mremap.c:209 (6.12) */
static void mremap_before(struct mma_range *r, const struct mma_table_move *move)
{
	r->context |= MMA_F_KEEPS;
	mma_range_of(r, move->old, move->old_addr, move->old_addr + move->len_in);
	mma_range_before(r);
}

static int mremap_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct mma_table_move move = mma_mremap_args(regs);

	mma_range_init(r, MMA_SITE_MREMAP, MMA_POINT_MREMAP, MMA_F_LOCK_MM | MMA_F_MOVED, regs);
	if (mma_shares_tables(move.old))
		return 1;
	r->alone = true;
	if (mma_marks_move(move.old))
		mremap_before(r, &move);
	mma_range_of(r, move.new, move.new_addr, move.new_addr + move.len_in);
	r->all = true;
	return 0;
}
NOKPROBE_SYMBOL(mremap_enter);

struct mma_probe mma_probe_mremap = MMA_RANGE_PROBE(mremap_enter, mma_range_leave, 64);

/* ---- mfill_atomic_install_pte(..., vma, addr, page, ...): mmap_lock or vma lock held ---- */

/*
 * Whether a marker held the place does not matter, "we allow to overwrite a pte
 * marker": mm/userfaultfd.c:207, mm/hugetlb.c:6739 (6.12). The caller says what
 * the new entry is to have.
 */
static void fill(struct mma_range *r, enum mma_point point, struct vm_area_struct *vma,
		 unsigned long addr, unsigned long size, u32 wp, const struct pt_regs *regs)
{
	mma_range_init(r, MMA_SITE_UFFD_FILL, point, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	mma_range_of(r, vma, addr, addr + size);
	r->fresh = true;
	mma_range_before(r);
	mma_quiet_fills(vma->vm_mm);
	if (wp & MMA_FILL_WP)
		r->had = MMA_F_PTE_UFFD_WP;	/* asked for: as good as there before */
}

static int uffd_fill_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	fill((void *)ri->data, MMA_POINT_UFFD_FILL, (void *)mma_arg(regs, MMA_FILL_VMA_ARG),
	     mma_arg(regs, MMA_FILL_VMA_ARG + 1), PAGE_SIZE, mma_arg(regs, MMA_FILL_WP_ARG), regs);
	return 0;
}
NOKPROBE_SYMBOL(uffd_fill_enter);

/* Of functions that return 0 or an error, and then have installed nothing. */
static int leave_if_done(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (!mma_returned_int(regs))
		mma_range_after((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(leave_if_done);

static int fill_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	leave_if_done(ri, regs);
	mma_quiet_filled(((struct mma_range *)ri->data)->f.mm);
	return 0;
}
NOKPROBE_SYMBOL(fill_leave);

/* They may be preempted there, and where a call is dropped nobody is quiet any more. */
#define FILLS 1024

struct mma_probe mma_probe_uffd_fill = MMA_RANGE_PROBE(uffd_fill_enter, fill_leave, FILLS);

/*
 * The same of hugetlb, which does not come by there: hugetlb_mfill_atomic_pte(ptep,
 * vma, addr, src, flags, ...), before 6.4 hugetlb_mcopy_atomic_pte(mm, ptep, vma,
 * addr, src, mode, pagep, wp), which has no wp where no hugetlb mapping can be
 * VM_UFFD_WP (before 5.19). mmap_lock or vma lock held.
 */
static int hugetlb_fill(struct mma_range *r, enum mma_point point, unsigned int vma_arg,
			unsigned int wp_arg, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, vma_arg);
	u32 wp = vma->vm_flags & VM_UFFD_WP ? mma_arg(regs, wp_arg) : 0;

	if (mma_shares_tables(vma))
		return 1;
	fill(r, point, vma, mma_arg(regs, vma_arg + 1), PMD_SIZE, wp, regs);
	return 0;
}

static int hugetlb_fill_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return hugetlb_fill((void *)ri->data, MMA_POINT_HUGETLB_FILL, 1, 4, regs);
}
NOKPROBE_SYMBOL(hugetlb_fill_enter);

static int hugetlb_copy_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return hugetlb_fill((void *)ri->data, MMA_POINT_HUGETLB_COPY, 2, 7, regs);
}
NOKPROBE_SYMBOL(hugetlb_copy_enter);

struct mma_probe mma_probe_hugetlb_fill = MMA_RANGE_PROBE(hugetlb_fill_enter, fill_leave, FILLS);
struct mma_probe mma_probe_hugetlb_copy = MMA_RANGE_PROBE(hugetlb_copy_enter, fill_leave, FILLS);

/* ---- move_pages(ctx, dst_start, src_start, len, mode): takes and drops its locks itself; of current->mm ---- */

static int uffd_move_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	if (!current->mm)
		return 1;
	mma_range_init(r, MMA_SITE_UFFD_MOVE, MMA_POINT_UFFD_MOVE, MMA_F_MOVED, regs);
	r->f.mm = current->mm;		/* userfaultfd_move() refuses any other */
	r->f.quiet = mma_quiet(r->f.mm, false);
	r->f.addr = mma_arg(regs, 1);
	r->f.end = mma_arg(regs, 1) + mma_arg(regs, 3);
	r->all = true;
	return 0;
}
NOKPROBE_SYMBOL(uffd_move_enter);

/* All these return the bytes done, less than asked for after an error, or an error. */
static bool cut_to_done(struct mma_range *r, struct pt_regs *regs)
{
	long done = regs_return_value(regs);

	if (done > 0)
		r->f.end = min(r->f.end, r->f.addr + (unsigned long)done);
	return done > 0;
}

static int uffd_move_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (cut_to_done((void *)ri->data, regs))
		mma_range_after_unlocked((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(uffd_move_leave);

struct mma_probe mma_probe_uffd_move = MMA_RANGE_PROBE(uffd_move_enter, uffd_move_leave, 256);

/* Where move_pages() is inlined, its two halves: both vmas locked, here and at return. */
static void move_to(struct mma_range *r, enum mma_point point, struct vm_area_struct *vma,
		    unsigned long addr, unsigned long end, const struct pt_regs *regs)
{
	mma_range_init(r, MMA_SITE_UFFD_MOVE, point, MMA_F_LOCK_MM | MMA_F_MOVED, regs);
	mma_range_of(r, vma, addr, end);
	r->f.quiet = mma_quiet(r->f.mm, true);
	r->all = true;
}

/* ---- move_pages_ptes(mm, dst_pmd, src_pmd, dst_vma, src_vma, dst_addr, ...) ---- */

static int uffd_move_ptes_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, 3);

	move_to((void *)ri->data, MMA_POINT_UFFD_MOVE_PTES, vma, mma_arg(regs, 5), vma->vm_end, regs);
	return 0;
}
NOKPROBE_SYMBOL(uffd_move_ptes_enter);

static int uffd_move_ptes_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (cut_to_done((void *)ri->data, regs))
		mma_range_after((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(uffd_move_ptes_leave);

struct mma_probe mma_probe_uffd_move_ptes =
	MMA_RANGE_PROBE(uffd_move_ptes_enter, uffd_move_ptes_leave, 256);

/* ---- move_pages_huge_pmd(mm, dst_pmd, src_pmd, dst_pmdval, dst_vma, src_vma, dst_addr, ...) ---- */

static int uffd_move_huge_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	unsigned long addr = mma_arg(regs, 6);

	move_to((void *)ri->data, MMA_POINT_UFFD_MOVE_HUGE, (void *)mma_arg(regs, 4), addr, addr + PMD_SIZE, regs);
	return 0;
}
NOKPROBE_SYMBOL(uffd_move_huge_enter);

struct mma_probe mma_probe_uffd_move_huge =
	MMA_RANGE_PROBE(uffd_move_huge_enter, leave_if_done, 256);

/* ---- mcopy_atomic(mm, dst_start, src_start, len, mmap_changing, mode): 5.10, locks dropped at return, mm in use ---- */

static int uffd_copy_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	mma_range_init(r, MMA_SITE_UFFD_FILL, MMA_POINT_UFFD_COPY, MMA_F_KEEPS, regs);
	r->f.mm = (void *)mma_arg(regs, 0);
	r->f.addr = mma_arg(regs, 1);
	r->f.end = mma_arg(regs, 1) + mma_arg(regs, 3);
	r->f.quiet = mma_quiet(r->f.mm, false);
	if (mma_arg(regs, 5) & UFFDIO_COPY_MODE_WP)
		r->had = MMA_F_PTE_UFFD_WP;	/* asked for: as good as there before */
	return 0;
}
NOKPROBE_SYMBOL(uffd_copy_enter);

struct mma_probe mma_probe_uffd_copy = MMA_RANGE_PROBE(uffd_copy_enter, uffd_move_leave, 256);

/* ---- __split_huge_pmd(vma, pmd, address, freeze, ...): mmap_lock or rmap lock held ---- */

static int split_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct vm_area_struct *vma = (void *)mma_arg(regs, 0);
	unsigned long addr = mma_arg(regs, 2) & PMD_MASK;
	u8 level;
	u64 raw;

	mma_range_init(r, MMA_SITE_SPLIT, MMA_POINT_SPLIT, MMA_F_KEEPS, regs);
	mma_range_of(r, vma, addr, addr + PMD_SIZE);
	if (mma_tracked(vma))
		r->f.quiet = mma_quiet(r->f.mm, false);	/* before the look */
	raw = mma_peek(r->f.mm, addr, &level);
	if (level != MMA_LEVEL_PMD)
		return 1;
	/* What the huge entry had each of its pieces must keep. */
	r->had = mma_entry_facts(raw, level) & MMA_MARKS;
	r->all = true;
	return 0;
}
NOKPROBE_SYMBOL(split_enter);

/* That of a file's page is only taken away: __split_huge_pmd_locked() mm/huge_memory.c:2097 (6.1) */
static int split_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	mma_range_after(r);
	if (!r->had || !mma_tracked(r->f.vma))
		return 0;
	r->context |= MMA_F_TAKEN | (vma_is_anonymous(r->f.vma) ? MMA_F_PAGE_ANON : 0);
	mma_unmap_after(r);
	return 0;
}
NOKPROBE_SYMBOL(split_leave);

struct mma_probe mma_probe_split = MMA_RANGE_PROBE(split_enter, split_leave, 256);

/* ---- collapse_huge_page(mm, address, ...): khugepaged keeps the mm; no lock is held at return ---- */

/*
 * The marks of any of the small entries: a trap refuses collapse, and one write
 * makes all of it soft-dirty. Under mmap_lock, of a mapping that has them all.
 */
static u64 marks_in(const struct mma_range *r)
{
	unsigned long addr;
	u64 any = 0, raw;
	u8 level;

	mma_assert_locked(r->f.mm);
	for (addr = r->f.addr; addr < r->f.end; addr += PAGE_SIZE) {
		raw = mma_peek(r->f.mm, addr, &level);
		if (level != MMA_LEVEL_PTE)
			break;
		any |= mma_entry_facts(raw, level);
	}
	return any & MMA_MARKS;
}

/* Who calls this holds mmap_lock on older kernels, not on 7.2: mm/khugepaged.c:1777. What is not seen is not asked for. */
static void collapse_before(struct mma_range *r)
{
	struct vm_area_struct *vma;

	if (!mma_mm_trylock(r->f.mm)) {
		mma_event(MMA_UNSURE);
		return;
	}
	vma = mma_find_vma(r->f.mm, r->f.addr);
	if (vma && r->f.end <= mma_vma_end(vma))
		r->had = marks_in(r);
	mma_mm_unlock(r->f.mm);
}

static int collapse_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;

	mma_range_init(r, MMA_SITE_COLLAPSE, MMA_POINT_COLLAPSE, MMA_F_KEEPS, regs);
	r->f.mm = (void *)mma_arg(regs, 0);
	r->f.addr = mma_arg(regs, 1) & PMD_MASK;
	r->f.end = r->f.addr + PMD_SIZE;
	r->all = true;
	r->f.quiet = mma_quiet(r->f.mm, false);
	collapse_before(r);
	return 0;
}
NOKPROBE_SYMBOL(collapse_enter);

struct mma_probe mma_probe_collapse =
	MMA_RANGE_PROBE(collapse_enter, mma_range_leave_unlocked, 64);

/* ---- set_huge_pmd(vma, addr, ...): mmap_lock held; there was no entry, or a page table without any ---- */

static int collapse_file_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	unsigned long addr = mma_arg(regs, 1) & PMD_MASK;

	mma_range_init(r, MMA_SITE_COLLAPSE, MMA_POINT_COLLAPSE_FILE, MMA_F_LOCK_MM, regs);
	mma_range_of(r, (void *)mma_arg(regs, 0), addr, addr + PMD_SIZE);
	return 0;
}
NOKPROBE_SYMBOL(collapse_file_enter);

struct mma_probe mma_probe_collapse_file = MMA_RANGE_PROBE(collapse_file_enter, mma_range_leave, 64);

/* ---- copy_page_range(dst_vma, src_vma): both mmap_locks held for writing ---- */

#define SAMPLE	(8 * PAGE_SIZE)		/* of each end, and between */
#define WHOLE	(4096 * PAGE_SIZE)	/* of what has marks to keep or pages that may be pinned */
#define WHOLE_JUDGED (256 * PAGE_SIZE)	/* the same while each entry is a decision to tell */

static int fork_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct vm_area_struct *src = (void *)mma_arg(regs, 1);

	mma_range_init(r, MMA_SITE_FORK, MMA_POINT_FORK, MMA_F_LOCK_MM | MMA_F_KEEPS, regs);
	if (mma_shares_tables(src))
		return 1;
	mma_range_of(r, (void *)mma_arg(regs, 0), src->vm_start, src->vm_end);
	r->src = src;
	r->exempt = 1U << MMA_RULE_SOFT_DIRTY | 1U << MMA_RULE_DIRTY | 1U << MMA_RULE_VMA_PROT;
	r->all = r->alone = true;
	return 0;
}
NOKPROBE_SYMBOL(fork_enter);

/*
 * Mostly nothing is writable any more, on either side, and nobody rests on
 * marks. Both mmap_locks are held, so what is seen here stays but for pages
 * that are taken away.
 */
static bool fork_glance(struct mma_range *r, unsigned long addr, unsigned long end)
{
	unsigned int nr = 0;

	if (READ_ONCE(mma_decisions) || mma_tracked(r->src) ||
	    !mma_all_readonly(r->src->vm_mm, addr, end, &nr) ||
	    !mma_all_readonly(r->f.vma->vm_mm, addr, end, &nr))
		return false;
	mma_count_many(r->site, MMA_DENIALS, nr);
	return true;
}

/* All of a mapping's copy is one call; a full batch goes at once, for the last kind of a side is to be its own. */
static void fork_judge(struct mma_range *r)
{
	mma_range_after(r);
	if (unlikely(r->found->nr == MMA_KINDS))
		mma_batch_tell(r->found);
}

/* The parent's entry is what the child's was before: its marks are to be kept. */
static void fork_look(struct mma_range *r, unsigned long addr, unsigned long end)
{
	struct vm_area_struct *dst = r->f.vma;

	if (fork_glance(r, addr, end))
		return;
	mma_range_of(r, r->src, addr, end);
	mma_range_before(r);
	fork_judge(r);
	mma_range_of(r, dst, addr, end);
	fork_judge(r);
}

/* Of what is looked at whole: as much as a range remembers, or a huge entry. */
static unsigned long fork_next(const struct mma_range *r, unsigned long addr, unsigned long end)
{
	unsigned long size = PMD_SIZE;
	u8 level;

	mma_peek(r->src->vm_mm, addr, &level);
	if (level == MMA_LEVEL_PTE)
		size = MMA_OLDS * PAGE_SIZE;
	return min(end, (addr | (size - 1)) + 1);
}

/* Returns where to go on by samples. */
static unsigned long fork_whole(struct mma_range *r, unsigned long addr, unsigned long end)
{
	unsigned long next;

	end = min(end, addr + (READ_ONCE(mma_decisions) ? WHOLE_JUDGED : WHOLE));
	for (; addr < end; addr = next) {
		next = fork_next(r, addr, end);
		fork_look(r, addr, next);
	}
	return end;
}

/* Both ends and, each time, another part of what lies between: multiples of the golden ratio come everywhere. */
static void fork_samples(struct mma_range *r, unsigned long addr, unsigned long end)
{
	u32 turn = this_cpu_read(mma_counts.hits[MMA_POINT_FORK]) * GOLDEN_RATIO_32;
	unsigned long between = addr + SAMPLE;

	between += reciprocal_scale(turn, (end - SAMPLE - between) / SAMPLE) * SAMPLE;
	fork_look(r, addr, addr + SAMPLE);
	fork_look(r, between, between + SAMPLE);
	fork_look(r, end - SAMPLE, end);
}

static void fork_look_at(struct mma_range *r, unsigned long addr, unsigned long end)
{
	if (is_vm_hugetlb_page(r->src)) {
		fork_look(r, addr, end);	/* few */
		return;
	}
	if (mma_tracked(r->src) || mma_ever_pinned(r->src->vm_mm))
		addr = fork_whole(r, addr, end);
	if (end - addr > 3 * SAMPLE)
		fork_samples(r, addr, end);
	else if (addr < end)
		fork_look(r, addr, end);
}

static int fork_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct mma_batch found;

	if (mma_returned_int(regs))
		return 0;
	found.nr = 0;
	r->found = &found;
	fork_look_at(r, r->f.addr, r->f.end);
	r->found = NULL;
	mma_batch_tell(&found);
	return 0;
}
NOKPROBE_SYMBOL(fork_leave);

struct mma_probe mma_probe_fork = { MMA_WRAPPED(FORK, struct mma_range), .rp = {
	.entry_handler = fork_enter, .handler = fork_leave,
	.data_size = sizeof(struct mma_range), .maxactive = 128 } };

/* ---- page_mkclean_one(folio, vma, addr, arg): folio lock and rmap lock held, which keeps vma and page tables ---- */

static int mkclean_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct mma_range *r = (void *)ri->data;
	struct vm_area_struct *vma = (void *)mma_arg(regs, 1);
	unsigned long addr = mma_arg(regs, 2) & PAGE_MASK;

	mma_range_init(r, MMA_SITE_WRITEBACK, MMA_POINT_MKCLEAN,
		       MMA_F_NEED_PTE_DIRTY | (mma_tracked(vma) ? MMA_F_KEEPS : 0), regs);
	r->folio = (void *)mma_arg(regs, 0);
	mma_range_of(r, vma, addr, min(addr + folio_size(r->folio), vma->vm_end));
	mma_range_before(r);
	r->all = true;
	return 0;
}
NOKPROBE_SYMBOL(mkclean_enter);

struct mma_probe mma_probe_mkclean = MMA_RANGE_PROBE(mkclean_enter, mma_range_leave, 256);

/* ---- KSM: mmap_lock held, one page; what it has done was done to that page, under the page lock ---- */

static int ksm_page(struct mma_range *r, struct vm_area_struct *vma, struct page *page)
{
	unsigned long addr = mma_anon_address(vma, page);

	if (!addr)
		return 1;
	mma_range_of(r, vma, addr, addr + PAGE_SIZE);
	mma_range_before(r);
	r->all = true;
	return 0;
}

/* write_protect_page(vma, page or folio, orig_pte) */
static int ksm_wp_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_init((void *)ri->data, MMA_SITE_KSM, MMA_POINT_KSM_WP,
		       MMA_F_LOCK_MM | MMA_F_KEEPS | MMA_F_STAYED, regs);
	return ksm_page((void *)ri->data, (void *)mma_arg(regs, 0), (void *)mma_arg(regs, 1));
}
NOKPROBE_SYMBOL(ksm_wp_enter);

/* try_to_merge_one_page(vma, page, kpage): kpage NULL makes a KSM page of this one */
static int ksm_merge_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_init((void *)ri->data, MMA_SITE_KSM, MMA_POINT_KSM_MERGE,
		       MMA_F_LOCK_MM | MMA_F_KEEPS | MMA_F_STAYED, regs);
	return ksm_page((void *)ri->data, (void *)mma_arg(regs, 0), (void *)mma_arg(regs, 1));
}
NOKPROBE_SYMBOL(ksm_merge_enter);

static int ksm_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	if (!mma_returned_int(regs))		/* else it gave up */
		mma_range_after((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(ksm_leave);

struct mma_probe mma_probe_ksm_wp = MMA_RANGE_PROBE(ksm_wp_enter, ksm_leave, 16);
struct mma_probe mma_probe_ksm_merge = MMA_RANGE_PROBE(ksm_merge_enter, ksm_leave, 16);
