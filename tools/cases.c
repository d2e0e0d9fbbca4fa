// SPDX-License-Identifier: GPL-2.0
/* cases.c - see cases.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "known.h"

static unsigned long long ull(__u64 n)
{
	return n;
}

/* ---- one case ---- */

static void __attribute__((format(printf, 3, 4))) end_as(struct test_case *one, enum case_state state, const char *fmt, ...)
{
	va_list args;

	one->state = state;
	va_start(args, fmt);
	vsnprintf(one->why, sizeof(one->why), fmt, args);
	va_end(args);
}

/* A new case, passed unless it is ended otherwise. Never NULL: sites and rules are fewer than there is room for. */
static struct test_case *add_case(struct cases *c, enum case_suite suite, unsigned int id, const char *name)
{
	struct test_case *one = &c->at[c->nr < CASES_MAX ? c->nr++ : CASES_MAX - 1];

	*one = (struct test_case){ .suite = suite, .id = id };
	snprintf(one->name, sizeof(one->name), "%s", name);
	return one;
}

/* Whether violations of this kind are of the case. */
static int is_of(const struct test_case *one, const struct kind *k)
{
	if (one->suite == SUITE_SITES)
		return k->site == one->id;
	return one->suite == SUITE_RULES && k->broken >> one->id & 1;
}

/* Ends a case that was violated. Returns whether it was. */
static int end_violated(const struct report *r, struct test_case *one)
{
	struct totals t = { .violations = 0 };
	char buf[64];

	for (const struct kind *k = r->kinds.at; k < r->kinds.at + r->kinds.nr; k++) {
		if (!is_of(one, k))
			continue;
		*(k->known ? &t.known : &t.violations) += k->events;
		*(k->known ? &t.known_entries : &t.entries) += k->entries;
	}
	if (t.violations)
		end_as(one, CASE_FAIL, "%s", violations_text(&t, buf));
	else if (t.known)
		end_as(one, CASE_KNOWN, "%llu known", ull(t.known));
	return t.violations || t.known;
}

/* ---- the audit itself ---- */

static void add_sees(const struct report *r, struct cases *c)
{
	struct test_case *one = add_case(c, SUITE_AUDIT, 0, "sees");

	if (r->totals.blind)
		end_as(one, CASE_FAIL, "the module did not see all it should, or could not be asked");
}

#define NEWER "unknown kernel: it is newer than mmaudit and may decide otherwise inside its functions"

/* Whatever else was lost, that the kernel is unknown is told. */
static void add_complete(const struct report *r, struct cases *c)
{
	struct test_case *one = add_case(c, SUITE_AUDIT, 0, "complete");
	const char *newer = audit_unknown_kernel(&r->audit) ? "; " NEWER : "";
	const struct totals *t = &r->totals;

	if (!r->whole)
		end_as(one, CASE_FAIL, "the recording has no end: what came after its last record is not known%s", newer);
	else if (r->kinds.rest)
		end_as(one, CASE_FAIL, "%llu violations are of none of these cases: there is room for %u kinds%s", ull(r->kinds.rest), KINDS_MAX, newer);
	else if (t->left.nr || t->left.unknown)
		end_as(one, CASE_FAIL, "what the command left running was no longer followed (run --wait)%s", newer);
	else if (totals_incomplete(t))
		end_as(one, CASE_FAIL, "lost: %llu records, %llu probe hits, %llu suspects, %llu sweeps; %llu reads made no sense%s",
		       ull(t->stats.ring_full), ull(t->missed), ull(t->suspects_lost), ull(t->sweeps_lost + t->swept.failed),
		       ull(t->corrupt), newer);
	else if (*newer)
		end_as(one, CASE_FAIL, NEWER);
}

static void add_command(const struct report *r, struct cases *c)
{
	const struct totals *t = &r->totals;
	struct test_case *one;

	if (t->status < 0)
		return;
	one = add_case(c, SUITE_AUDIT, 0, "command");
	if (t->signal)
		end_as(one, CASE_FAIL, "the audited command was ended by signal %d", t->signal);
	else if (t->status)
		end_as(one, CASE_FAIL, "the audited command exited with %d", t->status);
}

