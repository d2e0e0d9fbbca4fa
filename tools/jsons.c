// SPDX-License-Identifier: GPL-2.0
/* jsons.c - see jsons.h. */
#include "jsons.h"

void json_str(struct json_object *to, const char *key, const char *value)
{
	json_object_object_add(to, key, value ? json_object_new_string(value) : NULL);
}

void json_num(struct json_object *to, const char *key, __u64 value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

void json_hex(struct json_object *to, const char *key, __u64 value)
{
	char buf[24];

	snprintf(buf, sizeof(buf), "0x%llx", (unsigned long long)value);
	json_str(to, key, buf);
}

struct json_object *json_list(struct json_object *to, const char *key)
{
	struct json_object *list = json_object_new_array();

	json_object_object_add(to, key, list);
	return list;
}

void json_push(struct json_object *list, const char *value)
{
	json_object_array_add(list, json_object_new_string(value));
}

void json_line(FILE *f, struct json_object *obj)
{
	fputs(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE), f);
	fputc('\n', f);
	json_object_put(obj);
}
