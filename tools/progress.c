// SPDX-License-Identifier: GPL-2.0
/* progress.c - see progress.h. Work that is done within half a second shows nothing. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define EVERY_NS	500000000ULL

static __u64 now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

struct progress progress_begin(const char *what, __u64 all)
{
	return (struct progress){ what, all, now_ns(), isatty(STDERR_FILENO) };
}

void progress_at(struct progress *p, __u64 done)
{
	if (!p->on || now_ns() - p->told_ns < EVERY_NS)
		return;
	p->told_ns = now_ns();
	fprintf(stderr, "\rmmaudit: %.60s: %llu MB", p->what, (unsigned long long)done >> 20);
	if (p->all)
		fprintf(stderr, " of %llu (%u %%)", (unsigned long long)p->all >> 20, (unsigned int)(100 * done / p->all));
	fputs("\033[K", stderr);
}

void progress_end(struct progress *p)
{
	if (p->on)
		fputs("\r\033[K", stderr);
}
