/* stress.h - the second mode of `legal`. */
#ifndef STRESS_H
#define STRESS_H

#include "kit.h"

struct stress_options {
	int seconds, threads;
	u64 seed;
	bool softdirty;		/* clear_refs too */
	const char *without;	/* an area, or NULL */
};

struct verdict stress(struct stress_options wanted);

/* stress.c to stress_scratch.c */
struct worker;
u64 roll(struct worker *w, u64 n);		/* 0 .. n-1 */
char *scratch_map(size_t len, int flags, int fd);	/* or NULL; to munmap */

/* stress_scratch.c: true when done */
bool scratch_advise(struct worker *w);
bool scratch_copy(struct worker *w);
bool scratch_continue(struct worker *w);
bool scratch_move(struct worker *w);
bool scratch_splice(struct worker *w);

#endif
