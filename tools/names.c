// SPDX-License-Identifier: GPL-2.0
/* names.c - the tables behind names.h. Gaps between ids are rows of NULL. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "names.h"

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

static const struct rule_row rules[] = {
#define X(id, name, severity, text, kernels, where) [id] = { #name, severity, text, kernels, where },
	MMA_RULES(X)
#undef X
};

static const struct word_row severities[] = {
#define X(name, means, text) { #name, text },
	MMA_SEVERITIES(X)
#undef X
};

static const struct site_row sites[] = {
#define P(point) | 1ULL << MMA_POINT_##point
#define ALSO(point)
#define NEEDS(point)
#define X(id, nm, str, txt, pts) [id] = { .name = str, .text = txt, .points = 0 pts },
	MMA_SITES(X)
#undef X
#undef P
#undef ALSO
#define P(point)
#define ALSO(point) | 1ULL << MMA_POINT_##point
#define X(id, nm, str, txt, pts) [id].also = 0 pts,
	MMA_SITES(X)
#undef X
#undef P
#undef ALSO
#undef NEEDS
#define P(point)
#define ALSO(point)
#define NEEDS(point) | 1ULL << MMA_POINT_##point
#define X(id, nm, str, txt, pts) [id].needs = 0 pts,
	MMA_SITES(X)
#undef X
#undef P
#undef ALSO
#undef NEEDS
};

/* The module names its points in lower case; the macro only has capitals. */
#define POINT_NAME_LEN	24
static char point_names[MMA_NR_POINTS][POINT_NAME_LEN] = {
#define X(id, name, sym, args, mode, text) [id] = #name,
	MMA_POINTS(X)
#undef X
};

static const struct point_row points[] = {
#define TRACE(points) TRACE
#define SPARE(points) SPARE
#define X(id, name, sym, args, mode, text) [id] = { point_names[id], sym, text, mode },
	MMA_POINTS(X)
#undef X
#undef TRACE
#undef SPARE
#define X(name) [MMA_POINT_##name].shown = 1,
	MMA_SHOWN(X)
#undef X
};

static const struct instead_row insteads[NR_INSTEAD] = {
#define X(name, sym) { MMA_POINT_##name, sym, 0 },
	MMA_STAND_INS(X)
#undef X
#define X(name, sym) { MMA_POINT_##name, sym, 1 },
	MMA_PARTS(X)
#undef X
};

static const struct word_row facts[] = {
#define X(bit, name, text) [bit] = { #name, text },
	MMA_FACTS(X)
#undef X
};

static const struct word_row faults[] = {
#define X(id, name, text) [id] = { #name, text },
	MMA_FAULTS(X)
#undef X
};

static const struct word_row reasons[] = {
#define X(id, name, text) [id] = { #name, text },
	MMA_REASONS(X)
#undef X
};

__attribute__((constructor)) static void lower_point_names(void)
{
	for (size_t i = 0; i < NR(point_names); i++)
		for (char *c = point_names[i]; *c; c++)
			*c = tolower((unsigned char)*c);
}

const struct instead_row *instead_row(unsigned int i)
{
	return i < NR_INSTEAD ? &insteads[i] : NULL;
}

#define TABLE(one, many, type)						\
	const struct type *one##_row(unsigned int id)			\
	{								\
		return id < NR(many) && many[id].name ? &many[id] : NULL; \
	}								\
	unsigned int nr_##many(void)					\
	{								\
		return NR(many);					\
	}								\
	const char *one##_name(unsigned int id, char buf[NAME_LEN])	\
	{								\
		const struct type *row = one##_row(id);			\
									\
		if (row)						\
			return row->name;				\
		snprintf(buf, NAME_LEN, #one "-%u", id);		\
		return buf;						\
	}

TABLE(rule, rules, rule_row)
TABLE(site, sites, site_row)
TABLE(point, points, point_row)
TABLE(fact, facts, word_row)
TABLE(fault, faults, word_row)
TABLE(reason, reasons, word_row)

const char *point_armed(const struct point_row *point)
{
	static const char *const when[] = {
		[AUDIT] = "always",
		[TRACE] = "while a reader wants every decision",
		[SPARE] = "where the kernel has not the function that tells more",
		[SWEEP] = "while a reader wants sweeps at exit",
		[HISTORY] = "while the history is kept",
	};

	return when[point->mode];
}

static const char *listed(const char *const *list, size_t n, const char *what,
			  unsigned int id, char buf[NAME_LEN])
{
	if (id < n && list[id])
		return list[id];
	snprintf(buf, NAME_LEN, "%s-%u", what, id);
	return buf;
}

#define LIST(function, what, ...)					\
	const char *function(unsigned int id, char buf[NAME_LEN])	\
	{								\
		static const char *const names[] = { __VA_ARGS__ };	\
									\
		return listed(names, NR(names), what, id, buf);		\
	}

LIST(verdict_name, "verdict", [MMA_GRANTED] = "GRANTED", [MMA_DENIED] = "DENIED", [MMA_WRITABLE] = "WRITABLE")
LIST(level_name, "level", [MMA_LEVEL_NONE] = "NONE", [MMA_LEVEL_PTE] = "PTE", [MMA_LEVEL_PMD] = "PMD", [MMA_LEVEL_PUD] = "PUD")
LIST(point_state_name, "state", [MMA_POINT_ON] = "on", [MMA_POINT_IDLE] = "idle", [MMA_POINT_ABSENT] = "absent",
     [MMA_POINT_REFUSED] = "refused", [MMA_POINT_UNCHECKED] = "unchecked")
LIST(site_state_name, "state", [MMA_SITE_SEEN] = "seen", [MMA_SITE_NOT_HERE] = "not in this kernel", [MMA_SITE_UNSEEN] = "not seen", [MMA_SITE_PARTLY] = "seen in part")
LIST(hook_name, "hook", [MMA_HOOK_NONE] = "-", [MMA_HOOK_FTRACE] = "ftrace", [MMA_HOOK_KPROBE] = "kprobe",
     [MMA_HOOK_WRAP] = "wrap", [MMA_HOOK_KRETPROBE] = "kretprobe")
LIST(state_name, "state", [MMA_STATE_OK] = "ok", [MMA_STATE_BLIND] = "blind", [MMA_STATE_UNKNOWN] = "unknown kernel")

const char *names_of(__u64 bits, const char *(*name)(unsigned int id, char *buf), const char *sep, char buf[NAMES_LEN])
{
	char one[NAME_LEN];
	size_t len = 0;

	*buf = 0;
	for (unsigned int i = 0; i < 64; i++)
		if (bits >> i & 1)
			len += snprintf(buf + len, NAMES_LEN - len, "%s%s", len ? sep : "", name(i, one));
	return buf;
}

static int fold(char c)
{
	return c == '-' ? '_' : tolower((unsigned char)c);
}

int name_is(const char *name, const char *given)
{
	while (*name && fold(*name) == fold(*given)) {
		name++;
		given++;
	}
	return !*name && !*given;
}

#define BY_NAME(one, many)						\
	int one##_by_name(const char *name)				\
	{								\
		for (unsigned int id = 0; id < NR(many); id++)		\
			if (many[id].name && name_is(many[id].name, name)) \
				return id;				\
		return -1;						\
	}

BY_NAME(rule, rules)
BY_NAME(site, sites)
BY_NAME(point, points)

const char *severity_text(const char *severity)
{
	for (unsigned int i = 0; i < NR(severities); i++)
		if (!strcmp(severities[i].name, severity))
			return severities[i].text;
	return severity;
}
