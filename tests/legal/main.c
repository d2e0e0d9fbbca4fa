/* main.c - the command line of `legal`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "rows.h"
#include "stress.h"

#define ROW_DEFINE(name, fn, path, reach, needs)	{ name, fn, path, reach, needs },

static const struct row rows[] = { ROWS(ROW_DEFINE) };

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

enum { SECONDS = 90 };		/* a row; emulated CPUs are slow */

static struct options {
	bool must_run, prove;
} options;

static const char *const words[] = { "pass", "fail", "skip", "absent" };

static int counts[4];		/* by enum state: PASS FAIL SKIP ABSENT */

static void list(void)
{
	const struct row *row;

	for (row = rows; row < rows + NR_ROWS; row++)
		printf("%-28s %s%s%s%s\n", row->name, row->path, row->needs[0] ? "  [needs " : "", row->needs,
		       row->needs[0] ? "]" : "");
}

static void run(const struct row *row)
{
	struct verdict v = row_run(row, SECONDS, options.prove);

	if (v.state == SKIP && options.must_run)
		v.state = FAIL;
	counts[v.state]++;
	printf("%s %s%s%s\n", words[v.state], row->name, v.why[0] ? " " : "", v.why);
	fflush(stdout);
}

static void run_all(void)
{
	const struct row *row;

	for (row = rows; row < rows + NR_ROWS; row++)
		run(row);
}

static bool run_named(const char *name)
{
	const struct row *row;

	for (row = rows; row < rows + NR_ROWS; row++)
		if (!strcmp(row->name, name)) {
			run(row);
			return true;
		}
	fprintf(stderr, "legal: no row named %s (see legal --list)\n", name);
	return false;
}

static int total(void)
{
	printf("%d passed, %d failed, %d skipped, %d absent\n", counts[PASS], counts[FAIL], counts[SKIP], counts[ABSENT]);
	return counts[FAIL] > 0;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: legal --list\n"
		"       legal [--must-run] [--prove] --all | NAME...\n"
		"       legal [--must-run] --stress SECONDS [--threads N] [--seed S] [--softdirty] [--without AREA]\n"
		"  --must-run   a skip is a failure; \"absent\", what this kernel does not have, is not\n"
		"  --prove      a row whose kernel function was not called fails (plants kprobes)\n"
		"  --softdirty  echo 4 > clear_refs too; kernels lose soft-dirty then (bugs clear-refs-migrate-race)\n"
		"  --without    an area, such as vfat, on which kernels have the bug migrate-writeout\n");
	return 2;
}

/* legal --stress SECONDS [--threads N] [--seed S] [--softdirty] [--without AREA] */
static int stress_main(int argc, char **argv)
{
	struct stress_options o = { .seconds = argc > 0 ? atoi(argv[0]) : 0, .threads = 4, .seed = time(NULL) };
	struct verdict v;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--threads") && i + 1 < argc)
			o.threads = atoi(argv[++i]);
		else if (!strcmp(argv[i], "--seed") && i + 1 < argc)
			o.seed = strtoull(argv[++i], NULL, 0);
		else if (!strcmp(argv[i], "--without") && i + 1 < argc)
			o.without = argv[++i];
		else if (!strcmp(argv[i], "--softdirty"))
			o.softdirty = true;
		else
			return usage();
	}
	if (o.seconds <= 0)
		return usage();
	v = stress(o);
	printf("%s stress%s%s\n", words[v.state], v.why[0] ? " " : "", v.why);
	return v.state == FAIL || (v.state == SKIP && options.must_run);
}

int main(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--must-run"))
			options.must_run = true;
		else if (!strcmp(argv[i], "--prove"))
			options.prove = true;
		else
			break;
	}
	if (i == argc)
		return usage();
	if (!strcmp(argv[i], "--arg-length"))		/* the row exec-stack */
		return i + 1 < argc ? strlen(argv[i + 1]) % 251 : 250;
	if (!strcmp(argv[i], "--list"))
		return list(), 0;
	if (!strcmp(argv[i], "--stress"))
		return stress_main(argc - i - 1, argv + i + 1);
	if (!strcmp(argv[i], "--all"))
		return run_all(), total();
	if (argv[i][0] == '-')
		return usage();
	for (; i < argc; i++)
		if (!run_named(argv[i]))
			return 2;
	return total();
}
