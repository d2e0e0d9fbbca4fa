/* SPDX-License-Identifier: GPL-2.0 */
/* print_json_told.h - what tell.h says of a record, as JSON. */
#ifndef PRINT_JSON_TOLD_H
#define PRINT_JSON_TOLD_H

#include "jsons.h"
#include "print.h"

/* What tell.h says: in a decision or violation, and in a finding. */
void json_mapping(struct output *out, struct json_object *obj, const struct mma_map *map, __u32 pid, __u64 addr, __u64 time_ns);
void json_folio(const struct output *out, struct json_object *obj, const struct mma_map *map, __u64 entry, __u8 level, __u64 facts);
void json_change(const struct output *out, struct json_object *obj, const struct mma_decision *d);
void json_found(const struct output *out, struct json_object *obj, const struct mma_finding *f);
void json_trace(struct output *out, struct json_object *obj, const struct record *rec);

#endif /* PRINT_JSON_TOLD_H */
