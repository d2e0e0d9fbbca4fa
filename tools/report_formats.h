/* SPDX-License-Identifier: GPL-2.0 */
/* report_formats.h - the table of all forms of a report. */
#ifndef REPORT_FORMATS_H
#define REPORT_FORMATS_H

#include "report.h"

extern const struct report_format report_formats[];	/* ended by an empty row */

/* Returns NULL if there is none of that name. */
const struct report_format *report_format(const char *name);

#endif /* REPORT_FORMATS_H */
