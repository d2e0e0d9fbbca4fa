// SPDX-License-Identifier: GPL-2.0
/* known.c - reads files of known findings, and tells which violations they tell of. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"
#include "known.h"
#include "names.h"
#include "say.h"

#define NEWEST	(~0ULL)	/* later than all kernels */
#define ROWS_MOST 65536	/* what has more is made by a program that does not end, or is no file of findings that anybody has */
#define LINE_MOST 4096	/* bytes; what has a longer line is another file, or has no end at all, as /dev/zero */

/* ---- versions ---- */

/* Reads "6", "6.1" or "6.1.24" into as many parts, and returns how many; *end is behind them. */
static unsigned int parse_parts(const char *s, const char **end, unsigned int part[3])
{
	unsigned int n = 0;

	while (n < 3 && isdigit((unsigned char)*s)) {
		unsigned long value = strtoul(s, (char **)&s, 10);

		part[n++] = value < 0xffff ? value : 0xffff;
		if (n == 3 || *s != '.' || !isdigit((unsigned char)s[1]))
			break;
		s++;
	}
	*end = s;
	return n;
}

/* The parts as a number; what is not there is `rest`. */
static __u64 number_of(const unsigned int part[3], unsigned int n, unsigned int rest)
{
	__u64 version = 0;

	for (unsigned int i = 0; i < 3; i++)
		version = version << 16 | (i < n ? part[i] : rest);
	return version;
}

__u64 known_version(const char *release)
{
	unsigned int part[3];
	unsigned int n = parse_parts(release, &release, part);

	return number_of(part, n, 0);
}

/* "*", "6.1", "6.1.24-", "-6.15" or "6.2-6.12.40". Returns whether it is one of these. */
static int parse_kernels(const char *word, struct known_row *row)
{
	unsigned int from[3], to[3], nr_from, nr_to;
	const char *at = word;

	row->from = 0;
	row->to = NEWEST;
	if (!strcmp(word, "*"))
		return 1;
	nr_from = parse_parts(at, &at, from);
	if (nr_from)
		row->from = number_of(from, nr_from, 0);
	if (nr_from && !*at) {
		row->to = number_of(from, nr_from, 0xffff);
		return nr_from > 1;
	}
	if (*at++ != '-')
		return 0;
	nr_to = parse_parts(at, &at, to);
	if (nr_to)
		row->to = number_of(to, nr_to, 0xffff);
	return !*at && nr_from != 1 && nr_to != 1 && (nr_from || nr_to) && row->from <= row->to;
}

/* ---- a line ---- */

/* Where a line is read, for what is said of it. */
struct place {
	const char *path;
	unsigned int line;
	const char *text;		/* the whole line */
	char *rest;			/* what of it is not read yet */
};

static int refuse(const struct place *in, const char *at, const char *what, const char *word, const char *hint)
{
	say("%s:%u:%u: %s%s%s%s%s", in->path, in->line, (unsigned int)(at - in->text) + 1, what, word ? " '" : "",
	    word ? word : "", word ? "'" : "", hint);
	return -EINVAL;
}

/* The next word of the line, ended by a NUL; NULL at its end, and where the reason begins. */
static char *next_word(struct place *in)
{
	char *word = in->rest + strspn(in->rest, " \t");
	size_t len = strcspn(word, " \t");

	in->rest = word;
	if (!len || *word == '#')
		return NULL;
	in->rest += len + !!word[len];
	word[len] = 0;
	return word;
}

/* Names with commas or plus signs between them. `word` is the whole of it as the line has it. */
static int parse_rules(const struct place *in, char *word, __u32 *rules)
{
	char *next = word, *name;
	int id;

	while ((name = strsep(&next, ",+"))) {
		id = rule_by_name(name);
		if (id < 0)
			return refuse(in, name, "no rule", name, " (see 'mmaudit explain --list')");
		*rules |= 1U << id;
	}
	return 0;
}

