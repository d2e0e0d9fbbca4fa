// SPDX-License-Identifier: GPL-2.0
/* forms.c - see forms.h. */
#include <errno.h>
#include <stdio_ext.h>
#include <string.h>

#include "files.h"
#include "forms.h"

static int no_format(const char *name)
{
	char all[256] = "";
	size_t len = 0;

	for (const struct report_format *row = report_formats; row->name && len < sizeof(all); row++)
		len += snprintf(all + len, sizeof(all) - len, "%s%s", len ? ", " : "", row->name);
	return misuse("no report is called '%s' (there are: %s)", name, all);
}

static int add(struct forms *forms, const char *name, const char *path)
{
	const struct report_format *format = report_format(name);

	if (!format)
		return no_format(name);
	if (!format->write)
		return misuse("report '%s' is not built into this mmaudit ('mmaudit --version' says what that takes)", name);
	if (forms->nr == FORMS_MAX)
		return misuse("more than %d reports at once", FORMS_MAX);
	if (!path && forms_take_stdout(forms))
		return misuse("only one report can go to standard output: give the others a file, %s=FILE", name);
	forms->at[forms->nr++] = (struct form){ .format = format, .path = path };
	return 0;
}

int set_form(void *into, const struct opt *opt, const char *arg)
{
	const char *equals = strchr(arg, '=');
	char name[32];

	snprintf(name, sizeof(name), "%.*s", (int)(equals ? equals - arg : (long)strlen(arg)), arg);
	return add((struct forms *)((char *)into + opt->at), name, equals ? equals + 1 : NULL);
}

int set_named_form(void *into, const struct opt *opt, const char *arg)
{
	return add((struct forms *)((char *)into + opt->at), opt->name, arg);
}

int forms_take_stdout(const struct forms *forms)
{
	for (unsigned int i = 0; i < forms->nr; i++)
		if (!forms->at[i].path)
			return 1;
	return 0;
}

int forms_spare(const struct forms *forms, const char *path)
{
	for (unsigned int i = 0; i < forms->nr; i++)
		if (forms->at[i].path && same_file(forms->at[i].path, path))
			return misuse("the report would overwrite %s", path);
	return 0;
}

int forms_open(struct forms *forms)
{
	for (unsigned int i = 0; i < forms->nr; i++) {
		struct form *form = &forms->at[i];

		if (form->path && wholefile_open(&form->file, "the report", form->path, FOR_OWNER)) {
			forms_drop(forms);
			return EXIT_USAGE;
		}
	}
	return 0;
}

/* Returns 0 or an errno: of the file if that failed, for the forms themselves say EIO then. */
static int write_form(const struct form *form, FILE *f, struct report *r)
{
	int ret;

	errno = 0;
	ret = form->format->write(f, r);
	if (fflush(f) || ferror(f))
		return errno ? errno : EIO;
	return -ret;
}

/* Returns 0 or -errno after saying why. A reader that has seen enough is no failure. */
static int write_stdout(struct form *form, struct report *r)
{
	int err = write_form(form, stdout, r);

	if (!err)
		return 0;
	__fpurge(stdout);			/* or main() would try, and fail, again */
	clearerr(stdout);
	if (err == EPIPE)
		return 0;
	say("cannot write the report '%s': %s", form->format->name, strerror(err));
	return -err;
}

static int write_file(struct form *form, struct report *r)
{
	int err = write_form(form, form->file.file, r);

	if (err)
		return wholefile_fail(&form->file, err);
	return wholefile_close(&form->file);
}

int forms_write(struct forms *forms, struct report *r)
{
	int first = 0;

	for (unsigned int i = 0; i < forms->nr; i++) {
		struct form *form = &forms->at[i];
		int ret = form->path ? write_file(form, r) : write_stdout(form, r);

		if (!first)
			first = ret;
	}
	return first;
}

void forms_drop(struct forms *forms)
{
	for (unsigned int i = 0; i < forms->nr; i++)
		wholefile_drop(&forms->at[i].file);
}
