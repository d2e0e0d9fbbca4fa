// SPDX-License-Identifier: GPL-2.0
/* print_json.c - for programs: one object a line. Keys never change meaning; new ones may come. */
#include <string.h>
#include <sys/utsname.h>

#include "known.h"
#include "names.h"
#include "outcome.h"
#include "print.h"
#include "print_json.h"
#include "print_json_past.h"
#include "print_json_told.h"
#include "say.h"

static void json_flag(struct json_object *to, const char *key, int value)
{
	json_object_object_add(to, key, json_object_new_boolean(value));
}

struct json_object *json_object_of(const char *type, const struct device *dev)
{
	struct json_object *obj = json_object_new_object();
	struct utsname uts;
	char buf[NAME_LEN], abi[24];

	json_str(obj, "type", type);
	json_str(obj, "mmaudit", MMAUDIT_VERSION);
	snprintf(abi, sizeof(abi), "%u.%u", dev->ver.abi_major, dev->ver.abi_minor);
	json_str(obj, "abi", abi);
	json_str(obj, "kernel", uname(&uts) ? "" : uts.release);
	json_str(obj, "machine", arch_of(dev->ver.entries)->machine);
	json_str(obj, "state", state_name(dev->ver.state, buf));
	json_object_object_add(obj, "reason", json_object_new_string_len(dev->ver.reason,
				strnlen(dev->ver.reason, sizeof(dev->ver.reason))));
	return obj;
}

void json_names(struct json_object *to, const char *key, __u64 bits, const char *(*name)(unsigned int, char *))
{
	struct json_object *list = json_list(to, key);
	char buf[NAME_LEN];

	for (unsigned int i = 0; i < 64; i++)
		if (bits >> i & 1)
			json_push(list, name(i, buf));
}

struct json_object *json_point(const struct mma_point_info *info)
{
	const struct point_row *row = point_row(info->id);
	struct json_object *obj = json_object_new_object();
	char buf[NAME_LEN];

	json_str(obj, "point", point_name(info->id, buf));
	json_str(obj, "state", point_state_name(info->state, buf));
	json_str(obj, "hook", info->hook ? hook_name(info->hook, buf) : NULL);
	json_object_object_add(obj, "symbol", json_object_new_string_len(info->symbol,
				strnlen(info->symbol, sizeof(info->symbol))));
	json_object_object_add(obj, "err", json_object_new_int(info->err));
	json_object_object_add(obj, "inlined", json_object_new_boolean(info->inlined));
	json_num(obj, "hits", info->hits);
	json_num(obj, "missed", info->missed);
	json_str(obj, "sees", row ? row->text : NULL);
	return obj;
}

struct json_object *json_site(const struct mma_site_info *info)
{
	const struct site_row *row = site_row(info->id);
	struct json_object *obj = json_object_new_object();
	char buf[NAME_LEN];

	json_str(obj, "site", site_name(info->id, buf));
	json_str(obj, "what", row ? row->text : NULL);
	json_str(obj, "state", site_state_name(site_state(info), buf));
	json_names(obj, "seen_by", info->points, point_name);
	json_num(obj, "grants", info->grants);
	json_num(obj, "denials", info->denials);
	json_num(obj, "violations", info->violations);
	return obj;
}

struct json_object *json_stats(const struct mma_stats *s)
{
	struct json_object *obj = json_object_new_object();

	json_num(obj, "seen", s->seen);
	json_num(obj, "delivered", s->delivered);
	json_num(obj, "queued", s->queued);
	json_num(obj, "filtered", s->filtered);
	json_num(obj, "ring_full", s->ring_full);
	return obj;
}

