/* loss.h - a kernel bug, for rows that want a violation and what led to it. */
#ifndef LOSS_H
#define LOSS_H

#include "kit.h"
#include "rings.h"

/* What is marked at `from` is moved to `to`, where the violation is. */
struct loss {
	char *from, *to;
	size_t len;
	struct ufd *u;
	struct sought marked, moved;	/* what the history has of it, if that is noted */
};

struct loss loss_make(void);		/* mappings; the row ends if there is no such bug here */
void loss_mark(struct loss *l, unsigned int n);	/* of n of them */
void loss_happens(struct loss *l);
struct loss loss_met(void);		/* all of that */

#endif
