// SPDX-License-Identifier: GPL-2.0
/* print.c - what both forms of output need to know. */
#include <string.h>

#include "append.h"
#include "names.h"
#include "print.h"
#include "rule.h"

int totals_balance(const struct totals *t)
{
	const struct mma_stats *s = &t->stats;

	return s->seen == s->delivered + s->queued + s->filtered + s->ring_full && s->delivered == t->read;
}

int totals_lost(const struct totals *t)
{
	return t->stats.ring_full || t->lost || t->missed || t->suspects_lost || t->corrupt ||
	       t->sweeps_lost || t->swept.failed || t->blind || !totals_balance(t);
}

int totals_incomplete(const struct totals *t)
{
	return totals_lost(t) || t->left.nr || t->left.unknown || t->unwritten;
}

void totals_know(struct totals *t, struct known_sum known)
{
	t->violations -= known.events;
	t->entries -= known.entries;
	t->known += known.events;
	t->known_entries += known.entries;
}

const char *violations_text(const struct totals *t, char buf[64])
{
	int n = snprintf(buf, 64, "%llu violation%s", (unsigned long long)t->violations, t->violations == 1 ? "" : "s");

	if (t->entries > t->violations)
		n += snprintf(buf + n, 64 - n, " (%llu entries)", (unsigned long long)t->entries);
	if (t->known)
		snprintf(buf + n, 64 - n, ", %llu known", (unsigned long long)t->known);
	return buf;
}

__u8 finding_fault(const struct mma_finding *f)
{
	return mma_fault(f->facts & ~MMA_F_PTE_WRITE, f->refs, f->maps);
}

unsigned int site_state(const struct mma_site_info *info)
{
	if (info->state)
		return info->state;
	return info->points ? MMA_SITE_SEEN : MMA_SITE_UNSEEN;	/* a module older than 1.3 does not say */
}

static __u64 sites_of(const struct coverage *cov, __u32 state)
{
	__u64 sites = 0;

	for (unsigned int i = 0; i < cov->nr_sites; i++)
		if (site_state(&cov->site[i]) == state)
			sites |= 1ULL << i;
	return sites;
}

__u64 sites_seen(const struct coverage *cov)
{
	return sites_of(cov, MMA_SITE_SEEN);
}

__u64 sites_absent(const struct coverage *cov)
{
	return sites_of(cov, MMA_SITE_NOT_HERE);
}

/* A state that only a newer module has counts as unseen, too. */
__u64 sites_unseen(const struct coverage *cov)
{
	return sites_here(cov) & ~sites_seen(cov);
}

__u64 sites_here(const struct coverage *cov)
{
	const __u64 all = cov->nr_sites < 64 ? (1ULL << cov->nr_sites) - 1 : ~0ULL;

	return all & ~sites_absent(cov);
}

__u32 module_rules(const struct mma_version *ver)
{
	__u32 rules = 0;

	for (unsigned int id = 0; id < 32 && id < ver->nr_rules; id++)
		if (rule_row(id))
			rules |= 1U << id;
	return rules;
}

__u32 audit_rules(const struct audit *audit)
{
	return audit->filter.rules ? audit->filter.rules : module_rules(&audit->dev->ver);
}

__u64 audit_sites(const struct audit *audit)
{
	return audit->filter.sites ? audit->filter.sites : sites_here(audit->cov);
}

static int rules_narrowed(const struct audit *audit)
{
	return !!(module_rules(&audit->dev->ver) & ~audit_rules(audit));
}

static int sites_narrowed(const struct audit *audit)
{
	return !audit->sweep_only && sites_here(audit->cov) & ~audit_sites(audit);
}

int audit_narrowed(const struct audit *audit)
{
	return rules_narrowed(audit) || sites_narrowed(audit);
}

/* " of rules A,B": what the bits are, and their names. */
static void append_names(char *buf, const char *what, __u64 bits, const char *(*name)(unsigned int, char *))
{
	char names[NAMES_LEN];

	append(buf, SCOPE_LEN, " %s%s %s", what, bits & (bits - 1) ? "s" : "", names_of(bits, name, ",", names));
}

const char *audit_scope(const struct audit *audit, char buf[SCOPE_LEN])
{
	*buf = 0;
	if (!audit_narrowed(audit))
		return buf;
	if (rules_narrowed(audit))
		append_names(buf, "of rule", audit_rules(audit), rule_name);
	if (sites_narrowed(audit))
		append_names(buf, "at site", audit_sites(audit), site_name);
	return buf;
}

const char *audit_rest(const struct audit *audit)
{
	if (!audit_narrowed(audit))
		return "";
	return audit->sweep_only ? "; all else was not judged" : "; all else was not audited";
}

static int count_bits(__u64 bits)
{
	return __builtin_popcountll(bits);
}

const char *audit_where(const struct audit *audit, char buf[64])
{
	const int here = count_bits(sites_here(audit->cov)), asked = count_bits(audit_sites(audit)),
		  seen = count_bits(sites_seen(audit->cov) & audit_sites(audit));

	if (asked < here)
		snprintf(buf, 64, "at %d of this kernel's %d sites", seen, here);
	else if (seen < here)
		snprintf(buf, 64, "at only %d of this kernel's %d sites", seen, here);
	else
		snprintf(buf, 64, "at all %d sites of this kernel", here);
	return buf;
}

const struct arch *audit_arch(const struct audit *audit)
{
	return arch_of(audit->dev->ver.entries);
}

int audit_unknown_kernel(const struct audit *audit)
{
	return audit->dev->ver.state == MMA_STATE_UNKNOWN;
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
		{ MMA_DEC_NOT_COMPARED,	"NOT_COMPARED" },
		{ MMA_DEC_UNKNOWN_KERNEL, "UNKNOWN_KERNEL" },
	};
	unsigned int n = 0;

	for (int i = 0; i < FLAG_NAMES; i++)
		if (flags & known[i].flag)
			names[n++] = known[i].name;
	return n;
}
