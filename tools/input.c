// SPDX-License-Identifier: GPL-2.0
/* input.c - see input.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input.h"
#include "say.h"

#define MOST_LINES	(4 << 20)	/* several times as many as any kernel has symbols */
#define PATIENCE	1000	/* milliseconds before a wait is told */

static int is_stdin(const char *name)
{
	return !strcmp(name, "-");
}

const char *input_path(const char *name)
{
	return is_stdin(name) ? "/dev/stdin" : name;
}

/* A pipe that nobody has open for writing yet is no end: poll() waits for who comes. */
static void wait_for(int fd, const char *path)
{
	struct pollfd in = { .fd = fd, .events = POLLIN };

	if (poll(&in, 1, PATIENCE))
		return;
	say("waiting for something to read from %s, which is no regular file", path);
	while (poll(&in, 1, -1) < 0 && errno == EINTR)
		;
}

static int is_waited_for(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/* O_NONBLOCK: to open a pipe does not wait for a writer. */
static int open_now(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return fd;
	if (is_waited_for(fd))
		wait_for(fd, path);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

/* Standard input may be a socket, which /dev/stdin cannot open. */
static int open_stdin(void)
{
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);

	if (fd >= 0 && is_waited_for(fd))
		wait_for(fd, "standard input");
	return fd;
}

FILE *input_open(const char *name)
{
	int fd = is_stdin(name) ? open_stdin() : open_now(name);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (!f && fd >= 0)
		close(fd);
	return f;
}

char *input_line(char *line, int size, FILE *f, unsigned int *read)
{
	if (*read == MOST_LINES || !fgets(line, size, f) || !*line)
		return NULL;
	++*read;
	return line;
}

const char *input_unfit(const char *path)
{
	struct stat st;

	if (stat(path, &st) || access(path, R_OK))
		return strerror(errno);
	return S_ISREG(st.st_mode) ? NULL : "it is no regular file";
}
