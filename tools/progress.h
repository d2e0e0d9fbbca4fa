/* SPDX-License-Identifier: GPL-2.0 */
/* progress.h - one line on standard error that says how far long work is; nothing if that is no terminal. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <linux/types.h>

struct progress {
	const char *what;	/* "reading FILE" */
	__u64 all;		/* bytes */
	__u64 told_ns;		/* when the line was written last */
	int on;
};

struct progress progress_begin(const char *what, __u64 all);
void progress_at(struct progress *p, __u64 done);

/* The same for what has no known end: "WHAT: ..." */
void progress_say(struct progress *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Takes the line away. */
void progress_end(struct progress *p);

#endif /* PROGRESS_H */
