// SPDX-License-Identifier: GPL-2.0
/*
 * wrong.c - plants wrong page table entries in the calling task, and takes
 * them back: write "OP START END" to /dev/wrong.
 *
 *   +w -w        the write bit of each present entry
 *   +sd -sd      its soft-dirty bit
 *   +wp -wp      its uffd-wp bit
 *   -mark        takes each marker away, and whatever else is not present
 *   +excl -excl  PageAnonExclusive of its page
 *   +prot -prot  the write bit of vm_page_prot of the mapping at START
 *   +tag -tag    whether the file of that mapping knows its pages as dirty, for DAX
 *
 * As the kernel's bugs do: under the right locks, and nobody is told. Nobody
 * may touch the memory until it is undone.
 *
 *   +page -page    maps a page of its own, as drivers do: vm_insert_page();
 *   +pages -pages  all pages up to END: vm_insert_pages();
 *   +all -all      all pages of the mapping: vm_map_pages_zero();
 *   +pfns -pfns    all of them: remap_pfn_range();
 *                  -: as the mapping says, +: writable and marked uffd-wp
 *   +device        gives each page to a device for itself: make_device_exclusive()
 *   +large -large  one page everywhere, in more entries than a probe looks at
 *   +hold          the same as -large, and keeps mmap_lock for some seconds
 *
 *   !OP            from now on does it behind the kernel's back, each time it has
 *                  worked on these entries: what it has just put back or cleaned is
 *                  wrong before it returns. One at a time, until
 *   -later
 *
 * And it can be mapped, as devices are: mmap() of offset 0 maps its pages, of any other
 * offset their frames.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/hugetlb.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/page-flags.h>
#include <linux/pagemap.h>
#include <linux/rmap.h>
#include <linux/uaccess.h>

#include "arch/arch.h"

enum what { WBIT, SOFT_DIRTY, UFFD_WP, MARK, EXCL, PROT, TAG, MAP_PAGE, MAP_PAGES, MAP_ALL, MAP_PFNS, MAP_LARGE, DEVICE, HOLD, LATER };

#define HOLD_MS		8000

static const char * const ops[] = {
	[WBIT]		= "w",
	[SOFT_DIRTY]	= "sd",
	[UFFD_WP]	= "wp",
	[MARK]		= "mark",
	[EXCL]		= "excl",
	[PROT]		= "prot",
	[TAG]		= "tag",
	[MAP_PAGE]	= "page",
	[MAP_PAGES]	= "pages",
	[MAP_ALL]	= "all",
	[MAP_PFNS]	= "pfns",
	[MAP_LARGE]	= "large",
	[DEVICE]	= "device",
	[HOLD]		= "hold",
	[LATER]		= "later",
};

struct order {
	enum what what;
	bool on, later;
	unsigned long start, end;
};

/* Of an entry of any level; 0: the architecture has no such bit. */
static u64 bit_of(enum what what)
{
	switch (what) {
	case WBIT:
		return mma_raw_mkrw(0);
	case SOFT_DIRTY:
		return mma_raw_bits(MMA_F_PTE_SOFT_DIRTY);
	case UFFD_WP:
		return MMA_RAW_UFFD;
	default:
		return 0;
	}
}

static void mark(struct page *page, bool on)
{
#ifdef HAVE_PAGE_ANON_EXCLUSIVE
	if (on)
		SetPageAnonExclusive(page);
	else
		ClearPageAnonExclusive(page);
#endif
}

/* The entry is locked and present. */
static void plant(u64 *entry, unsigned long pfn, const struct order *o)
{
	if (o->what == EXCL)
		mark(pfn_to_page(pfn), o->on);
	else if (o->on)
		WRITE_ONCE(*entry, *entry | bit_of(o->what));
	else
		WRITE_ONCE(*entry, *entry & ~bit_of(o->what));
}

static unsigned long plant_pmd(struct mm_struct *mm, pmd_t *pmd, const struct order *o)
{
	spinlock_t *ptl = pmd_lock(mm, pmd);

	plant((u64 *)pmd, pmd_pfn(*pmd), o);
	spin_unlock(ptl);
	return PMD_SIZE;
}

/* hugetlb's marker stands in the PMD entry. */
static unsigned long plant_huge_marker(struct mm_struct *mm, pmd_t *pmd, const struct order *o)
{
	spinlock_t *ptl;

	if (o->what != MARK || pmd_none(*pmd))
		return 0;
	ptl = pmd_lock(mm, pmd);
	WRITE_ONCE(*pmd, __pmd(0));
	spin_unlock(ptl);
	return PMD_SIZE;
}

static unsigned long plant_pud(struct mm_struct *mm, pud_t *pud, const struct order *o)
{
	spin_lock(&mm->page_table_lock);
	plant((u64 *)pud, pud_pfn(*pud), o);
	spin_unlock(&mm->page_table_lock);
	return PUD_SIZE;
}

