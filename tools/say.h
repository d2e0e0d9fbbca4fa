/* SPDX-License-Identifier: GPL-2.0 */
/* say.h - talk on standard error, and the statuses mmaudit ends with. */
#ifndef SAY_H
#define SAY_H

#include <stdarg.h>

#include "version.h"

enum exit_code {
	EXIT_CLEAN	= 0,
	EXIT_VIOLATION	= 1,	/* at least one rule broken */
	EXIT_USAGE	= 2,
	EXIT_BLIND	= 3,	/* cannot audit: no module, module blind, no permission */
	EXIT_LOST	= 4,	/* --strict and something was lost, or output not written */
	EXIT_CANNOT_RUN	= 126,	/* as a shell: CMD is there but cannot be executed */
	EXIT_NOT_FOUND	= 127,	/* as a shell: no such CMD */
	EXIT_SIGNAL	= 128,	/* as a shell: plus the signal that ended CMD */
};

/*
 * Prints "mmaudit: ..." and a newline on standard error. Names of files and words of the command line may have anything, which
 * a terminal must not obey: control characters are printed as '?'.
 */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void vsay(const char *fmt, va_list args) __attribute__((format(printf, 1, 0)));

/* Does so with a text that goes elsewhere. */
void say_plainly(char *text);

#endif /* SAY_H */
