// SPDX-License-Identifier: GPL-2.0
/* command.c - parses the options of a subcommand and prints its help, both from its table. */
#include <errno.h>
#include <getopt.h>
#include <linux/types.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "words.h"

#define MOST_OPTIONS	32
#define FIRST		256	/* what getopt_long() returns for the first row; letters are below */
#define HELP_COLUMN	24

static const struct command *current;	/* whose options are parsed */

/* ---- setters ---- */

static void *member(void *into, const struct opt *opt)
{
	return (char *)into + opt->at;
}

int set_flag(void *into, const struct opt *opt, const char *arg)
{
	*(int *)member(into, opt) = 1;
	return 0;
}

int set_text(void *into, const struct opt *opt, const char *arg)
{
	*(const char **)member(into, opt) = arg;
	return 0;
}

int set_number(void *into, const struct opt *opt, const char *arg)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(arg, &end, 10);
	if (errno || end == arg || *end || arg[0] == '-' || !n || n > 0x7fffffff)
		return misuse("--%s wants a number from 1, not '%s'", opt->name, arg);
	*(__u32 *)member(into, opt) = n;
	return 0;
}

/* ---- parsing ---- */

/* The table as getopt_long() wants it. */
struct getopt_table {
	const struct opt *row[MOST_OPTIONS];
	struct option longs[MOST_OPTIONS + 2];	/* and --help, and the end */
	char letters[2 * MOST_OPTIONS + 3];	/* each may have a colon */
	int nr;
};

static int has_arg(const struct opt *opt)
{
	if (!opt->arg)
		return no_argument;
	return opt->arg[0] == '[' ? optional_argument : required_argument;
}

static void add_row(struct getopt_table *t, const struct opt *opt)
{
	if (t->nr == MOST_OPTIONS)
		abort();
	if (opt->letter) {
		strncat(t->letters, &opt->letter, 1);
		if (has_arg(opt) == required_argument)
			strcat(t->letters, ":");
	}
	t->longs[t->nr] = (struct option){ opt->name, has_arg(opt), NULL, FIRST + t->nr };
	t->row[t->nr++] = opt;
}

static void make_table(struct getopt_table *t, const struct command *c)
{
	memset(t, 0, sizeof(*t));
	strcpy(t->letters, c->operands == COMMAND_LINE ? "+h" : "h");
	for (int i = 0; i < OPTION_LISTS && c->options[i]; i++)
		for (const struct opt *opt = c->options[i]; opt->name; opt++)
			add_row(t, opt);
	t->longs[t->nr] = (struct option){ "help", no_argument, NULL, 'h' };
}

static const struct opt *find_row(const struct getopt_table *t, int c)
{
	if (c >= FIRST)
		return t->row[c - FIRST];
	for (int i = 0; i < t->nr; i++)
		if (t->row[i]->letter == c)
			return t->row[i];
	return NULL;
}

static void print_usage(FILE *f, const struct command *c)
{
	fprintf(f, "usage: mmaudit %s%s%s%s\n", c->name, c->options[0] ? " [OPTION]..." : "",
		c->synopsis ? " " : "", c->synopsis ? c->synopsis : "");
}

static int show_usage(void)
{
	print_usage(stderr, current);
	fprintf(stderr, "'mmaudit %s --help' tells more\n", current->name);
	return EXIT_USAGE;
}

int misuse(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsay(fmt, args);
	va_end(args);
	return show_usage();
}

static int refuse_operand(const char *operand)
{
	if (current->instead)
		return misuse("'%s' is not an option (%s)", operand, current->instead);
	return misuse("'%s' is not an option", operand);
}

/* getopt_long() has said what is wrong. */
static int refuse_option(void)
{
	return opterr ? show_usage() : EXIT_USAGE;
}

int parse_options(const struct command *c, void *into, int argc, char **argv)
{
	struct getopt_table t;
	int ret = 0, word;

	current = c;
	make_table(&t, c);
	while ((word = getopt_long(argc, argv, t.letters, t.longs, NULL)) != -1) {
		const struct opt *row = find_row(&t, word);

		if (word == 'h' && !ret) {
			print_help(c);
			return EXIT_CLEAN;
		}
		if (row && ret && !row->even_if_wrong)
			continue;
		ret |= row ? row->set(into, row, optarg) : refuse_option();
		opterr = !ret;		/* one sentence is enough */
	}
	if (!ret && c->operands == NO_OPERANDS && optind < argc)
		return refuse_operand(argv[optind]);
	return ret ? ret : GO_ON;
}

/* ---- help ---- */

/* Prints "-v, --verbose" or "--sweep[=S]", and the help from HELP_COLUMN on. */
static void print_row(const struct opt *opt)
{
	char tag[128], text[512], *rest = text, *word;
	struct words w;

	snprintf(tag, sizeof(tag), "%s%.1s%s%s%s%s%s", opt->letter ? "-" : "", &opt->letter, opt->letter ? ", " : "",
		 opt->set ? "--" : "", opt->name, !opt->set ? "=" : has_arg(opt) == required_argument ? " " : "",
		 opt->arg ? opt->arg : "");
	if (strlen(tag) > HELP_COLUMN - 4)
		printf("  %s\n%*s", tag, HELP_COLUMN, "");
	else
		printf("  %-*s", HELP_COLUMN - 2, tag);
	snprintf(text, sizeof(text), "%s", opt->help);
	w = words_begin(stdout, HELP_COLUMN, terminal_width(stdout, 80));
	while ((word = strsep(&rest, " ")))
		words_add(&w, word);
	words_end(&w);
}

static void print_rows(const struct opt *rows)
{
	for (; rows->name; rows++)
		print_row(rows);
}

void print_help(const struct command *c)
{
	print_usage(stdout, c);
	printf("\n%s\n", c->summary);
	if (c->options[0])
		printf("\n");
	for (int i = 0; i < OPTION_LISTS && c->options[i]; i++)
		print_rows(c->options[i]);
	if (c->params) {
		printf("\nParameters of the module:\n");
		print_rows(c->params);
	}
}
