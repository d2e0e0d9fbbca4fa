/* SPDX-License-Identifier: GPL-2.0 */
/* rejudge.h - a recorded decision or finding, judged again by the rules of this mmaudit. Pure. */
#ifndef REJUDGE_H
#define REJUDGE_H

#include "arch.h"
#include "decode.h"

#define REJUDGE_MINOR	4	/* modules of an older ABI do not tell what entries were compared with */

struct rejudged {
	__u32 same, gone, new;	/* rules: broken then and now; only then; only now */
	__u8 fault_then, fault_now;
};

/*
 * A record of many entries has the facts of the first one: a rule that compares with the entry before is gone only if no such
 * entry could have broken it. `rules`: those of the audit; others were not asked. rec is a decision or a finding.
 */
struct rejudged rejudge(const struct arch *arch, const struct record *rec, __u32 rules);

#endif /* REJUDGE_H */
