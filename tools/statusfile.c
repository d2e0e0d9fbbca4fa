// SPDX-License-Identifier: GPL-2.0
/* statusfile.c - writes another file and renames it, so that a reader never sees half of it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"
#include "statusfile.h"

static int fail(struct statusfile *f, int err)
{
	say("cannot write the status file %s: %s", f->path, strerror(err));
	if (f->file)
		fclose(f->file);
	f->file = NULL;
	if (f->beside[0])
		unlink(f->beside);
	return -err;
}

/* A device, a pipe or a link is written itself: a rename would replace it by a file. */
static int is_plain(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? errno == ENOENT : S_ISREG(st.st_mode);
}

int statusfile_open(struct statusfile *f, const char *path)
{
	const int plain = is_plain(path);
	int fd;

	f->path = path;
	f->beside[0] = 0;
	if (plain && snprintf(f->beside, sizeof(f->beside), "%s.%d.tmp", path, (int)getpid()) >= (int)sizeof(f->beside)) {
		f->beside[0] = 0;
		return fail(f, ENAMETOOLONG);
	}
	/* O_NONBLOCK: a pipe without a reader is an error now, not a wait */
	fd = open(plain ? f->beside : path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | (plain ? O_CREAT | O_EXCL : O_APPEND), 0666);
	if (fd < 0) {
		f->beside[0] = 0;
		return fail(f, errno);
	}
	f->file = fdopen(fd, "w");
	if (!f->file) {
		close(fd);
		return fail(f, ENOMEM);
	}
	if (plain && unlink(path) && errno != ENOENT)
		return fail(f, errno);
	return 0;
}

static void print_number(FILE *file, const char *key, int value, int known)
{
	fprintf(file, "%s=", key);
	if (known)
		fprintf(file, "%d", value);
	fputc('\n', file);
}

int statusfile_write(struct statusfile *f, const struct status *st)
{
	int ret;

	fprintf(f->file, "verdict=%s\nviolations=%llu\n", st->verdict, st->violations);
	print_number(f->file, "exit_status", st->exit, 1);
	print_number(f->file, "command_status", st->command, st->command >= 0);
	print_number(f->file, "command_signal", st->signal, st->signal);
	if (fflush(f->file) || ferror(f->file))
		return fail(f, errno);
	ret = fclose(f->file);
	f->file = NULL;
	if (ret || (f->beside[0] && rename(f->beside, f->path)))
		return fail(f, errno);
	return 0;
}
