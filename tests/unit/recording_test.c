// SPDX-License-Identifier: GPL-2.0
/* recording_test.c - what recorder.c writes and recording.c reads back: whole, cut, foreign, of a newer mmaudit, on a full disk. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "chunks.h"
#include "print_json_past.h"
#include "recording.h"
#include "recorded.h"
#include "say.h"

static char talk[8192];

void say(const char *fmt, ...)
{
	size_t len = strlen(talk);
	va_list args;

	va_start(args, fmt);
	vsnprintf(talk + len, sizeof(talk) - len, fmt, args);
	va_end(args);
}

/* A recording in memory, with room for more. */
static unsigned char file[1 << 20];
static size_t file_size;
static char path[64];

static struct recording rec;

static int read_bytes(size_t size)
{
	FILE *f = fmemopen(file, size ? size : 1, "r");
	int ret;

	if (!size)
		fgetc(f);
	memset(&rec, 0, sizeof(rec));
	talk[0] = 0;
	ret = recording_read_file(&rec, "FILE", f);
	fclose(f);
	return ret;
}

static void load(const char *from)
{
	FILE *f = fopen(from, "r");

	file_size = f ? fread(file, 1, sizeof(file), f) : 0;
	if (f)
		fclose(f);
}

static void has(const char *name, const char *in, const char *want)
{
	check(in && strstr(in, want), name, "'%s' is not in: %.1000s", want, in);
}

static void equal(const char *name, const char *got, const char *want)
{
	check(got && !strcmp(got, want), name, "'%s', not '%s'", got, want);
}

#define NUMBER(name, got, want) \
	check((unsigned long long)(got) == (unsigned long long)(want), name, "%llu, not %llu", (unsigned long long)(got), \
	      (unsigned long long)(want))

/* All that was recorded is there again. */
static void test_whole(void)
{
	const struct report *r = &rec.report;
	const struct mma_decision *d;

	NUMBER("whole-status", read_bytes(file_size), EXIT_CLEAN);
	equal("whole-silent", talk, "");
	NUMBER("whole", r->whole, 1);
	NUMBER("whole-violations", r->totals.violations, 11);
	NUMBER("whole-entries", r->totals.entries, 10 * 512 + 3);
	NUMBER("whole-kept", r->nr_rec, 11);
	NUMBER("whole-kinds", r->kinds.nr, 5);
	NUMBER("whole-missed", r->totals.missed, 7);
	NUMBER("whole-not-kept", r->totals.not_kept, 2);
	NUMBER("whole-status-of-cmd", r->totals.status, 1);
	NUMBER("whole-balance", totals_balance(&r->totals), 1);
	NUMBER("whole-site-unseen", sites_unseen(r->audit.cov), 1ULL << 5);
	NUMBER("whole-site-absent", sites_absent(r->audit.cov), 1ULL << 2);
	NUMBER("whole-point", r->audit.cov->point[7].hits, 7);
	NUMBER("whole-filter", r->audit.filter.pid, 170);
	NUMBER("whole-begun", r->audit.origin.begun.tv_nsec, 250000000);
	NUMBER("whole-ended", r->audit.origin.ended.tv_sec, 1764400003);
	equal("whole-host", r->audit.origin.host, "sample");
	equal("whole-release", r->audit.dev->ver.release, "6.1.0-sample");
	equal("whole-whom", r->audit.whom, "process 170 and its descendants");
	equal("whole-command", r->command, "mmaudit record -o 'a file' -- bugs 'it'\\''s'");
	equal("whole-word", r->audit.origin.argv[3], "a file");
	d = &r->rec[0].decision;
	NUMBER("whole-stack", r->rec[0].nr_stack, 4);
	NUMBER("whole-old", d->old_entry, 0x8000000012345867);
	NUMBER("whole-finding", r->rec[10].finding.end, 0x7f0000003000);
	equal("whole-symbol", symbol_name(&rec.report.syms, r->rec[0].stack[1]), "move_vma+0x214");
	equal("whole-no-symbol", symbol_name(&rec.report.syms, 0x1234), "?");
	recording_free(&rec);
}

