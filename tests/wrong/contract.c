// SPDX-License-Identifier: GPL-2.0
/*
 * contract.c - asks the device, as root, for what its contract in uapi/mmaudit.h says, and prints a verdict a line:
 * what the module cannot know is refused by each ioctl, and the self-test sees in any task, also one whose memory is locked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mmaudit.h"

static int dev;

static void verdict(const char *name, int ok, const char *why)
{
	printf("%s %s%s%s\n", ok ? "pass" : "fail", name, ok ? "" : " ", ok ? "" : why);
}

static char buffer[MMA_SWEEP_ROOM];

/* A struct of a newer header: `size` bytes are the module's, a word follows. */
static void tail(const char *name, unsigned long cmd, const void *arg, size_t size)
{
	union { __u32 size; char raw[512]; } newer;
	char test[64], why[64];
	int plain, asked;

	memset(&newer, 0, sizeof(newer));
	memcpy(&newer, arg, size);
	newer.size = size + 8;
	plain = ioctl(dev, cmd, &newer) ? errno : 0;
	memcpy(&newer, arg, size);
	newer.size = size + 8;
	newer.raw[size] = 1;
	asked = ioctl(dev, cmd, &newer) ? errno : 0;
	snprintf(test, sizeof(test), "contract-tail-%s", name);
	snprintf(why, sizeof(why), "zero %s, one %s", strerrorname_np(plain), strerrorname_np(asked));
	verdict(test, !plain && asked == EINVAL, why);
}

static void tails(void)
{
	const struct mma_version version = { .size = sizeof(version) };
	const struct mma_filter filter = { .size = sizeof(filter) };
	const struct mma_stats stats = { .size = sizeof(stats) };
	const struct mma_point_info point = { .size = sizeof(point) };
	const struct mma_site_info site = { .size = sizeof(site) };
	const struct mma_symbol symbol = { .size = sizeof(symbol) };
	const struct mma_history history = { .size = sizeof(history) };
	const struct mma_sweep sweep = {
		.size = sizeof(sweep), .pid = getpid(), .room = sizeof(buffer), .buffer = (unsigned long)buffer,
	};

	tail("version", MMA_IOC_VERSION, &version, sizeof(version));
	tail("filter", MMA_IOC_FILTER, &filter, sizeof(filter));
	tail("stats", MMA_IOC_STATS, &stats, sizeof(stats));
	tail("point", MMA_IOC_POINT, &point, sizeof(point));
	tail("site", MMA_IOC_SITE, &site, sizeof(site));
	tail("symbol", MMA_IOC_SYMBOL, &symbol, sizeof(symbol));
	tail("sweep", MMA_IOC_SWEEP, &sweep, sizeof(sweep));
	tail("history", MMA_IOC_HISTORY, &history, sizeof(history));
}

static void reserved(void)
{
	struct mma_symbol symbol = { .size = sizeof(symbol), .reserved0 = 1 };
	int err = ioctl(dev, MMA_IOC_SYMBOL, &symbol) ? errno : 0;

	verdict("contract-reserved-symbol", err == EINVAL, strerrorname_np(err));
}

static void sees(const char *name)
{
	struct mma_version v = { .size = sizeof(v) };

	if (ioctl(dev, MMA_IOC_SELFTEST) || ioctl(dev, MMA_IOC_VERSION, &v))
		verdict(name, 0, strerror(errno));
	else
		verdict(name, v.state == MMA_STATE_OK, v.reason);
}

int main(void)
{
	dev = open(MMA_DEV_PATH, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (dev < 0) {
		verdict("contract", 0, strerror(errno));
		return 1;
	}
	tails();
	reserved();
	sees("contract-selftest");
	if (mlockall(MCL_FUTURE))
		perror("mlockall");
	sees("contract-selftest-locked");
	munlockall();
	return 0;
}
