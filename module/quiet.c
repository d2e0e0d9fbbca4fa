// SPDX-License-Identifier: GPL-2.0
/*
 * quiet.c - was anything at work on a mm that may rightly clear uffd-wp,
 * soft-dirty or a whole entry, between two looks at it?
 *
 * At the first look the caller takes a token. At the second, with the entry's
 * page-table lock held, it asks whether the token still holds. The answer "quiet"
 * must be exact, because a wrong one calls a sound kernel broken:
 *
 *   If something cleared marks or entries of the mm between the looks, then the
 *   token does not hold.
 *
 * Four kinds of work clear. What each does, in this order, and where it is counted:
 *
 * A gather (zap, un-write-protect, from 5.19 all of change_protection()):
 *	pending++, clears, tlb_finish_mmu() [counted], pending--.
 *   pending is the kernel's own count, mm->tlb_flush_pending. A gather that cleared
 *   in between is pending at one of the looks, or it was raised after the first and
 *   lowered before the second, so its end was counted in between. Its begin need not
 *   be seen. The caller's own gather does not count: own_gather().
 * clear_refs:
 *	mmap_lock for writing, pending++, each mapping [counted], clears, pending--.
 *   One that cleared in between was counted in between, or was pending at the first.
 * mremap, and exec that moves its stack:
 *	mmap_lock for writing, move_page_tables() [counted], clears, unlocks.
 *   One that cleared in between was counted in between, or held mmap_lock at the
 *   first look. From 6.4 on it holds the vma lock of both sides, too: move_vma(),
 *   vma_link(), mm/mremap.c:759 (6.12). So none can be at work while the caller holds
 *   either lock at the first look; a caller without finds mmap_lock free for a moment,
 *   or gets no token. Those inside are not counted, because that needs a kretprobe,
 *   which drops calls when many are there.
 * UFFDIO_MOVE, and before 5.19 change_protection(), which hold locks for reading:
 *	[inside, counted], clears, [outside].
 *   One that cleared in between was counted in between, or was inside at the first
 *   look. mmaudit_wrap sees both, or a kretprobe; once that has dropped a call, no mm
 *   counts as quiet any more. A call that began before it was watched is not known:
 *   docs/limits.md, "Races".
 *
 * In a file mapping with 7.3's read-write protection also what takes a page's entries
 * away (reclaim, migration, a split), for it leaves no marker there. It counts like
 * UFFDIO_MOVE: mma_takes_traps().
 *
 * A fill is UFFDIO_COPY and the like. It may replace a uffd-wp marker and need not
 * keep its mark:
 *	[inside, counted], clears, [outside].
 *   The same as UFFDIO_MOVE, where a kretprobe sees it. A fill never replaces what
 *   another one has mapped, so fills need not count each other: mma_quiet_fill_token().
 *
 * mms of the same hash share a bucket, which makes them less quiet, never more.
 *
 * "In this order" is kept so where CPUs reorder:
 *
 *	work:	[inside], full barrier, [counted], full barrier, clears, full barrier, [outside]
 *	first:	counts, full barrier, pending and inside, smp_rmb(), entry
 *	second:	page-table lock, entry, pending, smp_rmb(), counts
 *
 * - It cleared in between and was counted before the first look counted: then that look
 *   found it inside, or pending, or else [outside] came before the first look at the entry,
 *   which would have seen it cleared. A gather is counted only after it has cleared, so
 *   the full barriers on both sides say that the first look saw it cleared.
 * - It was counted after that: who clears does so under the page-table lock that the second
 *   look holds. So what came before is seen there, which is the count, or of a gather
 *   pending++, inc_tlb_flush_pending() include/linux/mm_types.h. If pending-- is seen, too,
 *   so is the count, which comes before it.
 * - clear_refs flushes before it lowers pending, and flush_tlb_mm() ends in a barrier.
 * - mremap lets mmap_lock go, which the first look then takes, or its caller has.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/sched/task_stack.h>

#include "quiet.h"
#include "site.h"
#include "stat.h"
#include "walk.h"

#define BITS 8

static struct bucket {
	atomic_t turns;			/* all that was counted, without fills */
	struct mma_gather *gather;	/* the last that began, if it has not ended */
	atomic_t inside;		/* UFFDIO_MOVE and the like: how many are inside */
	atomic_t fills, filling;	/* fills: all that were counted, how many are inside */
	struct task_struct *mover;	/* the last that entered UFFDIO_MOVE, if it is inside */
	struct task_struct *protector;	/* the last that began to protect from reads, if it has not ended */
} buckets[1 << BITS];			/* by mm */

