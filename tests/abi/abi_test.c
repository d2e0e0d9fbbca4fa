// SPDX-License-Identifier: GPL-2.0
/*
 * abi_test.c - the ids user space has seen may never change: compares the rows
 * of rule.h and sites.h and the constants of mmaudit.h with ids.golden.
 *
 *   abi_test IDS.GOLDEN MMAUDIT.H	compare
 *   abi_test --print			what ids.golden would be now
 *
 * Layouts are asserted by layout.h while this compiles.
 */
#include <stdlib.h>
#include <string.h>

#include "../unit/check.h"
#include "events.h"
#include "layout.h"
#include "letters.h"
#include "rule.h"
#include "sites.h"

#define ROWS(table)	(sizeof(table) / sizeof((table)[0]))

/* A name user space may hold on to, and what it stands for. */
static const struct id {
	const char *kind, *name, *word;	/* word: how the command prints it, or "" */
	unsigned long long id;
	unsigned int limit;	/* ids are below it: its masks or fields hold no more */
} ids[] = {
#define X(id, name, severity, text, kernels, where) { "rule", #name, "", id, 32 },
	MMA_RULES(X)
#undef X
#define X(id, name, text) { "fault", #name, "", id, 256 },
	MMA_FAULTS(X)
#undef X
#define X(id, name, text) { "reason", #name, "", id, 256 },
	MMA_REASONS(X)
#undef X
#define X(bit, name, text) { "fact", #name, "", bit, 64 },
	MMA_FACTS(X)
#undef X
#define X(id, name, sym, args, mode, text) { "point", #name, "", id, 64 },
	MMA_POINTS(X)
#undef X
#define X(id, name, word, text, points) { "site", #name, word, id, 64 },
	MMA_SITES(X)
#undef X
#define X(bit, word, name) { "letters", #name, word, bit, 64 },
	MMA_LETTERS(X)
#undef X
#define X(id, name, word, text) { "event", #name, word, id, MMA_EV_KIND + 1 },
	MMA_EVENTS(X)
#undef X
#define X(bit, name) { "event-vm", #name, "", bit, MMA_EV_SITE_SHIFT },
	MMA_EVENT_VMS(X)
#undef X
};

/*
 * Constants of the header. An ioctl is frozen without the bytes of its struct,
 * which may grow. MMA_ABI_MINOR is meant to change.
 */
#define C(name)		{ #name, name }
#define IOC(name)	{ #name, (name) & ~(_IOC_SIZEMASK << _IOC_SIZESHIFT) }