/* ---- sites ---- */

static void end_site(const struct report *r, struct test_case *one)
{
	const struct audit *a = &r->audit;
	const __u64 bit = 1ULL << one->id;

	if (end_violated(r, one))
		return;
	if (sites_absent(a->cov) & bit)
		end_as(one, CASE_SKIP, "not in this kernel");
	else if (a->sweep_only)
		end_as(one, CASE_SKIP, "not audited: a sweep judges entries, whoever granted them");
	else if (!(audit_sites(a) & bit))
		end_as(one, CASE_SKIP, "not asked for (--site)");
	else if (!(sites_seen(a->cov) & bit))
		end_as(one, CASE_FAIL, site_state(&a->cov->site[one->id]) == MMA_SITE_PARTLY ?
		       "seen in part: a caller has its function inlined ('mmaudit sites' shows which function)" :
		       "not seen: no probe that sees it is planted ('mmaudit sites' says why)");
	else if (r->totals.blind)
		end_as(one, CASE_SKIP, "not known: the module did not see all it should");
}

static void add_sites(const struct report *r, struct cases *c)
{
	const struct audit *a = &r->audit;
	struct test_case *one;
	char buf[NAME_LEN];

	for (unsigned int id = 0; id < a->cov->nr_sites && id < 64; id++)
		end_site(r, add_case(c, SUITE_SITES, id, site_name(id, buf)));
	one = add_case(c, SUITE_SITES, KIND_SWEEP, "sweep");
	if (!end_violated(r, one) && !a->sweep_only && !(a->filter.flags & MMA_FILTER_SWEEP))
		end_as(one, CASE_SKIP, "no sweep was asked for (run --sweep)");
}

/* ---- rules ---- */

/* Rules that only some kernels can break, by what such a kernel says of itself, or by the first version. */
static const struct {
	unsigned int rule;
	__u64 fact;
	const char *since;
} somewhere[] = {
	{ MMA_RULE_SOFT_DIRTY,		1ULL << MMA_BIT_KERN_SOFT_DIRTY, NULL },
	{ MMA_RULE_LOST_SOFT_DIRTY,	1ULL << MMA_BIT_KERN_SOFT_DIRTY, NULL },
	{ MMA_RULE_EXCL_SHARED,		1ULL << MMA_BIT_KERN_EXCL, NULL },
	{ MMA_RULE_SWAP_EXCL,		1ULL << MMA_BIT_KERN_EXCL, NULL },
	{ MMA_RULE_STRAY_UFFD_WP,	1ULL << MMA_BIT_KERN_UFFD_RESETS, NULL },
	{ MMA_RULE_UFFD_RWP,		0, "7.3" },
};

/* Those on the mark of userfaultfd. */
static int needs_mark(unsigned int rule)
{
	return rule == MMA_RULE_UFFD_WP || rule == MMA_RULE_LOST_UFFD_WP || rule == MMA_RULE_STRAY_UFFD_WP ||
	       rule == MMA_RULE_UFFD_RWP || rule == MMA_RULE_NOT_PROTECTED;
}

static int rule_is_here(const struct mma_version *ver, unsigned int rule)
{
	for (size_t i = 0; i < sizeof(somewhere) / sizeof(somewhere[0]); i++) {
		if (somewhere[i].rule != rule)
			continue;
		if (somewhere[i].fact)
			return !!(ver->kernel_facts & somewhere[i].fact);
		return known_version(ver->release) >= known_version(somewhere[i].since);
	}
	return 1;
}

