// SPDX-License-Identifier: GPL-2.0
/* style.c - see style.h. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "style.h"

int style_wanted(FILE *f)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(f)) && !(no && *no) && term && *term && strcmp(term, "dumb");
}

const char *style_on(int wanted, enum style style)
{
	static const char *const begins[] = {
		[STYLE_LABEL] = "\033[36m", [STYLE_ALARM] = "\033[1;31m", [STYLE_RULE] = "\033[1m",
		[STYLE_GAINED] = "\033[32m", [STYLE_LOST] = "\033[31m", [STYLE_DIM] = "\033[2m",
	};

	return wanted ? begins[style] : "";
}

const char *style_off(int wanted)
{
	return wanted ? "\033[0m" : "";
}
