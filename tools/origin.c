// SPDX-License-Identifier: GPL-2.0
/* origin.c - reads host, boot, kernel and time from the system once. What it cannot read stays empty. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "clock.h"
#include "files.h"
#include "origin.h"

static char **command;

void origin_command(int argc, char **argv)
{
	command = calloc(argc + 1, sizeof(*command));
	if (command)
		memcpy(command, argv, argc * sizeof(*command));
}

void origin_begin(struct origin *o)
{
	struct utsname uts;

	o->argv = command;
	clock_gettime(CLOCK_REALTIME, &o->begun);
	o->begun_ns = now_ns();
	first_line("/proc/sys/kernel/random/boot_id", o->boot_id, sizeof(o->boot_id));
	if (uname(&uts))
		return;
	snprintf(o->host, sizeof(o->host), "%s", uts.nodename);
	snprintf(o->release, sizeof(o->release), "%s", uts.release);
}

void origin_end(struct origin *o)
{
	clock_gettime(CLOCK_REALTIME, &o->ended);
}

static void put_plain(FILE *f, char c)
{
	fputc(c < 0x20 || c > 0x7e ? '?' : c, f);
}

/* '...' around a word that a shell would not take as it is. */
static void quote(FILE *f, const char *word)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

	if (*word && !word[strspn(word, safe)]) {
		fputs(word, f);
		return;
	}
	fputc('\'', f);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\''", f);
		else
			put_plain(f, *word);
	}
	fputc('\'', f);
}

char *origin_line(const struct origin *o)
{
	char *line = NULL;
	size_t size;
	FILE *f = o->argv ? open_memstream(&line, &size) : NULL;

	if (!f)
		return NULL;
	for (char *const *word = o->argv; *word; word++) {
		if (word != o->argv)
			fputc(' ', f);
		quote(f, *word);
	}
	fclose(f);
	return line;
}

const char *origin_time(const struct timespec *when, char buf[ORIGIN_TIME_LEN])
{
	char second[24];
	struct tm tm;

	if (!when->tv_sec || !gmtime_r(&when->tv_sec, &tm) ||
	    !strftime(second, sizeof(second), "%Y-%m-%dT%H:%M:%S", &tm))
		return NULL;
	snprintf(buf, ORIGIN_TIME_LEN, "%s.%03uZ", second, (unsigned int)(when->tv_nsec / 1000000) % 1000);
	return buf;
}
