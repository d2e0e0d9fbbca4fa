// SPDX-License-Identifier: GPL-2.0
/*
 * catalog.c - the message catalog of mmaudit's journal entries, which `journalctl -x` prints: a text for each rule of
 * module/rule.h, in its words, and for each event of journal_ids.h. A program of its own, which `make` does not install.
 */
#include <stdio.h>
#include <string.h>

#include "journal_ids.h"
#include "rule.h"

static const struct {
	unsigned int id;
	const char *name, *severity, *text, *kernels, *where;
} rules[] = {
#define X(id, name, severity, text, kernels, where) { id, #name, severity, text, kernels, where },
	MMA_RULES(X)
#undef X
};

static const struct {
	unsigned int id;
	const char *subject, *text;
} events[] = {
#define X(id, name, subject, text) { id, subject, text },
	JOURNAL_EVENTS(X)
#undef X
};

#define NR(rows) (sizeof(rows) / sizeof((rows)[0]))

static const char *means(const char *severity)
{
#define X(name, brief, text) if (!strcmp(severity, #name)) return text;
	MMA_SEVERITIES(X)
#undef X
	return "?";
}

static void print_head(unsigned int id, const char *subject)
{
	printf("\n-- " JOURNAL_ID_BASE "%02x\nSubject: %s\nDefined-By: mmaudit\nDocumentation: man:mmaudit(8)\n", id, subject);
}

static void print_rule(unsigned int i)
{
	char subject[128];

	snprintf(subject, sizeof(subject), "The kernel broke rule %s at @SITE@", rules[i].name);
	print_head(rules[i].id, subject);
	printf("Documentation: man:mmaudit-rules(7)\n\n%s.\nSo %s.\n\n", rules[i].text, means(rules[i].severity));
	printf("It was task @TASK@[@TASK_PID@], on memory of process @OWNER_PID@: @ENTRIES@ page\ntable entries. Kernel: @KERNEL@.\n\n");
	printf("Kernels with this rule: %s.\nThe kernel itself ensures it in %s.\n\n", rules[i].kernels, rules[i].where);
	printf("The field REPORT has all that was seen, with the stack. Which known bugs do this,\nand what helps, says: mmaudit explain %s @SITE@\n",
	       rules[i].name);
}

int main(void)
{
	printf("# mmaudit.catalog - made by make, from module/rule.h and tools/journal_ids.h\n");
	for (unsigned int i = 0; i < NR(rules); i++)
		print_rule(i);
	for (unsigned int i = 0; i < NR(events); i++) {
		print_head(events[i].id, events[i].subject);
		printf("\n%s\n", events[i].text);
	}
	return 0;
}
