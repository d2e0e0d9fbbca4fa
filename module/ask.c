// SPDX-License-Identifier: GPL-2.0
/*
 * ask.c - how does this kernel decide inside its functions? Versions say so
 * (MMA_KERN_VERSION_FACTS), but a vendor may have backported it. So what can be tried
 * on memory of our own is tried at load, before anything is probed, and the version only
 * stands in where that fails.
 *
 * Asked: does unshare copy the zero page? Not asked, because it would take memory that a
 * module cannot make without a file of its own, which outlives a load that fails:
 * KERN_UFFD_NOTIFY, KERN_LARGE_COPY, KERN_UFFD_RESETS.
 */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>

#include "ask.h"
#include "facts.h"
#include "walk.h"

/*
 * "mm: extend FAULT_FLAG_UNSHARE support to anything in a COW mapping" rests on "mm: rework
 * handling in do_wp_page() based on private vs. shared mappings", patches of one series
 * (6.2): who has the former has the latter.
 */
#define UNSHARES	(MMA_F_KERN_UNSHARE_FILE | MMA_F_KERN_SHARED_FIRST)

static u64 asked;			/* MMA_F_KERN_* that the kernel has answered */

u64 mma_asked(void)
{
	return asked;
}

static int fault(struct vm_area_struct *vma, unsigned long addr, unsigned int flags)
{
	return handle_mm_fault(vma, addr, flags, NULL) & VM_FAULT_ERROR ? -EFAULT : 0;
}

/* The frame that is mapped there; 0: none, or a huge one. */
static unsigned long frame_at(struct mm_struct *mm, unsigned long addr)
{
	u8 level;
	u64 raw;

	preempt_disable();
	raw = mma_peek(mm, addr, &level);
	preempt_enable();
	return level == MMA_LEVEL_PTE && pte_present(__pte(raw)) ? pte_pfn(__pte(raw)) : 0;
}

/* Under mmap_lock. 1: another page is there after the fault; 0: the same; or -errno. */
static int unshares_page(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);
	unsigned long was, is;

	if (!vma || vma->vm_start > addr || fault(vma, addr, 0))
		return -EFAULT;
	was = frame_at(mm, addr);
	if (!was || !is_zero_pfn(was) || fault(vma, addr, FAULT_FLAG_UNSHARE))
		return -EFAULT;
	is = frame_at(mm, addr);
	return is ? is != was : -EFAULT;
}

static int try_unshare(struct mm_struct *mm, unsigned long addr)
{
	int ret;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	ret = unshares_page(mm, addr);
	mmap_read_unlock(mm);
	return ret;
}

/* Of a mapping that nobody may write to even a task that locks all its memory gets the zero page. */
static int asks_unshare(void)
{
	unsigned long addr;
	int ret;

	if (!current->mm || !FAULT_FLAG_UNSHARE)
		return -EOPNOTSUPP;
	addr = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(addr))
		return -ENOMEM;
	ret = try_unshare(current->mm, addr);
	vm_munmap(addr, PAGE_SIZE);
	return ret;
}

/* It never fails: where nothing is answered, versions have answered. */
int mma_ask_init(void)
{
	u64 by_version = mma_kernel_facts();
	int ret = asks_unshare();

	if (ret < 0)
		return 0;
	asked = UNSHARES;
	mma_set_kernel_facts(ret ? by_version | UNSHARES : by_version & ~UNSHARES);
	if (mma_kernel_facts() != by_version)
		pr_notice("unshare %s the zero page, unlike in other kernels of this version: this one is judged by what it does\n",
			  ret ? "copies" : "does not copy");
	return 0;
}
