/* SPDX-License-Identifier: GPL-2.0 */
/* words.h - prints words in lines no wider than the terminal; output to a file or a pipe does not depend on the terminal. */
#ifndef WORDS_H
#define WORDS_H

#include <stdio.h>

struct words {
	FILE *f;
	int indent, column, width;
};

/* Returns the columns of the terminal that `f` is (COLUMNS or what the terminal says), or `otherwise` if it is none. */
int terminal_width(FILE *f, int otherwise);

/* To be called when `indent` columns of the line are filled; further lines are indented by as many. */
struct words words_begin(FILE *f, int indent, int width);
void words_add(struct words *w, const char *word);
/* All words of a text. */
void words_add_all(struct words *w, const char *text);
void words_end(struct words *w);

#endif /* WORDS_H */
