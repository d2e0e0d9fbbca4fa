// SPDX-License-Identifier: GPL-2.0
/* print_test.c - both forms of output over crafted records: what a reader greps, what a program parses, ids of a newer module. */
#define _GNU_SOURCE	/* posix_openpt */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "say.h"
#include "known.h"
#include "names.h"
#include "outcome.h"
#include "print.h"

/* What the printers call outside themselves: talk goes to a buffer, symbols come from here. */
static char talk[4096];

void say(const char *fmt, ...)
{
	size_t len = strlen(talk);
	va_list args;

	va_start(args, fmt);
	vsnprintf(talk + len, sizeof(talk) - len, fmt, args);
	va_end(args);
	strcat(talk, "\n");
}

int device_symbol(const struct device *dev, __u64 addr, struct mma_symbol *sym)
{
	(void)dev;
	if (addr < 0x1000)
		return -ENOENT;
	if (addr == 0x1000)
		strcpy(sym->name, "0xffffffffc0001000");	/* as sprint_symbol() for none */
	else if (addr == 0x2000)
		strcpy(sym->name, "handler+0x10/0x20 [mmaudit]");
	else
		snprintf(sym->name, sizeof(sym->name), "uffd_wp_range+0x%llx/0xf0", addr & 0xff);
	return 0;
}

static struct device device;
static struct coverage cov;
static struct audit audit = { .dev = &device, .cov = &cov, .whom = "all tasks" };
static struct symbols *syms;

/* Output of one call, in memory. */
static char *text;
static size_t text_size;

static struct output *open_output(const struct output_ops *ops)
{
	static struct output out;

	free(text);
	symbols_free(&out.syms);
	out = (struct output){ .ops = ops, .syms.dev = &device, .arch = arch_of(0) };
	out.file = open_memstream(&text, &text_size);
	syms = &out.syms;
	return &out;
}

static struct record violation(void)
{
	struct record rec;
	struct mma_decision *d = &rec.decision;

	memset(&rec, 0, sizeof(rec));
	d->hdr.type = MMA_REC_DECISION;
	d->hdr.seq = 41;
	d->hdr.time_ns = 18446744073709551615ULL;
	d->hdr.cpu = 3;
	d->site = MMA_SITE_UFFD_UNWP;
	d->point = MMA_POINT_PROT;
	d->verdict = MMA_GRANTED;
	d->level = MMA_LEVEL_PTE;
	d->fault_would = MMA_FAULT_REUSE;
	d->broken = 1U << MMA_RULE_SOFT_DIRTY | 1U << MMA_RULE_VMA_PROT;
	d->pid = d->tgid = d->owner = 812;
	d->addr = 0x7f0000000000;
	d->old_entry = 0x8000000012345465;
	d->new_entry = 0x8000000012345067;
	d->facts = MMA_F_VMA_WRITE | MMA_F_VMA_SHARED;
	d->ip = 0xffffffff8120001a;
	memcpy(d->comm, "bugs", 5);
	rec.stack[0] = 0xffffffff8120001a;
	rec.stack[1] = 0x2000;
	rec.nr_stack = 2;
	return rec;
}

static const char *print(const struct output_ops *ops, const struct record *rec)
{
	struct output *out = open_output(ops);

	ops->decision(out, rec);
	fclose(out->file);
	return text;
}

static void has(const char *name, const char *in, const char *want)
{
	check(!!strstr(in, want), name, "'%s' is not in: %.2000s", want, in);
}

static void has_not(const char *name, const char *in, const char *what)
{
	check(!strstr(in, what), name, "'%s' is in: %s", what, in);
}

static void test_text(void)
{
	struct record rec = violation();
	const char *got = print(&text_ops, &rec);

	has("text-first-line", got, "VIOLATION SOFT_DIRTY,VMA_PROT at uffd-unwp  [18446744073.709551] CPU 3\n");
	has("text-rules", got, "\n  rule     vm_page_prot carries the write bit");
	has("text-task", got, "\n  task     bugs[812]\n");
	has("text-site", got, "\n  site     userfaultfd un-write-protect and unregister\n");
	has("text-caller", got, "\n           seen in change_protection, called by uffd_wp_range+0x1a\n");
	has("text-address", got, "\n  address  0x7f0000000000, an entry of 4 KiB\n");
	has("text-was", got, "\n  was      present -        user accessed dirty uffd-wp nx\n");
	has("text-now", got, "\n  now      present writable user accessed dirty -       nx\n");
	has("text-change", got, "\n           gained: writable  lost: uffd-wp\n");
	has("text-raw", got, "\n           0x8000000012345465 -> 0x8000000012345067\n");
	has_not("text-same-page", got, "another page");
	has("text-fault", got, "\n  fault    a write fault would: reuse the page");
	has("text-facts", got, "\n  facts    VMA_WRITE VMA_SHARED\n");
	has("text-stack", got, "\n  stack\n    uffd_wp_range+0x1a/0xf0\n    handler+0x10/0x20 [mmaudit]\n");

	rec.decision.old_entry += 0x1000;
	has("text-other-page", print(&text_ops, &rec), "\n           another page: it was pfn 0x12346\n");
	rec.decision.flags = MMA_DEC_NO_STACK;
	rec.nr_stack = 0;
	has("text-no-stack", print(&text_ops, &rec), "\n  stack    not taken: too many violations at once\n");

	rec.decision.broken = 0;
	rec.decision.verdict = MMA_DENIED;
	rec.decision.reason = MMA_REASON_KSM;
	got = print(&text_ops, &rec);
	has("text-denied", got, "DENIED uffd-unwp (");
	check(strchr(got, '\n') == got + strlen(got) - 1, "text-decision-one-line", "%s", got);
	has("text-reason", got, "because KSM page: must be copied; fault would REUSE");
	rec.decision.flags = MMA_DEC_OLD_UNKNOWN;
	has("text-decision-unseen", print(&text_ops, &rec), "  (not seen: the probe did not read it before the call, at most its marks) -> ");
	rec.decision.flags = 0;
	rec.decision.old_entry = 0x4;
	rec.decision.old_kind = MMA_ENTRY_MIGRATION;
	has("text-decision-kind", print(&text_ops, &rec), "  0x4 (migration, uffd-wp: a migration entry: its page is being moved, or its huge page split) -> ");
}

/* No line of a report is wider, whatever is in it. */
static void check_width(const char *name, int width, const char *got)
{
	int wide = 0;

	for (const char *at = got, *end; (end = strchr(at, '\n')); at = end + 1)
		if (end - at - (end > at && end[-1] == '\r') > width)
			wide = end - at;
	check(!wide, name, "%d columns: %s", wide, got);
}

