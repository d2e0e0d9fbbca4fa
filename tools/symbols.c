// SPDX-License-Identifier: GPL-2.0
/* symbols.c - a direct-mapped cache of MMA_IOC_SYMBOL, or of a recording's names: a new address replaces the one in its slot. */
#define _GNU_SOURCE	/* tdestroy */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "symbols.h"

static unsigned int slot_of(__u64 addr)
{
	return (addr * 0x9e3779b97f4a7c15ULL) >> 54 & (SYMBOL_SLOTS - 1);
}

/* Cuts the size off "+0xoff/0xsize": a reader does not need it. A module's " [name]" stays. */
static void drop_size(char *name)
{
	char *slash = strstr(name, "/0x");
	char *rest;

	if (!slash)
		return;
	rest = strchr(slash, ' ');
	if (rest)
		memmove(slash, rest, strlen(rest) + 1);
	else
		*slash = 0;
}

/* What a recording knows of an address. */
struct known {
	__u64 addr;
	char name[];
};

static int by_address(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

int symbols_know(struct symbols *syms, __u64 addr, const char *name)
{
	const size_t len = strnlen(name, sizeof(((struct mma_symbol *)0)->name) - 1);
	struct known *mine = malloc(sizeof(*mine) + len + 1), **found;

	if (!mine)
		return -ENOMEM;
	mine->addr = addr;
	memcpy(mine->name, name, len);
	mine->name[len] = 0;
	found = tsearch(mine, &syms->known, by_address);
	if (!found || *found != mine)
		free(mine);
	return found ? 0 : -ENOMEM;
}

static int ask_recording(struct symbols *syms, __u64 addr, struct mma_symbol *sym)
{
	const struct known key = { .addr = addr }, **found = tfind(&key, &syms->known, by_address);

	if (!found)
		return -ENOENT;
	strncpy(sym->name, (*found)->name, sizeof(sym->name) - 1);
	sym->name[sizeof(sym->name) - 1] = 0;
	return 0;
}

static int ask(struct symbols *syms, __u64 addr, struct mma_symbol *sym)
{
	return syms->dev ? device_symbol(syms->dev, addr, sym) : ask_recording(syms, addr, sym);
}

static void forget(struct symbols *syms, unsigned int i)
{
	free(syms->slot[i].name);
	free(syms->slot[i].brief);
	syms->slot[i].name = syms->slot[i].brief = NULL;
}

/* Sets the slot of addr. Returns it, or -1 if the address has no name. */
static int find(struct symbols *syms, __u64 addr)
{
	const unsigned int i = slot_of(addr);
	struct mma_symbol sym;

	if (syms->slot[i].brief && syms->slot[i].addr == addr)
		return i;
	/* sprint_symbol() prints "0x..." for an address it does not know; no raw address is shown. */
	if (!addr || ask(syms, addr, &sym) || !sym.name[0] || !strncmp(sym.name, "0x", 2))
		return -1;
	forget(syms, i);
	syms->slot[i].addr = addr;
	syms->slot[i].name = strdup(sym.name);
	drop_size(sym.name);
	syms->slot[i].brief = strdup(sym.name);
	return syms->slot[i].name && syms->slot[i].brief ? (int)i : -1;
}

const char *symbol_name(struct symbols *syms, __u64 addr)
{
	int i = find(syms, addr);

	return i < 0 ? "?" : syms->slot[i].brief;
}

const char *symbol_full(struct symbols *syms, __u64 addr)
{
	int i = find(syms, addr);

	return i < 0 ? "?" : syms->slot[i].name;
}

void symbols_free(struct symbols *syms)
{
	for (int i = 0; i < SYMBOL_SLOTS; i++)
		forget(syms, i);
	tdestroy(syms->known, free);
	syms->known = NULL;
}
