/* SPDX-License-Identifier: GPL-2.0 */
/* reader.h - readers: each with its own filter, ring, position and loss count. */
#ifndef MMA_READER_H
#define MMA_READER_H

#include <linux/types.h>

#include "mmaudit.h"

struct mma_reader;

/*
 * changed() is called when what readers want has changed; sweep: one wants sweeps at exit. That reader gets the error.
 * left() is called when a reader gets no more records by its filter, because it goes or gets another.
 */
int mma_readers_init(int (*changed)(bool sweep), void (*left)(unsigned int slot));
void mma_readers_exit(void);

/* The event mmaudit:decision is no reader, but wants every decision, too, or not any more. */
void mma_readers_event(bool wanted);

extern bool mma_decisions;		/* some reader wants every decision */
/* The same without self-tests: these see enough by points that are always armed, and each audit begins and ends with one. */
extern bool mma_tracing;
extern u32 mma_history_wish;		/* enum mma_history_mode: the most that a reader wishes for; OFF without readers */
extern bool mma_sweeping;		/* some reader wants sweeps at exit, and they can be made: main.c sets it */

/* In a probe. */
void mma_emit_decision(struct mma_decision *d);
void mma_emit_finding(struct mma_finding *f);
bool mma_any_reader_sweeps(u32 tgid);
bool mma_any_reader_audits(u8 site, u32 tgid, u32 owner);
bool mma_any_reader_follows(u32 tgid, u32 owner);
u32 mma_readers_that_take(const struct mma_hdr *h);	/* bits of their slots, if they want its history kept */

/* For the open file of a reader. */
struct mma_reader *mma_reader_open(bool selftest);
void mma_reader_close(struct mma_reader *r);
int mma_reader_filter(struct mma_reader *r, const struct mma_filter *f);
ssize_t mma_reader_peek(struct mma_reader *r, void *buf);
void mma_reader_consume(struct mma_reader *r);
struct mutex *mma_reader_lock(struct mma_reader *r);
struct wait_queue_head *mma_reader_wait(struct mma_reader *r);
unsigned int mma_reader_slot(const struct mma_reader *r);	/* below 8 */
bool mma_reader_empty(struct mma_reader *r);
void mma_reader_stats(struct mma_reader *r, struct mma_stats *st);
bool mma_reader_audits(struct mma_reader *r, u32 tgid);
int mma_reader_pid(struct mma_reader *r, u32 tgid, bool add);
bool mma_reader_waits(struct mma_reader *r, u32 tgid, u32 owner);

#endif /* MMA_READER_H */
