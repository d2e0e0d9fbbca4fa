// SPDX-License-Identifier: GPL-2.0
/* verdict_prometheus.c - a verdict in Prometheus' text format, for node_exporter's textfile collector. */
#include "metrics.h"
#include "verdict_forms.h"

/* A bug is of one class here, its first: else it would count twice in a sum by class. */
static void print_bug(FILE *f, const struct tried *t)
{
	char class_name[32];

	sscanf(t->bug->classes, "%31s", class_name);
	fputc('{', f);
	metric_label(f, "bug", t->bug->name);
	fputc(',', f);
	metric_label(f, "class", class_name);
}

static void print_tried(FILE *f, const struct verdict *v)
{
	metric_head(f, "gauge", "mmaudit_verdict", "1: this kernel loses data by that bug; 0: it was tried and does not. Not tried, or not in this kernel: no such row.");
	for (unsigned int i = 0; i < v->nr; i++) {
		const struct tried *t = &v->at[i];

		if (t->here > HERE_OK)
			continue;
		fputs("mmaudit_verdict", f);
		print_bug(f, t);
		fprintf(f, "} %d\n", t->here == HERE_LOST);
	}
}

static void print_untried(FILE *f, const struct verdict *v)
{
	metric_head(f, "gauge", "mmaudit_verdict_untried", "A bug that could not be tried, and why.");
	for (unsigned int i = 0; i < v->nr; i++) {
		const struct tried *t = &v->at[i];

		if (t->here != HERE_UNTRIED)
			continue;
		fputs("mmaudit_verdict_untried", f);
		print_bug(f, t);
		fputc(',', f);
		metric_label(f, "why", t->why);
		fputs("} 1\n", f);
	}
}

static void print_counts(FILE *f, const struct verdict *v)
{
	metric_head(f, "gauge", "mmaudit_verdict_bugs", "How many of the known bugs are lost, bug (nothing is lost), ok, absent (not in this kernel) or untried here.");
	for (int i = 0; i < NR_HERE; i++) {
		fputs("mmaudit_verdict_bugs{", f);
		metric_label(f, "here", here_name(i));
		fprintf(f, "} %u\n", v->count[i]);
	}
}

void verdict_prometheus(FILE *f, const struct verdict *v)
{
	print_tried(f, v);
	print_untried(f, v);
	print_counts(f, v);
	metric_head(f, "gauge", "mmaudit_verdict_info", "The kernel that was tried.");
	fputs("mmaudit_verdict_info{", f);
	metric_label(f, "kernel", v->uts.release);
	fputs("} 1\n", f);
	metric_head(f, "gauge", "mmaudit_verdict_time_seconds", "When it was tried.");
	fprintf(f, "mmaudit_verdict_time_seconds %lld\n", (long long)v->when);
}
