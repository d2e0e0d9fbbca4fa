/* SPDX-License-Identifier: GPL-2.0 */
/* ask_notify.h - does vma_wants_writenotify() heed uffd-wp? */
#ifndef MMA_ASK_NOTIFY_H
#define MMA_ASK_NOTIFY_H

int mma_ask_notify(void);

#endif /* MMA_ASK_NOTIFY_H */
