// SPDX-License-Identifier: GPL-2.0
/* losses.c - the sentences of losses.h: a row for each count, and one for each site that was not seen. */
#include "losses.h"
#include "names.h"

#define SENTENCE	320

struct teller {
	void (*tell)(void *arg, const char *sentence);
	void *arg;
	unsigned int nr;
};

static void tell(struct teller *to, const char *sentence)
{
	to->tell(to->arg, sentence);
	to->nr++;
}

static void tell_count(struct teller *to, __u64 n, const char *what)
{
	char sentence[SENTENCE];

	if (!n)
		return;
	snprintf(sentence, sizeof(sentence), "%llu %s", (unsigned long long)n, what);
	tell(to, sentence);
}

static void tell_unseen(struct teller *to, const struct audit *a)
{
	const __u64 unseen = a->sweep_only ? 0 : sites_unseen(a->cov) & audit_sites(a);
	char sentence[SENTENCE], buf[NAME_LEN];

	for (unsigned int id = 0; id < 64; id++) {
		const struct site_row *site = site_row(id);

		if (!(unseen >> id & 1))
			continue;
		snprintf(sentence, sizeof(sentence), "site %s was not seen%s: %s", site_name(id, buf),
			 site_state(&a->cov->site[id]) == MMA_SITE_PARTLY ? " everywhere" : "",
			 site ? site->text : "of a module newer than this mmaudit");
		tell(to, sentence);
	}
}

static void tell_counts(struct teller *to, const struct report *r)
{
	const struct totals *t = &r->totals;

	tell_count(to, t->stats.ring_full ?: t->lost, "records were lost: the reader was too slow");
	tell_count(to, t->missed, "probe hits were missed by the kernel");
	tell_count(to, t->suspects_lost, "suspects were dropped before they were judged");
	tell_count(to, t->sweeps_lost + t->swept.failed, "sweeps failed or were left out");
	tell_count(to, t->not_kept, NOT_KEPT_TEXT);
	tell_count(to, t->corrupt, "reads made no sense");
	tell_count(to, t->unknown, "records are of a kind that only a newer mmaudit knows");
	tell_count(to, t->left.nr, "descendants of the command ran on, no longer followed");
	tell_count(to, r->left_out, "violations were too many to be kept: they are counted, but have no stack and no time of their own here");
	tell_count(to, r->kinds.rest, "violations are of more kinds than the table of kinds has room for");
}

unsigned int losses_tell(const struct report *r, void (*to_whom)(void *arg, const char *sentence), void *arg)
{
	struct teller to = { to_whom, arg, 0 };

	if (!r->whole)
		tell(&to, "the recording has no end: what came after its last record is not known");
	if (r->totals.blind)
		tell(&to, "the module did not see all it should, or could not be asked");
	if (audit_unknown_kernel(&r->audit))
		tell(&to, "unknown kernel: it is newer than mmaudit and may decide otherwise inside its functions");
	tell_counts(&to, r);
	if (r->whole && !totals_balance(&r->totals))
		tell(&to, "the module's counts do not add up");
	tell_unseen(&to, &r->audit);
	return to.nr;
}
