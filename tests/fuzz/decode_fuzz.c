// SPDX-License-Identifier: GPL-2.0
/*
 * decode_fuzz.c - libFuzzer target: what a reader makes of any bytes, from tools/decode.c through both printers. `make fuzz`.
 *
 * mmaudit reads no recording back; what it records is what it prints, and that must hold what it should whatever came in.
 */
#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "print.h"

void say(const char *fmt, ...) { }

/* Always the same for an address: the printers' cache changes nothing. */
int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	static const char *const names[] = { "", "0xffffffffc0001000", "do_wp_page+0x10/0x20", "handler+0x1/0x2 [mmaudit]", "/0x" };

	if (addr & 1)
		return -ENOENT;
	strcpy(sym->name, names[addr / 2 % 5]);
	return 0;
}

static void use(const struct record *rec)
{
	const char *names[4];
	char comm[COMM_TEXT_LEN];
	const struct arch *arch;

	assert(rec->nr_stack <= MMA_STACK_MAX);
	for (unsigned int i = 0; (arch = arch_at(i)); i++)
		assert(arch_entry(arch, rec->decision.old_entry, rec->decision.level == MMA_LEVEL_PMD, names, 4) <= 4);
	decode_comm(rec->decision.comm, comm);
	for (const char *c = comm; *c; c++)
		assert(*c >= 0x20 && *c < 0x7f);
}

static char text[1 << 16];
static struct output out;

static void print(const struct output_ops *ops, enum decode_status what, const struct record *rec)
{
	rewind(out.file);
	switch (what) {
	case DECODE_DECISION: ops->decision(&out, rec); break;
	case DECODE_LOST: ops->lost(&out, rec); break;
	case DECODE_FINDING: ops->finding(&out, rec); break;
	default: break;
	}
	fflush(out.file);
	assert(ftell(out.file) < (long)sizeof(text) - 1);
	text[ftell(out.file)] = 0;
}

/* Nothing a terminal would obey. */
static void plain(void)
{
	for (const char *c = text; *c; c++)
		assert(*c == '\n' || (*c >= 0x20 && *c < 0x7f));
}

static void one_object(void)
{
	const char *end = strchr(text, '\n');

	assert(!strncmp(text, "{\"type\":\"", 9) && end && !end[1] && end[-1] == '}');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor cur = { data, size };
	enum decode_status status;
	struct record rec;
	size_t left = size;

	if (!out.file)
		out.file = fmemopen(text, sizeof(text), "w");
	while ((status = decode_next(&cur, &rec)) != DECODE_END) {
		assert(cur.left < left);		/* every step gets further, or ends it */
		left = cur.left;
		if (status == DECODE_CORRUPT || status == DECODE_UNKNOWN)
			continue;
		if (status == DECODE_DECISION)
			use(&rec);
		for (unsigned int i = 0; (out.arch = arch_at(i)); i++) {
			print(&text_ops, status, &rec);
			plain();
			print(&json_ops, status, &rec);
			plain();
			one_object();
		}
	}
	assert(!cur.left);
	return 0;
}
