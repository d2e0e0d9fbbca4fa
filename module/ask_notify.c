// SPDX-License-Identifier: GPL-2.0
/*
 * ask_notify.c - does vma_wants_writenotify() heed uffd-wp? It is not exported, but mmap
 * asks it last, when the file's own ->mmap() has returned: vma_set_page_prot() in
 * mmap_region() mm/mmap.c:1906 (5.10), :2884 (6.1), :1574 (6.12), mm/vma.c:2663 (7.2).
 * So ->mmap() of a file of ours sets VM_UFFD_WP, and vm_page_prot has the answer: with
 * or without the write bit. The flag goes before the mapping does. No userfaultfd is
 * behind it and no page is ever mapped there: who touches it gets SIGBUS.
 *
 * A load that fails may free the module before the file is closed. So both are left
 * with nothing of ours: the mapping has no operations but the kernel's, and the file
 * gets those of the kernel before the mapping goes, which waits for mmap_lock and so for
 * whoever has found our operations by the mapping.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched.h>

#include "ask_notify.h"

/* Not merged, not inherited, not dumped. */
#define OURS	(VM_DONTEXPAND | VM_DONTCOPY | VM_DONTDUMP)

static int map_plain(struct file *file, struct vm_area_struct *vma)
{
	mma_vm_flags_set(vma, OURS);
	return 0;
}

static int map_watched(struct file *file, struct vm_area_struct *vma)
{
	mma_vm_flags_set(vma, OURS | VM_UFFD_WP);
	return 0;
}

static const struct file_operations plain = { .mmap = map_plain }, watched = { .mmap = map_watched };

/* Takes the flag away. 1: a page would be mapped writable at once; 0: not; or -errno. */
static int look(struct mm_struct *mm, const struct file *file, unsigned long addr)
{
	struct vm_area_struct *vma;
	int ret = -ENOENT;

	mmap_write_lock(mm);
	vma = find_vma(mm, addr);
	if (vma && vma->vm_file == file) {
		ret = mma_prot_write(vma->vm_page_prot);
		mma_vm_flags_clear(vma, VM_UFFD_WP);
	}
	mmap_write_unlock(mm);
	return ret;
}

/* What look() says of a new mapping. */
static int maps_writable(const struct file_operations *fops)
{
	struct file *file = anon_inode_getfile("[mmaudit]", fops, NULL, O_RDWR);
	unsigned long addr;
	int ret = -ENOMEM;

	if (IS_ERR(file))
		return PTR_ERR(file);
	addr = vm_mmap(file, 0, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	replace_fops(file, &generic_ro_fops);
	if (!IS_ERR_VALUE(addr)) {
		ret = look(current->mm, file, addr);
		vm_munmap(addr, PAGE_SIZE);
	}
	fput(file);
	return ret;
}

/* Where the bit is missing without the flag, too, nothing is learned. */
int mma_ask_notify(void)
{
	int ret;

	if (!IS_ENABLED(CONFIG_USERFAULTFD) || !IS_ENABLED(CONFIG_HAVE_ARCH_USERFAULTFD_WP))
		return -EOPNOTSUPP;
	ret = maps_writable(&plain);
	if (ret != 1)
		return ret < 0 ? ret : -EOPNOTSUPP;
	ret = maps_writable(&watched);
	return ret < 0 ? ret : !ret;
}
