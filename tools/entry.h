/* SPDX-License-Identifier: GPL-2.0 */
/* entry.h - an entry of the systemd journal, made field by field. */
#ifndef ENTRY_H
#define ENTRY_H

#include <sys/uio.h>

#define ENTRY_FIELDS	64

struct entry {
	unsigned int nr;
	struct iovec field[ENTRY_FIELDS];	/* "NAME=value" */
};

/* Adds a field. One that there is no room or no memory for is left out. */
void entry_add(struct entry *e, const char *name, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void entry_free(struct entry *e);

#endif /* ENTRY_H */