/* The sites that this kernel has and no probe sees, each with what is missed by that. */
static void json_sites_off(struct json_object *to, const struct coverage *cov)
{
	struct json_object *list = json_list(to, "sites_off");
	__u64 off = sites_unseen(cov);
	char buf[NAME_LEN], lost[160];

	for (unsigned int i = 0; i < 64; i++) {
		const struct site_row *row = site_row(i);
		struct json_object *site;

		if (!(off >> i & 1))
			continue;
		site = json_object_new_object();
		json_str(site, "site", site_name(i, buf));
		snprintf(lost, sizeof(lost), "not audited: %s", row ? row->text : "a site of a newer module");
		json_str(site, "lost", lost);
		json_object_array_add(list, site);
	}
}

/* What --rule and --site asked for, or null; and the rules and sites that were audited. */
static void json_scope(struct json_object *to, const struct audit *audit)
{
	struct json_object *filter = json_object_new_object();

	json_str(filter, "rules", NULL);
	json_str(filter, "sites", NULL);
	if (audit->filter.rules)
		json_names(filter, "rules", audit->filter.rules, rule_name);
	if (audit->filter.sites)
		json_names(filter, "sites", audit->filter.sites, site_name);
	json_object_object_add(to, "filter", filter);
	json_flag(to, "narrowed", audit_narrowed(audit));
	json_names(to, "rules", audit_rules(audit), rule_name);
	json_names(to, "sites", audit->sweep_only ? 0 : audit_sites(audit) & sites_seen(audit->cov), site_name);
}

/* A word may be any bytes, a line of JSON may not: bytes outside of ASCII become \xNN. */
static void json_word(struct json_object *list, const char *word)
{
	char text[1024], *to = text;

	for (; *word && to < text + sizeof(text) - 8; word++) {
		if ((unsigned char)*word < 0x80)
			*to++ = *word;
		else
			to += sprintf(to, "\\x%02x", (unsigned char)*word);
	}
	strcpy(to, *word ? "..." : "");
	json_push(list, text);
}

static void json_time(struct json_object *to, const char *key, const struct timespec *when)
{
	char buf[ORIGIN_TIME_LEN];

	json_str(to, key, origin_time(when, buf));
}

/* What identifies this audit: command line, host, boot, start. */
static void json_origin(struct json_object *to, const struct origin *o)
{
	struct json_object *words = json_list(to, "command_line");

	for (int i = 0; o->argv && o->argv[i]; i++)
		json_word(words, o->argv[i]);
	json_str(to, "host", *o->host ? o->host : NULL);
	json_str(to, "boot_id", *o->boot_id ? o->boot_id : NULL);
	json_time(to, "started", &o->begun);
}

struct json_object *json_of_start(const struct audit *audit)
{
	struct json_object *obj = json_object_of("start", audit->dev);
	struct json_object *list;

	json_origin(obj, &audit->origin);
	json_names(obj, "sites_on", sites_seen(audit->cov), site_name);
	json_sites_off(obj, audit->cov);
	json_names(obj, "sites_absent", sites_absent(audit->cov), site_name);
	list = json_list(obj, "points");
	for (unsigned int i = 0; i < audit->cov->nr_points; i++)
		json_object_array_add(list, json_point(&audit->cov->point[i]));
	json_str(obj, "audited", audit->whom);
	json_num(obj, "pid", audit->filter.pid);
	json_scope(obj, audit);
	return obj;
}

static void json_rules(struct json_object *obj, __u32 broken)
{
	unsigned int first = broken ? __builtin_ctz(broken) : 0;
	const struct rule_row *row = broken ? rule_row(first) : NULL;
	struct json_object *list;
	char buf[NAME_LEN];

	json_str(obj, "rule", broken ? rule_name(first, buf) : NULL);
	list = json_list(obj, "rules");
	for (unsigned int id = 0; id < 32; id++)
		if (broken >> id & 1)
			json_push(list, rule_name(id, buf));
	json_str(obj, "severity", row ? row->severity : NULL);
}

