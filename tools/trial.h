/* SPDX-License-Identifier: GPL-2.0 */
/* trial.h - one reproducer, run in a process group of its own for a limited time, and what it said. */
#ifndef TRIAL_H
#define TRIAL_H

#include <sys/types.h>

enum said {
	SAID_REPRODUCED,
	SAID_NOT_REPRODUCED,
	SAID_ABSENT,		/* this kernel cannot have it */
	SAID_SKIPPED,		/* this machine does not offer what it takes */
	SAID_FAILED,		/* it went wrong, or did not end in time */
};

struct trial {
	/* asked */
	const char *program;	/* the reproducers */
	const char *files_in;	/* a directory where they may make files */
	unsigned int seconds;	/* that one may take */
	int keep_settings;	/* of the machine */
	int only_needs;		/* do not run it, but say what it lacks */
	int (*begin)(void *arg, pid_t pid);	/* called before the program is executed, if not NULL; what is not 0 stops it */
	void *arg;

	/* found */
	enum said said;
	char why[256];		/* of all but NOT_REPRODUCED; printable */
};

/* Returns 0, or -errno if the program cannot be executed or no process made. */
int trial_run(struct trial *t, const char *name);

#endif /* TRIAL_H */
