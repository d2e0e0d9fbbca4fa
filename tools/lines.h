/* SPDX-License-Identifier: GPL-2.0 */
/* lines.h - source lines of kernel symbols, from a vmlinux with debug information. By libdwfl, if it was there at build time. */
#ifndef LINES_H
#define LINES_H

struct lines;

/* Opens a vmlinux. NULL after saying why not. */
struct lines *lines_open(const char *path);
void lines_close(struct lines *lines);

/*
 * "mm/mprotect.c:123" for "symbol+0xoff/0xsize", the line of the call that returns there.
 * NULL if it is a module's symbol, or one that vmlinux does not have with that size: it
 * is not of the running kernel then. Valid until the next call.
 */
const char *lines_find(struct lines *lines, const char *symbol);

#endif /* LINES_H */
