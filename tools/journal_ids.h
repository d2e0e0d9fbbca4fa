/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal_ids.h - the MESSAGE_ID of each journal entry, by which journalctl finds it and its words in the catalog. The first 15
 * bytes are alike, and were drawn at random once; the last one is the id of the rule, or that of an event below.
 */
#ifndef JOURNAL_IDS_H
#define JOURNAL_IDS_H

#define JOURNAL_ID_BASE	"c94f0d27e1b84a6e9d3572b8a610f3"
#define JOURNAL_ID_LEN	33

/* X(id, NAME, subject, text), in the catalog's words. Ids are never reused, and above all rules. */
#define JOURNAL_EVENTS(X)	\
	X(0xf0, BEGUN, "An audit of page table entries has begun",	\
	  "From now on violations are told here: the first of each rule, site and caller (each one with --every).") \
	X(0xf1, ENDED, "An audit of page table entries has ended",	\
	  "The field VERDICT says what it amounts to: clean, known, narrowed, incomplete, blind or violations. Violations that were not told one by one are counted in the message.") \
	X(0xf2, LOST, "An audit has lost records",			\
	  "More was found at once than mmaudit could read. Violations may be among what was lost. mmaudit load ring_kb=N makes room.")

enum journal_event {
#define X(id, name, subject, text) JOURNAL_##name = id,
	JOURNAL_EVENTS(X)
#undef X
};

#endif /* JOURNAL_IDS_H */
