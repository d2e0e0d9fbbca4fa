/* SPDX-License-Identifier: GPL-2.0 */
/* action.h - violations in the kernel log. */
#ifndef MMA_ACTION_H
#define MMA_ACTION_H

#include "mmaudit.h"

int mma_action_init(void);
void mma_action_exit(void);
void mma_log_findings(const struct mma_finding *f, unsigned int nr);

#endif /* MMA_ACTION_H */
