// SPDX-License-Identifier: GPL-2.0
/* recording.c - chunks to a struct report. Nothing that a file says is believed: sizes are bounded, texts are made printable. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chunks.h"
#include "input.h"
#include "progress.h"
#include "recording.h"
#include "say.h"

/* ---- texts ---- */

/* A terminal must not obey what a file says, so only printable ASCII passes. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			*text = '?';
}

/* A field of a struct: it may lack its NUL. */
static void copy_text(char *to, size_t size, const char *from, size_t from_size)
{
	const size_t len = strnlen(from, from_size < size ? from_size : size - 1);

	memcpy(to, from, len);
	to[len] = 0;
	make_plain(to);
}

#define COPY_TEXT(to, from)	copy_text(to, sizeof(to), from, sizeof(from))

/* What follows the structs of a chunk: text without NUL. Returns NULL for want of memory. */
static char *text_of(const unsigned char *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	if (text)
		make_plain(text);
	return text;
}

static void plain_field(char *field, size_t size)
{
	field[size - 1] = 0;
	make_plain(field);
}

/* ---- chunks ---- */

/* What comes after a chunk. Each taker returns STEP_ON, STEP_NONSENSE or -errno. */
enum after_chunk { STEP_ON, STEP_END, STEP_CUT, STEP_NONSENSE };

/* As much of a struct as both sides know; the rest is zero. */
static void take(void *to, size_t to_size, const unsigned char *data, size_t size)
{
	memset(to, 0, to_size);
	memcpy(to, data, size < to_size ? size : to_size);
}

#define TAKE(to, data, size)	take(&(to), sizeof(to), data, size)

static int take_version(struct recording *rec, const unsigned char *data, size_t size)
{
	struct mma_version *ver = &rec->dev.ver;

	TAKE(*ver, data, size);
	plain_field(ver->release, sizeof(ver->release));
	plain_field(ver->reason, sizeof(ver->reason));
	rec->cov.nr_points = ver->nr_points < COVERAGE_MAX ? ver->nr_points : COVERAGE_MAX;
	rec->cov.nr_sites = ver->nr_sites < COVERAGE_MAX ? ver->nr_sites : COVERAGE_MAX;
	return STEP_ON;
}

static int take_point(struct recording *rec, const unsigned char *data, size_t size)
{
	struct mma_point_info info;

	TAKE(info, data, size);
	plain_field(info.symbol, sizeof(info.symbol));
	if (info.id < rec->cov.nr_points)
		rec->cov.point[info.id] = info;
	return STEP_ON;
}

static int take_site(struct recording *rec, const unsigned char *data, size_t size)
{
	struct mma_site_info info;

	TAKE(info, data, size);
	if (info.id < rec->cov.nr_sites)
		rec->cov.site[info.id] = info;
	return STEP_ON;
}

static int take_filter(struct recording *rec, const unsigned char *data, size_t size)
{
	TAKE(rec->report.audit.filter, data, size);
	return STEP_ON;
}

/* strftime() wants a year of few digits, and nanoseconds are printed as they are. */
static struct timespec time_of(const struct chunk_time *t)
{
	if (t->sec < 0 || t->sec > 0xffffffffffLL / 8 || t->nsec < 0 || t->nsec > 999999999)
		return (struct timespec){ 0 };
	return (struct timespec){ t->sec, t->nsec };
}

static int take_origin(struct recording *rec, const unsigned char *data, size_t size)
{
	struct origin *o = &rec->report.audit.origin;
	struct chunk_origin origin;

	TAKE(origin, data, size);
	o->begun = time_of(&origin.begun);
	o->begun_ns = origin.begun_ns;
	COPY_TEXT(o->host, origin.host);
	COPY_TEXT(o->boot_id, origin.boot_id);
	COPY_TEXT(o->release, origin.release);
	COPY_TEXT(rec->whom, origin.whom);
	rec->report.audit.whom = rec->whom;
	rec->report.audit.sweep_only = !!origin.sweep_only;
	rec->begun = 1;
	return STEP_ON;
}

static int take_word(struct recording *rec, const unsigned char *data, size_t size)
{
	char **words;

	rec->word_bytes += size + 1 + sizeof(*words);
	if (rec->word_bytes > CHUNK_WORDS)
		return STEP_NONSENSE;
	words = realloc(rec->words, (rec->nr_words + 2) * sizeof(*words));
	if (!words)
		return -ENOMEM;
	rec->words = words;
	words[rec->nr_words + 1] = NULL;
	words[rec->nr_words] = text_of(data, size);
	return words[rec->nr_words++] ? STEP_ON : -ENOMEM;
}

