// SPDX-License-Identifier: GPL-2.0
/* range.c - entries before and after a function that rewrites a range of them. */
#include <linux/mm.h>

#include "bits.h"
#include "mma.h"
#include "range.h"

/* Entries and tables one return handler looks at: to judge each, or to judge what the sieve leaves. */
#define JUDGE_BUDGET (512 + 8)
#define SIEVE_BUDGET 4096

void mma_range_init(struct mma_range *r, enum mma_site site, enum mma_point point, u64 context,
		    const struct pt_regs *regs)
{
	mma_point_hit(point);
	r->site = site;
	r->point = point;
	r->context = context;
	r->f.ip = mma_return_address(regs);
	r->seen = 0;
	r->had = 0;
	r->folio = NULL;
	r->exempt = 0;
	r->f.quiet = 0;
	r->all = false;
	r->alone = false;
}

void mma_range_of(struct mma_range *r, struct vm_area_struct *vma, unsigned long addr,
		  unsigned long end)
{
	r->f.vma = vma;
	r->f.mm = vma->vm_mm;
	r->f.addr = addr;
	r->f.end = end;
}

static void remember(struct mma_range *r, unsigned long addr, u64 raw)
{
	unsigned long i = (addr - r->f.addr) >> PAGE_SHIFT;

	r->olds[i] = raw;
	r->seen |= 1ULL << i;
}

void mma_range_before(struct mma_range *r)
{
	unsigned long addr = r->f.addr, end = min(r->f.end, addr + MMA_OLDS * PAGE_SIZE);
	u8 level;
	u64 raw;

	if (mma_shares_tables(r->f.vma))
		return;
	r->f.quiet = mma_quiet(r->f.mm);
	for (; addr < end; addr += PAGE_SIZE) {
		raw = mma_peek(r->f.mm, addr, &level);
		remember(r, addr, raw);
		if (level == MMA_LEVEL_PMD)
			break;
		if (level == MMA_LEVEL_NONE && IS_ALIGNED(addr, PMD_SIZE) && end - addr >= PMD_SIZE)
			break;
	}
}

static u64 context_of(const struct mma_range *r, u64 lost)
{
	if (!(r->context & MMA_F_KEEPS) || r->alone || !(lost & MMA_MARKS))
		return r->context;
	return (r->context & ~MMA_F_KEEPS) | mma_keeps(r->f.mm, r->f.quiet, lost);
}

static void judge_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level,
			void *arg)
{
	const struct mma_range *r = arg;
	unsigned long i = (max(addr, r->f.addr) - r->f.addr) >> PAGE_SHIFT;
	bool known = i < MMA_OLDS && (r->seen & 1ULL << i);
	struct mma_hit hit = {
		.site = r->site, .point = r->point, .level = level, .addr = addr,
		.ip = r->f.ip, .old = known ? r->olds[i] : 0, .new = raw, .exempt = r->exempt,
		.flags = known ? MMA_DEC_OLD_LOCKLESS : MMA_DEC_OLD_UNKNOWN,
	};
	u64 before = known ? mma_entry_facts(hit.old, level) : 0;
	u64 now = mma_entry_facts(raw, level);

	hit.before = before | r->had;
	if (!(now & MMA_F_PTE_PRESENT))
		return;
	if (r->folio && !mma_maps_folio(raw, level, r->folio))
		return;
	/* Writable before and after, and nothing lost: not decided here. */
	if (mma_facts_writable(before) && !r->all && !(hit.before & ~now & MMA_MARKS))
		return;
	/* Migration restores only what it took away. */
	if (r->point == MMA_POINT_MIGRATE && (level == MMA_LEVEL_PMD ||
					      (known && !(before & MMA_F_PTE_SWAP))))
		return;
	if (!mma_facts_writable(now))
		hit.verdict = MMA_DENIED;
	else
		hit.verdict = known && !mma_facts_writable(before) ? MMA_GRANTED : MMA_WRITABLE;
	if (hit.verdict == MMA_DENIED && mma_only_counted(r->site, r->context))
		return;
	mma_facts(&hit, vma, context_of(r, hit.before & ~now) | MMA_F_LOCK_PTL |
		  (hit.verdict == MMA_GRANTED ? MMA_F_AT_GRANT : 0));
	mma_judge(&hit);
}

