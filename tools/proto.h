/* SPDX-License-Identifier: GPL-2.0 */
/* proto.h - does a kernel function take what our handler reads? Asked of the kernel's BTF. */
#ifndef PROTO_H
#define PROTO_H

#include <stddef.h>

struct btf;

enum proto_answer {
	PROTO_SAME,
	PROTO_DIFFERS,		/* why says what */
	PROTO_UNKNOWN,		/* BTF does not describe the function */
};

/* path: NULL for the running kernel's; else raw BTF or an ELF file with .BTF. NULL with why set when there is none. */
struct btf *proto_open(const char *path, char *why, size_t why_size);
void proto_close(struct btf *btf);

/* arguments: as in module/sites.h. */
enum proto_answer proto_check(const struct btf *btf, const char *function,
			      const char *arguments, char *why, size_t why_size);

#endif /* PROTO_H */