static struct mma_map some_map(void)
{
	return (struct mma_map){
		.start = 0x7effffffe000, .end = 0x7f0000010000, .pgoff = 3, .vm_flags = 0x12345, .letters = 0x400000083,
		.ino = 1234, .dev = 8 << 20 | 1, .kind = MMA_MAP_FILE, .order = 4, .folio = MMA_FOLIO_SEEN | MMA_FOLIO_WRITEBACK,
	};
}

static void test_mapping(void)
{
	struct record rec = violation();
	struct mma_decision *d = &rec.decision;
	const char *got;

	has("mapping-older", print(&text_ops, &rec), "\n  mapping  not told: it was gone, or the module is older than 1.4\n");
	d->map = some_map();
	d->facts = ~0ULL & ~(MMA_F_PAGE_ZERO | MMA_F_PAGE_ANON | MMA_F_PAGE_KSM);
	d->refs = 3;
	d->maps = 1;
	got = print(&text_ops, &rec);
	has("mapping-file", got, "\n  mapping  0x7effffffe000-0x7f0000010000 rw-s file 08:01 inode 1234\n");
	has("mapping-offset", got, "\n           at 0x5000 of the file; flags rd wr ms dp\n");
	has("folio", got, "\n  folio    pfn 0x12345, page 6 of 16, of a file, exclusive, pinned, in the swap\n           cache, dirty, locked, under writeback; 3 references, mapped once\n");
	check_width("text-80-columns", 80, got);
	got = print(&json_ops, &rec);
	has("mapping-json", got, "\"mapping\":{\"start\":\"0x7effffffe000\",\"end\":\"0x7f0000010000\",\"kind\":\"file\",\"rights\":\"rw-s\","
	    "\"flags\":[\"rd\",\"wr\",\"ms\",\"dp\"],\"vm_flags\":\"0x12345\",\"path\":null,\"dev\":\"08:01\",\"inode\":1234,\"offset\":20480}");
	has("folio-json", got, "\"folio\":{\"pfn\":\"0x12345\",\"order\":4,\"words\":[\"of a file\",\"exclusive\",");
	d->map.kind = MMA_MAP_HEAP;
	has("mapping-heap", print(&text_ops, &rec), " rw-s [heap]\n           flags rd wr");
	d->map.kind = 99;
	has("mapping-newer", print(&text_ops, &rec), " rw-s of a kind only a newer mmaudit\n           knows (99)\n");
	d->map.letters = 1ULL << 63;
	has("mapping-newer-letter", print(&text_ops, &rec), " ---p of a kind only");
	has("mapping-newer-flag", text, "flags ??\n");
	d->facts &= ~MMA_F_PAGE;
	has("folio-none", print(&text_ops, &rec), "\n  folio    none: pfn 0x12345 is no memory the kernel counts\n");
	has("folio-none-json", print(&json_ops, &rec), "\"folio\":null");
	d->facts = MMA_F_PAGE_ZERO | MMA_F_PTE_PRESENT;
	has("folio-zero", print(&text_ops, &rec), "\n  folio    the zero page\n");
	d->facts = 0;
	has("folio-unmapped", print(&text_ops, &rec), "\n  folio    none: no page is mapped\n");
}

/* What a violation looks like on a terminal of so many columns. */
static const char *print_on_terminal(const struct record *rec, const char *columns)
{
	static char got[8192];
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	struct output out = { .ops = &text_ops, .syms.dev = &device, .arch = arch_of(0) };
	ssize_t n, len = 0;

	*got = 0;
	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal) || !(out.file = fopen(ptsname(terminal), "w")))
		return "no terminal";
	setenv("COLUMNS", columns, 1);
	out.ops->decision(&out, rec);
	fflush(out.file);
	fcntl(terminal, F_SETFL, O_NONBLOCK);
	while ((n = read(terminal, got + len, sizeof(got) - 1 - len)) > 0)
		len += n;
	got[len] = 0;
	fclose(out.file);
	close(terminal);
	symbols_free(&out.syms);
	return got;
}

/* Without colours and carriage returns. Returns how many colours there were. */
static int uncolour(const char *in, char *out)
{
	int colours = 0;

	for (; *in; in++) {
		if (*in == '\033') {
			in += strcspn(in, "m");
			colours++;
		} else if (*in != '\r') {
			*out++ = *in;
		}
	}
	*out = 0;
	return colours;
}

static void check_terminal(const char *name, const struct record *rec, int coloured)
{
	static char bare[8192];
	int colours = uncolour(print_on_terminal(rec, "80"), bare);

	check(!!colours == coloured && !strcmp(bare, print(&text_ops, rec)), name, "%d colours, %s", colours, bare);
}

/* Colours are on a terminal only, where they are wanted, and change nothing else; lines are as wide as it. */
static void test_terminal(void)
{
	struct record rec = violation();
	const char *got;

	rec.decision.map = some_map();
	rec.decision.facts = ~0ULL & ~MMA_F_PAGE_ZERO;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	check_terminal("terminal-coloured", &rec, 1);
	got = print_on_terminal(&rec, "80");
	has("terminal-gained", got, "gained:\033[32m writable\033[0m  lost:\033[31m uffd-wp\033[0m\r\n");
	has("terminal-gained-column", got, "present \033[32mwritable\033[0m user ");
	setenv("NO_COLOR", "", 1);
	check_terminal("terminal-no-color-empty", &rec, 1);
	setenv("NO_COLOR", "1", 1);
	check_terminal("terminal-no-color", &rec, 0);
	check_width("terminal-50-columns", 50, strchr(print_on_terminal(&rec, "50"), '\n') + 1);
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	check_terminal("terminal-dumb", &rec, 0);
}

