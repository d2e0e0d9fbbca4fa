/* SPDX-License-Identifier: GPL-2.0 */
/* traced.h - canaries that ftrace may trace. */
#ifndef MMA_TRACED_H
#define MMA_TRACED_H

void mma_canary_traced(void);
void mma_canary_probed(void);
void mma_canary_returned(void);
void mma_canary_wrapped(void);

#endif /* MMA_TRACED_H */
