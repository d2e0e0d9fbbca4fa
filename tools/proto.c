// SPDX-License-Identifier: GPL-2.0
/* proto.c - compares a BTF prototype with the argument words of module/sites.h. */
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "input.h"
#include "proto.h"

#define WORD_LEN	80
#define TYPE_LEN	96
#define DEEPEST		32	/* as libbpf has it: typedefs of a file that somebody made may go round in a circle */

static int quiet(enum libbpf_print_level level, const char *fmt, va_list args)
{
	(void)level;
	(void)fmt;
	(void)args;
	return 0;
}

struct btf *proto_open(const char *path, char *why, size_t why_size)
{
	const char *unfit = path ? input_unfit(path) : NULL;
	struct btf *btf;

	if (unfit) {
		snprintf(why, why_size, "%s", unfit);
		return NULL;
	}
	libbpf_set_print(quiet);
	btf = path ? btf__parse(path, NULL) : btf__load_vmlinux_btf();
	if (!btf && !path && errno == ESRCH)
		snprintf(why, why_size, "there is no /sys/kernel/btf/vmlinux");
	else if (!btf)
		libbpf_strerror(-errno, why, why_size);	/* libbpf has codes of its own */
	return btf;
}

void proto_close(struct btf *btf)
{
	btf__free(btf);
}

static const struct btf_type *type_of(const struct btf *btf, __u32 id)
{
	return btf__type_by_id(btf, id);
}

/* "" if a forged file has no such name. */
static const char *name_at(const struct btf *btf, __u32 offset)
{
	const char *name = btf__name_by_offset(btf, offset);

	return name ? name : "";
}

static const char *name_of(const struct btf *btf, const struct btf_type *t)
{
	return name_at(btf, t->name_off);
}

/* Skips const, volatile, restrict and type tags; with `typedefs`, also these. NULL if that leads nowhere. */
static const struct btf_type *strip(const struct btf *btf, __u32 id, int typedefs)
{
	const struct btf_type *t = type_of(btf, id);
	int depth = 0;

	while (t && (btf_is_mod(t) || (typedefs && btf_is_typedef(t))))
		t = depth++ < DEEPEST ? type_of(btf, t->type) : NULL;
	return t;
}

static int is_pointer_to(const struct btf *btf, const struct btf_type *t, const char *name)
{
	if (!t || !btf_is_ptr(t))
		return 0;
	t = strip(btf, t->type, 0);
	return t && (btf_is_struct(t) || btf_is_union(t) || btf_is_fwd(t) || btf_is_typedef(t)) &&
	       !strcmp(name_of(btf, t), name);
}

/* Whether the struct that t points to has each of these, "member@offset.member@offset". */
static int has_members(const struct btf *btf, const struct btf_type *t, const char *members)
{
	const struct btf_type *s = strip(btf, t->type, 0);
	char name[WORD_LEN];
	unsigned int offset, i;
	int len;

	for (; sscanf(members, "%79[^@]@%u%n", name, &offset, &len) == 2; members += len + (members[len] == '.')) {
		for (i = 0; i < btf_vlen(s); i++)
			if (!strcmp(name_at(btf, btf_members(s)[i].name_off), name))
				break;
		if (i == btf_vlen(s) || btf_member_bit_offset(s, i) != offset * 8)
			return 0;
	}
	return !*members;
}

static int is_struct_with(const struct btf *btf, const struct btf_type *t, const char *word)
{
	char name[WORD_LEN];
	size_t len = strcspn(word, ".");

	snprintf(name, sizeof(name), "%.*s", (int)len, word);
	return is_pointer_to(btf, t, name) && btf_is_composite(strip(btf, t->type, 0)) &&
	       has_members(btf, t, word + len + 1);
}

static int is_integer(const struct btf_type *t, __u32 size)
{
	return t && (btf_is_int(t) || btf_is_any_enum(t)) && t->size == size;
}

static int is_bool(const struct btf_type *t)
{
	return t && btf_is_int(t) && t->size == 1 && (btf_int_encoding(t) & BTF_INT_BOOL);
}

static int is_signed(const struct btf_type *t)
{
	return t && btf_is_int(t) && (btf_int_encoding(t) & BTF_INT_SIGNED);
}

