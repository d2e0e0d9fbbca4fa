/* hostile.h - what an unprivileged user may do beside an audit or an unload: one row each, and what they share. */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "kit.h"

#define GB (1ul << 30)

/* What the command line says: hostile NAME [SECONDS [PROCESSES [MB [EVERY]]]] [-- COMMAND...] */
extern struct orders {
	unsigned int seconds, processes, mb, every;
	char **command;			/* NULL: none */
	const char *self;		/* this program's file */
} orders;

/* ---- main.c ---- */

void drop(void);			/* to uid 65534, priority 0; still traceable */
void ready(void);			/* says that from now on it does harm */
bool aside(void);			/* true in a process of its own, which no audit waits for; see settled() */
void settled(void);			/* lets the other side of aside() end the row; and says ready() */
bool time_left(void);			/* of orders.seconds */
void each(void (*fn)(void));		/* in orders.processes children at once; waits for them */
void started(void);			/* one of these is about to do harm: all must say so before each() says ready() */

struct figures { unsigned long nr; double us[1 << 16]; };
void measured(struct figures *f, double since);
void tell(const char *what, struct figures *f);	/* "WHAT CALLS calls, median US us" */

/* ---- mremap.c: page tables that move ---- */

struct pair { char *from, *to; size_t len; };
struct pair pair_make(size_t len, size_t align);
void to_and_fro(struct pair *p);

void mremap_tables(void);
void mremap_violations(void);
void mremap_many(void);

/* ---- pipe.c: a page of hugetlb in a pipe ---- */

void piped_violations(void);

/* ---- exits.c: processes that come and go, or cannot ---- */

void exit_held(void);
void traced_exit(void);
void vfork_stopped(void);
void shared_mm(void);
void fork_storm(void);
void exec_storm(void);
void exec_step(void);

/* ---- lookalikes.c: what looks wrong and is legal ---- */

void uffd_marker(void);
void pin_lookalike(void);
void move_clear(void);
void uffd_asleep(void);

/* ---- readers.c: those who look at others ---- */

void smaps_loop(void);

/* ---- fuse.c: a file system of the user's own ---- */

void fuse_fault(void);
void fuse_close(void);

#endif
