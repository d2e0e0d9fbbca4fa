/* SPDX-License-Identifier: GPL-2.0 */
/* decode.h - bytes read from the device (or a file of them) to records. Pure: no I/O, no allocation, no library. */
#ifndef DECODE_H
#define DECODE_H

#include <stddef.h>

#include "mmaudit.h"

/* One record. What an older module did not send is zero. */
struct record {
	__u64 stack[MMA_STACK_MAX];
	unsigned int nr_stack;		/* how many entries of stack[] the record really had */
	int stack_cut;			/* it claimed to have more */
	union {
		struct mma_hdr hdr;
		struct mma_decision decision;	/* its own stack[] has no room here: see above */
		struct mma_lost lost;
		struct mma_finding finding;
	};
};

struct cursor {
	const unsigned char *at;
	size_t left;
};

enum decode_status {
	DECODE_END,		/* nothing left */
	DECODE_DECISION,
	DECODE_LOST,
	DECODE_FINDING,
	DECODE_UNKNOWN,		/* a type that only newer modules send: skipped; the caller counts it */
	DECODE_CORRUPT,		/* the next record cannot be found: nothing more is read */
};

/* Decodes the next record and moves the cursor behind it. *rec is set only for DECISION, LOST and FINDING. */
enum decode_status decode_next(struct cursor *cur, struct record *rec);

/* At most max bytes, up to a NUL, as printable ASCII; cut where `size` bytes of out are full. size is 5 at least. */
void decode_text(const char *bytes, size_t max, char *out, size_t size);

/*
 * comm of a record as printable ASCII: a task names itself, so its name may
 * hold anything. out needs 4 bytes for each of MMA_COMM_LEN, and one for the NUL.
 */
#define COMM_TEXT_LEN	(4 * MMA_COMM_LEN + 1)
void decode_comm(const char comm[MMA_COMM_LEN], char out[COMM_TEXT_LEN]);

/* The end of the range that a decision is about, and how many entries that has: one from a module before 1.3. */
__u64 decision_end(const struct mma_decision *d);
__u32 decision_entries(const struct mma_decision *d);

/* Entries that a finding is about; 0 if it is about a mapping. */
__u64 finding_entries(const struct mma_finding *f);

#endif /* DECODE_H */
