// SPDX-License-Identifier: GPL-2.0
/* recorder.c - writes the chunks of chunks.h. What people want to know meanwhile is told on stderr, as watch and run do. */
#define _GNU_SOURCE	/* tdestroy */
#include <errno.h>
#include <search.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chunks.h"
#include "recorder.h"
#include "say.h"

/* ---- chunks ---- */

/* A chunk of two parts; a failed write shows when the output is flushed. */
static void put_both(FILE *f, __u32 type, const void *a, size_t a_size, const void *b, size_t b_size)
{
	const struct chunk chunk = { type, a_size + b_size };

	fwrite(&chunk, sizeof(chunk), 1, f);
	fwrite(a, 1, a_size, f);
	fwrite(b, 1, b_size, f);
}

static void put(FILE *f, __u32 type, const void *data, size_t size)
{
	put_both(f, type, data, size, "", 0);
}

/* ---- the begin ---- */

static void put_head(FILE *f, const struct audit *audit)
{
	struct recording_head head = {
		.magic = RECORDING_MAGIC, .order = RECORDING_ORDER,
		.major = audit->dev->ver.state == MMA_STATE_UNKNOWN ? RECORDING_UNKNOWN : RECORDING_MAJOR,
	};

	snprintf(head.machine, sizeof(head.machine), "%s", audit_arch(audit)->machine);
	fwrite(&head, sizeof(head), 1, f);
}

static void put_origin(FILE *f, const struct audit *audit)
{
	const struct origin *o = &audit->origin;
	struct chunk_origin origin = {
		.begun = { o->begun.tv_sec, o->begun.tv_nsec }, .begun_ns = o->begun_ns, .sweep_only = audit->sweep_only,
	};

	snprintf(origin.host, sizeof(origin.host), "%s", o->host);
	snprintf(origin.boot_id, sizeof(origin.boot_id), "%s", o->boot_id);
	snprintf(origin.release, sizeof(origin.release), "%s", o->release);
	snprintf(origin.whom, sizeof(origin.whom), "%s", audit->whom);
	put(f, CHUNK_ORIGIN, &origin, sizeof(origin));
	for (char *const *word = o->argv; word && *word; word++)
		put(f, CHUNK_WORD, *word, strnlen(*word, CHUNK_MOST));
}

static void put_coverage(FILE *f, const struct coverage *cov)
{
	for (unsigned int i = 0; i < cov->nr_points; i++)
		put(f, CHUNK_POINT, &cov->point[i], sizeof(cov->point[i]));
	for (unsigned int i = 0; i < cov->nr_sites; i++)
		put(f, CHUNK_SITE, &cov->site[i], sizeof(cov->site[i]));
}

static void record_start(struct output *out, const struct audit *audit)
{
	put_head(out->file, audit);
	put(out->file, CHUNK_VERSION, &audit->dev->ver, sizeof(audit->dev->ver));
	put_coverage(out->file, audit->cov);
	put(out->file, CHUNK_FILTER, &audit->filter, sizeof(audit->filter));
	put_origin(out->file, audit);
	text_ops.start(out, audit);
}

/* ---- records ---- */

