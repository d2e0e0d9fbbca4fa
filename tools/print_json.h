/* SPDX-License-Identifier: GPL-2.0 */
/* print_json.h - the pieces of JSON that other subcommands print, too. */
#ifndef PRINT_JSON_H
#define PRINT_JSON_H

#include "device.h"
#include "jsons.h"

/* {"type":TYPE,"abi":..,"kernel":..,"state":..} */
struct json_object *json_object_of(const char *type, const struct device *dev);
struct json_object *json_point(const struct mma_point_info *info);
struct json_object *json_site(const struct mma_site_info *info);
struct json_object *json_stats(const struct mma_stats *stats);

#endif /* PRINT_JSON_H */
