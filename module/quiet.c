// SPDX-License-Identifier: GPL-2.0
/*
 * quiet.c - was anything at work on a mm that may rightly clear uffd-wp,
 * soft-dirty or a whole entry, between two looks at it?
 *
 * Zapping and un-write-protecting go through tlb_gather_mmu(), which raises
 * mm->tlb_flush_pending until all is done; clear_refs is watched from end to
 * end, and so is mremap, which takes whole entries elsewhere. So quiet is: none
 * in flight at the first look, none begun since.
 */
#include <linux/hash.h>
#include <linux/mm.h>

#include "mma.h"

#define BITS 8

/*
 * A task may work inside a gather of its own, as mprotect and userfaultfd do
 * when they split a huge page: `only` is who began one while there was none,
 * `mover` the same of mremap.
 */
static struct {
	atomic_t begun, moving;
	struct task_struct *only, *mover;
} mms[1 << BITS];			/* by mm */
static atomic_t entered, left;		/* clear_refs_write(): whose mm, is not known at its entry */

static unsigned int of(const struct mm_struct *mm)
{
	return hash_ptr(mm, BITS);
}

static u32 now(const struct mm_struct *mm)
{
	return (atomic_read(&mms[of(mm)].begun) + atomic_read(&entered)) << 1 | 1;
}

static bool in_flight(struct mm_struct *mm)
{
	int pending = mma_flush_pending(mm), moving = atomic_read(&mms[of(mm)].moving);

	return pending > (READ_ONCE(mms[of(mm)].only) == current) ||
	       moving > (READ_ONCE(mms[of(mm)].mover) == current);
}

/* 0: not quiet, or nobody would tell. */
u32 mma_quiet(struct mm_struct *mm)
{
	u32 token = now(mm);

	if (!mma_point_on(MMA_POINT_GATHER) || !mma_point_on(MMA_POINT_CLEAR_REFS))
		return 0;
	smp_mb();	/* who begins after this is counted */
	if (in_flight(mm) || atomic_read(&entered) - atomic_read(&left) > 0)
		return 0;
	return token;
}

/*
 * MMA_F_KEEPS if nothing else was at work since the token. Asked with the
 * entry's page-table lock held, after it was read: whoever has rightly taken
 * something from it had begun by then. A loss that is not judged is counted.
 */
u64 mma_keeps(struct mm_struct *mm, u32 token, u64 lost)
{
	if (token && !in_flight(mm) && token == now(mm))
		return MMA_F_KEEPS;
	if (lost & MMA_MARKS)
		mma_event(MMA_UNSURE);
	return 0;
}

/* Something else begins to move entries of this mm. */
void mma_quiet_break(const struct mm_struct *mm)
{
	atomic_inc(&mms[of(mm)].begun);
}

/* mremap begins, and ends. Two that share a place here know neither as their own. */
void mma_quiet_moves(const struct mm_struct *mm)
{
	bool alone = atomic_inc_return(&mms[of(mm)].moving) == 1;

	WRITE_ONCE(mms[of(mm)].mover, alone ? current : NULL);
	mma_quiet_break(mm);
}

void mma_quiet_moved(const struct mm_struct *mm)
{
	atomic_dec(&mms[of(mm)].moving);
}

/* tlb_gather_mmu(tlb, mm, ...): its caller's mm, which alone is looked at; may be preempted */
static void gather_enter(const struct pt_regs *regs)
{
	struct mm_struct *mm = (void *)regs->si;

	mma_point_hit(MMA_POINT_GATHER);
	WRITE_ONCE(mms[of(mm)].only, mma_flush_pending(mm) ? NULL : current);
	mma_quiet_break(mm);
}
NOKPROBE_SYMBOL(gather_enter);

/* clear_refs_write(file, ...): sleeps for mmap_lock, then walks all of the mm */
static int clear_refs_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_point_hit(MMA_POINT_CLEAR_REFS);
	atomic_inc(&entered);
	return 0;
}
NOKPROBE_SYMBOL(clear_refs_enter);

static int clear_refs_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	atomic_inc(&left);
	return 0;
}
NOKPROBE_SYMBOL(clear_refs_leave);

MMA_ENTRY_PROBE(gather_enter) mma_probe_gather = { MMA_ENTRY(gather_enter) };
struct mma_probe mma_probe_clear_refs = { .rp = {
	.entry_handler = clear_refs_enter, .handler = clear_refs_leave, .maxactive = 256 } };
