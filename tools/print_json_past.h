/* SPDX-License-Identifier: GPL-2.0 */
/* print_json_past.h - a history as JSON. */
#ifndef PRINT_JSON_PAST_H
#define PRINT_JSON_PAST_H

#include "jsons.h"
#include "past.h"
#include "symbols.h"

/*
 * {"begins_ns", "before": why there is nothing older, "events": [{time_ns, cpu, pid, comm, by, kind, caller, address_space, addr,
 * end, was, now, what, earlier}], and of a violation "rule", "how", "event": number of the one to blame or null, "lost",
 * "gained", "sentence"}. rec: the violation, or NULL.
 */
/* No key is one of a violation that scripts look for with their own means: "by", not "site". */
struct json_object *json_of_past(const struct past *past, const struct record *rec, struct symbols *syms);

#endif /* PRINT_JSON_PAST_H */
