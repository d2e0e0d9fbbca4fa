/* SPDX-License-Identifier: GPL-2.0 */
/* command.h - what every subcommand shares: exit codes, talk on stderr, the subcommand table. */
#ifndef COMMAND_H
#define COMMAND_H

#ifndef MMAUDIT_VERSION
#define MMAUDIT_VERSION "0.1"
#endif

enum exit_code {
	EXIT_CLEAN	= 0,
	EXIT_VIOLATION	= 1,	/* at least one rule broken */
	EXIT_USAGE	= 2,
	EXIT_BLIND	= 3,	/* cannot audit: no module, module blind, no permission */
	EXIT_LOST	= 4,	/* --strict and something was lost, or output not written */
	EXIT_CANNOT_RUN	= 126,	/* as a shell: CMD is there but cannot be executed */
	EXIT_NOT_FOUND	= 127,	/* as a shell: no such CMD */
	EXIT_SIGNAL	= 128,	/* as a shell: plus the signal that ended CMD */
};

struct command {
	const char *name;
	int (*run)(int argc, char **argv);	/* argv[0] is "mmaudit NAME" */
	const char *synopsis;			/* what follows the name */
	const char *summary;			/* one line for the table */
	const char *options;			/* one option a line, or NULL */
};

int cmd_load(int argc, char **argv);
int cmd_unload(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_sites(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_run(int argc, char **argv);
int cmd_sweep(int argc, char **argv);
int cmd_stat(int argc, char **argv);
int cmd_explain(int argc, char **argv);

/* "mmaudit: ..." and a newline on stderr. */
void say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The sentence (unless NULL) and how to call it, on stderr. Returns EXIT_USAGE. */
int misuse(const char *name, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* `mmaudit NAME --help`, on stdout. Returns EXIT_CLEAN. */
int help(const char *name);

/* The arguments of a command whose one option is --json: GO_ON, or the status to end with. */
enum { GO_ON = -1 };
int only_json(const char *name, int argc, char **argv, int *json);

#endif /* COMMAND_H */
