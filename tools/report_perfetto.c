// SPDX-License-Identifier: GPL-2.0
/*
 * report_perfetto.c - a trace for ui.perfetto.dev: an instant for each violation on the track of its thread, with all that
 * `--json` tells of it; a counter for each site; the audit itself as a slice, with what was lost. Packets are written one by one.
 */

#ifdef HAVE_PROTOBUF_C

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "losses.h"
#include "names.h"
#include "outcome.h"
#include "print_json.h"
#include "report_page.h"
#include "stacks.h"
#include "trace.pb-c.h"		/* made of tools/perfetto/trace.proto */

/* What a track is of, above the number that tells it from others of its kind. */
#define TRACK_AUDIT	1ULL
#define TRACK_PROCESS	(2ULL << 32)
#define TRACK_THREAD	(3ULL << 32)
#define TRACK_SITE	(4ULL << 32)

#define SEQUENCE	1	/* of packets: there is one */

struct trace {
	FILE *f;
	struct report *report;
	__u64 at_site[KIND_SWEEP + 1];		/* violations so far */
	int begun;				/* a packet was written */
	int err;				/* the first error, as -errno */
};

/* ---- memory: messages own all they point to ---- */

static void *get(struct trace *t, size_t size)
{
	void *memory = calloc(1, size);

	if (!memory)
		t->err = -ENOMEM;
	return memory;
}

/* Appends to a list of a message. Returns whether it could; `item` may be NULL, if there was no memory for it. */
static int push(struct trace *t, void ***list, size_t *nr, void *item)
{
	void **grown = item ? realloc(*list, (*nr + 1) * sizeof(void *)) : NULL;

	if (!grown) {
		t->err = -ENOMEM;
		return 0;
	}
	grown[(*nr)++] = item;
	*list = grown;
	return 1;
}

/* Protobuf wants UTF-8: bytes that are not ASCII become \xNN. */
static char *text(struct trace *t, const char *from)
{
	char *copy = get(t, 4 * strlen(from) + 1), *to = copy;

	for (; copy && *from; from++) {
		if ((unsigned char)*from < 0x80)
			*to++ = *from;
		else
			to += sprintf(to, "\\x%02x", (unsigned char)*from);
	}
	return copy;
}

/* MAKE(track_event, TrackEvent): track_event(t), a new message or NULL. */
#define MAKE(name, Type)						\
	static Perfetto__##Type *name(struct trace *t)			\
	{								\
		Perfetto__##Type *message = get(t, sizeof(*message));	\
									\
		if (message)						\
			perfetto__##name##__init(message);		\
		return message;						\
	}

MAKE(trace_packet, TracePacket)
MAKE(clock_snapshot, ClockSnapshot)
MAKE(clock_snapshot__reading, ClockSnapshot__Reading)
MAKE(track_descriptor, TrackDescriptor)
MAKE(process_descriptor, ProcessDescriptor)
MAKE(thread_descriptor, ThreadDescriptor)
MAKE(counter_descriptor, CounterDescriptor)
MAKE(track_event, TrackEvent)
MAKE(track_event__callstack, TrackEvent__Callstack)
MAKE(track_event__frame, TrackEvent__Frame)
MAKE(debug_annotation, DebugAnnotation)

#define SET(message, member, value)	do { (message)->has_##member = 1; (message)->member = (value); } while (0)

/* ---- packets ---- */

/* A trace is its packets one after the other, so each is written as a trace of one. */
static void write_packet(struct trace *t, Perfetto__TracePacket *packet)
{
	Perfetto__Trace one = PERFETTO__TRACE__INIT;
	unsigned char *bytes;
	size_t size;

	one.packet = &packet;
	one.n_packet = 1;
	bytes = get(t, perfetto__trace__get_packed_size(&one));
	if (!bytes)
		return;
	size = perfetto__trace__pack(&one, bytes);
	if (fwrite(bytes, 1, size, t->f) != size)
		t->err = errno ? -errno : -EIO;
	free(bytes);
}

/* Completes a packet and writes it, unless something has failed; then frees it. */
static void put_packet(struct trace *t, Perfetto__TracePacket *packet)
{
	if (!packet)
		return;
	SET(packet, trusted_packet_sequence_id, SEQUENCE);
	if (!t->begun)
		SET(packet, sequence_flags, 1);
	t->begun = 1;
	if (!t->err)
		write_packet(t, packet);
	perfetto__trace_packet__free_unpacked(packet, NULL);
}