/* What --known tells of a violation; null if it is new. */
static void json_known(struct json_object *obj, const struct known_row *row)
{
	struct json_object *known = NULL;

	if (row) {
		known = json_object_new_object();
		json_str(known, "name", row->name);
		json_str(known, "reason", row->reason);
		json_str(known, "link", row->link);
	}
	json_object_object_add(obj, "known", known);
}

static void json_entry(const struct arch *arch, struct json_object *obj, const char *key, const char *bits_key,
		       __u64 entry, int is_pmd)
{
	const char *names[ENTRY_NAMES];
	unsigned int n = arch_entry(arch, entry, is_pmd, names, ENTRY_NAMES);
	struct json_object *list;

	json_hex(obj, key, entry);
	list = json_list(obj, bits_key);
	for (unsigned int i = 0; i < n; i++)
		json_push(list, names[i]);
}

static void json_entries(const struct arch *arch, struct json_object *obj, const struct mma_decision *d)
{
	int is_pmd = d->level > MMA_LEVEL_PTE;
	char buf[NAME_LEN];

	json_hex(obj, "addr", d->addr);
	json_hex(obj, "end", decision_end(d));
	json_num(obj, "count", decision_entries(d));
	json_str(obj, "level", level_name(d->level, buf));
	if (d->flags & MMA_DEC_OLD_UNKNOWN) {
		json_str(obj, "old", NULL);
		json_list(obj, "old_bits");
	} else {
		json_entry(arch, obj, "old", "old_bits", d->old_entry, is_pmd);
	}
	json_entry(arch, obj, "new", "new_bits", d->new_entry, is_pmd);
}

static void json_task(struct json_object *obj, const struct mma_decision *d)
{
	char comm[COMM_TEXT_LEN];

	decode_comm(d->comm, comm);
	json_num(obj, "pid", d->pid);
	json_num(obj, "tgid", d->tgid);
	json_num(obj, "owner", d->owner);
	json_str(obj, "comm", comm);
}

static void json_facts(struct json_object *obj, __u64 facts, __u32 refs, __u32 maps, __u32 piped)
{
	struct json_object *list = json_list(obj, "facts");
	char buf[NAME_LEN];

	for (unsigned int bit = 0; bit < 64; bit++)
		if (facts >> bit & 1)
			json_push(list, fact_name(bit, buf));
	json_num(obj, "refs", refs);
	json_num(obj, "maps", maps);
	json_num(obj, "piped", piped);
}

static void json_flags(struct json_object *obj, const struct mma_decision *d)
{
	const char *flags[FLAG_NAMES];
	unsigned int n = flag_names(d->flags, flags);
	struct json_object *list = json_list(obj, "flags");

	for (unsigned int i = 0; i < n; i++)
		json_push(list, flags[i]);
}

static void json_where(struct output *out, struct json_object *obj, const struct record *rec)
{
	struct json_object *list;

	json_str(obj, "ip", symbol_name(&out->syms, rec->decision.ip));
	list = json_list(obj, "stack");
	for (unsigned int i = 0; i < rec->nr_stack; i++)
		json_push(list, symbol_name(&out->syms, rec->stack[i]));
	json_trace(out, obj, rec);
}

static void json_told(struct output *out, struct json_object *obj, const struct mma_decision *d)
{
	json_mapping(out, obj, &d->map, d->owner, d->addr, d->hdr.time_ns);
	json_folio(out, obj, &d->map, d->new_entry, d->level, d->facts);
	json_change(out, obj, d);
}

static struct json_object *json_of_decision(struct output *out, const struct record *rec)
{
	const struct mma_decision *d = &rec->decision;
	struct json_object *obj = json_object_new_object();
	char buf[NAME_LEN];

