// SPDX-License-Identifier: GPL-2.0
/*
 * recording_fuzz.c - libFuzzer target: any bytes as a recording, read, told and judged again. `make fuzz`.
 *
 * A file of chunks that has no head gets one, or few inputs would come further than its first bytes.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "chunks.h"
#include "recording.h"
#include "rejudge.h"
#include "report_formats.h"
#include "say.h"

static int said;

void say(const char *fmt, ...) { said++; }
int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym) { abort(); }

static const struct recording_head heads[] = {
	{ .magic = RECORDING_MAGIC, .order = RECORDING_ORDER, .major = RECORDING_MAJOR, .machine = "x86_64" },
	{ .magic = RECORDING_MAGIC, .order = RECORDING_ORDER, .major = RECORDING_MAJOR, .machine = "aarch64" },
};

/* The bytes as a file; NULL: there are none. */
static FILE *file_of(const uint8_t *data, size_t size, uint8_t **copy)
{
	const struct recording_head *head = &heads[size & 1];
	const int whole = size >= sizeof(head->magic) && !memcmp(data, head->magic, sizeof(head->magic));
	const size_t more = whole ? 0 : sizeof(*head);

	*copy = malloc(size + more + 1);
	memcpy(*copy, head, more);
	memcpy(*copy + more, data, size);
	return size + more ? fmemopen(*copy, size + more, "r") : NULL;
}

static __u64 records;

static void judge(void *with, enum decode_status what, const struct record *rec)
{
	const struct recording *recording = with;
	struct rejudged j;

	records++;
	if (what != DECODE_DECISION && what != DECODE_FINDING)
		return;
	j = rejudge(audit_arch(&recording->report.audit), rec, ~0U);
	assert(!(j.same & j.gone) && !(j.new & (j.same | j.gone)));
	assert(((j.same | j.gone) ^ (what == DECODE_FINDING ? rec->finding.broken : rec->decision.broken)) == 0);
}

/* Each form writes, and text has nothing that a terminal would obey. */
static void tell(struct report *r)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (const struct report_format *format = report_formats; format->name; format++)
		assert(!format->write || !format->write(f, r));
	fclose(f);
	free(text);
	f = open_memstream(&text, &size);
	assert(!report_text(f, r));
	fclose(f);
	for (size_t i = 0; i < size; i++)
		assert(text[i] == '\n' || (text[i] >= 0x20 && text[i] < 0x7f));
	free(text);
}

static void consistent(const struct recording *rec, int ret)
{
	const struct report *r = &rec->report;

	assert(ret == EXIT_CLEAN || said);		/* what is not whole is said */
	assert((ret == EXIT_CLEAN) <= r->whole);
	assert(r->nr_rec + r->left_out == r->totals.violations);
	assert(r->totals.violations + r->totals.decisions <= records);
	for (size_t i = 1; i < r->nr_rec; i++)
		assert(r->rec[i - 1].hdr.time_ns <= r->rec[i].hdr.time_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct recording rec;
	uint8_t *copy;
	FILE *f = file_of(data, size, &copy);
	int ret;

	if (!f)
		return 0;
	memset(&rec, 0, sizeof(rec));
	rec.each = judge;
	rec.with = &rec;
	records = said = 0;
	ret = recording_read_file(&rec, "FILE", f);
	if (ret != EXIT_USAGE) {
		consistent(&rec, ret);
		if (rec.begun)
			tell(&rec.report);
	}
	recording_free(&rec);
	fclose(f);
	free(copy);
	return 0;
}
