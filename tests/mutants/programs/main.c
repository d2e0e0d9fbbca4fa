/* main.c - the command line of `reach`. */
#include <stdio.h>
#include <string.h>
#include "reach.h"

static const struct row rows[] = {
#define X(name, fn, needs) { name, fn, "", NULL, needs },
	REACH_ROWS(X)
#undef X
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

static bool run(const struct row *row)
{
	static const char *const words[] = { "pass", "fail", "skip", "absent", "fail" };
	struct verdict v = row_run(row, 90, false);

	printf("%s %s %s\n", words[v.state], row->name, v.why);
	return v.state != FAIL && v.state != LOST;
}

int main(int argc, char **argv)
{
	const struct row *row;

	for (row = rows; argc == 2 && row < rows + NR_ROWS; row++)
		if (!strcmp(row->name, argv[1]))
			return !run(row);
	fprintf(stderr, "usage: reach NAME\n");
	for (row = rows; row < rows + NR_ROWS; row++)
		fprintf(stderr, "  %s\n", row->name);
	return 2;
}
