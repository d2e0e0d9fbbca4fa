// SPDX-License-Identifier: GPL-2.0
/* say.c - see say.h. */
#include <stdarg.h>
#include <stdio.h>

#include "say.h"

void say(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);		/* keep the order where both go to one place */
	va_start(args, fmt);
	fputs("mmaudit: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
}
