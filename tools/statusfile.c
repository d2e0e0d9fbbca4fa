// SPDX-License-Identifier: GPL-2.0
/* statusfile.c - see statusfile.h. */
#include <errno.h>
#include <unistd.h>

#include "statusfile.h"

int statusfile_open(struct wholefile *f, const char *path)
{
	int ret = wholefile_open(f, "the status file", path, FOR_ALL);

	if (!ret && f->beside[0] && unlink(path) && errno != ENOENT)
		return wholefile_fail(f, errno);
	return ret;
}

static void print_number(FILE *file, const char *key, int value, int known)
{
	fprintf(file, "%s=", key);
	if (known)
		fprintf(file, "%d", value);
	fputc('\n', file);
}

int statusfile_write(struct wholefile *f, const struct status *st)
{
	fprintf(f->file, "verdict=%s\nviolations=%llu\n", st->verdict, st->violations);
	print_number(f->file, "exit_status", st->exit, 1);
	print_number(f->file, "command_status", st->command, st->command >= 0);
	print_number(f->file, "command_signal", st->signal, st->signal);
	return wholefile_close(f);
}
