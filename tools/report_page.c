// SPDX-License-Identifier: GPL-2.0
/* report_page.c - counts what the page draws: examples, bits, stacks and the time line of each kind. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "print_json.h"
#include "report_page.h"
#include "stacks.h"

#define BINS		120	/* parts of the time line */
#define EXAMPLES	5	/* violations of a kind that are shown in full */
#define LONGEST		1000000000	/* seconds that an audit may have lasted: what says more is nonsense */

static struct json_object *add_list(struct json_object *to, const char *key)
{
	struct json_object *list = json_object_new_array();

	json_object_object_add(to, key, list);
	return list;
}

static struct json_object *add_object(struct json_object *to, const char *key)
{
	struct json_object *obj = json_object_new_object();

	json_object_object_add(to, key, obj);
	return obj;
}

/* ---- the bits of an entry, before and after ---- */

struct entries {
	const struct arch *arch;
	int was_seen, is_pmd;
	__u64 was, is;
};

static struct entries entries_of(const struct arch *arch, const struct record *rec)
{
	if (rec->hdr.type == MMA_REC_FINDING)
		return (struct entries){ arch, 0, rec->finding.level > MMA_LEVEL_PTE, 0, rec->finding.entry };
	return (struct entries){
		arch, !(rec->decision.flags & MMA_DEC_OLD_UNKNOWN), rec->decision.level > MMA_LEVEL_PTE,
		rec->decision.old_entry, rec->decision.new_entry,
	};
}

/* Whether any bit of that name is set: a name may have several. -1: there is none of that name in such an entry. */
static int named(const struct entries *e, __u64 entry, const char *name)
{
	int there = -1;

	for (unsigned int bit = 0; bit < ARCH_BITS; bit++) {
		const char *of = arch_bit(e->arch, entry, e->is_pmd, bit);

		if (!of || strcmp(of, name))
			continue;
		there = arch_has_bit(e->arch, entry, bit) || there == 1;
	}
	return there;
}

static struct json_object *state(int set)
{
	return set < 0 ? NULL : json_object_new_int(set);
}

static void add_bit(struct json_object *list, const char *name, int was, int is)
{
	struct json_object *row = json_object_new_array();

	json_object_array_add(row, json_object_new_string(name));
	json_object_array_add(row, state(was));
	json_object_array_add(row, state(is));
	json_object_array_add(list, row);
}

/* All bits that `entry` has a name for, except those that `skip`, if it is given, has too. */
static void add_bits(struct json_object *list, const struct entries *e, __u64 entry, const __u64 *skip)
{
	const char *last = NULL;

	for (unsigned int bit = 0; bit < ARCH_BITS; bit++) {
		const char *name = arch_bit(e->arch, entry, e->is_pmd, bit);

		if (!name || name == last || (skip && named(e, *skip, name) >= 0))
			continue;
		add_bit(list, name, e->was_seen ? named(e, e->was, name) : -1, named(e, e->is, name));
		last = name;
	}
}

/* A swap entry has other bits than a present one. */
static void json_bits(struct json_object *to, const struct entries *e)
{
	struct json_object *list = add_list(to, "bits");

	add_bits(list, e, e->is, NULL);
	if (e->was_seen)
		add_bits(list, e, e->was, &e->is);
}

/* null if no page is mapped, or that was not seen. */
static void add_frame_of(struct json_object *list, const struct entries *e, __u64 entry, int seen)
{
	char hex[24];

	if (!seen || !arch_is_present(e->arch, entry, e->is_pmd)) {
		json_object_array_add(list, NULL);
		return;
	}
	snprintf(hex, sizeof(hex), "0x%llx", (unsigned long long)arch_pfn(e->arch, entry, e->is_pmd));
	json_object_array_add(list, json_object_new_string(hex));
}

/* The page frames before and after. */
static void json_frames(struct json_object *to, const struct entries *e)
{
	struct json_object *list = add_list(to, "frames");

	add_frame_of(list, e, e->was, e->was_seen);
	add_frame_of(list, e, e->is, 1);
}

