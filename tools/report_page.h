/* SPDX-License-Identifier: GPL-2.0 */
/* report_page.h - what the page of report_html.c is given to draw, as JSON. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include <json-c/json.h>

#include "report.h"

/*
 * {"begun_ns", "from_ns", "to_ns": of the time line, which has "bins" parts
 *  "kinds": [{rules, site, caller, violations, entries, "bins": violations by time,
 *             "examples": [{as `--json` prints a violation, and "bits": [[name, was, is]...], "words": {...}}]}]
 *  "stacks": [{rules, site, "frames": [number in names, the outermost first], violations, entries}]
 *  "names": of frames
 *  "rules", "facts": name to sentence}
 * Returns NULL without memory.
 */
struct json_object *page_data(struct report *r);

/* A violation as `--json` prints it. */
struct json_object *page_record(struct report *r, const struct record *rec);

/* Where the time line begins and ends: as the audit did, or as its records do if they do not fit. CLOCK_MONOTONIC. */
struct span {
	__u64 from, to;
};

struct span page_span(const struct report *r);

#endif /* REPORT_PAGE_H */