static int take_symbol(struct recording *rec, const unsigned char *data, size_t size)
{
	__u64 addr = 0;
	char *name;
	int ret;

	if (size < sizeof(addr))
		return STEP_ON;
	if (++rec->nr_symbols > CHUNK_SYMBOLS)
		return STEP_NONSENSE;
	memcpy(&addr, data, sizeof(addr));
	name = text_of(data + sizeof(addr), size - sizeof(addr));
	ret = name ? symbols_know(&rec->report.syms, addr, name) : -ENOMEM;
	free(name);
	return ret;
}

/* A module before 1.7 does not tell, and is of x86-64, as the head says, too. */
static int knows_entries(const struct recording *rec)
{
	const struct arch *arch = arch_of(rec->dev.ver.entries);

	return arch && arch_same(arch, rec->machine);
}

static int take_records(struct recording *rec, const unsigned char *data, size_t size)
{
	struct cursor cur = { data, size };
	enum decode_status what;
	struct record one;

	if (rec->dev.ver.abi_major != MMA_ABI_MAJOR || !knows_entries(rec))	/* nobody knows what they say: see check_version() */
		return STEP_ON;
	while ((what = decode_next(&cur, &one)) != DECODE_END) {
		report_add(&rec->report, what, &one);
		rec->last.hdr.type = 0;
		if (what == DECODE_DECISION || what == DECODE_FINDING)
			rec->last = one;
		if (rec->each)
			rec->each(rec->with, what, &one);
	}
	return STEP_ON;
}

/* ---- histories ---- */

/* As much of a step as both sides know. */
static struct step take_step(const unsigned char *data, size_t size, struct event *ev)
{
	struct chunk_step step;

	TAKE(step, data, size);
	*ev = step.ev;
	return (struct step){ ev, { step.mm, step.addr }, !!(step.flags & CHUNK_STEP_EARLIER), !!(step.flags & CHUNK_STEP_LATE) };
}

static struct blame take_blame(const struct chunk_history *h, const struct trail *t)
{
	return (struct blame){
		.how = h->how <= BLAME_BETWEEN ? h->how : BLAME_NONE, .step = h->blamed && h->blamed <= t->nr ? &t->step[h->blamed - 1] : NULL,
		.rule = h->rule, .lost = h->lost, .gained = h->gained, .at = h->at <= WHILE_MIGRATING ? h->at : WHILE_UNKNOWN,
	};
}

/* A file may say anything: what does not fit together is no history. */
static int is_history(const struct chunk_history *h, size_t size)
{
	return h->head_size >= sizeof(h->begins_ns) && h->head_size <= size && h->step_size >= offsetof(struct chunk_step, ev) &&
	       h->steps <= (size - h->head_size) / h->step_size;
}

static void take_steps(struct past *past, const struct chunk_history *h, const unsigned char *data)
{
	struct trail *t = &past->trail;

	for (t->nr = 0; t->nr < h->steps; t->nr++)
		t->step[t->nr] = take_step(data + h->head_size + t->nr * h->step_size, h->step_size, &past->ev[t->nr]);
}

static int take_history(struct recording *rec, const unsigned char *data, size_t size)
{
	struct chunk_history h;
	struct past past = { .at_ns = rec->last.hdr.time_ns };

	TAKE(h, data, size);
	if (!rec->last.hdr.type || !is_history(&h, size))
		return STEP_ON;
	past.ev = malloc((h.steps + 1) * sizeof(*past.ev));
	past.trail.step = malloc((h.steps + 1) * sizeof(*past.trail.step));
	if (!past.ev || !past.trail.step) {
		past_free(&past);
		return -ENOMEM;
	}
	take_steps(&past, &h, data);
	past.trail.end = h.end <= TRAIL_FULL ? h.end : TRAIL_BEGIN;
	past.begins_ns = h.begins_ns;
	past.unordered = h.head_size >= sizeof(h) && h.unordered;
	past.blame = take_blame(&h, &past.trail);
	report_keep_past(&rec->report, &rec->last, &past);
	past_free(&past);
	rec->last.hdr.type = 0;
	return STEP_ON;
}

