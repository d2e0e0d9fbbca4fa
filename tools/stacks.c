// SPDX-License-Identifier: GPL-2.0
/* stacks.c - sorts violations so that those with the same stack are neighbours, and counts these. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "names.h"
#include "stacks.h"

/* What is the same in all violations of a struct stack, besides the stack. */
struct key {
	char comm[MMA_COMM_LEN];
	__u32 broken, site, point, nr_stack;
	__u64 no_stack;
};

static struct key key_of(const struct record *rec)
{
	struct key key;

	memset(&key, 0, sizeof(key));		/* padding is compared, too */
	key.nr_stack = rec->nr_stack;
	if (rec->hdr.type == MMA_REC_FINDING) {
		strncpy(key.comm, rec->finding.comm, MMA_COMM_LEN);
		key.broken = rec->finding.broken;
		key.site = KIND_SWEEP;
		return key;
	}
	strncpy(key.comm, rec->decision.comm, MMA_COMM_LEN);
	key.broken = rec->decision.broken;
	key.site = rec->decision.site;
	key.point = rec->decision.point;
	key.no_stack = !rec->nr_stack ? rec->decision.ip : 0;
	return key;
}

static int compare(const struct record *a, const struct record *b)
{
	const struct key x = key_of(a), y = key_of(b);
	const int differ = memcmp(&x, &y, sizeof(x));

	return differ ? differ : memcmp(a->stack, b->stack, a->nr_stack * sizeof(a->stack[0]));
}

/* Ties are put in the order of the records, so that a report is always the same. */
static int compare_stacks(const void *a, const void *b)
{
	const struct record *x = ((const struct stack *)a)->rec, *y = ((const struct stack *)b)->rec;
	const int differ = compare(x, y);

	return differ ? differ : (x > y) - (x < y);
}

/* Makes one of neighbours that have the same stack. */
static size_t join(struct stack *at, size_t nr)
{
	size_t last = 0;

	for (size_t i = 1; i < nr; i++) {
		if (compare(at[last].rec, at[i].rec)) {
			at[++last] = at[i];
			continue;
		}
		at[last].events += at[i].events;
		at[last].entries += at[i].entries;
	}
	return nr ? last + 1 : 0;
}

int stacks_count(struct stacks *stacks, const struct record *rec, size_t nr)
{
	stacks->at = calloc(nr ?: 1, sizeof(stacks->at[0]));
	if (!stacks->at)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		stacks->at[i] = (struct stack){ &rec[i], 1, record_entries(&rec[i]) };
	qsort(stacks->at, nr, sizeof(stacks->at[0]), compare_stacks);
	stacks->nr = join(stacks->at, nr);
	return 0;
}

void stacks_free(struct stacks *stacks)
{
	free(stacks->at);
	*stacks = (struct stacks){ 0 };
}

/* "function", or "function [module]": the offset of a call says nothing in a graph of functions. */
static void drop_offset(char *name)
{
	char *offset = strstr(name, "+0x"), *module;

	if (!offset)
		return;
	module = strchr(offset, ' ');
	if (module)
		memmove(offset, module, strlen(module) + 1);
	else
		*offset = 0;
}

static int function_frame(struct symbols *syms, __u64 addr, int (*frame)(void *arg, const char *name), void *arg)
{
	char name[sizeof(((struct mma_symbol *)0)->name)];

	snprintf(name, sizeof(name), "%s", symbol_name(syms, addr));
	drop_offset(name);
	return frame(arg, name);
}

static int calls(struct symbols *syms, const struct record *rec, int (*frame)(void *arg, const char *name), void *arg)
{
	int ret = 0;

	if (!rec->nr_stack && rec->decision.ip)		/* it was not unwound: the caller is all that is known */
		return function_frame(syms, rec->decision.ip, frame, arg);
	for (unsigned int i = rec->nr_stack; i > 0 && !ret; i--)
		ret = function_frame(syms, rec->stack[i - 1], frame, arg);
	return ret;
}

static int decision_frames(struct symbols *syms, const struct record *rec,
			   int (*frame)(void *arg, const char *name), void *arg)
{
	const struct point_row *point = point_row(rec->decision.point);
	char buf[NAME_LEN];
	int ret = calls(syms, rec, frame, arg);

	return ret ? ret : frame(arg, point ? point->symbol : point_name(rec->decision.point, buf));
}

static int verdict_frame(__u32 broken, const char *site, int (*frame)(void *arg, const char *name), void *arg)
{
	char rules[NAMES_LEN], name[NAMES_LEN + NAME_LEN + 8];

	snprintf(name, sizeof(name), "%s at %s", names_of(broken, rule_name, ",", rules), site);
	return frame(arg, name);
}

int stack_frames(struct symbols *syms, const struct record *rec, int (*frame)(void *arg, const char *name), void *arg)
{
	char buf[NAME_LEN];
	int ret;

	if (rec->hdr.type == MMA_REC_FINDING)
		return verdict_frame(rec->finding.broken, "sweep", frame, arg);
	ret = decision_frames(syms, rec, frame, arg);
	return ret ? ret : verdict_frame(rec->decision.broken, site_name(rec->decision.site, buf), frame, arg);
}
