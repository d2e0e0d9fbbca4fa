// SPDX-License-Identifier: GPL-2.0
/* mmaudit.c - the subcommand table and help. */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "origin.h"
#include "session.h"

static const struct command commands[] = {
	{ "load", cmd_load, "[OPTION]... [PARAM=VALUE]...",
	  "check this kernel, then load the module",
	  "  --module PATH       this mmaudit.ko (default: next to this program, then /lib/modules)\n"
	  "  --force-off POINT   do not plant this probe (may be repeated)\n"
	  "  --btf FILE          prototypes from FILE (raw BTF or ELF), not from the running kernel\n"
	  "  -v, --verbose       name the probes whose function this kernel does not have, too\n" },
	{ "unload", cmd_unload, "", "take the module out", NULL },
	{ "doctor", cmd_doctor, "[OPTION]...",
	  "say whether it could load here, and what it would see",
	  "  --module PATH     this mmaudit.ko\n"
	  "  --btf FILE        prototypes from FILE (raw BTF or ELF), not from the running kernel\n"
	  "  --kallsyms FILE   symbols from FILE, not from /proc/kallsyms\n" },
	{ "sites", cmd_sites, "[--json]", "what is seen, what is not, and by which probe", NULL },
	{ "watch", cmd_watch, "[OPTION]...", "stream violations until interrupted",
	  "  --pid N           only process N\n"
	  "  --descendants     and its descendants, those there already too; go on when it ends\n"
	  "  --count N         end after N records\n"
	  SESSION_HELP },
	{ "run", cmd_run, "[OPTION]... [--] CMD [ARG]...",
	  "audit CMD and all it forks; exit 1 on a violation",
	  SESSION_HELP
	  "  --error-exitcode N|WHAT=N,...  exit N, not 1, on a violation; WHAT: violation, usage, blind, lost\n"
	  "  --status-file FILE  the verdict, CMD's status and our own to FILE, once all is over\n"
	  "  --wait            follow what CMD leaves running to its end\n"
	  "  --sweep[=S]       judge all memory each process gives up, at exit or exec; and every S seconds\n" },
	{ "sweep", cmd_sweep, "--pid N | --all [OPTION]...",
	  "judge every entry a process has now; exit 1 on a violation",
	  "  --pid N           process N\n"
	  "  --all             all processes\n"
	  "  --every S         again every S seconds until interrupted; what was told is not told again\n"
	  "  --dump            show every entry, ranges of like ones in a line\n"
	  "  --rule RULE       only violations of RULE (may be repeated; see 'mmaudit explain --list')\n"
	  "  --json            one JSON object a line: start, violation, state, end\n"
	  "  --output FILE     records to FILE, not to standard output\n"
	  "  --strict          exit 4 if a process could not be swept to the end\n" },
	{ "stat", cmd_stat, "[--json]", "the module's state and counters", NULL },
	{ "explain", cmd_explain, "NAME... | --list",
	  "a rule, site, point, fault, reason or fact in a sentence", NULL },
};

#define NR_COMMANDS	(sizeof(commands) / sizeof(commands[0]))

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static void usage(FILE *f)
{
	fputs("usage: mmaudit COMMAND [OPTION]...\n\n", f);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(f, "  %-8s %s\n", commands[i].name, commands[i].summary);
	fputs("\n'mmaudit COMMAND --help' tells more; mmaudit(8) all. Exit status: 0 clean, 1 violations,\n"
	      "2 wrong usage, 3 cannot audit, 4 something was lost or unseen and --strict was given.\n", f);
}

static void usage_of(FILE *f, const struct command *c)
{
	fprintf(f, "usage: mmaudit %s %s\n", c->name, c->synopsis);
}

int help(const char *name)
{
	const struct command *c = find(name);

	usage_of(stdout, c);
	printf("\n%s\n", c->summary);
	if (c->options)
		printf("\n%s", c->options);
	return EXIT_CLEAN;
}

int misuse(const char *name, const char *fmt, ...)
{
	va_list args;

	if (fmt) {
		fputs("mmaudit: ", stderr);
		va_start(args, fmt);
		vfprintf(stderr, fmt, args);
		va_end(args);
		fputc('\n', stderr);
	}
	if (name)
		usage_of(stderr, find(name));
	else
		usage(stderr);
	return EXIT_USAGE;
}

int only_json(const char *name, int argc, char **argv, int *json)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c != 'j')
			return c == 'h' ? help(name) : misuse(name, NULL);
		*json = 1;
	}
	return optind < argc ? misuse(name, "'%s' is not an option", argv[optind]) : GO_ON;
}

static int cmd_help(int argc, char **argv)
{
	if (argc < 2) {
		usage(stdout);
		return EXIT_CLEAN;
	}
	return find(argv[1]) ? help(argv[1]) : misuse(NULL, "no command '%s'", argv[1]);
}

/* A table cut short by a full disk must not pass for a whole one. */
static int finish(int ret)
{
	if (!fflush(stdout) && !ferror(stdout))
		return ret;
	if (errno == EPIPE)			/* the reader has seen enough */
		return ret;
	say("cannot write to standard output: %s", strerror(errno));
	return ret ? ret : EXIT_LOST;
}

int main(int argc, char **argv)
{
	static char name[64];
	const struct command *c;

	setvbuf(stdout, NULL, _IOFBF, BUFSIZ);	/* on a terminal, too: a violation's lines stay together */
	if (argc < 2)
		return misuse(NULL, "no command");
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return finish(cmd_help(argc - 1, argv + 1));
	if (!strcmp(argv[1], "--version")) {
		printf("mmaudit %s (ABI %u.%u)\n", MMAUDIT_VERSION, MMA_ABI_MAJOR, MMA_ABI_MINOR);
		return finish(EXIT_CLEAN);
	}
	c = find(argv[1]);
	if (!c)
		return misuse(NULL, "no command '%s'", argv[1]);
	snprintf(name, sizeof(name), "mmaudit %s", c->name);	/* getopt's complaints begin with it */
	origin_command(argc, argv);
	argv[1] = name;
	return finish(c->run(argc - 1, argv + 1));
}
