/* differ.c - "differ A B" prints in how many pages two files of the same size differ, and the first of them. */
#include <stdio.h>
#include <string.h>

enum { PAGE = 4096 };

static int next(FILE *f, char *page)
{
	memset(page, 0, PAGE);
	return fread(page, 1, PAGE, f) > 0;
}

int main(int argc, char **argv)
{
	FILE *a = argc == 3 ? fopen(argv[1], "r") : NULL, *b = a ? fopen(argv[2], "r") : NULL;
	char x[PAGE], y[PAGE];
	int pages = 0, differ = 0, first = -1, more;

	if (!b) {
		fprintf(stderr, "usage: differ A B\n");
		return 2;
	}
	for (; (more = next(a, x)) == next(b, y) && more; pages++)
		if (memcmp(x, y, PAGE) && !differ++)
			first = pages;
	if (more || !feof(a) || !feof(b)) {
		fprintf(stderr, "differ: %s and %s are not of the same size\n", argv[1], argv[2]);
		return 2;
	}
	printf("%s and %s: %d of %d pages differ", argv[1], argv[2], differ, pages);
	if (differ)
		printf(", the first is page %d", first);
	putchar('\n');
	return !!differ;
}