/* Its own file, found as /proc has it; and not the one of another inode, nor that of a process that has gone, or that has begun since. */
static void test_path(void)
{
	static struct paths paths;
	struct mma_map map = some_map();
	unsigned int major, minor;
	unsigned long long ino, start;
	char line[512], path[300];
	FILE *f = fopen("/proc/self/maps", "r");
	const char *got = NULL;

	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%llx-%*x %*s %*x %x:%x %llu %299[^\n]", &start, &major, &minor, &ino, path) == 5 && ino)
			break;
	fclose(f);
	map.dev = major << 20 | minor;
	map.ino = ino;
	map.start = start;
	for (int round = 0; round < 2; round++) {
		got = path_of(&paths, getpid(), now_ns(), &map);
		check(got && !strcmp(got, path), "path-found", "%s, not %s", got ? got : "none", path);
	}
	map.ino++;
	check(!path_of(&paths, getpid(), now_ns(), &map), "path-other-inode", "found");
	map.ino--;
	check(!path_of(&paths, 0, now_ns(), &map) && !path_of(&paths, 0x7ffffffe, now_ns(), &map), "path-no-process", "found");
	paths_free(&paths);
	check(!path_of(&paths, getpid(), 1, &map), "path-of-a-later-process", "found");
	paths_free(&paths);
	prctl(PR_SET_NAME, "a) b (1 2 3 4 5");
	check(!!path_of(&paths, getpid(), now_ns(), &map), "path-odd-name", "not found");
	map.kind = MMA_MAP_HEAP;
	check(!path_of(&paths, getpid(), now_ns(), &map), "path-heap", "found");
	paths_free(&paths);
}

/* What an entry was is never just "swap" or "not seen": in each form it says which, or why. */
static void test_kinds_of_entry(void)
{
	static const struct {
		unsigned int kind;
		const char *word, *text;
	} all[] = {
		{ MMA_ENTRY_SWAP, "swap", "was: its page is swapped out (type 2, offset 0x3e8)" },
		{ MMA_ENTRY_MIGRATION, "migration", "was: a migration entry: its page is being moved, or its huge page" },
		{ MMA_ENTRY_MARKER, "marker", "was: a marker: nothing is mapped, and the mark uffd-wp is kept" },
		{ MMA_ENTRY_POISONED, "poisoned", "was: the memory of its page is broken: who touches it is killed" },
		{ MMA_ENTRY_GUARD, "guard", "was: a marker for a guard, or for a page that could not be read: who" },
		{ MMA_ENTRY_EXCLUSIVE, "device-exclusive", "was: a device has its page for itself" },
		{ MMA_ENTRY_OTHER, "device", "was: its page is in the memory of a device" },
		{ 0, "swap", "was: swapped out, being moved or a marker: type 2; modules from 1.4" },
	};
	struct record rec = violation();
	struct mma_decision *d = &rec.decision;
	char want[64];

	d->old_entry = 2ULL << 59 | (~0x3e8ULL << 14 & ((1ULL << 59) - 1)) | 4;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		d->old_kind = all[i].kind;
		has("kind-text", print(&text_ops, &rec), all[i].text);
		snprintf(want, sizeof(want), "\n  was      %s ", all[i].word);
		has("kind-column", text, want);
		check_width("kind-80-columns", 80, text);
		snprintf(want, sizeof(want), all[i].kind ? "\"old_kind\":\"%s\"" : "\"old_kind\":null", all[i].word);
		has("kind-json", print(&json_ops, &rec), want);
	}
	has("kind-gained", print(&text_ops, &rec), "           gained: present writable user accessed dirty nx  lost: uffd-wp\n");
	d->old_entry = d->new_entry;
	has("kind-unchanged", print(&text_ops, &rec), "\n           unchanged\n           0x8000000012345067 -> 0x8000000012345067\n");
	d->old_kind = MMA_ENTRY_NONE;
	d->old_entry = 0;
	has("kind-none", print(&text_ops, &rec), "\n  was      none -       -        -    -        -     -\n");
	has("kind-none-lost", text, "           gained: present writable user accessed dirty nx\n");
	d->flags = MMA_DEC_OLD_UNKNOWN;
	d->broken = 1U << MMA_RULE_LOST_UFFD_WP;
	has("unseen-first", print(&text_ops, &rec), "\n  was      not seen: the probe did not read it before the call, at most its\n           marks\n");
	has("unseen-lost", text, "\n           lost: uffd-wp\n");
	has("unseen-json", print(&json_ops, &rec), "\"old_kind\":null,\"old_unseen\":\"not seen: the probe");
	has("unseen-lost-json", text, "\"gained\":[],\"lost\":[\"uffd-wp\"]");
	d->point = MMA_POINT_FAULT;
	d->verdict = MMA_WRITABLE;
	has("unseen-neighbour", print(&text_ops, &rec), "\n  was      not seen: the fault mapped this page beside the one it was for\n");
	d->verdict = MMA_GRANTED;
	has("unseen-size", print(&text_ops, &rec), "\n  was      not seen: a huge entry was split or made, so there was none of this\n           size\n");
	d->flags |= MMA_DEC_CONFIRMED;
	has("unseen-later", print(&text_ops, &rec), "\n  was      not seen: judged later, out of the probe,");
	check_width("unseen-80-columns", 80, text);
}

/* What one call did to many entries; one of them, and a module that knows no range, look alike. */
static void test_range(void)
{
	struct record rec = violation();
	struct mma_decision *d = &rec.decision;

	d->end = d->addr + (3UL << 21);
	d->count = 3;
	d->level = MMA_LEVEL_PMD;
	has("range-text", print(&text_ops, &rec), "\n  address  0x7f0000000000-0x7f0000600000, 3 entries of 2 MiB (first below)\n");
	has("range-json", print(&json_ops, &rec), "\"addr\":\"0x7f0000000000\",\"end\":\"0x7f0000600000\",\"count\":3,\"level\":\"PMD\"");
	d->end = d->addr + (1UL << 21);
	d->count = 1;
	has("range-one-text", print(&text_ops, &rec), "\n  address  0x7f0000000000, an entry of 2 MiB\n");
	has("range-one-json", print(&json_ops, &rec), "\"end\":\"0x7f0000200000\",\"count\":1,");
	d->end = d->count = 0;
	has("range-older-text", print(&text_ops, &rec), "\n  address  0x7f0000000000, an entry of 2 MiB\n");
	has("range-older-json", print(&json_ops, &rec), "\"end\":\"0x7f0000200000\",\"count\":1,");
	d->level = MMA_LEVEL_NONE;
	has("range-no-entry", print(&text_ops, &rec), "\n  address  0x7f0000000000, where no entry is now\n");
	has("range-older-no-level", print(&json_ops, &rec), "\"end\":\"0x7f0000001000\",\"count\":1,");
}

static struct record finding(void)
{
	struct record rec;
	struct mma_finding *f = &rec.finding;