static int parse_site(const struct place *in, const char *word, __u32 *site)
{
	int id;

	if (!strcmp(word, "-"))
		*site = KNOWN_ANYWHERE;
	else if (!strcmp(word, "sweep"))
		*site = KIND_SWEEP;
	else if ((id = site_by_name(word)) >= 0)
		*site = id;
	else
		return refuse(in, word, "no site", word, " (see 'mmaudit explain --list'; also: sweep, and - for anywhere)");
	return 0;
}

/* SITE or RULE@SITE: another place where the bug shows. */
static int parse_also(const struct place *in, char *word, struct known_row *row)
{
	struct known_place also = { .rules = row->place[0].rules };
	char *at = strchr(word, '@');

	if (row->nr_places == KNOWN_PLACES)
		return refuse(in, word, "more places than a line can have:", word, "; write another line");
	if (at) {
		*at++ = 0;
		also.rules = 0;
		if (parse_rules(in, word, &also.rules))
			return -EINVAL;
	}
	if (parse_site(in, at ? at : word, &also.site))
		return -EINVAL;
	row->place[row->nr_places++] = also;
	return 0;
}

static int keep(char **to, const char *text)
{
	free(*to);
	*to = strdup(text);
	return *to ? 0 : -ENOMEM;
}

/* What follows the site. */
static int parse_more(const struct place *in, char *word, struct known_row *row)
{
	if (!strcmp(word, "racy")) {
		row->racy = 1;
		return 0;
	}
	if (!strncmp(word, "caller=", 7) && word[7])
		return keep(&row->caller, word + 7);
	if (!strncmp(word, "link=", 5) && word[5])
		return keep(&row->link, word + 5);
	if (strchr(word, '='))
		return refuse(in, word, "neither caller=SYMBOL nor link=URL:", word, "");
	return parse_also(in, word, row);
}

static int parse_reason(const struct place *in, struct known_row *row)
{
	const char *text = in->rest + strspn(in->rest, "# \t");
	size_t len = strlen(text);

	while (len && strchr(" \t", text[len - 1]))
		len--;
	if (!len)
		return 0;
	row->reason = strndup(text, len);
	return row->reason ? 0 : -ENOMEM;
}

/* The four words that each line has. Returns -errno, 0, or 1 for "silent". */
static int parse_head(struct place *in, struct known_row *row)
{
	char *word[4];
	int silent;

	for (int i = 0; i < 4; i++) {
		word[i] = next_word(in);
		if (!word[i])
			return refuse(in, in->rest, "the line ends before it has NAME KERNEL RULES SITE", NULL, "");
	}
	if (!parse_kernels(word[1], row))
		return refuse(in, word[1], "no kernels:", word[1], " (like *, 6.1, 6.1.24-, -6.15 or 6.2-6.12)");
	silent = !strcmp(word[2], "silent");
	if (!silent && parse_rules(in, word[2], &row->place[0].rules))
		return -EINVAL;
	if (parse_site(in, word[3], &row->place[0].site))
		return -EINVAL;
	row->nr_places = 1;
	return keep(&row->name, word[0]) ?: silent;
}

static void free_row(struct known_row *row)
{
	free(row->text);
	free(row->name);
	free(row->caller);
	free(row->link);
	free(row->reason);
}

static int add_row(struct known *k, const struct known_row *row)
{
	struct known_row *at = reallocarray(k->at, k->nr + 1, sizeof(*at));

	if (!at)
		return -ENOMEM;
	k->at = at;
	k->at[k->nr++] = *row;
	return 0;
}

static int parse_row(struct place *in, struct known *k)
{
	struct known_row row = { .text = strdup(in->text) };
	int ret = row.text ? parse_head(in, &row) : -ENOMEM, silent = ret == 1;
	char *word;

	while (ret >= 0 && (word = next_word(in)))
		ret = parse_more(in, word, &row);
	if (ret >= 0)
		ret = parse_reason(in, &row);
	if (!ret && !silent)
		ret = k->nr < ROWS_MOST ? add_row(k, &row) :
		      refuse(in, in->text, "more known findings than mmaudit can take", NULL, "");
	if (ret || silent)
		free_row(&row);
	return ret;
}

