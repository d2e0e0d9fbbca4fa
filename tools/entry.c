// SPDX-License-Identifier: GPL-2.0
/* entry.c - see entry.h. */
#define _GNU_SOURCE	/* asprintf() */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "entry.h"

void entry_add(struct entry *e, const char *name, const char *fmt, ...)
{
	char *text = NULL, *field = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (e->nr < ENTRY_FIELDS && vasprintf(&text, fmt, ap) >= 0 && asprintf(&field, "%s=%s", name, text) >= 0)
		e->field[e->nr++] = (struct iovec){ field, strlen(field) };
	va_end(ap);
	free(text);
}

void entry_free(struct entry *e)
{
	while (e->nr)
		free(e->field[--e->nr].iov_base);
}
