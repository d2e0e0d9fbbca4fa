// SPDX-License-Identifier: GPL-2.0
/* cmd_watch.c - prints violations, or every decision, of all tasks or one process until a signal or the end of the process. */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cmd_watch.h"
#include "commands.h"
#include "outcome.h"
#include "service.h"

static const struct opt watch_options[] = {
	OPT("pid", "N", "only process N", set_number, .at = offsetof(struct watch, pid)),
	OPT("descendants", NULL, "and its descendants, also those that are there already; go on when process N ends",
	    set_flag, .at = offsetof(struct watch, descendants)),
	OPT("count", "N", "end after N records", set_number, .at = offsetof(struct watch, s.limit)),
	{ }
};

/* The process must exist. Its end ends the watch, unless its descendants are watched, too. */
static int open_process(struct watch *w)
{
	int fd;

	if (!w->pid) {
		strcpy(w->whom, "all tasks");
		return 0;
	}
	fd = syscall(SYS_pidfd_open, w->pid, 0);
	if (fd < 0) {
		say("cannot watch process %u: %s", w->pid, errno == ESRCH ? "there is none of that number" :
		    "is it a thread? give the number of its process");
		return EXIT_USAGE;
	}
	snprintf(w->whom, sizeof(w->whom), "process %u%s", w->pid, w->descendants ? " and its descendants" : "");
	if (w->descendants)
		close(fd);
	else
		w->pidfd = fd;
	return 0;
}

static int watch_loop(struct watch *w)
{
	struct pollfd fds[] = {
		{ .fd = w->s.dev.fd, .events = POLLIN },
		{ .fd = w->sig.fd, .events = POLLIN },
		{ .fd = w->pidfd, .events = POLLIN },
		/* No events: this reports that the reader of our output has gone. */
		{ .fd = fileno(w->s.out.file) },
	};
	int ret;

	for (;;) {
		if (poll(fds, 4, -1) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents) {
			ret = session_read(&w->s);
			if (ret < 0 || session_enough(&w->s))
				return ret < 0 ? ret : 0;
		}
		if (fds[1].revents || fds[2].revents || fds[3].revents & (POLLERR | POLLNVAL)) {
			signals_end_line(&w->sig);
			return 0;
		}
	}
}

/* Adds the descendants that exist already. The filter is set and has the process itself. */
static int add_children(struct watch *w)
{
	unsigned int nr;

	if (!w->descendants)
		return 0;
	if (!(w->s.dev.ver.features & MMA_FEAT_PID)) {
		say("this module cannot add the descendants that process %u has already: load the module that came with this mmaudit",
		    w->pid);
		return EXIT_BLIND;
	}
	if (family_adopt(&w->s.dev, &nr))
		return EXIT_BLIND;
	if (nr)
		snprintf(w->whom, sizeof(w->whom), "process %u and its descendants (%u of them there already)", w->pid, nr);
	return 0;
}

int watch_audit(struct watch *w)
{
	int ret = w->descendants && !w->pid ? misuse("--descendants wants --pid") : open_process(w);

	if (!ret)
		ret = session_open(&w->s, w->pid != 0);
	if (!ret)
		ret = signals_take(&w->sig);
	if (!ret)
		ret = session_begin(&w->s, w->pid, w->descendants, w->whom);
	if (!ret)
		ret = add_children(w);
	if (ret)
		return ret;
	session_start(&w->s);
	service_is_ready();
	ret = watch_loop(w);
	if (session_finish(&w->s) || ret)
		w->s.totals.blind = 1;
	w->s.totals.exit = session_exit(&w->s);
	session_end(&w->s);
	outcome_say(&w->s.audit, &w->s.totals);
	return session_exit(&w->s);
}

static int cmd_watch(int argc, char **argv)
{
	static struct watch w = { .pidfd = -1, .s.dev.fd = -1 };
	int ret = parse_options(&watch_command, &w, argc, argv);

	if (ret != GO_ON)
		return ret;
	ret = watch_audit(&w);
	session_close(&w.s);
	return ret;
}

const struct command watch_command = {
	.name = "watch",
	.run = cmd_watch,
	.summary = "print violations until interrupted",
	.instead = "to audit a command: mmaudit run -- CMD",
	.options = { watch_options, record_options, audit_options, print_options },
};
