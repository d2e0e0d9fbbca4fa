// SPDX-License-Identifier: GPL-2.0
/* cmd_report.c - tells a recording in one or more forms. */
#include <getopt.h>
#include <stddef.h>

#include "commands.h"
#include "forms.h"
#include "input.h"
#include "known.h"
#include "outcome.h"
#include "recording.h"

struct tell {
	struct forms forms;
	struct known known;	/* --known */
	const char *path;	/* --output, of a form without file */
};

static const struct opt report_options[] = {
	OPT("format", "NAME[=FILE]", "form NAME, to FILE if it has one (may be repeated); without it: text", set_form,
	    .at = offsetof(struct tell, forms)),
	OPT("html", "FILE", "form html, to FILE", set_named_form, .at = offsetof(struct tell, forms)),
	OPT("mail", "[=FILE]", "form mail, to FILE if it has one", set_named_form, .at = offsetof(struct tell, forms)),
	OPT("perfetto", "[=FILE]", "form perfetto, to FILE if it has one", set_named_form, .at = offsetof(struct tell, forms)),
	OPT("folded", "[=FILE]", "form folded, to FILE if it has one", set_named_form, .at = offsetof(struct tell, forms)),
	OPT("output", "FILE", "write to FILE, not to standard output", set_text, .at = offsetof(struct tell, path), .letter = 'o'),
	OPT("ktap", "[=FILE]", "the same as --format ktap", set_named_form, .at = offsetof(struct tell, forms)),
	OPT("junit", "FILE", "the same as --format junit=FILE", set_named_form, .at = offsetof(struct tell, forms)),
	OPT("kcidb", "[=FILE]", "the same as --format kcidb", set_named_form, .at = offsetof(struct tell, forms)),
	OPT("known", "FILE", "tell violations that FILE names apart: they do not fail (may be repeated; see 'mmaudit known')",
	    set_known, .at = offsetof(struct tell, known)),
	{ }
};

/* The form that has no file of its own, which is text if none was asked for, goes to --output. Returns 0 or EXIT_USAGE. */
static int settle_forms(struct tell *t)
{
	if (!t->forms.nr)
		t->forms.at[t->forms.nr++].format = report_format("text");
	if (t->path && !forms_take_stdout(&t->forms))
		return misuse("--output %s: each report has a file of its own already; name one without, as --format text", t->path);
	for (unsigned int i = 0; i < t->forms.nr; i++)
		if (!t->forms.at[i].path)
			t->forms.at[i].path = t->path;
	return 0;
}

/* A cut recording is told as far as it goes. */
static int tell(struct tell *t, const char *path)
{
	static struct recording rec;
	int ret = recording_read(&rec, path);

	if (rec.begun && ret != EXIT_USAGE) {
		report_know(&rec.report, &t->known);
		if (forms_open(&t->forms))
			ret = EXIT_USAGE;
		else if (forms_write(&t->forms, &rec.report))
			ret = EXIT_LOST;
		outcome_say_absent(&rec.report.audit, &t->known);
	}
	known_free(&t->known);
	recording_free(&rec);
	return ret;
}

static int cmd_report(int argc, char **argv)
{
	static struct tell t;
	int ret = parse_options(&report_command, &t, argc, argv);

	if (ret != GO_ON)
		return ret;
	if (argc - optind != 1)
		return misuse("one recording is wanted ('mmaudit record' makes one)");
	wholefile_heed_signals();
	ret = settle_forms(&t) ?: forms_spare(&t.forms, input_path(argv[optind]));
	if (ret)
		return ret;
	return tell(&t, argv[optind]);
}

const struct command report_command = {
	.name = "report",
	.run = cmd_report,
	.synopsis = "FILE",
	.operands = OPERANDS,
	.summary = "tell a recording: by rule, site, caller and task; what was lost first",
	.options = { report_options },
};
