// SPDX-License-Identifier: GPL-2.0
/* metrics.c - see metrics.h. */
#include "metrics.h"

void metric_head(FILE *f, const char *type, const char *name, const char *help)
{
	fprintf(f, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A label's value may hold anything but these three as they are. */
static void print_value(FILE *f, const char *value)
{
	for (; *value; value++)
		if (*value == '\n')
			fputs("\\n", f);
		else if (*value == '"' || *value == '\\')
			fprintf(f, "\\%c", *value);
		else
			fputc(*value, f);
}

void metric_label(FILE *f, const char *label, const char *value)
{
	fprintf(f, "%s=\"", label);
	print_value(f, value);
	fputc('"', f);
}

void metric_one(FILE *f, const char *type, const char *name, const char *help, __u64 value)
{
	metric_head(f, type, name, help);
	fprintf(f, "%s %llu\n", name, (unsigned long long)value);
}