static const struct {
	const char *name;
	unsigned long long value;
} constants[] = {
	C(MMA_ABI_MAJOR), C(MMA_REC_MAX), C(MMA_STACK_MAX), C(MMA_COMM_LEN),
	C(MMA_REC_DECISION), C(MMA_REC_LOST),
	C(MMA_GRANTED), C(MMA_DENIED), C(MMA_WRITABLE),
	C(MMA_LEVEL_NONE), C(MMA_LEVEL_PTE), C(MMA_LEVEL_PMD),
	C(MMA_DEC_OLD_UNKNOWN), C(MMA_DEC_CONFIRMED), C(MMA_DEC_OLD_LOCKLESS), C(MMA_DEC_PLANTED), C(MMA_DEC_NO_STACK), C(MMA_DEC_NOT_COMPARED),
	C(MMA_STATE_OK), C(MMA_STATE_BLIND), C(MMA_STATE_UNKNOWN), C(MMA_DEC_UNKNOWN_KERNEL), C(MMA_FIND_UNKNOWN_KERNEL),
	C(MMA_FEAT_DECISIONS), C(MMA_FEAT_DESCENDANTS),
	C(MMA_FILTER_DECISIONS), C(MMA_FILTER_DESCENDANTS),
	C(MMA_POINT_ON), C(MMA_POINT_IDLE), C(MMA_POINT_ABSENT), C(MMA_POINT_REFUSED),
	IOC(MMA_IOC_VERSION), IOC(MMA_IOC_FILTER), IOC(MMA_IOC_STATS), IOC(MMA_IOC_POINT),
	IOC(MMA_IOC_SITE), IOC(MMA_IOC_SYMBOL), IOC(MMA_IOC_FLUSH), IOC(MMA_IOC_SELFTEST),
	C(MMA_REC_FINDING), C(MMA_LEVEL_PUD), C(MMA_FIND_AT_EXIT), C(MMA_FEAT_SWEEP), C(MMA_FEAT_SWEEP_EXIT),
	C(MMA_FILTER_SWEEP), C(MMA_SWEEP_DUMP), C(MMA_SWEEP_AUDITED), C(MMA_SWEEP_ROOM), IOC(MMA_IOC_SWEEP),
	C(MMA_HOOK_NONE), C(MMA_HOOK_FTRACE), C(MMA_HOOK_KPROBE), C(MMA_HOOK_WRAP), C(MMA_HOOK_KRETPROBE),
	C(MMA_SITE_SEEN), C(MMA_SITE_NOT_HERE), C(MMA_SITE_UNSEEN), C(MMA_SITE_PARTLY), C(MMA_POINT_UNCHECKED),
	C(MMA_FEAT_PID), C(MMA_PID_ADD), IOC(MMA_IOC_PID),
	C(MMA_MAP_ANON), C(MMA_MAP_FILE), C(MMA_MAP_HEAP), C(MMA_MAP_STACK), C(MMA_MAP_SPECIAL),
	C(MMA_FOLIO_SEEN), C(MMA_FOLIO_WRITEBACK), C(MMA_FOLIO_LAZYFREE), C(MMA_FOLIO_MLOCKED),
	C(MMA_FOLIO_RESERVED), C(MMA_FOLIO_POISONED),
	C(MMA_ENTRY_NONE), C(MMA_ENTRY_PRESENT), C(MMA_ENTRY_SWAP), C(MMA_ENTRY_MIGRATION), C(MMA_ENTRY_MARKER),
	C(MMA_ENTRY_POISONED), C(MMA_ENTRY_GUARD), C(MMA_ENTRY_EXCLUSIVE), C(MMA_ENTRY_OTHER),
	C(MMA_EV_KIND), C(MMA_EV_LEVEL), C(MMA_EV_LEVEL_SHIFT), C(MMA_EV_UNSEEN), C(MMA_EV_MORE), C(MMA_EV_BESIDE), C(MMA_EV_PLACE),
	C(MMA_EV_FACTS), C(MMA_EV_SITE_SHIFT), C(MMA_EV_NO_SITE),
	C(MMA_HISTORY_DEFAULT), C(MMA_HISTORY_OFF), C(MMA_HISTORY_TRACKED), C(MMA_HISTORY_AUDITED), C(MMA_HISTORY_ALL),
	C(MMA_FEAT_HISTORY), C(MMA_HISTORY_GIVE_BACK), C(MMA_HISTORY_UNORDERED), IOC(MMA_IOC_HISTORY),
	C(MMA_ENTRIES_X86_64), C(MMA_ENTRIES_ARM64), C(MMA_ENTRIES_ARM64_OLD),
};

/* Names of the header that are no ids. */
static const char *const not_frozen[] = { "MMA_ABI_MINOR", "MMA_DEV_PATH" };

/* Structs whose layout layout.h knows. */
static const char *const structs[] = {
#define S(name, bytes) #name,
#define F(field, type, offset)
	LAYOUTS(S, F)
#undef S
#undef F
};

enum { NR_LINES = ROWS(ids) + ROWS(constants) };

/* Line i of what ids.golden would be now. */
static const char *line(unsigned int i)
{
	static char text[128];

	if (i < ROWS(ids))
		snprintf(text, sizeof(text), "%s %llu %s%s%s", ids[i].kind, ids[i].id, ids[i].name,
			 *ids[i].word ? " " : "", ids[i].word);
	else
		snprintf(text, sizeof(text), "constant 0x%llx %s", constants[i - ROWS(ids)].value,
			 constants[i - ROWS(ids)].name);
	return text;
}