static int by_address(const void *a, const void *b)
{
	const __u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

/* Returns whether the address is new. One that cannot be remembered for want of memory is new again. */
static int is_new(struct recorder *w, __u64 addr)
{
	__u64 **found, *mine = malloc(sizeof(*mine));

	if (!mine)
		return 1;
	*mine = addr;
	found = tsearch(mine, &w->named, by_address);
	if (found && *found == mine)
		return 1;
	free(mine);
	return !found;
}

/* As the module has it: "symbol+0xoff/0xsize [module]". It must be asked now, for it may be gone when a report is made. */
static void put_symbol(struct output *out, __u64 addr)
{
	struct recorder *w = out->own;
	struct mma_symbol sym;

	if (!addr || w->symbols == CHUNK_SYMBOLS || !is_new(w, addr) || device_symbol(out->syms.dev, addr, &sym))
		return;
	w->symbols++;
	put_both(out->file, CHUNK_SYMBOL, &addr, sizeof(addr), sym.name, strnlen(sym.name, sizeof(sym.name)));
}

static void count_record(struct output *out)
{
	struct recorder *w = out->own;

	w->records++;
}

static void put_raw(struct output *out)
{
	put(out->file, CHUNK_RECORDS, out->raw, out->raw_size);
	count_record(out);
}

static struct chunk_step chunk_step(const struct step *step)
{
	return (struct chunk_step){
		.addr = step->at.addr, .mm = step->at.mm, .flags = (step->earlier ? CHUNK_STEP_EARLIER : 0) | (step->late ? CHUNK_STEP_LATE : 0),
		.ev = *step->ev,
	};
}

static struct chunk_history chunk_history(const struct past *past)
{
	const struct blame *b = &past->blame;

	return (struct chunk_history){
		.begins_ns = past->begins_ns, .lost = b->lost, .gained = b->gained, .steps = past->trail.nr,
		.step_size = sizeof(struct chunk_step), .head_size = sizeof(struct chunk_history), .end = past->trail.end,
		.how = b->how, .rule = b->rule, .at = b->at, .unordered = past->unordered,
		.blamed = b->step ? b->step - past->trail.step + 1 : 0,
	};
}

static void put_steps(struct output *out, const struct past *past)
{
	struct chunk_step *steps = malloc((past->trail.nr + 1) * sizeof(*steps));
	struct chunk_history head;

	if (!steps)
		return;
	for (size_t i = 0; i < past->trail.nr; i++) {
		put_symbol(out, past->trail.step[i].ev->ip);
		steps[i] = chunk_step(&past->trail.step[i]);
	}
	head = chunk_history(past);
	put_both(out->file, CHUNK_HISTORY, &head, sizeof(head), steps, past->trail.nr * sizeof(*steps));
	free(steps);
}

/* --history=N may ask for more than a chunk has room for: what does not fit is as if fewer had been wanted. */
static void put_history(struct output *out)
{
	const size_t most = (CHUNK_MOST - sizeof(struct chunk_history)) / sizeof(struct chunk_step);
	struct past part;

	if (!out->past)
		return;
	if (out->past->trail.nr <= most) {
		put_steps(out, out->past);
	} else if (!past_copy(&part, out->past)) {
		past_cut(&part, most - 1);
		put_steps(out, &part);
		past_free(&part);
	}
}

static void record_decision(struct output *out, const struct record *rec)
{
	put_symbol(out, rec->decision.ip);
	for (unsigned int i = 0; i < rec->nr_stack; i++)
		put_symbol(out, rec->stack[i]);
	put_raw(out);
	put_history(out);
}

static void record_lost(struct output *out, const struct record *rec)
{
	(void)rec;
	put_raw(out);
}

/* A finding of the command's own sweep was not read as a record, but joined of several. */
static void record_finding(struct output *out, const struct record *rec)
{
	struct mma_finding f = rec->finding;

	f.hdr.size = sizeof(f);
	if (out->raw) {
		put_raw(out);
	} else {
		put(out->file, CHUNK_RECORDS, &f, sizeof(f));
		count_record(out);
	}
	put_history(out);
}

/* ---- the end ---- */

static void put_left(struct chunk_end *end, const struct family *left)
{
	end->left_nr = left->nr;
	end->left_unknown = left->unknown;
	for (unsigned int i = 0; i < left->nr && i < CHUNK_LEFT && i < FAMILY_NAMED; i++) {
		end->left[i].pid = left->member[i].pid;
		memcpy(end->left[i].comm, left->member[i].comm, sizeof(end->left[i].comm));
	}
}

static void put_end(FILE *f, const struct audit *audit, const struct totals *t)
{
	struct chunk_end end = {
		.ended = { audit->origin.ended.tv_sec, audit->origin.ended.tv_nsec },
		.grants = t->grants, .denials = t->denials, .missed = t->missed, .suspects_lost = t->suspects_lost,
		.at_exit = t->at_exit, .sweeps_lost = t->sweeps_lost, .not_kept = t->not_kept,
		.swept_processes = t->swept.processes, .swept_failed = t->swept.failed, .swept_present = t->swept.present,
		.swept_writable = t->swept.writable, .swept_tables = t->swept.tables,
		.read = t->read, .corrupt = t->corrupt,
		.blind = t->blind, .status = t->status, .signal = t->signal, .exit = t->exit,
	};

	put_left(&end, &t->left);
	put(f, CHUNK_STATS, &t->stats, sizeof(t->stats));
	put(f, CHUNK_END, &end, sizeof(end));
}

static void record_end(struct output *out, const struct audit *audit, const struct totals *totals)
{
	FILE *file = out->file;

	if (!out->err)
		put_end(out->file, audit, totals);
	out->file = stderr;			/* for the table of violations */
	text_ops.end(out, audit, totals);
	out->file = file;
}

static const struct output_ops recorder_ops = {
	record_start, record_decision, record_lost, record_finding, record_end, put_raw,
};

/* ---- the file ---- */

int recorder_open(struct recorder *w, struct output *out, const char *path)
{
	int ret = wholefile_open(&w->file, "the recording", path, FOR_OWNER);

	out->ops = &recorder_ops;
	out->own = w;
	out->file = w->file.file;
	return ret;
}

/* Returns the bytes of fd up to the end of the last whole chunk; 0 if there is none. */
static off_t whole_bytes(int fd)
{
	off_t at = sizeof(struct recording_head), whole = 0;
	struct chunk chunk;
	struct stat st;

	if (fstat(fd, &st))
		return 0;
	while (pread(fd, &chunk, sizeof(chunk), at) == sizeof(chunk) && at + (off_t)sizeof(chunk) + chunk.size <= st.st_size)
		whole = at += sizeof(chunk) + chunk.size;
	return whole;
}

/* A full disk may have cut a chunk: what is whole is worth keeping, and says by itself that it has no end. */
static int keep_whole(struct recorder *w, int err)
{
	off_t whole = w->file.beside[0] ? whole_bytes(fileno(w->file.file)) : 0;

	if (err == EPIPE)
		say("the recording %s has no end: its reader has gone", w->file.path);
	__fpurge(w->file.file);
	clearerr(w->file.file);
	if (!whole || ftruncate(fileno(w->file.file), whole) || wholefile_close(&w->file)) {
		wholefile_drop(&w->file);
		return -err;
	}
	say("%s has what was recorded until then, and no end", w->file.path);
	return -err;
}

static void forget(struct recorder *w, struct output *out)
{
	tdestroy(w->named, free);
	w->named = NULL;
	out->file = NULL;
}

int recorder_close(struct recorder *w, struct output *out)
{
	int ret = out->err ? keep_whole(w, out->err) : wholefile_close(&w->file);

	forget(w, out);
	if (!ret)
		say("recorded %llu record%s in %s: 'mmaudit report %s' tells all", (unsigned long long)w->records,
		    w->records == 1 ? "" : "s", w->file.path, w->file.path);
	return ret;
}

void recorder_drop(struct recorder *w, struct output *out)
{
	wholefile_drop(&w->file);
	forget(w, out);
}
