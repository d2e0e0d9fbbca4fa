/* SPDX-License-Identifier: GPL-2.0 */
/* ask.h - what this kernel does inside its functions, where it can be tried. */
#ifndef MMA_ASK_H
#define MMA_ASK_H

#include <linux/types.h>

int mma_ask_init(void);
u64 mma_asked(void);

#endif /* MMA_ASK_H */