static void put_track(struct trace *t, Perfetto__TrackDescriptor *track)
{
	Perfetto__TracePacket *packet = trace_packet(t);

	if (packet)
		packet->track_descriptor = track;
	put_packet(t, packet);
}

static void put_event(struct trace *t, Perfetto__TrackEvent *event, __u64 time_ns)
{
	Perfetto__TracePacket *packet = trace_packet(t);

	if (!packet || !event)
		return;
	SET(packet, timestamp, time_ns);
	SET(packet, timestamp_clock_id, PERFETTO__CLOCK__CLOCK_MONOTONIC);
	packet->track_event = event;
	put_packet(t, packet);
}

static Perfetto__TrackEvent *event_of(struct trace *t, Perfetto__TrackEvent__Type type, __u64 track)
{
	Perfetto__TrackEvent *event = track_event(t);

	if (!event)
		return NULL;
	SET(event, type, type);
	SET(event, track_uuid, track);
	return event;
}

/* ---- JSON as annotations ---- */

static Perfetto__DebugAnnotation *annotation(struct trace *t, const char *name, struct json_object *json);

static void annotate_list(struct trace *t, Perfetto__DebugAnnotation *a, struct json_object *list)
{
	for (size_t i = 0; i < json_object_array_length(list); i++)
		push(t, (void ***)&a->array_values, &a->n_array_values, annotation(t, NULL, json_object_array_get_idx(list, i)));
}

static void annotate_object(struct trace *t, Perfetto__DebugAnnotation *a, struct json_object *obj)
{
	json_object_object_foreach(obj, key, value)
		push(t, (void ***)&a->dict_entries, &a->n_dict_entries, annotation(t, key, value));
}

static void annotate(struct trace *t, Perfetto__DebugAnnotation *a, struct json_object *json)
{
	switch (json_object_get_type(json)) {
	case json_type_boolean:
		SET(a, bool_value, json_object_get_boolean(json));
		break;
	case json_type_int:
		SET(a, uint_value, json_object_get_uint64(json));
		break;
	case json_type_array:
		annotate_list(t, a, json);
		break;
	case json_type_object:
		annotate_object(t, a, json);
		break;
	default:
		a->string_value = text(t, json ? json_object_get_string(json) : "not known");
	}
}

static Perfetto__DebugAnnotation *annotation(struct trace *t, const char *name, struct json_object *json)
{
	Perfetto__DebugAnnotation *a = debug_annotation(t);

	if (!a)
		return NULL;
	if (name)
		a->name = text(t, name);
	annotate(t, a, json);
	return a;
}

/* Each member of an object; frees it. */
static void annotate_event(struct trace *t, Perfetto__TrackEvent *event, struct json_object *obj)
{
	json_object_object_foreach(obj, key, value)
		push(t, (void ***)&event->debug_annotations, &event->n_debug_annotations, annotation(t, key, value));
	json_object_put(obj);
}

/* ---- the audit ---- */

static void add_reading(struct trace *t, Perfetto__ClockSnapshot *clocks, __u32 id, __u64 time_ns)
{
	Perfetto__ClockSnapshot__Reading *reading = clock_snapshot__reading(t);

	if (!push(t, (void ***)&clocks->clocks, &clocks->n_clocks, reading))
		return;
	SET(reading, clock_id, id);
	SET(reading, timestamp, time_ns);
}

/* The times of records are of one clock; the other tells what time of day that was. */
static void put_clocks(struct trace *t)
{
	const struct origin *o = &t->report->audit.origin;
	Perfetto__TracePacket *packet = trace_packet(t);
	Perfetto__ClockSnapshot *clocks = clock_snapshot(t);

	if (!packet || !clocks) {
		free(packet);
		free(clocks);
		return;
	}
	packet->clock_snapshot = clocks;
	SET(clocks, primary_trace_clock, PERFETTO__CLOCK__CLOCK_MONOTONIC);
	add_reading(t, clocks, PERFETTO__CLOCK__CLOCK_MONOTONIC, o->begun_ns);
	add_reading(t, clocks, PERFETTO__CLOCK__CLOCK_REALTIME, o->begun.tv_sec * 1000000000ULL + o->begun.tv_nsec);
	put_packet(t, packet);
}

static void push_sentence(void *list, const char *sentence)
{
	json_object_array_add(list, json_object_new_string(sentence));
}

