// SPDX-License-Identifier: GPL-2.0
/* print_json_told.c - what tell.h says of a record, as JSON: mapping, folio, kinds of entries, and what changed. */
#include <string.h>

#include "print_json_told.h"
#include "rule.h"
#include "tell.h"

/* The words of a text as strings. */
static void json_words(struct json_object *to, const char *key, const char *text)
{
	struct json_object *list = json_list(to, key);
	char words[TELL_LEN], *save = NULL;

	snprintf(words, sizeof(words), "%s", text);
	for (char *word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save))
		json_push(list, word);
}

static const char *kind_name(const struct mma_map *map)
{
	static const char *const names[] = {
		[MMA_MAP_ANON] = "anonymous", [MMA_MAP_FILE] = "file", [MMA_MAP_HEAP] = "heap", [MMA_MAP_STACK] = "stack",
		[MMA_MAP_SPECIAL] = "special",
	};

	return map->kind < sizeof(names) / sizeof(names[0]) ? names[map->kind] : NULL;
}

static void json_file(struct output *out, struct json_object *to, const struct mma_map *map, __u32 pid, __u64 addr, __u64 time_ns)
{
	char dev[32];

	json_str(to, "path", out->paths ? path_of(out->paths, pid, time_ns, map) : NULL);
	if (map->kind != MMA_MAP_FILE)
		return;
	snprintf(dev, sizeof(dev), "%02x:%02x", map->dev >> 20, map->dev & 0xfffff);
	json_str(to, "dev", dev);
	json_num(to, "inode", map->ino);
	json_num(to, "offset", (map->pgoff << 12) + addr - map->start);
}

void json_mapping(struct output *out, struct json_object *obj, const struct mma_map *map, __u32 pid, __u64 addr, __u64 time_ns)
{
	struct json_object *to = map->kind ? json_object_new_object() : NULL;
	char buf[TELL_LEN];

	json_object_object_add(obj, "mapping", to);
	if (!to)
		return;
	json_hex(to, "start", map->start);
	json_hex(to, "end", map->end);
	json_str(to, "kind", kind_name(map));
	json_str(to, "rights", tell_rights(map, buf));
	json_words(to, "flags", tell_letters(map, buf));
	json_hex(to, "vm_flags", map->vm_flags);
	json_file(out, to, map, pid, addr, time_ns);
}

void json_folio(const struct output *out, struct json_object *obj, const struct mma_map *map, __u64 entry, __u8 level, __u64 facts)
{
	const int is_there = (facts & (MMA_F_PTE_PRESENT | MMA_F_PAGE)) == (MMA_F_PTE_PRESENT | MMA_F_PAGE);
	struct json_object *to = is_there ? json_object_new_object() : NULL, *list;
	const char *words[16];
	unsigned int n;

	json_object_object_add(obj, "folio", to);
	if (!to)
		return;
	json_hex(to, "pfn", arch_pfn(out->arch, entry, level > MMA_LEVEL_PTE));
	json_object_object_add(to, "order", map->folio & MMA_FOLIO_SEEN ? json_object_new_int(map->order) : NULL);
	list = json_list(to, "words");
	n = tell_folio_words(map, facts, words, 16);
	for (unsigned int i = 0; i < n; i++)
		json_push(list, words[i]);
}

/* null where the module did not tell. */
static void json_kind(const struct output *out, struct json_object *obj, const char *key, unsigned int kind, __u64 entry, __u8 level)
{
	json_str(obj, key, !kind ? NULL : kind == MMA_ENTRY_PRESENT ? "present" : tell_kind_word(out->arch, kind, entry, level));
}

void json_change(const struct output *out, struct json_object *obj, const struct mma_decision *d)
{
	char buf[TELL_LEN];

	json_kind(out, obj, "old_kind", d->flags & MMA_DEC_OLD_UNKNOWN ? 0 : d->old_kind, d->old_entry, d->level);
	json_str(obj, "old_unseen", tell_unseen(d));
	json_kind(out, obj, "new_kind", d->new_kind, d->new_entry, d->level);
	json_words(obj, "gained", tell_change(out->arch, d, IN_NOW, buf));
	json_words(obj, "lost", tell_change(out->arch, d, IN_WAS, buf));
}

void json_found(const struct output *out, struct json_object *obj, const struct mma_finding *f)
{
	json_kind(out, obj, "new_kind", f->kind, f->entry, f->level);
}

/* The frames with their sizes, and with --vmlinux their source lines. */
void json_trace(struct output *out, struct json_object *obj, const struct record *rec)
{
	struct json_object *list = json_list(obj, "trace");

	for (unsigned int i = 0; i < rec->nr_stack; i++)
		json_push(list, symbol_full(&out->syms, rec->stack[i]));
	if (!out->lines)
		return;
	list = json_list(obj, "source");
	for (unsigned int i = 0; i < rec->nr_stack; i++) {
		const char *line = lines_find(out->lines, symbol_full(&out->syms, rec->stack[i]));

		json_object_array_add(list, line ? json_object_new_string(line) : NULL);
	}
}
