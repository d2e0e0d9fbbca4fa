/* SPDX-License-Identifier: GPL-2.0 */
/* print.h - records to a reader's eyes or programs: one interface, a text and a JSON form. */
#ifndef PRINT_H
#define PRINT_H

#include <stdio.h>

#include "decode.h"
#include "device.h"
#include "symbols.h"

/* What is audited: fixed before the first record. */
struct audit {
	const struct device *dev;
	const struct coverage *cov;
	const char *whom;		/* "all tasks", "process 812 and its descendants" */
	struct mma_filter filter;
	int sweep_only;			/* no grant is seen: `mmaudit sweep` */
};

/* What sweeps looked at: entries each time they were. */
struct swept {
	__u64 processes, failed;	/* failed: could not be swept, or not to the end */
	__u64 present, writable, tables;
};

/* What came of it. Counts of "meanwhile" are of all tasks: the kernel's, last minus first. */
struct totals {
	__u64 violations;		/* records read: a call of the kernel each, or a range a sweep found */
	__u64 entries;			/* that these are about */
	__u64 decisions;		/* sound ones read */
	__u64 lost;			/* told by MMA_REC_LOST */
	__u64 unknown, corrupt;
	__u64 read;			/* of all kinds but MMA_REC_LOST */
	__u64 grants, denials, missed, suspects_lost;	/* meanwhile */
	__u64 at_exit, sweeps_lost;	/* address spaces swept when given up, meanwhile; and not swept */
	struct swept swept;		/* by us */
	struct mma_stats stats;		/* at the end */
	int status;			/* of CMD; -1 without one */
	int blind;			/* the self-test at the end failed, or would have in between */
};

struct output;

struct output_ops {
	void (*start)(struct output *out, const struct audit *audit);
	void (*decision)(struct output *out, const struct record *rec);
	void (*lost)(struct output *out, const struct record *rec);
	void (*finding)(struct output *out, const struct record *rec);
	void (*end)(struct output *out, const struct audit *audit, const struct totals *totals);
};

struct output {
	const struct output_ops *ops;
	FILE *file;
	struct symbols syms;
	int err;			/* errno of the first failed write; then nothing more is written */
};

extern const struct output_ops text_ops, json_ops;

/* Does every record have an end: what was seen, and what was delivered? */
int totals_balance(const struct totals *totals);

/* Anything not delivered, not seen, not readable or not accounted for? */
int totals_incomplete(const struct totals *totals);

/* Bits of n sites the module has; and of those that some planted point sees. */
__u64 sites_all(const struct coverage *cov);
__u64 sites_seen(const struct coverage *cov);

/* enum mma_site_state, also of a module that does not say it. */
unsigned int site_state(const struct mma_site_info *info);

/* MMA_DEC_* set in flags, by name; returns how many. */
#define FLAG_NAMES	5
unsigned int flag_names(__u16 flags, const char *names[FLAG_NAMES]);

/* The range a decision is about, and how many entries in it; of a module before 1.3 one. */
__u64 decision_end(const struct mma_decision *d);
__u32 decision_entries(const struct mma_decision *d);

/* Entries a finding is about; 0 of a mapping's own. And what a write fault would do with the first. */
__u64 finding_entries(const struct mma_finding *f);
__u8 finding_fault(const struct mma_finding *f);

/* More bits than an entry can have named. */
#define ENTRY_NAMES	24

#endif /* PRINT_H */
