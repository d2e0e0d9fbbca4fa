/* balancing.c - NUMA balancing that soon hints at what a thread does not have near. */
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>
#include "kit.h"

#define SCHED_NUMA "/sys/kernel/debug/sched/numa_balancing/"

/* Pages of the node of CPU 1: task_numa_work() of a single thread ignores pages of the thread's own node. */
char *far_pages(char *p, size_t len, char v)
{
	run_on(1);
	fill(p, len, v);
	return p;
}

/* The settings are in debugfs since 5.13. */
static void scan(const char *name, const char *value)
{
	bool sysctl = !access("/proc/sys/kernel/numa_balancing_scan_delay_ms", W_OK);
	char path[96];

	snprintf(path, sizeof(path), "%s%s", sysctl ? "/proc/sys/kernel/numa_balancing_" : SCHED_NUMA, name);
	setting(path, value);
}

void balancing_on(void)
{
	setting("/proc/sys/kernel/numa_balancing", "1");
	scan("scan_delay_ms", "10");
	scan("scan_period_min_ms", "20");
	scan("scan_period_max_ms", "50");
	run_on(0);
}
