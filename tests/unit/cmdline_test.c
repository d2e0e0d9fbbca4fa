// SPDX-License-Identifier: GPL-2.0
/* cmdline_test.c - which command lines switch mmaudit off: that word alone, however it is written, and nothing like it. */
#include "check.h"
#include "cmdline.h"

static const struct row {
	const char *name, *line;
	bool off;
} rows[] = {
	{ "empty", "", false },
	{ "blanks", " \n", false },
	{ "another", "BOOT_IMAGE=/vmlinuz root=/dev/vda1 ro quiet\n", false },
	{ "alone", "mmaudit.off", true },
	{ "first", "mmaudit.off ro quiet\n", true },
	{ "middle", "ro  mmaudit.off\tquiet\n", true },
	{ "last", "ro quiet mmaudit.off\n", true },
	{ "one", "ro mmaudit.off=1\n", true },
	{ "y", "ro mmaudit.off=y quiet\n", true },
	{ "Y", "ro mmaudit.off=Y\n", true },
	{ "no", "ro mmaudit.off=0 quiet\n", false },
	{ "nothing", "ro mmaudit.off= quiet\n", false },
	{ "points", "ro mmaudit.off=wp_copy,fault\n", false },
	{ "points-then-all", "mmaudit.off=wp_copy mmaudit.off\n", true },
	{ "longer", "mmaudit.offline\n", false },
	{ "shorter", "mmaudit.of\n", false },
	{ "other-module", "xmmaudit.off nommaudit.off\n", false },
	{ "other-parameter", "mmaudit.armed=N\n", false },
	{ "in-a-value", "dyndbg=\"file x mmaudit.off +p\" ro\n", false },
	{ "behind-a-value", "dyndbg=\"file x +p\" mmaudit.off\n", true },
	{ "open-quote", "dyndbg=\"file x mmaudit.off\n", false },
	{ "for-init", "ro -- mmaudit.off\n", false },
	{ "before-init", "mmaudit.off -- single\n", true },
	{ "dashes", "ro --x mmaudit.off\n", true },
};

int main(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(mma_cmdline_off(rows[i].line) == rows[i].off, rows[i].name, "'%s' should be %s", rows[i].line,
		      rows[i].off ? "off" : "no matter");
	return check_done();
}
