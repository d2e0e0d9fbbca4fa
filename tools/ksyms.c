// SPDX-License-Identifier: GPL-2.0
/* ksyms.c - one pass over kallsyms. Names only: addresses may be hidden (kptr_restrict) and are not needed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "input.h"
#include "ksyms.h"

/*
 * A probe on the plain name does not see these. ".cold" is not one: it is the
 * unlikely half of the function, entered through it.
 */
static int is_variant(const char *suffix)
{
	return !strncmp(suffix, ".isra.", 6) || !strncmp(suffix, ".constprop.", 11) ||
	       !strncmp(suffix, ".part.", 6) || !strncmp(suffix, ".llvm.", 6);
}

static void count_symbol(struct ksym *ks, const char *symbol, const char *name)
{
	size_t len = strlen(symbol);

	if (strncmp(name, symbol, len))
		return;
	if (!name[len]) {
		ks->exact++;
	} else if (is_variant(name + len) && !strstr(name + len, ".cold")) {
		if (!ks->partial++)
			snprintf(ks->variant, sizeof(ks->variant), "%.63s", name);
	}
}

static void count_line(struct ksyms *ks, char *line)
{
	char type, name[256], module[64];

	/* "ffffffff81000000 T name" and, for a module's, "[module]" */
	switch (sscanf(line, "%*[0-9a-fA-F] %c %255s %63s", &type, name, module)) {
	case 2:
		break;
	default:
		return;
	}
	ks->total++;
	if (type != 't' && type != 'T')
		return;
	ks->functions++;
	if (!strcmp(name, "register_kprobe"))
		ks->kprobes = 1;
	if (!ks->arch)
		ks->arch = arch_by_symbol(name);
	for (unsigned int i = 0; i < NR_INSTEAD; i++)
		ks->instead[i] += !strcmp(name, instead_row(i)->symbol);
	for (unsigned int i = 0; i < nr_points(); i++)
		if (point_row(i))
			count_symbol(&ks->point[i], point_row(i)->symbol, name);
}

int ksyms_read(struct ksyms *ks, const char *path)
{
	char line[512];
	FILE *f = input_open(path);
	unsigned int lines = 0;

	memset(ks, 0, sizeof(*ks));
	if (!f)
		return -errno;
	while (input_line(line, sizeof(line), f, &lines))
		count_line(ks, line);
	fclose(f);
	return 0;
}