static struct json_object *json_of_audit(const struct report *r)
{
	struct json_object *obj = json_of_start(&r->audit), *lost = json_object_new_array();

	if (!r->audit.sweep_only)
		json_names(obj, "sites_unseen", sites_unseen(r->audit.cov) & audit_sites(&r->audit), site_name);
	json_object_object_del(obj, "points");
	json_object_object_del(obj, "sites_off");		/* the same, with sentences that losses_tell() has, too */
	json_str(obj, "command", r->command);
	json_str(obj, "kernel", r->audit.origin.release);
	json_num(obj, "violations", r->totals.violations);
	json_num(obj, "entries", r->totals.entries);
	json_str(obj, "verdict", outcome_name(r->whole || r->totals.violations ? outcome_of(&r->audit, &r->totals) : OUTCOME_INCOMPLETE));
	losses_tell(r, push_sentence, lost);
	json_object_object_add(obj, "lost_or_not_seen", lost);
	return obj;
}

static void put_audit(struct trace *t)
{
	const struct span span = page_span(t->report);
	Perfetto__TrackDescriptor *track = track_descriptor(t);
	Perfetto__TrackEvent *event = event_of(t, PERFETTO__TRACK_EVENT__TYPE__TYPE_SLICE_BEGIN, TRACK_AUDIT);

	if (track) {
		SET(track, uuid, TRACK_AUDIT);
		track->name = text(t, "mmaudit");
		put_track(t, track);
	}
	if (event) {
		event->name = text(t, "audit");
		annotate_event(t, event, json_of_audit(t->report));
		put_event(t, event, span.from);
	}
	put_event(t, event_of(t, PERFETTO__TRACK_EVENT__TYPE__TYPE_SLICE_END, TRACK_AUDIT), span.to);
}

/* ---- threads ---- */

struct task {
	__u32 tgid, pid;
	const char *comm;
};

static struct task task_of(const struct record *rec)
{
	if (rec->hdr.type == MMA_REC_FINDING)
		return (struct task){ rec->finding.pid, rec->finding.pid, rec->finding.comm };
	return (struct task){ rec->decision.tgid, rec->decision.pid, rec->decision.comm };
}

/* Of a thread's records the first comes first: its name is taken. The array keeps the records' order in their addresses. */
static int by_ids(const void *a, const void *b)
{
	const struct task *x = a, *y = b;

	if (x->tgid != y->tgid)
		return x->tgid < y->tgid ? -1 : 1;
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return (x->comm > y->comm) - (x->comm < y->comm);
}

static void put_process(struct trace *t, const struct task *task, const char *comm)
{
	Perfetto__TrackDescriptor *track = track_descriptor(t);

	if (!track)
		return;
	SET(track, uuid, TRACK_PROCESS | task->tgid);
	track->process = process_descriptor(t);
	if (track->process) {
		SET(track->process, pid, task->tgid);
		track->process->process_name = text(t, comm);
	}
	put_track(t, track);
}

static void put_thread(struct trace *t, const struct task *task, const char *comm)
{
	Perfetto__TrackDescriptor *track = track_descriptor(t);

	if (!track)
		return;
	SET(track, uuid, TRACK_THREAD | task->pid);
	SET(track, parent_uuid, TRACK_PROCESS | task->tgid);
	track->thread = thread_descriptor(t);
	if (track->thread) {
		SET(track->thread, pid, task->tgid);
		SET(track->thread, tid, task->pid);
		track->thread->thread_name = text(t, comm);
	}
	put_track(t, track);
}

static void put_tasks(struct trace *t, struct task *task, size_t nr)
{
	char comm[COMM_TEXT_LEN];

	qsort(task, nr, sizeof(*task), by_ids);
	for (size_t i = 0; i < nr; i++) {
		decode_comm(task[i].comm, comm);
		if (!i || task[i].tgid != task[i - 1].tgid)
			put_process(t, &task[i], comm);
		if (!i || task[i].tgid != task[i - 1].tgid || task[i].pid != task[i - 1].pid)
			put_thread(t, &task[i], comm);
	}
}

static void put_all_tasks(struct trace *t)
{
	const struct report *r = t->report;
	struct task *task = get(t, (r->nr_rec ?: 1) * sizeof(*task));

	if (!task)
		return;
	for (size_t i = 0; i < r->nr_rec; i++)
		task[i] = task_of(&r->rec[i]);
	put_tasks(t, task, r->nr_rec);
	free(task);
}

/* ---- sites ---- */

