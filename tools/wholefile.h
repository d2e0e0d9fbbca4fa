/* SPDX-License-Identifier: GPL-2.0 */
/* wholefile.h - a file that is there whole or not at all: another one is written beside it, and renamed at the end. */
#ifndef WHOLEFILE_H
#define WHOLEFILE_H

#include <limits.h>
#include <stdio.h>

struct wholefile {
	const char *what, *path;	/* for sentences: "the recording", where it is to be */
	char beside[PATH_MAX];		/* the file that is written, then renamed; empty: path is no plain file */
	FILE *file;			/* NULL: not open */
	struct wholefile *next;		/* of those that have a file beside */
};

/*
 * For a command that a signal ends: from now on SIGINT, SIGTERM and SIGHUP remove what is half-written first, and a closed pipe
 * is an error, EPIPE. Of a recording that is made, what is there stays.
 */
void wholefile_heed_signals(void);

/* Opens it. All return 0, or -errno after saying why; then nothing is left, unless path is a device or pipe that has got a part. */
int wholefile_open(struct wholefile *f, const char *what, const char *path);

/* Writes out what is left and gives the file its name. */
int wholefile_close(struct wholefile *f);

/* Says why it cannot be written, closes and removes it. Returns -err. */
int wholefile_fail(struct wholefile *f, int err);

/* Closes and removes it, if it is open. */
void wholefile_drop(struct wholefile *f);

#endif /* WHOLEFILE_H */
