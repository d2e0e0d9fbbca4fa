// SPDX-License-Identifier: GPL-2.0
/* files.c - reads small files of /proc and /sys. */
#include <stdio.h>
#include <string.h>

#include "files.h"

int first_line(const char *path, char *buf, size_t size)
{
	FILE *f = fopen(path, "re");
	int ok = f && fgets(buf, size, f);

	if (f)
		fclose(f);
	if (!ok)
		*buf = 0;
	buf[strcspn(buf, "\n")] = 0;
	return ok;
}
