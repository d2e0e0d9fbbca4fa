// SPDX-License-Identifier: GPL-2.0
/* folded_test.c - what flame graph tools read: "frame;frame N", no line twice, nobody's name a frame or a line of its own. */
#include <stdlib.h>

#include "check.h"
#include "sample.h"

static char *text;

static void has_line(const char *name, const char *want)
{
	const size_t len = strlen(want);
	const char *at = strstr(text, want);

	check(at && (at == text || at[-1] == '\n') && at[len] == '\n', name, "no line '%s' in:\n%s", want, text);
}

/* The sum of all numbers, as a flame graph's width. */
static unsigned long sum(void)
{
	unsigned long n = 0;

	for (const char *space = strchr(text, ' '); space; space = strchr(space + 1, ' '))
		n += strtoul(space, NULL, 10);		/* there is one space a line */
	return n;
}

static unsigned int lines(void)
{
	unsigned int n = 0;

	for (const char *c = text; *c; c++)
		n += *c == '\n';
	return n;
}

int main(void)
{
	struct report r;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	sample_report(&r);
	check(!report_folded(f, &r), "writes", "no");
	fclose(f);
	has_line("joined", "writer;asm_exc_page_fault;exc_page_fault;handle_mm_fault;do_wp_page;wp_page_copy;SOFT_DIRTY_at_wp-copy 20");
	has_line("two-rules", "ksmd;ksm_scan_thread;try_to_merge_one_page;try_to_merge_one_page;KSM,LOST_UFFD_WP_at_ksm 1");
	has_line("hostile", "</b><i>x:y_z;do_syscall_64;poke_[driver];<!--<script>f:g;change_protection;VM_WRITE_at_mprotect 1");
	has_line("no-stack", "</b><i>x:y_z;<!--<script>f:g;change_protection;VM_WRITE_at_mprotect 1");
	has_line("sweep", "writer;SOFT_DIRTY_at_sweep 1");
	check(sum() == r.nr_rec && r.nr_rec == 24, "nobody-twice", "%lu of %zu", sum(), r.nr_rec);
	check(lines() == 5, "no-other-line", "%u: %s", lines(), text);
	check(!*sample_said, "no-talk", "%s", sample_said);
	free(text);

	r.left_out = 3;
	f = open_memstream(&text, &size);
	report_folded(f, &r);
	fclose(f);
	check(!!strstr(sample_said, "3 violations"), "left-out", "'%s'", sample_said);
	free(text);
	report_free(&r);
	return check_done();
}
