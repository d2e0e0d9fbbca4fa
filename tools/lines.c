// SPDX-License-Identifier: GPL-2.0
/* lines.c - see lines.h. The kernel may be loaded anywhere, so a symbol is looked up by its name, not by its address. */
#include <stddef.h>

#include "input.h"
#include "lines.h"
#include "say.h"

#ifdef HAVE_LIBDW

#include <elfutils/libdwfl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lines {
	Dwfl *dwfl;
	Dwfl_Module *kernel;
	char text[512];
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static int has_lines(Dwfl_Module *kernel)
{
	Dwarf_Addr bias;

	return kernel && dwfl_module_getdwarf(kernel, &bias) && dwfl_module_getsymtab(kernel) > 0;
}

static int begin(struct lines *l, const char *path)
{
	l->dwfl = dwfl_begin(&callbacks);
	if (!l->dwfl)
		return 0;
	dwfl_report_begin(l->dwfl);
	l->kernel = dwfl_report_offline(l->dwfl, "vmlinux", path, -1);
	dwfl_report_end(l->dwfl, NULL, NULL);
	return has_lines(l->kernel);
}

struct lines *lines_open(const char *path)
{
	const char *unfit = input_unfit(path);
	struct lines *l;

	if (unfit) {
		say("cannot read %s: %s", path, unfit);
		return NULL;
	}
	l = calloc(1, sizeof(*l));
	if (l && begin(l, path))
		return l;
	say("%s has no source lines: --vmlinux wants this kernel's vmlinux with debug information (Debian: package linux-image-RELEASE-dbg)", path);
	lines_close(l);
	return NULL;
}

void lines_close(struct lines *l)
{
	if (!l)
		return;
	dwfl_end(l->dwfl);
	free(l);
}

struct place {
	char name[256];
	unsigned long long off, size;
};

/* A module's symbol has " [module]" behind. */
static int parse_symbol(const char *symbol, struct place *p)
{
	int end = 0;

	return sscanf(symbol, "%255[^+]+0x%llx/0x%llx%n", p->name, &p->off, &p->size, &end) == 3 && !symbol[end];
}

/* The sizes that kallsyms tells reach to the next symbol, so the one of vmlinux may be a little less. */
static int is_symbol(const struct place *p, const char *name, const GElf_Sym *sym)
{
	return name && GELF_ST_TYPE(sym->st_info) == STT_FUNC && !strcmp(name, p->name) && sym->st_size <= p->size &&
	       p->size - sym->st_size < 64;
}

/* 0: there is none, or more than one. */
static Dwarf_Addr address_of(struct lines *l, const struct place *p)
{
	const int n = dwfl_module_getsymtab(l->kernel);
	Dwarf_Addr addr, found = 0;
	GElf_Sym sym;

	for (int i = 1; i < n; i++) {
		const char *name = dwfl_module_getsym_info(l->kernel, i, &sym, &addr, NULL, NULL, NULL);

		if (!is_symbol(p, name, &sym))
			continue;
		if (found && found != addr)
			return 0;
		found = addr;
	}
	return found;
}

/* Without the directory that the kernel was built in. */
static const char *within(const char *file)
{
	static const char *const dirs[] = { "/arch/", "/mm/", "/kernel/", "/fs/", "/lib/", "/include/", "/drivers/", "/net/", "/security/" };

	for (unsigned int i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		const char *at = strstr(file, dirs[i]);

		if (at)
			return at + 1;
	}
	return file;
}

/* A return address is behind the call. */
const char *lines_find(struct lines *l, const char *symbol)
{
	struct place p;
	Dwarf_Addr addr;
	Dwfl_Line *line;
	const char *file;
	int nr;

	if (!parse_symbol(symbol, &p))
		return NULL;
	addr = address_of(l, &p);
	line = addr ? dwfl_module_getsrc(l->kernel, addr + p.off - !!p.off) : NULL;
	file = line ? dwfl_lineinfo(line, NULL, &nr, NULL, NULL, NULL) : NULL;
	if (!file)
		return NULL;
	snprintf(l->text, sizeof(l->text), "%s:%d", within(file), nr);
	return l->text;
}

#else

struct lines *lines_open(const char *path)
{
	(void)path;
	say("--vmlinux: this mmaudit was built without libdwfl: install libdw-dev and build it again");
	return NULL;
}

void lines_close(struct lines *l)
{
	(void)l;
}

const char *lines_find(struct lines *l, const char *symbol)
{
	(void)l;
	(void)symbol;
	return NULL;
}

#endif
