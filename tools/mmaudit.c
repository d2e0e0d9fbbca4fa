// SPDX-License-Identifier: GPL-2.0
/* mmaudit.c - calls the subcommand that the command line names. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "built_with.h"
#include "commands.h"
#include "mmaudit.h"
#include "origin.h"

static const struct command *const commands[] = {
	&load_command, &unload_command, &doctor_command, &sites_command, &watch_command, &run_command, &sweep_command,
	&stat_command, &explain_command, &record_command, &report_command, &replay_command,
	&top_command, &known_command, &verdict_command, &why_command, &vm_command,
};

#define NR_COMMANDS	(sizeof(commands) / sizeof(commands[0]))

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void print_usage(FILE *f)
{
	fputs("usage: mmaudit COMMAND [OPTION]...\n\n", f);
	for (size_t i = 0; i < NR_COMMANDS; i++)
		fprintf(f, "  %-8s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n'mmaudit COMMAND --help' tells more; mmaudit(8) all. Exit status: 0 clean, 1 violations,\n"
	      "2 wrong usage, 3 cannot audit, 4 something was lost or unseen and --strict was given.\n", f);
}

static int no_command(const char *name)
{
	if (name)
		say("no command '%s'", name);
	else
		say("no command");
	print_usage(stderr);
	return EXIT_USAGE;
}

static int cmd_help(const char *name)
{
	const struct command *c = name ? find_command(name) : NULL;

	if (name && !c)
		return no_command(name);
	if (c)
		print_help(c);
	else
		print_usage(stdout);
	return EXIT_CLEAN;
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

/*
 * Where the caller closed one of the first three, the next file that is opened would take its place, and messages would go into
 * a report. What stands there now can neither be written to, which is told as before, nor be inherited.
 */
static void fill_gaps(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		close(fd);
}

/* Only so that the write fails, and that is told; a program that is executed has the signal's default again. */
static void heed_limit(int sig)
{
	(void)sig;
}

/* Where the caller ignores SIGCHLD, how children end would be told nobody. SIGXFSZ (ulimit -f) would end us without a word. */
static void settle_signals(void)
{
	struct sigaction heed = { .sa_handler = heed_limit, .sa_flags = SA_RESTART }, was;

	signal(SIGCHLD, SIG_DFL);
	if (!sigaction(SIGXFSZ, NULL, &was) && was.sa_handler == SIG_DFL)
		sigaction(SIGXFSZ, &heed, NULL);
}

int main(int argc, char **argv)
{
	static char name[64];
	const struct command *c;

	fill_gaps();
	settle_signals();
	setvbuf(stdout, NULL, _IOFBF, BUFSIZ);	/* on a terminal, too: a violation's lines stay together */
	if (argc < 2)
		return no_command(NULL);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help"))
		return finish(cmd_help(argv[2]));
	if (!strcmp(argv[1], "--version")) {
		printf("mmaudit %s (ABI %u.%u)\n", MMAUDIT_VERSION, MMA_ABI_MAJOR, MMA_ABI_MINOR);
		print_built_with(stdout);
		return finish(EXIT_CLEAN);
	}
	c = find_command(argv[1]);
	if (!c)
		return no_command(argv[1]);
	snprintf(name, sizeof(name), "mmaudit %s", c->name);	/* getopt's complaints begin with it */
	origin_command(argc, argv);
	argv[1] = name;
	return finish(c->run(argc - 1, argv + 1));
}
