/* SPDX-License-Identifier: GPL-2.0 */
/*
 * known.h - which kernels mmaudit was made for. A newer one is refused by
 * probes/range.c, unless it is asked for by ALLOW_UNKNOWN_KERNEL=1; then all that is
 * said of it says so, see MMA_STATE_UNKNOWN.
 */
#ifndef MMA_KNOWN_H
#define MMA_KNOWN_H

#include <linux/version.h>

#define MMA_KNOWN_KERNELS	"Linux 5.10 to 7.3"
#define MMA_TOO_OLD		(LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0))
#define MMA_UNKNOWN_KERNEL	(LINUX_VERSION_CODE >= KERNEL_VERSION(7, 4, 0))

#endif /* MMA_KNOWN_H */
