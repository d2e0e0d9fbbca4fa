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
	       t->sweeps_lost || t->swept.failed || !totals_balance(t);
}

__u64 finding_entries(const struct mma_finding *f)
{
	static const unsigned char shift[] = {
		[MMA_LEVEL_PTE] = 12, [MMA_LEVEL_PMD] = 21, [MMA_LEVEL_PUD] = 30,
	};

	if (f->level == MMA_LEVEL_NONE || f->level >= sizeof(shift))
		return 0;
	return (f->end - f->start) >> shift[f->level];
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
	};
	unsigned int n = 0;

	for (int i = 0; i < FLAG_NAMES; i++)
		if (flags & known[i].flag)
			names[n++] = known[i].name;
	return n;
}
