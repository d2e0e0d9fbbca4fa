/* SPDX-License-Identifier: GPL-2.0 */
/* screen.h - the picture of `mmaudit top`, by ncurses. */
#ifndef SCREEN_H
#define SCREEN_H

#include "kinds.h"
#include "rates.h"
#include "symbols.h"

struct picture {
	const struct mma_version *ver;
	const struct coverage *cov;
	const struct mma_stats *stats;	/* of now */
	const struct rates *rates;
	const struct kinds *kinds;	/* violations since this top began */
	struct symbols *syms;
	__u64 lost;			/* records that this top was too slow for */
	__u64 now_ns;			/* CLOCK_MONOTONIC */
	unsigned int delay;
};

/* Takes the terminal. Returns 0, or an exit status after saying why it cannot. */
int screen_open(void);
void screen_draw(const struct picture *p);

/* Returns the key that was pressed, or -1. */
int screen_key(void);

/* Gives the terminal back. */
void screen_close(void);

#endif /* SCREEN_H */
