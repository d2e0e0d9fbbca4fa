/* SPDX-License-Identifier: GPL-2.0 */
/* append.h - text that is appended to a buffer. */
#ifndef APPEND_H
#define APPEND_H

#include <stddef.h>

/* buf has size bytes and a NUL among them. What has no room is cut. */
void append(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

#endif /* APPEND_H */
