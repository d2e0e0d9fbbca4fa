// SPDX-License-Identifier: GPL-2.0
/* cmd_top.c - grants, denials, violations and losses of each site in a second, live; and the violations that came meanwhile. */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "commands.h"
#include "rates.h"
#include "screen.h"
#include "session.h"

struct top {
	struct device dev;
	struct signals sig;
	__u32 delay;		/* seconds */
	__u32 count;		/* pictures; 0: until the end */
	struct coverage was, now;
	struct mma_stats stats;
	struct rates rates;
	struct kinds kinds;
	struct symbols syms;
	__u64 lost;
	__u64 looked_ns;	/* CLOCK_MONOTONIC of the last look */
};

static const struct opt top_options[] = {
	OPT("delay", "S", "look every S seconds (1)", set_number, .at = offsetof(struct top, delay)),
	OPT("count", "N", "end after N looks", set_number, .at = offsetof(struct top, count)),
	{ }
};

/* ---- what is looked at ---- */

static void count_record(struct top *t, enum decode_status what, const struct record *rec)
{
	if (what == DECODE_LOST)
		t->lost += rec->lost.ring_full;
	if ((what == DECODE_DECISION && rec->decision.broken) || (what == DECODE_FINDING && rec->finding.broken))
		kinds_count(&t->kinds, rec);
}

/* Reads all that is queued, or what is not read would count as lost. Returns 0 or -errno. */
static int read_records(struct top *t)
{
	static unsigned char buf[64 * 1024];
	enum decode_status what;
	struct record rec;
	ssize_t n;

	while ((n = device_read(&t->dev, buf, sizeof(buf))) > 0) {
		struct cursor cur = { buf, n };

		while ((what = decode_next(&cur, &rec)) != DECODE_END)
			count_record(t, what, &rec);
	}
	return n;
}

static int look(struct top *t)
{
	const __u64 before = t->looked_ns;
	int ret;

	t->was = t->now;
	ret = device_coverage(&t->dev, &t->now) ?: device_stats(&t->dev, &t->stats) ?: read_records(t);
	t->looked_ns = now_ns();
	rates_of(&t->rates, &t->was, &t->now, before ? (t->looked_ns - before) / 1e9 : 0);
	return ret;
}

static void draw(struct top *t)
{
	const struct picture p = {
		.ver = &t->dev.ver, .cov = &t->now, .stats = &t->stats, .rates = &t->rates, .kinds = &t->kinds, .syms = &t->syms,
		.lost = t->lost, .now_ns = t->looked_ns, .delay = t->delay,
	};

	screen_draw(&p);
}

/* ---- until q, a signal or --count ---- */

/* Waits until `until`, and reads records and keys meanwhile. Returns 1 to go on, 0 to stop, or -errno. */
static int wait_until(struct top *t, __u64 until)
{
	struct pollfd fds[] = {
		{ .fd = t->dev.fd, .events = POLLIN },
		{ .fd = t->sig.fd, .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	__u64 now;
	int ret, key = -1;

	while ((now = now_ns()) < until) {
		if (poll(fds, 3, (until - now) / 1000000 + 1) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents && (ret = read_records(t)))
			return ret;
		if (fds[2].revents & POLLIN)
			key = screen_key();
		if (fds[1].revents || fds[2].revents & (POLLHUP | POLLERR) || key == 'q')
			return 0;
	}
	return 1;
}

static int show(struct top *t)
{
	int ret = look(t), on = 1;

	for (__u32 n = 0; !ret && on > 0 && (!t->count || n < t->count); n++) {
		draw(t);
		on = wait_until(t, t->looked_ns + t->delay * 1000000000ULL);
		ret = on < 0 ? on : look(t);
	}
	return ret;
}

static int top(struct top *t)
{
	int ret;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		say("top wants a terminal: 'mmaudit stat' prints the counters, 'mmaudit watch' violations as they come");
		return EXIT_USAGE;
	}
	if (device_open_seeing(&t->dev))
		return EXIT_BLIND;
	t->syms.dev = &t->dev;
	ret = signals_take(&t->sig) ?: screen_open();
	if (ret)
		return ret;
	ret = show(t);
	screen_close();
	if (!ret)
		return EXIT_CLEAN;
	say("the module could not be asked any more: %s", strerror(-ret));
	return EXIT_BLIND;
}

static int cmd_top(int argc, char **argv)
{
	static struct top t = { .dev.fd = -1, .delay = 1 };
	int ret = parse_options(&top_command, &t, argc, argv);

	if (ret != GO_ON)
		return ret;
	ret = top(&t);
	symbols_free(&t.syms);
	device_close(&t.dev);
	return ret;
}

const struct command top_command = {
	.name = "top",
	.run = cmd_top,
	.summary = "grants, denials, violations and losses of each site in a second, live",
	.options = { top_options },
};
