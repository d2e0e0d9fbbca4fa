/* SPDX-License-Identifier: GPL-2.0 */
/* proto.h - does a kernel function have the arguments that its handler reads? The kernel's BTF says. */
#ifndef PROTO_H
#define PROTO_H

#include <stddef.h>

struct btf;

enum proto_answer {
	PROTO_SAME,
	PROTO_DIFFERS,		/* `why` says how */
	PROTO_UNKNOWN,		/* BTF does not describe the function */
};

/* path: raw BTF or an ELF file with .BTF; NULL: the running kernel's. Returns NULL, with `why` set, if there is none. */
struct btf *proto_open(const char *path, char *why, size_t why_size);
void proto_close(struct btf *btf);

/* arguments: as in module/sites.h. */
enum proto_answer proto_check(const struct btf *btf, const char *function,
			      const char *arguments, char *why, size_t why_size);

#endif /* PROTO_H */
