// SPDX-License-Identifier: GPL-2.0
/* sample.c - writes the report of sample.h in the form that is named, for tests that need it as a file. */
#include "report_formats.h"
#include "sample.h"

int main(int argc, char **argv)
{
	const struct report_format *format = argc == 2 ? report_format(argv[1]) : NULL;
	struct report r;
	int ret;

	if (!format) {
		fputs("usage: sample FORMAT >FILE\n", stderr);
		return 2;
	}
	sample_report(&r);
	ret = format->write(stdout, &r);
	report_free(&r);
	return ret || fflush(stdout);
}
