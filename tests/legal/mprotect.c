/* mprotect.c - what mprotect may make writable at once, and what must wait for the write fault. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

static void r_then_rw(char *p, int r)
{
	protect(p, PAGE, r);
	must(!may_write(p), "writable under PROT %d", r);
	protect(p, PAGE, RW);
}

/* The entry is upgraded by mprotect itself, can_change_pte_writable(): 6.12 mm/mprotect.c:43 */
static void upgraded(char *p, int r)
{
	poke(p, 1);
	r_then_rw(p, r);
	must(write_faults(p, 2) == 0, "mprotect left the write to a fault");
	must(peek(p) == 2, "write lost");
}

/* The entry must wait for the write fault. */
static void left_alone(char *p, char v)
{
	r_then_rw(p, PROT_READ);
	must(write_faults(p, v) >= 1, "mprotect granted what only a write fault may");
	must(peek(p) == v, "write lost");
}

/* Private memory is upgraded since 6.0 (64fe24a3e05e). */
void mprotect_anon(void)
{
	char *p = map_anon(PAGE);

	if (since(6, 0)) {
		upgraded(p, PROT_READ);
	} else {
		poke(p, 1);
		left_alone(p, 2);
	}
}

void mprotect_none_anon(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	r_then_rw(p, PROT_NONE);
	must(peek(p) == 1, "contents lost under PROT_NONE");
	must(write_faults(p, 2) == (since(6, 0) ? 0 : 1), "unexpected fault count after PROT_NONE");
}

void mprotect_none_read_rw(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	protect(p, PAGE, PROT_NONE);
	protect(p, PAGE, PROT_READ);
	must(peek(p) == 1 && !may_write(p), "PROT_READ after PROT_NONE");
	protect(p, PAGE, RW);
	poke(p, 2);
	must(peek(p) == 2, "write lost");
}

/* After fork the page is not exclusive: the first to write copies. */
void mprotect_anon_forked(void)
{
	char *p = map_anon(PAGE);
	struct child child;

	poke(p, 1);
	child = fork_reader(p, PAGE, 1);
	left_alone(p, 2);
	release(child);
}

void mprotect_zero_page(void)
{
	char *p = map_anon(PAGE);

	must(peek(p) == 0, "not zero");
	left_alone(p, 1);
	must(!(kpageflags(p) & KPF(KPF_ZERO_PAGE)), "the zero page was written");
}

/* A page of the page cache in a private mapping. */
void mprotect_private_file(void)
{
	int fd = memfd(PAGE, 0);
	char *p = map_at_guard(PAGE, RW, MAP_PRIVATE, fd, 0, 0);

	must(peek(p) == 0, "not zero");
	left_alone(p, 1);
	must(in_file(fd) == 0, "a private write reached the file");
}

/* The same after COW: anonymous and exclusive. */
void mprotect_private_file_cowed(void)
{
	int fd;
	char *p = map_fs("tmpfs", RW, MAP_PRIVATE, &fd);

	poke(p, 1);
	r_then_rw(p, PROT_READ);
	must(write_faults(p, 2) == (since(6, 0) ? 0 : 1), "unexpected fault count");
}

/* vm_page_prot carries the write bit: no need to look at the entry. */
void mprotect_shared_anon(void)
{
	upgraded(map_shared(PAGE), PROT_READ);
}

void mprotect_none_shared_anon(void)
{
	upgraded(map_shared(PAGE), PROT_NONE);
}

void mprotect_memfd(void)
{
	upgraded(map_at_guard(PAGE, RW, MAP_SHARED, memfd(PAGE, 0), 0, 0), PROT_READ);
}

void mprotect_tmpfs(void)
{
	int fd;

	upgraded(map_fs("tmpfs", RW, MAP_SHARED, &fd), PROT_READ);
}

/* Dirty: the file system has been told, so the entry may be upgraded. Clean: it must be told first. */
static void file_dirty(const char *fs)
{
	int fd;
	char *p = map_fs(fs, RW, MAP_SHARED, &fd);

	upgraded(p, PROT_READ);
	must(in_file(fd) == 2, "the file does not see the write");
}

static void file_clean(const char *fs)
{
	int fd;
	char *p = map_fs(fs, RW, MAP_SHARED, &fd);

	poke(p, 1);
	sync_page(p);
	left_alone(p, 2);
}

static void file_read_only(const char *fs)
{
	int fd;
	char *p = map_fs(fs, RW, MAP_SHARED, &fd);

	must(peek(p) == 'f', "contents");
	left_alone(p, 2);
}

void mprotect_ext4_dirty(void)	{ file_dirty("ext4"); }
void mprotect_ext4_clean(void)	{ file_clean("ext4"); }
void mprotect_ext4_read(void)	{ file_read_only("ext4"); }
void mprotect_vfat_dirty(void)	{ file_dirty("vfat"); }
void mprotect_vfat_clean(void)	{ file_clean("vfat"); }

/* One call over three kinds of pages, in the middle of a VMA: exclusive, shared with a child, never touched. */
void mprotect_mixed(void)
{
	char *p = map_anon(4 * PAGE);
	struct child child;

	poke(p + PAGE, 1);
	child = fork_reader(p + PAGE, PAGE, 1);
	poke(p, 1);
	(void)peek(p + 2 * PAGE);
	protect(p, 3 * PAGE, PROT_READ);
	protect(p, 3 * PAGE, RW);
	fill(p, 4 * PAGE, 2);
	expect(p, 4 * PAGE, 2, "after mprotect");
	release(child);
}