/* The history of the first decision, which alone has one, as it was before it was recorded. */
static void test_history(void)
{
	struct symbols syms = { .dev = &sample_device };
	const struct record made = sample_decision();
	const struct report *r = &rec.report;
	const struct past *past;
	struct json_object *was, *is;
	struct past before;

	sample_history(&before, &made);
	read_bytes(file_size);
	past = report_past(r, &r->rec[0]);
	check(past && past->trail.nr == 3 && past->blame.step == &past->trail.step[2], "history-kept", "%zu steps", past ? past->trail.nr : 0);
	for (size_t i = 1; i < r->nr_rec; i++)
		check(!report_past(r, &r->rec[i]), "history-of-no-other", "record %zu has one", i);
	was = json_of_past(&before, &made, &syms);
	is = past ? json_of_past(past, &r->rec[0], &rec.report.syms) : NULL;
	equal("history-the-same", json_object_to_json_string(is), json_object_to_json_string(was));
	has("history-named", json_object_to_json_string(is), "\"caller\": \"handler+0x10 [other]\"");
	has("history-sentence", json_object_to_json_string(is), "soft-dirty lost here, by mremap itself");
	json_object_put(was);
	json_object_put(is);
	past_free(&before);
	symbols_free(&syms);
	recording_free(&rec);
}

#define LONG	10000		/* more steps than a chunk has room for */

/* The oldest step is to blame. */
static struct past long_past(const struct record *made)
{
	static struct event ev[LONG];
	struct past past;

	for (size_t i = 0; i < LONG; i++)
		ev[i] = (struct event){ .counter = i + 1, .time_ns = i + 1, .start = made->decision.addr, .end = made->decision.addr + 0x1000,
			.mm = made->decision.mm, .kind = MMA_EVENT_MAP, .site = EVENT_NO_SITE };
	if (past_find_at(&past, past_place(made), ev, LONG, LONG))
		abort();
	past.blame = (struct blame){ .how = BLAME_STEP, .step = &past.trail.step[0] };
	return past;
}

/* Of a history that is too long, the newest are kept, and the one to blame. */
static void test_long_history(void)
{
	struct output out = { .syms.dev = &sample_device };
	const struct record made = sample_decision();
	struct past past = long_past(&made);
	struct audit audit = sample_audit();
	const struct past *kept;
	struct recorder w = { 0 };
	char name[80];

	snprintf(name, sizeof(name), "%s.long", path);
	recorder_open(&w, &out, name);
	out.ops->start(&out, &audit);
	out.past = &past;
	sample_put(&out, &made);
	recorder_close(&w, &out);
	recording_read(&rec, name);
	kept = report_past(&rec.report, &rec.report.rec[0]);
	check(kept && kept->trail.nr > LONG / 2 && kept->trail.nr < LONG, "long-kept", "%zu steps", kept ? kept->trail.nr : 0);
	check(kept && kept->trail.end == TRAIL_FULL, "long-full", "not said");
	check(kept && kept->blame.step == &kept->trail.step[0] && kept->trail.step[0].ev->counter == 1, "long-blamed", "another one");
	check(kept && kept->trail.step[kept->trail.nr - 1].ev->counter == LONG, "long-newest", "another one");
	recording_free(&rec);
	past_free(&past);
	symbols_free(&out.syms);
	unlink(name);
}

static size_t find(__u32 type);

/* What a file says of a history is not believed. */
static void test_wild_history(void)
{
	static const struct {
		const char *name;
		struct chunk_history head;
	} wild[] = {
		{ "wild-steps", { .steps = 0x7fffffff, .step_size = sizeof(struct chunk_step), .head_size = sizeof(struct chunk_history) } },
		{ "wild-step-size", { .steps = 3, .step_size = 1, .head_size = sizeof(struct chunk_history) } },
		{ "wild-no-step-size", { .steps = 3, .head_size = sizeof(struct chunk_history) } },
		{ "wild-head-size", { .steps = 3, .step_size = sizeof(struct chunk_step), .head_size = 0xffffffff } },
		{ "wild-blame", { .steps = 3, .step_size = sizeof(struct chunk_step), .head_size = sizeof(struct chunk_history), .blamed = 77,
				  .how = BLAME_BETWEEN, .rule = 99, .at = 99, .end = 99, .lost = ~0ULL } },
	};

	for (size_t i = 0; i < sizeof(wild) / sizeof(wild[0]); i++) {
		const size_t at = find(CHUNK_HISTORY) + sizeof(struct chunk);
		const struct past *past;
		struct json_object *json;

		memcpy(file + at, &wild[i].head, sizeof(wild[i].head));
		NUMBER(wild[i].name, read_bytes(file_size), EXIT_CLEAN);
		past = report_past(&rec.report, &rec.report.rec[0]);
		NUMBER(wild[i].name, !!past, i == 4);
		json = past ? json_of_past(past, &rec.report.rec[0], &rec.report.syms) : NULL;
		check(!past || strstr(json_object_to_json_string(json), "\"event\": null"), wild[i].name, "no step is to blame");
		json_object_put(json);
		recording_free(&rec);
		load(path);
	}
}

