// SPDX-License-Identifier: GPL-2.0
/* known_test.c - files of known findings: what a line may say and what is refused, which violation is known, what did not come. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "known.h"
#include "names.h"
#include "say.h"

static char talk[4096];

void say(const char *fmt, ...)
{
	size_t len = strlen(talk);
	va_list args;

	va_start(args, fmt);
	vsnprintf(talk + len, sizeof(talk) - len, fmt, args);
	va_end(args);
}

int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	(void)dev;
	snprintf(sym->name, sizeof(sym->name), "uffd_wp_range+0x%llx/0xf0", addr & 0xff);
	return 0;
}

#define SOFT_DIRTY	(1U << MMA_RULE_SOFT_DIRTY)
#define LOST		(1U << MMA_RULE_LOST_SOFT_DIRTY)
#define DIRTY		(1U << MMA_RULE_DIRTY)

static char path[] = "/tmp/known_test.XXXXXX";

static int read_text(struct known *k, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	fwrite(text, 1, len, f);
	fclose(f);
	known_free(k);
	*talk = 0;
	return known_read(path, k);
}

/* Whether row NAME tells of that; "" if none may. */
static void finds(const char *check_name, struct known *k, __u32 rule, __u32 site, const char *caller, const char *release,
		  const char *name)
{
	const struct known_row *row = known_find(k, rule, site, caller, release);

	check(!strcmp(row ? row->name : "", name), check_name, "'%s'", row ? row->name : "");
}

#define CALLER	"uffd_wp_range+0x1a"
#define K61	"6.1.0-56-cloud-amd64"
#define K612	"6.12.117+deb12-cloud-amd64"

static void test_lines(void)
{
	static const char text[] =
		"# a comment\n"
		"\n"
		"  \t# another\n"
		"plain    6.1     SOFT_DIRTY        uffd-unwp   # the reason: of 2023  \n"
		"both     6.12    SOFT_DIRTY,DIRTY  mprotect racy\n"
		"plus     *       SOFT_DIRTY+DIRTY  sweep\n"
		"also     5.10    LOST_SOFT_DIRTY   fork racy unmap DIRTY@ksm\n"
		"called   *       LOST_SOFT_DIRTY   ksm   caller=uffd_wp_range link=https://e.org/x#frag\n"
		"nowhere  5.10    silent            -\n"
		"anywhere 7.3     lost-soft-dirty   -";
	struct known k = { 0 };
	char buf[KNOWN_TEXT_LEN];

	check(!read_text(&k, text, strlen(text)), "known-read", "%s", talk);
	check(k.nr == 6, "known-silent-left-out", "%zu rows", k.nr);
	finds("known-plain", &k, SOFT_DIRTY, MMA_SITE_UFFD_UNWP, CALLER, K61, "plain");
	finds("known-other-kernel", &k, SOFT_DIRTY, MMA_SITE_UFFD_UNWP, CALLER, K612, "");
	finds("known-other-site", &k, SOFT_DIRTY, MMA_SITE_MPROTECT, CALLER, K61, "");
	finds("known-other-rule", &k, DIRTY, MMA_SITE_UFFD_UNWP, CALLER, K61, "");
	finds("known-comma", &k, DIRTY, MMA_SITE_MPROTECT, CALLER, K612, "both");
	finds("known-plus", &k, DIRTY, KIND_SWEEP, NULL, K612, "plus");
	finds("known-also-site", &k, LOST, MMA_SITE_UNMAP, CALLER, "5.10.0-35-amd64", "also");
	finds("known-also-rule", &k, DIRTY, MMA_SITE_KSM, CALLER, "5.10.0-35-amd64", "also");
	finds("known-also-not-both", &k, DIRTY, MMA_SITE_UNMAP, CALLER, "5.10.0-35-amd64", "");
	finds("known-caller", &k, LOST, MMA_SITE_KSM, CALLER, K61, "called");
	finds("known-other-caller", &k, LOST, MMA_SITE_KSM, "uffd_wp_range_x+0x1a", K61, "");
	finds("known-no-caller", &k, LOST, MMA_SITE_KSM, NULL, K61, "");
	finds("known-anywhere", &k, LOST, MMA_SITE_FORK, CALLER, "7.3-rc7-cloud-amd64", "anywhere");
	check(!strcmp(known_text(&k.at[0], buf), "plain: the reason: of 2023"), "known-reason", "%s", buf);
	check(!strcmp(known_text(&k.at[4], buf), "called (https://e.org/x#frag)"), "known-link", "%s", buf);
	known_free(&k);
}

