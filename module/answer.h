/* SPDX-License-Identifier: GPL-2.0 */
/* answer.h - what the kernel was seen to do counts more than its version. Pure: tests/unit/answer_test.c. */
#ifndef MMA_ANSWER_H
#define MMA_ANSWER_H

#include <linux/types.h>

struct mma_answers {
	__u64 facts;		/* MMA_F_KERN_*: by version at first, then as answered */
	__u64 asked;		/* those that were answered */
};

/*
 * answer: 1 if the kernel does what `facts` say, 0 if not, -errno if that could not be
 * tried, which changes nothing. Returns whether it is not what the version says.
 */
static inline int mma_take_answer(struct mma_answers *a, __u64 facts, int answer)
{
	__u64 was = a->facts;

	if (answer < 0)
		return 0;
	a->asked |= facts;
	a->facts = answer ? was | facts : was & ~facts;
	return a->facts != was;
}

#endif /* MMA_ANSWER_H */
