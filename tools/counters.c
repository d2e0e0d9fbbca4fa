// SPDX-License-Identifier: GPL-2.0
/* counters.c - see counters.h. Those of a reader are left out, because the reader of `mmaudit stat` has only just begun. */
#include <stddef.h>

#include "counters.h"

/* X(member of struct mma_stats, text, the same alone) */
#define COUNTERS(X)	\
	X(grants,	 "entries made writable", NULL) \
	X(denials,	 "entries left read-only, as far as mmaudit looked at them", NULL) \
	X(violations,	 "entries that broke a rule when they were written", NULL) \
	X(findings,	 "entries and mappings that sweeps found wrong, counted each time", NULL) \
	X(missed,	 "probe hits that the kernel did not pass on", NULL) \
	X(suspects,	 "ranges and entries to be judged later by a worker; of these:", "ranges and entries to be judged later by a worker") \
	X(confirmed,	 "  broke a rule", "suspects that broke a rule") \
	X(cleared,	 "  were right, or had changed by then", "suspects that were right, or had changed by then") \
	X(suspects_lost, "  were dropped: too many at once, or their memory was locked", \
	  "suspects that were dropped: too many at once, or their memory was locked") \
	X(skipped,	 "  were left out: no reader audits their process", "suspects that were left out: no reader audits their process") \
	X(swept,	 "address spaces swept at exit or exec", NULL) \
	X(sweeps_lost,	 "  not swept: too many at once, or their memory was locked", \
	  "address spaces not swept: too many at once, or their memory was locked") \
	X(piped_lost,	 "pages in pipes that were not remembered: too many at once", NULL) \
	X(unsure,	 "lost marks not judged: another task may rightly have cleared them", NULL)

#define X(name, text, alone) static __u64 name(const struct mma_stats *stats) { return stats->name; }
COUNTERS(X)
#undef X

const struct counter counters[] = {
#define X(name, text, alone) { #name, text, alone, name },
	COUNTERS(X)
#undef X
	{ }
};
