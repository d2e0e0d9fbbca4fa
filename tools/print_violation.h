/* SPDX-License-Identifier: GPL-2.0 */
/* print_violation.h - one violation in full, for people: what text prints of a record. */
#ifndef PRINT_VIOLATION_H
#define PRINT_VIOLATION_H

#include "print.h"

#define INDENT	11	/* columns of a label */
#define WIDTH	80	/* of lines that go to no terminal */

/* What a probe saw, and what a sweep found. */
void print_violation(struct output *out, const struct record *rec);
void print_finding(struct output *out, const struct record *rec);

/* What a sweep found at one place, wrong or not. */
void print_found(struct output *out, const struct record *rec);

/* Pieces of one line: "comm[pid] of process 7", "RULE,RULE". */
void print_task(FILE *f, const struct mma_decision *d);
void print_rule_names(FILE *f, __u32 broken);

#endif /* PRINT_VIOLATION_H */
