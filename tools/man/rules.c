// SPDX-License-Identifier: GPL-2.0
/*
 * rules.c - the rules of module/rule.h for reading: `rules` prints the man page mmaudit-rules(7), `rules PAGE` prints the page
 * PAGE in Markdown with its table made anew. A program of its own, which `make` does not install.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "rule.h"

#define BEGIN	"<!-- rules: made by make docs/rules.md -->\n"
#define END	"<!-- /rules -->\n"

struct row {
	int id;
	const char *name, *severity, *text, *kernels, *where;
};

#define X(id, name, severity, text, kernels, where) { id, #name, severity, text, kernels, where },
static const struct row state[] = { MMA_STATE_RULES(X) { } };
static const struct row holder[] = { MMA_HOLDER_RULES(X) { } };
static const struct row kept[] = { MMA_KEPT_RULES(X) { } };
#undef X

#define NR(rows)	((int)(sizeof(rows) / sizeof(rows[0])) - 1)
#define NR_RULES	(NR(state) + NR(holder) + NR(kept))

static const struct {
	const char *name, *means, *text;
} severities[] = {
#define X(name, means, text) { #name, means, text },
	MMA_SEVERITIES(X)
#undef X
};

#define NR_SEVERITIES	(sizeof(severities) / sizeof(severities[0]))

/* An unknown one fails the test that compares: rule.h has a new severity, which is to be told in MMA_SEVERITIES. */
static const char *means(const char *severity)
{
	for (unsigned int i = 0; i < NR_SEVERITIES; i++)
		if (!strcmp(severities[i].name, severity))
			return severities[i].means;
	return "?";
}

/* ---- Markdown ---- */

static void print_rows(const struct row *r)
{
	for (; r->name; r++)
		printf("| %s | %s | %s | %s |\n", r->name, r->text, means(r->severity), r->kernels);
}

static void print_table(void)
{
	printf("| rule | what is wrong when it breaks | severity | kernels |\n|---|---|---|---|\n");
	print_rows(state);
	print_rows(holder);
	print_rows(kept);
}

static int print_page(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[4096];
	int made = 0, on = 1;

	if (!f) {
		perror(path);
		return 1;
	}
	while (fgets(line, sizeof(line), f)) {
		if (!strcmp(line, END))
			on = 1;
		if (on)
			fputs(line, stdout);
		if (!strcmp(line, BEGIN)) {
			print_table();
			on = 0;
			made++;
		}
	}
	fclose(f);
	if (made == 1 && on)
		return 0;
	fprintf(stderr, "%s: no table between %s\n", path, "<!-- rules --> and <!-- /rules -->");
	return 1;
}

/* ---- man page ---- */

static void print_text(const char *s)
{
	for (; *s; s++)
		printf(*s == '-' ? "\\-" : *s == '\\' ? "\\e" : "%c", *s);
}

static void print_entries(const struct row *r)
{
	for (; r->name; r++) {
		printf(".TP\n.B %s\n", r->name);
		print_text(r->text);
		printf(".\n.br\nSeverity: ");
		print_text(means(r->severity));
		printf(".%s\n.br\nKernels: ", mma_proof() >> r->id & 1 ? " The alarm is proof." : "");
		print_text(r->kernels);
		printf(".\n.br\nThe kernel's own check: ");
		print_text(r->where);
		printf(".\n");
	}
}

static void print_man(void)
{
	printf(".\\\" SPDX-License-Identifier: GPL-2.0\n"
	       ".\\\" Made from module/rule.h by tools/man/rules.c.\n"
	       ".TH MMAUDIT-RULES 7 \"\" \"mmaudit\" \"Miscellaneous\"\n"
	       ".SH NAME\n"
	       "mmaudit-rules \\- what mmaudit judges a page table entry by\n"
	       ".SH DESCRIPTION\n"
	       ".BR mmaudit (8)\n"
	       "reports a violation if an entry breaks one of these %d rules.\n"
	       ".B mmaudit explain\n"
	       ".I RULE\n"
	       "prints the same of one.\n"
	       ".PP\n"
	       "Line numbers are those of the kernel version that is named with them.\n"
	       "Where the alarm is proof, one look at the entry with its locks held shows that it is wrong, and\n"
	       ".B action=panic\n"
	       "stops the machine; for the other rules it reports only.\n"
	       ".SS Severity\n", NR_RULES);
	for (unsigned int i = 0; i < NR_SEVERITIES; i++)
		printf(".TP\n.B %.*s\n%c%s.\n", (int)strcspn(severities[i].means, ":"), severities[i].means, toupper(severities[i].text[0]), severities[i].text + 1);
	printf(".SH RULES OF AN ENTRY\nBroken by what the entry, its mapping and its page are.\n");
	print_entries(state);
	printf(".SH RULES OF WHO ELSE HAS THE PAGE\n");
	print_entries(holder);
	printf(".SH RULES OF A REWRITE\nBroken by what the entry is, compared with what it was.\n");
	print_entries(kept);
	printf(".SH SEE ALSO\n.BR mmaudit (4),\n.BR mmaudit (8);\n.I docs/rules.md\nin the sources\n");
}

int main(int argc, char **argv)
{
	int ret = 0;

	if (argc > 1)
		ret = print_page(argv[1]);
	else
		print_man();
	return ret || fflush(stdout) || ferror(stdout);
}
