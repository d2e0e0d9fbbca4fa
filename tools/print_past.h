/* SPDX-License-Identifier: GPL-2.0 */
/* print_past.h - a history as text: a line for each event, the newest last; '>' stands before the one to blame. */
#ifndef PRINT_PAST_H
#define PRINT_PAST_H

#include <stdio.h>

#include "past.h"
#include "symbols.h"

/* Where lines go, and how: further lines of an event that is longer than `width` are indented. */
struct past_sheet {
	FILE *f;
	int colour, width;
};

/* What there is older than the first event comes first. */
void print_past(const struct past_sheet *s, const struct past *past, struct symbols *syms);

#endif /* PRINT_PAST_H */
