// SPDX-License-Identifier: GPL-2.0
/* append.c - see append.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "append.h"

void append(char *buf, size_t size, const char *fmt, ...)
{
	const size_t len = strlen(buf);
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf + len, size - len, fmt, args);
	va_end(args);
}
