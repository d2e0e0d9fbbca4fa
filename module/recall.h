/* SPDX-License-Identifier: GPL-2.0 */
/* recall.h - copies events of the history for MMA_IOC_HISTORY. */
#ifndef MMA_RECALL_H
#define MMA_RECALL_H

#include "mmaudit.h"

int mma_recall(struct mma_history *h);

#endif /* MMA_RECALL_H */
