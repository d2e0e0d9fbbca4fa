/*
 * remember.c - a program that knows what its memory must be: CRIU dumps it while it writes, and restores it.
 *
 *   remember rewritten|fresh|both FILE
 *
 * It has pages that it filled at its start and pages that it never touched, all MADV_MERGEABLE. Each SIGUSR1 writes a part of
 * one, of the other or of both. SIGUSR2 compares all pages with a list of what was written, and ends it. It answers in FILE, a
 * line each, and has nothing open between: what CRIU finds is a session leader with /dev/null as descriptors 0 to 2.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 512, STEPS = 4, PART = PAGES / STEPS };

/* What a page holds: 0 nothing, FIRST its own number, else the number of the step that wrote it. */
enum { FIRST = 100 };

struct area {
	char *mem;
	bool written;			/* by the steps */
	unsigned char wanted[PAGES];
};

static const char *file;
static struct area old, fresh;

static void say(const char *fmt, ...)
{
	FILE *f = fopen(file, "a");
	va_list ap;

	if (!f)
		exit(3);
	va_start(ap, fmt);
	vfprintf(f, fmt, ap);
	va_end(ap);
	fclose(f);
}

static void give_up(const char *what)
{
	say("failed: %s: %s\n", what, strerror(errno));
	exit(3);
}

/* Pages of the same step are equal, so ksmd may merge them; those of the start all differ. */
static unsigned int word_of(int page, unsigned char what)
{
	return what == FIRST ? 0x10000 + page : what;
}

static void fill(struct area *a, int page, unsigned char what)
{
	unsigned int *p = (void *)(a->mem + page * PAGE), i;

	for (i = 0; i < PAGE / sizeof(*p); i++)
		p[i] = word_of(page, what);
	a->wanted[page] = what;
}

static bool holds(const struct area *a, int page)
{
	const unsigned int *p = (void *)(a->mem + page * PAGE);
	unsigned int i;

	for (i = 0; i < PAGE / sizeof(*p); i++)
		if (p[i] != word_of(page, a->wanted[page]))
			return false;
	return true;
}

/* A mapping each, with a guard between, or a merge of mappings would mix what the kernel knows of both. */
static void make(struct area *a)
{
	char *p = mmap(NULL, (PAGES + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || mprotect(p + PAGE, PAGES * PAGE, PROT_READ | PROT_WRITE))
		give_up("mmap");
	a->mem = p + PAGE;
	if (madvise(a->mem, PAGES * PAGE, MADV_NOHUGEPAGE) || madvise(a->mem, PAGES * PAGE, MADV_MERGEABLE))
		give_up("madvise");
}

static void write_part(struct area *a, int step)
{
	int page, begin = (step - 1) % STEPS * PART;

	for (page = begin; a->written && page < begin + PART; page++)
		fill(a, page, step);
}

static int count_wrong(const char *name, const struct area *a)
{
	int page, wrong = 0;

	for (page = 0; page < PAGES; page++) {
		if (holds(a, page))
			continue;
		if (!wrong++)
			say("wrong: %s page %d begins with 0x%x, and 0x%x was written\n", name, page,
			    *(unsigned int *)(a->mem + page * PAGE), word_of(page, a->wanted[page]));
	}
	return wrong;
}

static void check(void)
{
	int wrong = count_wrong("rewritten", &old) + count_wrong("fresh", &fresh);

	say("checked: %d of %d pages are wrong\n", wrong, 2 * PAGES);
	exit(wrong ? 1 : 0);
}

static void serve(const sigset_t *set)
{
	int sig, step = 0;

	while (!sigwait(set, &sig)) {
		if (sig == SIGUSR2)
			check();
		step++;
		write_part(&old, step);
		write_part(&fresh, step);
		say("step %d\n", step);
	}
}

/* Also the descriptors that it inherited: CRIU would have to dump what is behind them. */
static void detach(void)
{
	int null = open("/dev/null", O_RDWR), fd;

	if (null < 0 || setsid() < 0)
		give_up("detach");
	for (fd = 0; fd < 3; fd++)
		dup2(null, fd);
	for (fd = 3; fd < 256; fd++)
		close(fd);
	umask(022);
}

int main(int argc, char **argv)
{
	sigset_t set;
	int page;

	if (argc != 3) {
		fprintf(stderr, "usage: remember rewritten|fresh|both FILE\n");
		return 2;
	}
	file = argv[2];
	old.written = strcmp(argv[1], "fresh");
	fresh.written = strcmp(argv[1], "rewritten");
	if (fork())
		return 0;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	detach();
	make(&old);
	make(&fresh);
	for (page = 0; page < PAGES; page++)
		fill(&old, page, FIRST);
	say("pid %d\n", getpid());
	serve(&set);
	return 3;
}
