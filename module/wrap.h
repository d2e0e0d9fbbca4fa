/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wrap.h - what mmaudit_wrap.ko does for mmaudit.ko: a kretprobe's handlers
 * called at a sixth of its cost. It is a module of its own because a task that
 * sleeps in a wrapped function, perhaps for ever, returns through its text:
 * mmaudit may go at any time, mmaudit_wrap when the last such call has ended.
 */
#ifndef MMA_WRAP_H
#define MMA_WRAP_H

#include <linux/kprobes.h>

/*
 * X(id, NAME, args, data, frame): a function that can be wrapped, how many
 * arguments it has at most, bytes its handlers have for themselves, and stack
 * its trampoline takes for that and the rest.
 */
#define MMA_WRAPS(X)			\
	X(1, FAULT, 4, 128, 384)	\
	X(2, WP_FAULT, 1, 128, 384)	\
	X(3, WP_COPY, 1, 128, 384)	\
	X(4, PROT, 6, 896, 1152)	\
	X(5, FORK, 2, 896, 1152)	\
	X(6, CANARY, 1, 16, 256)		\
	X(7, MOVES, 4, 16, 256)

enum mma_wrap_slot {
	MMA_WRAP_NONE,
#define X(id, name, args, data, frame) MMA_WRAP_##name = id,
	MMA_WRAPS(X)
#undef X
	MMA_NR_WRAPS
};

enum {
#define X(id, name, args, data, frame) MMA_WRAP_DATA_##name = data,
	MMA_WRAPS(X)
#undef X
};

#define MMA_WRAP_VERSION	5	/* of all that stands here */

/* Found by symbol_get(), so that mmaudit can do without. */
struct mma_wrap_api {
	u32 version;
	/* rp is registered and not enabled: its handlers run as if it were. */
	int (*on)(enum mma_wrap_slot slot, const struct kretprobe *rp);
	/* Bits of slots. When it returns none of theirs runs any more, nor for calls that have not ended yet. */
	void (*off)(u32 slots);
	/* Is it still on? Called between the two. */
	bool (*is_on)(enum mma_wrap_slot slot);
};

extern const struct mma_wrap_api mma_wrap_api;

#endif /* MMA_WRAP_H */
