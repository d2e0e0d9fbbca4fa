// SPDX-License-Identifier: GPL-2.0
/*
 * report_kcidb.c - a report as KCIDB's JSON, version 5, for kcidb-submit. Each case is a test; a test is of a build, which is of
 * a checkout. MMAUDIT_KCIDB_BUILD names the build that the pipeline has submitted; without it a checkout and a build are
 * made up for this kernel. MMAUDIT_KCIDB_ORIGIN is the name that the pipeline has with KCIDB.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "known.h"
#include "print_json.h"
#include "say.h"

#define VERSION_MAJOR	5
#define EXCERPT_MAX	16384	/* what the schema allows of a log */
#define ID_LEN		256

struct kcidb {
	struct report *r;
	const char *origin;
	char build[ID_LEN];
	char run[ID_LEN];		/* begins the ids of this audit: "ORIGIN:BOOT-TIME" */
	struct json_object *root;
};

/* ---- ids ---- */

static int is_origin(const char *s)
{
	for (const char *c = s; *c; c++)
		if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '_')
			return 0;
	return *s;
}

/* An id is of whose origin stands before its colon. */
static int is_id(const char *s)
{
	const char *colon = strchr(s, ':');
	char origin[ID_LEN];

	if (!colon || !colon[1] || strlen(s) >= ID_LEN)
		return 0;
	snprintf(origin, sizeof(origin), "%.*s", (int)(colon - s), s);
	return is_origin(origin);
}

static int set_ids(struct kcidb *k)
{
	const char *origin = getenv("MMAUDIT_KCIDB_ORIGIN"), *build = getenv("MMAUDIT_KCIDB_BUILD");
	const struct origin *o = &k->r->audit.origin;
	const char *release = k->r->audit.dev->ver.release;

	k->origin = origin ? origin : "mmaudit";
	if (!is_origin(k->origin)) {
		say("MMAUDIT_KCIDB_ORIGIN: '%s' is no origin: it may have a to z, 0 to 9 and _", k->origin);
		return -EINVAL;
	}
	if (build && !is_id(build)) {
		say("MMAUDIT_KCIDB_BUILD: '%s' is no id of a build: it begins with its origin and a colon", build);
		return -EINVAL;
	}
	if (build)
		snprintf(k->build, sizeof(k->build), "%s", build);
	else
		snprintf(k->build, sizeof(k->build), "%.63s:%.64s", k->origin, release);
	snprintf(k->run, sizeof(k->run), "%.63s:%s-%llu", k->origin, *o->boot_id ? o->boot_id : release,
		 (unsigned long long)o->begun_ns);
	return 0;
}

/* ---- objects ---- */

/* The schema allows no null. */
static void add_str(struct json_object *to, const char *key, const char *value)
{
	if (value && *value)
		json_str(to, key, value);
}

static struct json_object *list_of(struct kcidb *k, const char *key)
{
	struct json_object *list;

	if (json_object_object_get_ex(k->root, key, &list))
		return list;
	list = json_object_new_array();
	json_object_object_add(k->root, key, list);
	return list;
}

/* A new object in list `key`. */
static struct json_object *add_object(struct kcidb *k, const char *key, const char *id)
{
	struct json_object *obj = json_object_new_object();

	json_object_array_add(list_of(k, key), obj);
	json_str(obj, "id", id);
	json_str(obj, "origin", k->origin);
	return obj;
}

static struct json_object *add_map(struct json_object *to, const char *key)
{
	struct json_object *map = json_object_new_object();

	json_object_object_add(to, key, map);
	return map;
}

static void add_version(struct kcidb *k)
{
	struct json_object *version = add_map(k->root, "version");

	json_num(version, "major", VERSION_MAJOR);
	json_num(version, "minor", 0);
}

static void add_build(struct kcidb *k)
{
	struct json_object *checkout, *build;
	char comment[128];

	if (getenv("MMAUDIT_KCIDB_BUILD"))
		return;
	snprintf(comment, sizeof(comment), "Linux %.64s", k->r->audit.dev->ver.release);
	checkout = add_object(k, "checkouts", k->build);
	json_str(checkout, "comment", comment);
	build = add_object(k, "builds", k->build);
	json_str(build, "checkout_id", k->build);
	json_str(build, "architecture", audit_arch(&k->r->audit)->machine);
	json_str(build, "comment", comment);
}

/* ---- tests ---- */

/* What is known fails, but is waived. A site that nobody saw was missed; an audit that broke off is an error of the test. */
static const char *status_of(const struct test_case *one, const char *text)
{
	static const char *const status[NR_CASE_STATES] = { "PASS", "SKIP", "FAIL", "FAIL" };

	if (one->state != CASE_FAIL || text)
		return status[one->state];
	return one->suite == SUITE_AUDIT ? "ERROR" : "MISS";
}

