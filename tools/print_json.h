/* SPDX-License-Identifier: GPL-2.0 */
/* print_json.h - the pieces of JSON that other subcommands print, too. */
#ifndef PRINT_JSON_H
#define PRINT_JSON_H

#include "jsons.h"
#include "print.h"

/* Adds the names of all bits that are set, as a list. */
void json_names(struct json_object *to, const char *key, __u64 bits, const char *(*name)(unsigned int, char *));


/* {"type":TYPE,"abi":..,"kernel":..,"state":..} */
struct json_object *json_object_of(const char *type, const struct device *dev);
struct json_object *json_point(const struct mma_point_info *info);
struct json_object *json_site(const struct mma_site_info *info);
struct json_object *json_stats(const struct mma_stats *stats);

/* What the lines "start", "violation" and "decision" are made of, for reports that have the same keys. `out` needs no file. */
struct json_object *json_of_start(const struct audit *audit);
struct json_object *json_of_record(struct output *out, const struct record *rec);

#endif /* PRINT_JSON_H */
