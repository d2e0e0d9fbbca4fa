/* SPDX-License-Identifier: GPL-2.0 */
/*
 * chunks.h - what a recording is: a head, then chunks, each with its type and size. The numbers are the machine's own. Structs
 * only grow at their ends and types are never reused: a reader zeroes what an older mmaudit did not write, and skips the tail,
 * or the chunk, that it does not know. A recording without CHUNK_END was cut.
 */
#ifndef CHUNKS_H
#define CHUNKS_H

#include "event.h"
#include "mmaudit.h"

#define RECORDING_MAGIC	"MMAUDIT\n"	/* without its NUL */
#define RECORDING_ORDER	0x01020304
#define RECORDING_MAJOR	1		/* changes only when an old reader would misread */
#define RECORDING_UNKNOWN 2		/* the same, but of MMA_STATE_UNKNOWN: who knows no such state would call it clean */

struct recording_head {
	char magic[8];
	__u32 order;			/* RECORDING_ORDER, so that another byte order shows */
	__u32 major;			/* RECORDING_MAJOR or RECORDING_UNKNOWN */
	char machine[16];		/* as uname -m has it, NUL-padded: x86_64 or aarch64; how its entries are coded is in mma_version.entries */
};

enum chunk_type {
	CHUNK_VERSION	= 1,	/* struct mma_version; comes first */
	CHUNK_POINT	= 2,	/* struct mma_point_info, one each */
	CHUNK_SITE	= 3,	/* struct mma_site_info, one each */
	CHUNK_FILTER	= 4,	/* struct mma_filter */
	CHUNK_ORIGIN	= 5,	/* struct chunk_origin */
	CHUNK_WORD	= 6,	/* a word of mmaudit's command line, without NUL */
	CHUNK_SYMBOL	= 7,	/* an address, then its name without NUL; comes before the record that has it */
	CHUNK_RECORDS	= 8,	/* whole records, as read from the device */
	CHUNK_STATS	= 9,	/* struct mma_stats */
	CHUNK_END	= 10,	/* struct chunk_end; comes last */
	CHUNK_HISTORY	= 11,	/* struct chunk_history, then its steps; comes after the record whose history it is */
};

#define CHUNK_MOST	(1 << 20)	/* bytes; a chunk of these types is never larger */
#define CHUNK_SYMBOLS	65536		/* symbols; no recording has more: then further addresses have no name */
#define CHUNK_WORDS	(8 << 20)	/* bytes of all words, each with a NUL and a pointer: no kernel takes a longer command line */

struct chunk {
	__u32 type;		/* enum chunk_type */
	__u32 size;		/* bytes that follow */
};

struct chunk_time {
	__s64 sec;
	__s64 nsec;
};

struct chunk_origin {
	struct chunk_time begun;	/* CLOCK_REALTIME */
	__u64 begun_ns;			/* CLOCK_MONOTONIC */
	__u32 sweep_only;
	__u32 reserved0;
	char host[72], boot_id[40], release[72], whom[128];	/* NUL-terminated */
};

#define CHUNK_LEFT	8	/* descendants named at the end */

struct chunk_left {
	__u32 pid;
	char comm[MMA_COMM_LEN];
};

/* What the totals have besides the counts of records and the module's counters. */
struct chunk_end {
	struct chunk_time ended;
	__u64 grants, denials, missed, suspects_lost, at_exit, sweeps_lost;
	__u64 swept_processes, swept_failed, swept_present, swept_writable, swept_tables;
	__u64 read;			/* records, as struct totals has it */
	__u64 corrupt;
	__s32 blind, status, signal, exit;
	__u32 left_nr, left_unknown;
	struct chunk_left left[CHUNK_LEFT];
	__u64 not_kept;
};

/* What happened to the page of a violation, the oldest first, and what is to blame: past.h. */
struct chunk_history {
	__u64 begins_ns;		/* nothing was lost of the history since then */
	__u64 lost, gained;		/* MMA_F_* */
	__u32 steps;
	__u32 step_size;		/* bytes of each */
	__u32 end;			/* enum trail_end */
	__u32 how;			/* enum blame_how */
	__u32 rule;			/* enum mma_rule */
	__u32 at;			/* enum blame_while */
	__u32 blamed;			/* number of the step, from 1; 0: none of these */
	__u32 head_size;		/* bytes of this struct: the steps come then */
	__u32 unordered;		/* events of different CPUs may have happened in another order */
	__u32 reserved0;
};

#define CHUNK_STEP_EARLIER	0x1		/* chunk_step.flags: see struct step of follow.h */
#define CHUNK_STEP_LATE	0x2

struct chunk_step {
	__u64 addr;			/* where the page was when it had happened */
	__u32 mm;
	__u32 flags;
	struct event ev;		/* comes last, because it may grow */
};

#endif /* CHUNKS_H */