static struct bucket *bucket_of(const struct mm_struct *mm)
{
	return &buckets[hash_ptr(mm, BITS)];
}

/* Bits of a token: 0 is always set, so that no token is 0; 1 says that a fill has taken it. The rest counts. */
#define FILL 2

static u32 count_of(const struct mm_struct *mm, u32 fill)
{
	u32 turns = atomic_read(&bucket_of(mm)->turns) + (fill ? 0 : atomic_read(&bucket_of(mm)->fills));

	return turns << 2 | fill | 1;
}

/*
 * A task may work inside a gather of its own, as mprotect and userfaultfd do
 * when they split a huge page. A gather that has begun, has not ended and is on this
 * task's stack is its own; nobody else writes to it, so it may be dereferenced.
 */
static bool own_gather(const struct mm_struct *mm)
{
	const struct mma_gather *tlb = READ_ONCE(bucket_of(mm)->gather);

	return tlb && object_is_on_stack(tlb) && tlb->mm == mm;
}

static bool others_gather(struct mm_struct *mm)
{
	int pending = mma_flush_pending(mm);

	return pending && (pending > 1 || !own_gather(mm));
}

static bool others_move(const struct mm_struct *mm)
{
	int inside = atomic_read(&bucket_of(mm)->inside);

	return inside && (inside > 1 || READ_ONCE(bucket_of(mm)->mover) != current);
}

#define ON(name)	(1ULL << MMA_POINT_##name)
#define FILLS		(ON(UFFD_FILL) | ON(HUGETLB_FILL) | ON(HUGETLB_COPY))
#define COUNTED		(ON(GATHER_END) | (MMA_HAS_MARKERS ? ON(UFFD_FILL) : 0) |	\
			 (IS_ENABLED(CONFIG_MEM_SOFT_DIRTY) ? ON(CLEAR_REFS) : 0) |	\
			 (MMA_HAS_UFFD_MOVE ? ON(MOVES) : 0))

/* In a kernel whose userfaultfd protects from reads. */
#define TAKES		(VM_UFFD_RWP ? ON(UNMAP) | ON(UNMAP_MIGRATE) | ON(SPLIT) : 0)

/* Whether all points are on that count what may be at work beside the caller. Who holds the lock need not fear mremap. */
static bool is_watched(bool held)
{
	const u64 wanted = COUNTED | (held ? 0 : ON(MREMAP_BEGIN));

	return (READ_ONCE(mma_armed) & wanted) == wanted;
}

/* ftrace drops no call. A kretprobe may, and so may a kprobe in ftrace's place; they count what they dropped. */
static bool has_dropped_calls(void)
{
	return mma_dropped(COUNTED | TAKES | ON(GATHER) | ON(MREMAP_BEGIN) | (MMA_HAS_MARKERS ? FILLS : 0) |
			   (MMA_PROT_GATHERS ? 0 : ON(PROT)));
}

static u32 make_token(struct mm_struct *mm, bool held, u32 fill)
{
	u32 token = count_of(mm, fill);

	smp_mb();	/* what is counted after this is not in the token */
	if (!is_watched(held) || others_gather(mm) || others_move(mm) || (!held && !mma_mm_still(mm)))
		return 0;
	if (!fill && atomic_read(&bucket_of(mm)->filling))
		return 0;
	smp_rmb();	/* the entry is read after this */
	return token;
}

u32 mma_quiet_token(struct mm_struct *mm, bool held)
{
	return make_token(mm, held, 0);
}

