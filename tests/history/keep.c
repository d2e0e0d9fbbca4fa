/*
 * keep.c - what led to a violation is kept for the readers that are told of it, until each of them has given it back; and what
 * the answer says of when, since when, and in which order.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit.h"
#include "keep.h"
#include "rings.h"

static struct mma_history answer(void)
{
	struct mma_history h = { 0 };

	must(!rings_ask(&h), "MMA_IOC_HISTORY");
	return h;
}

static int give_back(unsigned int set)
{
	struct mma_history h = { .flags = MMA_HISTORY_GIVE_BACK, .set = set };

	return rings_ask(&h);
}

/* A bug that all kernels have: mremap moves a whole page table and marks nothing. */
static void lose_marks(void)
{
	char *p = map_table(), *q = map_table();

	fill(p, HPAGE, 1);
	clear_refs();
	move_mapping(p, q, HPAGE);
	munmap(q, HPAGE);
}

static struct mma_decision violation(void)
{
	struct mma_decision d;

	must(rings_violation(&d), "no violation");
	return d;
}

static struct mma_decision lose(void)
{
	lose_marks();
	return violation();
}

/* What was given back is not said to be there. */
void keep_begun(void)
{
	struct mma_decision d;
	struct mma_history h;

	rings_open(MMA_HISTORY_TRACKED);
	d = lose();
	must(!give_back(d.kept), "not given back");
	rings_open(MMA_HISTORY_TRACKED);
	h = answer();
	must(h.begun >= d.counter && h.begun <= h.counter[1], "all since %llu is said to be there, the violation was at %llu", h.begun, d.counter);
}

/* The clock that the counter is told in stands still while the machine sleeps. */
void slept(void)
{
	struct mma_history before, after;

	if (access("/sys/power/pm_test", W_OK))
		skip("this kernel cannot play sleeping");
	setting("/sys/power/pm_test", "freezer");
	rings_open(MMA_HISTORY_TRACKED);
	before = answer();
	must(write_str("/sys/power/state", "freeze") || write_str("/sys/power/state", "mem"), "/sys/power/state: %s", strerror(errno));
	after = answer();
	must(after.counter[0] > before.counter[1] && after.time_ns[0] > before.time_ns[1], "the first pair is of before");
	must(after.since > before.counter[1], "nothing is said to be missing");
}

/* A kernel that does not trust its counters does not list them. */
void in_step(void)
{
	char clocks[256];
	struct mma_history h;
	bool trusted;

	rings_open(MMA_HISTORY_TRACKED);
	h = answer();
	must(read_str("/sys/devices/system/clocksource/clocksource0/available_clocksource", clocks, sizeof(clocks)), "clocksource");
	trusted = strstr(clocks, "tsc");
	must(!(h.state & MMA_HISTORY_UNORDERED) == trusted, "state %x, clocks %s", h.state, clocks);
}
