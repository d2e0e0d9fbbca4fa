// SPDX-License-Identifier: GPL-2.0
/* findings.c - prints docs/findings.md from the table of kernel_bugs.h. A program of its own, which `make` does not install. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_bugs.h"

#define WIDTH	128

static const char head[] =
	"# Kernel bugs found\n"
	"\n"
	"What mmaudit, its rules and its test programs found wrong in stock Debian kernels. `mmaudit verdict` tries on the running kernel\n"
	"what can be tried without harm. Each bug is a row of `bugs` (`tests/bugs`), which reproduces it from user space alone, without\n"
	"mmaudit:\n"
	"\n"
	"    mmaudit verdict                                                        # what this kernel loses, and what helps\n"
	"    tests/vm/run --kernel 7.2 --script FILE --add build/tests/bugs ...     # FILE: bugs clear-refs-migrate-race\n"
	"    tests/check.sh --kernel 6.12 build bugs                                # all of them under audit\n"
	"\n"
	"This page is made from tools/kernel_bugs.c, by `make docs/findings.md`; edit that file.\n"
	"\n";

/* One paragraph: its words in lines of WIDTH columns, those after the first behind `indent`. */
static void print_words(const char *text, size_t len, const char *indent)
{
	int column = 0;
	const char *space = "";
	size_t n;

	for (; len; text += n, len -= n) {
		n = strcspn(text, " \n");
		if (n > len)
			n = len;
		if (column + strlen(space) + n > WIDTH)
			column = printf("\n%s", indent) - 1;
		else
			column += printf("%s", space);
		space = " ";
		column += printf("%.*s", (int)n, text);
		n += n < len;
	}
	printf("\n");
}

static void print_marks(void)
{
	char text[512];
	size_t n = snprintf(text, sizeof(text), "B: the bug was seen there, up to the release that stands behind it, if one does; ok: tried there and not seen; -: the kernel has no such feature. Kernels:");

	for (int i = 0; i < BUG_KERNELS; i++)
		n += snprintf(text + n, sizeof(text) - n, " %s%s", bug_releases[i], i + 1 < BUG_KERNELS ? "," : ".");
	snprintf(text + n, sizeof(text) - n, " File:line is that of the kernel's `linux-source` package.");
	print_words(text, strlen(text), "");
	printf("\n");
}

/* All that belongs to one paragraph, in one piece. */
static void print_joined(const char *lead, const struct bug_story *s, const char *indent)
{
	char text[8192];
	int n = snprintf(text, sizeof(text), "%s%s%s%s%s%s", lead, s->cause, s->detail ? s->detail : ".",
			 s->helps ? " What helps: " : "", s->helps ? s->helps : "", s->helps ? "." : "");

	if (n >= (int)sizeof(text))
		abort();
	print_words(text, n, indent);
}

/* Tables and quoted output stay as they are. */
static int is_verbatim(const char *paragraph)
{
	return *paragraph == '|' || !strncmp(paragraph, "```", 3);
}

static void print_more(const char *text)
{
	const char *end;
	size_t len;

	for (; *text; text += len + 2 * (end != NULL)) {
		end = strstr(text, "\n\n");
		len = end ? (size_t)(end - text) : strlen(text);
		printf("\n");
		if (is_verbatim(text))
			printf("%.*s%s", (int)len, text, end ? "\n" : "");
		else
			print_words(text, text[len - 1] == '\n' ? len - 1 : len, "");
	}
}

static const char *heading(const struct bug_story *s)
{
	return s->title ? s->title : s->under;
}

/* As GitHub makes it of a heading. */
static void print_anchor(const char *title)
{
	for (; *title; title++)
		if (isalnum((unsigned char)*title) || *title == '_' || *title == '-')
			putchar(tolower((unsigned char)*title));
		else if (*title == ' ')
			putchar('-');
}

static int ways(const struct bug_story *s, const char *name)
{
	int n = 1;

	for (const struct kernel_bug *b = s->bugs; b->name; b++)
		n += b->way_of && !strcmp(b->way_of, name);
	return n;
}

static void print_named(const struct kernel_bug *b)
{
	if (b->named)
		printf("%s", b->named);
	else
		printf("%s at %s", b->rules, b->site);
}

/* "B", or "B to 6.12.117" where a later stable release has mended it, whichever of them was tried last. */
static void print_mark(const struct kernel_bug *b, int i)
{
	if (kernel_bug_mended_in(b, kernel_version_of(bug_kernels[i])))
		printf(" B to %d.%d.%d |", b->stable.major, b->stable.minor, b->stable.patch - 1);
	else
		printf(" %s |", b->seen[i] == 'o' ? "ok" : b->seen[i] == 'B' ? "B" : "-");
}

static void print_row(const struct bug_story *s, const struct kernel_bug *b)
{
	static const char *const numbers[BUG_WAYS] = { "", "", " (two ways)", " (three ways)", " (four ways)", " (five ways)", " (six ways)" };

	printf("| [%s](#", b->name);
	print_anchor(heading(s));
	printf(")%s | %s |", numbers[ways(s, b->name)], b->loses);
	for (int i = 0; i < BUG_KERNELS; i++)
		print_mark(b, i);
	printf(" ");
	print_named(b);
	printf(" |\n");
}

static void print_table(void)
{
	printf("| bug | what the user loses |");
	for (int i = 0; i < BUG_KERNELS; i++)
		printf(" %s |", bug_kernels[i]);
	printf(" mmaudit |\n|---|---|---|---|---|---|---|---|\n");
	for (const struct bug_story *s = bug_stories; s->bugs[0].name; s++)
		for (const struct kernel_bug *b = s->bugs; b->name; b++)
			if (!b->way_of)
				print_row(s, b);
}

static void print_section(const struct bug_story *s)
{
	char text[4096];
	int n = snprintf(text, sizeof(text), "User space: %s", s->user);

	if (n >= (int)sizeof(text))
		abort();
	printf("\n## %s\n\n", s->title);
	print_words(text, n, "");
	printf("\n");
	print_joined("Cause: ", s, "");
	if (s->more)
		print_more(s->more);
}

/* Begins with the names of its bugs. */
static void print_item(const struct bug_story *s, int first)
{
	char lead[256];
	size_t n = 0;

	if (first)
		printf("\n## %s\n\n", s->under);
	for (const struct kernel_bug *b = s->bugs; b->name; b++)
		if (!b->way_of)
			n += snprintf(lead + n, sizeof(lead) - n, "%s`%s`", n ? ", " : "- ", b->name);
	snprintf(lead + n, sizeof(lead) - n, ": ");
	print_joined(lead, s, "  ");
}

int main(void)
{
	const char *under = "";

	fputs(head, stdout);
	print_marks();
	print_table();
	for (const struct bug_story *s = bug_stories; s->bugs[0].name; s++) {
		if (s->title)
			print_section(s);
		else
			print_item(s, strcmp(under, s->under));
		under = heading(s);
	}
	return fflush(stdout) || ferror(stdout);
}