static int take_stats(struct recording *rec, const unsigned char *data, size_t size)
{
	TAKE(rec->report.totals.stats, data, size);
	return STEP_ON;
}

static void take_left(struct family *left, const struct chunk_end *end)
{
	left->nr = end->left_nr;
	left->unknown = end->left_unknown;
	for (unsigned int i = 0; i < CHUNK_LEFT && i < FAMILY_NAMED; i++) {
		left->member[i].pid = end->left[i].pid;
		memcpy(left->member[i].comm, end->left[i].comm, sizeof(end->left[i].comm));
	}
}

static int take_end(struct recording *rec, const unsigned char *data, size_t size)
{
	struct totals *t = &rec->report.totals;
	struct chunk_end e;

	TAKE(e, data, size);
	rec->report.audit.origin.ended = time_of(&e.ended);
	t->grants = e.grants;
	t->denials = e.denials;
	t->missed = e.missed;
	t->suspects_lost = e.suspects_lost;
	t->at_exit = e.at_exit;
	t->sweeps_lost = e.sweeps_lost;
	t->not_kept = e.not_kept;
	t->swept = (struct swept){ e.swept_processes, e.swept_failed, e.swept_present, e.swept_writable, e.swept_tables };
	t->read = e.read;
	t->corrupt += e.corrupt;
	t->blind = e.blind;
	t->status = e.status;
	t->signal = e.signal;
	t->exit = e.exit;
	take_left(&t->left, &e);
	rec->report.whole = 1;
	return STEP_ON;
}

static int (*const takers[])(struct recording *rec, const unsigned char *data, size_t size) = {
	[CHUNK_VERSION] = take_version, [CHUNK_POINT] = take_point, [CHUNK_SITE] = take_site, [CHUNK_FILTER] = take_filter,
	[CHUNK_ORIGIN] = take_origin, [CHUNK_WORD] = take_word, [CHUNK_SYMBOL] = take_symbol, [CHUNK_RECORDS] = take_records,
	[CHUNK_STATS] = take_stats, [CHUNK_END] = take_end,
	[CHUNK_HISTORY] = take_history,
};

#define NR_TAKERS	(sizeof(takers) / sizeof(takers[0]))

/* ---- the file ---- */

/* Reads over a chunk that only newer versions write; a pipe cannot be sought. */
static int skip(FILE *f, size_t size)
{
	unsigned char buf[4096];

	while (size) {
		size_t n = fread(buf, 1, size < sizeof(buf) ? size : sizeof(buf), f);

		if (!n)
			return -EPIPE;
		size -= n;
	}
	return 0;
}

/* Returns a step, or -errno. */
static int read_into(struct recording *rec, FILE *f, const struct chunk *chunk, unsigned char *buf)
{
	int ret;

	if (fread(buf, 1, chunk->size, f) != chunk->size)
		return STEP_CUT;
	ret = takers[chunk->type](rec, buf, chunk->size);
	if (ret)
		return ret;
	return chunk->type == CHUNK_END ? STEP_END : STEP_ON;
}

static int read_known(struct recording *rec, FILE *f, const struct chunk *chunk)
{
	unsigned char *buf;
	int ret;

	if (chunk->size > CHUNK_MOST)
		return STEP_NONSENSE;
	buf = malloc(chunk->size + 1);
	if (!buf)
		return -ENOMEM;
	ret = read_into(rec, f, chunk, buf);
	free(buf);
	return ret;
}

static int read_chunk(struct recording *rec, FILE *f)
{
	struct chunk chunk;

	if (fread(&chunk, 1, sizeof(chunk), f) != sizeof(chunk))
		return STEP_CUT;
	if (!chunk.type)
		return STEP_NONSENSE;
	if (chunk.type < NR_TAKERS && takers[chunk.type])
		return read_known(rec, f, &chunk);
	rec->unknown_chunks++;
	return skip(f, chunk.size) ? STEP_CUT : STEP_ON;
}

/* ---- what is said ---- */

#define UNKNOWN_ENTRIES	"it is of a kind of machine whose page table entries this mmaudit does not know"

static int refuse(const char *path, const char *why)
{
	say("cannot read %s: %s", path, why);
	return EXIT_USAGE;
}

