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
#include "loss.h"
#include "rings.h"

static const char freeze[] = "/sys/module/mmaudit/parameters/freeze";

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

/* The mapping goes, so that no two are neighbours. */
static void lose_marks(void)
{
	struct loss l = loss_met();

	munmap(l.to, l.len);
}

static struct mma_decision violation(void)
{
	struct mma_decision d;

	must(rings_violation_within(&d, 10000), "no violation");
	return d;
}

static struct mma_decision lose(void)
{
	lose_marks();
	return violation();
}

/* A child that loses marks when it goes on. */
static pid_t stranger(void)
{
	pid_t pid = fork_row();
	int status;

	if (!pid) {
		raise(SIGSTOP);
		lose_marks();
		leave();
	}
	waitpid(pid, &status, WUNTRACED);
	return pid;
}

static void go_on(pid_t pid)
{
	kill(pid, SIGCONT);
	join(pid);
}

/* What nobody is told of takes neither the set nor the kind, and stops nothing. */
void keep_stranger(void)
{
	struct mma_decision d;
	struct mma_history h;
	pid_t pid = stranger();

	setting(freeze, "Y");
	rings_open(MMA_HISTORY_TRACKED);
	go_on(pid);
	must(!rings_violation_within(&d, 1000), "the violation of %u was told", d.tgid);
	h = answer();
	must(!h.kept && h.mode == MMA_HISTORY_TRACKED, "kept %u, mode %u", h.kept, h.mode);
	must(lose().kept, "nothing was kept of the audited process");
}

/* A kind that came while a set was kept is kept when there is room again; and a new audit has its own first violations. */
void keep_later(void)
{
	struct mma_decision d, e;
	int first, second;
	u64 before;

	rings_open(MMA_HISTORY_TRACKED);
	d = lose();
	must(d.kept && !lose().kept, "kept %u, then the same kind again", d.kept);
	first = rings_use(-1);
	rings_open(MMA_HISTORY_TRACKED);
	before = answer().not_kept;
	must(!lose().kept && !lose().kept, "a second set was kept");
	must(answer().not_kept == before + 1, "%llu kinds were not kept", answer().not_kept - before);
	second = rings_use(first);
	must(!give_back(d.kept), "not given back");
	rings_use(second);
	e = lose();
	must(e.kept > d.kept, "nothing was kept of a kind that was not kept before");
}

/* What a set has must be there until all have read it who were told; who was not told may not give it back. */
void keep_two(void)
{
	struct mma_history h;
	int first, second;
	unsigned int set;

	rings_open_any();
	rings_filter(MMA_HISTORY_DEFAULT);		/* is told, and knows of no sets */
	rings_open(MMA_HISTORY_TRACKED);
	first = rings_use(-1);
	rings_open(MMA_HISTORY_TRACKED);
	set = lose().kept;
	must(set, "nothing was kept");
	must(!give_back(set), "not given back");
	must(give_back(set) == EBUSY, "given back twice by one");
	second = rings_use(first);
	h = (struct mma_history){ .set = set };
	must(violation().kept == set && !rings_ask(&h), "the first reader finds set %u no more", set);
	rings_open_any();
	must(give_back(set) == EBUSY, "given back by who was not told");
	close(rings_use(first));
	must(answer().kept == set, "gone with who was not told");
	close(rings_use(second));
	must(!answer().kept, "kept for a reader that has gone");
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

/* freeze keeps what it has, whoever goes, until it is written again with a value that it takes. */
void keep_frozen(void)
{
	struct mma_decision d;
	struct mma_history h;
	pid_t pid;

	setting(freeze, "Y");
	pid = fork_row();
	if (!pid) {
		rings_open(MMA_HISTORY_TRACKED);
		d = lose();
		must(d.kept && give_back(d.kept) == EBUSY, "kept %u, and given back", d.kept);
		leave();
	}
	join(pid);
	rings_open_any();
	h = answer();
	must(h.kept && h.mode == MMA_HISTORY_OFF, "what was frozen has gone: kept %u, mode %u", h.kept, h.mode);
	write_str(freeze, "perhaps");
	must(answer().mode == MMA_HISTORY_OFF, "thawed by a value that is refused");
	write_str(freeze, "N");
	must(!answer().kept, "set %u is kept for nobody", h.kept);
	rings_open(MMA_HISTORY_TRACKED);
	must(lose().kept, "the kind is known from before");
}

/* Of what freeze stopped there is a gap; and it ends with the audit's kinds forgotten. */
void keep_thawed(void)
{
	struct mma_decision d;

	setting(freeze, "Y");
	rings_open(MMA_HISTORY_TRACKED);
	d = lose();
	write_str(freeze, "N");
	must(answer().since > d.counter, "nothing is said to be missing since %llu, frozen at %llu", answer().since, d.counter);
	must(!give_back(d.kept), "not given back");
	must(lose().kept, "the kind is known from before");
}

/* With freeze, and nobody who wants a history, a violation is kept for whoever looks later. */
void keep_for_later(void)
{
	struct mma_history h;
	pid_t pid;

	setting(freeze, "Y");
	setting("/sys/module/mmaudit/parameters/history_mode", "all");
	pid = fork_row();
	if (!pid) {
		rings_open_any();
		rings_filter(MMA_HISTORY_OFF);
		must(lose().kept, "nothing was kept");
		leave();
	}
	join(pid);
	rings_open_any();
	h = answer();
	must(h.kept && h.mode == MMA_HISTORY_OFF, "kept %u, mode %u", h.kept, h.mode);
}

/* The same filter again changes nothing, so nothing is missing. */
void filter_again(void)
{
	u64 since;

	rings_open(MMA_HISTORY_TRACKED);
	since = answer().since;
	rings_filter(MMA_HISTORY_TRACKED);
	must(answer().since == since, "the history was off in between");
}

/* Of what another reader audits there is nothing from before. */
void since_audited(void)
{
	u64 since;

	rings_open(MMA_HISTORY_AUDITED);
	since = answer().since;
	rings_open(MMA_HISTORY_AUDITED);
	must(answer().since > since, "all is said to be there since nobody asked for it");
}

/*
 * CLOCK_MONOTONIC stands still while the machine sleeps. The kernel tells of that when it wakes up, and also when who was to
 * write an image of it to a disk gives up.
 */
void slept(void)
{
	struct mma_history before, after;
	int fd;

	rings_open(MMA_HISTORY_TRACKED);
	before = answer();
	fd = open("/dev/snapshot", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		skip("/dev/snapshot: %s", strerror(errno));
	close(fd);
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
	trusted = strstr(clocks, "tsc") || strstr(clocks, "arch_sys_counter");
	must(!(h.state & MMA_HISTORY_UNORDERED) == trusted, "state %x, clocks %s", h.state, clocks);
}
