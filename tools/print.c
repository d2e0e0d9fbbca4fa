// SPDX-License-Identifier: GPL-2.0
/* print.c - what both forms of output need to know. */
#include "print.h"
#include "rule.h"

int totals_balance(const struct totals *t)
{
	const struct mma_stats *s = &t->stats;

	return s->seen == s->delivered + s->queued + s->filtered + s->ring_full && s->delivered == t->read;
}

int totals_incomplete(const struct totals *t)
{
	return t->stats.ring_full || t->lost || t->missed || t->suspects_lost || t->corrupt ||
	       t->sweeps_lost || t->swept.failed || t->blind || !totals_balance(t);
}

/* 0: not of an entry, or of a kind only a newer mmaudit knows. */
static unsigned int level_shift(__u8 level)
{
	static const unsigned char shift[] = {
		[MMA_LEVEL_PTE] = 12, [MMA_LEVEL_PMD] = 21, [MMA_LEVEL_PUD] = 30,
	};

	return level < sizeof(shift) ? shift[level] : 0;
}

__u64 finding_entries(const struct mma_finding *f)
{
	unsigned int shift = level_shift(f->level);

	return shift ? (f->end - f->start) >> shift : 0;
}

__u32 decision_entries(const struct mma_decision *d)
{
	return d->count ? d->count : 1;
}

__u64 decision_end(const struct mma_decision *d)
{
	unsigned int shift = level_shift(d->level);

	return d->count ? d->end : d->addr + (1ULL << (shift ? shift : 12));
}

__u8 finding_fault(const struct mma_finding *f)
{
	return mma_fault(f->facts & ~MMA_F_PTE_WRITE, f->refs, f->maps);
}

__u64 sites_all(const struct coverage *cov)
{
	return cov->nr_sites < 64 ? (1ULL << cov->nr_sites) - 1 : ~0ULL;
}

unsigned int site_state(const struct mma_site_info *info)
{
	if (info->state)
		return info->state;
	return info->points ? MMA_SITE_SEEN : MMA_SITE_UNSEEN;
}

__u64 sites_seen(const struct coverage *cov)
{
	__u64 seen = 0;

	for (unsigned int i = 0; i < cov->nr_sites; i++)
		if (cov->site[i].points)
			seen |= 1ULL << i;
	return seen;
}

unsigned int flag_names(__u16 flags, const char *names[FLAG_NAMES])
{
	static const struct {
		__u16 flag;
		const char *name;
	} known[FLAG_NAMES] = {
		{ MMA_DEC_OLD_UNKNOWN,	"OLD_UNKNOWN" },
		{ MMA_DEC_CONFIRMED,	"CONFIRMED" },
		{ MMA_DEC_OLD_LOCKLESS,	"OLD_LOCKLESS" },
		{ MMA_DEC_PLANTED,	"PLANTED" },
		{ MMA_DEC_NO_STACK,	"NO_STACK" },
	};
	unsigned int n = 0;

	for (int i = 0; i < FLAG_NAMES; i++)
		if (flags & known[i].flag)
			names[n++] = known[i].name;
	return n;
}
