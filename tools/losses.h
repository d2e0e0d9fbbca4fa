/* SPDX-License-Identifier: GPL-2.0 */
/* losses.h - what an audit lost or did not see, as sentences: what no report of it may leave out. */
#ifndef LOSSES_H
#define LOSSES_H

#include "report.h"

/* Calls `tell` with each sentence, which has no full stop. Returns how many there are. */
unsigned int losses_tell(const struct report *r, void (*tell)(void *arg, const char *sentence), void *arg);

#endif /* LOSSES_H */
