/* SPDX-License-Identifier: GPL-2.0 */
/* names.h - ids of the ABI to names and sentences, from the X-macros of module/rule.h and module/sites.h. */
#ifndef NAMES_H
#define NAMES_H

#include <stddef.h>

#include "mmaudit.h"
#include "rule.h"
#include "sites.h"

#define X(name, sym) + 1
enum { NR_INSTEAD = 0 MMA_STAND_INS(X) MMA_PARTS(X) };
#undef X

enum point_mode { AUDIT, TRACE, SPARE, SWEEP, HISTORY };

struct rule_row {
	const char *name, *severity, *text, *kernels, *where;
};

struct site_row {
	const char *name, *text;
	__u64 points;		/* 1 << enum mma_point that can see it */
	__u64 also;		/* points that see a part of it which those do not */
	__u64 needs;		/* points without which nothing is judged there */
};

struct point_row {
	const char *name;	/* lower case, as the module's parameter off= wants it */
	const char *symbol, *text;
	enum point_mode mode;
	int shown;		/* a header shows its prototype; else it must be checked against BTF */
};

/* A function that is probed in place of a point's own where the kernel has it; of a point the best first. */
struct instead_row {
	unsigned int point;
	const char *symbol;
	int part;		/* the compiler made it of the point's own, which calls it */
};

struct word_row {
	const char *name, *text;
};

/* Each returns NULL for an id that this mmaudit does not know. */
const struct rule_row *rule_row(unsigned int id);
/* What a severity means, in a sentence; itself if it is unknown. */
const char *severity_text(const char *severity);
const struct site_row *site_row(unsigned int id);
const struct point_row *point_row(unsigned int id);
const struct instead_row *instead_row(unsigned int i);	/* 0 to NR_INSTEAD */
const struct word_row *fact_row(unsigned int bit);
const struct word_row *fault_row(unsigned int id);
const struct word_row *reason_row(unsigned int id);

/* "while a reader wants every decision" */
const char *point_armed(const struct point_row *point);

/* Each returns the highest id plus 1. */
unsigned int nr_rules(void);
unsigned int nr_sites(void);
unsigned int nr_points(void);
unsigned int nr_facts(void);
unsigned int nr_faults(void);
unsigned int nr_reasons(void);

/*
 * Each returns the name, or "prefix-ID" in buf for an id that only a newer module has.
 */
#define NAME_LEN	32
const char *rule_name(unsigned int id, char buf[NAME_LEN]);
const char *site_name(unsigned int id, char buf[NAME_LEN]);
const char *point_name(unsigned int id, char buf[NAME_LEN]);
const char *fact_name(unsigned int bit, char buf[NAME_LEN]);
const char *fault_name(unsigned int id, char buf[NAME_LEN]);
const char *reason_name(unsigned int id, char buf[NAME_LEN]);
const char *verdict_name(unsigned int id, char buf[NAME_LEN]);
const char *level_name(unsigned int id, char buf[NAME_LEN]);
const char *point_state_name(unsigned int id, char buf[NAME_LEN]);
const char *site_state_name(unsigned int id, char buf[NAME_LEN]);
const char *hook_name(unsigned int id, char buf[NAME_LEN]);
const char *state_name(unsigned int id, char buf[NAME_LEN]);

/* The names of all bits that are set, with `sep` between them. */
#define NAMES_LEN	(64 * NAME_LEN)
const char *names_of(__u64 bits, const char *(*name)(unsigned int id, char *buf), const char *sep, char buf[NAMES_LEN]);

/* Case and '-' versus '_' do not matter. */
int name_is(const char *name, const char *given);

/* Each returns the id, or -1. */
int rule_by_name(const char *name);
int site_by_name(const char *name);
int point_by_name(const char *name);

#endif /* NAMES_H */
