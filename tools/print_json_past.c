// SPDX-License-Identifier: GPL-2.0
/* print_json_past.c - see print_json_past.h. */
#include "names.h"
#include "print_json_past.h"
#include "tell_past.h"

static void json_facts(struct json_object *to, const char *key, __u64 facts, __u64 told)
{
	struct json_object *list;
	char buf[NAME_LEN];

	if (!told) {
		json_str(to, key, NULL);
		return;
	}
	list = json_list(to, key);
	for (unsigned int bit = 0; bit < 64; bit++)
		if (facts & told & 1ULL << bit)
			json_push(list, fact_name(bit, buf));
}

static const char *kind_word(unsigned int kind)
{
	static const char *const words[MMA_NR_EVENT_KINDS] = {
#define X(id, name, word, text) [id] = word,
		MMA_EVENTS(X)
#undef X
	};

	return kind < MMA_NR_EVENT_KINDS ? words[kind] : NULL;
}

static struct json_object *json_step(const struct step *step, struct symbols *syms)
{
	struct json_object *obj = json_object_new_object();
	const struct event *ev = step->ev;
	char buf[PAST_TEXT_LEN], comm[COMM_TEXT_LEN];

	decode_comm(ev->comm, comm);
	json_num(obj, "time_ns", ev->time_ns);
	json_num(obj, "cpu", ev->cpu);
	json_num(obj, "pid", ev->tid);
	json_str(obj, "comm", *comm ? comm : NULL);
	json_str(obj, "by", tell_event_site(ev, buf));
	json_str(obj, "kind", kind_word(ev->kind));
	json_str(obj, "caller", ev->ip ? symbol_name(syms, ev->ip) : NULL);
	json_num(obj, "address_space", step->at.mm);
	json_hex(obj, "addr", step->at.addr);
	json_hex(obj, "start", ev->start);
	json_hex(obj, "end", ev->end);
	json_facts(obj, "was", ev->was, ev->told_was);
	json_facts(obj, "now", ev->is, ev->told_is);
	json_str(obj, "what", tell_event(ev, step->at, buf));
	json_object_object_add(obj, "earlier", json_object_new_boolean(step->earlier));
	return obj;
}

/* Of the step that the blame has, or null. */
static void json_number_of(struct json_object *to, const char *key, const struct past *past, int has)
{
	json_object_object_add(to, key, has ? json_object_new_int64(past->blame.step - past->trail.step) : NULL);
}

static void json_blame(struct json_object *to, const struct past *past, const struct record *rec, struct symbols *syms)
{
	static const char *const hows[] = {
		[BLAME_NONE] = "unknown", [BLAME_STEP] = "event", [BLAME_LIKELY] = "likely", [BLAME_BETWEEN] = "not-recorded",
	};
	const struct blame *b = &past->blame;
	char buf[PAST_TEXT_LEN], name[NAME_LEN];

	json_str(to, "rule", rule_name(b->rule, name));
	json_str(to, "how", hows[b->how]);
	json_number_of(to, "event", past, b->step && is_blamed(b, b->step));
	json_number_of(to, "after", past, b->step && !is_blamed(b, b->step));
	json_facts(to, "lost", b->lost, ~0ULL);
	json_facts(to, "gained", b->gained, ~0ULL);
	json_str(to, "sentence", tell_blame(past, rec, syms, buf));
}

struct json_object *json_of_past(const struct past *past, const struct record *rec, struct symbols *syms)
{
	struct json_object *obj = json_object_new_object(), *list;
	char buf[PAST_TEXT_LEN];

	json_num(obj, "begins_ns", past->begins_ns);
	json_str(obj, "before", tell_begin(past, buf));
	if (tell_order(past))
		json_str(obj, "order", tell_order(past));
	list = json_list(obj, "events");
	for (size_t i = 0; i < past->trail.nr; i++)
		json_object_array_add(list, json_step(&past->trail.step[i], syms));
	if (rec)
		json_blame(obj, past, rec, syms);
	return obj;
}
