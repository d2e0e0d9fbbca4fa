// SPDX-License-Identifier: GPL-2.0
/* site_gather.c - handlers of mm/mmu_gather.c, which zaps: no grant, but it may rightly undo one. */
#include <linux/mm.h>

#include "mma.h"

/* tlb_gather_mmu(tlb, mm, ...): its caller's mm, which alone is looked at; may be preempted */
static void gather_enter(const struct pt_regs *regs)
{
	mma_point_hit(MMA_POINT_GATHER);
	mma_quiet_gather_begin((void *)mma_arg(regs, 1), (void *)mma_arg(regs, 0));
}
NOKPROBE_SYMBOL(gather_enter);

/* tlb_finish_mmu(tlb, ...): it lowers tlb_flush_pending last */
static void gather_end_enter(const struct pt_regs *regs)
{
	mma_point_hit(MMA_POINT_GATHER_END);
	mma_quiet_gather_end((void *)mma_arg(regs, 0));
}
NOKPROBE_SYMBOL(gather_end_enter);

MMA_ENTRY_PROBE(gather_enter) mma_probe_gather = { MMA_ENTRY(gather_enter) };
MMA_ENTRY_PROBE(gather_end_enter) mma_probe_gather_end = { MMA_ENTRY(gather_end_enter) };
