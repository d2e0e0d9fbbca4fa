// SPDX-License-Identifier: GPL-2.0
/* report_formats.c - the table of report_formats.h. */
#include <string.h>

#include "report_formats.h"

#ifndef HAVE_PROTOBUF_C
#define report_perfetto	NULL
#endif

const struct report_format report_formats[] = {
	{ "text", "tables by rule, site, caller and task; what was lost or not seen comes first", report_text },
	{ "ktap", "KTAP: a case for each site and each rule", report_ktap },
	{ "junit", "the same as XML of JUnit", report_junit },
	{ "kcidb", "the same as JSON of KCIDB, version 5", report_kcidb },
	{ "html", "one page for a browser, which needs no network: findings, entries bit by bit, flame graph, time line", report_html },
	{ "folded", "stacks for flame graph tools: \"frame;frame;frame N\" a line, N violations", report_folded },
	{ "perfetto", "a trace for ui.perfetto.dev: violations on the tracks of their threads, a counter for each site", report_perfetto },
	{ "mail", "plain text for a mailing list: kernel, reproducer, and of each kind the rule, the path, the history and the stack", report_mail },
	{ "json", "the objects that run --json prints, a line each; sound decisions are only counted", report_json },
	{ }
};

const struct report_format *report_format(const char *name)
{
	for (const struct report_format *format = report_formats; format->name; format++)
		if (!strcmp(format->name, name))
			return format;
	return NULL;
}
