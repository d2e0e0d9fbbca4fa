/* main.c - the table of known kernel bugs and the command line of `bugs`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "bugs.h"
#include "kernel_bugs.h"

#define BUG_DEFINE(name, fn, path, reach, needs) { name, fn, path, reach, needs },

static const struct row bugs[] = { BUGS(BUG_DEFINE) };

#define NR_BUGS (sizeof(bugs) / sizeof(bugs[0]))

static bool known_here(const struct row *bug)
{
	struct utsname u;
	int major = 0, minor = 0;

	uname(&u);
	sscanf(u.release, "%d.%d", &major, &minor);
	return kernel_bug_in(kernel_bug_find(bug->name, NULL), major, minor);
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

static bool run(const struct row *bug, bool check)
{
	struct verdict v = row_run(bug, 90, false);
	bool ok = tell(bug, v);

	ok = (!check || as_known(bug, v)) && ok;
	fflush(stdout);
	return ok;
}

static bool run_named(const char *name, bool check)
{
	const struct row *bug;

	for (bug = bugs; bug < bugs + NR_BUGS; bug++)
		if (!strcmp(bug->name, name))
			return run(bug, check);
	fprintf(stderr, "bugs: no bug named %s (see bugs --list)\n", name);
	exit(2);
}

static bool run_all(bool check)
{
	const struct row *bug;
	bool ok = true;

	for (bug = bugs; bug < bugs + NR_BUGS; bug++)
		ok = run(bug, check) && ok;
	return ok;
}

/* --flood: does mremap-table-softdirty again and again, and prints how often. */
static int flood(const char *seconds)
{
	int calls = mremap_flood(atoi(seconds));

	printf("flood %d\n", calls);
	return calls <= 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: bugs --list | [--as-known] --all | --flood SECONDS | [--as-known] NAME...\n");
	return 2;
}

int main(int argc, char **argv)
{
	bool ok = true, check = false;
	int i = 1;

	if (i < argc && !strcmp(argv[i], "--as-known"))
		check = i++;
	if (i == argc)
		return usage();
	if (!strcmp(argv[i], "--list"))
		return list();
	if (!strcmp(argv[i], "--flood") && argv[i + 1])
		return flood(argv[i + 1]);
	if (!strcmp(argv[i], "--all"))
		return !run_all(check);
	for (; i < argc; i++)
		ok = run_named(argv[i], check) && ok;
	return !ok;
}