/*
 * For a function that ends one gather of its own before the second look. The token
 * holds if that end was counted and nothing else was.
 */
u32 mma_quiet_expect_end(u32 token)
{
	return token ? token + (1 << 2) : 0;
}

u32 mma_quiet_fill_token(struct mm_struct *mm)
{
	return make_token(mm, true, FILL);
}

/* A gather that is not pending any more was counted before: so the count is read last. */
static bool holds(struct mm_struct *mm, u32 token)
{
	if (!token || others_gather(mm))
		return false;
	smp_rmb();
	return token == count_of(mm, token & FILL);
}

/* Whoever has rightly cleared something of the entry did so under its page-table lock, which is held. */
u64 mma_quiet_keeps(struct mm_struct *mm, u32 token, u64 lost)
{
	bool loss = lost & MMA_MARKS;

	if (holds(mm, token) && !(loss && has_dropped_calls()))
		return MMA_F_KEEPS;
	if (loss)
		mma_count_event(MMA_UNSURE);
	return 0;
}

bool mma_quiet_held(struct mm_struct *mm, u32 token)
{
	return holds(mm, token) && !has_dropped_calls();
}

/* Full barriers on both sides: see above. On x86-64 they cost nothing. */
static void count(atomic_t *counter)
{
	smp_mb__before_atomic();
	atomic_inc(counter);
	smp_mb__after_atomic();
}

static void leave(atomic_t *inside)
{
	smp_mb__before_atomic();
	atomic_dec(inside);
}

void mma_quiet_count(const struct mm_struct *mm)
{
	count(&bucket_of(mm)->turns);
}

/* It is inside before it is counted, so whoever takes a token with the new count also finds it inside. */
void mma_quiet_begin(const struct mm_struct *mm)
{
	atomic_inc(&bucket_of(mm)->inside);
	WRITE_ONCE(bucket_of(mm)->mover, current);
	mma_quiet_count(mm);
}

void mma_quiet_end(const struct mm_struct *mm)
{
	cmpxchg(&bucket_of(mm)->mover, current, NULL);
	leave(&bucket_of(mm)->inside);
}

/* Of two that protect at once only the second is known. */
void mma_quiet_protects(const struct mm_struct *mm, bool begins)
{
	if (begins)
		WRITE_ONCE(bucket_of(mm)->protector, current);
	else
		cmpxchg(&bucket_of(mm)->protector, current, NULL);
}

/* Two mms may share the bucket; current protects only one at a time. */
bool mma_quiet_is_protecting(const struct mm_struct *mm)
{
	return READ_ONCE(bucket_of(mm)->protector) == current;
}

void mma_quiet_fill_begin(const struct mm_struct *mm)
{
	atomic_inc(&bucket_of(mm)->filling);
	count(&bucket_of(mm)->fills);
}

void mma_quiet_fill_end(const struct mm_struct *mm)
{
	leave(&bucket_of(mm)->filling);
}

void mma_quiet_gather_begin(const struct mm_struct *mm, struct mma_gather *tlb)
{
	WRITE_ONCE(bucket_of(mm)->gather, tlb);
}

/* If another task's has begun since, that stays noted, and the caller's counts as somebody else's. */
void mma_quiet_gather_again(const struct mm_struct *mm, struct mma_gather *tlb)
{
	cmpxchg(&bucket_of(mm)->gather, NULL, tlb);
}

void mma_quiet_gather_end(struct mma_gather *tlb)
{
	cmpxchg(&bucket_of(tlb->mm)->gather, tlb, NULL);
	mma_quiet_count(tlb->mm);
}

/*
 * Gathers that ended while nobody watched are still noted. None of them may count as
 * somebody's own. Nor may a token of before hold: an end that it expects may have been missed.
 */
void mma_quiet_reset(void)
{
	int i;

	for (i = 0; i < 1 << BITS; i++) {
		WRITE_ONCE(buckets[i].gather, NULL);
		WRITE_ONCE(buckets[i].protector, NULL);
		atomic_add(2, &buckets[i].turns);	/* mma_quiet_expect_end() forgives one */
	}
}
