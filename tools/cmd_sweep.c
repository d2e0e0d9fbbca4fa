// SPDX-License-Identifier: GPL-2.0
/* cmd_sweep.c - judges, or shows, the entries one process or all processes have now; once or every S seconds. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "outcome.h"
#include "sweep.h"

struct sweep {
	struct session s;
	struct sweeper w;
	struct signals sig;
	__u32 pid;		/* 0: all */
	__u32 every;		/* seconds; 0: once */
	int all;
	char whom[64];
};

static int sweep_option(struct sweep *o, int c, const char *arg)
{
	switch (c) {
	case 'p':
		return parse_number("sweep", "--pid", arg, &o->pid);
	case 'e':
		return parse_number("sweep", "--every", arg, &o->every);
	case 'd':
		o->w.flags |= MMA_SWEEP_DUMP;
		return 0;
	case 'A':
		o->all = 1;
		return 0;
	}
	return session_option(&o->s, "sweep", c, arg);
}

static int sweep_options(struct sweep *o, int argc, char **argv)
{
	static const struct option options[] = {
		{ "pid", required_argument, NULL, 'p' },
		{ "all", no_argument, NULL, 'A' },
		{ "every", required_argument, NULL, 'e' },
		{ "dump", no_argument, NULL, 'd' },
		{ "rule", required_argument, NULL, 'R' },
		{ "json", no_argument, NULL, 'j' },
		{ "output", required_argument, NULL, 'o' },
		{ "strict", no_argument, NULL, 's' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c, ret;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			exit(help("sweep"));
		ret = sweep_option(o, c, optarg);
		if (ret)
			return ret;
	}
	if (optind < argc)
		return misuse("sweep", "'%s' is not an option (to sweep a process: --pid N)", argv[optind]);
	if (!o->pid == !o->all)
		return misuse("sweep", "one of --pid and --all is wanted");
	return 0;
}

/* Only of the process asked for is it an error that there is nothing to sweep. */
static int why_not(const struct sweep *o, int err)
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

static int round_of(struct sweep *o)
{
	int ret = o->pid ? sweep_process(&o->w, o->pid) : sweep_processes(&o->w);

	sweep_round(&o->w);
	session_flush(&o->s);
	return ret;
}

/* 1: go on, 0: told to stop. */
static int pause_for(struct sweep *o)
{
	struct pollfd fds[] = {
		{ .fd = o->sig.fd, .events = POLLIN },
		{ .fd = fileno(o->s.out.file) },	/* tells when our reader has gone */
	};

	return o->every && !o->s.out.err && !poll(fds, 2, o->every * 1000);
}

static int sweep(struct sweep *o)
{
	int ret = session_open_device(&o->s), rounds = 0;

	if (!ret)
		ret = signals_take(&o->sig);
	if (ret)
		return ret;
	o->w.s = &o->s;
	if (o->pid)
		snprintf(o->whom, sizeof(o->whom), "process %u", o->pid);
	o->s.audit.whom = o->pid ? o->whom : "all processes";
	o->s.audit.sweep_only = 1;
	session_start(&o->s);
	do
		ret = round_of(o);
	while (!ret && ++rounds && pause_for(o));
	sweep_free(&o->w);
	if (ret && !(rounds && ret == -ESRCH))		/* --every ends with the process */
		return why_not(o, ret);
	o->s.totals.exit = session_exit(&o->s);
	session_end(&o->s);
	outcome_say(&o->s.audit, &o->s.totals);
	return session_exit(&o->s);
}

int cmd_sweep(int argc, char **argv)
{
	static struct sweep o = { .s.dev.fd = -1 };
	int ret = sweep_options(&o, argc, argv);

	if (!ret)
		ret = sweep(&o);
	session_close(&o.s);
	return ret;
}