static void put_site(struct trace *t, __u32 site)
{
	Perfetto__TrackDescriptor *track = track_descriptor(t);
	char buf[NAME_LEN], name[NAME_LEN + 16];

	if (!track)
		return;
	snprintf(name, sizeof(name), "violations at %s", kind_site(site, buf));
	SET(track, uuid, TRACK_SITE | site);
	SET(track, parent_uuid, TRACK_AUDIT);
	track->name = text(t, name);
	track->counter = counter_descriptor(t);
	if (track->counter)
		SET(track->counter, unit, PERFETTO__COUNTER_DESCRIPTOR__UNIT__UNIT_COUNT);
	put_track(t, track);
}

static void put_counter(struct trace *t, __u32 site, __u64 time_ns)
{
	Perfetto__TrackEvent *event;

	if (!t->at_site[site])
		put_site(t, site);
	event = event_of(t, PERFETTO__TRACK_EVENT__TYPE__TYPE_COUNTER, TRACK_SITE | site);
	if (!event)
		return;
	SET(event, counter_value, ++t->at_site[site]);
	put_event(t, event, time_ns);
}

/* ---- violations ---- */

struct frames {
	struct trace *t;
	Perfetto__TrackEvent__Callstack *to;
};

static int add_frame(void *arg, const char *name)
{
	struct frames *frames = arg;
	Perfetto__TrackEvent__Frame *frame = track_event__frame(frames->t);

	if (push(frames->t, (void ***)&frames->to->frames, &frames->to->n_frames, frame))
		frame->function_name = text(frames->t, name);
	return frames->t->err;
}

static void add_category(struct trace *t, Perfetto__TrackEvent *event, const char *category)
{
	push(t, (void ***)&event->categories, &event->n_categories, text(t, category));
}

/* "RULE at site"; the rules and the site are its categories, too, by which Perfetto can filter. */
static void name_event(struct trace *t, Perfetto__TrackEvent *event, __u32 broken, const char *site)
{
	char rules[NAMES_LEN], name[NAMES_LEN + NAME_LEN + 8], buf[NAME_LEN];

	snprintf(name, sizeof(name), "%s at %s", names_of(broken, rule_name, ",", rules), site);
	event->name = text(t, name);
	for (unsigned int id = 0; id < 32; id++)
		if (broken >> id & 1)
			add_category(t, event, rule_name(id, buf));
	add_category(t, event, site);
}

/* What `--json` says, and what it means. */
static struct json_object *json_of_violation(struct report *r, const struct record *rec, __u32 broken, __u8 fault)
{
	struct json_object *obj = page_record(r, rec), *means = json_object_new_array();

	for (unsigned int id = 0; id < 32; id++)
		if (broken >> id & 1 && rule_row(id))
			push_sentence(means, rule_row(id)->text);
	json_object_object_add(obj, "means", means);
	json_str(obj, "a_write_fault_would", fault_row(fault) ? fault_row(fault)->text : NULL);
	return obj;
}

static void put_violation(struct trace *t, const struct record *rec)
{
	const int found = rec->hdr.type == MMA_REC_FINDING;
	const __u32 broken = found ? rec->finding.broken : rec->decision.broken;
	Perfetto__TrackEvent *event = event_of(t, PERFETTO__TRACK_EVENT__TYPE__TYPE_INSTANT, TRACK_THREAD | task_of(rec).pid);
	struct frames frames = { t, event ? track_event__callstack(t) : NULL };
	char buf[NAME_LEN];

	if (!event)
		return;
	name_event(t, event, broken, kind_site(kind_of(rec).site, buf));
	annotate_event(t, event, json_of_violation(t->report, rec, broken, found ? finding_fault(&rec->finding) : rec->decision.fault_would));
	event->callstack = frames.to;
	if (frames.to)
		stack_frames(&t->report->syms, rec, add_frame, &frames);
	put_event(t, event, rec->hdr.time_ns);
}

int report_perfetto(FILE *f, struct report *r)
{
	struct trace t = { .f = f, .report = r };

	put_clocks(&t);
	put_audit(&t);
	put_all_tasks(&t);
	for (size_t i = 0; i < r->nr_rec && !t.err; i++) {
		put_violation(&t, &r->rec[i]);
		put_counter(&t, kind_of(&r->rec[i]).site, r->rec[i].hdr.time_ns);
	}
	return t.err;
}

#endif /* HAVE_PROTOBUF_C */
