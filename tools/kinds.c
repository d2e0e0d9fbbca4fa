// SPDX-License-Identifier: GPL-2.0
/* kinds.c - the table of kinds.h. It has few rows, so a search from the front is short. */
#include "kinds.h"

__u64 record_entries(const struct record *rec)
{
	if (rec->hdr.type == MMA_REC_FINDING)
		return finding_entries(&rec->finding) ?: 1;
	return decision_entries(&rec->decision);
}

struct kind kind_of(const struct record *rec)
{
	if (rec->hdr.type == MMA_REC_FINDING)
		return (struct kind){ .broken = rec->finding.broken, .site = KIND_SWEEP };
	return (struct kind){
		.broken = rec->decision.broken, .site = rec->decision.site, .ip = rec->decision.ip,
	};
}

const char *kind_site(__u32 site, char buf[NAME_LEN])
{
	return site == KIND_SWEEP ? "sweep" : site_name(site, buf);
}

static const struct kind *find(const struct kinds *kinds, const struct kind *of)
{
	const struct kind *k;

	for (k = kinds->at; k < kinds->at + kinds->nr; k++)
		if (k->broken == of->broken && k->site == of->site && k->ip == of->ip)
			return k;
	return NULL;
}

/* Returns the row of that kind, or a new one; NULL if there is no room. */
static struct kind *find_or_add(struct kinds *kinds, const struct kind *of)
{
	struct kind *k = (struct kind *)find(kinds, of);

	if (k || kinds->nr == KINDS_MAX)
		return k;
	k = &kinds->at[kinds->nr++];
	*k = *of;
	return k;
}

const struct kind *kinds_row(const struct kinds *kinds, const struct record *rec)
{
	const struct kind of = kind_of(rec);

	return find(kinds, &of);
}

const struct known_row *kinds_known(const struct kinds *kinds, const struct record *rec)
{
	const struct kind *k = kinds_row(kinds, rec);

	return k ? k->known : NULL;
}

int kinds_count(struct kinds *kinds, const struct record *rec)
{
	const struct kind of = kind_of(rec);
	struct kind *k = find_or_add(kinds, &of);
	const __u64 now = rec->hdr.time_ns;

	if (!k) {
		kinds->rest++;
		return 1;
	}
	/* Records of several processors come nearly, not exactly, in order. */
	if (!k->events || now < k->first_ns)
		k->first_ns = now;
	if (now > k->last_ns)
		k->last_ns = now;
	k->entries += record_entries(rec);
	return !k->events++;
}
