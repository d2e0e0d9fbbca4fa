/*
 * main.c - compares what mmaudit says a write fault would do with what the kernel then does: makes an entry of each
 * class, asks, writes, and looks. A line of its table is the class, what would be done, what was done, and what the
 * record of that fault says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "would.h"

enum {
	SECONDS = 60,		/* a class; emulated CPUs are slow */
	NAMES = 32,		/* the width of a verdict and a name */
};

#define F(name) MMA_F_##name
#define ANON	(F(PAGE) | F(PAGE_ANON))

const struct class classes[] = {
#define C(name, needs, has, lacks, option) { #name, name, needs, has, lacks, option }
	C(anon_exclusive,	"",		ANON,				F(PAGE_MAPS) | F(PAGE_KSM),	PLAIN),
	C(anon_exclusive_held,	"",		ANON,				F(PAGE_MAPS),			PLAIN),
	C(anon_pinned,		"uring uffd-wp", ANON | F(PAGE_PINNED),		F(PTE_UFFD_WP),			PLAIN),
	C(anon_shared,		"",		ANON | F(PAGE_MAPS),		0,				PLAIN),
	C(anon_alone,		"",		ANON,				F(PAGE_MAPS) | F(PAGE_EXCL),	PLAIN),
	C(anon_alone_fresh,	"",		ANON,				F(PAGE_MAPS) | F(PAGE_EXCL),	PLAIN),
	C(anon_alone_held,	"",		ANON,				F(PAGE_MAPS) | F(PAGE_EXCL),	PLAIN),
	C(anon_zero,		"",		F(PAGE_ZERO),			F(PAGE),			PLAIN),
	C(anon_readonly,	"",		ANON,				F(VMA_WRITE),			PLAIN),
	C(anon_none,		"",		ANON | F(PTE_PROTNONE),		F(VMA_WRITE),			PLAIN),
	C(ksm_merged,		"ksm",		ANON | F(PAGE_KSM),		0,				PLAIN),
	C(numa_hint,		"numa",		ANON | F(PTE_PROTNONE) | F(VMA_WRITE), 0,			PLAIN),
	C(swapped_exclusive,	"swap",		ANON,				F(PAGE_MAPS),			PLAIN),
	C(swapped_alone,	"swap",		ANON,				F(PAGE_MAPS) | F(PAGE_EXCL),	UNSURE),
	C(swapped_shared,	"swap",		ANON,				F(PAGE_MAPS) | F(PAGE_EXCL),	UNSURE),

	C(wp_exclusive,		"uffd-wp",	ANON | F(PTE_UFFD_WP) | F(VMA_UFFD_WP), F(VMA_UFFD_ASYNC),	PLAIN),
	C(wp_shared,		"uffd-wp",	ANON | F(PTE_UFFD_WP) | F(PAGE_MAPS), F(VMA_UFFD_ASYNC),	PLAIN),
	C(wp_zero,		"uffd-wp",	F(PAGE_ZERO) | F(PTE_UFFD_WP),	F(VMA_UFFD_ASYNC),		PLAIN),
	C(wp_async,		"uffd-async",	ANON | F(PTE_UFFD_WP) | F(VMA_UFFD_ASYNC), 0,			PLAIN),
	C(wp_async_shared,	"uffd-async",	ANON | F(PTE_UFFD_WP) | F(VMA_UFFD_ASYNC) | F(PAGE_MAPS), 0,	PLAIN),
	C(wp_shmem,		"uffd-shmem",	F(VMA_SHARED) | F(PTE_UFFD_WP),	0,				PLAIN),
	C(wp_taken_away,	"uffd-wp",	ANON | F(VMA_UFFD_WP) | F(PAGE_MAPS), F(PTE_UFFD_WP),		PLAIN),
	C(wp_thp,		"uffd-wp thp",	ANON | F(PTE_UFFD_WP) | F(PTE_HUGE), 0,				PLAIN),
	C(wp_hugetlb,		"uffd-shmem hugetlb", F(VMA_HUGETLB) | F(PTE_UFFD_WP), 0,			PLAIN),
	C(rwp_anon,		"uffd-rwp",	F(PTE_PROTNONE) | F(PTE_UFFD_WP) | F(VMA_UFFD_RWP), F(VMA_UFFD_ASYNC), PLAIN),
	C(rwp_async,		"uffd-rwp",	F(PTE_PROTNONE) | F(PTE_UFFD_WP) | F(VMA_UFFD_RWP) | F(VMA_UFFD_ASYNC), 0, PLAIN),

	C(thp_exclusive,	"thp",		ANON | F(PTE_HUGE),		F(PAGE_MAPS),			PLAIN),
	C(thp_shared,		"thp",		ANON | F(PTE_HUGE) | F(PAGE_MAPS), 0,				PLAIN),
	C(thp_alone,		"thp",		ANON | F(PTE_HUGE),		F(PAGE_MAPS) | F(PAGE_EXCL),	PLAIN),
	C(thp_alone_held,	"thp",		ANON | F(PTE_HUGE),		F(PAGE_MAPS) | F(PAGE_EXCL),	PLAIN),
	C(thp_zero,		"thp",		F(PAGE_ZERO) | F(PTE_HUGE),	F(PAGE),			PLAIN),
	C(parts_exclusive,	"thp softdirty", ANON | F(PAGE_LARGE),		F(PTE_HUGE),			PLAIN),
	C(parts_shared,		"thp",		ANON | F(PAGE_LARGE),		F(PTE_HUGE) | F(PAGE_EXCL),	PLAIN),
	C(parts_alone,		"thp",		ANON | F(PAGE_LARGE),		F(PTE_HUGE) | F(PAGE_EXCL),	UNSURE),
	C(parts_alone_held,	"thp",		ANON | F(PAGE_LARGE),		F(PTE_HUGE) | F(PAGE_EXCL),	UNSURE),
	C(parts_one,		"thp",		ANON | F(PAGE_LARGE),		F(PTE_HUGE) | F(PAGE_EXCL),	UNSURE),
	C(large_exclusive,	"mthp softdirty", ANON | F(PAGE_LARGE),		F(PTE_HUGE),			PLAIN),
	C(large_shared,		"mthp",		ANON | F(PAGE_LARGE),		F(PAGE_EXCL),			PLAIN),
	C(large_alone,		"mthp",		ANON | F(PAGE_LARGE),		F(PAGE_EXCL),			UNSURE),
	C(hugetlb_exclusive,	"hugetlb",	ANON | F(VMA_HUGETLB),		F(PAGE_MAPS),			PLAIN),
	C(hugetlb_shared,	"hugetlb",	ANON | F(VMA_HUGETLB) | F(PAGE_MAPS), 0,			PLAIN),
	C(hugetlb_alone,	"hugetlb",	ANON | F(VMA_HUGETLB),		F(PAGE_MAPS),			PLAIN),
	C(hugetlb_alone_held,	"hugetlb",	ANON | F(VMA_HUGETLB),		F(PAGE_MAPS),			PLAIN),
	C(hugetlb_file,		"hugetlb",	F(VMA_HUGETLB) | F(PAGE),	F(PAGE_ANON),			PLAIN),

	C(ext4_private,		"ext4",		F(PAGE) | F(PAGE_OF_FILE),	F(VMA_SHARED),			PLAIN),
	C(ext4_private_own,	"ext4",		ANON,				F(VMA_SHARED),			PLAIN),
	C(ext4_clean,		"ext4",		F(VMA_SHARED) | F(VMA_PAGE_MKWRITE), F(PAGE_DIRTY),		TOLD),
	C(ext4_cleaned,		"ext4",		F(VMA_SHARED) | F(VMA_PAGE_MKWRITE), F(PAGE_DIRTY) | F(PTE_DIRTY), TOLD),
	C(ext4_dirty,		"ext4",		F(VMA_SHARED) | F(VMA_PAGE_MKWRITE) | F(PAGE_DIRTY), 0,		TOLD),
	C(vfat_clean,		"vfat",		F(VMA_SHARED) | F(VMA_PAGE_MKWRITE), F(PAGE_DIRTY),		TOLD),
	C(ext4_readonly,	"ext4",		F(PAGE_OF_FILE),		F(VMA_WRITE),			PLAIN),
	C(shmem_tracked,	"",		F(VMA_SHARED) | F(PAGE),	F(PAGE_ANON),			TOLD),
	C(shmem_private,	"",		F(PAGE) | F(PAGE_OF_FILE),	F(VMA_SHARED),			PLAIN),
	C(shmem_huge,		"thp softdirty", F(VMA_SHARED) | F(PTE_HUGE),	0,				TOLD),
	C(dax_clean,		"dax",		F(VMA_SHARED) | F(VMA_DAX) | F(VMA_PFN_MKWRITE), 0,		TOLD),
	C(dax_cleaned,		"dax",		F(VMA_SHARED) | F(VMA_DAX) | F(VMA_PFN_MKWRITE), 0,		TOLD),
	C(dax_private,		"dax",		0,				F(VMA_SHARED),			PLAIN),
	C(dax_huge,		"dax",		F(VMA_SHARED) | F(VMA_DAX) | F(PTE_HUGE), 0,			TOLD),
	C(ring_tracked,		"softdirty",	F(VMA_SHARED) | F(VMA_RAW) | F(PAGE), 0,			TOLD),
	C(ring_private,		"",		F(VMA_RAW) | F(PAGE),		F(VMA_SHARED),			PLAIN),
	C(devmem_private,	"",		F(VMA_PFNMAP),			F(VMA_SHARED) | F(PAGE),	PLAIN),

	{ "unshare_exclusive",	anon_exclusive, "",	ANON,		F(PAGE_MAPS),			UNSHARES },
	{ "unshare_shared",	anon_shared,	"",	ANON | F(PAGE_MAPS),	0,				UNSHARES },
	{ "unshare_alone",	anon_alone,	"",	ANON,			F(PAGE_MAPS) | F(PAGE_EXCL),	UNSHARES },
	{ "unshare_ksm",	ksm_merged,	"ksm",	ANON | F(PAGE_KSM),	0,				UNSHARES },
	{ "unshare_wp",		wp_shared,	"uffd-wp", ANON | F(PTE_UFFD_WP) | F(PAGE_MAPS), 0,		UNSHARES },
	{ "unshare_thp",	thp_shared,	"thp",	ANON | F(PTE_HUGE) | F(PAGE_MAPS), 0,			UNSHARES },
	{ "unshare_hugetlb",	hugetlb_shared,	"hugetlb", ANON | F(VMA_HUGETLB) | F(PAGE_MAPS), 0,		UNSHARES },
#undef C
};