/* ---- violations in full ---- */

static __u8 fault_of(const struct record *rec)
{
	return rec->hdr.type == MMA_REC_FINDING ? finding_fault(&rec->finding) : rec->decision.fault_would;
}

static void json_words(struct json_object *to, const struct record *rec)
{
	const struct word_row *fault = fault_row(fault_of(rec));
	const struct point_row *point = rec->hdr.type == MMA_REC_FINDING ? NULL : point_row(rec->decision.point);
	struct json_object *words = add_object(to, "words");

	json_str(words, "fault", fault ? fault->text : NULL);
	json_str(words, "function", point ? point->symbol : NULL);
	json_str(words, "sees", point ? point->text : NULL);
}

struct json_object *page_record(struct report *r, const struct record *rec)
{
	struct output out = { .syms = r->syms, .arch = audit_arch(&r->audit), .past = report_past(r, rec) };
	struct json_object *obj = json_of_record(&out, rec);

	r->syms = out.syms;			/* it has learnt names */
	return obj;
}

static struct json_object *json_example(struct report *r, const struct record *rec)
{
	struct json_object *obj = page_record(r, rec);
	const struct entries e = entries_of(audit_arch(&r->audit), rec);

	if (rec->hdr.type != MMA_REC_FINDING || rec->finding.level != MMA_LEVEL_NONE) {
		json_bits(obj, &e);
		json_frames(obj, &e);
	}
	json_words(obj, rec);
	return obj;
}

/* ---- kinds ---- */

struct span page_span(const struct report *r)
{
	const struct origin *o = &r->audit.origin;
	const __s64 seconds = o->ended.tv_sec - o->begun.tv_sec, ns = o->ended.tv_nsec - o->begun.tv_nsec;
	struct span span = { o->begun_ns ?: ~0ULL, o->begun_ns };

	if (o->ended.tv_sec && seconds >= 0 && seconds < LONGEST)
		span.to += seconds * 1000000000 + ns;
	for (size_t i = 0; i < r->nr_rec; i++) {
		const __u64 now = r->rec[i].hdr.time_ns;

		if (now < span.from)
			span.from = now;
		if (now > span.to)
			span.to = now;
	}
	if (span.from > span.to)
		span.from = span.to;
	return span;
}

static unsigned int bin_of(const struct span *span, __u64 now)
{
	const long double length = span->to - span->from;

	if (now <= span->from)			/* a recording may hold any time */
		return 0;
	return now < span->to ? (now - span->from) / length * BINS : BINS - 1;
}

struct drawn {
	__u32 bins[BINS];
	struct json_object *examples;
};

static void draw_records(struct report *r, const struct span *span, struct drawn *drawn)
{
	for (size_t i = 0; i < r->nr_rec; i++) {
		const struct kind *k = kinds_row(&r->kinds, &r->rec[i]);
		struct drawn *d;

		if (!k)
			continue;
		d = &drawn[k - r->kinds.at];
		d->bins[bin_of(span, r->rec[i].hdr.time_ns)]++;
		if (json_object_array_length(d->examples) < EXAMPLES)
			json_object_array_add(d->examples, json_example(r, &r->rec[i]));
	}
}

static void json_kind(struct json_object *list, struct report *r, const struct kind *k, const struct drawn *d)
{
	struct json_object *obj = json_object_new_object(), *bins;
	char buf[NAME_LEN];

	json_names(obj, "rules", k->broken, rule_name);
	json_str(obj, "site", kind_site(k->site, buf));
	json_str(obj, "caller", k->site == KIND_SWEEP ? NULL : symbol_name(&r->syms, k->ip));
	json_num(obj, "violations", k->events);
	json_num(obj, "entries", k->entries);
	bins = add_list(obj, "bins");
	for (unsigned int i = 0; i < BINS; i++)
		json_object_array_add(bins, json_object_new_uint64(d->bins[i]));
	json_object_object_add(obj, "examples", d->examples);
	json_object_array_add(list, obj);
}

