/* SPDX-License-Identifier: GPL-2.0 */
/*
 * canary.h - functions of the module that are hooked like the kernel's, and called
 * only to see whether their handler runs: one for each kind of hook.
 */
#ifndef MMA_CANARY_H
#define MMA_CANARY_H

#include <linux/compiler.h>
#include <linux/types.h>

/* X(NAME, function). TRAP: kprobes use a trap (int3) where ftrace cannot be used. */
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

/* Calls the canary; returns whether its handler was called. Any context but a probe's. */
bool mma_canary_sings(enum mma_canary id);

#endif /* MMA_CANARY_H */
