/* SPDX-License-Identifier: GPL-2.0 */
/* session.h - one audit by watch or run: options, start, records to the output, end. */
#ifndef SESSION_H
#define SESSION_H

#include <signal.h>
#include <sys/types.h>

#include "command.h"
#include "print.h"

struct session {
	/* options */
	int all, json, strict, every;
	int sweep;			/* also sweep memory that audited processes give up */
	__u32 rules;
	__u64 sites;
	__u64 required;			/* --require-sites, */
	int required_all;		/* or all this kernel has */
	const char *path;		/* --output, NULL: stdout */

	/* the audit */
	struct device dev;
	struct coverage cov;
	struct audit audit;
	struct output out;
	struct totals totals;
	struct kinds kinds;
	struct mma_stats before;
	__u32 limit;			/* stop after as many records; 0: no limit */
	__u64 oldest_ns;		/* of what the last read brought */
};

/*
 * Options of watch, run and sweep, and those of watch and run. `into` is a struct
 * that begins with a struct session.
 */
extern const struct opt record_options[], audit_options[];

/*
 * Opens device and output; the self-test, the sites asked for and, with want_pid,
 * the pid namespace must allow an audit. 0 or an exit code.
 */
int session_open(struct session *s, int want_pid);

/* Does the same for a sweep, which needs neither probes nor a filter. */
int session_open_device(struct session *s);

/* Sets the filter and takes the counters' first reading. 0 or an exit code. */
int session_begin(struct session *s, __u32 pid, int descendants, const char *whom);
void session_start(struct session *s);		/* prints `start` */
void session_flush(struct session *s);		/* writes out what was printed so far */

/* Reads what is queued and prints it. 1: there may be more, 0: nothing, or -errno. */
int session_read(struct session *s);

/* Waits for suspects, prints what was queued until now, takes the last reading. */
int session_finish(struct session *s);

/*
 * What the audit amounts to: EXIT_CLEAN, EXIT_VIOLATION, EXIT_BLIND (see
 * totals.blind) or EXIT_LOST. Printing the end may still change it.
 */
int session_exit(const struct session *s);

/* Prints `end`, with totals.exit in it; then the verdict is to be said. */
void session_end(struct session *s);
void session_close(struct session *s);

/* Counts and prints one finding, also of a sweep of the caller's own. */
void session_finding(struct session *s, const struct record *rec);

/* Has --count been reached, or the reader of our output gone? */
int session_enough(const struct session *s);

struct signals {
	int fd;			/* signalfd of what would end us */
	sigset_t mask;		/* as they were before, for CMD */
	struct sigaction pipe;
};

/* 0, or an exit code. signals_give_back() is for the child. */
int signals_take(struct signals *sig);
void signals_give_back(const struct signals *sig);

#endif /* SESSION_H */