static int json_kinds(struct json_object *to, struct report *r, const struct span *span)
{
	struct drawn *drawn = calloc(KINDS_MAX, sizeof(*drawn));
	struct json_object *list;

	if (!drawn)
		return -ENOMEM;
	for (unsigned int i = 0; i < r->kinds.nr; i++)
		drawn[i].examples = json_object_new_array();
	draw_records(r, span, drawn);
	list = add_list(to, "kinds");
	for (unsigned int i = 0; i < r->kinds.nr; i++)
		json_kind(list, r, &r->kinds.at[i], &drawn[i]);
	free(drawn);
	return 0;
}

/* ---- stacks ---- */

/* Each name once, and its number: names[numbers[NAME]] is NAME. */
struct name_table {
	struct json_object *names, *numbers, *frames;
};

static int add_frame(void *arg, const char *name)
{
	struct name_table *t = arg;
	struct json_object *number;

	if (!json_object_object_get_ex(t->numbers, name, &number)) {
		number = json_object_new_int64(json_object_array_length(t->names));
		json_object_object_add(t->numbers, name, number);
		json_object_array_add(t->names, json_object_new_string(name));
	}
	json_object_array_add(t->frames, json_object_get(number));
	return 0;
}

static void json_stack(struct json_object *list, struct report *r, const struct stack *stack, struct name_table *t)
{
	const struct record *rec = stack->rec;
	const int found = rec->hdr.type == MMA_REC_FINDING;
	struct json_object *obj = json_object_new_object();
	char comm[COMM_TEXT_LEN], buf[NAME_LEN];

	json_names(obj, "rules", found ? rec->finding.broken : rec->decision.broken, rule_name);
	json_str(obj, "site", found ? "sweep" : site_name(rec->decision.site, buf));
	json_num(obj, "violations", stack->events);
	json_num(obj, "entries", stack->entries);
	t->frames = add_list(obj, "frames");
	decode_comm(found ? rec->finding.comm : rec->decision.comm, comm);
	add_frame(t, comm);
	stack_frames(&r->syms, rec, add_frame, t);
	json_object_array_add(list, obj);
}

static int json_stacks(struct json_object *to, struct report *r)
{
	struct name_table t = { add_list(to, "names"), json_object_new_object(), NULL };
	struct json_object *list = add_list(to, "stacks");
	struct stacks stacks;
	int ret = stacks_count(&stacks, r->rec, r->nr_rec);

	if (!ret) {
		for (size_t i = 0; i < stacks.nr; i++)
			json_stack(list, r, &stacks.at[i], &t);
		stacks_free(&stacks);
	}
	json_object_put(t.numbers);
	return ret;
}

/* ---- words ---- */

static void json_rule_words(struct json_object *to, __u32 rules)
{
	struct json_object *words = add_object(to, "rules");

	for (unsigned int id = 0; id < nr_rules(); id++) {
		const struct rule_row *rule = rule_row(id);

		if (rule && rules >> id & 1)
			json_str(words, rule->name, rule->text);
	}
}

static void json_fact_words(struct json_object *to)
{
	struct json_object *words = add_object(to, "facts");

	for (unsigned int bit = 0; bit < nr_facts(); bit++)
		if (fact_row(bit))
			json_str(words, fact_row(bit)->name, fact_row(bit)->text);
}

static __u32 rules_of(const struct kinds *kinds)
{
	__u32 rules = 0;

	for (unsigned int i = 0; i < kinds->nr; i++)
		rules |= kinds->at[i].broken;
	return rules;
}

struct json_object *page_data(struct report *r)
{
	struct json_object *obj = json_object_new_object();
	const struct span span = page_span(r);

	json_num(obj, "begun_ns", r->audit.origin.begun_ns);
	json_num(obj, "from_ns", span.from);
	json_num(obj, "to_ns", span.to);
	json_rule_words(obj, rules_of(&r->kinds));
	json_fact_words(obj);
	if (!json_kinds(obj, r, &span) && !json_stacks(obj, r))
		return obj;
	json_object_put(obj);
	return NULL;
}
