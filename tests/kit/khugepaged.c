/* khugepaged.c - folios of 64 KB that khugepaged makes of small pages (7.2). */
#define _GNU_SOURCE
#include <string.h>
#include <unistd.h>
#include "kit.h"

#define SIZES(kb) THP "hugepages-" kb "kB/enabled"

char *map_small(void)
{
	char *p = map_at_guard(HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, HPAGE);

	setting(SIZES("64"), "never");
	setting(SIZES("2048"), "never");
	fill(p, 2 * LARGE, 1);
	return p;
}

static bool is_large(const char *p)
{
	u64 first = pfn(p);
	int i;

	for (i = 1; i < LARGE / PAGE; i++)
		if (!present(p + i * PAGE) || pfn(p + i * PAGE) != first + i)
			return false;
	return first % (LARGE / PAGE) == 0;
}

/* It takes only what was touched lately. */
static void touch(const char *p)
{
	int i;

	for (i = 0; i < 2 * LARGE / PAGE; i++)
		(void)peek(p + i * PAGE);
}

static void start(char *p)
{
	setting(THP "khugepaged/scan_sleep_millisecs", "10");
	setting(THP "khugepaged/alloc_sleep_millisecs", "10");
	setting(THP "khugepaged/pages_to_scan", "20000");
	setting(THP "khugepaged/max_ptes_none", "0");
	write_str(SIZES("64"), "always");
	must(!madvise(p, HPAGE, MADV_HUGEPAGE), "MADV_HUGEPAGE");
}

bool khugepaged_came(char *p)
{
	u64 was = pfn(p);
	int tries;

	start(p);
	for (tries = 0; tries < 400; tries++) {
		usleep(50000);
		touch(p);
		if (pfn(p) != was && is_large(p))
			return true;
	}
	return false;
}

bool khugepaged_passed(char *p)
{
	long scans;
	int tries;

	start(p);
	scans = read_long(THP "khugepaged/full_scans");
	for (tries = 0; tries < 400; tries++) {
		usleep(50000);
		touch(p);
		if (read_long(THP "khugepaged/full_scans") >= scans + 3)
			return true;
	}
	return false;
}
