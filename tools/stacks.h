/* SPDX-License-Identifier: GPL-2.0 */
/* stacks.h - violations counted by task name, rule, site and stack: what a flame graph is made from. */
#ifndef STACKS_H
#define STACKS_H

#include "symbols.h"
#include "decode.h"

/* Violations that have all of that in common. */
struct stack {
	const struct record *rec;	/* one of them */
	__u64 events;			/* how many they are */
	__u64 entries;			/* page table entries they are about */
};

struct stacks {
	struct stack *at;
	size_t nr;
};

/* Counts nr violations, which must stay where they are. Returns 0, or -ENOMEM; stacks_free() is due only after 0. */
int stacks_count(struct stacks *stacks, const struct record *rec, size_t nr);
void stacks_free(struct stacks *stacks);

/*
 * The frames of a violation, the outermost first: functions without offsets, the function that decided about the entry, and
 * "RULE at site". One of a sweep has no stack. Returns 0, or the error of the first call of `frame` that fails.
 */
int stack_frames(struct symbols *syms, const struct record *rec, int (*frame)(void *arg, const char *name), void *arg);

#endif /* STACKS_H */
