/* SPDX-License-Identifier: GPL-2.0 */
/* style.h - colours, on a terminal only. https://no-color.org: NO_COLOR, if it is not empty, switches them off. */
#ifndef STYLE_H
#define STYLE_H

#include <stdio.h>

enum style { STYLE_LABEL, STYLE_ALARM, STYLE_RULE, STYLE_GAINED, STYLE_LOST, STYLE_DIM };

/* Whether f shows colours. */
int style_wanted(FILE *f);

/* What begins and ends a style, or "" if it is not wanted. */
const char *style_on(int wanted, enum style style);
const char *style_off(int wanted);

#endif /* STYLE_H */