	memset(&rec, 0, sizeof(rec));
	f->hdr.type = MMA_REC_FINDING;
	f->level = MMA_LEVEL_PTE;
	f->broken = 1U << MMA_RULE_SOFT_DIRTY;
	f->pid = 812;
	f->start = 0x7f0000000000;
	f->end = 0x7f0000003000;
	f->entry = 0x8000000012345067;
	f->facts = MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | MMA_F_VMA_WRITE | MMA_F_PAGE | MMA_F_PAGE_ANON | MMA_F_PAGE_EXCL |
		   MMA_F_LOCK_PTL | MMA_F_KERN_EXCL;
	f->flags = MMA_FIND_AT_EXIT;
	memcpy(f->comm, "bugs", 5);
	return rec;
}

static const char *print_finding(const struct output_ops *ops, const struct record *rec)
{
	struct output *out = open_output(ops);

	ops->finding(out, rec);
	fclose(out->file);
	return text;
}

static void test_finding_text(void)
{
	struct record rec = finding();
	const char *got = print_finding(&text_ops, &rec);

	has("finding-first-line", got, "VIOLATION SOFT_DIRTY at sweep  [    0.000000] CPU 0\n");
	has("finding-task", got, "\n  task     memory of bugs[812], given up at exit or exec\n");
	has("finding-range", got, "\n  address  0x7f0000000000-0x7f0000003000, 3 entries of 4 KiB (first below)\n");
	has("finding-was", got, "\n  was      not seen: a sweep finds what is there, not who made it\n");
	has("finding-entry", got, "\n  now      present writable user accessed dirty nx\n           0x8000000012345067\n");
	has("finding-fault", got, "a write fault would: reuse the page");
	check_width("finding-80-columns", 80, got);
	rec.finding.map = some_map();
	has("finding-mapping", print_finding(&text_ops, &rec), "\n           at 0x5000 of the file; flags rd wr ms dp\n");
	has("finding-mapping-json", print_finding(&json_ops, &rec), "\"inode\":1234,\"offset\":20480}");
	rec.finding.kind = MMA_ENTRY_PRESENT;
	has("finding-kind-json", print_finding(&json_ops, &rec), "\"new_kind\":\"present\"");
	rec.finding.level = MMA_LEVEL_NONE;
	rec.finding.flags = 0;
	has("finding-mapping-itself", print_finding(&text_ops, &rec), "\n  now      it is the mapping itself that is wrong\n");
	rec.finding.level = MMA_LEVEL_PUD;
	rec.finding.end = rec.finding.start + (1UL << 30);
	has("finding-giant", print_finding(&text_ops, &rec), ", an entry of 1 GiB\n");
	rec.finding.level = 77;
	has("finding-newer-level", print_finding(&text_ops, &rec), "the mapping itself");

	rec = finding();
	rec.finding.broken = 0;
	memcpy(rec.finding.comm, "x\nVIOLATION\033[2J\xff", MMA_COMM_LEN);
	got = print_finding(&text_ops, &rec);
	has("state-line", got, "x\\x0aVIOLATION\\x1b[2J\\xff[812]  0x7f0000000000-0x7f0000003000  3 PTE entries, given up at exit or exec"
	    "  PTE_PRESENT PTE_WRITE VMA_WRITE PAGE PAGE_ANON PAGE_EXCL\n");
}

/* Nothing a task calls itself may start a line or reach the terminal raw. */
static void test_hostile_comm(void)
{
	struct record rec = violation();

	memcpy(rec.decision.comm, "x\nVIOLATION\033[2J\xff", MMA_COMM_LEN);
	has("text-hostile-comm", print(&text_ops, &rec), "x\\x0aVIOLATION\\x1b[2J\\xff[812]");
	has("json-hostile-comm", print(&json_ops, &rec), "\"comm\":\"x\\\\x0aVIOLATION\\\\x1b[2J\\\\xff\"");
}

/* No raw kernel address, whatever the kernel cannot name. */
static void test_no_address(void)
{
	struct record rec = violation();

	rec.decision.ip = 0x1000;
	rec.stack[0] = 1;
	has("text-no-address", print(&text_ops, &rec), "\n           seen in change_protection, called by ?\n");
	has("text-no-address-stack", text, "\n    ?\n    handler+0x10/0x20 [mmaudit]\n");
	has("json-no-address", print(&json_ops, &rec), "\"ip\":\"?\",\"stack\":[\"?\",");
}

static void test_newer_ids(void)
{
	struct record rec = violation();
	struct mma_decision *d = &rec.decision;
	const char *got;

	d->site = 200;
	d->point = 201;
	d->verdict = 202;
	d->level = 203;
	d->fault_would = 204;
	d->reason = 205;
	d->flags = 0xffff;
	d->broken = 1U << 31 | 1U << 30;
	d->facts = ~0ULL;
	got = print(&text_ops, &rec);
	has("text-newer", got, "VIOLATION rule-30,rule-31 at site-200  [");
	has("text-newer-point", got, "\n  site     of a newer module\n           seen in point-201, called by ");
	has("text-newer-rule", got, "rule     number 31, of a module newer than this mmaudit");
	got = print(&json_ops, &rec);
	has("json-newer", got, "\"rule\":\"rule-30\",\"rules\":[\"rule-30\",\"rule-31\"],\"severity\":null,\"site\":\"site-200\"");
}

static const char *string_of(struct json_object *obj, const char *key)
{
	const char *s = json_object_get_string(json_object_object_get(obj, key));

	return s ? s : "(null)";
}

static void equals(const char *name, struct json_object *obj, const char *key, const char *want)
{
	check(!strcmp(string_of(obj, key), want), name, "%s is %s, not %s", key, string_of(obj, key), want);
}

static void test_json(void)
{
	struct record rec = violation();
	struct json_object *obj = json_tokener_parse(print(&json_ops, &rec));

	check(!!obj, "json-parses", "%s", text);
	equals("json-type", obj, "type", "violation");
	equals("json-rule", obj, "rule", "SOFT_DIRTY");
	equals("json-rules", obj, "rules", "[ \"SOFT_DIRTY\", \"VMA_PROT\" ]");
	equals("json-site", obj, "site", "uffd-unwp");
	equals("json-addr", obj, "addr", "0x7f0000000000");
	equals("json-old", obj, "old", "0x8000000012345465");
	equals("json-time", obj, "time_ns", "18446744073709551615");
	equals("json-facts", obj, "facts", "[ \"VMA_WRITE\", \"VMA_SHARED\" ]");
	equals("json-trace", obj, "trace", "[ \"uffd_wp_range+0x1a\\/0xf0\", \"handler+0x10\\/0x20 [mmaudit]\" ]");
	equals("json-lost", obj, "lost", "[ \"uffd-wp\" ]");
	equals("json-gained", obj, "gained", "[ \"writable\" ]");
	equals("json-mapping-older", obj, "mapping", "(null)");
	equals("json-stack", obj, "stack", "[ \"uffd_wp_range+0x1a\", \"handler+0x10 [mmaudit]\" ]");
	json_object_put(obj);

	rec.decision.flags = MMA_DEC_OLD_UNKNOWN | MMA_DEC_CONFIRMED;
	rec.decision.broken = 0;
	obj = json_tokener_parse(print(&json_ops, &rec));
	equals("json-decision", obj, "type", "decision");
	equals("json-old-unknown", obj, "old", "(null)");
	equals("json-flags", obj, "flags", "[ \"OLD_UNKNOWN\", \"CONFIRMED\" ]");
	json_object_put(obj);

	rec.decision.flags = MMA_DEC_NO_STACK;
	obj = json_tokener_parse(print(&json_ops, &rec));
	equals("json-no-stack", obj, "flags", "[ \"NO_STACK\" ]");
	json_object_put(obj);
}

