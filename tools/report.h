/* SPDX-License-Identifier: GPL-2.0 */
/* report.h - all that one audit brought, in memory: what each form of a report is made from. */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include "print.h"

#define REPORT_MAX	65536	/* records that are kept; besides, the first of each kind is kept even later */

struct report {
	struct audit audit;		/* kernel (audit.dev->ver), coverage, filter, origin: print.h */
	struct totals totals;		/* totals.kinds is set */
	struct kinds kinds;
	struct symbols syms;		/* answers from the device or from a recording: symbol_name() */
	struct record *rec;		/* violations and findings, in the order of their times */
	size_t nr_rec;
	__u64 left_out;			/* violations that are counted in kinds, and were too many to be kept */
	const char *command;		/* mmaudit's command line, which has the audited one at its end, as one line; or NULL */
	int whole;			/* 0: the recording was cut: it has no end */
	size_t room;			/* records that rec has room for */
	struct report_past *past;	/* histories of some of them: see report_past() */
	size_t nr_past, past_room, past_steps;
};

/* A row of report_formats[] in report_formats.c. */
struct report_format {
	const char *name;		/* "text", "html", "mail" and so on */
	const char *help;		/* one line */
	int (*write)(FILE *f, struct report *r);	/* 0 or -errno; NULL: not built in, see built_with.h */
};

/* Each writes one form and returns 0 or -errno; a row of report_formats.c and a file report_NAME.c for each. */
int report_text(FILE *f, struct report *r);
int report_ktap(FILE *f, struct report *r);
int report_junit(FILE *f, struct report *r);
int report_kcidb(FILE *f, struct report *r);
int report_folded(FILE *f, struct report *r);
int report_html(FILE *f, struct report *r);
int report_perfetto(FILE *f, struct report *r);
int report_json(FILE *f, struct report *r);
int report_mail(FILE *f, struct report *r);

/* Counts a record of an audit, and keeps it if it is a violation and there is room. */
void report_add(struct report *r, enum decode_status what, const struct record *rec);

/* Only keeps it, for who counts himself. `first`: it is the first of its kind. */
void report_keep(struct report *r, const struct record *rec, int first);

/* Keeps a copy of the history of a record, if there is one and room; the histories of the first violations are kept. */
void report_keep_past(struct report *r, const struct record *rec, const struct past *past);

/* The history of a record; NULL if there is none. */
const struct past *report_past(const struct report *r, const struct record *rec);

/* Comes after the last record: puts those that are kept in the order of their times. */
void report_end(struct report *r);

/* Comes after report_end(): tells what is known apart, in totals and kinds. */
void report_know(struct report *r, struct known *known);
void report_free(struct report *r);

#endif /* REPORT_H */
