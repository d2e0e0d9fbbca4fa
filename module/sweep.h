/* SPDX-License-Identifier: GPL-2.0 */
/* sweep.h - judges every entry of an address space: on demand, or when it is given up. */
#ifndef MMA_SWEEP_H
#define MMA_SWEEP_H

#include "mmaudit.h"
#include "work.h"

struct mma_reader;

/* For exit and exec: whether it can be done here; what to do before its points are armed; why they are not, or 0. */
bool mma_sweep_at_exit(void);
int mma_sweep_prepare(void);
int mma_sweep_error(void);

int mma_sweep(struct mma_reader *r, struct mma_sweep *sw);
enum mma_work mma_sweep_leaving(void);
bool mma_sweep_pending(struct mma_reader *r, u64 ticket);
void mma_sweep_drop(void);

#endif /* MMA_SWEEP_H */
