/* rings.h - the history as the tests read it: by themselves, from the ioctl, and not as the command does. */
#ifndef RINGS_H
#define RINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "events.h"
#include "mmaudit.h"
#include "rule.h"
#include "sites.h"

/* Opens the device and asks for a mode; this process is the one audited. The row is skipped where there is no history. */
void rings_open(enum mma_history_mode mode);
void rings_open_any(void);		/* without a filter: audits nothing */
void rings_filter(enum mma_history_mode mode);	/* what rings_open() asks for, once more */
int rings_use(int other);		/* another open device from now on; returns the one before */
int rings_ask(struct mma_history *h);	/* the ioctl; size is filled in. Returns 0 or an errno */

bool rings_violation(struct mma_decision *d);	/* the next one that was queued; false: none */
bool rings_violation_within(struct mma_decision *d, int ms);	/* the same; one that the worker confirms comes later */

/* What was noted until now, of all CPUs, the oldest first; a MORE slot stands behind its event. */
struct events {
	struct mma_event *at;
	size_t nr;
	bool cut;			/* something was overwritten before */
};

struct events rings_read(unsigned int set);
__u32 my_mm(void);

/* What is looked for: bits that `was` and `is` must have and must not have. */
struct sought {
	unsigned int kind, site;	/* site MMA_NR_SITES: any */
	const void *at;			/* an entry of it, or a range that has it */
	__u16 was, was_not, is, is_not;
	__u32 mm;			/* 0: this process's */
};

/* The last such event since rings_open(), or NULL: on arm64 a process that has ended may have had the same number. */
const struct mma_event *events_find(const struct events *e, const struct sought *s);
bool event_is(const struct mma_event *e, const struct sought *s);	/* s->mm is not 0 */
u64 event_end(const struct mma_event *e);	/* behind the last byte that it is about */
extern bool events_verbose;	/* what must be seen, or not, is printed in any case */

/* The event must have been noted, or not. Returns it, and the slot behind it. */
#define SOUGHT(k, s, p, ...) (&(struct sought){ .kind = (k), .site = (s), .at = (p), ## __VA_ARGS__ })
#define must_see(...) events_must(__FILE__, __LINE__, SOUGHT(__VA_ARGS__), true)
#define must_not_see(...) events_must(__FILE__, __LINE__, SOUGHT(__VA_ARGS__), false)
const struct mma_event *events_must(const char *file, int line, const struct sought *s, bool wanted);

void events_print(const struct events *e, const void *at, size_t len);

#endif
