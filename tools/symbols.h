/* SPDX-License-Identifier: GPL-2.0 */
/* symbols.h - kernel addresses to "symbol+0xoff", asked of the module once each. */
#ifndef SYMBOLS_H
#define SYMBOLS_H

#include "device.h"

#define SYMBOL_SLOTS	1024	/* a power of two; there are far fewer callers than that */

struct symbols {
	const struct device *dev;
	struct {
		__u64 addr;
		char *name;
	} slot[SYMBOL_SLOTS];
};

/* Never NULL and never a raw address: "?" if the module does not know it. Valid until the next call. */
const char *symbol_name(struct symbols *syms, __u64 addr);
void symbols_free(struct symbols *syms);

#endif /* SYMBOLS_H */