static void test_kernels(void)
{
	static const struct {
		const char *kernels, *release;
		int is;
	} rows[] = {
		{ "*", K61, 1 },
		{ "6.1", K61, 1 },
		{ "6.1", "6.10.3", 0 },
		{ "6.1", "6.1.192", 1 },
		{ "6.1.24-", "6.1.23", 0 },
		{ "6.1.24-", "6.1.24", 1 },
		{ "6.1.24-", "7.2.12+deb13-amd64", 1 },
		{ "-6.15", "6.15.9", 1 },
		{ "-6.15", "6.16.0", 0 },
		{ "6.2-6.12.40", "6.12.40", 1 },
		{ "6.2-6.12.40", "6.12.41", 0 },
		{ "6.2-6.12.40", K61, 0 },
		{ "7.3", "7.3-rc7-cloud-amd64", 1 },
		{ "7.3", "7.3~rc7-amd64", 1 },
		{ "6.12.117", K612, 1 },
	};
	struct known k = { 0 };
	char line[128], name[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(line, sizeof(line), "row %s DIRTY ksm\n", rows[i].kernels);
		snprintf(name, sizeof(name), "known-kernels-%zu", i);
		if (read_text(&k, line, strlen(line)))
			check(0, name, "%s", talk);
		else
			finds(name, &k, DIRTY, MMA_SITE_KSM, CALLER, rows[i].release, rows[i].is ? "row" : "");
	}
	known_free(&k);
}

/* Each is refused with line and column, and what follows the place. */
static void test_refused(void)
{
	static const struct {
		const char *name, *text, *says;
	} rows[] = {
		{ "short", "# x\nname 6.1 DIRTY\n", ":2:15: the line ends before it has NAME KERNEL RULES SITE" },
		{ "short-reason", "name 6.1 # DIRTY ksm\n", ":1:10: the line ends before" },
		{ "kernels", "name six DIRTY ksm\n", ":1:6: no kernels: 'six' (like " },
		{ "kernels-major", "name 6 DIRTY ksm\n", ":1:6: no kernels: '6'" },
		{ "kernels-dash", "name - DIRTY ksm\n", ":1:6: no kernels: '-'" },
		{ "kernels-backwards", "name 6.12-6.1 DIRTY ksm\n", ":1:6: no kernels: '6.12-6.1'" },
		{ "kernels-more", "name 6.1x DIRTY ksm\n", ":1:6: no kernels: '6.1x'" },
		{ "rule", "name 6.1 DIRTY,DRITY ksm\n", ":1:16: no rule 'DRITY' (see 'mmaudit explain --list')" },
		{ "rule-empty", "name 6.1 DIRTY, ksm\n", ":1:16: no rule ''" },
		{ "site", "\n\n\tname\t6.1\tDIRTY\tkms\n", ":3:17: no site 'kms' (see " },
		{ "also", "name 6.1 DIRTY ksm later\n", ":1:20: no site 'later'" },
		{ "also-rule", "name 6.1 DIRTY ksm X@unmap\n", ":1:20: no rule 'X'" },
		{ "also-many", "name 6.1 DIRTY ksm fork fork fork fork\n", ":1:35: more places than a line can have: 'fork'" },
		{ "option", "name 6.1 DIRTY ksm reason=me\n", ":1:20: neither caller=SYMBOL nor link=URL: 'reason=me'" },
		{ "option-empty", "name 6.1 DIRTY ksm caller=\n", ":1:20: neither caller=SYMBOL" },
		{ "binary", "name 6.1 DIRTY ksm # \x1b[31mred\n", ":1:22: not a printable character of ASCII" },
		{ "elf", "\x7f" "ELF\x02\x01", ":1:1: not a printable character" },
	};
	struct known k = { 0 };
	char name[64];
	int ret;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		ret = read_text(&k, rows[i].text, strlen(rows[i].text));
		snprintf(name, sizeof(name), "known-refuses-%s", rows[i].name);
		check(ret == -EINVAL && !strncmp(talk, path, strlen(path)) && !strncmp(talk + strlen(path), rows[i].says, strlen(rows[i].says)),
		      name, "%d: %s", ret, talk);
	}
	check(read_text(&k, "a 6.1 DIRTY ksm\0b\n", 18) == -EINVAL && strstr(talk, ":1:16: not a printable"), "known-refuses-nul", "%s", talk);
	known_free(&k);
	*talk = 0;
	check(known_read("/no/such/file", &k) == -ENOENT && strstr(talk, "cannot read known findings from /no/such/file: No such file"),
	      "known-no-file", "%s", talk);
	*talk = 0;
	check(known_read("/tmp", &k) == -EISDIR && strstr(talk, "Is a directory"), "known-directory", "%s", talk);
	check(!read_text(&k, "", 0) && !k.nr, "known-empty", "%s", talk);
	known_free(&k);
}

