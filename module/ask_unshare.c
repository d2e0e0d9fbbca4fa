// SPDX-License-Identifier: GPL-2.0
/*
 * ask_unshare.c - does unshare copy the zero page, or only anonymous pages? A page of a
 * mapping of our own is read, which maps the zero page, and unshared; then another page
 * is there, or the same.
 */
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>

#include "ask_unshare.h"
#include "walk.h"

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
int mma_ask_unshare(void)
{
	unsigned long addr;
	int ret;

	if (!FAULT_FLAG_UNSHARE)
		return -EOPNOTSUPP;
	addr = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(addr))
		return -ENOMEM;
	ret = try_unshare(current->mm, addr);
	vm_munmap(addr, PAGE_SIZE);
	return ret;
}
