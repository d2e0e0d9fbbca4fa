/* SPDX-License-Identifier: GPL-2.0 */
/* pasts.h - finds the history of each violation that an audit reads, while the module still has it. */
#ifndef PASTS_H
#define PASTS_H

#include "command.h"
#include "ringlog.h"
#include "kinds.h"
#include "past.h"

struct pasts {
	/* options */
	__u32 most;			/* events of a violation, if `asked` */
	int asked;
	__u32 mode;			/* enum mma_history_mode */

	struct ringlog history;
	__u64 not_kept_before;		/* as the module counted it at the begin */
	struct past past;		/* of the last record that was asked for */
	int has_past;
};

/* Setters of a struct pasts. */
int set_history(void *into, const struct opt *opt, const char *arg);
int set_history_mode(void *into, const struct opt *opt, const char *arg);

/* What the filter asks of the module: 0 if the module is older than that. */
__u32 pasts_wish(const struct pasts *r, const struct device *dev);

void pasts_begin(struct pasts *r, const struct device *dev);

/* New kinds of violations since the begin whose history the module did not keep, because it kept another. */
__u64 pasts_not_kept(const struct pasts *r);

/*
 * The history of a violation or finding; NULL if there is none, or if there were many of its kind before, of which nobody reads
 * all. `kind`: as counted with this one. Valid until the next call.
 */
const struct past *pasts_of(struct pasts *r, const struct record *rec, const struct kind *kind);
void pasts_free(struct pasts *r);

#endif /* PASTS_H */
