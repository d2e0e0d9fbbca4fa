// SPDX-License-Identifier: GPL-2.0
/* site_gather.c - handlers of mmu_gather: a zap grants nothing, but may rightly clear an entry or its marks. */
#include <linux/mm.h>

#include "flush.h"
#include "probe.h"
#include "quiet.h"
#include "stat.h"

/* tlb_gather_mmu(tlb, mm, ...): the caller has the mm; only its address is used. May be preempted. */
static void gather_enter(const struct pt_regs *regs)
{
	mma_count_hit(MMA_POINT_GATHER);
	mma_quiet_gather_begin((void *)mma_arg(regs, 1), (void *)mma_arg(regs, 0));
}
NOKPROBE_SYMBOL(gather_enter);

/* tlb_finish_mmu(tlb, ...): it flushes, and lowers mm->tlb_flush_pending last, so this is counted before. */
static void gather_end_enter(const struct pt_regs *regs)
{
	mma_count_hit(MMA_POINT_GATHER_END);
	mma_quiet_gather_end((void *)mma_arg(regs, 0));
	mma_flush_end((void *)mma_arg(regs, 0));
}
NOKPROBE_SYMBOL(gather_end_enter);

static void gather_end_begin(void)
{
	mma_quiet_reset();
	mma_flush_reset();
}

MMA_ENTRY_PROBE(gather_enter) mma_probe_GATHER = { MMA_ENTRY(gather_enter) };
MMA_ENTRY_PROBE(gather_end_enter) mma_probe_GATHER_END = {
	MMA_ENTRY(gather_end_enter), .begin = gather_end_begin };