/* However much of it is there, it is read up to there, and says so. */
static void test_cut(void)
{
	unsigned int begun = 0, wrong = 0, silent = 0, fewer = 0;
	__u64 before = 0;

	for (size_t size = 0; size < file_size; size++) {
		int ret = read_bytes(size);

		wrong += ret != (size < sizeof(struct recording_head) ? EXIT_USAGE : EXIT_LOST);
		silent += !talk[0];
		fewer += rec.report.totals.violations < before || rec.report.whole;
		before = rec.report.totals.violations;
		begun += rec.begun;
		recording_free(&rec);
	}
	NUMBER("cut-status", wrong, 0);
	NUMBER("cut-said", silent, 0);
	NUMBER("cut-grows", fewer, 0);
	NUMBER("cut-all-but-end", before, 11);
	check(begun > 1000, "cut-begun", "%u of %zu sizes can be told", begun, file_size);
	read_bytes(file_size - 1);
	has("cut-sentence", talk, "FILE was cut: it has no end");
	recording_free(&rec);
	read_bytes(100);
	has("cut-early", talk, "FILE was cut before its first record: there is nothing to tell");
	recording_free(&rec);
}

static void refused(const char *name, const char *why)
{
	NUMBER(name, read_bytes(file_size), EXIT_USAGE);
	has(name, talk, why);
	NUMBER(name, rec.begun && rec.report.nr_rec, 0);
	recording_free(&rec);
}

static struct recording_head *head(void)
{
	return (struct recording_head *)file;
}

static void test_foreign(void)
{
	head()->magic[0]++;
	refused("foreign", "cannot read FILE: it is no recording");
	load(path);
	head()->order = __builtin_bswap32(RECORDING_ORDER);
	refused("other-order", "another byte order");
	load(path);
	head()->major = RECORDING_UNKNOWN + 1;
	refused("other-major", "of an mmaudit with another format");
	load(path);
	head()->machine[0] = 'a';
	refused("other-machine", "a kind of machine whose page table entries");
	load(path);
	memset(head()->machine, 'x', sizeof(head()->machine));
	refused("machine-without-nul", "a kind of machine whose page table entries");
	load(path);
}

/* An mmaudit that knows no unknown kernels refuses a recording of one: it reads RECORDING_MAJOR alone. */
static void test_unknown_kernel(void)
{
	NUMBER("known-kernel-head", head()->major, RECORDING_MAJOR);
	sample_is_newer = 1;
	NUMBER("unknown-kernel-records", sample_record(path, 10), 0);
	load(path);
	NUMBER("unknown-kernel-head", head()->major, RECORDING_UNKNOWN);
	NUMBER("unknown-kernel-status", read_bytes(file_size), EXIT_CLEAN);
	NUMBER("unknown-kernel-state", rec.dev.ver.state, MMA_STATE_UNKNOWN);
	recording_free(&rec);
	sample_is_newer = 0;
	NUMBER("known-kernel-records", sample_record(path, 10), 0);
	load(path);
}

/* Where the first chunk of that type is. */
static size_t find(__u32 type)
{
	struct chunk chunk;

	for (size_t at = sizeof(struct recording_head); at + sizeof(chunk) <= file_size; at += sizeof(chunk) + chunk.size) {
		memcpy(&chunk, file + at, sizeof(chunk));
		if (chunk.type == type)
			return at;
	}
	return 0;
}

static void set_entries(__u32 entries)
{
	struct mma_version ver;
	size_t at = find(CHUNK_VERSION) + sizeof(struct chunk);

	memcpy(&ver, file + at, sizeof(ver));
	ver.entries = entries;
	memcpy(file + at, &ver, sizeof(ver));
}