static void test_finding_json(void)
{
	struct record rec = finding();
	struct json_object *obj = json_tokener_parse(print_finding(&json_ops, &rec));

	check(!!obj, "json-finding-parses", "%s", text);
	equals("json-finding-type", obj, "type", "violation");
	equals("json-finding-rules", obj, "rules", "[ \"SOFT_DIRTY\" ]");
	equals("json-finding-site", obj, "site", "sweep");
	equals("json-finding-addr", obj, "addr", "0x7f0000000000");
	equals("json-finding-end", obj, "end", "0x7f0000003000");
	equals("json-finding-entries", obj, "entries", "3");
	equals("json-finding-level", obj, "level", "PTE");
	equals("json-finding-fault", obj, "fault_would", "REUSE");
	equals("json-finding-flags", obj, "flags", "[ \"AT_EXIT\" ]");
	json_object_put(obj);
	rec.finding.flags |= MMA_FIND_UNKNOWN_KERNEL;
	obj = json_tokener_parse(print_finding(&json_ops, &rec));
	equals("json-finding-unknown-kernel", obj, "flags", "[ \"AT_EXIT\", \"UNKNOWN_KERNEL\" ]");
	json_object_put(obj);
	rec.finding.broken = 0;
	obj = json_tokener_parse(print_finding(&json_ops, &rec));
	equals("json-state-type", obj, "type", "state");
	equals("json-state-rule", obj, "rule", "(null)");
	json_object_put(obj);
}

/* Two sites, one of them unseen: silence about it must not look like a clean bill. */
static void make_coverage(void)
{
	cov.nr_sites = 2;
	cov.site[0].points = 1;
	cov.site[1].id = 1;
	cov.nr_points = 1;
	cov.point[0].state = MMA_POINT_ON;
	cov.point[0].hook = MMA_HOOK_WRAP;
	memset(cov.point[0].symbol, 'x', sizeof(cov.point[0].symbol));	/* no NUL */
	device.ver.nr_rules = MMA_NR_RULES;
	memset(device.ver.reason, 'y', sizeof(device.ver.reason));
}

static void test_start_and_end(void)
{
	struct totals totals = { .status = -1, .stats = { .seen = 5, .delivered = 2, .ring_full = 3 }, .read = 2, .violations = 2, .entries = 2 };
	struct output *out = open_output(&text_ops);
	struct json_object *obj;

	text_ops.start(out, &audit);
	text_ops.end(out, &audit, &totals);
	fclose(out->file);
	check(!text_size, "text-talk-apart", "on stdout: %s", text);
	has("text-start", talk, "auditing all tasks at only 1 of this kernel's 2 sites\nnot audited: uffd-unwp");
	has("text-end", talk, "audited all tasks at only 1 of this kernel's 2 sites: 2 violations\n");
	has("text-end-lost", talk, "lost 3 records");

	totals.entries = 513;
	*talk = 0;
	out = open_output(&text_ops);
	text_ops.end(out, &audit, &totals);
	fclose(out->file);
	has("text-end-entries", talk, ": 2 violations (513 entries)\n");

	out = open_output(&json_ops);
	json_ops.start(out, &audit);
	fclose(out->file);
	obj = json_tokener_parse(text);
	equals("json-start", obj, "type", "start");
	equals("json-sites-on", obj, "sites_on", "[ \"mprotect\" ]");
	has("json-sites-off", text, "\"sites_off\":[{\"site\":\"uffd-unwp\",\"lost\":\"not audited: userfaultfd un-write-protect");
	has("json-hook", text, "\"state\":\"on\",\"hook\":\"wrap\"");
	json_object_put(obj);

	out = open_output(&json_ops);
	json_ops.end(out, &audit, &totals);
	fclose(out->file);
	obj = json_tokener_parse(text);
	equals("json-end", obj, "type", "end");
	equals("json-end-violations", obj, "violations", "2");
	equals("json-end-entries", obj, "entries", "513");
	equals("json-end-lost", obj, "lost", "3");
	equals("json-end-complete", obj, "complete", "false");
	json_object_put(obj);
}

/* What one says in both forms, put together afresh. */
static const char *both_ends(const struct audit *of, const struct totals *totals)
{
	static char joined[1 << 18];
	struct output *out = open_output(&text_ops);

	*talk = 0;
	text_ops.start(out, of);
	text_ops.end(out, of, totals);
	fclose(out->file);
	outcome_say(of, totals);
	snprintf(joined, sizeof(joined), "%s%s", talk, text);
	out = open_output(&json_ops);
	json_ops.start(out, of);
	json_ops.end(out, of, totals);
	fclose(out->file);
	strncat(joined, text, sizeof(joined) - strlen(joined) - 1);
	return joined;
}

static void outcome_is(const char *name, const struct audit *of, const struct totals *t, const char *want)
{
	const char *got = outcome_name(outcome_of(of, t));

	check(!strcmp(got, want), name, "%s, not %s", got, want);
}

