/* SPDX-License-Identifier: GPL-2.0 */
/* files.h - reads small files of /proc and /sys. */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>

/* Sets buf to the first line of a file, without its end; to "" if there is none. Returns whether there is one. */
int first_line(const char *path, char *buf, size_t size);

/* Whether process numbers are those that the kernel's filter has: in a pid namespace of its own a process cannot know its own. */
int first_pid_namespace(void);

#endif /* FILES_H */
