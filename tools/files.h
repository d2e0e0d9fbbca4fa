/* SPDX-License-Identifier: GPL-2.0 */
/* files.h - reads small files of /proc and /sys, and tells whether two paths are one file. */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>

/* Sets buf to the first line of a file, without its end; to "" if there is none. Returns whether there is one. */
int first_line(const char *path, char *buf, size_t size);

/* Whether process numbers are those that the kernel's filter has: in a pid namespace of its own a process cannot know its own. */
int first_pid_namespace(void);

/* The number that a process has here which has number `pid` in a pid namespace of its own; 0: there is none. */
unsigned int pid_of_inner(unsigned int pid);

/* Whether both lead to one regular file, by a link, too: what is written to one would overwrite the other. */
int same_file(const char *a, const char *b);

#endif /* FILES_H */
