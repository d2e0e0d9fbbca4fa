// SPDX-License-Identifier: GPL-2.0
/*
 * selftest.c - does the module see what it should? An audit by a blind module must
 * never end as clean.
 *
 * The canary of each kind of hook in use is called (canary.h), the calling task
 * does work that must hit the points of worked[], and a known legal and a known
 * wrong grant are made in it and read back through a reader.
 *
 * The memory is mappings of a file of ours in the calling task. The first is
 * shared and its vm_page_prot carries the write bit, so a read fault maps each
 * page writable: legal for the first page. Before the second VM_WRITE is taken
 * from the vma without telling vm_page_prot, the way a lost update would, so the
 * kernel grants wrongly: rule VM_WRITE at site file-fault. Nobody writes there
 * and the mapping is gone before we return.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "confirm.h"
#include "reader.h"
#include "record.h"
#include "rule.h"
#include "selftest.h"
#include "site.h"
#include "stat.h"

static DEFINE_MUTEX(lock);
static struct mma_selftest_result last = { .state = MMA_STATE_BLIND, .reason = "self-test has not run" };

/*
 * Nobody but the self-test may touch the mapping: a task that has locked all its
 * future memory would find both pages mapped by vm_mmap(), and no fault left.
 */
static bool ready;

static vm_fault_t fault_page(struct vm_fault *vmf)
{
	if (!READ_ONCE(ready))
		return VM_FAULT_SIGBUS;
	vmf->page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	return vmf->page ? 0 : VM_FAULT_OOM;
}

static const struct vm_operations_struct vm_ops = { .fault = fault_page };

/* vm_insert_page(), which is a site: mmap_lock is held for writing here. */
static int insert(struct vm_area_struct *vma)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);
	int ret;

	if (!page)
		return -ENOMEM;
	ret = vm_insert_page(vma, vma->vm_start + PAGE_SIZE, page);
	put_page(page);
	return ret;
}

static int map(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &vm_ops;
	mma_vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP | VM_DONTCOPY);
	return vma->vm_flags & VM_SHARED ? 0 : insert(vma);
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

/* vm_munmap() may fail (killed, no memory): the mapping that then stays must be right. */
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

static int write_to(unsigned long addr)
{
	return put_user(1, (char __user *)addr);
}

/* A fault where there is nothing to do: it sets the entry young by ptep_set_access_flags(). */
static int fault_again(unsigned long addr)
{
	int ret;

	if (mmap_read_lock_killable(current->mm))
		return -EINTR;
	ret = fixup_user_fault(current->mm, addr, 0, NULL);
	mmap_read_unlock(current->mm);
	return ret;
}

/* ---- points that the self-test's work must hit ---- */

static const enum mma_point worked[] = {
	MMA_POINT_FAULT, MMA_POINT_WP_FAULT, MMA_POINT_WP_COPY, MMA_POINT_UPGRADE, MMA_POINT_GATHER,
	MMA_POINT_INSERT_PAGE,
};

struct hits {
	u64 was[ARRAY_SIZE(worked)];
};

static void note_hits(struct hits *h)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(worked); i++)
		h->was[i] = mma_point_on(worked[i]) ? mma_total_hits(worked[i]) : U64_MAX;
}

/* A hit by another task proves it as well. */
static bool all_hit(const struct hits *h, char *why)
{
	struct mma_point_info info;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(worked); i++) {
		if (h->was[i] != mma_total_hits(worked[i]))
			continue;
		info.id = worked[i];
		mma_point_info(&info);
		scnprintf(why, MMA_REASON_MAX, "%s() was called and its probe was not: has a live patch or BPF taken it? ('mmaudit sites')",
			  info.symbol);
		return false;
	}
	return true;
}

/* ---- two known grants, read back ---- */

struct seen {
	bool legal, wrong;
};