static struct record violation(__u32 broken, __u32 site, __u64 time_ns)
{
	struct record rec;

	memset(&rec, 0, sizeof(rec));
	rec.decision.hdr.type = MMA_REC_DECISION;
	rec.decision.hdr.time_ns = time_ns;
	rec.decision.broken = broken;
	rec.decision.site = site;
	rec.decision.ip = 0xffffffff8120001a;
	rec.decision.count = 3;
	return rec;
}

static void test_settle(void)
{
	static const char text[] =
		"one    * SOFT_DIRTY ksm\n"
		"or     * SOFT_DIRTY ksm\n"
		"two    * DIRTY      ksm\n"
		"third  * DIRTY      fork\n"
		"racy   * DIRTY      numa  racy\n"
		"later  7.3 DIRTY    numa\n"
		"swept  * DIRTY      sweep\n"
		"lost   * LOST_SOFT_DIRTY unmap\n";
	struct record known = violation(SOFT_DIRTY | DIRTY, MMA_SITE_KSM, 1), half = violation(SOFT_DIRTY | LOST, MMA_SITE_KSM, 2);
	static struct symbols syms;
	struct kinds kinds = { 0 };
	struct known k = { 0 };
	struct known_sum sum;

	read_text(&k, text, strlen(text));
	check(known_record(&k, &known, &syms, K61) == &k.at[0], "known-all-rules", "not the row of its first rule");
	check(!known_record(&k, &half, &syms, K61), "known-one-rule-of-two", "taken for known");
	kinds_count(&kinds, &known);
	kinds_count(&kinds, &known);
	kinds_count(&kinds, &half);
	sum = known_settle(&k, &kinds, &syms, K61);
	check(sum.events == 2 && sum.entries == 6, "known-settle-sum", "%llu of %llu", sum.events, sum.entries);
	check(kinds.at[0].known == &k.at[0] && !kinds.at[1].known, "known-settle-kinds", "wrong rows");
	*talk = 0;
	known_say_absent(&k, K61, ~0U, ~0ULL, 1);
	check(!strcmp(talk, "known and did not come, 3 of 6: third, swept, lost"), "known-absent", "%s", talk);
	*talk = 0;
	known_say_absent(&k, K61, DIRTY, ~0ULL, 0);
	check(!strcmp(talk, "known and did not come, 1 of 2: third"), "known-absent-narrowed", "%s", talk);
	*talk = 0;
	known_say_absent(&k, K61, DIRTY, 1ULL << MMA_SITE_KSM, 0);
	check(!*talk, "known-all-came", "%s", talk);
	symbols_free(&syms);
	known_free(&k);
}

int main(void)
{
	close(mkstemp(path));
	test_lines();
	test_kernels();
	test_refused();
	test_settle();
	unlink(path);
	return check_done();
}
