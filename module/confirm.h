/* SPDX-License-Identifier: GPL-2.0 */
/* confirm.h - what the worker does, and who waits for it. */
#ifndef MMA_CONFIRM_H
#define MMA_CONFIRM_H

struct mma_reader;

int mma_confirm_init(void);
void mma_confirm_exit(void);
/* Waits until what r audits and was queued before now is judged. */
int mma_wait_confirmed(struct mma_reader *r);

#endif /* MMA_CONFIRM_H */