/* A site is seen, not in this kernel, or unseen; an older module does not tell the last two apart. */
static void test_site_states(void)
{
	struct coverage sites = cov;
	struct audit of = { .dev = &device, .cov = &sites, .whom = "all tasks" };
	const struct totals none = { .status = -1 };
	const char *got;

	check(site_state(&cov.site[0]) == MMA_SITE_SEEN && site_state(&cov.site[1]) == MMA_SITE_UNSEEN, "site-state-older",
	      "%u %u", site_state(&cov.site[0]), site_state(&cov.site[1]));
	outcome_is("unseen-outcome", &of, &none, "incomplete");
	sites.site[1].state = MMA_SITE_NOT_HERE;
	got = both_ends(&of, &none);
	has("absent-text", got, "auditing all tasks at all 1 sites of this kernel\naudited all tasks at all 1 sites of this kernel");
	has_not("absent-no-hole", got, "not audited");
	has("absent-json", got, "\"sites_off\":[],\"sites_absent\":[\"uffd-unwp\"]");
	outcome_is("absent-outcome", &of, &none, "clean");
	sites.site[1].state = MMA_SITE_UNSEEN;
	outcome_is("unseen-told-outcome", &of, &none, "incomplete");
	sites.site[1].state = MMA_SITE_PARTLY;
	outcome_is("partly-outcome", &of, &none, "incomplete");
	sites.site[1].state = 77;
	outcome_is("newer-state-outcome", &of, &none, "incomplete");
	sites.site[1].state = MMA_SITE_SEEN;
	outcome_is("seen-outcome", &of, &none, "clean");
}

/* Of a kernel that the module does not know no audit is complete, and each record says so. */
static void test_unknown_kernel(void)
{
	struct device newer = device;
	struct coverage sites = cov;
	struct audit of = { .dev = &newer, .cov = &sites, .whom = "all tasks" };
	struct totals none = { .status = -1 };
	const char *names[FLAG_NAMES], *got;

	sites.site[1].state = MMA_SITE_SEEN;
	has("known-json", both_ends(&of, &none), "\"complete\":true,");
	newer.ver.state = MMA_STATE_UNKNOWN;
	strcpy(newer.ver.reason, "it is newer");
	got = both_ends(&of, &none);
	has("unknown-start", got, "unknown kernel: it is newer; so this audit is not complete");
	has("unknown-json", got, "\"state\":\"unknown kernel\",\"reason\":\"it is newer\"");
	has("unknown-json-end", got, "\"complete\":false,");
	outcome_is("unknown-outcome", &of, &none, "incomplete");
	none.violations = 1;
	outcome_is("unknown-violations", &of, &none, "violations");
	none.blind = 1;
	none.violations = 0;
	outcome_is("unknown-blind", &of, &none, "blind");
	check(flag_names(MMA_DEC_UNKNOWN_KERNEL, names) == 1 && !strcmp(names[0], "UNKNOWN_KERNEL"), "unknown-flag", "%s", names[0]);
	check(version_sees(&newer.ver), "unknown-sees", "%u", newer.ver.state);
}

/* An audit of less than all must not pass for one of all. */
static void test_narrowed(void)
{
	struct coverage sites = cov;
	struct audit of = { .dev = &device, .cov = &sites, .whom = "process 7" };
	struct totals none = { .status = -1 };
	const char *got;

	sites.site[1].points = 1;
	has("whole-json", both_ends(&of, &none), "\"filter\":{\"rules\":null,\"sites\":null},\"narrowed\":false,\"rules\":[\"VM_WRITE\",");
	of.filter.rules = 1U << MMA_RULE_SOFT_DIRTY;
	of.filter.sites = 1;
	got = both_ends(&of, &none);
	has("narrowed-start", got, "auditing process 7 at 1 of this kernel's 2 sites for violations of rule SOFT_DIRTY at site mprotect\n");
	has("narrowed-end", got, ": 0 violations of rule SOFT_DIRTY at site mprotect; all else was not audited\n");
	has("narrowed-verdict", got, "verdict narrowed: 0 violations of rule SOFT_DIRTY at site mprotect; all else was not audited\n");
	has("narrowed-json", got, "\"filter\":{\"rules\":[\"SOFT_DIRTY\"],\"sites\":[\"mprotect\"]},\"narrowed\":true,"
	    "\"rules\":[\"SOFT_DIRTY\"],\"sites\":[\"mprotect\"]");
	has("narrowed-json-verdict", got, "\"verdict\":\"narrowed\"}");
	none.not_kept = 2;
	got = both_ends(&of, &none);
	has("not-kept-text", got, "\n2 new kinds of violations came while the history of another one was kept: of theirs there is what was not yet overwritten\n");
	has("not-kept-json", got, "\"history_not_kept\":2,");
	outcome_is("not-kept-is-no-loss", &of, &none, "narrowed");
	none.missed = 1;
	outcome_is("narrowed-lost", &of, &none, "incomplete");
	none.blind = 1;
	outcome_is("narrowed-blind", &of, &none, "blind");
	none.violations = 1;
	outcome_is("narrowed-violated", &of, &none, "violations");
	of.filter.rules = ~0U;
	of.filter.sites = 3;
	none = (struct totals){ .status = -1 };
	outcome_is("all-named", &of, &none, "clean");
}

/* Which audit it was; and no word of a command line may break the line of JSON. */
static void test_origin(void)
{
	char *words[] = { "mmaudit", "run", "--", "caf\xc3\xa9\xff\n\"", NULL };
	struct audit of = audit;
	const struct totals none = { .status = -1 };
	struct json_object *obj;
	struct output *out = open_output(&json_ops);

	of.origin = (struct origin){
		.argv = words, .host = "here", .boot_id = "0b", .begun = { 1795912987, 7000000 }, .ended = { 1795912989, 999999999 },
	};
	json_ops.start(out, &of);
	fclose(out->file);
	obj = json_tokener_parse(text);
	equals("origin-command", obj, "command_line", "[ \"mmaudit\", \"run\", \"--\", \"caf\\\\xc3\\\\xa9\\\\xff\\n\\\"\" ]");
	equals("origin-host", obj, "host", "here");
	equals("origin-boot", obj, "boot_id", "0b");
	equals("origin-started", obj, "started", "2026-11-29T00:43:07.007Z");
	json_object_put(obj);
	out = open_output(&json_ops);
	json_ops.end(out, &of, &none);
	fclose(out->file);
	obj = json_tokener_parse(text);
	equals("origin-ended", obj, "ended", "2026-11-29T00:43:09.999Z");
	json_object_put(obj);
}

