/* SPDX-License-Identifier: GPL-2.0 */
/* dev.h - /dev/mmaudit. */
#ifndef MMA_DEV_H
#define MMA_DEV_H

int mma_dev_init(void);
void mma_dev_exit(void);

#endif /* MMA_DEV_H */
