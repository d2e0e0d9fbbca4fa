/* SPDX-License-Identifier: GPL-2.0 */
/* tell_past.h - events and their blame in words, for every form of output. */
#ifndef TELL_PAST_H
#define TELL_PAST_H

#include "past.h"
#include "symbols.h"

#define PAST_TEXT_LEN	512

/* What an event did to the page that was at `at` afterwards: "soft-dirty 1 -> 0", "VM_SOFTDIRTY dropped: merged with 0x7f..". */
const char *tell_event(const struct event *ev, struct place at, char buf[PAST_TEXT_LEN]);

/* "ksmd[41]", or "pid 41" if its name is not known. */
const char *tell_event_task(const struct event *ev, char buf[PAST_TEXT_LEN]);

/* "clear-refs", or what it is if no site did it: "mapping merged". */
const char *tell_event_site(const struct event *ev, char buf[PAST_TEXT_LEN]);

/* "3.2 ms before" or "0.5 s after" of a moment. */
const char *tell_apart(__u64 time_ns, __u64 moment_ns, char buf[PAST_TEXT_LEN]);

/*
 * Where the bit was lost, in one sentence: "soft-dirty lost by clear-refs (pid 812) 3.2 ms before, while the page was a
 * migration entry; granted by remove_migration_pte".
 */
const char *tell_blame(const struct past *past, const struct record *rec, struct symbols *syms, char buf[PAST_TEXT_LEN]);

/* Why there is nothing older than the first step. */
const char *tell_begin(const struct past *past, char buf[PAST_TEXT_LEN]);

/* What is to be known of the order of the steps; NULL: nothing. */
const char *tell_order(const struct past *past);

#endif /* TELL_PAST_H */
