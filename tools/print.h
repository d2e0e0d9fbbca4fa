/* SPDX-License-Identifier: GPL-2.0 */
/* print.h - prints records for people or programs: one interface, a text and a JSON form. */
#ifndef PRINT_H
#define PRINT_H

#include <stdio.h>

#include "arch.h"
#include "decode.h"
#include "device.h"
#include "family.h"
#include "kinds.h"
#include "known.h"
#include "lines.h"
#include "origin.h"
#include "past.h"
#include "paths.h"
#include "symbols.h"

/* What is audited. It does not change after the first record. */
struct audit {
	const struct device *dev;
	const struct coverage *cov;
	const char *whom;		/* "all tasks", "process 812 and its descendants" */
	struct mma_filter filter;
	int sweep_only;			/* `mmaudit sweep`, which sees no grants */
	struct origin origin;
};

/* What sweeps looked at. An entry counts once for each sweep. */
struct swept {
	__u64 processes, failed;	/* failed: could not be swept, or not to the end */
	__u64 present, writable, tables;
};

/* What came of it. Counts called "meanwhile" are of all tasks: the module's counters at the end minus those at the begin. */
struct totals {
	__u64 violations;		/* records: each is one call of the kernel, or one range that a sweep found */
	__u64 entries;			/* how many entries these are about */
	__u64 known, known_entries;	/* the same of violations that --known tells of: those above are new */
	__u64 decisions;		/* records of sound decisions */
	__u64 lost;			/* how many records MMA_REC_LOST says are lost */
	__u64 unknown, corrupt;
	__u64 read;			/* all records except MMA_REC_LOST */
	__u64 grants, denials, missed, suspects_lost;	/* meanwhile */
	__u64 at_exit, sweeps_lost;	/* address spaces given up meanwhile: swept, and not swept */
	__u64 not_kept;			/* violations of a new kind meanwhile, when the module was keeping the history of another */
	struct swept swept;		/* by this command */
	struct mma_stats stats;		/* at the end */
	const struct kinds *kinds;	/* of violations; NULL: not counted by kind */
	struct family left;		/* descendants that outlived CMD */
	int blind;			/* the module did not see, or could not be asked */
	int unwritten;			/* errno of the first record that could not be written, or 0 */
	int status;			/* of CMD, as a shell has it; -1: there is no CMD */
	int signal;			/* the signal that ended CMD, or 0 */
	int exit;			/* the exit status of mmaudit */
};

#define NOT_KEPT_TEXT	"new kinds of violations came while the history of another one was kept: of theirs there is what was not yet overwritten"

struct output;

struct output_ops {
	void (*start)(struct output *out, const struct audit *audit);
	void (*decision)(struct output *out, const struct record *rec);
	void (*lost)(struct output *out, const struct record *rec);
	void (*finding)(struct output *out, const struct record *rec);
	void (*end)(struct output *out, const struct audit *audit, const struct totals *totals);
	void (*unknown)(struct output *out);	/* a record of a type that only newer modules send, see raw; may be NULL */
};

struct output {
	const struct output_ops *ops;
	FILE *file;
	struct symbols syms;
	struct paths *paths;		/* of the processes of this machine; NULL: they are not asked */
	struct lines *lines;		/* --vmlinux; NULL: no source lines */
	const struct known_row *known;	/* what --known tells of the record that is printed next; NULL: nothing */
	const struct arch *arch;	/* whose entries the records have */
	const struct past *past;	/* the history of the record that is printed next; NULL: none */
	int err;			/* errno of the first failed write; then nothing more is written */
	const unsigned char *raw;	/* the bytes of the record, as they were read; NULL if it was not read */
	size_t raw_size;
	void *own;			/* what only these ops know */
};

extern const struct output_ops text_ops, json_ops;

/* Whether all records are accounted for: those seen, and those delivered. */
int totals_balance(const struct totals *totals);

/* Whether something of what was audited was lost: not delivered, not seen, not readable or not accounted for. */
int totals_lost(const struct totals *totals);

/* The same, or a descendant that runs on, or records that were not written. */
int totals_incomplete(const struct totals *totals);

/* Of what was counted so far, that much is known. */
void totals_know(struct totals *totals, struct known_sum known);

/* "3 violations (1536 entries), 2 known" */
const char *violations_text(const struct totals *totals, char buf[64]);

/* Bits of the sites that this kernel has; of these, the ones that are seen and not seen; and those that it does not have. */
__u64 sites_here(const struct coverage *cov);
__u64 sites_seen(const struct coverage *cov);
__u64 sites_unseen(const struct coverage *cov);
__u64 sites_absent(const struct coverage *cov);

/* Bits of the rules of the module that have a name here: some ids are not used any more. */
__u32 module_rules(const struct mma_version *ver);

/* The rules of the module, and the sites of this kernel, that the filter lets through; and whether that is less than all. */
__u32 audit_rules(const struct audit *audit);
__u64 audit_sites(const struct audit *audit);
int audit_narrowed(const struct audit *audit);

/* " of rule A at site b", and what the filter leaves out; both "" if it leaves out nothing. */
#define SCOPE_LEN	2048
const char *audit_scope(const struct audit *audit, char buf[SCOPE_LEN]);
const char *audit_rest(const struct audit *audit);

/* Whose entries the records have. */
const struct arch *audit_arch(const struct audit *audit);

/* Whether the kernel is newer than the module: then no audit is complete. */
int audit_unknown_kernel(const struct audit *audit);

/* "at all 26 sites of this kernel" */
const char *audit_where(const struct audit *audit, char buf[64]);

/* enum mma_site_state, also for an older module that does not send it. */
unsigned int site_state(const struct mma_site_info *info);

/* Sets the names of the MMA_DEC_* that are set in flags; returns how many. */
#define FLAG_NAMES	7
unsigned int flag_names(__u16 flags, const char *names[FLAG_NAMES]);

/* What a write fault would do with the first entry of a finding. */
__u8 finding_fault(const struct mma_finding *f);

/* More bits than an entry can have named. */
#define ENTRY_NAMES	24

#endif /* PRINT_H */