static int is_ulong(const struct btf_type *t)
{
	return is_integer(t, 8) && !is_signed(t);
}

/* pte_t or pmd_t by value: a typedef of that name, and no bigger than a register. */
static int is_entry(const struct btf *btf, __u32 id, const char *name)
{
	const struct btf_type *t = strip(btf, id, 0);

	return t && btf_is_typedef(t) && !strcmp(name_of(btf, t), name) &&
	       btf__resolve_size(btf, id) == 8;
}

static int fits(const struct btf *btf, __u32 id, const char *word)
{
	const struct btf_type *t = strip(btf, id, 1);

	if (!strcmp(word, "-"))
		return 1;
	if (!strcmp(word, "ulong"))
		return is_ulong(t);
	if (!strcmp(word, "ulong*"))
		return t && btf_is_ptr(t) && is_ulong(strip(btf, t->type, 1));
	if (!strcmp(word, "uint"))
		return is_integer(t, 4) && !is_signed(t);
	if (!strcmp(word, "long"))
		return is_integer(t, 8) && is_signed(t);
	if (!strcmp(word, "int"))
		return is_integer(t, 4);
	if (!strcmp(word, "bool"))
		return is_bool(t);
	if (!strcmp(word, "pte_t") || !strcmp(word, "pmd_t"))
		return is_entry(btf, id, word) || is_pointer_to(btf, t, word);
	if (strchr(word, '.'))
		return is_struct_with(btf, t, word);
	return is_pointer_to(btf, t, word);
}

/* Writes the type roughly as C does, for a sentence. */
static void describe(const struct btf *btf, __u32 id, char *buf, size_t size)
{
	const struct btf_type *t = strip(btf, id, 0);
	const char *star = "";

	if (t && btf_is_ptr(t)) {
		star = " *";
		id = t->type;
		t = strip(btf, id, 0);
	}
	if (!id || !t || btf_is_void(t))
		snprintf(buf, size, "void%s", star);
	else
		snprintf(buf, size, "%s%s%s", btf_is_struct(t) || btf_is_fwd(t) ? "struct " : "",
			 name_of(btf, t)[0] ? name_of(btf, t) : "(unnamed)", star);
}

static enum proto_answer check_return(const struct btf *btf, const struct btf_type *proto,
				      const char *word, char *why, size_t size)
{
	char type[TYPE_LEN];

	if (fits(btf, proto->type, word))
		return PROTO_SAME;
	describe(btf, proto->type, type, sizeof(type));
	snprintf(why, size, "returns %s, not %s", type, word);
	return PROTO_DIFFERS;
}

static enum proto_answer check_argument(const struct btf *btf, const struct btf_type *proto,
					unsigned int n, const char *word, char *why, size_t size)
{
	char type[TYPE_LEN];

	if (n >= btf_vlen(proto)) {
		snprintf(why, size, "takes %u arguments, no %s as number %u", btf_vlen(proto), word, n + 1);
		return PROTO_DIFFERS;
	}
	if (fits(btf, btf_params(proto)[n].type, word))
		return PROTO_SAME;
	describe(btf, btf_params(proto)[n].type, type, sizeof(type));
	snprintf(why, size, "argument %u is %s, not %s", n + 1, type, word);
	return PROTO_DIFFERS;
}

enum proto_answer proto_check(const struct btf *btf, const char *function,
			      const char *arguments, char *why, size_t why_size)
{
	__s32 id = btf__find_by_name_kind(btf, function, BTF_KIND_FUNC);
	const struct btf_type *proto = id > 0 ? type_of(btf, type_of(btf, id)->type) : NULL;
	enum proto_answer answer = PROTO_SAME;
	char word[WORD_LEN];
	unsigned int n = 0;
	int len;

	if (!proto || !btf_is_func_proto(proto))
		return PROTO_UNKNOWN;
	for (; answer == PROTO_SAME && sscanf(arguments, " %79s%n", word, &len) == 1; arguments += len) {
		if (word[0] == '=')
			answer = check_return(btf, proto, word + 1, why, why_size);
		else
			answer = check_argument(btf, proto, n++, word, why, why_size);
	}
	return answer;
}
