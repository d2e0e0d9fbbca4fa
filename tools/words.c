// SPDX-License-Identifier: GPL-2.0
/* words.c - see words.h. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "words.h"

#define NARROWEST	40	/* a narrower terminal wraps the lines itself */

int terminal_width(FILE *f, int otherwise)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	int width;

	if (!isatty(fileno(f)))
		return otherwise;
	width = columns ? atoi(columns) : 0;
	if (width <= 0 && !ioctl(fileno(f), TIOCGWINSZ, &size))
		width = size.ws_col;
	if (width <= 0)
		return otherwise;
	return width > NARROWEST ? width : NARROWEST;
}

struct words words_begin(FILE *f, int indent, int width)
{
	return (struct words){ f, indent, indent, width };
}

void words_add(struct words *w, const char *word)
{
	const int len = strlen(word);

	if (w->column > w->indent && w->column + 1 + len > w->width) {
		fprintf(w->f, "\n%*s", w->indent, "");
		w->column = w->indent;
	}
	w->column += fprintf(w->f, "%s%s", w->column > w->indent ? " " : "", word);
}

void words_add_all(struct words *w, const char *text)
{
	char word[512];		/* a longer one is cut */
	size_t len;

	for (; *text; text += len) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		if (len)
			words_add(w, word);
	}
}

void words_end(struct words *w)
{
	fputc('\n', w->f);
}
