// SPDX-License-Identifier: GPL-2.0
/*
 * selftest.c - makes a known legal and a known wrong grant on memory of its
 * own and reads both back through a reader: blind is never reported as clean.
 *
 * The memory is a shared mapping of a file of ours in the calling task. Its
 * vm_page_prot carries the write bit, so a read fault maps each page writable:
 * legal for the first page. Before the second VM_WRITE is taken from the vma
 * without telling vm_page_prot, the way a lost update would, so the kernel
 * grants wrongly: rule VM_WRITE at site file-fault. Nobody writes there and
 * the mapping is gone before we return.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "mma.h"

static DEFINE_MUTEX(lock);
static u32 state = MMA_STATE_BLIND;
static char reason[128] = "self-test has not run";

/* The mapping under test; grants there are ours, and no violation of the kernel's. */
static struct mm_struct *planted_mm;
static unsigned long planted_addr;

bool mma_selftest_owns(const struct mm_struct *mm, unsigned long addr)
{
	return unlikely(mm == READ_ONCE(planted_mm)) && addr - READ_ONCE(planted_addr) < 2 * PAGE_SIZE;
}

/*
 * Nobody but the self-test may touch the mapping: a task that has locked all its
 * future memory would find both pages mapped by vm_mmap(), and no fault left.
 */
static bool ready;

static vm_fault_t give_page(struct vm_fault *vmf)
{
	if (!READ_ONCE(ready))
		return VM_FAULT_SIGBUS;
	vmf->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	return vmf->page ? 0 : VM_FAULT_OOM;
}

static const struct vm_operations_struct vm_ops = { .fault = give_page };

static int map(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &vm_ops;
	mma_vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP | VM_DONTCOPY);
	return 0;
}

static const struct file_operations fops = { .owner = THIS_MODULE, .mmap = map };

static struct vm_area_struct *our_vma(unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(current->mm, addr);

	return vma && vma->vm_start <= addr && vma->vm_ops == &vm_ops ? vma : NULL;
}

static int break_vma(unsigned long addr)
{
	struct vm_area_struct *vma;

	if (mmap_write_lock_killable(current->mm))
		return -EINTR;
	vma = our_vma(addr);
	if (vma)
		mma_vm_flags_clear(vma, VM_WRITE);
	mmap_write_unlock(current->mm);
	return vma ? 0 : -ENOENT;
}

/* Whether or not vm_munmap() can do its part (killed, no memory): what stays is no lie. */
static void mend_vma(unsigned long addr)
{
	struct vm_area_struct *vma;

	mmap_write_lock(current->mm);
	vma = our_vma(addr);
	if (vma)
		mma_vm_flags_set(vma, VM_WRITE);
	mmap_write_unlock(current->mm);
}

static int touch(unsigned long addr)
{
	char __maybe_unused c;

	return get_user(c, (char __user *)addr);
}

struct seen {
	bool legal, wrong;
};

/* Drain the reader; note what it tells of the two pages. */
static void look(struct mma_reader *r, unsigned long addr, struct seen *seen)
{
	union {
		struct mma_decision d;
		u8 raw[MMA_REC_MAX];
	} *rec = kmalloc(sizeof(*rec), GFP_KERNEL);

	if (!rec)
		return;
	mutex_lock(mma_reader_lock(r));
	while (mma_reader_take(r, rec) > 0) {
		mma_reader_consume(r);
		if (rec->d.hdr.type != MMA_REC_DECISION)
			continue;
		if (rec->d.addr == addr && rec->d.verdict == MMA_GRANTED && !rec->d.broken)
			seen->legal = true;
		if (rec->d.addr == addr + PAGE_SIZE &&
		    (rec->d.broken & 1U << MMA_RULE_VM_WRITE))
			seen->wrong = true;
	}
	mutex_unlock(mma_reader_lock(r));
	kfree(rec);
}

static const char *try_on(struct mma_reader *r, unsigned long addr)
{
	const struct mma_filter filter = {
		.size = sizeof(filter), .flags = MMA_FILTER_DECISIONS, .pid = current->tgid,
	};
	struct seen seen = {};

	if (mma_reader_filter(r, &filter))
		return "no memory for the self-test's reader";
	if (touch(addr) || break_vma(addr) || touch(addr + PAGE_SIZE))
		return "the self-test could not touch its own mapping";
	mma_confirm_flush();
	look(r, addr, &seen);
	if (!seen.legal)
		return "a known legal grant was not seen (is the probe on handle_mm_fault on?)";
	return seen.wrong ? NULL : "a known wrong grant was not reported";
}

static const char *try_file(struct mma_reader *r, struct file *file)
{
	unsigned long addr;
	const char *why;

	addr = vm_mmap(file, 0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, 0);
	if (IS_ERR_VALUE(addr))
		return "the self-test could not map its file";
	WRITE_ONCE(planted_addr, addr);
	WRITE_ONCE(planted_mm, current->mm);
	WRITE_ONCE(ready, true);
	why = try_on(r, addr);
	WRITE_ONCE(ready, false);
	mend_vma(addr);
	WRITE_ONCE(planted_mm, NULL);
	vm_munmap(addr, 2 * PAGE_SIZE);
	return why;
}

static const char *try_reader(struct mma_reader *r)
{
	struct file *file = anon_inode_getfile("[mmaudit]", &fops, NULL, O_RDWR);
	const char *why;

	if (IS_ERR(file))
		return "the self-test could not open its file";
	why = try_file(r, file);
	fput(file);
	return why;
}

/* In a user task that may sleep. */
void mma_selftest(void)
{
	struct mma_reader *r;
	const char *why;

	mutex_lock(&lock);
	mma_sites_hold();
	r = mma_reader_open(true);
	if (IS_ERR(r)) {
		why = "no reader left for the self-test";
	} else {
		why = current->mm ? try_reader(r) : "the self-test needs a user task";
		mma_reader_close(r);
	}
	mma_sites_release();
	state = why ? MMA_STATE_BLIND : MMA_STATE_OK;
	strscpy(reason, why ?: "", sizeof(reason));
	mutex_unlock(&lock);
}

void mma_selftest_result(u32 *st, char *why, size_t size)
{
	mutex_lock(&lock);
	*st = state;
	strscpy(why, reason, size);
	mutex_unlock(&lock);
}

/*
 * Does not fail, and nothing that does may come after it: its file is closed
 * only when the loading task returns to user space, and a load that fails
 * frees us before, whoever holds a reference.
 */
int mma_selftest_init(void)
{
	mma_selftest();
	if (state == MMA_STATE_BLIND)
		pr_warn("blind: %s\n", reason);
	return 0;
}
