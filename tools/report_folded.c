// SPDX-License-Identifier: GPL-2.0
/*
 * report_folded.c - for flame graph tools: "comm;outermost;...;innermost N" a line, as stackcollapse-*.pl writes it. N is a
 * number of violations. The last frame is the rule and the site.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "say.h"
#include "stacks.h"

struct line {
	char *text;
	size_t len;
	__u64 events;
};

/* What separates frames, and a line from its number, may be in no name. */
static void put_name(FILE *f, const char *name)
{
	for (; *name; name++)
		fputc(*name == ' ' ? '_' : *name == ';' || (unsigned char)*name < ' ' ? ':' : *name, f);
}

static int put_frame(void *arg, const char *name)
{
	fputc(';', arg);
	put_name(arg, name);
	return 0;
}

static int make_line(struct line *line, struct symbols *syms, const struct stack *stack)
{
	const struct record *rec = stack->rec;
	char comm[COMM_TEXT_LEN];
	FILE *f = open_memstream(&line->text, &line->len);

	if (!f)
		return -ENOMEM;
	decode_comm(rec->hdr.type == MMA_REC_FINDING ? rec->finding.comm : rec->decision.comm, comm);
	put_name(f, *comm ? comm : "?");
	stack_frames(syms, rec, put_frame, f);
	line->events = stack->events;
	return fclose(f) ? -ENOMEM : 0;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(((const struct line *)a)->text, ((const struct line *)b)->text);
}

/* Several addresses may be of one function: their lines are one. */
static void print_lines(FILE *f, const struct line *line, size_t nr)
{
	__u64 events = 0;

	for (size_t i = 0; i < nr; i++) {
		events += line[i].events;
		if (i + 1 < nr && !by_text(&line[i], &line[i + 1]))
			continue;
		fprintf(f, "%s %llu\n", line[i].text, (unsigned long long)events);
		events = 0;
	}
}

static int fold(FILE *f, struct symbols *syms, const struct stacks *stacks)
{
	struct line *line = calloc(stacks->nr ?: 1, sizeof(*line));
	size_t nr = 0;
	int ret = line ? 0 : -ENOMEM;

	while (!ret && nr < stacks->nr) {
		ret = make_line(&line[nr], syms, &stacks->at[nr]);
		nr++;
	}
	if (!ret) {
		qsort(line, nr, sizeof(*line), by_text);
		print_lines(f, line, nr);
	}
	while (nr)
		free(line[--nr].text);
	free(line);
	return ret;
}

int report_folded(FILE *f, struct report *r)
{
	struct stacks stacks;
	int ret = stacks_count(&stacks, r->rec, r->nr_rec);

	if (ret)
		return ret;
	if (r->left_out)
		say("%llu violations have no stack here: they were too many to be kept", (unsigned long long)r->left_out);
	ret = fold(f, &r->syms, &stacks);
	stacks_free(&stacks);
	return ret;
}