/* Head and module must agree, and what neither names is not read: "x86_64" is what all said before 1.7. */
static void test_entries(void)
{
	static const struct { const char *name, *machine; __u32 entries; int status; } rows[] = {
		{ "entries-before-1.7", "x86_64", 0, EXIT_CLEAN },
		{ "entries-x86", "x86_64", MMA_ENTRIES_X86_64, EXIT_CLEAN },
		{ "entries-arm64", "aarch64", MMA_ENTRIES_ARM64, EXIT_CLEAN },
		{ "entries-arm64-old", "aarch64", MMA_ENTRIES_ARM64_OLD, EXIT_CLEAN },
		{ "entries-not-told", "aarch64", 0, EXIT_USAGE },
		{ "entries-of-another", "x86_64", MMA_ENTRIES_ARM64, EXIT_USAGE },
		{ "entries-unknown", "x86_64", 99, EXIT_USAGE },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memset(head()->machine, 0, sizeof(head()->machine));
		strcpy(head()->machine, rows[i].machine);
		set_entries(rows[i].entries);
		NUMBER(rows[i].name, read_bytes(file_size), rows[i].status);
		if (rows[i].status == EXIT_CLEAN)
			check(rec.report.nr_rec == 11 && !strcmp(audit_arch(&rec.report.audit)->machine, rows[i].machine), "entries-machine",
			      "%zu records", rec.report.nr_rec);
		else
			has("entries-refused", talk, "a kind of machine whose page table entries this mmaudit does not know");
		recording_free(&rec);
		load(path);
	}
}

/* What is recorded there has its machine in its head, and reads as what it is. */
static void test_arm64(void)
{
	char arm64[80];
	const struct mma_decision *d;

	snprintf(arm64, sizeof(arm64), "%s.arm64", path);
	sample_entries = MMA_ENTRIES_ARM64;
	NUMBER("arm64-records", sample_record(arm64, 10), 0);
	sample_entries = MMA_ENTRIES_X86_64;
	load(arm64);
	unlink(arm64);
	equal("arm64-head", head()->machine, "aarch64");
	NUMBER("arm64-status", read_bytes(file_size), EXIT_CLEAN);
	NUMBER("arm64-kept", rec.report.nr_rec, 11);
	d = &rec.report.rec[0].decision;
	NUMBER("arm64-frame", arch_pfn(audit_arch(&rec.report.audit), d->new_entry, 0), 0x12345);
	recording_free(&rec);
	load(path);
	equal("x86-head", head()->machine, "x86_64");
}

/* Makes room for so many bytes at that place. */
static void insert(size_t at, size_t size)
{
	memmove(file + at + size, file + at, file_size - at);
	memset(file + at, 0xee, size);
	file_size += size;
}

/* A newer mmaudit adds chunks, and makes others longer. */
static void test_newer(void)
{
	const struct chunk newer = { 999, 77 };
	struct chunk grown;
	size_t at = find(CHUNK_RECORDS);

	insert(at, sizeof(newer) + newer.size);
	memcpy(file + at, &newer, sizeof(newer));
	at = find(CHUNK_END);
	memcpy(&grown, file + at, sizeof(grown));
	insert(at + sizeof(grown) + grown.size, 40);
	grown.size += 40;
	memcpy(file + at, &grown, sizeof(grown));
	NUMBER("newer-status", read_bytes(file_size), EXIT_CLEAN);
	has("newer-said", talk, "FILE: 1 parts are of a newer mmaudit and were skipped");
	NUMBER("newer-all", rec.report.totals.violations, 11);
	NUMBER("newer-end", rec.report.totals.missed, 7);
	recording_free(&rec);
	load(path);
}

/* An older mmaudit wrote less. */
static void test_older(void)
{
	size_t at = find(CHUNK_END), keep = offsetof(struct chunk_end, read);
	struct chunk shorter = { CHUNK_END, keep };

	memcpy(file + at, &shorter, sizeof(shorter));
	file_size = at + sizeof(shorter) + keep;
	NUMBER("older-status", read_bytes(file_size), EXIT_CLEAN);
	NUMBER("older-missed", rec.report.totals.missed, 7);
	NUMBER("older-not-kept", rec.report.totals.not_kept, 0);
	NUMBER("older-zero", rec.report.totals.left.nr, 0);
	recording_free(&rec);
	load(path);
}