/* CMD's status and our own, each by name. */
static void test_statuses(void)
{
	struct audit of = audit;
	struct coverage sites = cov;
	struct totals t = { .status = 7, .exit = 7 };
	const char *got;

	of.cov = &sites;
	sites.nr_sites = 1;
	got = both_ends(&of, &t);
	has("statuses-text", got, "verdict clean: 0 violations; the command exited with 7, mmaudit exits with 7\n");
	has("statuses-json", got, "\"status\":7,\"signal\":null,\"exit\":7,\"verdict\":\"clean\"}");
	t = (struct totals){ .status = 137, .signal = 9, .exit = 1, .violations = 1, .entries = 512 };
	got = both_ends(&of, &t);
	has("statuses-signal", got, "verdict violations: 1 violation (512 entries); the command was ended by signal 9 (Killed), mmaudit exits with 1\n");
	has("statuses-signal-json", got, "\"status\":137,\"signal\":9,\"exit\":1,\"verdict\":\"violations\"}");
	t = (struct totals){ .status = -1 };
	has("statuses-none", both_ends(&of, &t), "verdict clean: 0 violations\n");
	t.unwritten = ENOSPC;
	outcome_is("unwritten-outcome", &of, &t, "incomplete");
}

/* What outlives the command is named, and nothing that outlived it leaves an audit whole. */
static void test_left(void)
{
	struct audit of = audit;
	struct coverage sites = cov;
	struct totals t = { .status = 0, .left = { .nr = 2, .member = { { 812, "sleep" }, { 813, "x\n\xff" } } } };
	const char *got;

	of.cov = &sites;
	sites.nr_sites = 1;
	got = both_ends(&of, &t);
	has("left-text", got, "2 still run, no longer followed: pid 812 (sleep), 813 (x\\x0a\\xff) (--wait");
	has("left-json", got, "\"left\":2,\"left_processes\":[{\"pid\":812,\"comm\":\"sleep\"},{\"pid\":813,");
	outcome_is("left-outcome", &of, &t, "incomplete");
	t.left.nr = 100;
	has("left-many", both_ends(&of, &t), "100 still run, no longer followed: pid 812 (sleep)");
	t.status = -1;
	has("left-no-command", both_ends(&of, &t), "\"left\":null,");
	t.status = 0;
	t.left = (struct family){ .unknown = 1 };
	has("left-unknown", both_ends(&of, &t), "\"left\":null,");
	outcome_is("left-unknown-outcome", &of, &t, "incomplete");
}

/* The first of a kind is told, the others are counted, and the table has them all. */
static void test_kinds(void)
{
	static struct kinds kinds;
	struct record rec = violation(), found = finding();
	struct totals t = { .status = -1, .kinds = &kinds };
	struct audit of = audit;
	const char *got;
	int again = 0, more = 0;

	of.origin.begun_ns = 1000000000;
	rec.decision.hdr.time_ns = 2500000000;
	check(kinds_count(&kinds, &rec) == 1, "kinds-first", "not the first");
	rec.decision.hdr.time_ns = 1500000000;
	rec.decision.count = 512;
	rec.decision.pid = rec.decision.addr = 1;	/* which task, and where, makes no other kind */
	check(!kinds_count(&kinds, &rec), "kinds-again", "the first again");
	check(kinds_count(&kinds, &found) == 1 && !kinds_count(&kinds, &found), "kinds-sweep", "not told once");
	got = both_ends(&of, &t);
	has("kinds-text", got, "         2        513      +0.500 s      +1.500 s  SOFT_DIRTY,VMA_PROT  uffd-unwp  uffd_wp_range+0x1a\n");
	has("kinds-text-sweep", got, "         2          6      +0.000 s      +0.000 s  SOFT_DIRTY  sweep\n");
	has("kinds-json", got, "\"table\":[{\"rules\":[\"SOFT_DIRTY\",\"VMA_PROT\"],\"site\":\"uffd-unwp\",\"caller\":\"uffd_wp_range+0x1a\","
	    "\"violations\":2,\"entries\":513,\"first_ns\":1500000000,\"last_ns\":2500000000,\"known\":null},");

	/* Another rule, site or caller is another kind. */
	rec.decision.broken = 1;
	check(kinds_count(&kinds, &rec) == 1, "kinds-other-rule", "taken for known");
	rec.decision.site++;
	check(kinds_count(&kinds, &rec) == 1, "kinds-other-site", "taken for known");
	rec.decision.ip++;
	check(kinds_count(&kinds, &rec) == 1, "kinds-other-caller", "taken for known");
	for (unsigned int i = 0; i < 2 * KINDS_MAX; i++) {
		rec.decision.ip = 0xffffffff90000000 + i;
		more += kinds_count(&kinds, &rec);
		again += kinds_count(&kinds, &rec);
	}
	check(more == 2 * KINDS_MAX && kinds.nr == KINDS_MAX && kinds.rest == 2 * (KINDS_MAX + 5) && again == KINDS_MAX + 5,
	      "kinds-bounded", "%d told, %d of them twice, %u rows, %llu rest", more, again, kinds.nr, (unsigned long long)kinds.rest);
	has("kinds-rest", both_ends(&of, &t), "       522 of more kinds than the 256 this table has room for; each was printed above\n");
}

/* What --known tells of is no VIOLATION, counts apart, and alone makes no audit fail. */
static void test_known(void)
{
	static struct known_row row = { .name = "ksm-softdirty", .reason = "old", .link = "https://e.org" };
	static struct kinds kinds;
	struct totals t = { .status = -1, .known = 2, .known_entries = 513, .kinds = &kinds };
	struct record rec = violation(), found = finding();
	struct audit of = audit;
	struct output *out = open_output(&text_ops);
	char buf[64];

	out->known = &row;
	text_ops.decision(out, &rec);
	text_ops.finding(out, &found);
	json_ops.decision(out, &rec);
	out->known = NULL;
	json_ops.decision(out, &rec);
	fclose(out->file);
	has("known-text", text, "KNOWN SOFT_DIRTY,VMA_PROT at uffd-unwp  [");
	has("known-text-line", text, "CPU 3\n  known    ksm-softdirty: old (https://e.org)\n  rule ");
	has("known-text-sweep", text, "KNOWN SOFT_DIRTY at sweep  [");
	check(!strstr(text, "VIOLATION"), "known-no-violation", "%s", text);
	has("known-json", text, "\"known\":{\"name\":\"ksm-softdirty\",\"reason\":\"old\",\"link\":\"https://e.org\"}}\n");
	has("known-json-new", text, "\"known\":null}\n");
	kinds_count(&kinds, &rec);
	kinds.at[0].known = &row;
	has("known-table", both_ends(&of, &t), "  SOFT_DIRTY,VMA_PROT  uffd-unwp  uffd_wp_range+0x1a  known: ksm-softdirty\n");
	has("known-json-totals", text, "\"violations\":0,\"entries\":0,\"known\":2,\"known_entries\":513,");
	t.violations = 1;
	check(!strcmp(violations_text(&t, buf), "1 violation, 2 known"), "known-counted", "%s", buf);
	check(outcome_of(&of, &t) == OUTCOME_VIOLATIONS, "known-and-new", "%s", outcome_name(outcome_of(&of, &t)));
	t.violations = 0;
	check(outcome_of(&of, &t) == OUTCOME_INCOMPLETE, "known-unseen", "%s", outcome_name(outcome_of(&of, &t)));
	of.sweep_only = 1;
	*talk = 0;
	outcome_say(&of, &t);
	check(!strcmp(talk, "verdict known: clean but for 2 known\n"), "known-verdict", "%s", talk);
	of.filter.rules = 1;
	check(outcome_of(&of, &t) == OUTCOME_NARROWED, "known-narrowed", "%s", outcome_name(outcome_of(&of, &t)));
}