	json_str(obj, "type", d->broken ? "violation" : "decision");
	json_num(obj, "seq", d->hdr.seq);
	json_num(obj, "cpu", d->hdr.cpu);
	json_num(obj, "time_ns", d->hdr.time_ns);
	json_rules(obj, d->broken);
	json_str(obj, "site", site_name(d->site, buf));
	json_str(obj, "point", point_name(d->point, buf));
	json_str(obj, "verdict", verdict_name(d->verdict, buf));
	json_task(obj, d);
	json_entries(out->arch, obj, d);
	json_str(obj, "fault_would", fault_name(d->fault_would, buf));
	json_str(obj, "reason", reason_name(d->reason, buf));
	json_facts(obj, d->facts, d->refs, d->maps, d->piped);
	json_flags(obj, d);
	json_where(out, obj, rec);
	json_told(out, obj, d);
	if (d->broken)
		json_object_object_add(obj, "history", out->past ? json_of_past(out->past, rec, &out->syms) : NULL);
	json_known(obj, d->broken ? out->known : NULL);
	return obj;
}

/* Uses the keys of a decision where they mean the same. */
static struct json_object *json_of_finding(struct output *out, const struct record *rec)
{
	const struct mma_finding *f = &rec->finding;
	struct json_object *obj = json_object_new_object(), *flags;
	char comm[COMM_TEXT_LEN], buf[NAME_LEN];

	decode_comm(f->comm, comm);
	json_str(obj, "type", f->broken ? "violation" : "state");
	json_num(obj, "time_ns", f->hdr.time_ns);
	json_rules(obj, f->broken);
	json_str(obj, "site", "sweep");
	json_num(obj, "pid", f->pid);
	json_str(obj, "comm", comm);
	json_hex(obj, "addr", f->start);
	json_hex(obj, "end", f->end);
	json_str(obj, "level", level_name(f->level, buf));
	json_num(obj, "entries", finding_entries(f));
	json_entry(out->arch, obj, "new", "new_bits", f->entry, f->level > MMA_LEVEL_PTE);
	json_str(obj, "fault_would", fault_name(finding_fault(f), buf));
	json_facts(obj, f->facts, f->refs, f->maps, f->piped);
	flags = json_list(obj, "flags");
	if (f->flags & MMA_FIND_AT_EXIT)
		json_push(flags, "AT_EXIT");
	if (f->flags & MMA_FIND_UNKNOWN_KERNEL)
		json_push(flags, "UNKNOWN_KERNEL");
	json_mapping(out, obj, &f->map, f->pid, f->start, f->hdr.time_ns);
	json_folio(out, obj, &f->map, f->entry, f->level, f->facts);
	json_found(out, obj, f);
	if (f->broken)
		json_object_object_add(obj, "history", out->past ? json_of_past(out->past, rec, &out->syms) : NULL);
	json_known(obj, f->broken ? out->known : NULL);
	return obj;
}

struct json_object *json_of_record(struct output *out, const struct record *rec)
{
	return rec->hdr.type == MMA_REC_FINDING ? json_of_finding(out, rec) : json_of_decision(out, rec);
}

static struct json_object *json_swept(const struct totals *t)
{
	struct json_object *obj = json_object_new_object();

	json_num(obj, "at_exit", t->at_exit);
	json_num(obj, "processes", t->swept.processes);
	json_num(obj, "present", t->swept.present);
	json_num(obj, "writable", t->swept.writable);
	json_num(obj, "tables", t->swept.tables);
	json_num(obj, "failed", t->swept.failed);
	json_num(obj, "lost", t->sweeps_lost);
	return obj;
}

static void json_lost(struct output *out, const struct record *rec)
{
	struct json_object *obj = json_object_new_object();

	json_str(obj, "type", "lost");
	json_num(obj, "seq", rec->hdr.seq);
	json_num(obj, "cpu", rec->hdr.cpu);
	json_num(obj, "time_ns", rec->hdr.time_ns);
	json_num(obj, "ring_full", rec->lost.ring_full);
	json_line(out->file, obj);
}

