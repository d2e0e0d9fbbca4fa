// SPDX-License-Identifier: GPL-2.0
/*
 * site_zap.c - handlers of zaps that leave a mapping: MADV_DONTNEED, MADV_GUARD_INSTALL,
 * and whatever cuts a file or makes a hole in it. In the mapping of a file they must
 * leave a marker for each uffd-wp mark, unless they are told to drop it:
 * zap_install_uffd_wp_if_needed() mm/memory.c:1387 (6.1), :1463 (6.12), :1609 (7.2). munmap
 * and exit drop them, and do not come by here.
 */
#include <linux/mm.h>

#include "bits.h"
#include "facts.h"
#include "judge.h"
#include "quiet.h"
#include "range.h"
#include "record.h"
#include "site.h"
#include "stat.h"
#include "walk.h"

#ifdef HAVE_PTE_MARKER

/* A range before the zap. */
struct zap {
	struct mma_frame f;
	u64 olds[MMA_OLDS];		/* the first entries, to be told */
	DECLARE_BITMAP(marked, MMA_KNOWN);
	unsigned int nr;		/* how many entries were read */
	unsigned int size;		/* from one of them to the next */
	u8 point;
};

static bool drops_markers(const struct zap_details *details)
{
	return details && details->zap_flags & ZAP_FLAG_DROP_MARKER;
}

/*
 * Who cuts a file holds no mmap_lock, so a mapping may be closed and registered anew
 * meanwhile. On a kernel that leaves the marks then, nothing would tell of that.
 */
static bool registers_quietly(const struct zap_details *details)
{
	return details && !(mma_kernel_facts() & MMA_F_KERN_UFFD_RESETS);
}

/*
 * A page whose memory breaks loses its mark, and a swap entry that cannot be read does.
 * Both are told to quiet.c by the handlers of these points, as long as each call is seen.
 */
static bool knows_who_breaks(void)
{
	const u64 points = mma_site_needs(MMA_SITE_ZAP);

	return (READ_ONCE(mma_armed) & points) == points && !mma_dropped(points);
}

/* Returns whether any entry is marked. */
static bool remember_marks(struct zap *z)
{
	unsigned long addr = z->f.addr;
	bool any = false, marked;
	u8 level;
	u64 raw;

	for (z->nr = 0; z->nr < MMA_KNOWN && addr < z->f.end; addr += z->size) {
		raw = mma_peek(z->f.mm, addr, &level);
		if (z->nr < MMA_OLDS)
			z->olds[z->nr] = raw;
		marked = mma_entry_facts(raw, level) & MMA_F_PTE_UFFD_WP;
		__assign_bit(z->nr++, z->marked, marked);
		any |= marked;
	}
	return any;
}

/* The caller's lock, mmap_lock, the vma lock or i_mmap_rwsem, keeps vma and page tables until the function returns. */
static noinline int init_zap(struct zap *z, enum mma_point point, struct vm_area_struct *vma, unsigned long addr,
			     unsigned long size, const struct pt_regs *regs)
{
	z->point = point;
	z->f.vma = vma;
	z->f.mm = vma->vm_mm;
	z->f.addr = addr;
	z->f.end = addr + size;
	z->f.ip = mma_return_address(regs);
	z->size = is_vm_hugetlb_page(vma) ? mma_hugetlb_step(vma) : PAGE_SIZE;
	z->f.quiet = mma_quiet_token(z->f.mm, false);	/* before the entries are read */
	return !remember_marks(z) || !knows_who_breaks();
}

/* Most mappings are not watched, and cost these few instructions. */
static __always_inline int zap_enter(struct zap *z, enum mma_point point, unsigned int vma_arg, const struct pt_regs *regs)
{
	struct vm_area_struct *vma = (void *)mma_arg(regs, vma_arg);
	const struct zap_details *details;

	mma_count_hit(point);
	if (likely(!mma_leaves_markers(vma)))
		return 1;
	details = (void *)mma_arg(regs, vma_arg + 3);
	if (drops_markers(details) || registers_quietly(details))
		return 1;
	return init_zap(z, point, vma, mma_arg(regs, vma_arg + 1), mma_arg(regs, vma_arg + 2), regs);
}

