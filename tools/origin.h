/* SPDX-License-Identifier: GPL-2.0 */
/* origin.h - command line, host, boot, kernel and time of an audit. */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <time.h>

#include "mmaudit.h"

struct origin {
	char *const *argv;		/* of mmaudit, NULL-terminated; NULL: not known */
	char host[65], boot_id[40], release[65];	/* empty: not known */
	struct timespec begun, ended;	/* CLOCK_REALTIME; zero: not yet */
	__u64 begun_ns;			/* the same time as CLOCK_MONOTONIC, like that of records */
};

/* Keeps a copy, because getopt_long() reorders argv. */
void origin_command(int argc, char **argv);

void origin_begin(struct origin *o);
void origin_end(struct origin *o);

/* The command line as a shell would take it, in one line of printable ASCII; NULL if it is not known. The caller frees it. */
char *origin_line(const struct origin *o);

/* ISO 8601, UTC; NULL for zero. */
#define ORIGIN_TIME_LEN	32
const char *origin_time(const struct timespec *when, char buf[ORIGIN_TIME_LEN]);

#endif /* ORIGIN_H */
