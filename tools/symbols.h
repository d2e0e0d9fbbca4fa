/* SPDX-License-Identifier: GPL-2.0 */
/* symbols.h - kernel addresses to "symbol+0xoff", asked of the module, or of a recording, once each. */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include "device.h"

#define SYMBOL_SLOTS	1024	/* a power of two; there are far fewer callers than that */

struct symbols {
	const struct device *dev;	/* NULL: a recording is asked */
	void *known;			/* its names */
	struct {
		__u64 addr;
		char *name;		/* "symbol+0xoff/0xsize [module]" */
		char *brief;		/* without the size */
	} slot[SYMBOL_SLOTS];
};

/* Never NULL and never a raw address: "?" if the module does not know it. Valid until the next call. */
const char *symbol_name(struct symbols *syms, __u64 addr);

/* Adds a name of a recording: name has the form of struct mma_symbol, and is cut as that cuts it. Returns 0 or -errno. */
int symbols_know(struct symbols *syms, __u64 addr, const char *name);
/* With the size, as scripts/decode_stacktrace.sh and scripts/faddr2line of the kernel want it: "symbol+0xoff/0xsize [module]". */
const char *symbol_full(struct symbols *syms, __u64 addr);
void symbols_free(struct symbols *syms);

#endif /* SYMBOLS_H */
