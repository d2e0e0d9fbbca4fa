// SPDX-License-Identifier: GPL-2.0
/* cmd_sweep.c - judges, or shows, the entries one process or all processes have now; once or every S seconds. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>

#include "commands.h"
#include "outcome.h"
#include "sweep.h"

struct sweep {
	struct session s;	/* first: see record_options */
	struct sweeper w;
	struct signals sig;
	__u32 pid;		/* 0: all */
	__u32 every;		/* seconds; 0: once */
	int all, dump;
	char whom[64];
};

static const struct opt sweep_options[] = {
	OPT("pid", "N", "process N", set_number, .at = offsetof(struct sweep, pid)),
	OPT("all", NULL, "all processes", set_flag, .at = offsetof(struct sweep, all)),
	OPT("every", "S", "sweep again every S seconds until interrupted; what was told is not told again",
	    set_number, .at = offsetof(struct sweep, every)),
	OPT("dump", NULL, "show every entry, ranges of like ones in a line", set_flag, .at = offsetof(struct sweep, dump)),
	OPT("json", NULL, "print one JSON object a line: start, violation, state, end", set_flag, .at = offsetof(struct sweep, s.json)),
	OPT("strict", NULL, "exit 4 if a process could not be swept to the end", set_flag, .at = offsetof(struct sweep, s.strict)),
	{ }
};

/* Only with --pid is it an error that there is nothing to sweep. */
static int say_why_not(const struct sweep *o, int err)
{
	switch (err) {
	case -ESRCH:
		say("cannot sweep process %u: there is none of that number, or it has exited", o->pid);
		return EXIT_USAGE;
	case -EINVAL:
		say("cannot sweep process %u: a kernel thread has no memory of its own", o->pid);
		return EXIT_USAGE;
	}
	return EXIT_BLIND;
}

static int sweep_once(struct sweep *o)
{
	int ret = o->pid ? sweep_process(&o->w, o->pid) : sweep_processes(&o->w);

	sweep_round(&o->w);
	session_flush(&o->s);
	return ret;
}

/* Returns 1 to go on, 0 to stop. */
static int wait_for_next(struct sweep *o)
{
	struct pollfd fds[] = {
		{ .fd = o->sig.fd, .events = POLLIN },
		{ .fd = fileno(o->s.out.file) },	/* reports that our reader has gone */
	};

	return o->every && !o->s.out.err && !poll(fds, 2, o->every < INT_MAX / 1000 ? (int)o->every * 1000 : -1);
}

static int sweep(struct sweep *o)
{
	int ret = session_open_device(&o->s), rounds = 0;

	if (!ret)
		ret = signals_take(&o->sig);
	if (ret)
		return ret;
	o->w.s = &o->s;
	o->w.flags = o->dump ? MMA_SWEEP_DUMP : 0;
	if (o->pid)
		snprintf(o->whom, sizeof(o->whom), "process %u", o->pid);
	o->s.audit.whom = o->pid ? o->whom : "all processes";
	o->s.audit.sweep_only = 1;
	session_start(&o->s);
	do
		ret = sweep_once(o);
	while (!ret && ++rounds && wait_for_next(o));
	sweep_free(&o->w);
	if (ret && !(rounds && ret == -ESRCH))		/* --every ends with the process */
		return say_why_not(o, ret);
	session_settle(&o->s);
	o->s.totals.exit = session_exit(&o->s);
	session_end(&o->s);
	outcome_say(&o->s.audit, &o->s.totals);
	return session_exit(&o->s);
}

static int cmd_sweep(int argc, char **argv)
{
	static struct sweep o = { .s.dev.fd = -1 };
	int ret = parse_options(&sweep_command, &o, argc, argv);

	if (ret != GO_ON)
		return ret;
	ret = !o.pid == !o.all ? misuse("one of --pid and --all is wanted") : sweep(&o);
	session_close(&o.s);
	return ret;
}

const struct command sweep_command = {
	.name = "sweep",
	.run = cmd_sweep,
	.synopsis = "{--pid N | --all}",
	.summary = "judge every entry a process has now; exit 1 on a violation",
	.instead = "to sweep a process: --pid N",
	.options = { sweep_options, record_options },
};
