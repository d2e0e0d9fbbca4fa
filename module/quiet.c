// SPDX-License-Identifier: GPL-2.0
/*
 * quiet.c - was anything at work on a mm that may rightly clear uffd-wp,
 * soft-dirty or a whole entry, between two looks at it?
 *
 * At the first look the caller takes a token, at the second, with the entry's
 * page-table lock held, it asks what the token is worth. Quiet must be exact:
 * who says so of a mm that was not calls a sound kernel broken. So:
 *
 *   If something took from the mm between the looks, then the token is no good.
 *
 * Five things take. What each does, in this order, and where it is seen:
 *
 * A gather (zap, un-write-protect, from 5.19 all of change_protection()):
 *	pending++, takes, tlb_finish_mmu() [counted], pending--.
 *   mm->tlb_flush_pending is the kernel's own count. One that took in between is
 *   pending at one of the looks, or was raised after the first and lowered before
 *   the second, so its end was counted in between. Nothing rests on its begin.
 *   The caller's own gather is no stranger: see own_gather().
 * clear_refs:
 *	mmap_lock for writing, pending++, each mapping [counted], takes, pending--.
 *   One that took in between was counted in between, or was pending at the first.
 * mremap, and exec that moves its stack:
 *	mmap_lock for writing, move_page_tables() [counted], takes, unlocks.
 *   One that took in between was counted in between, or held mmap_lock at the
 *   first look. From 6.4 it holds the vma lock of both sides, too: move_vma(),
 *   vma_link(), mm/mremap.c:759 (6.12). So who holds either lock at the first
 *   look has nothing to fear; others find mmap_lock free for a moment, or cannot
 *   tell. Not by a count of those inside: a kretprobe, which alone sees a return,
 *   drops calls when many are there.
 * UFFDIO_MOVE, and before 5.19 change_protection(), which hold locks for reading:
 *	[inside, counted], takes, [outside].
 *   One that took in between was counted in between, or was inside at the first
 *   look. A kretprobe sees both, and where that has ever dropped a call nobody is
 *   quiet any more. A call that began before it was watched is not known: README,
 *   "What is not seen".
 *
 * UFFDIO_COPY and the like over a uffd-wp marker, whose mark they need not keep:
 *	[inside, counted], takes, [outside].
 *   As UFFDIO_MOVE, where a kretprobe sees them. They never replace what another of
 *   them has mapped, so these have nothing to fear of each other: mma_quiet_fill_token().
 *
 * Places are shared by mms of the same hash, which makes them less quiet, never
 * more. Atomic operations are full barriers, x86-64 alone is meant.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/sched/task_stack.h>

#include "mma.h"

#define BITS 8

static struct {
	atomic_t turns;			/* whatever was counted */
	struct mma_gather *gather;	/* the last that began, and has not ended */
	atomic_t inside;		/* UFFDIO_MOVE, and the like */
	atomic_t fills, filling;	/* UFFDIO_COPY and the like: counted, inside */
	struct task_struct *mover;	/* who came in last, and is inside */
} mms[1 << BITS];			/* by mm */

static unsigned int of(const struct mm_struct *mm)
{
	return hash_ptr(mm, BITS);
}

/* A token: bit 0 says that it is one, bit 1 that it is a fill's own. */
#define FILL 2

static u32 now(const struct mm_struct *mm, u32 fill)
{
	u32 turns = atomic_read(&mms[of(mm)].turns) + (fill ? 0 : atomic_read(&mms[of(mm)].fills));

	return turns << 2 | fill | 1;
}

/*
 * A task may work inside a gather of its own, as mprotect and userfaultfd do
 * when they split a huge page. One that began, did not end, and is on this
 * stack is nobody else's; only it knows what it is, so that may be followed.
 */
static bool own_gather(const struct mm_struct *mm)
{
	const struct mma_gather *tlb = READ_ONCE(mms[of(mm)].gather);

	return tlb && object_is_on_stack(tlb) && tlb->mm == mm;
}

static bool gathers(struct mm_struct *mm)
{
	int pending = mma_flush_pending(mm);

	return pending && (pending > 1 || !own_gather(mm));
}

static bool moves(const struct mm_struct *mm)
{
	int inside = atomic_read(&mms[of(mm)].inside);

	return inside && (inside > 1 || READ_ONCE(mms[of(mm)].mover) != current);
}

