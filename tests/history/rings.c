/* rings.c - reads the rings. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kit.h"
#include "rings.h"

static int dev = -1;
static u64 opened;		/* when this process first asked for a history */

int rings_ask(struct mma_history *h)
{
	h->size = sizeof(*h);
	return ioctl(dev, MMA_IOC_HISTORY, h) ? errno : 0;
}

static void ask(struct mma_history *h)
{
	int err = rings_ask(h);

	must(!err, "MMA_IOC_HISTORY of CPU %u: %s", h->cpu, strerror(err));
}

int rings_use(int other)
{
	int before = dev;

	dev = other;
	return before;
}

void rings_open_any(void)
{
	dev = open(MMA_DEV_PATH, O_RDONLY | O_CLOEXEC);
	must(dev >= 0, MMA_DEV_PATH ": %s", strerror(errno));
}

void rings_filter(enum mma_history_mode mode)
{
	struct mma_filter f = { .size = sizeof(f), .pid = getpid(), .flags = MMA_FILTER_DESCENDANTS, .history = mode };

	must(!ioctl(dev, MMA_IOC_FILTER, &f), "MMA_IOC_FILTER: %s", strerror(errno));
}

void rings_open(enum mma_history_mode mode)
{
	struct mma_history h = { 0 };

	rings_open_any();
	rings_filter(mode);
	ask(&h);
	must(h.mode == mode, "mode %u, not %u", h.mode, mode);
	if (!opened)
		opened = h.counter[1];
}

/* Of what was read of which reader, the records from `at` on were not looked at yet. */
static struct {
	char records[MMA_REC_MAX * 8] __attribute__((aligned(8)));
	ssize_t n, at;
	int dev;
} queue = { .dev = -1 };

static const struct mma_hdr *next_record(void)
{
	const struct mma_hdr *h;

	if (queue.dev != dev || queue.at >= queue.n) {
		fcntl(dev, F_SETFL, O_NONBLOCK);
		queue.n = read(dev, queue.records, sizeof(queue.records));
		queue.at = 0;
		queue.dev = dev;
	}
	if (queue.at >= queue.n)
		return NULL;
	h = (const struct mma_hdr *)(queue.records + queue.at);
	queue.at += h->size;
	return h;
}

bool rings_violation(struct mma_decision *d)
{
	const struct mma_hdr *h;

	while ((h = next_record())) {
		memcpy(d, h, sizeof(*d) < h->size ? sizeof(*d) : h->size);
		if (h->type == MMA_REC_DECISION && d->broken)
			return true;
	}
	return false;
}

bool rings_violation_within(struct mma_decision *d, int ms)
{
	struct pollfd p = { .fd = dev, .events = POLLIN };
	const double until = now() + ms / 1000.0;

	while (!rings_violation(d)) {
		if (now() > until)
			return false;
		poll(&p, 1, 100);
	}
	return true;
}

__u32 my_mm(void)
{
	struct mma_history h = { .pid = getpid() };

	ask(&h);
	must(h.mm, "this process has no address space");
	return h.mm;
}

/* Appends what CPU `cpu` has. A position that is passed over says that events were overwritten. */
static void read_cpu(struct events *e, unsigned int set, unsigned int cpu)
{
	struct mma_history h = { .set = set, .cpu = cpu, .room = 1 << 16 };

	do {
		__u64 from = h.next;

		e->at = realloc(e->at, e->nr * sizeof(*e->at) + h.room);
		h.buffer = (unsigned long)(e->at + e->nr);
		ask(&h);
		e->cut |= h.events && h.first != from;
		e->nr += h.events;
	} while (h.events && h.next < h.end);
}

/* An event and what belongs to it, to be sorted. */
struct pair {
	struct mma_event event, more;
};

static int by_time(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;

	return p->event.time < q->event.time ? -1 : p->event.time > q->event.time;
}

static void sort(struct events *e)
{
	struct pair *pairs = calloc(e->nr + 1, sizeof(*pairs));
	size_t i, n = 0, out = 0;

	for (i = 0; i < e->nr; i++) {
		if (mma_event_kind(e->at + i) != MMA_EVENT_MORE)
			pairs[n++].event = e->at[i];
		else if (n && pairs[n - 1].event.where & MMA_EV_MORE)
			pairs[n - 1].more = e->at[i];
	}
	qsort(pairs, n, sizeof(*pairs), by_time);
	for (i = 0; i < n; i++) {
		e->at[out++] = pairs[i].event;
		if (pairs[i].event.where & MMA_EV_MORE)
			e->at[out++] = pairs[i].more;
	}
	e->nr = out;
	free(pairs);
}