static void add_times(struct json_object *to, const struct origin *o)
{
	char buf[ORIGIN_TIME_LEN];

	add_str(to, "start_time", origin_time(&o->begun, buf));
	if (o->begun.tv_sec && o->ended.tv_sec >= o->begun.tv_sec)
		json_object_object_add(to, "duration", json_object_new_double((o->ended.tv_sec - o->begun.tv_sec) +
				       (o->ended.tv_nsec - o->begun.tv_nsec) / 1e9));
}

static void add_environment(struct kcidb *k, struct json_object *test)
{
	struct json_object *env, *misc;

	env = add_map(test, "environment");
	add_str(env, "comment", k->r->audit.origin.host);
	misc = add_map(test, "misc");
	json_str(misc, "mmaudit", MMAUDIT_VERSION);
	add_str(misc, "kernel", k->r->audit.dev->ver.release);
	add_str(misc, "command", k->r->command);
}

static void issue_id(const struct kcidb *k, const struct known_row *row, char id[ID_LEN])
{
	snprintf(id, ID_LEN, "%.63s:%.128s", k->origin, row->name);
}

/* What is known already is an issue. */
static void add_issue(struct kcidb *k, const struct known_row *row)
{
	struct json_object *issue;
	char id[ID_LEN];

	issue_id(k, row, id);
	issue = add_object(k, "issues", id);
	json_num(issue, "version", 1);
	json_str(issue, "report_subject", row->name);
	add_str(issue, "comment", row->reason);
	if (row->link && strstr(row->link, "://"))
		json_str(issue, "report_url", row->link);
	json_object_object_add(add_map(issue, "culprit"), "code", json_object_new_boolean(1));
}

/* That it came is an incident. */
static void add_incident(struct kcidb *k, const struct known_row *row, const char *test_id)
{
	struct json_object *incident;
	char of[ID_LEN], id[3 * ID_LEN];

	issue_id(k, row, of);
	snprintf(id, sizeof(id), "%s.%.128s", test_id, row->name);
	incident = add_object(k, "incidents", id);
	json_str(incident, "issue_id", of);
	json_num(incident, "issue_version", 1);
	json_str(incident, "test_id", test_id);
	json_object_object_add(incident, "present", json_object_new_boolean(1));
}

/* Whether a row of the table before this one is known as the same; at the same site, too, or at any. */
static int told_before(const struct kinds *kinds, const struct kind *k, int any_site)
{
	for (const struct kind *before = kinds->at; before < k; before++)
		if (before->known == k->known && (any_site || before->site == k->site))
			return 1;
	return 0;
}

static void add_known(struct kcidb *k, const struct test_case *one, const char *test_id)
{
	const struct kinds *kinds = &k->r->kinds;

	if (one->suite != SUITE_SITES)
		return;
	for (const struct kind *kind = kinds->at; kind < kinds->at + kinds->nr; kind++) {
		if (kind->site != one->id || !kind->known)
			continue;
		if (!told_before(kinds, kind, 1))
			add_issue(k, kind->known);
		if (!told_before(kinds, kind, 0))
			add_incident(k, kind->known, test_id);
	}
}

static void add_test(struct kcidb *k, const struct test_case *one)
{
	char id[2 * ID_LEN], path[64], *text = case_text(k->r, one);
	struct json_object *test;

	snprintf(path, sizeof(path), "mmaudit.%s.%s", suite_name(one->suite), one->name);
	snprintf(id, sizeof(id), "%s-%s", k->run, path);
	test = add_object(k, "tests", id);
	json_str(test, "build_id", k->build);
	json_str(test, "path", path);
	json_str(test, "status", status_of(one, text));
	add_str(test, "comment", one->why);
	if (one->state == CASE_KNOWN)
		json_object_object_add(test, "waived", json_object_new_boolean(1));
	if (text)
		json_object_object_add(test, "log_excerpt", json_object_new_string_len(text, strnlen(text, EXCERPT_MAX)));
	add_times(test, &k->r->audit.origin);
	add_environment(k, test);
	add_known(k, one, id);
	free(text);
}

int report_kcidb(FILE *f, struct report *r)
{
	struct kcidb k = { .r = r };
	struct cases c;
	int ret = set_ids(&k);

	if (ret)
		return ret;
	k.root = json_object_new_object();
	add_version(&k);
	add_build(&k);
	cases_of(r, &c);
	for (unsigned int i = 0; i < c.nr; i++)
		add_test(&k, &c.at[i]);
	json_line(f, k.root);
	return ferror(f) ? -EIO : 0;
}
