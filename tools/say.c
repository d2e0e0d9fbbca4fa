// SPDX-License-Identifier: GPL-2.0
/* say.c - see say.h. */
#define _GNU_SOURCE	/* vasprintf */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "say.h"

void say_plainly(char *text)
{
	for (; *text; text++)
		if (iscntrl((unsigned char)*text))
			*text = '?';
}

void vsay(const char *fmt, va_list args)
{
	char *text;

	fflush(stdout);		/* keep the order where both go to one place */
	if (vasprintf(&text, fmt, args) < 0)
		return;
	say_plainly(text);
	fprintf(stderr, "mmaudit: %s\n", text);
	free(text);
}

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsay(fmt, args);
	va_end(args);
}
