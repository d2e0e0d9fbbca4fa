/* SPDX-License-Identifier: GPL-2.0 */
/* rejudge.h - a recorded decision or finding, judged again by the rules of this mmaudit. Pure. */
#ifndef REJUDGE_H
#define REJUDGE_H

#include "decode.h"

/* How the kernel that was recorded writes entries, as far as that differs. */
struct entry_form {
	int saved_dirty;	/* bit 58 is saved-dirty, and devmap is bit 57: 6.7 */
};

struct entry_form entry_form_of(const char *release);

/* PTE_* facts of an entry, as mma_pte_facts() and mma_pmd_facts() of the module have them. `facts`: of the mapping and kernel. */
__u64 entry_facts(__u64 entry, __u8 level, __u64 facts, const struct entry_form *form);

struct rejudged {
	__u32 same, gone, new;	/* rules: broken then and now; only then; only now */
	__u8 fault_then, fault_now;
};

/*
 * Rules that compare the entry with what it was before are judged as far as the record tells that: one is gone only if no entry
 * before could have broken it. `rules`: those of the audit; others were not asked. rec is a decision
 * or a finding.
 */
struct rejudged rejudge(const struct record *rec, const struct entry_form *form, __u32 rules);

#endif /* REJUDGE_H */
