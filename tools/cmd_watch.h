/* SPDX-License-Identifier: GPL-2.0 */
/* cmd_watch.h - an audit until a signal or the end of a process, which record makes, too. */
#ifndef CMD_WATCH_H
#define CMD_WATCH_H

#include "session.h"

struct watch {
	struct session s;	/* first: see audit_options */
	struct signals sig;
	__u32 pid;
	int descendants;
	int pidfd;		/* of pid; -1: the watch does not end with a process */
	char whom[96];
};

/* The caller sets pidfd and s.dev.fd to -1 before, and closes the session. Returns what to exit with. */
int watch_audit(struct watch *w);

#endif /* CMD_WATCH_H */
