// SPDX-License-Identifier: GPL-2.0
/* canary.c - the probes of the canaries, and whether their handlers are called. */
#include <linux/kprobes.h>

#include "canary.h"
#include "probe.h"

static unsigned long sung[MMA_NR_CANARIES];

/* Two calls at once may count as one; the change is seen all the same. */
static void sing(enum mma_canary id)
{
	WRITE_ONCE(sung[id], READ_ONCE(sung[id]) + 1);
}
NOKPROBE_SYMBOL(sing);

noinline void mma_canary_trapped(void)
{
	barrier();
}

noinline void mma_canary_trap_returned(void)
{
	barrier();
}

static void traced(const struct pt_regs *regs)
{
	sing(MMA_CANARY_TRACED);
}
NOKPROBE_SYMBOL(traced);

MMA_ENTRY_PROBE(traced) mma_canary_probe = { MMA_ENTRY(traced) };

#define ENTRY(id, name)								\
	static int name##_hit(struct kprobe *kp, struct pt_regs *regs)		\
	{									\
		sing(id);							\
		return 0;							\
	}									\
	NOKPROBE_SYMBOL(name##_hit);						\
	static struct mma_probe probe_##name = { .rp.kp.pre_handler = name##_hit }

/* Only the return counts. entered() returns 0, so that the return is probed. */
static int entered(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return 0;
}
NOKPROBE_SYMBOL(entered);

#define RETURN(id, name, slot)							\
	static int name##_hit(struct kretprobe_instance *ri, struct pt_regs *regs) \
	{									\
		sing(id);							\
		return 0;							\
	}									\
	NOKPROBE_SYMBOL(name##_hit);						\
	static struct mma_probe probe_##name = { .wrap = slot, .rp = {		\
		.entry_handler = entered, .handler = name##_hit, .maxactive = 16 } }

ENTRY(MMA_CANARY_PROBED, probed);
ENTRY(MMA_CANARY_TRAPPED, trapped);
RETURN(MMA_CANARY_RETURNED, returned, MMA_WRAP_NONE);
RETURN(MMA_CANARY_WRAPPED, wrapped, MMA_WRAP_CANARY);
RETURN(MMA_CANARY_TRAP_RETURNED, trap_returned, MMA_WRAP_NONE);

const struct mma_canary_row mma_canaries[MMA_NR_CANARIES] = {
	[MMA_CANARY_TRACED]	= { "canary_traced", mma_canary_traced, &mma_canary_probe },
	[MMA_CANARY_PROBED]	= { "canary_probed", mma_canary_probed, &probe_probed },
	[MMA_CANARY_RETURNED]	= { "canary_returned", mma_canary_returned, &probe_returned },
	[MMA_CANARY_WRAPPED]	= { "canary_wrapped", mma_canary_wrapped, &probe_wrapped },
	[MMA_CANARY_TRAPPED]	= { "canary_trapped", mma_canary_trapped, &probe_trapped },
	[MMA_CANARY_TRAP_RETURNED] = { "canary_trap_returned", mma_canary_trap_returned, &probe_trap_returned },
};

/* Tries 8 times: any probe may miss a call, if no instance is left or an interrupt comes in a handler of ours. */
bool mma_canary_sings(enum mma_canary id)
{
	unsigned long before = READ_ONCE(sung[id]);
	int i;

	for (i = 0; i < 8 && READ_ONCE(sung[id]) == before; i++)
		mma_canaries[id].fn();
	return READ_ONCE(sung[id]) != before;
}
