// SPDX-License-Identifier: GPL-2.0
/* verdict_json.c - a verdict for programs: one object. */
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "print_json.h"
#include "say.h"
#include "verdict_forms.h"

/* The words of a text as a list; "-" is none. */
static struct json_object *list_of(const char *text, const char *separators)
{
	struct json_object *list = json_object_new_array();
	char *copy = strdup(text), *save, *word;

	for (word = copy ? strtok_r(copy, separators, &save) : NULL; word; word = strtok_r(NULL, separators, &save))
		if (strcmp(word, "-"))
			json_object_array_add(list, json_object_new_string(word));
	free(copy);
	return list;
}

static void add_version(struct json_object *to, const char *key, struct bug_version v)
{
	char text[VERSION_LEN];

	json_str(to, key, v.major ? version_text(v, text) : NULL);
}

static struct json_object *json_sighting(const struct sighting *s)
{
	struct json_object *obj = json_object_new_object();
	char rules[NAMES_LEN];

	json_object_object_add(obj, "rules", list_of(names_of(s->broken, rule_name, " ", rules), " "));
	json_str(obj, "site", sighting_site(s));
	json_str(obj, "caller", s->caller[0] ? s->caller : NULL);
	json_num(obj, "violations", s->events);
	return obj;
}

static struct json_object *json_seen(const struct tried *t)
{
	struct json_object *list = json_object_new_array();

	for (unsigned int i = 0; i < t->nr_seen; i++)
		json_object_array_add(list, json_sighting(&t->seen[i]));
	return list;
}

static struct json_object *json_tried(const struct verdict *v, const struct tried *t)
{
	struct json_object *obj = json_object_new_object();

	json_str(obj, "bug", t->bug->name);
	json_str(obj, "here", here_name(t->here));
	json_str(obj, "why", t->why[0] ? t->why : NULL);
	json_object_object_add(obj, "classes", list_of(t->bug->classes, " "));
	json_str(obj, "loses", t->bug->loses);
	json_object_object_add(obj, "rules", list_of(t->bug->rules, "+"));
	json_str(obj, "site", strcmp(t->bug->site, "-") ? t->bug->site : NULL);
	json_object_object_add(obj, "seen", v->witness.sees ? json_seen(t) : NULL);
	json_str(obj, "cause", t->story->cause);
	add_version(obj, "since", t->bug->since);
	add_version(obj, "fixed", t->bug->fixed);
	json_object_object_add(obj, "by_version", json_object_new_boolean(tried_is_likely(v, t)));
	json_str(obj, "upstream", t->story->upstream);
	json_str(obj, "helps", t->story->helps);
	json_str(obj, "changes", t->bug->changes);
	return obj;
}

void verdict_json(FILE *f, const struct verdict *v)
{
	struct json_object *obj = json_object_new_object(), *list = json_object_new_array();

	json_str(obj, "type", "verdict");
	json_str(obj, "mmaudit", MMAUDIT_VERSION);
	json_str(obj, "kernel", v->uts.release);
	json_num(obj, "time", v->when);
	json_object_object_add(obj, "root", json_object_new_boolean(v->root));
	json_str(obj, "module", v->witness.why);
	json_object_object_add(obj, "all", json_object_new_boolean(v->all));
	for (int i = 0; i < NR_HERE; i++)
		json_num(obj, here_name(i), v->count[i]);
	json_num(obj, "exit", verdict_exit(v));
	json_object_object_add(obj, "bugs", list);
	for (unsigned int i = 0; i < v->nr; i++)
		json_object_array_add(list, json_tried(v, &v->at[i]));
	json_line(f, obj);
}
