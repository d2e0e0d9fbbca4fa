/* readers.c - those who look at others, and so hold their memory. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "hostile.h"

/* Files of root may not be read, and a process may end meanwhile; any other error is a failure. True: it was read to its end. */
static bool read_smaps(int pid)
{
	static char buf[1 << 16];
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/smaps", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		must(errno == EACCES || errno == EPERM || errno == ENOENT || errno == ESRCH, "%s: %s", path, strerror(errno));
		return false;
	}
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	must(n == 0 || errno == EACCES || errno == EPERM || errno == ESRCH, "read of %s: %s", path, strerror(errno));
	close(fd);
	return n == 0;
}

/* Reads those of all processes; returns how many could be read. */
static unsigned int read_every_smaps(void)
{
	DIR *dir = opendir("/proc");
	unsigned int nr = 0;
	struct dirent *e;

	must(dir, "/proc: %s", strerror(errno));
	while ((e = readdir(dir)))
		if (atoi(e->d_name) > 100)
			nr += read_smaps(atoi(e->d_name));
	closedir(dir);
	return nr;
}

/* A process can always read its own, so reading none is a failure. */
static void all_smaps(void)
{
	must(read_every_smaps(), "no smaps can be read");
	started();
	while (time_left())
		must(read_every_smaps(), "no smaps can be read");
}

void smaps_loop(void)
{
	drop();
	each(all_smaps);
}
