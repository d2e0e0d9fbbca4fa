// SPDX-License-Identifier: GPL-2.0
/* pasts.c - see pasts.h. */
#include <stdlib.h>
#include <string.h>

#include "pasts.h"

#define OF_A_KIND	16	/* violations of one kind whose history is looked for: each reads the rings */

int set_history(void *into, const struct opt *opt, const char *arg)
{
	struct pasts *r = (struct pasts *)((char *)into + opt->at);
	char *end;
	const unsigned long n = strtoul(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end || n > RINGLOG_MOST)
		return misuse("--history wants a number from 0 to %d, not '%s'", RINGLOG_MOST, arg);
	r->most = n;
	r->asked = 1;
	return 0;
}

int set_history_mode(void *into, const struct opt *opt, const char *arg)
{
	static const struct {
		const char *name;
		__u32 mode;
	} modes[] = {
		{ "off", MMA_HISTORY_OFF }, { "tracked", MMA_HISTORY_TRACKED }, { "audited", MMA_HISTORY_AUDITED }, { "all", MMA_HISTORY_ALL },
	};
	struct pasts *r = (struct pasts *)((char *)into + opt->at);

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (!strcmp(modes[i].name, arg)) {
			r->mode = modes[i].mode;
			return 0;
		}
	return misuse("--history-mode wants off, tracked, audited or all, not '%s'", arg);
}

static __u32 most(const struct pasts *r)
{
	return r->asked ? r->most : PAST_MOST;
}

__u32 pasts_wish(const struct pasts *r, const struct device *dev)
{
	if (!(dev->ver.features & MMA_FEAT_HISTORY))
		return 0;
	if (!most(r))
		return MMA_HISTORY_OFF;
	return r->mode ? r->mode : MMA_HISTORY_TRACKED;
}

void pasts_begin(struct pasts *r, const struct device *dev)
{
	ringlog_begin(&r->history, dev);
	r->not_kept_before = ringlog_not_kept(&r->history);
}

__u64 pasts_not_kept(const struct pasts *r)
{
	return most(r) ? ringlog_not_kept(&r->history) - r->not_kept_before : 0;
}

static __u32 kept_for(const struct record *rec)
{
	return rec->hdr.type == MMA_REC_FINDING ? rec->finding.kept : rec->decision.kept;
}

/* A set of rings that was kept is read in any case, or the module could keep no other. */
const struct past *pasts_of(struct pasts *r, const struct record *rec, const struct kind *kind)
{
	const __u32 kept = kept_for(rec);

	if (r->has_past)
		past_free(&r->past);
	r->has_past = 0;
	if (!past_place(rec).mm || (!kept && kind && kind->events > OF_A_KIND))
		return NULL;
	if (ringlog_read(&r->history, kept) || !most(r))
		return NULL;
	if (past_find(&r->past, rec, r->history.ev, r->history.nr, most(r)))
		return NULL;
	r->past.begins_ns = ringlog_ns(&r->history, r->history.begins);
	r->past.unordered = r->history.unordered;
	ringlog_name_tasks(r->past.ev, r->past.trail.nr);
	r->has_past = 1;
	return &r->past;
}

void pasts_free(struct pasts *r)
{
	if (r->has_past)
		past_free(&r->past);
	r->has_past = 0;
	ringlog_free(&r->history);
}
