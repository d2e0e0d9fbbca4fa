/* SPDX-License-Identifier: GPL-2.0 */
/* jsons.h - values that go into objects of JSON, and an object as a line. */
#ifndef JSONS_H
#define JSONS_H

#include <json-c/json.h>
#include <linux/types.h>
#include <stdio.h>

/* null if value is NULL. */
void json_str(struct json_object *to, const char *key, const char *value);
void json_num(struct json_object *to, const char *key, __u64 value);
/* Addresses and entries as strings: many readers keep numbers as doubles. */
void json_hex(struct json_object *to, const char *key, __u64 value);
/* Adds an empty list; adds a string to one. */
struct json_object *json_list(struct json_object *to, const char *key);
void json_push(struct json_object *list, const char *value);

/* Prints it as one line and frees it. */
void json_line(FILE *f, struct json_object *obj);

#endif /* JSONS_H */
