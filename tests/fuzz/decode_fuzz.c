// SPDX-License-Identifier: GPL-2.0
/* decode_fuzz.c - libFuzzer target for tools/decode.c: clang -fsanitize=fuzzer,address,undefined -Iuapi -Itools. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "decode.h"

static void use(const struct record *rec)
{
	const char *names[4];
	char comm[COMM_TEXT_LEN];

	assert(rec->nr_stack <= MMA_STACK_MAX);
	assert(decode_entry(rec->decision.old_entry, rec->decision.level == MMA_LEVEL_PMD, names, 4) <= 4);
	decode_comm(rec->decision.comm, comm);
	for (const char *c = comm; *c; c++)
		assert(*c >= 0x20 && *c < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor cur = { data, size };
	enum decode_status status;
	struct record rec;
	size_t left = size;

	while ((status = decode_next(&cur, &rec)) != DECODE_END) {
		assert(cur.left < left);		/* every step gets further, or ends it */
		left = cur.left;
		if (status == DECODE_DECISION)
			use(&rec);
	}
	assert(!cur.left);
	return 0;
}
