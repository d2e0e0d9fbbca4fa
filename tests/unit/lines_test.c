// SPDX-License-Identifier: GPL-2.0
/* lines_test.c - source lines of symbols, from a program that this test compiles: nothing but the right line, or none. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#define HAVE_LIBDW 1
#include "../../tools/lines.c"

static char talk[1024];

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(talk, sizeof(talk), fmt, args);
	va_end(args);
}

static const char *const source[] = {
	"int sink;",
	"__attribute__((noinline)) static int twin(int x) { return sink += x; }",
	"int other(int x) { return twin(x); }",
	"int target(int x)",
	"{",
	"	sink = x;",		/* 6 */
	"	sink += other(x);",
	"	return sink;",
	"}",
	"int main(void) { return target(1); }",
};

static void write_source(const char *name, unsigned int lines)
{
	FILE *f = fopen(name, "w");

	for (unsigned int i = 0; i < lines; i++)
		fprintf(f, "%s\n", source[i]);
	fclose(f);
}

/* As the kernel would name it: its end is where the next one begins, so it is a little longer than in the table. */
static void size_of(const char *name, unsigned long long *size)
{
	FILE *f = popen("nm -S program", "r");
	char line[256], symbol[128];
	unsigned long long n;

	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%*x %llx %*c %127s", &n, symbol) == 2 && !strcmp(symbol, name))
			*size = n;
	pclose(f);
}

static void finds(const char *check_name, struct lines *l, const char *symbol, const char *want)
{
	const char *got = lines_find(l, symbol);

	check(want ? got && strlen(got) >= strlen(want) && !strcmp(got + strlen(got) - strlen(want), want) : !got, check_name,
	      "%s: %s, not %s", symbol, got ? got : "none", want ? want : "none");
}

static void test_lines(struct lines *l)
{
	unsigned long long size = 0;
	char symbol[128];

	size_of("target", &size);
	check(size > 0x10, "program-has-target", "size %llu", size);
	snprintf(symbol, sizeof(symbol), "target+0x0/0x%llx", size);
	finds("line-first", l, symbol, "/program.c:5");
	snprintf(symbol, sizeof(symbol), "target+0x%llx/0x%llx", size, size + 9);
	finds("line-return-address", l, symbol, "/program.c:9");
	snprintf(symbol, sizeof(symbol), "target+0x4/0x%llx [target]", size);
	finds("line-of-module", l, symbol, NULL);
	snprintf(symbol, sizeof(symbol), "target+0x4/0x%llx", size - 1);
	finds("line-other-kernel", l, symbol, NULL);
	snprintf(symbol, sizeof(symbol), "target+0x4/0x%llx", size + 64);
	finds("line-other-kernel-longer", l, symbol, NULL);
	size_of("twin", &size);
	snprintf(symbol, sizeof(symbol), "twin+0x4/0x%llx", size);
	finds("line-of-two", l, symbol, NULL);
	finds("line-unknown", l, "nobody+0x4/0x10", NULL);
	finds("line-no-symbol", l, "?", NULL);
}

static void test_files(void)
{
	check(!lines_open("none"), "file-absent", "opened");
	check(!strcmp(talk, "cannot read none: No such file or directory"), "file-absent-said", "%s", talk);
	check(!lines_open("program.c"), "file-foreign", "opened");
	check(!!strstr(talk, "program.c has no source lines: --vmlinux wants"), "file-foreign-said", "%s", talk);
	check(!mkfifo("pipe", 0600) && !lines_open("pipe"), "file-pipe", "opened");
	check(!!strstr(talk, "cannot read pipe: it is no regular file"), "file-pipe-said", "%s", talk);
	check(!system("strip -o stripped program") && !lines_open("stripped"), "file-stripped", "opened");
}

int main(void)
{
	char dir[] = "/tmp/lines_test.XXXXXX", clean[64];
	struct lines *l;

	if (!mkdtemp(dir) || chdir(dir))
		return 1;
	write_source("program.c", 10);
	write_source("second.c", 2);
	if (system("sed -i 's/^int sink/extern int sink/; $a int use(int x) { return twin(x); }' second.c && gcc -g -O0 -o program program.c second.c"))
		return 1;
	l = lines_open("program");
	if (check(!!l, "program-opens", "%s", talk))
		test_lines(l);
	lines_close(l);
	test_files();
	snprintf(clean, sizeof(clean), "rm -rf %s", dir);
	if (chdir("/") || system(clean))
		return 1;
	return check_done();
}
