// SPDX-License-Identifier: GPL-2.0
/* progress.c - see progress.h. Work that is done within half a second shows nothing. */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "progress.h"

#define EVERY_NS	500000000ULL

struct progress progress_begin(const char *what, __u64 all)
{
	return (struct progress){ what, all, now_ns(), isatty(STDERR_FILENO) };
}

static int is_due(struct progress *p)
{
	if (!p->on || now_ns() - p->told_ns < EVERY_NS)
		return 0;
	p->told_ns = now_ns();
	return 1;
}

/* The name of a file may have anything. */
static void print_what(const char *what)
{
	fputs("\rmmaudit: ", stderr);
	for (int i = 0; what[i] && i < 60; i++)
		fputc(iscntrl((unsigned char)what[i]) ? '?' : what[i], stderr);
	fputs(": ", stderr);
}

void progress_say(struct progress *p, const char *fmt, ...)
{
	va_list args;

	if (!is_due(p))
		return;
	print_what(p->what);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputs("\033[K", stderr);
}

void progress_at(struct progress *p, __u64 done)
{
	progress_say(p, "%llu MB of %llu (%u %%)", (unsigned long long)done >> 20, (unsigned long long)p->all >> 20,
		     (unsigned int)(p->all ? 100 * done / p->all : 0));
}

void progress_end(struct progress *p)
{
	if (p->on)
		fputs("\r\033[K", stderr);
	p->on = 0;
}
