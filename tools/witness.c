// SPDX-License-Identifier: GPL-2.0
/* witness.c - see witness.h. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "decode.h"
#include "files.h"
#include "kinds.h"
#include "witness.h"

static const char *whether_it_sees(const struct witness *w)
{
	if (!w->sees)
		return "without the module, which is blind";
	if (w->dev.ver.state == MMA_STATE_UNKNOWN)
		return "the module names the site, but the kernel is newer than mmaudit: what it sees may be a false violation";
	return "the module names the site";
}

void witness_open(struct witness *w)
{
	w->dev.fd = -1;
	w->syms.dev = &w->dev;
	if (!module_loaded())
		w->why = "without the module";
	else if (access(MMA_DEV_PATH, R_OK))
		w->why = "without the module, which only root may ask";
	else if (!first_pid_namespace())
		w->why = "without the module, which knows processes by the numbers of another pid namespace (a container?)";
	else
		w->sees = !device_open_seeing(&w->dev);
	if (!w->why)
		w->why = whether_it_sees(w);
}

void witness_close(struct witness *w)
{
	symbols_free(&w->syms);
	device_close(&w->dev);
}

int witness_watch(struct witness *w, pid_t pid)
{
	struct mma_filter f = { .pid = pid, .flags = MMA_FILTER_DESCENDANTS };

	if (w->dev.ver.features & MMA_FEAT_SWEEP_EXIT)
		f.flags |= MMA_FILTER_SWEEP;
	return device_filter(&w->dev, &f);
}

static int is_violation(enum decode_status what, const struct record *rec)
{
	return (what == DECODE_DECISION && rec->decision.broken) || (what == DECODE_FINDING && rec->finding.broken);
}

/* Returns whether there may be more. */
static int read_some(struct witness *w, struct kinds *kinds)
{
	static unsigned char buf[1 << 16];
	ssize_t n = device_read(&w->dev, buf, sizeof(buf));
	struct cursor cur = { buf, n > 0 ? n : 0 };
	enum decode_status what;
	struct record rec;

	while ((what = decode_next(&cur, &rec)) != DECODE_END)
		if (is_violation(what, &rec))
			kinds_count(kinds, &rec);
	return n > 0;
}

static void note(struct witness *w, struct sighting *s, const struct kind *k)
{
	*s = (struct sighting){ .broken = k->broken, .site = k->site, .events = k->events };
	if (k->ip)
		snprintf(s->caller, sizeof(s->caller), "%s", symbol_name(&w->syms, k->ip));
}

unsigned int witness_ask(struct witness *w, struct sighting *seen, unsigned int max)
{
	struct kinds kinds = { .nr = 0 };
	unsigned int n = 0;

	device_flush(&w->dev);
	while (read_some(w, &kinds))
		;
	for (; n < kinds.nr && n < max; n++)
		note(w, &seen[n], &kinds.at[n]);
	return n;
}