#define ON(name)	(1ULL << MMA_POINT_##name)
#define FILLS		(ON(UFFD_FILL) | ON(HUGETLB_FILL) | ON(HUGETLB_COPY))
#define COUNTED		(ON(GATHER_END) | (MMA_HAS_MARKERS ? ON(UFFD_FILL) : 0) | (IS_ENABLED(CONFIG_MEM_SOFT_DIRTY) ? ON(CLEAR_REFS) : 0) | \
			 (MMA_HAS_UFFD_MOVE ? ON(MOVES) : 0))

/* Who counts is there, as far as it matters to a caller that holds the lock or not. */
static bool watched(bool held)
{
	const u64 wanted = COUNTED | (held ? 0 : ON(MREMAP_BEGIN));

	return (READ_ONCE(mma_armed) & wanted) == wanted;
}

/* ftrace drops no call; kretprobes, and kprobes in its place, may and say so. */
static bool dropped(void)
{
	return mma_dropped(COUNTED | (MMA_HAS_MARKERS ? FILLS : 0) | ON(GATHER) | ON(MREMAP_BEGIN) | (MMA_PROT_GATHERS ? 0 : ON(PROT)));
}

static u32 token_of(struct mm_struct *mm, bool held, u32 fill)
{
	u32 token = now(mm, fill);

	smp_mb();	/* who is counted after this is not in the token */
	if (!watched(held) || gathers(mm) || moves(mm) || (!held && !mma_mm_still(mm)))
		return 0;
	return fill || !atomic_read(&mms[of(mm)].filling) ? token : 0;
}

/*
 * Before the first look. held: mmap_lock is, or the lock of the vma it is about.
 * 0: not quiet, or nobody would tell.
 */
u32 mma_quiet_token(struct mm_struct *mm, bool held)
{
	return token_of(mm, held, 0);
}

/* The same for UFFDIO_COPY and the like, with the lock held. */
u32 mma_quiet_fill_token(struct mm_struct *mm)
{
	return token_of(mm, true, FILL);
}

/*
 * MMA_F_KEEPS if nothing else was at work since the token. Asked with the
 * entry's page-table lock held, after it was read: whoever has rightly taken
 * something from it did so under that lock. A loss that is not judged is counted.
 */
u64 mma_quiet_keeps(struct mm_struct *mm, u32 token, u64 lost)
{
	bool loss = lost & MMA_MARKS;

	if (token && token == now(mm, token & FILL) && !gathers(mm) && !(loss && dropped()))
		return MMA_F_KEEPS;
	if (loss)
		mma_event(MMA_UNSURE);
	return 0;
}

void mma_quiet_count(const struct mm_struct *mm)
{
	atomic_inc(&mms[of(mm)].turns);
}

/* Inside before it is counted: who takes a token that has it finds it there. */
void mma_quiet_begin(const struct mm_struct *mm)
{
	atomic_inc(&mms[of(mm)].inside);
	WRITE_ONCE(mms[of(mm)].mover, current);
	mma_quiet_count(mm);
}

void mma_quiet_end(const struct mm_struct *mm)
{
	cmpxchg(&mms[of(mm)].mover, current, NULL);
	atomic_dec(&mms[of(mm)].inside);
}

/* One that fills begins, and ends. */
void mma_quiet_fill_begin(const struct mm_struct *mm)
{
	atomic_inc(&mms[of(mm)].filling);
	atomic_inc(&mms[of(mm)].fills);
}

void mma_quiet_fill_end(const struct mm_struct *mm)
{
	atomic_dec(&mms[of(mm)].filling);
}

void mma_quiet_gather_begin(const struct mm_struct *mm, struct mma_gather *tlb)
{
	WRITE_ONCE(mms[of(mm)].gather, tlb);
}

void mma_quiet_gather_end(struct mma_gather *tlb)
{
	cmpxchg(&mms[of(tlb->mm)].gather, tlb, NULL);
	mma_quiet_count(tlb->mm);
}

/* What ended while nobody watched is still here: none is anybody's own. */
void mma_quiet_reset(void)
{
	int i;

	for (i = 0; i < 1 << BITS; i++)
		WRITE_ONCE(mms[i].gather, NULL);
}
