/* softdirty.c - bugs that lose the soft-dirty bit outside userfaultfd. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bugs.h"

/*
 * 5.10 mm/mprotect.c:135 tested "soft-dirty or VM_SOFTDIRTY off" where the other polarity was meant, and so
 * granted the write bit of a dirty page that soft-dirty tracking had protected. Fixed by 76aefad628aa.
 */
static void mprotect_file(const char *fs)
{
	char *p = map_fs(fs, RW, MAP_SHARED, NULL);

	poke(p, 1);
	clear_refs();
	must(!soft_dirty(p), "soft-dirty stays set after clear_refs");
	protect_and_back(p, PAGE);
	poke(p, 2);
	if (!soft_dirty(p))
		lost("a write to a %s file after clear_refs, mprotect R, RW left bit 55 at 0", fs);
}

/*
 * vmf_insert_page_mkwrite() makes an entry it finds writable without pte_mkdirty(), which would have set soft-dirty:
 * insert_page_into_pte_locked(), mm/memory.c:2368 (7.2), :2499 (7.3). insert_pfn(), which DAX used before, did: :2343 (6.12).
 */
void dax_mkwrite_softdirty(void)
{
	char *p = map_fs("dax", RW, MAP_SHARED, NULL);

	peek(p);
	clear_refs();
	poke(p, 1);
	if (!soft_dirty(p))
		lost("a write to a DAX file after clear_refs left pagemap bit 55 at 0");
}

void mprotect_file_ext4(void)
{
	mprotect_file("ext4");
}

void mprotect_file_vfat(void)
{
	mprotect_file("vfat");
}

/* A page table's worth, for swapoff takes a table at a time: what it does at FAR is deep in what it rewrites at once. */
enum { FAR = 300 * PAGE };

/* unuse_pte() made the entry afresh (5.10 mm/swapfile.c:1949). Fixed by 14a762dd1977. */
void swapoff_softdirty(void)
{
	char *p = map_table() + FAR;

	clear_refs();		/* takes VM_SOFTDIRTY off, so that the entry's own bit counts */
	poke(p, 1);
	swap_out(p, PAGE);
	must(soft_dirty(p), "soft-dirty lost when swapped out");
	swap_off();
	must(peek(p) == 1, "contents lost");
	if (!soft_dirty(p))
		lost("a page written before swapoff is not soft-dirty after it");
}

void swapoff_uffd_wp(void)
{
	char *table = map_table(), *p = table + FAR;
	struct ufd *u;

	poke(p, 1);
	u = ufd_watch(table, HPAGE, 0, UFFDIO_REGISTER_MODE_WP);
	ufd_protect(u, p, PAGE);
	swap_out(p, PAGE);
	swap_off();
	ufd_serve_unwp(u);
	poke(p, 2);
	if (!u->faults)
		lost("a write-protected page was written after swapoff and nobody was told");
}

/* Fixed in 5.19 with mfill_atomic_install_pte(): 5.10 only took the uffd-wp branch when VM_WRITE was set. */
void uffdio_copy_readonly(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *src = map_anon(PAGE);
	char *p = map_at_guard(PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, 0);

	poke(src, 1);
	must(!ufd_register(u, p, PAGE, UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_copy(u, p, src, PAGE, UFFDIO_COPY_MODE_WP), "UFFDIO_COPY");
	protect(p, PAGE, RW);
	ufd_serve_unwp(u);
	poke(p, 2);
	if (!u->faults)
		lost("a page copied in with MODE_WP was written after mprotect RW and nobody was told");
}

/* ---- merging ---- */

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
