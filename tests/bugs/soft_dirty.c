/* soft_dirty.c - a page written since clear_refs is not soft-dirty any more, or a write leaves it clean. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <linux/userfaultfd.h>
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

/* swapoff takes a page table at a time. FAR is deep in the range that it rewrites at once. */
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

/* replace_page() makes the entry afresh: mk_pte(kpage, vm_page_prot), 6.1 mm/ksm.c:1165, 6.12 :1397. */
void ksm_softdirty(void)
{
	char *p = map_anon(2 * PAGE);

	clear_refs();
	memset(p, 123, 2 * PAGE);
	must(soft_dirty(p), "written and not soft-dirty");
	ksm_merge(p);
	ksm_stop();
	if (!soft_dirty(p))
		lost("ksmd merged a page written since clear_refs and it is no longer soft-dirty: a snapshot misses it");
}

/* move_ptes() marks what it moves; move_normal_pmd() moves the table and marks nothing (6.12 mm/mremap.c:248). */
void mremap_table_softdirty(void)
{
	char *p = map_table(), *q = map_table();

	fill(p, HPAGE, 1);
	fill(q, HPAGE, 2);
	clear_refs();
	move_mapping(p, q, HPAGE);
	if (peek(q) == 1 && !soft_dirty(q))
		lost("mremap replaced 2 MB of contents and no page is soft-dirty (moved page by page, all would be)");
}

/* The same again and again, as fast as a reader can follow. A call changes 512 entries and is one violation. */
int mremap_flood(int seconds)
{
	char *p = map_table(), *q = map_table(), *t;
	time_t end = time(NULL) + seconds;
	int calls = 0;

	fill(p, HPAGE, 1);
	for (; time(NULL) < end; calls++) {
		clear_refs();
		if (mremap(p, HPAGE, HPAGE, MREMAP_MAYMOVE | MREMAP_FIXED, q) != q)
			return -1;
		t = p;
		p = q;
		q = t;
		usleep(5000);
	}
	return calls;
}

/* __split_huge_zero_page_pmd() carries uffd-wp and not soft-dirty (6.12 mm/huge_memory.c:2703). */
void huge_zero_split_softdirty(void)
{
	char *p = map_thp(HPAGE), *q = map_thp(HPAGE);

	fill(q, HPAGE, 2);
	(void)peek(p);
	if (read_faults(p + HPAGE - PAGE))
		skip("no huge zero page");
	clear_refs();
	move_mapping(p, q, HPAGE);
	must(soft_dirty(q + PAGE), "a moved huge zero page is not soft-dirty");
	protect(q, PAGE, PROT_READ);
	if (!soft_dirty(q + PAGE))
		lost("splitting a moved huge zero page forgot that 2 MB of contents were replaced");
}

/* try_to_unmap_one() of a file page leaves nothing behind; uffd-wp leaves a marker, soft-dirty has none. */
void reclaim_shared_softdirty(void)
{
	char *p = map_shared(PAGE);
	int tries;

	clear_refs();
	poke(p, 1);
	must(soft_dirty(p), "written and not soft-dirty");
	for (tries = 0; tries < 20 && present(p); tries++)
		madvise(p, PAGE, 21 /* MADV_PAGEOUT */);
	if (present(p))
		skip("the page would not be reclaimed");
	must(peek(p) == 1, "contents");
	if (!soft_dirty(p))
		lost("shared memory written since clear_refs was reclaimed and read back: not soft-dirty");
}

/* __split_huge_pmd_locked() of a file PMD only unmaps it: 6.12 mm/huge_memory.c:2733. */
void shmem_thp_split_softdirty(void)
{
	char *p = huge_shmem();

	clear_refs();
	poke(p + PAGE, 2);
	must(soft_dirty(p + PAGE), "written and not soft-dirty");
	protect(p, PAGE, PROT_READ);
	must(peek(p + PAGE) == 2, "contents");
	if (!soft_dirty(p + PAGE))
		lost("a page of shared memory written since clear_refs lost soft-dirty when its huge page was split");
}

/* collapse_file() unmaps the small pages it replaces: 6.12 mm/khugepaged.c:1989. */
void shmem_collapse_softdirty(void)
{
	char *p = map_at_guard(HPAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0, HPAGE);

	allow_huge_shmem();
	fill(p, HPAGE, 1);
	clear_refs();
	poke(p + PAGE, 2);
	must(soft_dirty(p + PAGE), "written and not soft-dirty");
	if (madvise(p, HPAGE, 25 /* MADV_COLLAPSE */))
		skip("MADV_COLLAPSE: %s", strerror(errno));
	must(peek(p + PAGE) == 2, "contents");
	if (!soft_dirty(p + PAGE))
		lost("a page of shared memory written since clear_refs lost soft-dirty when it became part of a huge one");
}

/* move_swap_pte() moves the entry as it is, move_present_pte() marks it: 6.12 mm/userfaultfd.c:1127, :1068. */
void move_swap_softdirty(void)
{
	char *src = map_anon(PAGE), *dst = map_anon(PAGE);
	struct ufd *u = ufd_open(UFD_MOVE);

	must(!ufd_register(u, dst, PAGE, UFFDIO_REGISTER_MODE_MISSING), "UFFDIO_REGISTER");
	poke(src, 7);
	clear_refs();
	swap_out(src, PAGE);
	must(!ufd_move(u, dst, src, PAGE), "UFFDIO_MOVE");
	must(peek(dst) == 7, "contents");
	if (!soft_dirty(dst))
		lost("UFFDIO_MOVE of a swapped page: new contents at the address, not soft-dirty");
}

/*
 * map_anon_folio_pte_nopf() makes the entries of a folio dirty, and so soft-dirty, only in a mapping that may be written:
 * mm/memory.c:5261 (7.2), :5401 (7.3). khugepaged makes such folios of small pages: mm/khugepaged.c:1433 (7.2).
 */
void mthp_collapse_softdirty(void)
{
	char *p = map_small(), *q = p + 3 * PAGE;

	clear_refs();
	poke(q, 2);
	protect(p, HPAGE, PROT_READ);
	must(soft_dirty(q), "the write is not soft-dirty");
	if (!khugepaged_came(p))
		skip("khugepaged did not come");
	must(peek(q) == 2, "contents");
	if (!soft_dirty(q))
		lost("khugepaged took the soft-dirty bit of a page that was written");
}