static void test_other_abi(void)
{
	struct mma_version ver;
	size_t at = find(CHUNK_VERSION) + sizeof(struct chunk);

	memcpy(&ver, file + at, sizeof(ver));
	ver.abi_major++;
	memcpy(file + at, &ver, sizeof(ver));
	NUMBER("other-abi", read_bytes(file_size), EXIT_USAGE);
	has("other-abi-said", talk, "a module with another ABI");
	NUMBER("other-abi-records", rec.report.nr_rec, 0);
	recording_free(&rec);
	load(path);
}

static void test_nonsense(void)
{
	struct chunk wild = { CHUNK_RECORDS, CHUNK_MOST + 1 };
	size_t at = find(CHUNK_RECORDS);

	memcpy(file + at, &wild, sizeof(wild));
	NUMBER("nonsense-size", read_bytes(file_size), EXIT_LOST);
	has("nonsense-said", talk, "FILE makes no sense from some point on, after 0 violations");
	recording_free(&rec);
	load(path);
}

/* An end alone is no audit, and nothing to tell. */
static void test_no_begin(void)
{
	const __u32 type = 999;

	memcpy(file + find(CHUNK_ORIGIN), &type, sizeof(type));
	NUMBER("no-begin", read_bytes(file_size), EXIT_LOST);
	has("no-begin-said", talk, "FILE makes no sense: it has an end and no begin");
	recording_free(&rec);
	load(path);
}

/* What a file says does not reach the terminal as it is. */
static void test_texts(void)
{
	size_t at = find(CHUNK_ORIGIN) + sizeof(struct chunk);

	memset(file + at + offsetof(struct chunk_origin, host), '\033', sizeof(((struct chunk_origin *)0)->host));
	read_bytes(file_size);
	NUMBER("text-bounded", strlen(rec.report.audit.origin.host), sizeof(rec.report.audit.origin.host) - 1);
	has("text-plain", rec.report.audit.origin.host, "????");
	recording_free(&rec);
	load(path);
}

/* Reads what is there with n more chunks before the first record, each with these bytes. */
static int read_with(unsigned int n, __u32 type, const void *data, __u32 size)
{
	const struct chunk chunk = { type, size };
	const size_t at = find(CHUNK_SYMBOL);
	FILE *f = tmpfile();
	int ret;

	fwrite(file, 1, at, f);
	for (unsigned int i = 0; i < n; i++) {
		fwrite(&chunk, sizeof(chunk), 1, f);
		fwrite(data, size, 1, f);
	}
	fwrite(file + at, 1, file_size - at, f);
	rewind(f);
	memset(&rec, 0, sizeof(rec));
	talk[0] = 0;
	ret = recording_read_file(&rec, "FILE", f);
	fclose(f);
	return ret;
}

static void bounded(const char *name, unsigned int most, __u32 type, const void *data, __u32 size)
{
	NUMBER(name, read_with(most, type, data, size), EXIT_CLEAN);
	NUMBER(name, rec.report.totals.violations, 11);
	recording_free(&rec);
	NUMBER(name, read_with(most + 1, type, data, size), EXIT_LOST);
	has(name, talk, "makes no sense from some point on");
	recording_free(&rec);
}

/* A file may not take more memory than a recording ever needs. */
static void test_bounds(void)
{
	static const char word[4096];
	const char symbol[] = "ADDRESS.name+0x1/0x2";
	unsigned int there;

	read_bytes(file_size);
	there = rec.nr_symbols;
	recording_free(&rec);
	bounded("symbols-bounded", CHUNK_SYMBOLS - there, CHUNK_SYMBOL, symbol, sizeof(symbol));
	bounded("words-bounded", CHUNK_WORDS / (4096 + 1 + 8), CHUNK_WORD, word, sizeof(word));
}

