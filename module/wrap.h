/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wrap.h - what mmaudit_wrap.ko does for mmaudit.ko: it calls the handlers of a
 * kretprobe at a sixth of its cost or less. It is a module of its own because a task that
 * sleeps in a wrapped function, perhaps for ever, returns through its text: mmaudit
 * may be unloaded at any time, mmaudit_wrap when the last such call has ended.
 */
#ifndef MMA_WRAP_H
#define MMA_WRAP_H

#include <linux/kprobes.h>

/*
 * X(id, NAME, args, data): a function that can be wrapped; how many arguments it has at
 * most; how many bytes its handlers have for themselves, a multiple of 16.
 */
#define MMA_WRAPS(X)		\
	X(1, FAULT, 4, 128)	\
	X(2, WP_FAULT, 1, 128)	\
	X(3, WP_COPY, 1, 128)	\
	X(4, PROT, 6, 896)	\
	X(5, FORK, 2, 896)	\
	X(6, CANARY, 1, 16)	\
	X(7, MOVES, 4, 16)	\
	X(8, ZAP, 5, 768)

enum mma_wrap_slot {
	MMA_WRAP_NONE,
#define X(id, name, args, data) MMA_WRAP_##name = id,
	MMA_WRAPS(X)
#undef X
	MMA_NR_WRAPS
};

enum {
#define X(id, name, args, data) MMA_WRAP_DATA_##name = data,
	MMA_WRAPS(X)
#undef X
};

#define MMA_WRAP_VERSION	6	/* of this header */

/* Found by symbol_get(), so that mmaudit can do without. */
struct mma_wrap_api {
	u32 version;
	/* From now on rp's handlers are called. rp is registered, but not enabled. */
	int (*on)(enum mma_wrap_slot slot, const struct kretprobe *rp);
	/* slots: a bit each. When it returns, none of their handlers runs any more, not even at the return of older calls. */
	void (*off)(u32 slots);
	/* Whether it is still on. Called between on() and off(). */
	bool (*is_on)(enum mma_wrap_slot slot);
};

extern const struct mma_wrap_api mma_wrap_api;

#endif /* MMA_WRAP_H */
