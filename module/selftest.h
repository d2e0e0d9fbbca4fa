/* SPDX-License-Identifier: GPL-2.0 */
/* selftest.h - does the module see what it should? */
#ifndef MMA_SELFTEST_H
#define MMA_SELFTEST_H

#include "proof.h"

/* What the self-test has found for one open file; protected by the lock of selftest.c. */
struct mma_selftest_result {
	u32 state;			/* enum mma_state; 0: has not asked */
	char reason[MMA_REASON_MAX];
	u64 dark;			/* what mma_sites_dark() was then */
};

int mma_selftest_init(void);
int mma_selftest(struct mma_selftest_result *proof);
void mma_selftest_read(const struct mma_selftest_result *proof, u32 *state, char *reason, size_t size);

#endif /* MMA_SELFTEST_H */