static void end_rule(const struct report *r, struct test_case *one)
{
	const struct audit *a = &r->audit;

	if (end_violated(r, one))
		return;
	if (needs_mark(one->id) && !audit_arch(a)->uffd_wp)
		end_as(one, CASE_SKIP, "not in this kernel (%s has no mark for userfaultfd here)", audit_arch(a)->machine);
	else if (!rule_is_here(&a->dev->ver, one->id))
		end_as(one, CASE_SKIP, "not in this kernel (%s)", rule_row(one->id)->kernels);
	else if (!(audit_rules(a) >> one->id & 1))
		end_as(one, CASE_SKIP, "not asked for (--rule)");
	else if (r->totals.blind)
		end_as(one, CASE_SKIP, "not known: the module did not see all it should");
}

static void add_rules(const struct report *r, struct cases *c)
{
	const __u32 rules = module_rules(&r->audit.dev->ver);
	char buf[NAME_LEN];

	for (unsigned int id = 0; id < 32; id++)
		if (rules >> id & 1)
			end_rule(r, add_case(c, SUITE_RULES, id, rule_name(id, buf)));
}

void cases_of(const struct report *r, struct cases *c)
{
	c->nr = 0;
	add_sees(r, c);
	add_complete(r, c);
	add_command(r, c);
	add_sites(r, c);
	add_rules(r, c);
}

const char *suite_name(enum case_suite suite)
{
	static const char *const names[NR_SUITES] = { "audit", "sites", "rules" };

	return names[suite];
}

unsigned int cases_count(const struct cases *c, enum case_suite suite, enum case_state state)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->nr; i++)
		n += c->at[i].suite == suite && (state == NR_CASE_STATES || c->at[i].state == state);
	return n;
}

/* ---- as text ---- */

static const struct record *first_of(const struct report *r, const struct kind *k)
{
	for (size_t i = 0; i < r->nr_rec; i++) {
		const struct kind of = kind_of(&r->rec[i]);

		if (of.broken == k->broken && of.site == k->site && of.ip == k->ip)
			return &r->rec[i];
	}
	return NULL;
}

static void print_first(FILE *f, struct report *r, const struct kind *k)
{
	struct output out = { .file = f, .syms = r->syms, .arch = audit_arch(&r->audit), .known = k->known };
	const struct record *rec = first_of(r, k);

	if (rec && rec->hdr.type == MMA_REC_FINDING)
		text_ops.finding(&out, rec);
	else if (rec)
		text_ops.decision(&out, rec);
	r->syms = out.syms;			/* it has learnt names */
}

/* "SOFT_DIRTY at mprotect by change_protection+0x7f: 3 violations (512 entries)" */
static void print_kind(FILE *f, struct report *r, const struct kind *k)
{
	const struct totals t = { .violations = k->events, .entries = k->entries };
	char rules[NAMES_LEN], buf[NAME_LEN], violations[64], known[KNOWN_TEXT_LEN];

	fprintf(f, "%s at %s", names_of(k->broken, rule_name, ",", rules), kind_site(k->site, buf));
	if (k->site != KIND_SWEEP)
		fprintf(f, " by %s", symbol_name(&r->syms, k->ip));
	fprintf(f, ": %s", violations_text(&t, violations));
	if (k->known)
		fprintf(f, ", known as %s", known_text(k->known, known));
	fputc('\n', f);
}

char *case_text(struct report *r, const struct test_case *one)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (const struct kind *k = r->kinds.at; f && k < r->kinds.at + r->kinds.nr; k++) {
		if (!is_of(one, k))
			continue;
		print_kind(f, r, k);
		if (one->suite == SUITE_SITES)
			print_first(f, r, k);
	}
	if (f)
		fclose(f);
	if (text && *text)
		return text;
	free(text);
	return NULL;
}

const char *cases_title(const struct report *r, char buf[CASES_TITLE_LEN])
{
	const struct audit *a = &r->audit;
	char where[64];
	int n;

	n = snprintf(buf, CASES_TITLE_LEN, "Linux %.64s: %s %.128s", a->dev->ver.release, a->sweep_only ? "swept" : "audited",
		     a->whom ? a->whom : "tasks");
	if (!a->sweep_only)
		snprintf(buf + n, CASES_TITLE_LEN - n, " %s", audit_where(a, where));
	return buf;
}