/* Two of a kind with one id, or one that does not fit the masks made of it. */
static void test_ids(void)
{
	unsigned int i, j, twice = 0, wide = 0;

	for (i = 0; i < ROWS(ids); i++) {
		wide += ids[i].id >= ids[i].limit;
		for (j = 0; j < i; j++)
			twice += !strcmp(ids[i].kind, ids[j].kind) &&
				 (ids[i].id == ids[j].id || !strcmp(ids[i].name, ids[j].name));
	}
	check(!twice, "ids-unique", "%u used twice", twice);
	check(!wide, "ids-fit-their-masks", "%u do not", wide);
}

/* "reserved KIND ID NAME" keeps an id that was given up, or promised, from other use. */
static int reserved_well(const char *text)
{
	unsigned long long id;
	char kind[16], name[64];
	unsigned int i;

	if (sscanf(text, "reserved %15s %llu %63s", kind, &id, name) != 3)
		return 0;
	for (i = 0; i < ROWS(ids); i++)
		if (!strcmp(ids[i].kind, kind) && ids[i].id == id)
			return 0;
	return 1;
}

/* Every id of the golden file is still there; a new one must be appended to it. */
static void test_golden(const char *path)
{
	static char known[NR_LINES];
	unsigned int i, kept = 0, gone = 0, fresh = 0;
	FILE *golden = fopen(path, "r");
	char text[128];

	if (!check(golden != NULL, "golden-opens", "%s", path))
		return;
	while (fgets(text, sizeof(text), golden)) {
		text[strcspn(text, "\n")] = '\0';
		if (!*text || *text == '#')
			continue;
		for (i = 0; i < NR_LINES && strcmp(text, line(i)); i++)
			;
		if (i < NR_LINES)
			known[i] = 1;
		if (i < NR_LINES || reserved_well(text)) {
			kept++;
			continue;
		}
		gone++;
		printf("gone or changed: %s\n", text);
	}
	fclose(golden);
	for (i = 0; i < NR_LINES; i++)
		if (!known[i]) {
			fresh++;
			printf("new: %s\n", line(i));
		}
	check(kept && !gone, "golden-ids-kept", "%u gone or changed (above), %u kept", gone, kept);
	check(!fresh, "golden-ids-complete", "%u new ids (above): append them to %s", fresh, path);
}

static int listed(const char *name)
{
	unsigned int i;

	for (i = 0; i < ROWS(constants); i++)
		if (!strcmp(name, constants[i].name))
			return 1;
	for (i = 0; i < ROWS(not_frozen); i++)
		if (!strcmp(name, not_frozen[i]))
			return 1;
	for (i = 0; i < ROWS(structs); i++)
		if (!strcmp(name, structs[i]))
			return 1;
	return 0;
}

/* Nothing in the header escapes this test: it is read for constants and structs. */
static void test_header(const char *path)
{
	unsigned int found = 0, missing = 0;
	FILE *header = fopen(path, "r");
	char text[256], name[64], next[2];

	if (!check(header != NULL, "header-opens", "%s", path))
		return;
	while (fgets(text, sizeof(text), header)) {
		if (sscanf(text, "#define %63[A-Z_a-z0-9]", name) != 1 &&
		    sscanf(text, " %63[A-Z_0-9] %1[=]", name, next) != 2 &&
		    sscanf(text, "struct %63[a-z_0-9] %1[{]", name, next) != 2)
			continue;
		if (!strcmp(name, "_UAPI_MMAUDIT_H"))
			continue;
		found++;
		if (listed(name))
			continue;
		missing++;
		printf("not tested: %s\n", name);
	}
	fclose(header);
	check(found && !missing, "header-all-tested", "%u of %u names are in no test (above)", missing, found);
	check(found == ROWS(constants) + ROWS(not_frozen) + ROWS(structs), "header-names-found",
	      "%u found, %zu listed here", found, ROWS(constants) + ROWS(not_frozen) + ROWS(structs));
}

int main(int argc, char **argv)
{
	unsigned int i;

	if (argc == 2 && !strcmp(argv[1], "--print")) {
		for (i = 0; i < NR_LINES; i++)
			puts(line(i));
		return 0;
	}
	if (argc != 3) {
		fprintf(stderr, "usage: abi_test IDS.GOLDEN MMAUDIT.H | --print\n");
		return 2;
	}
	test_ids();
	test_golden(argv[1]);
	test_header(argv[2]);
	return check_done();
}
