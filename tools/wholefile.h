/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wholefile.h - files that are written. One is there whole or not at all: another one is written beside it, and renamed at the
 * end. Only a stream of records is not.
 */
#ifndef WHOLEFILE_H
#define WHOLEFILE_H

#include <limits.h>
#include <stdio.h>
#include <sys/types.h>

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

/*
 * Who may read a file that is made. What an audit found has addresses of the kernel and of processes, and page table entries,
 * which the kernel shows to root alone: that is for its owner, whatever the umask, also in the place of a file that all could
 * read. A device, a pipe and what a link leads to stay as they are.
 */
enum { FOR_OWNER = 0600, FOR_ALL = 0666 };

/* Opens it. All return 0, or -errno after saying why; then nothing is left, unless path is a device or pipe that has got a part. */
int wholefile_open(struct wholefile *f, const char *what, const char *path, mode_t readers);

/*
 * The same FOR_ALL, for root and a directory that is another's: a link or a pipe there is replaced, for it may be a trap. Only below
 * /dev/ and /proc/ is written what is there.
 */
int wholefile_replace(struct wholefile *f, const char *what, const char *path);

/* Writes out what is left and gives the file its name. */
int wholefile_close(struct wholefile *f);

/* Says why it cannot be written, closes and removes it. Returns -err. */
int wholefile_fail(struct wholefile *f, int err);

/* Closes and removes it, if it is open. */
void wholefile_drop(struct wholefile *f);

/* For what is read while it is written: path itself, emptied if it is a file, FOR_OWNER. Returns NULL after saying why. */
FILE *wholefile_stream(const char *path);

#endif /* WHOLEFILE_H */
