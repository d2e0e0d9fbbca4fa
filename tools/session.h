/* SPDX-License-Identifier: GPL-2.0 */
/* session.h - one audit by watch or run: options, start, records to the output, end. */
#ifndef SESSION_H
#define SESSION_H

#include <signal.h>
#include <sys/types.h>

#include "command.h"
#include "forms.h"
#include "known.h"
#include "print.h"
#include "progress.h"
#include "pasts.h"
#include "recorder.h"

struct session {
	/* options */
	int all, json, strict, every;
	int journal;			/* records go to the systemd journal */
	int sweep;			/* also sweep memory that audited processes give up */
	__u32 rules;
	__u64 sites;
	__u64 required;			/* --require-sites LIST */
	int required_all;		/* --require-sites all */
	const char *path;		/* --output, NULL: stdout */
	int record;			/* the output is a recording */
	struct forms forms;		/* --report */
	const char *vmlinux;		/* --vmlinux */
	struct known known;		/* --known */
	struct pasts pasts;		/* --history */

	/* the audit */
	struct device dev;
	struct coverage cov;
	struct audit audit;
	struct output out;
	struct paths paths;
	struct totals totals;
	struct kinds kinds;
	struct mma_stats before;
	__u32 limit;			/* stop after so many records; 0: no limit */
	__u64 oldest_ns;		/* time of the oldest record of the last read */
	struct recorder recorder;
	struct progress progress;	/* of a recording that has no known end */
	struct report report;		/* what the forms are made from: keeps violations if there are forms */
};

/*
 * record_options are those of watch, run, record and sweep, audit_options those of watch, run and
 * record, print_options those of watch and run. `into` is a struct that begins with a struct session.
 */
extern const struct opt record_options[], audit_options[], print_options[];

/*
 * Opens device and output. Checks that the self-test passes, that required sites are
 * seen and, with want_pid, that the pid namespace is the initial one. Returns 0 or an
 * exit code.
 */
int session_open(struct session *s, int want_pid);

/* Does the same for a sweep, which needs neither probes nor a filter. */
int session_open_device(struct session *s);

/* Returns 0, or EXIT_BLIND after saying that this is a pid namespace of its own, where the numbers of processes are others. */
int session_refuse_namespace(void);

/* Sets the filter and reads the counters the first time. Returns 0 or an exit code. */
int session_begin(struct session *s, __u32 pid, int descendants, const char *whom);
void session_start(struct session *s);		/* prints `start` */
void session_flush(struct session *s);		/* writes out what was printed so far */

/* Reads and prints what is queued. Returns 1 if there may be more, 0 if there was nothing, or -errno. */
int session_read(struct session *s);

/* Waits for suspects, prints what was queued until now, and reads the counters the last time. */
int session_finish(struct session *s);

/*
 * Returns what the audit amounts to: EXIT_CLEAN, EXIT_VIOLATION, EXIT_BLIND (see
 * totals.blind) or EXIT_LOST. Printing the end may still change that.
 */
int session_exit(const struct session *s);

/* Tells what --known knows apart in the totals. session_finish() does it; a caller without that, before the end. */
void session_settle(struct session *s);

/* Prints `end`, which has totals.exit, closes a recording and writes reports. The caller prints the verdict afterwards. */
void session_end(struct session *s);
void session_close(struct session *s);

/* Counts and prints one finding, also one of the caller's own sweep. */
void session_finding(struct session *s, const struct record *rec);

/* Whether --count is reached, or the reader of the output has gone. */
int session_enough(const struct session *s);

struct signals {
	int fd;			/* signalfd of the signals that would end mmaudit */
	sigset_t mask;		/* as they were before, for CMD */
	struct sigaction pipe;
};

/* Returns 0 or an exit code. The child calls signals_give_back(). */
int signals_take(struct signals *sig);

/* Where a terminal shows a key as "^C", what is said next begins a line of its own. */
void signals_end_line(const struct signals *sig);
void signals_give_back(const struct signals *sig);

#endif /* SESSION_H */