/* Each of these histories is 24 KB in a file, and would be a third of a megabyte in memory. */
static void test_histories_bounded(void)
{
	static const struct chunk_history head = { .steps = 1500, .step_size = offsetof(struct chunk_step, ev), .head_size = sizeof(head) };
	static unsigned char body[1500 * offsetof(struct chunk_step, ev)];
	const struct chunk history = { CHUNK_HISTORY, sizeof(head) + sizeof(body) }, records = { CHUNK_RECORDS, sizeof(struct mma_decision) };
	struct record one = sample_decision();
	FILE *f = tmpfile();

	one.decision.hdr.size = sizeof(one.decision);
	one.decision.nr_stack = 0;
	fwrite(file, 1, find(CHUNK_RECORDS), f);
	for (int i = 0; i < 400; i++) {
		one.hdr.seq++;
		fwrite(&records, sizeof(records), 1, f);
		fwrite(&one.decision, sizeof(one.decision), 1, f);
		fwrite(&history, sizeof(history), 1, f);
		fwrite(&head, sizeof(head), 1, f);
		fwrite(body, sizeof(body), 1, f);
	}
	rewind(f);
	memset(&rec, 0, sizeof(rec));
	recording_read_file(&rec, "FILE", f);
	fclose(f);
	NUMBER("histories-records", rec.report.nr_rec, 400);
	NUMBER("histories-bounded", rec.report.nr_past, (1 << 18) / 1500);
	recording_free(&rec);
}

/* And no recording has more. */
static void test_symbols_written(void)
{
	struct output out = { .syms.dev = &sample_device };
	struct recorder w = { .symbols = CHUNK_SYMBOLS - 2 };
	struct record one = sample_decision();
	char few[80];

	snprintf(few, sizeof(few), "%s.few", path);
	recorder_open(&w, &out, few);
	sample_put(&out, &one);
	NUMBER("symbols-written", w.symbols, CHUNK_SYMBOLS);
	recorder_drop(&w, &out);
	symbols_free(&out.syms);
}

static size_t size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) ? 0 : st.st_size;
}

/* A disk that is full after `limit` bytes. Returns what recorder_close() returns. */
static int record_on_full(const char *name, size_t limit)
{
	struct rlimit was, now;
	struct audit audit = sample_audit();
	struct output out = { .syms.dev = &sample_device };
	struct recorder w = { 0 };
	int ret;

	recorder_open(&w, &out, name);
	getrlimit(RLIMIT_FSIZE, &was);
	now = (struct rlimit){ limit, was.rlim_max };
	setrlimit(RLIMIT_FSIZE, &now);
	out.ops->start(&out, &audit);
	sample_records(&out, 101);
	fputc(0, out.file);		/* the last flush has something to write, however long the records are */
	if (fflush(out.file))
		out.err = errno;
	__fpurge(out.file);
	setrlimit(RLIMIT_FSIZE, &was);
	talk[0] = 0;
	ret = recorder_close(&w, &out);
	symbols_free(&out.syms);
	return ret;
}

static void test_full(void)
{
	char full[80];

	signal(SIGXFSZ, SIG_IGN);
	snprintf(full, sizeof(full), "%s.full", path);
	NUMBER("full-fails", record_on_full(full, 28001), -EFBIG);
	has("full-said", talk, "has what was recorded until then, and no end");
	check(size_of(full) > 26000 && size_of(full) <= 28001, "full-kept", "%zu bytes", size_of(full));
	load(full);
	NUMBER("full-valid", read_bytes(file_size), EXIT_LOST);
	check(rec.report.totals.violations > 10 && !rec.report.totals.corrupt, "full-records", "%llu", rec.report.totals.violations);
	recording_free(&rec);
	unlink(full);
	NUMBER("full-at-once", record_on_full(full, 10), -EFBIG);
	NUMBER("full-nothing", access(full, F_OK), -1);
	load(path);
}

static void test_mode(void)
{
	struct stat st;

	stat(path, &st);
	NUMBER("mode", st.st_mode & 0777, 0600);
}

int main(void)
{
	snprintf(path, sizeof(path), "/tmp/recording_test.%d", (int)getpid());
	NUMBER("records", sample_record(path, 10), 0);
	has("records-said", talk, "recorded 11 records in ");
	load(path);
	test_mode();
	test_whole();
	test_history();
	test_long_history();
	test_wild_history();
	test_cut();
	test_foreign();
	test_unknown_kernel();
	test_entries();
	test_arm64();
	test_newer();
	test_older();
	test_other_abi();
	test_nonsense();
	test_no_begin();
	test_texts();
	test_bounds();
	test_histories_bounded();
	test_symbols_written();
	test_full();
	unlink(path);
	return check_done();
}
