/* SPDX-License-Identifier: GPL-2.0 */
/* selftest.h - does the module see what it should? */
#ifndef MMA_SELFTEST_H
#define MMA_SELFTEST_H

#include "site.h"

/* What the self-test found, for one who asked; under its lock. */
struct mma_selftest_result {
	u32 state;			/* enum mma_state; 0: has not asked */
	char reason[MMA_REASON_MAX];
	u64 dark;			/* mma_sites_dark() then */
};

int mma_selftest_init(void);
int mma_selftest(struct mma_selftest_result *proof);
void mma_selftest_read(const struct mma_selftest_result *proof, u32 *state, char *reason, size_t size);

#endif /* MMA_SELFTEST_H */
