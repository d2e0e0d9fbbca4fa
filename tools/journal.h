/* SPDX-License-Identifier: GPL-2.0 */
/* journal.h - sends entries to the systemd journal. By libsystemd, if it was there at build time. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "entry.h"

/* Whether there is a journal to write to: 0, or -1 after saying why not. */
int journal_open(void);

/* Returns 0 or -errno. */
int journal_send(const struct entry *e);

#endif /* JOURNAL_H */