const unsigned int nr_classes = sizeof(classes) / sizeof(classes[0]);

/* What the child of a class tells. */
static struct told {
	int would, did, record;
} *told;

static const struct class *class;	/* the one that runs */

/* "would-anon-exclusive", for the suite has rows of other programs, too. */
static const char *row_name(const struct class *c)
{
	static char name[64];
	char *p;

	snprintf(name, sizeof(name), "would-%s", c->name);
	for (p = name; *p; p++)
		*p = *p == '_' ? '-' : *p;
	return name;
}

/* The entry is what the class says, or nothing was proven. */
static void expect_made(const struct look *l)
{
	must((l->facts & class->has) == class->has && !(l->facts & class->lacks),
	     "no such entry: facts %#llx lack %#llx, have %#llx", (unsigned long long)l->facts,
	     (unsigned long long)(class->has & ~l->facts), (unsigned long long)(l->facts & class->lacks));
	/* up to 6.1 a NUMA hint may keep its write bit */
	must(l->facts & MMA_F_PTE_PRESENT && (!(l->facts & MMA_F_PTE_WRITE) || l->facts & MMA_F_PTE_PROTNONE),
	     "no read-only entry: facts %#llx", (unsigned long long)l->facts);
}

/* What mmaudit cannot know it must say only of classes of which the table says so. */
static bool agrees(int would, int did)
{
	if (would != MMA_FAULT_REUSE_OR_COPY)
		return would == did;
	return class->option == UNSURE && (did == MMA_FAULT_REUSE || did == MMA_FAULT_COPY);
}

