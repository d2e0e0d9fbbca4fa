// SPDX-License-Identifier: GPL-2.0
/* verdict_text.c - a verdict for people: a table, what is lost with cause and remedy, what was not tried and why, and the answer. */
#include <stdlib.h>
#include <string.h>

#include "verdict_forms.h"
#include "words.h"

#define WIDTH		110	/* of a file or pipe */
#define TABLE		65	/* columns before what is lost */
#define LABEL		14	/* columns before what is told */

static const char *const here_words[NR_HERE] = {
	[HERE_LOST] = "LOST", [HERE_BUG] = "bug", [HERE_OK] = "ok", [HERE_ABSENT] = "not in kernel", [HERE_UNTRIED] = "not tried",
};

/* A text that may be longer than a line. */
static void print_words(FILE *f, const char *text, int indent)
{
	struct words w = words_begin(f, indent, terminal_width(f, WIDTH));
	char *copy = strdup(text), *save, *word;

	for (word = copy ? strtok_r(copy, " ", &save) : NULL; word; word = strtok_r(NULL, " ", &save))
		words_add(&w, word);
	words_end(&w);
	free(copy);
}

/* Some markdown of the table means nothing here. */
static void print_told(FILE *f, const char *label, const char *text)
{
	char plain[4096];
	size_t n = 0;

	for (; *text && n < sizeof(plain) - 1; text++)
		if (*text != '`')
			plain[n++] = *text;
	plain[n] = 0;
	fprintf(f, "  %-*s", LABEL - 2, label);
	print_words(f, plain, LABEL);
}

/* ---- the table ---- */

static void print_row(FILE *f, const struct tried *t, int wide)
{
	char since[VERSION_LEN], fixed[VERSION_LEN];

	since_text(t->bug, since);
	since[strcspn(since, " ")] = 0;
	fprintf(f, "%-31s %-13s %s%-6s %-*s", t->bug->name, here_words[t->here], t->bug->since.major ? "  " : "<=", since,
		wide ? 9 : 0, fixed_text(t->bug, fixed));
	fprintf(f, wide ? " " : "\n    ");
	print_words(f, t->bug->loses, wide ? TABLE : 4);
}

static void print_class_head(FILE *f, const struct bug_class *class)
{
	char text[192];

	snprintf(text, sizeof(text), "%s: %s", class->name, class->text);
	fprintf(f, "\n");
	print_words(f, text, 0);
}

/* The rows whose first class that is, below what it means. */
static void print_class(FILE *f, const struct verdict *v, const struct bug_class *class, int wide)
{
	int none = 1;

	for (unsigned int i = 0; i < v->nr; i++) {
		if (!kernel_bug_leads(v->at[i].bug, class))
			continue;
		if (none)
			print_class_head(f, class);
		print_row(f, &v->at[i], wide);
		none = 0;
	}
}

static void print_table(FILE *f, const struct verdict *v)
{
	int wide = terminal_width(f, WIDTH) >= 100;

	fprintf(f, "%-31s %-13s %-8s %-9s%s\n", "bug", "here", "  since", "fixed in", wide ? " what would be lost" : "");
	for (const struct bug_class *c = bug_classes; c->name; c++)
		print_class(f, v, c, wide);
}

/* ---- what is lost ---- */

static int is_here(const struct tried *t)
{
	return t->here == HERE_LOST || t->here == HERE_BUG;
}

static void print_seen(FILE *f, const struct tried *t)
{
	char buf[SIGHTING_LEN];

	for (unsigned int i = 0; i < t->nr_seen; i++)
		print_told(f, i ? "" : "module", sighting_text(&t->seen[i], buf));
}

static void print_kernels(FILE *f, const struct tried *t)
{
	char since[VERSION_LEN], fixed[VERSION_LEN], text[256];
	const char *upstream = t->story->upstream;

	fixed_text(t->bug, fixed);
	snprintf(text, sizeof(text), "since %s, %s%s%s%s", since_text(t->bug, since),
		 t->bug->fixed.major ? "fixed in " : "not fixed as of ", t->bug->fixed.major ? fixed : BUG_NEWEST,
		 upstream ? " by commit " : "", upstream ? upstream : "");
	print_told(f, "kernels", text);
}

static void print_cause(FILE *f, const struct tried *t)
{
	print_told(f, "cause", t->story->cause);
	print_kernels(f, t);
	print_told(f, "what helps", t->story->helps);
}

/* Bugs of one story follow each other: what they share is told after the last that is here. */
static int more_of_story(const struct verdict *v, unsigned int i)
{
	for (unsigned int j = i + 1; j < v->nr && v->at[j].story == v->at[i].story; j++)
		if (is_here(&v->at[j]))
			return 1;
	return 0;
}

static void print_found(FILE *f, const struct verdict *v)
{
	for (unsigned int i = 0; i < v->nr; i++) {
		const struct tried *t = &v->at[i];

		if (!is_here(t))
			continue;
		fprintf(f, "\n%s: %s%s\n", here_words[t->here], t->bug->name, t->here == HERE_BUG ? " (it is here, and no data is lost by it)" : "");
		print_told(f, "loses", t->bug->loses);
		print_told(f, "seen", t->why);
		print_seen(f, t);
		if (!more_of_story(v, i))
			print_cause(f, t);
	}
}

