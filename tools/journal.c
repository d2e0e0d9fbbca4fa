// SPDX-License-Identifier: GPL-2.0
/* journal.c - see journal.h. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "journal.h"
#include "say.h"

#ifdef HAVE_LIBSYSTEMD

#define SD_JOURNAL_SUPPRESS_LOCATION	/* of the line here, which says nothing of the violation */
#include <systemd/sd-journal.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* Without it libsystemd drops what it is given, and says that all went well. */
static int is_there(void)
{
	return !access(JOURNAL_SOCKET, W_OK);
}

int journal_open(void)
{
	if (is_there())
		return 0;
	say("--journal: cannot write to %s: %s (does systemd-journald run?)", JOURNAL_SOCKET, strerror(errno));
	return -1;
}

int journal_send(const struct entry *e)
{
	return is_there() ? sd_journal_sendv(e->field, e->nr) : -errno;
}

#else

int journal_open(void)
{
	say("--journal: this mmaudit was built without libsystemd: install libsystemd-dev and build it again");
	return -1;
}

int journal_send(const struct entry *e)
{
	(void)e;
	return -ENOSYS;
}

#endif
