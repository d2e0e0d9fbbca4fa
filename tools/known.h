/* SPDX-License-Identifier: GPL-2.0 */
/*
 * known.h - findings that one has already, from files like tests/bugs/expected, so that only what is new makes an audit fail.
 *
 * A line is NAME KERNEL RULES SITE, then in any order: "racy", caller=SYMBOL, link=URL, SITE or RULE@SITE for another place
 * where the same bug shows, and at the end "# reason". KERNEL is *, 6.1, 6.1.24-, -6.15 or 6.2-6.12.40; RULES are joined by
 * commas or plus signs, "silent" names none and the line is left out; SITE is a site, "sweep", or "-" for anywhere.
 */
#ifndef KNOWN_H
#define KNOWN_H

#include <stdio.h>

#include "command.h"
#include "kinds.h"
#include "symbols.h"

#define KNOWN_PLACES	4
#define KNOWN_ANYWHERE	254	/* in place of a site; see KIND_SWEEP */

struct known_place {
	__u32 rules;		/* 1 << enum mma_rule */
	__u32 site;		/* enum mma_site, KIND_SWEEP or KNOWN_ANYWHERE */
};

struct known_row {
	char *text;		/* the line as it stands */
	char *name;
	char *caller;		/* "symbol", or "symbol+0xoff"; NULL: whoever calls */
	char *link, *reason;	/* NULL: none */
	struct known_place place[KNOWN_PLACES];
	unsigned int nr_places;
	__u64 from, to;		/* the first and the last kernel that has it, see known_version() */
	int racy;		/* it need not come */
	int came;
};

struct known {
	struct known_row *at;
	size_t nr;
};

/* Violations of kinds that are known. */
struct known_sum {
	__u64 events, entries;
};

/* Adds the rows of a file. Returns 0, or -errno after saying what is wrong with it, with line and column. */
int known_read(const char *path, struct known *k);
void known_free(struct known *k);

/* The setter of a struct known: --known FILE. It is read at once, so that a wrong file is told before anything is audited. */
int set_known(void *into, const struct opt *opt, const char *arg);

/*
 * The row that tells of one broken rule (a bit) at a site, or NULL. caller: as symbol_name() has it; NULL if there is none.
 * release: of the kernel, as uname has it.
 */
const struct known_row *known_find(struct known *k, __u32 rule_bit, __u32 site, const char *caller, const char *release);

/* The row of a violation whose broken rules are all known; else NULL: it is new. */
const struct known_row *known_record(struct known *k, const struct record *rec, struct symbols *syms, const char *release);

/* Gives each kind its row, notes which rows came, and returns how much is known of what was counted. */
struct known_sum known_settle(struct known *k, struct kinds *kinds, struct symbols *syms, const char *release);

/* Says in a line which rows for this kernel, these rules and sites did not come. sites: 1 << enum mma_site; swept: sweeps, too. */
void known_say_absent(const struct known *k, const char *release, __u32 rules, __u64 sites, int swept);

/* "NAME: reason (link)" */
#define KNOWN_TEXT_LEN	512
const char *known_text(const struct known_row *row, char buf[KNOWN_TEXT_LEN]);

/* Whether the row is of that kernel; of a version without more (6.12), whether it is of any of its releases. */
int known_is_of(const struct known_row *row, const char *release);

/* A release as a number that grows with it. */
__u64 known_version(const char *release);

#endif /* KNOWN_H */
