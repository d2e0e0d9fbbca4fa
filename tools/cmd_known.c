// SPDX-License-Identifier: GPL-2.0
/* cmd_known.c - checks files of known findings, and makes one from a recording. */
#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "files.h"
#include "input.h"
#include "known.h"
#include "names.h"
#include "recording.h"
#include "wholefile.h"

struct known_options {
	const char *kernel;	/* --kernel RELEASE */
	const char *write;	/* --write FILE */
	struct known known;	/* --known: is not written again */
};

static const struct opt known_options[] = {
	OPT("kernel", "RELEASE", "print the lines that tell of this kernel: what 'uname -r' says, or 6.12 for all of that version", set_text,
	    .at = offsetof(struct known_options, kernel)),
	OPT("write", "FILE", "write what the recording has to FILE, to be given to --known", set_text,
	    .at = offsetof(struct known_options, write)),
	OPT("known", "FILE", "with --write: leave out what FILE names (may be repeated)", set_known,
	    .at = offsetof(struct known_options, known)),
	{ }
};

/* ---- a file is checked ---- */

static void print_sum(const char *path, const struct known *k)
{
	unsigned int racy = 0;

	for (size_t i = 0; i < k->nr; i++)
		racy += k->at[i].racy;
	printf("%s: %zu known finding%s, %u of them racy\n", path, k->nr, k->nr == 1 ? "" : "s", racy);
}

static void print_lines_of(const struct known *k, const char *release)
{
	for (size_t i = 0; i < k->nr; i++)
		if (known_is_of(&k->at[i], release))
			printf("%s\n", k->at[i].text);
}

static int check_file(const char *path, const char *release)
{
	struct known k = { 0 };
	int ret = known_read(path, &k);

	if (!ret && release)
		print_lines_of(&k, release);
	else if (!ret)
		print_sum(path, &k);
	known_free(&k);
	return ret ? EXIT_USAGE : EXIT_CLEAN;
}

static int check_files(char **paths, const char *release)
{
	int ret = EXIT_CLEAN;

	for (; *paths; paths++)
		ret |= check_file(*paths, release);
	return ret;
}

/* ---- a file is made ---- */

/* The caller's name without its offset: that changes with each build. */
static const char *caller_of(struct report *r, const struct kind *k, char buf[128])
{
	const char *name = k->site == KIND_SWEEP ? "?" : symbol_name(&r->syms, k->ip);

	snprintf(buf, 128, "%.*s", (int)strcspn(name, "+ "), name);
	return strcmp(buf, "?") ? buf : NULL;
}

/* Whether a row of the table before this one makes the same line. */
static int is_written(struct report *r, const struct kind *k)
{
	char mine[128], other[128];
	const char *caller = caller_of(r, k, mine), *before;

	for (const struct kind *b = r->kinds.at; b < k; b++) {
		if (b->known || b->broken != k->broken || b->site != k->site)
			continue;
		before = caller_of(r, b, other);
		if (!caller == !before && (!caller || !strcmp(caller, before)))
			return 1;
	}
	return 0;
}

/* "lost-soft-dirty-ksm" */
static void print_name(FILE *f, const char *rules, const char *site)
{
	for (; *rules; rules++)
		fputc(*rules == '_' || *rules == ',' ? '-' : *rules | 0x20, f);
	fprintf(f, "-%s", site);
}

static void print_line(FILE *f, struct report *r, const struct kind *k)
{
	const struct totals t = { .violations = k->events, .entries = k->entries };
	const __u64 version = known_version(r->audit.dev->ver.release);
	char rules[NAMES_LEN], site[NAME_LEN], caller[128], violations[64];
	const char *where = kind_site(k->site, site);

	names_of(k->broken, rule_name, ",", rules);
	print_name(f, rules, where);
	fprintf(f, "\t%u.%u\t%s\t%s", (unsigned int)(version >> 32), (unsigned int)(version >> 16 & 0xffff), rules, where);
	if (caller_of(r, k, caller))
		fprintf(f, "\tcaller=%s", caller);
	fprintf(f, "\t# %s; say here what it is\n", violations_text(&t, violations));
}

/* Names of a newer module cannot be read back. */
static int is_named(const struct kind *k)
{
	for (unsigned int id = 0; id < 32; id++)
		if (k->broken >> id & 1 && !rule_row(id))
			return 0;
	return k->site == KIND_SWEEP || site_row(k->site);
}

/* Returns how many violations are in no line, and not known either. */
static __u64 print_lines(FILE *f, struct report *r)
{
	__u64 left_out = r->kinds.rest;

	fprintf(f, "# What mmaudit found on Linux %s. mmaudit(8), KNOWN FINDINGS, says what a line may have.\n"
		"# NAME KERNEL RULES SITE\n", r->audit.dev->ver.release);
	for (const struct kind *k = r->kinds.at; k < r->kinds.at + r->kinds.nr; k++) {
		if (!is_named(k))
			left_out += k->events;
		else if (!k->known && !is_written(r, k))
			print_line(f, r, k);
	}
	return left_out;
}

static int write_lines(const char *path, struct report *r)
{
	struct wholefile out;
	__u64 left_out;

	if (wholefile_open(&out, "the file of known findings", path, FOR_ALL))
		return EXIT_USAGE;
	left_out = print_lines(out.file, r);
	if (ferror(out.file)) {
		wholefile_fail(&out, errno ? errno : EIO);
		return EXIT_LOST;
	}
	if (wholefile_close(&out))
		return EXIT_LOST;
	if (left_out)
		say("%llu violations are in no line: they are of more kinds than there is room for, or of a newer module",
		    (unsigned long long)left_out);
	return left_out ? EXIT_LOST : EXIT_CLEAN;
}

/* Of a cut recording, what is there. */
static int write_known(struct known_options *o, const char *path)
{
	static struct recording rec;
	int ret;

	wholefile_heed_signals();
	ret = recording_read(&rec, path);

	if (rec.begun && ret != EXIT_USAGE) {
		report_know(&rec.report, &o->known);
		ret = write_lines(o->write, &rec.report) ?: ret;
	}
	recording_free(&rec);
	return ret;
}

static int cmd_known(int argc, char **argv)
{
	static struct known_options o;
	int ret = parse_options(&known_command, &o, argc, argv);

	if (ret != GO_ON)
		return ret;
	if (o.write && o.kernel)
		ret = misuse("--kernel prints lines of files, and --write makes one");
	else if (o.kernel && !known_version(o.kernel))
		ret = misuse("no release of a kernel: '%s' (like 6.12.117)", o.kernel);
	else if (o.write && argc - optind != 1)
		ret = misuse("--write wants one recording ('mmaudit record' makes one)");
	else if (o.write && same_file(o.write, input_path(argv[optind])))
		ret = misuse("the file of known findings would overwrite the recording %s", o.write);
	else if (!o.write && optind == argc)
		ret = misuse("a file of known findings is wanted, or --write and a recording");
	else
		ret = o.write ? write_known(&o, argv[optind]) : check_files(argv + optind, o.kernel);
	known_free(&o.known);
	return ret;
}

const struct command known_command = {
	.name = "known",
	.run = cmd_known,
	.synopsis = "[--kernel RELEASE] FILE... | --write FILE RECORDING",
	.operands = OPERANDS,
	.summary = "check files of known findings, or make one from a recording",
	.options = { known_options },
};
