/* SPDX-License-Identifier: GPL-2.0 */
/* built_with.h - what is optional at build time: a row each, which the Makefile switches on where pkg-config finds the library. */
#ifndef BUILT_WITH_H
#define BUILT_WITH_H

#include <stdio.h>

#ifdef HAVE_NCURSES
#define WITH_NCURSES 1
#else
#define WITH_NCURSES 0
#endif

#ifdef HAVE_LIBDW
#define WITH_LIBDW 1
#else
#define WITH_LIBDW 0
#endif

#ifdef HAVE_PROTOBUF_C
#define WITH_PROTOBUF_C 1
#else
#define WITH_PROTOBUF_C 0
#endif

#ifdef HAVE_LIBSYSTEMD
#define WITH_LIBSYSTEMD 1
#else
#define WITH_LIBSYSTEMD 0
#endif

/* X(library, package of Debian, what it is for, built in) */
#define BUILT_WITH(X)	\
	X("ncurses", "libncurses-dev", "mmaudit top", WITH_NCURSES) \
	X("libdw", "libdw-dev", "source lines of stacks (--vmlinux)", WITH_LIBDW) \
	X("protobuf-c", "libprotobuf-c-dev and protobuf-c-compiler", "mmaudit report --perfetto", WITH_PROTOBUF_C) \
	X("libsystemd", "libsystemd-dev", "findings in the journal (--journal)", WITH_LIBSYSTEMD)

/* For --version: a line for each. */
static inline void print_built_with(FILE *f)
{
#define X(library, package, use, built) \
	fprintf(f, "%-10s %-4s %s%s\n", library, (built) ? "yes" : "no", use, (built) ? "" : ": needs " package " when it is built");
	BUILT_WITH(X)
#undef X
}

#endif /* BUILT_WITH_H */