/* What is left of the mark of a page whose memory is broken does not matter: who touches it is killed. */
static u32 decide(const struct zap *z, struct mma_hit *hit, u64 locked)
{
	u64 lost = MMA_F_PTE_UFFD_WP & ~mma_entry_facts(hit->new, hit->level), kept = 0;

	if (!lost && !READ_ONCE(mma_decisions)) {
		mma_count(hit->site, MMA_DENIALS);
		return 0;
	}
	if (lost && !mma_is_deadly(hit->new, hit->level))
		kept = mma_quiet_keeps(z->f.mm, z->f.quiet, lost);
	mma_facts(hit, z->f.vma, locked | MMA_F_LOCK_PTL | MMA_F_TAKEN | kept);
	return mma_decide(hit);
}

/* False: the page-table lock was not to be had. */
static bool judge_marked(const struct zap *z, unsigned int i, u64 locked, struct mma_batch *found)
{
	bool known = i < MMA_OLDS;
	struct mma_hit hit = {
		.site = MMA_SITE_ZAP, .point = z->point, .verdict = MMA_DENIED,
		.addr = z->f.addr + (unsigned long)i * z->size, .ip = z->f.ip, .before = MMA_F_PTE_UFFD_WP,
		.old = known ? z->olds[i] : 0, .flags = known ? MMA_DEC_OLD_LOCKLESS : MMA_DEC_OLD_UNKNOWN,
		.exempt = ~(1U << MMA_RULE_LOST_UFFD_WP),	/* what is mapped anew is another site's */
	};
	struct mma_slot slot;
	u32 broken;

	if (!mma_slot_trylock(&slot, z->f.mm, hit.addr))
		return false;
	hit.new = slot.raw;
	hit.level = slot.level;
	broken = decide(z, &hit, locked);
	mma_slot_unlock(&slot);
	if (unlikely(broken))
		mma_batch_add(found, &hit, broken);
	return true;
}

/* Whoever keeps a lock busy may go on with that, and preemption is off here: so one lock that is not to be had ends it. */
static void judge_each(const struct zap *z, u64 locked)
{
	struct mma_batch found;
	unsigned int i, left = bitmap_weight(z->marked, z->nr);

	found.nr = 0;
	for_each_set_bit(i, z->marked, z->nr) {
		if (!judge_marked(z, i, locked, &found))
			break;
		left--;
	}
	mma_count_events(MMA_UNSURE, left);
	mma_report_batch(&found);
}

/* Whether a mark may go by itself is known only under mmap_lock, which who cuts a file does not hold: mma_uffd_features(). */
static void judge_zap(const struct zap *z)
{
	bool locked = mma_mm_trylock(z->f.mm);

	judge_each(z, locked ? MMA_F_LOCK_MM : 0);
	if (locked)
		mma_mm_unlock(z->f.mm);
}

/* zap_vma_range_batched(tlb, vma, address, size, details): the caller's gather; that of hugetlb is ended and begun anew. */
static int zap_batched_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return zap_enter((void *)ri->data, MMA_POINT_ZAP, 1, regs);
}
NOKPROBE_SYMBOL(zap_batched_enter);

static int zap_batched_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct zap *z = (void *)ri->data;

	if (is_vm_hugetlb_page(z->f.vma))
		z->f.quiet = mma_quiet_expect_end(z->f.quiet);
	judge_zap(z);
	return 0;
}
NOKPROBE_SYMBOL(zap_batched_return);

/* zap_page_range_single(vma, address, size, details): it has a gather of its own, which has ended at its return. */
static int zap_single_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return zap_enter((void *)ri->data, MMA_POINT_ZAP_SINGLE, 0, regs);
}
NOKPROBE_SYMBOL(zap_single_enter);

static int zap_single_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct zap *z = (void *)ri->data;

	z->f.quiet = mma_quiet_expect_end(z->f.quiet);
	judge_zap(z);
	return 0;
}
NOKPROBE_SYMBOL(zap_single_return);

#define ZAP_PROBE(how) {						\
	MMA_WRAPPED(ZAP, struct zap),					\
	.rp = { .entry_handler = zap_##how##_enter, .handler = zap_##how##_return, \
		.data_size = sizeof(struct zap), .maxactive = 256 } }

struct mma_probe mma_probe_ZAP = ZAP_PROBE(batched);
struct mma_probe mma_probe_ZAP_SINGLE = ZAP_PROBE(single);

#endif /* HAVE_PTE_MARKER */
