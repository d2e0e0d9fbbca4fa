/*
 * ia32.c - what a 32-bit task does with its memory, to be run under audit. Freestanding, for a machine without 32-bit
 * headers and libraries: only int 0x80.
 *
 * Prints "pass NAME" or "fail NAME why", and "decided NAME SITE|SITE ADDRESS": one of these sites must have decided
 * about the entry at that address.
 */
typedef unsigned int u32;

enum { SYS_EXIT = 1, SYS_FORK = 2, SYS_WRITE = 4, SYS_OPEN = 5, SYS_WAITPID = 7, SYS_FTRUNCATE = 93, SYS_MPROTECT = 125,
       SYS_MREMAP = 163, SYS_MMAP2 = 192, SYS_MEMFD_CREATE = 356 };
enum { R = 1, RW = 3, SHARED = 1, PRIVATE = 2, FIXED = 16, ANON = 32, PAGE = 4096 };

#define HIGH	0xf0000000u		/* as a signed number it is below 0 */

static u32 call(u32 nr, u32 a, u32 b, u32 c, u32 d, u32 e)
{
	u32 ret;

	__asm__ volatile("push %%ebp; xor %%ebp, %%ebp; int $0x80; pop %%ebp"
			 : "=a"(ret) : "a"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory", "cc");
	return ret;
}

/* ---- words ---- */

static void say(const char *s)
{
	u32 len = 0;

	while (s[len])
		len++;
	call(SYS_WRITE, 1, (u32)s, len, 0, 0);
}

static void say_hex(u32 v)
{
	char text[11] = "0x";
	int i;

	for (i = 0; i < 8; i++)
		text[2 + i] = "0123456789abcdef"[v >> (28 - 4 * i) & 15];
	say(text);
}

static const char *name;		/* of the row that runs */

static void decided(const char *sites, volatile char *p)
{
	say("decided ");
	say(name);
	say(" ");
	say(sites);
	say(" ");
	say_hex((u32)p);
	say("\n");
}

/* ---- memory ---- */

/* At HIGH and up, a page of nothing between any two; 0 where that fails. */
static volatile char *map(u32 flags, u32 fd)
{
	static u32 next = HIGH;
	u32 p = call(SYS_MMAP2, next, PAGE, RW, flags | FIXED, fd);

	next += 2 * PAGE;
	return p >= -4095u ? 0 : (volatile char *)p;
}

static u32 memfd(void)
{
	u32 fd = call(SYS_MEMFD_CREATE, (u32)"ia32", 0, 0, 0, 0);

	call(SYS_FTRUNCATE, fd, PAGE, 0, 0, 0);
	return fd;
}

static int protect(volatile char *p, u32 prot)
{
	return call(SYS_MPROTECT, (u32)p, PAGE, prot, 0, 0) == 0;
}

/* The child leaves with what *p is once it has added one. */
static u32 child_adds(volatile char *p)
{
	u32 pid = call(SYS_FORK, 0, 0, 0, 0, 0);
	int status = -1;

	if (!pid) {
		*p += 1;
		call(SYS_EXIT, *p, 0, 0, 0, 0);
	}
	call(SYS_WAITPID, pid, (u32)&status, 0, 0, 0);
	return status >> 8;
}

/* ---- rows: what is wrong, or 0 ---- */

static const char *anon(void)
{
	volatile char *p = map(PRIVATE | ANON, -1);

	if (!p)
		return "mmap";
	*p = 1;
	decided("anon-fault", p);
	return *p == 1 ? 0 : "the write was lost";
}

static const char *read_write(void)
{
	volatile char *p = map(PRIVATE | ANON, -1);

	if (!p)
		return "mmap";
	*p = 1;
	if (!protect(p, R) || !protect(p, RW))
		return "mprotect";
	*p += 1;
	decided("mprotect|wp-reuse", p);
	return *p == 2 ? 0 : "the write was lost";
}

static const char *cow(void)
{
	volatile char *p = map(PRIVATE | ANON, -1);

	if (!p)
		return "mmap";
	*p = 1;
	if (child_adds(p) != 2 || *p != 1)
		return "a private write is shared";
	decided("wp-copy", p);
	*p = 3;
	return *p == 3 ? 0 : "the write was lost";
}

static const char *shared(void)
{
	volatile char *p = map(SHARED | ANON, -1);

	if (!p)
		return "mmap";
	*p = 1;
	decided("file-fault", p);
	return child_adds(p) == 2 && *p == 2 ? 0 : "a shared write is private";
}

static const char *private_file(void)
{
	u32 fd = memfd();
	volatile char *p = map(PRIVATE, fd), *file = map(SHARED, fd);

	if (!p || !file)
		return "mmap";
	if (*p != 0)
		return "the file is not empty";
	*p = 1;
	decided("wp-copy", p);
	return *file == 0 ? 0 : "a private write reached the file";
}

static const char *moved(void)
{
	volatile char *p = map(PRIVATE | ANON, -1), *to = map(PRIVATE | ANON, -1);

	if (!p || !to)
		return "mmap";
	*p = 1;
	if (call(SYS_MREMAP, (u32)p, PAGE, PAGE, 3 /* MAYMOVE | FIXED */, (u32)to) != (u32)to)
		return "mremap";
	*to += 1;
	return *to == 2 ? 0 : "the contents were lost";
}

/* Writes after clear_refs are tracked one by one. */
static const char *tracked(void)
{
	volatile char *p = map(PRIVATE | ANON, -1);
	u32 fd = call(SYS_OPEN, (u32)"/proc/self/clear_refs", 1 /* O_WRONLY */, 0, 0, 0);

	if (!p)
		return "mmap";
	*p = 1;
	if (call(SYS_WRITE, fd, (u32)"4", 1, 0, 0) != 1)
		return "clear_refs";
	*p += 1;
	decided("wp-reuse", p);
	return *p == 2 ? 0 : "the write was lost";
}

static const struct {
	const char *name;
	const char *(*fn)(void);
} rows[] = {
	{ "anon", anon },
	{ "mprotect", read_write },
	{ "cow", cow },
	{ "shared", shared },
	{ "private-file", private_file },
	{ "mremap", moved },
	{ "clear-refs", tracked },
};

void _start(void)
{
	const char *why;
	u32 i, failed = 0;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		name = rows[i].name;
		why = rows[i].fn();
		failed |= !!why;
		say(why ? "fail " : "pass ");
		say(name);
		if (why) {
			say(" ");
			say(why);
		}
		say("\n");
	}
	call(SYS_EXIT, failed, 0, 0, 0, 0);
}