static unsigned long plant_pte(struct mm_struct *mm, pmd_t *pmd, unsigned long addr,
			       const struct order *o)
{
	spinlock_t *ptl = pte_lockptr(mm, pmd);
	pte_t *pte = pte_offset_kernel(pmd, addr);
	bool found;

	spin_lock(ptl);
	found = o->what == MARK ? !pte_none(*pte) && !pte_present(*pte) : pte_present(*pte);
	if (found && o->what == MARK)
		WRITE_ONCE(*pte, __pte(0));
	else if (found)
		plant((u64 *)pte, pte_pfn(*pte), o);
	spin_unlock(ptl);
	return found ? PAGE_SIZE : 0;
}

/* Under mmap_lock for writing. Returns the bytes the entry at addr maps; 0: none. */
static unsigned long plant_at(struct mm_struct *mm, unsigned long addr, const struct order *o)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd))
		return 0;
	p4d = p4d_offset(pgd, addr);
	if (p4d_none(*p4d))
		return 0;
	pud = pud_offset(p4d, addr);
	if (!pud_present(*pud))
		return 0;
	if (pud_bad(*pud))
		return plant_pud(mm, pud, o);
	pmd = pmd_offset(pud, addr);
	if (!pmd_present(*pmd))
		return plant_huge_marker(mm, pmd, o);
	return pmd_bad(*pmd) ? plant_pmd(mm, pmd, o) : plant_pte(mm, pmd, addr, o);
}

static int plant_range(struct mm_struct *mm, const struct order *o)
{
	unsigned long addr, size;

	if (o->what <= UFFD_WP && !bit_of(o->what))
		return -EOPNOTSUPP;
	for (addr = o->start; addr < o->end; addr += size) {
		size = plant_at(mm, addr, o);
		if (!size)
			return -ENOENT;
	}
	return 0;
}

static int plant_prot(struct mm_struct *mm, const struct order *o)
{
	struct vm_area_struct *vma = find_vma(mm, o->start);
	u64 prot;

	if (!vma || vma->vm_start > o->start)
		return -ENOENT;
	prot = pgprot_val(vma->vm_page_prot);
	prot = o->on ? prot | bit_of(WBIT) : prot & ~bit_of(WBIT);
	WRITE_ONCE(vma->vm_page_prot, __pgprot(prot));
	return 0;
}

static int plant_tag(struct mm_struct *mm, const struct order *o)
{
	struct vm_area_struct *vma = find_vma(mm, o->start);
	unsigned long addr, index;
	struct xarray *pages;

	if (!vma || vma->vm_start > o->start || !vma->vm_file)
		return -ENOENT;
	pages = &vma->vm_file->f_mapping->i_pages;
	for (addr = o->start; addr < o->end; addr += PAGE_SIZE) {
		index = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT);
		if (o->on)
			xa_set_mark(pages, index, PAGECACHE_TAG_DIRTY);
		else
			xa_clear_mark(pages, index, PAGECACHE_TAG_DIRTY);
	}
	return 0;
}

#define NR_PAGES	32
static struct page *pages[NR_PAGES];		/* of this module, a block */

static int map_large(struct vm_area_struct *vma, const struct order *o)
{
	unsigned long nr = (o->end - o->start) >> PAGE_SHIFT, i;
	struct page **same = kvmalloc_array(nr, sizeof(*same), GFP_KERNEL);
	int ret;

	if (!same)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		same[i] = pages[0];
	ret = vm_insert_pages(vma, o->start, same, &nr);
	kvfree(same);
	return ret;
}

static int map_some(struct vm_area_struct *vma, const struct order *o, pgprot_t prot)
{
	unsigned long nr = (o->end - o->start) >> PAGE_SHIFT;

	if (o->what == MAP_LARGE)
		return map_large(vma, o);
	if (nr > NR_PAGES)
		return -EINVAL;
	if (o->what == MAP_PAGE)
		return vm_insert_page(vma, o->start, pages[0]);
	if (o->what == MAP_PAGES)
		return vm_insert_pages(vma, o->start, pages, &nr);
	if (o->what == MAP_ALL)
		return vm_map_pages_zero(vma, pages, nr);
	return remap_pfn_range(vma, o->start, page_to_pfn(pages[0]), nr << PAGE_SHIFT, prot);
}

static int map_pages(struct mm_struct *mm, const struct order *o)
{
	struct vm_area_struct *vma = find_vma(mm, o->start);
	pgprot_t prot, was;
	int ret;

	if (!vma || vma->vm_start > o->start)
		return -ENOENT;
	was = vma->vm_page_prot;
	prot = o->on ? __pgprot(pgprot_val(was) | bit_of(WBIT) | bit_of(UFFD_WP)) : was;
	WRITE_ONCE(vma->vm_page_prot, prot);
	ret = map_some(vma, o, prot);
	WRITE_ONCE(vma->vm_page_prot, was);
	return ret;
}

