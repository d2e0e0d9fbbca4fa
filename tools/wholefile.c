// SPDX-License-Identifier: GPL-2.0
/* wholefile.c - see wholefile.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio_ext.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"
#include "wholefile.h"

static struct wholefile *all;		/* that have a file beside */

/* Only what a signal handler may call. */
static void remove_all(int sig)
{
	for (const struct wholefile *f = all; f; f = f->next)
		unlink(f->beside);
	signal(sig, SIG_DFL);
	raise(sig);
}

void wholefile_heed_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction remove = { .sa_handler = remove_all }, was;

	for (unsigned int i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (!sigaction(ends[i], NULL, &was) && was.sa_handler != SIG_IGN)
			sigaction(ends[i], &remove, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void note(struct wholefile *f)
{
	f->next = all;
	all = f;
}

/* Its file has its name, or is no more. */
static void forget(struct wholefile *f)
{
	for (struct wholefile **at = &all; *at; at = &(*at)->next)
		if (*at == f) {
			*at = f->next;
			break;
		}
	f->beside[0] = 0;
}

void wholefile_drop(struct wholefile *f)
{
	if (f->file) {
		__fpurge(f->file);		/* or fclose would try, and fail, again */
		fclose(f->file);
	}
	f->file = NULL;
	if (f->beside[0])
		unlink(f->beside);
	forget(f);
}

static const char *why(int err)
{
	return err == ENXIO ? "it is a pipe that nobody reads" : strerror(err);
}

int wholefile_fail(struct wholefile *f, int err)
{
	say("cannot write %s %s: %s", f->what, f->path, why(err));
	wholefile_drop(f);
	return -err;
}

/* A device, a pipe or a link is written itself: a rename would replace it by a file. */
static int is_plain(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? errno == ENOENT : S_ISREG(st.st_mode);
}

/* /dev/stdout and the like go on where the shell has them; any other link leads to a file that is written anew. */
static int is_shells(const char *path)
{
	return !strncmp(path, "/dev/", 5) || !strncmp(path, "/proc/", 6);
}

static int open_flags(const char *path, int plain)
{
	if (plain)
		return O_RDWR | O_CREAT | O_EXCL;
	return O_WRONLY | O_APPEND | (is_shells(path) ? 0 : O_TRUNC);
}

/* O_NONBLOCK: a pipe without a reader is an error now, not a wait. Once there is one, each write waits for it. */
static int open_now(const char *path, int flags, mode_t readers)
{
	int fd = open(path, O_CLOEXEC | O_NONBLOCK | flags, readers);

	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

/* It is not open: a file beside that is there already is another's, perhaps of one that was killed. */
static int refuse(struct wholefile *f, int err)
{
	if (err == EEXIST)
		say("cannot write %s %s: %s is in the way", f->what, f->path, f->beside);
	f->beside[0] = 0;
	return err == EEXIST ? -err : wholefile_fail(f, err);
}

/* plain: another file takes its place, or else what is there is written itself. */
static int open_as(struct wholefile *f, const char *what, const char *path, mode_t readers, int plain)
{
	int fd;

	*f = (struct wholefile){ .what = what, .path = path };
	if (!*path)
		return wholefile_fail(f, ENOENT);
	if (plain && snprintf(f->beside, sizeof(f->beside), "%s.%d.tmp", path, (int)getpid()) >= (int)sizeof(f->beside)) {
		f->beside[0] = 0;
		return wholefile_fail(f, ENAMETOOLONG);
	}
	fd = open_now(plain ? f->beside : path, open_flags(path, plain), readers);
	if (fd < 0)
		return refuse(f, errno);
	if (plain)
		note(f);
	f->file = fdopen(fd, "w");
	if (!f->file) {
		close(fd);
		return wholefile_fail(f, ENOMEM);
	}
	return 0;
}

int wholefile_open(struct wholefile *f, const char *what, const char *path, mode_t readers)
{
	return open_as(f, what, path, readers, is_plain(path));
}

int wholefile_replace(struct wholefile *f, const char *what, const char *path)
{
	return open_as(f, what, path, FOR_ALL, !is_shells(path));
}

/* A pipe or a device cannot be synced, and need not be. */
static int write_out(struct wholefile *f)
{
	if (fflush(f->file) || ferror(f->file))
		return errno ? errno : EIO;
	if (f->beside[0] && fsync(fileno(f->file)))
		return errno;
	return 0;
}

int wholefile_close(struct wholefile *f)
{
	int err, closed;

	errno = 0;
	err = write_out(f);
	if (err)
		return wholefile_fail(f, err);
	closed = fclose(f->file);
	f->file = NULL;
	if (closed || (f->beside[0] && rename(f->beside, f->path)))
		return wholefile_fail(f, errno);
	forget(f);
	return 0;
}

FILE *wholefile_stream(const char *path)
{
	const int plain = is_plain(path);
	int fd = open_now(path, O_CREAT | (plain ? O_WRONLY | O_TRUNC : open_flags(path, 0)), FOR_OWNER);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file) {
		say("cannot write %s: %s", path, why(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (plain)
		fchmod(fd, FOR_OWNER);		/* one that was there */
	return file;
}
