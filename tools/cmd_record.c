// SPDX-License-Identifier: GPL-2.0
/* cmd_record.c - run or watch, whose records go to a recording. */
#include <getopt.h>
#include <stddef.h>

#include "cmd_run.h"
#include "cmd_watch.h"
#include "commands.h"

struct recording_of {
	struct run run;		/* first: see run_options and audit_options; of a command, and what the options say */
	struct watch watch;	/* of a process, or of all */
};

static const struct opt task_options[] = {
	OPT("pid", "N", "only process N; without it and without CMD all tasks, until interrupted", set_number,
	    .at = offsetof(struct recording_of, watch.pid)),
	OPT("descendants", NULL, "with --pid: and its descendants, also those that are there already; go on when process N ends",
	    set_flag, .at = offsetof(struct recording_of, watch.descendants)),
	{ }
};

static int has_command(int argc)
{
	return optind < argc;
}

static int check(const struct recording_of *r, int argc)
{
	const struct run *run = &r->run;

	if (!run->s.path)
		return misuse("--output FILE is wanted: where the recording is to be");
	if (has_command(argc) && (r->watch.pid || r->watch.descendants))
		return misuse("--pid and a command exclude each other");
	if (!has_command(argc) && (run->s.sweep || run->wait || run->status_path))
		return misuse("--sweep, --wait and --status-file want a command");
	return 0;
}

static int record_command_line(struct recording_of *r, int argc, char **argv)
{
	int ret = run_audit(&r->run, argc, argv, GO_ON);

	session_close(&r->run.s);
	return ret;
}

static int record_tasks(struct recording_of *r)
{
	int ret;

	r->watch.s = r->run.s;
	r->watch.s.progress = progress_begin("recording", 0);
	r->watch.pidfd = -1;
	ret = watch_audit(&r->watch);
	session_close(&r->watch.s);
	return ret;
}

static int cmd_record(int argc, char **argv)
{
	static struct recording_of r;
	int ret;

	run_init(&r.run);
	r.run.s.record = 1;
	ret = parse_options(&record_command, &r, argc, argv);
	if (ret == GO_ON)
		ret = check(&r, argc) ?: GO_ON;
	if (ret == EXIT_CLEAN)
		return ret;
	if (ret != GO_ON)
		return run_audit(&r.run, argc, argv, ret);	/* which runs nothing, and tells the status file */
	return has_command(argc) ? record_command_line(&r, argc, argv) : record_tasks(&r);
}

const struct command record_command = {
	.name = "record",
	.run = cmd_record,
	.synopsis = "--output FILE [[--] CMD [ARG]...]",
	.operands = COMMAND_LINE,
	.summary = "audit CMD, a process or all tasks into a file that report and replay read",
	.options = { task_options, run_options, record_options, audit_options },
};
