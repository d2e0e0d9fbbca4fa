/* SPDX-License-Identifier: GPL-2.0 */
/* verdict.h - which of the known kernel bugs the running kernel has, as tried by their reproducers. */
#ifndef VERDICT_H
#define VERDICT_H

#include <stdio.h>
#include <sys/utsname.h>
#include <time.h>

#include "kernel_bugs.h"
#include "witness.h"

#define TRIED_MAX	128
#define TRIED_SEEN	4	/* kinds of violations of one bug */

enum here {
	HERE_LOST,		/* data is lost */
	HERE_BUG,		/* the bug is here, and loses nothing */
	HERE_OK,
	HERE_ABSENT,		/* this kernel has no such feature */
	HERE_UNTRIED,
	NR_HERE,
};

struct tried {
	const struct kernel_bug *bug;
	const struct bug_story *story;
	enum here here;
	char why[320];			/* what was seen, what it lacks, or why it was not tried */
	unsigned int nr_seen;		/* by the module */
	struct sighting seen[TRIED_SEEN];
};

struct verdict {
	/* asked */
	const char *program;		/* the reproducers */
	const char *files_in;
	const char *classes;		/* names with commas between them; NULL: all */
	__u32 seconds;			/* for each reproducer */
	int all;			/* also what changes settings of the machine, or takes what others may need */
	int strict;

	/* found */
	struct utsname uts;
	int root;
	time_t when;
	struct witness witness;
	unsigned int nr, count[NR_HERE];
	struct tried at[TRIED_MAX];
};

/* In one word, for programs. */
const char *here_name(enum here here);

/* Chooses the bugs of the classes that are asked for. */
void verdict_choose(struct verdict *v);

/* Tries them. Returns 0, or an exit code after saying why nothing can be tried. */
int verdict_try(struct verdict *v);

/* 1 if data is lost, 3 if nothing could be tried, 4 if something was not and --strict was given, else 0. */
int verdict_exit(const struct verdict *v);

/* Whether such kernels have it, by their version; what was backported to this one, nobody knows. */
int tried_is_likely(const struct verdict *v, const struct tried *t);

/* "5.10 or before", "6.3", and "no" if it is not mended. */
#define VERSION_LEN	24
const char *version_text(struct bug_version v, char buf[VERSION_LEN]);
const char *since_text(const struct kernel_bug *bug, char buf[VERSION_LEN]);
const char *fixed_text(const struct kernel_bug *bug, char buf[VERSION_LEN]);

/* "RULE+RULE at SITE (caller)" */
#define SIGHTING_LEN	512
const char *sighting_text(const struct sighting *s, char buf[SIGHTING_LEN]);
const char *sighting_site(const struct sighting *s);

#endif /* VERDICT_H */
