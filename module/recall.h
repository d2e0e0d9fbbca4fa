/* SPDX-License-Identifier: GPL-2.0 */
/* recall.h - copies events of the history for MMA_IOC_HISTORY. */
#ifndef MMA_RECALL_H
#define MMA_RECALL_H

#include "mmaudit.h"

struct mma_reader;

int mma_recall(const struct mma_reader *r, struct mma_history *h);	/* r: who asks */

#endif /* MMA_RECALL_H */