static void run_class(void)
{
	struct made m;
	struct look l;

	if (class->option == UNSHARES && !since(5, 19))
		absent("no FAULT_FLAG_UNSHARE (5.19)");
	ask_begin();
	m = class->make();
	must(look_at(m.p, &l), "nothing is mapped");
	expect_made(&l);
	ask_begin();
	told->would = would_do(&l, class->option == UNSHARES ? MMA_F_UNSHARE : 0);
	told->did = write_and_see(&m, class);
	told->record = recorded(m.p);
	must(agrees(told->would, told->did), "the write fault would %s, and did %s: facts %#llx, %u references, %u mappings",
	     fault_name(told->would), fault_name(told->did), (unsigned long long)l.facts, l.refs, l.maps);
	must(told->record < 0 || agrees(told->record, told->did), "the record of the write fault says %s", fault_name(told->record));
}

static const char *const words[] = { "pass", "fail", "skip", "absent" };
static int counts[4];			/* by enum state: PASS FAIL SKIP ABSENT */

static void run(const struct class *c)
{
	const struct row row = { row_name(c), run_class, NULL, NULL, c->needs };
	struct verdict v;

	class = c;
	*told = (struct told){ -1, -1, -1 };
	v = row_run(&row, SECONDS, false);
	counts[v.state]++;
	printf("%s %-*s %-13s %-13s %-13s%s%s\n", words[v.state], NAMES - (int)strlen(words[v.state]), row_name(c),
	       fault_name(told->would), fault_name(told->did), fault_name(told->record), v.why[0] ? " " : "", v.why);
	fflush(stdout);
}

static bool is_named(const struct class *c, int argc, char **argv)
{
	int i;

	for (i = 0; i < argc && strcmp(argv[i], row_name(c)); i++)
		;
	return !argc || i < argc;
}

int main(int argc, char **argv)
{
	int ret = ask_open();		/* keeps the points armed */
	unsigned int i;

	if (ret) {
		fprintf(stderr, "would: %s: %s; load the module first, as root\n", MMA_DEV_PATH, strerror(-ret));
		return 3;
	}
	told = mmap(NULL, sizeof(*told), RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	printf("%-*s %-13s %-13s %s\n", NAMES + 1, "class", "would", "did", "record");
	for (i = 0; i < nr_classes; i++)
		if (is_named(&classes[i], argc - 1, argv + 1))
			run(&classes[i]);
	printf("%d passed, %d failed, %d skipped, %d absent\n", counts[PASS], counts[FAIL], counts[SKIP], counts[ABSENT]);
	return counts[FAIL] > 0;
}
