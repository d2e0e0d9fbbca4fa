/* SPDX-License-Identifier: GPL-2.0 */
/*
 * canary.h - functions of ours that are hooked as the kernel's are, and called
 * only to see whether their handlers are: one for each way of hooking.
 */
#ifndef MMA_CANARY_H
#define MMA_CANARY_H

#include <linux/compiler.h>
#include <linux/types.h>

/* X(NAME, function): a trap is what kprobes use where ftrace cannot be had. */
#define MMA_CANARIES(X)				\
	X(TRACED, mma_canary_traced)		\
	X(PROBED, mma_canary_probed)		\
	X(RETURNED, mma_canary_returned)	\
	X(WRAPPED, mma_canary_wrapped)		\
	X(TRAPPED, mma_canary_trapped)		\
	X(TRAP_RETURNED, mma_canary_trap_returned)

enum mma_canary {
#define X(name, fn) MMA_CANARY_##name,
	MMA_CANARIES(X)
#undef X
	MMA_NR_CANARIES
};

#define X(name, fn) void fn(void);
MMA_CANARIES(X)
#undef X

struct mma_canary_row {
	const char *symbol;
	void (*fn)(void);
	struct mma_probe *probe;
};

extern struct mma_probe mma_canary_probe;
extern const struct mma_canary_row mma_canaries[MMA_NR_CANARIES];

/* Call it: is its handler called? Any context but a probe's. */
bool mma_canary_sings(enum mma_canary id);

#endif /* MMA_CANARY_H */