static int read_head(struct recording *rec, const char *path, FILE *f)
{
	struct recording_head head;
	char machine[sizeof(head.machine) + 1];
	const size_t n = fread(&head, 1, sizeof(head), f);

	if (!n && ferror(f))
		return refuse(path, strerror(errno));
	if (n != sizeof(head) || memcmp(head.magic, RECORDING_MAGIC, sizeof(head.magic)))
		return refuse(path, "it is no recording ('mmaudit record -o FILE' makes one)");
	if (head.order != RECORDING_ORDER)
		return refuse(path, "it is of a machine with another byte order: read it on one of that kind");
	if (head.major != RECORDING_MAJOR && head.major != RECORDING_UNKNOWN)
		return refuse(path, "it is of an mmaudit with another format: read it with the mmaudit that made it");
	COPY_TEXT(machine, head.machine);
	rec->machine = arch_by_machine(machine);
	if (!rec->machine)
		return refuse(path, UNKNOWN_ENTRIES);
	return EXIT_CLEAN;
}

static int check_version(const struct recording *rec, const char *path)
{
	if (rec->dev.ver.abi_major == MMA_ABI_MAJOR)
		return knows_entries(rec) ? EXIT_CLEAN : refuse(path, UNKNOWN_ENTRIES);
	return refuse(path, "its records are of a module with another ABI: read it with the mmaudit that made it");
}

static int say_step(struct recording *rec, const char *path, int step)
{
	if (rec->unknown_chunks)
		say("%s: %llu parts are of a newer mmaudit and were skipped: that one tells more of it", path,
		    (unsigned long long)rec->unknown_chunks);
	if (step == STEP_END && rec->begun && !rec->goes_on)
		return EXIT_CLEAN;
	if (step == STEP_END && rec->begun)
		say("%s goes on after its end: what follows, another recording perhaps, was not read", path);
	else if (step == STEP_END)
		say("%s makes no sense: it has an end and no begin", path);
	else if (!rec->begun)
		say("%s was cut before its first record: there is nothing to tell", path);
	else if (step == STEP_NONSENSE)
		say("%s makes no sense from some point on, after %llu violations: what follows was not read", path,
		    (unsigned long long)rec->report.totals.violations);
	else
		say("%s was cut: it has no end, so what came after the last record read is not known", path);
	return EXIT_LOST;
}

static void begin(struct recording *rec)
{
	struct report *r = &rec->report;

	r->audit.dev = &rec->dev;
	r->audit.cov = &rec->cov;
	r->audit.whom = "?";
	r->totals.status = -1;
}

static void end(struct recording *rec)
{
	rec->report.audit.origin.argv = rec->words;
	rec->report.command = origin_line(&rec->report.audit.origin);
	if (!rec->report.whole)
		rec->report.totals.unwritten = ENODATA;
	report_end(&rec->report);
}

static __u64 size_of(FILE *f)
{
	struct stat st;

	return fileno(f) < 0 || fstat(fileno(f), &st) || !S_ISREG(st.st_mode) ? 0 : st.st_size;
}

/*
 * Returns a step that ends it, or -errno. What prints meanwhile on the terminal shows by itself how far it is, and of a pipe it
 * is not known.
 */
static int read_chunks(struct recording *rec, const char *path, FILE *f)
{
	struct progress p = progress_begin(path, size_of(f));
	int step = STEP_ON;

	p.on &= p.all && !(rec->each && isatty(STDOUT_FILENO));
	while (step == STEP_ON) {
		step = read_chunk(rec, f);
		progress_at(&p, ftell(f));
	}
	progress_end(&p);
	rec->goes_on = step == STEP_END && getc(f) != EOF;
	return step;
}

int recording_read_file(struct recording *rec, const char *path, FILE *f)
{
	int step, ret = read_head(rec, path, f);

	if (ret)
		return ret;
	begin(rec);
	step = read_chunks(rec, path, f);
	if (step < 0)
		return refuse(path, strerror(-step));
	end(rec);
	ret = rec->begun ? check_version(rec, path) : EXIT_CLEAN;
	return ret ? ret : say_step(rec, path, step);
}

int recording_read(struct recording *rec, const char *path)
{
	FILE *f = input_open(path);
	int ret;

	if (!f)
		return refuse(path, strerror(errno));
	ret = recording_read_file(rec, path, f);
	fclose(f);
	return ret;
}

void recording_free(struct recording *rec)
{
	for (size_t i = 0; i < rec->nr_words; i++)
		free(rec->words[i]);
	free(rec->words);
	rec->words = NULL;
	rec->nr_words = 0;
	free((char *)rec->report.command);
	rec->report.command = NULL;
	report_free(&rec->report);
}
