// SPDX-License-Identifier: GPL-2.0
/* sweep.c - calls MMA_IOC_SWEEP until all of a process is swept, joins findings that the calls cut, drops those printed before. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"
#include "say.h"
#include "sweep.h"

static int by_place(const void *a, const void *b)
{
	const struct mma_finding *x = a, *y = b;

#define ORDER(field)	if (x->field != y->field) return x->field < y->field ? -1 : 1
	ORDER(pid);
	ORDER(start);
	ORDER(end);
	ORDER(level);
	ORDER(broken);
#undef ORDER
	return 0;
}

/* A finding that cannot be remembered for want of memory is printed again. */
static void remember(struct told *t, const struct mma_finding *f)
{
	if (t->nr == t->room) {
		size_t room = t->room ? 2 * t->room : 64;
		struct mma_finding *at = realloc(t->at, room * sizeof(*at));

		if (!at)
			return;
		t->at = at;
		t->room = room;
	}
	t->at[t->nr++] = *f;
}

static int was_printed(const struct told *t, const struct mma_finding *f)
{
	return t->nr && bsearch(f, t->at, t->nr, sizeof(*f), by_place);
}

void sweep_round(struct sweeper *w)
{
	struct told was = w->before;

	w->before = w->now;
	if (w->before.nr)
		qsort(w->before.at, w->before.nr, sizeof(*w->before.at), by_place);
	w->now = was;
	w->now.nr = 0;
}

void sweep_free(struct sweeper *w)
{
	free(w->before.at);
	free(w->now.at);
}

static void print_pending(struct sweeper *w)
{
	const struct mma_finding *f = &w->last.finding;
	const __u32 rules = w->s->rules;

	if (!w->pending)
		return;
	w->pending = 0;
	if (f->broken) {
		remember(&w->now, f);
		if (was_printed(&w->before, f) || (rules && !(f->broken & rules)))
			return;
	}
	session_finding(w->s, &w->last);
}

static void add_finding(struct sweeper *w, const struct record *rec)
{
	if (w->pending && mma_alike(&w->last.finding, &rec->finding)) {
		w->last.finding.end = rec->finding.end;
		return;
	}
	print_pending(w);
	w->last = *rec;
	w->pending = 1;
}

static void add_findings(struct sweeper *w, const unsigned char *buf, size_t used)
{
	struct cursor cur = { buf, used };
	enum decode_status what;
	struct record rec;

	while ((what = decode_next(&cur, &rec)) != DECODE_END) {
		if (what == DECODE_FINDING)
			add_finding(w, &rec);
		else if (what == DECODE_CORRUPT)
			w->s->totals.corrupt++;
		else
			w->s->totals.unknown++;
	}
}

static void count_swept(struct swept *t, const struct mma_sweep *sw)
{
	t->present += sw->present;
	t->writable += sw->writable;
	t->tables += sw->tables;
}

int sweep_process(struct sweeper *w, __u32 pid)
{
	static unsigned char buf[MMA_SWEEP_ROOM];
	struct mma_sweep sw = {
		.flags = w->flags, .pid = pid, .room = sizeof(buf), .buffer = (uintptr_t)buf,
	};
	int ret, begun = 0;

	do {
		ret = device_sweep(&w->s->dev, &sw);
		if (ret)
			break;
		begun = 1;
		add_findings(w, buf, sw.used);
		count_swept(&w->s->totals.swept, &sw);
	} while (sw.addr);
	print_pending(w);
	w->s->totals.swept.processes += begun;
	if (ret == -ESRCH && begun)		/* it has exited: the rest of its memory is gone */
		return 0;
	if (!ret || ret == -ESRCH || ret == -EINVAL || ret == -ENOENT)
		return ret;
	w->s->totals.swept.failed++;
	if (ret == -ENOTTY)
		say("this module cannot sweep: load the module that came with this mmaudit");
	else
		say("cannot sweep process %u to the end: %s", pid, strerror(-ret));
	return ret;
}

/* A sweep of all skips what is no process: kernel threads, and those that have gone. */
int sweep_processes(struct sweeper *w)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	int ret = 0;

	if (!proc) {
		say("cannot list processes: /proc: %s", strerror(errno));
		return -errno;
	}
	while (ret != -ENOTTY && (entry = readdir(proc)))
		if (isdigit((unsigned char)entry->d_name[0]))
			ret = sweep_process(w, strtoul(entry->d_name, NULL, 10));
	closedir(proc);
	return ret == -ENOTTY ? ret : 0;
}
