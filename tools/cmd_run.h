/* SPDX-License-Identifier: GPL-2.0 */
/* cmd_run.h - the audit of one command, which record makes, too. */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "statusfile.h"
#include "sweep.h"

enum { RUN_CODES = EXIT_LOST + 1 };

struct run {
	struct session s;	/* first: see audit_options */
	struct signals sig;
	struct sweeper w;
	int instead[RUN_CODES];	/* what to exit with instead of an exit code: --error-exitcode */
	int wait;		/* --wait */
	const char *status_path;	/* --status-file */
	struct wholefile status;
	__u32 every;		/* --sweep=S, seconds; 0: only what is given up */
	int timer;		/* fires every S seconds; -1: there is none */
	char **argv;		/* of CMD */
	pid_t pid;
	int pidfd;		/* of CMD; with --wait of what it left, one after the other */
	int over;		/* CMD has ended, so a signal ends the wait for its descendants */
	int stop;		/* such a signal came */
	int go[2];		/* a byte says to the child that the filter is set and it may exec */
	int failed[2];		/* errno of exec; an exec that succeeds closes it */
	char whom[64];
};

extern const struct opt run_options[];	/* of a struct run */

void run_init(struct run *r);

/* ret: what parse_options() returned. Returns what to exit with; the caller closes the session. */
int run_audit(struct run *r, int argc, char **argv, int ret);

#endif /* CMD_RUN_H */