/* ---- what was not tried ---- */

static int same_before(const struct verdict *v, unsigned int i, enum here here)
{
	for (unsigned int j = 0; j < i; j++)
		if (v->at[j].here == here && !strcmp(v->at[j].why, v->at[i].why))
			return 1;
	return 0;
}

static void add_name(struct words *w, const struct verdict *v, const struct tried *t)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s", t->bug->name, t->here == HERE_UNTRIED && tried_is_likely(v, t) ? "*" : "");
	words_add(w, name);
}

/* All rows that have the reason of row i. */
static void print_reason(FILE *f, const struct verdict *v, unsigned int i, enum here here)
{
	struct words w;

	fprintf(f, "  ");
	print_words(f, v->at[i].why, 2);
	fprintf(f, "    ");
	w = words_begin(f, 4, terminal_width(f, WIDTH));
	for (unsigned int j = i; j < v->nr; j++)
		if (v->at[j].here == here && !strcmp(v->at[j].why, v->at[i].why))
			add_name(&w, v, &v->at[j]);
	words_end(&w);
}

static void print_reasons(FILE *f, const struct verdict *v, enum here here)
{
	if (v->count[here])
		fprintf(f, "\n%s, because%s:\n", here_words[here],
			here == HERE_UNTRIED ? " (* such kernels have it, by their version)" : "");
	for (unsigned int i = 0; i < v->nr; i++)
		if (v->at[i].here == here && !same_before(v, i, here))
			print_reason(f, v, i, here);
}

/* ---- the answer ---- */

/* Of the rows whose first class that is. */
static unsigned int count_in(const struct verdict *v, const struct bug_class *class, enum here here)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < v->nr; i++)
		n += v->at[i].here == here && kernel_bug_leads(v->at[i].bug, class);
	return n;
}

/* Adds the names of those rows to a text; of what was not tried, those that such kernels have. */
static void add_names(char *text, size_t size, const struct verdict *v, const struct bug_class *class, enum here here, const char *intro)
{
	for (unsigned int i = 0; i < v->nr; i++) {
		const struct tried *t = &v->at[i];
		const size_t len = strlen(text);

		if (t->here != here || !kernel_bug_leads(t->bug, class) || (here == HERE_UNTRIED && !tried_is_likely(v, t)))
			continue;
		snprintf(text + len, size - len, "%s %s", intro, t->bug->name);
		intro = "";
	}
}

static void print_answer(FILE *f, const struct verdict *v, const struct bug_class *class)
{
	const unsigned int lost = count_in(v, class, HERE_LOST), untried = count_in(v, class, HERE_UNTRIED);
	const unsigned int tried = lost + count_in(v, class, HERE_OK) + count_in(v, class, HERE_BUG);
	char text[4096] = "";

	if (tried + untried + count_in(v, class, HERE_ABSENT) == 0)
		return;
	if (lost)
		add_names(text, sizeof(text), v, class, HERE_LOST, "LOST by");
	else if (tried)
		snprintf(text, sizeof(text), "nothing is lost by what was tried (%u of %u)", tried, tried + untried);
	else
		snprintf(text, sizeof(text), untried ? "not tried" : "not in this kernel");
	add_names(text, sizeof(text), v, class, HERE_UNTRIED, tried ? "; not tried, but such kernels have:" : ", but such kernels have:");
	fprintf(f, "%-*s", LABEL, class->name);
	print_words(f, text, LABEL);
}

static void print_answers(FILE *f, const struct verdict *v)
{
	fprintf(f, "\n");
	for (const struct bug_class *c = bug_classes; c->name; c++)		/* those that were asked for */
		print_answer(f, v, c);
}

static int is_left_out(const struct verdict *v)
{
	for (unsigned int i = 0; i < v->nr; i++)
		if (!v->all && v->at[i].here == HERE_UNTRIED && v->at[i].bug->changes)
			return 1;
	return 0;
}

static void print_sum(FILE *f, const struct verdict *v)
{
	const unsigned int *n = v->count, tried = n[HERE_LOST] + n[HERE_BUG] + n[HERE_OK];
	char lose[64], text[192];

	if (tried)
		snprintf(lose, sizeof(lose), "by %u of the %u that were tried data is lost here", n[HERE_LOST], tried);
	else
		snprintf(lose, sizeof(lose), "none was tried");
	snprintf(text, sizeof(text), "of %u known bugs, %s; %u not tried, %u not in this kernel", v->nr, lose,
		 n[HERE_UNTRIED], n[HERE_ABSENT]);
	fprintf(f, "\n");
	print_words(f, text, 0);
	if (is_left_out(v))
		print_words(f, "--all also tries what changes settings or takes what others may need; it says what, and puts it back", 0);
}

void verdict_text(FILE *f, const struct verdict *v)
{
	char text[256];

	snprintf(text, sizeof(text), "Linux %s, tried %s, %s", v->uts.release, v->root ? "as root" : "without root", v->witness.why);
	print_words(f, text, 0);
	fprintf(f, "\n");
	print_table(f, v);
	print_found(f, v);
	print_reasons(f, v, HERE_UNTRIED);
	print_reasons(f, v, HERE_ABSENT);
	print_answers(f, v);
	print_sum(f, v);
}
