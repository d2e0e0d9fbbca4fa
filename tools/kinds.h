/* SPDX-License-Identifier: GPL-2.0 */
/* kinds.h - violations counted by rule, site and caller: the first of a kind is printed in full, all in the table. Pure. */
#ifndef KINDS_H
#define KINDS_H

#include "decode.h"
#include "names.h"

#define KINDS_MAX	256	/* rows; further violations are each printed, and counted as `rest` */
#define KIND_SWEEP	255	/* the site of what a sweep found; enum mma_site stays below 64 */

struct known_row;

struct kind {
	__u32 broken;			/* 1 << enum mma_rule */
	__u32 site;
	__u64 ip;			/* the caller; 0 for a sweep */
	__u64 events;			/* records */
	__u64 entries;			/* page table entries they are about */
	__u64 first_ns, last_ns;	/* CLOCK_MONOTONIC */
	const struct known_row *known;	/* what tells of it (known.h); NULL: it is new */
};

struct kinds {
	unsigned int nr;
	__u64 rest;
	struct kind at[KINDS_MAX];
};

/* How many entries a violation is about; 1 if it is about a whole mapping. */
__u64 record_entries(const struct record *rec);

/* The kind of a violation, with no counts yet. */
struct kind kind_of(const struct record *rec);

/* The name of a kind's site, or "sweep". */
const char *kind_site(__u32 site, char buf[NAME_LEN]);

/* Counts a violation. Returns whether it is the first of its kind, as far as that is known. */
int kinds_count(struct kinds *kinds, const struct record *rec);

/* The row that a violation is counted in, or NULL if it is one of the rest. */
const struct kind *kinds_row(const struct kinds *kinds, const struct record *rec);

/* What is known of a violation that was counted; NULL if it is new. */
const struct known_row *kinds_known(const struct kinds *kinds, const struct record *rec);

#endif /* KINDS_H */
