// SPDX-License-Identifier: GPL-2.0
/*
 * make_btf.c - make_btf OUT <LINES: writes raw BTF of the functions of LINES, "NAME RETURNS ARGUMENT...", in the words of
 * module/sites.h: a word that is no integer is a pointer to a struct of that name, and loop a type that is itself. "struct NAME
 * MEMBER@OFFSET..." is a struct.
 */
#include <bpf/btf.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *word, *type;
	size_t size;
	int encoding;
} integers[] = {
	{ "ulong", "long unsigned int", 8, 0 },
	{ "long", "long int", 8, BTF_INT_SIGNED },
	{ "uint", "unsigned int", 4, 0 },
	{ "int", "int", 4, BTF_INT_SIGNED },
	{ "bool", "_Bool", 1, BTF_INT_BOOL },
};

/* libbpf does not mind that a type is there twice. */
static int type_of(struct btf *btf, const char *word)
{
	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
		if (!strcmp(word, integers[i].word))
			return btf__add_int(btf, integers[i].type, integers[i].size, integers[i].encoding);
	if (!strcmp(word, "loop"))
		return btf__add_typedef(btf, word, btf__type_cnt(btf));
	return btf__add_ptr(btf, btf__add_struct(btf, word, 8));
}

static void add_struct(struct btf *btf, const char *name)
{
	const int type = type_of(btf, "ulong");
	unsigned int offset;
	char member[64];
	const char *word;

	btf__add_struct(btf, name, 256);
	while ((word = strtok(NULL, " \n")))
		if (sscanf(word, "%63[^@]@%u", member, &offset) == 2)
			btf__add_field(btf, member, type, offset * 8, 0);
}

static void add_line(struct btf *btf, char *line)
{
	const char *name = strtok(line, " \n"), *word = strtok(NULL, " \n");
	int types[16], n = 0, returns, proto;

	if (!name || !word)
		return;
	if (!strcmp(name, "struct")) {
		add_struct(btf, word);
		return;
	}
	returns = type_of(btf, word);
	while (n < 16 && (word = strtok(NULL, " \n")))
		types[n++] = type_of(btf, word);
	proto = btf__add_func_proto(btf, returns);
	for (int i = 0; i < n; i++)
		btf__add_func_param(btf, "arg", types[i]);
	btf__add_func(btf, name, BTF_FUNC_GLOBAL, proto);
}

int main(int argc, char **argv)
{
	struct btf *btf = btf__new_empty();
	char line[512];
	const void *raw;
	__u32 size;
	FILE *f;

	while (argc == 2 && fgets(line, sizeof(line), stdin))
		add_line(btf, line);
	raw = btf__raw_data(btf, &size);
	f = argc == 2 && raw ? fopen(argv[1], "w") : NULL;
	return !f || fwrite(raw, size, 1, f) != 1 || fclose(f);
}
