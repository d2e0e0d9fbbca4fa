/* mthp.c - large folios mapped by many entries (6.8+): one page's fate must not be its neighbours'. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

void mthp_fault(void)
{
	char *p = map_large();

	must(write_faults(p + LARGE - PAGE, 2) == 0, "one fault for all");
	must(peek(p) == 1, "contents");
}

/* A page of two is copied; its neighbours stay shared. */
void mthp_cow(void)
{
	char *p = map_large();
	struct child child = fork_writer(p, LARGE, 1, 3);

	must(write_faults(p + PAGE, 2) >= 1, "writable after fork");
	release(child);
	must(peek(p + PAGE) == 2 && peek(p) == 1, "the child's writes are seen in the parent");
}

/* After the child's exit the page is not exclusive, though nobody else has it: copied up to 6.14, reused since. */
void mthp_alone(void)
{
	char *p = map_large();

	fork_and_end();
	must(write_faults(p, 2) >= 1, "writable after fork");
	fill(p, LARGE, 3);
	expect(p, LARGE, 3, "after the child's exit");
}

void mthp_mprotect(void)
{
	char *p = map_large();

	protect(p + PAGE, PAGE, PROT_READ);
	must(!may_write(p + PAGE) && write_faults(p, 2) == 0 && write_faults(p + 2 * PAGE, 2) == 0,
	     "mprotect of one page of a large folio");
	protect(p + PAGE, PAGE, RW);
	must(write_faults(p + PAGE, 2) == 0, "mprotect left the write to a fault");
}

void mthp_mprotect_forked(void)
{
	char *p = map_large();
	struct child child = fork_reader(p, LARGE, 1);

	protect_and_back(p, LARGE);
	must(write_faults(p, 2) >= 1, "mprotect made a page of two processes writable");
	release(child);
}

void mthp_swap(void)
{
	char *p = map_large();

	swap_out(p, LARGE);
	fill(p, LARGE / 2, 2);
	expect(p, LARGE / 2, 2, "written");
	expect(p + LARGE / 2, LARGE / 2, 1, "untouched");
}

void mthp_uffd_wp(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *p = map_large();

	must(!ufd_register(u, p, LARGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_wp(u, p, 2 * PAGE, true), "UFFDIO_WRITEPROTECT");
	ufd_serve_unwp(u);
	poke(p + 2 * PAGE, 2);
	must(u->faults == 0, "a page nobody protected");
	poke(p + PAGE, 2);
	must(u->faults == 1 && uffd_wp(p), "write protection of one page of a large folio");
	poke(p, 2);
	must(u->faults == 2, "the neighbour lost its protection");
}

void mthp_move(void)
{
	char *p = map_large();

	protect(p + PAGE, PAGE, PROT_READ);
	move_or_skip(p);
	must(!may_write(p + PAGE) && write_faults(p + 2 * PAGE, 2) == 0 && peek(p + PAGE) == 1, "after migration");
}

void mthp_clear_refs(void)
{
	char *p = map_large();

	clear_refs();
	must(write_faults(p + PAGE, 2) >= 1 && soft_dirty(p + PAGE), "a write is not soft-dirty");
	must(!soft_dirty(p) && !soft_dirty(p + 2 * PAGE), "the neighbours are soft-dirty");
	must(write_faults(p, 2) >= 1 && soft_dirty(p), "a write is not soft-dirty");
}

/* ---- khugepaged makes a large folio of small pages (7.2) ---- */

static void came(char *p)
{
	if (!khugepaged_came(p))
		skip("khugepaged did not come");
	expect(p + PAGE, LARGE - PAGE, 1, "collapsed");
}

/* As a huge page, it is writable and soft-dirty where the mapping is writable: 7.2 mm/memory.c:5261 */
void mthp_khugepaged(void)
{
	char *p = map_small();

	clear_refs();
	poke(p, 2);
	came(p);
	must_sd(p, true, "a collapsed page is not soft-dirty");
	must(peek(p) == 2 && write_faults(p, 3) == 0, "a collapsed page is read-only");
}

void mthp_khugepaged_clean(void)
{
	char *p = map_small();

	clear_refs();
	protect(p, HPAGE, PROT_READ);
	came(p);
	must_sd(p, false, "a page that nobody wrote is soft-dirty");
	must(!may_write(p), "a collapsed page is writable where its mapping is not");
}

/* SCAN_PTE_UFFD_WP: 7.2 mm/khugepaged.c:1669 */
void mthp_khugepaged_uffd_wp(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *p = map_small(), *q = p + 3 * PAGE;

	must(!ufd_register(u, p, HPAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_wp(u, q, PAGE, true), "UFFDIO_WRITEPROTECT");
	if (!khugepaged_passed(p))
		skip("khugepaged did not pass");
	ufd_serve_unwp(u);
	poke(q, 2);
	must(u->faults == 1, "khugepaged took the write protection away");
}

/*
 * Of a folio that was forked some pages are exclusive and writable again, others are not. Reclaim takes all entries at
 * once, and must not put them all back as it found the first: folio_unmap_pte_batch(), 7.2 mm/rmap.c:1948. It did from
 * 354dffd29575 "mm: support batched unmap for lazyfree large folios during reclamation" (6.16) until "mm/rmap: fix
 * incorrect pte restoration for lazyfree folios".
 */
void mthp_put_back(void)
{
	char *p = map_large();

	run_on(0);
	fork_and_end();
	fill(p, LARGE / 2, 2);
	must(!madvise(p, LARGE, MADV_FREE), "MADV_FREE: %s", strerror(errno));
	lru_drain();
	poke(p, 3);
	if (kpageflags(p) & KPF(KPF_SWAPBACKED))
		skip("the folio was not given up");
	must(!madvise(p, LARGE, 21 /* MADV_PAGEOUT */), "MADV_PAGEOUT: %s", strerror(errno));
	if (!present(p) || !(kpageflags(p) & KPF(KPF_SWAPBACKED)))
		skip("reclaim did not try to take the folio");
	must(peek(p) == 3, "a write to what was given up is lost");
	must(write_faults(p + LARGE - PAGE, 4) >= 1, "a page that was not exclusive was put back writable");
}
