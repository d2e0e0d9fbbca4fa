/* SPDX-License-Identifier: GPL-2.0 */
/* balanced.h - does a reader's every record have an end, once all that is under way has got to its own? */
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "mmaudit.h"

/* Other tasks' decisions are counted meanwhile: at some moment none is under way. In st what was counted last. */
static inline int balanced(int fd, struct mma_stats *st)
{
	for (int i = 0; i < 1000; i++) {
		memset(st, 0, sizeof(*st));
		st->size = sizeof(*st);
		if (ioctl(fd, MMA_IOC_STATS, st))
			return 0;
		if (st->seen && st->seen == st->delivered + st->queued + st->filtered + st->ring_full)
			return 1;
		usleep(1000);
	}
	return 0;
}
