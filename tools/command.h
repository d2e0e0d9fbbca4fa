/* SPDX-License-Identifier: GPL-2.0 */
/*
 * command.h - a subcommand and its options as a table, from which the command line is parsed and --help is printed. The man
 * page (tools/man/fill) and the shell completion read --help. getopt_long() splits the command line. argp is not used: it
 * prints --help itself, but has no setters and no synopsis for the man page, exits with 64 on wrong usage, and does not go
 * on after wrong usage to find --status-file.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

#include "say.h"

struct opt {
	const char *name;
	const char *arg;	/* what its argument is called, "[=S]" if it may be left out; NULL: it takes none */
	const char *help;
	int (*set)(void *into, const struct opt *opt, const char *arg);	/* returns 0, or EXIT_USAGE after saying why */
	size_t at;		/* offset in `into` of what set_flag(), set_text() and set_number() set */
	char letter;		/* short form; 0: none */
	char even_if_wrong;	/* is parsed even after wrong usage */
};

/* A row; members that it does not name are 0. */
#define OPT(NAME, ARG, HELP, SET, ...)	{ .name = NAME, .arg = ARG, .help = HELP, .set = SET, __VA_ARGS__ }
#define PARAM(NAME, ARG, HELP)		{ .name = NAME, .arg = ARG, .help = HELP }

/* Setters of an int (to 1), a const char *, and a __u32 that is at least 1. */
int set_flag(void *into, const struct opt *opt, const char *arg);
int set_text(void *into, const struct opt *opt, const char *arg);
int set_number(void *into, const struct opt *opt, const char *arg);

enum operands {
	NO_OPERANDS,
	OPERANDS,		/* before, after and between the options */
	COMMAND_LINE,		/* the first one ends the options: the rest is another command's line */
};

#define OPTION_LISTS	4

struct command {
	const char *name;
	int (*run)(int argc, char **argv);	/* argv[0] is "mmaudit NAME" */
	const char *synopsis;	/* what follows the options; NULL: nothing */
	const char *summary;	/* one line */
	enum operands operands;
	const char *instead;	/* what to do instead of giving an operand, where none is taken */
	const struct opt *options[OPTION_LISTS];	/* lists, each ended by an empty row */
	const struct opt *params;	/* PARAM=VALUE operands, for --help; `set` is not used */
};

enum { GO_ON = -1 };

/*
 * Sets what the options say, in `into`. Returns GO_ON with optind at the first
 * operand, EXIT_CLEAN after --help, or EXIT_USAGE after saying why.
 */
int parse_options(const struct command *c, void *into, int argc, char **argv);

/* Prints `mmaudit NAME --help` on standard output. */
void print_help(const struct command *c);

/* Says the sentence and how to call the command whose options were parsed, on standard error. Returns EXIT_USAGE. */
int misuse(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* COMMAND_H */