struct events rings_read(unsigned int set)
{
	struct mma_history h = { .set = set };
	struct events e = { 0 };
	unsigned int cpu;

	ask(&h);
	for (cpu = 0; cpu < h.nr_cpus; cpu++)
		read_cpu(&e, set, cpu);
	sort(&e);
	return e;
}

static bool is_range(unsigned int kind)
{
	return kind == MMA_EVENT_RANGE || kind == MMA_EVENT_ZAPPED || kind == MMA_EVENT_MOVED || kind == MMA_EVENT_COPIED ||
	       (kind >= MMA_EVENT_MAP && kind <= MMA_EVENT_GROWN);
}

u64 event_end(const struct mma_event *e)
{
	if (is_range(mma_event_kind(e)))
		return mma_event_addr(e) + mma_event_bytes(e);
	return mma_event_addr(e) + (mma_event_level(e) == MMA_LEVEL_PMD ? HPAGE : PAGE);
}

static bool is_at(const struct mma_event *e, const void *p)
{
	return mma_event_addr(e) <= (u64)p && (u64)p < event_end(e);
}

static bool matches(const struct mma_event *e, const struct sought *s, __u32 mm)
{
	return mma_event_kind(e) == s->kind && e->mm == mm && (s->site == MMA_NR_SITES || mma_event_site(e) == s->site) &&
	       is_at(e, s->at) && (e->was & s->was) == s->was && !(e->was & MMA_EV_FACTS & s->was_not) &&
	       (e->is & s->is) == s->is && !(e->is & s->is_not);
}

const struct mma_event *events_find(const struct events *e, const struct sought *s)
{
	__u32 mm = s->mm ? s->mm : my_mm();
	size_t i;

	for (i = e->nr; i-- > 0;)
		if (e->at[i].time >= opened && matches(e->at + i, s, mm))
			return e->at + i;
	return NULL;
}

bool event_is(const struct mma_event *e, const struct sought *s)
{
	return matches(e, s, s->mm);
}

static const char *kind_name(unsigned int kind)
{
	static const char *const names[MMA_EV_KIND + 1] = {
#define X(id, name, word, text) [id] = word,
		MMA_EVENTS(X)
#undef X
	};

	return names[kind] ? names[kind] : "?";
}

static const char *site_name(unsigned int site)
{
	static const char *const names[MMA_EV_NO_SITE + 1] = {
#define X(id, name, word, text, points) [id] = word,
		MMA_SITES(X)
#undef X
		[MMA_EV_NO_SITE] = "-",
	};

	return site <= MMA_EV_NO_SITE && names[site] ? names[site] : "?";
}

static void print(const struct mma_event *e)
{
	bool more = mma_event_kind(e) == MMA_EVENT_MORE;

	fprintf(stderr, "%20llu %-7s %-16s mm %u tid %u ip ..%08x %llx +%llx was %03x is %03x what %llx\n",
		(unsigned long long)e->time, kind_name(mma_event_kind(e)), more ? "" : site_name(mma_event_site(e)), e->mm, e->tid, e->ip,
		(unsigned long long)mma_event_addr(e), (unsigned long long)(e->where & ~MMA_EV_PLACE),
		e->was & MMA_EV_FACTS, e->is, (unsigned long long)e->what);
}

void events_print(const struct events *e, const void *at, size_t len)
{
	size_t i;

	for (i = 0; i < e->nr; i++) {
		if (mma_event_kind(e->at + i) == MMA_EVENT_MORE)
			continue;
		if (mma_event_addr(e->at + i) >= (u64)at + len || event_end(e->at + i) <= (u64)at)
			continue;
		print(e->at + i);
		if (e->at[i].where & MMA_EV_MORE && i + 1 < e->nr)
			print(e->at + i + 1);
	}
}

bool events_verbose;

const struct mma_event *events_must(const char *file, int line, const struct sought *s, bool wanted)
{
	struct events e = rings_read(0);
	const struct mma_event *found = events_find(&e, s);

	if (events_verbose || !found != !wanted)
		events_print(&e, s->at, PAGE);
	if (!found != !wanted)
		verdict(FAIL, file, line, "%s: kind %u of site %u", wanted ? "not noted" : "noted", s->kind, s->site);
	return found;
}
