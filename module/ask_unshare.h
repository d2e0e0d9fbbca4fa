/* SPDX-License-Identifier: GPL-2.0 */
/* ask_unshare.h - does unshare copy the zero page? */
#ifndef MMA_ASK_UNSHARE_H
#define MMA_ASK_UNSHARE_H

int mma_ask_unshare(void);

#endif /* MMA_ASK_UNSHARE_H */
