/* main.c - the table of known kernel bugs and the command line of `bugs`. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "bugs.h"
#include "kernel_bugs.h"

#define BUG_DEFINE(name, fn, path, reach, needs) { name, fn, path, reach, needs },

static const struct row bugs[] = { BUGS(BUG_DEFINE) };

#define NR_BUGS (sizeof(bugs) / sizeof(bugs[0]))

static bool known_here(const struct row *bug)
{
	struct utsname u;

	uname(&u);
	return kernel_bug_in(kernel_bug_find(bug->name, NULL), kernel_version_of(u.release));
}

static int list(void)
{
	const struct row *bug;

	for (bug = bugs; bug < bugs + NR_BUGS; bug++)
		printf("%s\n\tpath: %s\n\tneeds: %s\n\there: %s\n", bug->name, bug->path, bug->needs,
		       known_here(bug) ? "B" : "ok");
	return 0;
}

/* What user space sees, one line; false when the sequence itself went wrong. */
static bool tell(const struct row *bug, struct verdict v)
{
	switch (v.state) {
	case LOST:
		printf("bug %s reproduced: %s\n", bug->name, v.why);
		return true;
	case PASS:
		printf("bug %s not reproduced\n", bug->name);
		return true;
	case SKIP:
	case ABSENT:
		printf("%s %s %s\n", v.state == SKIP ? "skip" : "absent", bug->name, v.why);
		return true;
	default:
		printf("fail %s %s\n", bug->name, v.why);
		return false;
	}
}

/* --as-known: what the row says of this kernel must be what is seen. */
static bool as_known(const struct row *bug, struct verdict v)
{
	bool want = known_here(bug);

	if ((v.state == LOST) == want && v.state != FAIL)
		return true;
	printf("fail %s expected %s\n", bug->name, want ? "B" : "ok");
	return false;
}

static struct {
	bool as_known, only_needs;
	unsigned int seconds;
} options = { .seconds = 90 };

/* In a test build, the row of that name hangs as stubbornly as user space can. */
#ifdef BUGS_HANG
static void hang(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (;;)
		pause();
}

static struct row as_built(const struct row *bug)
{
	struct row row = *bug;

	if (!strcmp(row.name, BUGS_HANG))
		row.fn = hang;
	return row;
}
#else
static struct row as_built(const struct row *bug)
{
	return *bug;
}
#endif

/* --only-needs: whether it could be run. */
static bool ask(const struct row *bug)
{
	struct verdict v = row_needs(bug);

	if (v.state == PASS)
		v = (struct verdict){ .state = SKIP, .why = "nothing is missing, it was not asked for" };
	return tell(bug, v);
}

static bool run(const struct row *bug)
{
	const struct row row = as_built(bug);
	struct verdict v = row_run(&row, options.seconds, false);
	bool ok = tell(bug, v);

	ok = (!options.as_known || as_known(bug, v)) && ok;
	fflush(stdout);
	return ok;
}

static bool run_named(const char *name)
{
	const struct row *bug;

	for (bug = bugs; bug < bugs + NR_BUGS; bug++)
		if (!strcmp(bug->name, name))
			return options.only_needs ? ask(bug) : run(bug);
	fprintf(stderr, "bugs: no bug named %s (see bugs --list)\n", name);
	exit(2);
}

static bool run_all(void)
{
	const struct row *bug;
	bool ok = true;

	for (bug = bugs; bug < bugs + NR_BUGS; bug++)
		ok = run(bug) && ok;
	return ok;
}

/* --flood: does mremap-table-softdirty again and again, where nothing is soft-dirty vmsplice-hugetlb, and prints how often. */
static int flood(const char *seconds)
{
	int calls = tracks() ? mremap_flood(atoi(seconds)) : pipe_flood(atoi(seconds));

	printf("flood %d\n", calls);
	return calls <= 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: bugs --list | --flood SECONDS |\n"
		"       bugs [--as-known] [--only-needs] [--keep-settings] [--limit SECONDS] [--files-in DIR] {--all | NAME...}\n");
	return 2;
}

/* One option; returns how many words it has, or 0 if it is none. */
static int option(char **argv)
{
	if (!strcmp(argv[0], "--as-known"))
		options.as_known = true;
	else if (!strcmp(argv[0], "--only-needs"))
		options.only_needs = true;
	else if (!strcmp(argv[0], "--keep-settings"))
		settings_stay();
	else if (!strcmp(argv[0], "--limit") && argv[1])
		return (options.seconds = atoi(argv[1])) > 0 ? 2 : 0;
	else if (!strcmp(argv[0], "--files-in") && argv[1])
		files_in(argv[1]);
	else
		return 0;
	return strcmp(argv[0], "--files-in") ? 1 : 2;
}

int main(int argc, char **argv)
{
	bool ok = true;
	int i, words;

	for (i = 1; i < argc && (words = option(argv + i)); i += words)
		;
	if (i == argc)
		return usage();
	if (!strcmp(argv[i], "--list"))
		return list();
	if (!strcmp(argv[i], "--flood") && argv[i + 1])
		return flood(argv[i + 1]);
	rows_end_by_signals();
	if (!strcmp(argv[i], "--all"))
		return !run_all();
	for (; i < argc; i++)
		ok = run_named(argv[i]) && ok;
	return !ok;
}
