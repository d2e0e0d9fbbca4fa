// SPDX-License-Identifier: GPL-2.0
/* report_json.c - the objects that run --json prints, made from a report: start, each violation, end. */
#include <errno.h>

#include "report.h"

static void print_one(struct output *out, const struct record *rec)
{
	if (rec->hdr.type == MMA_REC_FINDING)
		out->ops->finding(out, rec);
	else
		out->ops->decision(out, rec);
}

/* What was cut has no end here either: a reader must not take it for whole. */
int report_json(FILE *f, struct report *r)
{
	struct output out = { .ops = &json_ops, .file = f, .syms = r->syms, .arch = audit_arch(&r->audit) };

	out.ops->start(&out, &r->audit);
	for (size_t i = 0; i < r->nr_rec; i++) {
		out.known = kinds_known(&r->kinds, &r->rec[i]);
		print_one(&out, &r->rec[i]);
	}
	if (r->whole)
		out.ops->end(&out, &r->audit, &r->totals);
	r->syms = out.syms;			/* it has learnt names */
	return ferror(f) ? -EIO : 0;
}