/* Violations by rule, site and caller, like the table of the text form. */
static void json_kinds(struct output *out, struct json_object *to, const struct kinds *kinds)
{
	struct json_object *table = json_list(to, "table");
	char buf[NAME_LEN];

	for (unsigned int i = 0; kinds && i < kinds->nr; i++) {
		const struct kind *k = &kinds->at[i];
		struct json_object *row = json_object_new_object();

		json_names(row, "rules", k->broken, rule_name);
		json_str(row, "site", kind_site(k->site, buf));
		json_str(row, "caller", k->site == KIND_SWEEP ? NULL : symbol_name(&out->syms, k->ip));
		json_num(row, "violations", k->events);
		json_num(row, "entries", k->entries);
		json_num(row, "first_ns", k->first_ns);
		json_num(row, "last_ns", k->last_ns);
		json_known(row, k->known);
		json_object_array_add(table, row);
	}
	json_num(to, "table_rest", kinds ? kinds->rest : 0);
}

/* Descendants that outlived CMD: how many, or null if there is no CMD or it is not known; and the names of the first. */
static void json_left(struct json_object *to, const struct totals *t)
{
	const struct family *left = &t->left;
	const int known = t->status >= 0 && !left->unknown;
	struct json_object *list;
	char comm[COMM_TEXT_LEN];

	json_object_object_add(to, "left", known ? json_object_new_uint64(left->nr) : NULL);
	list = json_list(to, "left_processes");
	for (unsigned int i = 0; i < left->nr && i < FAMILY_NAMED; i++) {
		struct json_object *one = json_object_new_object();

		decode_comm(left->member[i].comm, comm);
		json_num(one, "pid", left->member[i].pid);
		json_str(one, "comm", comm);
		json_object_array_add(list, one);
	}
}

/* The verdict, and the statuses of CMD and mmaudit; CMD's is null if there is no CMD. */
static void json_outcome(struct json_object *to, const struct audit *audit, const struct totals *t)
{
	json_object_object_add(to, "status", t->status < 0 ? NULL : json_object_new_int(t->status));
	json_object_object_add(to, "signal", t->signal ? json_object_new_int(t->signal) : NULL);
	json_object_object_add(to, "exit", json_object_new_int(t->exit));
	json_str(to, "verdict", outcome_name(outcome_of(audit, t)));
}

static void json_start(struct output *out, const struct audit *audit)
{
	json_line(out->file, json_of_start(audit));
}

/* A decision or a finding. */
static void json_record(struct output *out, const struct record *rec)
{
	json_line(out->file, json_of_record(out, rec));
}

static void json_end(struct output *out, const struct audit *audit, const struct totals *t)
{
	struct json_object *obj = json_object_new_object();

	json_str(obj, "type", "end");
	json_num(obj, "violations", t->violations);
	json_num(obj, "entries", t->entries);
	json_num(obj, "known", t->known);
	json_num(obj, "known_entries", t->known_entries);
	json_num(obj, "decisions", t->decisions);
	json_num(obj, "lost", t->stats.ring_full);
	json_num(obj, "missed", t->missed);
	json_num(obj, "suspects_lost", t->suspects_lost);
	json_num(obj, "history_not_kept", t->not_kept);
	json_num(obj, "unknown", t->unknown);
	json_num(obj, "corrupt", t->corrupt);
	json_flag(obj, "complete", !totals_lost(t) && !audit_unknown_kernel(audit));
	json_flag(obj, "blind", t->blind);
	json_num(obj, "grants", t->grants);
	json_num(obj, "denials", t->denials);
	json_object_object_add(obj, "records", json_stats(&t->stats));
	json_object_object_add(obj, "swept", json_swept(t));
	json_kinds(out, obj, t->kinds);
	json_left(obj, t);
	json_scope(obj, audit);
	json_time(obj, "started", &audit->origin.begun);
	json_time(obj, "ended", &audit->origin.ended);
	json_outcome(obj, audit, t);
	json_line(out->file, obj);
}

const struct output_ops json_ops = { json_start, json_record, json_lost, json_record, json_end, NULL };