/* Reasons go to terminals, XML and JSON, so they are plain text. */
static const char *find_unprintable(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] != '\t' && (line[i] < ' ' || line[i] > '~'))
			return line + i;
	return NULL;
}

static int parse_line(struct place *in, char *line, size_t len, struct known *k)
{
	const char *bad = find_unprintable(line, len);
	size_t blank;

	in->text = in->rest = line;
	in->line++;
	if (bad)
		return refuse(in, bad, "not a printable character of ASCII: is this a file of known findings?", NULL, "");
	if (len == LINE_MOST)
		return refuse(in, line, "too long a line: is this a file of known findings?", NULL, "");
	blank = strspn(line, " \t");
	return line[blank] && line[blank] != '#' ? parse_row(in, k) : 0;
}

/* ---- a file ---- */

/* Reads a line without its end. Returns whether there is one; LINE_MOST bytes are the begin of a longer one. */
static int read_line(FILE *f, char line[LINE_MOST + 1], size_t *len)
{
	int c = 0;

	for (*len = 0; *len < LINE_MOST && (c = getc(f)) != EOF && c != '\n';)
		line[(*len)++] = c;
	line[*len] = 0;
	return *len || c == '\n';
}

static int parse_file(FILE *f, struct place *in, struct known *k)
{
	char line[LINE_MOST + 1];
	size_t len;
	int ret = 0;

	errno = 0;
	while (!ret && read_line(f, line, &len))
		ret = parse_line(in, line, len, k);
	return ret ? ret : ferror(f) ? errno ? -errno : -EIO : 0;
}

int known_read(const char *path, struct known *k)
{
	struct place in = { .path = path };
	FILE *f = input_open(path);
	int ret;

	if (!f) {
		ret = -errno;
	} else {
		ret = parse_file(f, &in, k);
		fclose(f);
	}
	if (ret && ret != -EINVAL)
		say("cannot read known findings from %s: %s", path, strerror(-ret));
	return ret;
}

int set_known(void *into, const struct opt *opt, const char *arg)
{
	return known_read(arg, (struct known *)((char *)into + opt->at)) ? EXIT_USAGE : 0;
}

void known_free(struct known *k)
{
	for (size_t i = 0; i < k->nr; i++)
		free_row(&k->at[i]);
	free(k->at);
	*k = (struct known){ 0 };
}

/* ---- what is known ---- */

/* `caller` is "symbol+0xoff"; a row may name the symbol alone. */
static int called_by(const struct known_row *row, const char *caller)
{
	size_t len;

	if (!row->caller)
		return 1;
	if (!caller)
		return 0;
	len = strchr(row->caller, '+') ? strlen(caller) : strcspn(caller, "+ ");
	return strlen(row->caller) == len && !strncmp(row->caller, caller, len);
}

static int is_of(const struct known_row *row, __u64 version)
{
	return row->from <= version && version <= row->to;
}

int known_is_of(const struct known_row *row, const char *release)
{
	unsigned int part[3];
	const char *end;
	const unsigned int n = parse_parts(release, &end, part);

	if (n == 2 && !*end)
		return row->from <= number_of(part, n, 0xffff) && number_of(part, n, 0) <= row->to;
	return is_of(row, number_of(part, n, 0));
}

static int shows(const struct known_row *row, __u32 rule_bit, __u32 site)
{
	for (unsigned int i = 0; i < row->nr_places; i++)
		if (row->place[i].rules & rule_bit &&
		    (row->place[i].site == site || row->place[i].site == KNOWN_ANYWHERE))
			return 1;
	return 0;
}