/* A sweep that could not be made must not look like one that found nothing. */
static void test_swept(void)
{
	struct totals totals = { .status = -1, .sweeps_lost = 1, .swept = { .processes = 1, .present = 7, .failed = 2 } };
	struct audit sweep = { .dev = &device, .cov = &cov, .whom = "process 7", .sweep_only = 1 };
	struct output *out = open_output(&text_ops);

	*talk = 0;
	text_ops.start(out, &sweep);
	text_ops.end(out, &sweep, &totals);
	fclose(out->file);
	has("sweep-start", talk, "sweeping process 7\nswept 1 process: looked at 7 present entries");
	has("sweep-failed", talk, "incomplete: 3 sweeps failed or were left out (too many exits at once, or memory kept locked for a second): run it again with fewer processes at a time\nswept process 7: 0 violations\n");
	sweep.filter.rules = 1U << MMA_RULE_KSM;
	has("sweep-narrowed", both_ends(&sweep, &totals), "swept process 7: 0 violations of rule KSM; all else was not judged\n");
	check(!strstr(talk, "not audited"), "sweep-no-sites", "%s", talk);
	check(totals_incomplete(&totals), "sweep-incomplete", "taken for complete");
	totals.sweeps_lost = totals.swept.failed = 0;
	check(!totals_incomplete(&totals), "sweep-complete", "taken for incomplete");
}

/* A record without an end must not pass for none. */
static void test_balance(void)
{
	const struct totals even = {
		.status = -1, .read = 3, .stats = { .seen = 10, .delivered = 3, .queued = 2, .filtered = 5 },
	};
	struct totals t = even;
	struct output *out;

	check(!totals_incomplete(&t), "balance-even", "taken for incomplete");
	t.stats.seen++;
	check(totals_incomplete(&t), "balance-seen", "one seen more than accounted for: taken for complete");
	t = even;
	t.read--;
	check(totals_incomplete(&t), "balance-read", "one delivered and not read: taken for complete");
	*talk = 0;
	out = open_output(&text_ops);
	text_ops.end(out, &audit, &t);
	fclose(out->file);
	has("balance-told", talk, "counts do not add up: 10 records seen, 3 delivered and 2 read, 2 queued, 5 filtered, 0 lost: please report this line\n");
}

/* The cache must answer for the address asked, also where two share a slot. */
static void test_symbol_cache(void)
{
	char want[64];
	int bad = 0;

	open_output(&text_ops);
	for (int round = 0; round < 2; round++)
		for (__u64 i = 0; i < 3 * SYMBOL_SLOTS; i++) {
			__u64 addr = 0xffffffff81000000 + i * 0x1001;

			snprintf(want, sizeof(want), "uffd_wp_range+0x%llx", addr & 0xff);
			bad += !!strcmp(symbol_name(syms, addr), want);
		}
	check(!bad, "symbol-cache", "%d wrong answers", bad);
}

static void test_names(void)
{
	char buf[NAME_LEN];

	check(rule_by_name("soft-dirty") == MMA_RULE_SOFT_DIRTY, "rule-by-name", "%d", rule_by_name("soft-dirty"));
	check(rule_by_name("soft") < 0 && rule_by_name("soft-dirtyx") < 0 && rule_by_name("") < 0, "rule-no-prefix", "matched");
	check(site_by_name("UFFD_UNWP") == MMA_SITE_UFFD_UNWP, "site-by-name", "%d", site_by_name("UFFD_UNWP"));
	check(point_by_name("wp_copy") == MMA_POINT_WP_COPY, "point-by-name", "%d", point_by_name("wp_copy"));
	check(!rule_row(30) && !strcmp(rule_name(30, buf), "rule-30"), "unknown-rule", "%s", rule_name(30, buf));
	check(!strcmp(point_name(MMA_POINT_CAN_CHANGE, buf), "can_change"), "point-lower-case", "%s", buf);
	check(!strcmp(hook_name(MMA_HOOK_KRETPROBE, buf), "kretprobe"), "hook-name", "%s", hook_name(MMA_HOOK_KRETPROBE, buf));
	check(site_state(&(struct mma_site_info){ .points = 1 }) == MMA_SITE_SEEN, "site-state-old-seen", "not by its points");
	check(site_state(&(struct mma_site_info){ }) == MMA_SITE_UNSEEN, "site-state-old-unseen", "not by its points");
	check(site_state(&(struct mma_site_info){ .points = 1, .state = MMA_SITE_NOT_HERE }) == MMA_SITE_NOT_HERE,
	      "site-state-said", "the module's own word does not count");
	check(!strcmp(site_state_name(MMA_SITE_NOT_HERE, buf), "not in this kernel"), "site-state-name", "%s",
	      site_state_name(MMA_SITE_NOT_HERE, buf));
	check(!strcmp(point_state_name(MMA_POINT_UNCHECKED, buf), "unchecked"), "point-state-name", "%s",
	      point_state_name(MMA_POINT_UNCHECKED, buf));
	check(!strcmp(hook_name(77, buf), "hook-77"), "newer-hook", "%s", hook_name(77, buf));
}

int main(void)
{
	make_coverage();
	test_text();
	test_mapping();
	test_terminal();
	test_path();
	test_kinds_of_entry();
	test_range();
	test_hostile_comm();
	test_no_address();
	test_newer_ids();
	test_json();
	test_finding_text();
	test_finding_json();
	test_start_and_end();
	test_site_states();
	test_unknown_kernel();
	test_narrowed();
	test_origin();
	test_statuses();
	test_left();
	test_kinds();
	test_known();
	test_swept();
	test_balance();
	test_symbol_cache();
	test_names();
	return check_done();
}
