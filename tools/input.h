/* SPDX-License-Identifier: GPL-2.0 */
/*
 * input.h - files that a user names to be read. What is read from front to end may be a pipe, a terminal or "-" for standard
 * input: who waits for one is told so. What is mapped or sought must be a regular file.
 */
#ifndef INPUT_H
#define INPUT_H

#include <stdio.h>

/* Opens it, and waits until it has something, or its end. Returns NULL with errno. */
FILE *input_open(const char *path);

/* The next line, or as much of it as fits. NULL at the end, at what is no text, and where it would go on for ever (/dev/zero). */
char *input_line(char *line, int size, FILE *f, unsigned int *read);

/* The path that input_open() reads: of "-", /dev/stdin. */
const char *input_path(const char *name);

/* NULL if it is a regular file that can be read, else why not. */
const char *input_unfit(const char *path);

#endif /* INPUT_H */