/* The device lets go when the CPU comes: there is none that would mind. */
static int give_away(struct mm_struct *mm, const struct order *o)
{
#if defined(HAVE_MAKE_DEVICE_EXCLUSIVE) && defined(CONFIG_DEVICE_PRIVATE)
	unsigned long addr;
	struct folio *folio;
	struct page *page;

	for (addr = o->start; addr < o->end; addr += PAGE_SIZE) {
		page = make_device_exclusive(mm, addr, NULL, &folio);
		if (IS_ERR(page))
			return PTR_ERR(page);
		folio_unlock(folio);
		folio_put(folio);
	}
	return 0;
#else
	return -EOPNOTSUPP;
#endif
}

/* Of a large range more than a probe looks at: the rest waits for mmap_lock. */
static int map_and_hold(struct mm_struct *mm, const struct order *o)
{
	struct vm_area_struct *vma = find_vma(mm, o->start);
	int ret = vma && vma->vm_start <= o->start ? map_large(vma, o) : -ENOENT;

	if (!ret)
		msleep(HOLD_MS);
	pr_info("wrong: lets go\n");
	return ret;
}

/* ---- behind the kernel's back ---- */

static struct later {
	struct mmu_notifier mn;
	struct order order;
	struct mm_struct *mm;		/* NULL: none is waiting */
} later;

/* try_to_unmap_one(), page_mkclean_one() and the like end with this call, after they have dropped the page-table lock. */
static void worked(struct mmu_notifier *mn, const struct mmu_notifier_range *range)
{
	struct order o = later.order;

	if (range->event != MMU_NOTIFY_CLEAR && range->event != MMU_NOTIFY_PROTECTION_PAGE)
		return;
	o.start = max(o.start, range->start);
	o.end = min(o.end, range->end);
	plant_range(later.mm, &o);
}

static const struct mmu_notifier_ops later_ops = { .invalidate_range_end = worked };

/* mmap_lock is held for writing. */
static int wait_for(struct mm_struct *mm, const struct order *o)
{
	int ret;

	if (later.mm)
		return -EBUSY;
	later.mn.ops = &later_ops;
	later.order = *o;
	ret = __mmu_notifier_register(&later.mn, mm);
	later.mm = ret ? NULL : mm;
	return ret;
}

static int wait_no_more(void)
{
	if (later.mm != current->mm)
		return -ESRCH;
	mmu_notifier_unregister(&later.mn, later.mm);
	later.mm = NULL;
	return 0;
}

static int carry_out(struct mm_struct *mm, const struct order *o)
{
	if (o->later)
		return wait_for(mm, o);
	if (o->what == HOLD)
		return map_and_hold(mm, o);
	if (o->what == DEVICE)
		return give_away(mm, o);
	if (o->what >= MAP_PAGE)
		return map_pages(mm, o);
	if (o->what == TAG)
		return plant_tag(mm, o);
	return o->what == PROT ? plant_prot(mm, o) : plant_range(mm, o);
}

static int parse(char *text, struct order *o)
{
	char sign, name[8];
	int i;

	o->later = *text == '!';
	text += o->later;
	if (sscanf(text, "%c%7s %lx %lx", &sign, name, &o->start, &o->end) != 4)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		if (strcmp(name, ops[i]))
			continue;
		o->what = i;
		o->on = sign == '+';
		return o->on || sign == '-' ? 0 : -EINVAL;
	}
	return -EINVAL;
}

static ssize_t order(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	char text[80] = {};
	struct order o;
	int ret;

	if (len >= sizeof(text) || copy_from_user(text, buf, len))
		return -EINVAL;
	ret = parse(text, &o);
	if (!ret && o.what == LATER)
		ret = wait_no_more() ?: len;
	if (ret)
		return ret;
	mmap_write_lock(current->mm);
	ret = carry_out(current->mm, &o);
	mmap_write_unlock(current->mm);
	return ret ?: len;
}

static int map_device(struct file *file, struct vm_area_struct *vma)
{
	unsigned long nr = vma_pages(vma);

	if (nr > NR_PAGES)
		return -EINVAL;
	if (!vma->vm_pgoff)
		return vm_insert_pages(vma, vma->vm_start, pages, &nr);
	return remap_pfn_range(vma, vma->vm_start, page_to_pfn(pages[0]), nr << PAGE_SHIFT, vma->vm_page_prot);
}

static const struct file_operations fops = { .owner = THIS_MODULE, .write = order, .mmap = map_device };

static struct miscdevice dev = {
	.minor = MISC_DYNAMIC_MINOR, .name = "wrong", .fops = &fops, .mode = 0600,
};

static int __init wrong_init(void)
{
	void *block = alloc_pages_exact(NR_PAGES * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);
	int i, ret;

	if (!block)
		return -ENOMEM;
	for (i = 0; i < NR_PAGES; i++)
		pages[i] = virt_to_page(block) + i;
	ret = misc_register(&dev);
	if (ret)
		free_pages_exact(block, NR_PAGES * PAGE_SIZE);
	return ret;
}

/* Nobody maps the pages any more: who did is gone. */
static void __exit wrong_exit(void)
{
	misc_deregister(&dev);
	free_pages_exact(page_address(pages[0]), NR_PAGES * PAGE_SIZE);
}

module_init(wrong_init);
module_exit(wrong_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("plants wrong page table entries, to see them found");
