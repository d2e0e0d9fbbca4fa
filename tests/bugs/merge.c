/* merge.c - a merge of VMAs takes VM_SOFTDIRTY from pages that nobody walked. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bugs.h"

/*
 * A merge keeps the flags of one of the two, and mprotect, madvise and mlock then store flags computed from the
 * other ("vm_flags = newflags", 6.1 mm/mprotect.c:637, 6.12 :692): VM_SOFTDIRTY goes off for pages nobody walked.
 * A fresh shared mapping maps what it reads writable and not soft-dirty, rightly while VM_SOFTDIRTY is set.
 */
static char *merge_area;
static int merge_fd;

static char *file_page(int index, int prot)
{
	char *p = mmap(merge_area + index * PAGE, PAGE, prot, MAP_SHARED | MAP_FIXED, merge_fd, index * PAGE);

	must(p != MAP_FAILED, "mmap: %s", strerror(errno));
	(void)peek(p);
	return p;
}

static void area_make(void)
{
	merge_area = map_at_guard(3 * PAGE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0, 0);
	merge_fd = memfd(3 * PAGE, 0);
}

static void written_unseen(char *p, const char *call)
{
	poke(p, 1);
	if (!soft_dirty(p))
		lost("a write to a fresh mapping is not soft-dirty: %s of its neighbour took VM_SOFTDIRTY away", call);
}

void merge_mprotect(void)
{
	char *old, *fresh;

	area_make();
	old = file_page(1, PROT_READ);
	clear_refs();
	fresh = file_page(0, RW);
	protect(old, PAGE, RW);
	written_unseen(fresh, "mprotect");
}

void merge_madvise(void)
{
	char *old, *fresh;

	area_make();
	old = file_page(1, RW);
	must(!madvise(old, PAGE, MADV_DONTDUMP), "MADV_DONTDUMP: %s", strerror(errno));
	clear_refs();
	fresh = file_page(0, RW);
	must(!madvise(old, PAGE, MADV_DODUMP), "MADV_DODUMP: %s", strerror(errno));
	written_unseen(fresh, "madvise");
}

void merge_mlock(void)
{
	char *old, *fresh;

	area_make();
	old = file_page(1, RW);
	must(!mlock(old, PAGE), "mlock: %s", strerror(errno));
	clear_refs();
	fresh = file_page(0, RW);
	must(!munlock(old, PAGE), "munlock: %s", strerror(errno));
	written_unseen(fresh, "munlock");
}

/* Growing into the gap joins all three under the flags of the one that grows. */
void merge_mremap(void)
{
	char *old, *fresh;

	area_make();
	old = file_page(0, RW);
	clear_refs();
	fresh = file_page(2, RW);
	munmap(merge_area + PAGE, PAGE);
	must(mremap(old, PAGE, 2 * PAGE, 0) == old, "mremap: %s", strerror(errno));
	written_unseen(fresh, "mremap");
}

/* 6.12 keeps the flags of the VMA that stays: of three that become one, the first. */
void merge_uffd(void)
{
	struct ufd *u = ufd_open(0);
	char *old, *fresh;

	area_make();
	file_page(0, RW);
	old = file_page(1, RW);
	must(!ufd_register(u, old, PAGE, UFFDIO_REGISTER_MODE_MISSING), "UFFDIO_REGISTER");
	clear_refs();
	fresh = file_page(2, RW);
	must(!ufd_unregister(u, old, PAGE), "UFFDIO_UNREGISTER");
	written_unseen(fresh, "UFFDIO_UNREGISTER");
}

/* Private memory: mprotect R, RW under VM_SOFTDIRTY grants without soft-dirty, rightly, until the merge (6.0+). */
void merge_anon(void)
{
	char *area = map_at_guard(3 * PAGE, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS, -1, 0, 0);
	char *p = mmap(area, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	char *old = mmap(area + 2 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	poke(p, 1);
	clear_refs();
	mmap(area + PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	must(soft_dirty(p), "the fresh neighbour did not merge");
	must(!mprotect(p, 2 * PAGE, PROT_NONE) && !mprotect(p, 2 * PAGE, RW), "mprotect: %s", strerror(errno));
	protect(old, PAGE, RW);
	written_unseen(p, "mprotect");
}
