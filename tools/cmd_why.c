// SPDX-License-Identifier: GPL-2.0
/* cmd_why.c - one entry of a process: what it is now, judged now, and how it came to be so. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "files.h"
#include "ringlog.h"
#include "print_json.h"
#include "print_json_past.h"
#include "print_past.h"
#include "print_violation.h"
#include "session.h"
#include "words.h"

#define PAGE		0x1000ULL
#define USER_END	(1ULL << 56)	/* no process has memory from there on, with page tables of any depth */
#define WHY_MOST	64
#define WIDTH		80	/* columns of what goes to no terminal, as of a violation */

struct why {
	struct pasts pasts;		/* options: --history */
	int json;

	struct device dev;
	struct output out;
	struct paths paths;
	__u32 pid;
	__u64 addr;			/* of its page */
	__u32 mm;			/* number of its address space; 0: it is not known */
	struct record now;		/* what is there; its type is 0 if nothing is */
	int gone;			/* the process has exited */
	struct past past;
	int no_history;			/* -errno: the module cannot tell of one */
};

static const struct opt why_options[] = {
	OPT("history", "N", "the N newest events of the page, and the one that lost the bit (default 64)", set_history,
	    .at = offsetof(struct why, pasts)),
	OPT("json", NULL, "print one JSON object", set_flag, .at = offsetof(struct why, json)),
	{ }
};

/* ---- what is asked ---- */

static int parse_pid(struct why *w, const char *arg)
{
	char *end;
	const unsigned long pid = strtoul(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end || !pid || pid > INT32_MAX)
		return misuse("'%s' is no process number", arg);
	w->pid = pid;
	return 0;
}

/* With or without "0x", as maps and violations have it. */
static int parse_addr(struct why *w, const char *arg)
{
	char *end;

	errno = 0;
	w->addr = strtoull(arg, &end, 16);
	if (!isxdigit((unsigned char)*arg) || *end || errno)
		return misuse("'%s' is no address (in hex, as /proc/%u/maps has it)", arg, w->pid);
	if (w->addr >= USER_END) {
		say("0x%" PRIx64 " is no address of a process but of the kernel: mmaudit tells of the page tables of processes only",
		    (uint64_t)w->addr);
		return EXIT_USAGE;
	}
	w->addr &= ~(PAGE - 1);
	return 0;
}

/* ---- what is there now ---- */

static int covers(const struct mma_finding *f, __u64 addr)
{
	return f->level != MMA_LEVEL_NONE && addr >= f->start && addr < f->end;
}

/* Entries that are alike are told together: only the one that was asked for counts. The first one is that. */
static void keep_one(struct record *rec, __u64 addr)
{
	struct mma_finding *f = &rec->finding;

	if (f->level != MMA_LEVEL_PTE)
		return;
	f->start = addr;
	f->end = addr + PAGE;
}

static void take_first(struct why *w, const unsigned char *buf, size_t used)
{
	struct cursor cur = { buf, used };
	enum decode_status what;
	struct record rec;

	while ((what = decode_next(&cur, &rec)) != DECODE_END)
		if (what == DECODE_FINDING && covers(&rec.finding, w->addr)) {
			w->now = rec;
			keep_one(&w->now, w->addr);
			return;
		}
}

/* A part of a sweep that begins there. */
static int look_at_entry(struct why *w)
{
	static unsigned char buf[MMA_SWEEP_ROOM];
	struct mma_sweep sw = {
		.flags = MMA_SWEEP_DUMP, .pid = w->pid, .room = sizeof(buf), .buffer = (uintptr_t)buf, .addr = w->addr,
	};
	int ret = device_sweep(&w->dev, &sw);

	if (!ret)
		take_first(w, buf, sw.used);
	return ret;
}

/* ---- its history ---- */

