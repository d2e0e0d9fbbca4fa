/* SPDX-License-Identifier: GPL-2.0 */
/* forms.h - the forms of a report that were asked for: their files are opened before the audit, and written at its end. */
#ifndef FORMS_H
#define FORMS_H

#include "command.h"
#include "report_formats.h"
#include "wholefile.h"

#define FORMS_MAX	16

struct form {
	const struct report_format *format;
	const char *path;		/* NULL: standard output */
	struct wholefile file;
};

struct forms {
	unsigned int nr;
	struct form at[FORMS_MAX];
};

/* Setters of a struct forms: of NAME[=FILE]; and of FILE, or nothing, for an option that is called as the form is. */
int set_form(void *into, const struct opt *opt, const char *arg);
int set_named_form(void *into, const struct opt *opt, const char *arg);

/* Whether one of them goes to standard output. */
int forms_take_stdout(const struct forms *forms);

/* Opens the files. Returns 0, or EXIT_USAGE after saying why. */
int forms_open(struct forms *forms);

/* Returns 0, or EXIT_USAGE after saying which of them would overwrite that file. */
int forms_spare(const struct forms *forms, const char *path);

/* Writes and closes all. Returns 0, or -errno of the first that failed, after saying why; a closed pipe is no failure. */
int forms_write(struct forms *forms, struct report *r);

/* Removes what was opened: there is no report. */
void forms_drop(struct forms *forms);

#endif /* FORMS_H */