/* What was remembered needs a look at each; of the rest only what is writable matters. */
static unsigned long walk(struct mma_range *r)
{
	struct vm_area_struct *vma = r->f.vma;
	unsigned long known = min(r->f.end, r->f.addr + MMA_OLDS * PAGE_SIZE), at;
	struct mma_walk w = { .fn = judge_entry, .arg = r, .budget = JUDGE_BUDGET };
	struct mma_sieve sieve;

	if (r->folio || READ_ONCE(mma_decisions) || r->context & (MMA_F_KEEPS | MMA_F_MOVED))
		return mma_walk(vma, r->f.addr, r->f.end, &w);
	at = mma_walk(vma, r->f.addr, known, &w);
	if (at < known || at == r->f.end)
		return at;
	mma_sieve_init(&sieve, vma, r->context | MMA_F_LOCK_PTL);
	w.sieve = &sieve;
	w.budget = SIEVE_BUDGET;
	at = mma_walk(vma, at, r->f.end, &w);
	mma_count_many(r->site, MMA_DENIALS, sieve.readonly);
	return at;
}

static void judge_now(struct mma_range *r)
{
	struct mma_hit rest = {
		.site = r->site, .point = r->point, .mm = r->f.mm, .ip = r->f.ip,
		.addr = r->f.addr, .flags = MMA_DEC_OLD_UNKNOWN, .exempt = r->exempt,
	};

	if (!mma_shares_tables(r->f.vma))
		rest.addr = walk(r);
	if (rest.addr < r->f.end)
		mma_suspect(&rest, r->f.end);
}

/* Paths that hold the rmap lock alone: with mmap_lock, too, verdicts are final here; else suspects are judged later. */
void mma_range_after(struct mma_range *r)
{
	bool locked = !(r->context & MMA_F_LOCK_MM) && mma_mm_trylock(r->f.mm);

	if (locked)
		r->context |= MMA_F_LOCK_MM;
	judge_now(r);
	if (locked)
		mma_mm_unlock(r->f.mm);
}

/* The one entry whose page-table lock the caller holds. */
void mma_range_after_locked(struct mma_range *r)
{
	u8 level;
	u64 raw = mma_peek(r->f.mm, r->f.addr, &level);

	judge_entry(r->f.vma, r->f.addr, raw, level, r);
}

/* One mapping at most: what lies beyond it, or is locked by others, is judged later. */
void mma_range_after_unlocked(struct mma_range *r)
{
	struct mma_hit rest = {
		.site = r->site, .point = r->point, .mm = r->f.mm, .ip = r->f.ip,
		.addr = r->f.addr, .flags = MMA_DEC_OLD_UNKNOWN, .exempt = r->exempt,
	};
	unsigned long end = r->f.end;

	if (!mma_mm_trylock(r->f.mm)) {
		mma_suspect(&rest, end);
		return;
	}
	r->f.vma = mma_find_vma(r->f.mm, r->f.addr);
	if (r->f.vma) {
		r->context |= MMA_F_LOCK_MM;
		r->f.end = min(end, mma_vma_end(r->f.vma));
		judge_now(r);
	}
	mma_mm_unlock(r->f.mm);
	rest.addr = r->f.end;
	if (r->f.vma && rest.addr < end)
		mma_suspect(&rest, end);
}

int mma_range_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_after((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(mma_range_leave);

int mma_range_leave_unlocked(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	mma_range_after_unlocked((void *)ri->data);
	return 0;
}
NOKPROBE_SYMBOL(mma_range_leave_unlocked);