static int find_past(struct why *w)
{
	struct ringlog *h = &w->pasts.history;
	const size_t most = w->pasts.asked ? w->pasts.most : WHY_MOST;
	const size_t nr = w->gone ? past_of_exited(h->ev, h->nr, w->pid, &w->mm) : h->nr;
	int ret;

	if (w->now.hdr.type) {
		w->now.finding.mm = w->mm;
		w->now.finding.counter = ~0ULL;
		ret = past_find(&w->past, &w->now, h->ev, nr, most);
	} else {
		ret = past_find_at(&w->past, (struct place){ w->mm, w->addr }, h->ev, nr, most);
	}
	ringlog_name_tasks(w->past.ev, w->past.trail.nr);
	w->past.begins_ns = ringlog_ns(h, h->begins);
	w->past.unordered = h->unordered;
	return ret;
}

static void read_history(struct why *w)
{
	struct ringlog *h = &w->pasts.history;

	ringlog_begin(h, &w->dev);
	w->no_history = ringlog_read(h, 0);
	if (!w->no_history && !w->gone)
		ringlog_mm(h, w->pid, &w->mm);
	if (!w->no_history)
		w->no_history = find_past(w);
}

/* ---- in words ---- */

static int is_mapped(const struct why *w)
{
	unsigned long long start, end;
	char name[32], *line = NULL;
	size_t room = 0;
	int found = 0;
	FILE *f;

	snprintf(name, sizeof(name), "/proc/%u/maps", w->pid);
	f = fopen(name, "re");
	while (f && !found && getline(&line, &room, f) > 0)
		found = sscanf(line, "%llx-%llx", &start, &end) == 2 && w->addr >= start && w->addr < end;
	free(line);
	if (f)
		fclose(f);
	return found;
}

/* What is special about the place; NULL: nothing. */
static const char *note(const struct why *w)
{
	const struct mma_finding *f = &w->now.finding;

	if (w->gone)
		return "the process has exited, and its memory is gone";
	if (!w->now.hdr.type)
		return is_mapped(w) ? "nothing is mapped at that address now: it was not touched yet, or was given up" :
			"no mapping of the process has that address now";
	if (f->facts & MMA_F_VMA_HUGETLB)
		return "a page of hugetlb: one entry is for all of it";
	return f->level > MMA_LEVEL_PTE ? "a huge page: one entry is for all of it" : NULL;
}

static const char *why_no_history(const struct why *w)
{
	const int none = !w->past.trail.nr && w->past.trail.end != TRAIL_FULL;	/* --history=0 wants none of those there are */

	if (w->no_history == -EOPNOTSUPP)
		return "the module keeps none: it is older than this mmaudit, or was loaded with history=0";
	if (w->no_history)
		return "it could not be read: too little memory";
	if (!w->mm)
		return "nothing is recorded of this process";
	if (none && w->pasts.history.mode == MMA_HISTORY_OFF)
		return "nothing was recorded of this page: that is done while watch, run or record runs, or always after 'mmaudit load history_mode=all'";
	if (none && w->pasts.history.mode != MMA_HISTORY_ALL)
		return "nothing was recorded of this page: only what is tracked is, unless history_mode says otherwise ('mmaudit load --help')";
	return NULL;
}

static void print_sentence(const struct past_sheet *s, const char *text)
{
	struct words words = words_begin(s->f, 0, s->width);

	words_add_all(&words, text);
	words_end(&words);
}

static void print_note(const struct why *w, const struct past_sheet *s, const char *text)
{
	char sentence[256];

	snprintf(sentence, sizeof(sentence), "0x%" PRIx64 " of process %u: %s", (uint64_t)w->addr, w->pid, text);
	print_sentence(s, sentence);
}

static void print_no_history(const struct past_sheet *s, const char *text)
{
	char sentence[256];

	snprintf(sentence, sizeof(sentence), "no history: %s", text);
	print_sentence(s, sentence);
}

static void print_text(struct why *w)
{
	const char *text = note(w), *none = why_no_history(w);
	const struct past_sheet sheet = { stdout, 0, terminal_width(stdout, WIDTH) };

	if (text)
		print_note(w, &sheet, text);
	w->out.past = none || !w->now.hdr.type ? NULL : &w->past;
	if (w->now.hdr.type)
		print_found(&w->out, &w->now);
	if (none)
		print_no_history(&sheet, none);
	else if (!w->now.hdr.type)
		print_past(&sheet, &w->past, &w->out.syms);
}

