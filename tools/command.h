/* SPDX-License-Identifier: GPL-2.0 */
/* command.h - what every subcommand shares: its row of the table, and help. */
#ifndef COMMAND_H
#define COMMAND_H

#include "say.h"

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

/* The sentence (unless NULL) and how to call it, on stderr. Returns EXIT_USAGE. */
int misuse(const char *name, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* `mmaudit NAME --help`, on stdout. Returns EXIT_CLEAN. */
int help(const char *name);

/* The arguments of a command whose one option is --json: GO_ON, or the status to end with. */
enum { GO_ON = -1 };
int only_json(const char *name, int argc, char **argv, int *json);

#endif /* COMMAND_H */