/* The first row after `row` that tells of it, or the first of all if that is NULL; NULL if there is no more. */
static struct known_row *find(struct known *k, struct known_row *row, __u32 rule_bit, __u32 site, const char *caller, __u64 version)
{
	for (row = row ? row + 1 : k->at; row < k->at + k->nr; row++)
		if (shows(row, rule_bit, site) && is_of(row, version) && called_by(row, caller))
			return row;
	return NULL;
}

const struct known_row *known_find(struct known *k, __u32 rule_bit, __u32 site, const char *caller, const char *release)
{
	return find(k, NULL, rule_bit, site, caller, known_version(release));
}

static const char *caller_of(const struct kind *kind, struct symbols *syms)
{
	return kind->site == KIND_SWEEP || !kind->ip ? NULL : symbol_name(syms, kind->ip);
}

/* The row of the first broken rule, if there is one for each. */
static struct known_row *find_all(struct known *k, const struct kind *kind, struct symbols *syms, __u64 version)
{
	const char *caller = caller_of(kind, syms);
	struct known_row *first = NULL, *row;

	for (__u32 left = kind->broken; left; left &= left - 1) {
		row = find(k, NULL, left & -left, kind->site, caller, version);
		if (!row)
			return NULL;
		first = first ? first : row;
	}
	return first;
}

/* Each row that may be the one: which of them it was cannot be told. */
static void note_came(struct known *k, const struct kind *kind, struct symbols *syms, __u64 version)
{
	const char *caller = caller_of(kind, syms);

	for (__u32 left = kind->broken; left; left &= left - 1)
		for (struct known_row *row = NULL; (row = find(k, row, left & -left, kind->site, caller, version));)
			row->came = 1;
}

const struct known_row *known_record(struct known *k, const struct record *rec, struct symbols *syms, const char *release)
{
	const struct kind kind = kind_of(rec);

	return k->nr ? find_all(k, &kind, syms, known_version(release)) : NULL;
}

struct known_sum known_settle(struct known *k, struct kinds *kinds, struct symbols *syms, const char *release)
{
	const __u64 version = known_version(release);
	struct known_sum sum = { 0 };

	for (struct kind *kind = kinds->at; k->nr && kind < kinds->at + kinds->nr; kind++) {
		kind->known = find_all(k, kind, syms, version);
		if (!kind->known)
			continue;
		note_came(k, kind, syms, version);
		sum.events += kind->events;
		sum.entries += kind->entries;
	}
	return sum;
}

/* Whether an audit of these rules and sites could have seen the row. */
static int could_come(const struct known_row *row, __u32 rules, __u64 sites, int swept)
{
	const struct known_place *at = &row->place[0];

	if (!(at->rules & rules))
		return 0;
	if (at->site == KIND_SWEEP)
		return swept;
	return at->site == KNOWN_ANYWHERE ? !!sites : sites >> at->site & 1;
}

void known_say_absent(const struct known *k, const char *release, __u32 rules, __u64 sites, int swept)
{
	const __u64 version = known_version(release);
	unsigned int expected = 0, absent = 0;
	char *list = NULL;
	size_t size;
	FILE *f = open_memstream(&list, &size);

	for (const struct known_row *row = k->at; f && row < k->at + k->nr; row++) {
		if (row->racy || !is_of(row, version) || !could_come(row, rules, sites, swept))
			continue;
		expected++;
		if (!row->came)
			fprintf(f, "%s%s", absent++ ? ", " : "", row->name);
	}
	if (f)
		fclose(f);
	if (absent)
		say("known and did not come, %u of %u: %s", absent, expected, list);
	free(list);
}

const char *known_text(const struct known_row *row, char buf[KNOWN_TEXT_LEN])
{
	snprintf(buf, KNOWN_TEXT_LEN, "%s%s%s%s%s%s", row->name, row->reason ? ": " : "", row->reason ? row->reason : "",
		 row->link ? " (" : "", row->link ? row->link : "", row->link ? ")" : "");
	return buf;
}
