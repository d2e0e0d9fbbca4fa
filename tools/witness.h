/* SPDX-License-Identifier: GPL-2.0 */
/* witness.h - what the module, if it is loaded, sees of one process and its descendants, without printing it. */
#ifndef WITNESS_H
#define WITNESS_H

#include <sys/types.h>

#include "device.h"
#include "symbols.h"

#define SIGHTING_CALLER	96

/* Violations of one kind. */
struct sighting {
	__u32 broken;			/* 1 << enum mma_rule */
	__u32 site;			/* enum mma_site, or KIND_SWEEP */
	__u64 events;
	char caller[SIGHTING_CALLER];	/* "symbol+0xoff"; empty for a sweep */
};

struct witness {
	struct device dev;
	struct symbols syms;
	int sees;			/* also after it is closed */
	const char *why;		/* in a sentence: whether the module sees, or why not */
};

/* Opens the device if there is one that this user may open. A module that is blind is told on standard error. */
void witness_open(struct witness *w);
void witness_close(struct witness *w);

/* From now on, that process and what it forks. Returns 0 or -errno after saying why. */
int witness_watch(struct witness *w, pid_t pid);

/* What was seen since, at most `max` kinds; returns how many. */
unsigned int witness_ask(struct witness *w, struct sighting *seen, unsigned int max);

#endif /* WITNESS_H */
