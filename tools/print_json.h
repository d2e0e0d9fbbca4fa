/* SPDX-License-Identifier: GPL-2.0 */
/* print_json.h - the pieces of JSON that other subcommands print, too. */
#ifndef PRINT_JSON_H
#define PRINT_JSON_H

#include <json-c/json.h>
#include <stdio.h>

#include "device.h"

void json_str(struct json_object *to, const char *key, const char *value);
void json_num(struct json_object *to, const char *key, __u64 value);

/* Prints it as one line and frees it. */
void json_line(FILE *f, struct json_object *obj);

/* {"type":TYPE,"abi":..,"kernel":..,"state":..} */
struct json_object *json_object_of(const char *type, const struct device *dev);
struct json_object *json_point(const struct mma_point_info *info);
struct json_object *json_site(const struct mma_site_info *info);
struct json_object *json_stats(const struct mma_stats *stats);

#endif /* PRINT_JSON_H */