/* Reads all records; notes what they say of the two pages. */
static void read_grants(struct mma_reader *r, unsigned long addr, struct seen *seen)
{
	union {
		struct mma_decision d;
		u8 raw[MMA_REC_MAX];
	} *rec = kmalloc(sizeof(*rec), GFP_KERNEL);

	if (!rec)
		return;
	mutex_lock(mma_reader_lock(r));
	while (mma_reader_peek(r, rec) > 0) {
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

static const char *try_grants(struct mma_reader *r, unsigned long addr)
{
	const struct mma_filter filter = {
		.size = sizeof(filter), .flags = MMA_FILTER_DECISIONS, .pid = current->tgid,
	};
	struct seen seen = {};

	if (mma_reader_filter(r, &filter))
		return "no memory for the self-test's reader";
	if (touch(addr) || break_vma(addr) || touch(addr + PAGE_SIZE))
		return "the self-test could not touch its own mapping";
	if (mma_wait_confirmed(r))
		return "the self-test was interrupted";
	read_grants(r, addr, &seen);
	if (!seen.legal)
		return "a known legal grant was not seen (is the probe on handle_mm_fault on?)";
	return seen.wrong ? NULL : "a known wrong grant was not reported";
}

/* A page that was read first is copied by a write: do_wp_page(), wp_page_copy(). */
static const char *try_write(struct mma_reader *r, unsigned long addr)
{
	if (touch(addr) || fault_again(addr) || write_to(addr))
		return "the self-test could not write to its own mapping";
	return NULL;
}

static const char *try_map(struct mma_reader *r, struct file *file, unsigned long flags,
			   const char *(*try)(struct mma_reader *r, unsigned long addr))
{
	unsigned long addr;
	const char *why;

	addr = vm_mmap(file, 0, MMA_PLANTED, PROT_READ | PROT_WRITE, flags, 0);
	if (IS_ERR_VALUE(addr))
		return "the self-test could not map its file";
	mma_plant(current->mm, addr);
	WRITE_ONCE(ready, true);
	why = try(r, addr);
	WRITE_ONCE(ready, false);
	mend_vma(addr);
	mma_plant(NULL, addr);
	vm_munmap(addr, MMA_PLANTED);
	return why;
}

static const char *try_reader(struct mma_reader *r)
{
	struct file *file = anon_inode_getfile("[mmaudit]", &fops, NULL, O_RDWR);
	const char *why;

	if (IS_ERR(file))
		return "the self-test could not open its file";
	why = try_map(r, file, MAP_SHARED, try_grants);
	if (!why)
		why = try_map(r, file, MAP_PRIVATE, try_write);
	fput(file);
	return why;
}

static const char *try_work(void)
{
	struct mma_reader *r;
	const char *why;

	if (!current->mm)
		return "the self-test needs a user task";
	r = mma_reader_open(true);
	if (IS_ERR(r))
		return "no reader left for the self-test";
	why = try_reader(r);
	mma_reader_close(r);
	return why;
}

static bool work_seen(char *why)
{
	const char *failed;
	struct hits hits;

	note_hits(&hits);
	failed = try_work();
	if (failed)
		strscpy(why, failed, MMA_REASON_MAX);
	return !failed && all_hit(&hits, why);
}

/*
 * False: why says in one sentence what is not seen. The kinds of hooks are tested
 * first, since a point may be silent only because its kind is off. A kretprobe
 * drops calls while all its instances are asleep, so the work is tried again.
 */
static bool sees(char *why)
{
	int tries;

	for (tries = 0; tries < 3; tries++) {
		if (!mma_sites_see(why, MMA_REASON_MAX))
			return false;
		if (work_seen(why))
			return true;
	}
	return false;
}

/* Whether some hook did not see since proof was last set; why says for how long, and which. */
static bool was_dark(struct mma_selftest_result *proof, char *why)
{
	char last_why[MMA_REASON_MAX];
	u64 now = mma_sites_dark(last_why, sizeof(last_why));
	u64 since = proof->state ? now - proof->dark : 0;

	proof->dark = now;
	if (since)
		scnprintf(why, MMA_REASON_MAX, "for about %llu s: %s", since, last_why);
	return since;
}

/* A module that sees all may still judge an unknown kernel by what older ones did. */
static void set_state(struct mma_selftest_result *proof, bool sees, const char *why)
{
	if (sees && MMA_UNKNOWN_KERNEL)
		why = "this kernel is newer than mmaudit, which knows " MMA_KNOWN_KERNELS ": it may decide otherwise inside its functions";
	proof->state = !sees ? MMA_STATE_BLIND : MMA_UNKNOWN_KERNEL ? MMA_STATE_UNKNOWN : MMA_STATE_OK;
	strscpy(proof->reason, why, sizeof(proof->reason));
}

static void test(struct mma_selftest_result *proof)
{
	char now[MMA_REASON_MAX], before[MMA_REASON_MAX] = "";
	bool ok, dark;

	mma_watch_begin();
	ok = sees(now);
	mma_sites_release();
	dark = was_dark(proof, before);
	set_state(proof, ok && !dark, ok ? before : now);
}

/* In a user task that may sleep. */
int mma_selftest(struct mma_selftest_result *proof)
{
	if (mutex_lock_killable(&lock))
		return -EINTR;
	test(proof);
	last = *proof;
	mutex_unlock(&lock);
	return 0;
}

/* An open file that has not asked for a self-test gets the result of the last one. */
void mma_selftest_read(const struct mma_selftest_result *proof, u32 *st, char *why, size_t size)
{
	mutex_lock(&lock);
	if (!proof->state)
		proof = &last;
	*st = proof->state;
	strscpy(why, proof->reason, size);
	mutex_unlock(&lock);
}

/*
 * Built in, there is no user task yet: whoever opens the device asks for a self-test.
 * It does not fail, and no stage that can fail may come after it: its file is
 * closed only when the loading task returns to user space, and a load that fails
 * frees the module before that, whoever holds a reference.
 */
int mma_selftest_init(void)
{
	struct mma_selftest_result proof = {};

	mma_selftest(&proof);
	if (last.state == MMA_STATE_BLIND && current->mm)
		pr_warn("blind: %s\n", last.reason);
	else if (last.state == MMA_STATE_UNKNOWN)
		pr_notice("unknown kernel: %s\n", last.reason);
	return 0;
}