static void print_json(struct why *w)
{
	struct json_object *obj = json_object_of("why", &w->dev);
	const struct record *rec = w->now.hdr.type && w->now.finding.broken ? &w->now : NULL;
	const char *none = why_no_history(w);

	json_num(obj, "pid", w->pid);
	json_hex(obj, "addr", w->addr);
	json_str(obj, "note", note(w));
	json_object_object_add(obj, "now", w->now.hdr.type ? json_of_record(&w->out, &w->now) : NULL);
	json_str(obj, "no_history", none);
	json_object_object_add(obj, "history", none ? NULL : json_of_past(&w->past, rec, &w->out.syms));
	json_line(stdout, obj);
}

/* ---- the command ---- */

/* A zombie, or one that is just exiting, still has its number. */
static int is_listed(__u32 pid)
{
	char name[32], comm[MMA_COMM_LEN + 1];

	snprintf(name, sizeof(name), "/proc/%u/comm", pid);
	return first_line(name, comm, sizeof(comm));
}

static int say_why_not(const struct why *w, int err)
{
	unsigned int here;

	if (err == -EINVAL) {
		say("process %u is a kernel thread, which has no memory of its own", w->pid);
		return EXIT_USAGE;
	}
	if (err == -ESRCH && is_listed(w->pid)) {
		say("process %u has no memory any more (a zombie, or it just exits), and nothing is recorded of it", w->pid);
		return EXIT_USAGE;
	}
	if (err == -ESRCH && (here = pid_of_inner(w->pid))) {
		say("there is no process %u here, but one has that number in a pid namespace of its own: 'mmaudit why %u 0x%" PRIx64 "'", w->pid,
		    here, (uint64_t)w->addr);
		return EXIT_USAGE;
	}
	if (err == -ESRCH) {
		say("there is no process %u, and nothing is recorded of one: 'mmaudit run' and 'record' tell the history of each violation while its process lives",
		    w->pid);
		return EXIT_USAGE;
	}
	say("cannot look at process %u: %s", w->pid, strerror(-err));
	return EXIT_BLIND;
}

static int tell(struct why *w)
{
	int ret = look_at_entry(w);

	w->gone = ret == -ESRCH;
	if (ret && !w->gone)
		return say_why_not(w, ret);
	read_history(w);
	if (w->gone && !w->mm)
		return say_why_not(w, ret);
	w->out.file = stdout;
	w->out.syms.dev = &w->dev;
	w->out.arch = arch_of(w->dev.ver.entries);
	w->out.paths = &w->paths;
	(w->json ? print_json : print_text)(w);
	return w->now.hdr.type && w->now.finding.broken ? EXIT_VIOLATION : EXIT_CLEAN;
}

static void clean_up(struct why *w)
{
	past_free(&w->past);
	pasts_free(&w->pasts);
	symbols_free(&w->out.syms);
	paths_free(&w->paths);
	device_close(&w->dev);
}

static int cmd_why(int argc, char **argv)
{
	static struct why w = { .dev.fd = -1 };
	int ret = parse_options(&why_command, &w, argc, argv);

	if (ret != GO_ON)
		return ret;
	if (argc - optind != 2)
		return misuse("a process and an address are wanted");
	ret = parse_pid(&w, argv[optind]);
	if (!ret)
		ret = parse_addr(&w, argv[optind + 1]);
	if (!ret)
		ret = session_refuse_namespace();
	if (ret)
		return ret;
	if (device_open(&w.dev))
		return EXIT_BLIND;
	ret = tell(&w);
	clean_up(&w);
	return ret;
}

const struct command why_command = {
	.name = "why",
	.run = cmd_why,
	.synopsis = "PID ADDR",
	.operands = OPERANDS,
	.summary = "the entry that a process has at an address, judged now, and its history; exit 1 if it breaks a rule",
	.options = { why_options },
};
