/* thp.c - transparent huge pages: fault, copy-on-write, split, collapse, the huge zero page, shmem. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

#ifndef MADV_HWPOISON
#define MADV_HWPOISON 100
#endif

/* do_huge_pmd_anonymous_page(): 6.12 mm/huge_memory.c:1248 */
void thp_fault(void)
{
	char *p = map_thp(HPAGE);

	poke(p, 1);
	if (!has_thp(p))
		skip("no huge page");
	must(write_faults(p + HPAGE - PAGE, 2) == 0, "one fault for all");
}

static void share_and_write(char *p, char before)
{
	struct child child = fork_writer(p, HPAGE, before, 3);

	must(write_faults(p + PAGE, 2) >= 1, "the huge page is writable after fork");
	release(child);
	must(peek(p + PAGE) == 2 && peek(p) == before, "the child's writes are seen in the parent");
}

/* A huge page of two processes is split, then copied page by page. */
void thp_cow(void)
{
	share_and_write(huge(), 1);
}

/* do_huge_pmd_wp_page() reuses: 6.12 mm/huge_memory.c:1890 */
void thp_reuse(void)
{
	char *p = huge();
	u64 old = pfn(p);

	fork_and_end();
	must(write_faults(p, 2) >= 1 && pfn(p) == old && has_thp(p), "a huge page of one process was not reused");
	must(write_faults(p + HPAGE - PAGE, 2) == 0, "reused in part");
}

static char *huge_zero(void)
{
	char *p = map_thp(HPAGE);

	must(peek(p) == 0, "not zero");
	if (!(kpageflags(p + PAGE) & KPF(KPF_ZERO_PAGE)) || read_faults(p + HPAGE - PAGE))
		skip("no huge zero page");
	return p;
}

void thp_zero_write(void)
{
	char *p = huge_zero();

	must(write_faults(p, 1) >= 1, "the huge zero page is writable");
	expect(p + PAGE, HPAGE - PAGE, 0, "other pages");
	poke(p + PAGE, 2);
	must(peek(p) == 1 && peek(p + 2 * PAGE) == 0, "contents");
}

void thp_zero_forked(void)
{
	share_and_write(huge_zero(), 0);
}

void thp_zero_mprotect(void)
{
	char *p = huge_zero();

	protect_and_back(p, HPAGE);
	must(write_faults(p, 1) >= 1, "mprotect made the huge zero page writable");
	must(peek(p + PAGE) == 0, "other pages");
}

/* change_huge_pmd(): upgraded since 6.2, until then left to the fault */
void thp_mprotect(void)
{
	char *p = huge();

	must(!mprotect(p, HPAGE, PROT_READ) && !may_write(p), "writable under PROT_READ");
	protect(p, HPAGE, RW);
	must(write_faults(p, 2) == (since(6, 2) ? 0 : 1), "unexpected fault count");
	must(has_thp(p) && peek(p + PAGE) == 1, "contents");
}

void thp_mprotect_forked(void)
{
	char *p = huge();
	struct child child = fork_reader(p, HPAGE, 1);

	protect_and_back(p, HPAGE);
	must(write_faults(p, 2) >= 1, "mprotect made a huge page of two processes writable");
	release(child);
}

/* ---- split: the write bit of the PMD goes to 512 entries, 6.12 mm/huge_memory.c:2911 ---- */

static void still_writable(char *p)
{
	must(!has_thp(p), "not split");
	must(write_faults(p + 2 * PAGE, 2) == 0, "the split lost the write bit");
	expect(p + 3 * PAGE, HPAGE / 2, 1, "after the split");
}

void thp_split_munmap(void)
{
	char *p = huge();

	must(!munmap(p, PAGE), "munmap: %s", strerror(errno));
	still_writable(p + PAGE);
}

void thp_split_mprotect(void)
{
	char *p = huge();

	protect(p, PAGE, PROT_READ);
	must(!may_write(p), "writable under PROT_READ");
	still_writable(p + PAGE);
}

void thp_split_madvise(void)
{
	char *p = huge();

	must(!madvise(p, PAGE, MADV_DONTNEED), "MADV_DONTNEED: %s", strerror(errno));
	must(peek(p) == 0, "old contents came back");
	still_writable(p);
}

void thp_split_mremap(void)
{
	char *p = huge(), *q = map_anon(PAGE);

	move_mapping(p, q, PAGE);
	must(write_faults(q, 2) == 0, "the moved entry lost its write bit");
	still_writable(p + PAGE);
}

/* The page itself is split, through migration entries: remove_migration_pte() of 512 pages. */
void thp_split_page(void)
{
	char *p = huge(), range[64];

	poke(p + 5 * PAGE, 0);		/* 6.12 maps pages of zeroes to the zero page */
	snprintf(range, sizeof(range), "%d,%#lx,%#lx", getpid(), (long)p, (long)p + HPAGE);
	if (!write_str("/sys/kernel/debug/split_huge_pages", range))
		lacks(5, 13, "no /sys/kernel/debug/split_huge_pages with ranges (5.13)");
	must(!(kpageflags(p) & KPF(KPF_THP)), "the page was not split");
	must(peek(p + 5 * PAGE) == 0, "contents");
	poke(p + 5 * PAGE, 1);
	still_writable(p);
}

void thp_split_page_forked(void)
{
	char *p = huge(), range[64];
	struct child child = fork_reader(p, HPAGE, 1);

	snprintf(range, sizeof(range), "%d,%#lx,%#lx", getpid(), (long)p, (long)p + HPAGE);
	if (!write_str("/sys/kernel/debug/split_huge_pages", range))
		lacks(5, 13, "no /sys/kernel/debug/split_huge_pages with ranges (5.13)");
	must(!(kpageflags(p) & KPF(KPF_THP)), "the page was not split");
	must(write_faults(p, 2) >= 1, "the split made a page of two processes writable");
	release(child);
}

/* ---- collapse: 512 entries become one, writable and soft-dirty, 6.12 mm/khugepaged.c:1233 ---- */

static char *small(void)
{
	char *p = map_thp(HPAGE);

	madvise(p, HPAGE, MADV_NOHUGEPAGE);
	fill(p, HPAGE, 1);
	must(!has_thp(p), "huge already");
	return p;
}

/* EAGAIN: somebody held a page for a moment, try again, as madvise(2) says. */
static int made_huge(char *p)
{
	int tries, ret = -1;

	for (tries = 0; ret && tries < 50; tries++) {
		ret = madvise(p, HPAGE, 25 /* MADV_COLLAPSE, 6.1 */);
		if (ret && errno != EAGAIN)
			break;
		if (ret)
			usleep(20000);
	}
	return ret;
}

/* At least one entry must be writable, or it ends with SCAN_PAGE_RO (6.12 mm/khugepaged.c:673). */
static void collapse(char *p)
{
	madvise(p, HPAGE, MADV_HUGEPAGE);
	if (made_huge(p))
		lacks(6, 1, "MADV_COLLAPSE (6.1): %s", strerror(errno));
	must(has_thp(p), "MADV_COLLAPSE did nothing");
}

void thp_collapse(void)
{
	char *p = small();

	collapse(p);
	must(write_faults(p, 2) == 0, "a collapsed page is read-only");
	expect(p + PAGE, HPAGE - PAGE, 1, "collapsed");
}

void thp_collapse_forked(void)
{
	char *p = small();
	struct child child = fork_reader(p, HPAGE, 1);

	poke(p, 2);
	collapse(p);
	fill(p, HPAGE, 2);
	release(child);
}

/* MADV_COLLAPSE is refused, or done without the write bit. */
void thp_collapse_readonly(void)
{
	char *p = small();

	protect(p, HPAGE, PROT_READ);
	madvise(p, HPAGE, MADV_HUGEPAGE);
	madvise(p, HPAGE, 25 /* MADV_COLLAPSE */);
	must(!may_write(p), "a read-only mapping became writable by collapsing");
	expect(p, HPAGE, 1, "collapsed");
}

void thp_collapse_clear_refs(void)
{
	char *p = small();

	clear_refs();
	poke(p + PAGE, 2);
	collapse(p);
	must(soft_dirty(p + PAGE), "collapse lost soft-dirty");
	poke(p, 2);
	must(soft_dirty(p), "a write after collapse is not soft-dirty");
}

/* SCAN_PTE_UFFD_WP: 6.12 mm/khugepaged.c:594 */
void thp_collapse_uffd_wp(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *p = small();

	must(!ufd_register(u, p, HPAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_wp(u, p, PAGE, true), "UFFDIO_WRITEPROTECT");
	madvise(p, HPAGE, MADV_HUGEPAGE);
	madvise(p, HPAGE, 25 /* MADV_COLLAPSE */);
	ufd_serve_unwp(u);
	poke(p, 2);
	must(u->faults == 1, "collapse lost the write protection");
}

void thp_khugepaged(void)
{
	char *p = small();
	int tries;

	setting(THP "khugepaged/scan_sleep_millisecs", "10");
	setting(THP "khugepaged/alloc_sleep_millisecs", "10");
	setting(THP "khugepaged/pages_to_scan", "8192");
	madvise(p, HPAGE, MADV_HUGEPAGE);
	for (tries = 0; tries < 600 && !has_thp(p); tries++)
		usleep(50000);
	if (!has_thp(p))
		skip("khugepaged did not come");
	must(write_faults(p, 2) == 0, "a collapsed page is read-only");
	expect(p + PAGE, HPAGE - PAGE, 1, "collapsed");
}

/* ---- shmem: do_set_pmd(), writable because vm_page_prot says so ---- */

void thp_shmem(void)
{
	char *p = huge_shmem();
	pid_t pid;

	must(write_faults(p + PAGE, 2) == 0, "one fault for all");
	pid = fork_row();
	if (!pid) {
		poke(p, 3);
		leave();
	}
	join(pid);
	must(peek(p) == 3, "shared memory is not shared");
}

/* Small pages first; MADV_COLLAPSE installs the PMD: 6.12 mm/khugepaged.c:1453 */
void thp_shmem_collapse(void)
{
	char *p = map_at_guard(HPAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0, HPAGE);

	fill(p, HPAGE, 1);
	must(smaps_kb(p, "ShmemPmdMapped") <= 0, "huge already");
	setting(THP "shmem_enabled", "advise");
	madvise(p, HPAGE, MADV_HUGEPAGE);
	if (made_huge(p))
		lacks(6, 1, "MADV_COLLAPSE (6.1): %s", strerror(errno));
	must(smaps_kb(p, "ShmemPmdMapped") > 0, "MADV_COLLAPSE did nothing");
	must(write_faults(p, 2) == 0, "collapsed shared memory is read-only");
	expect(p + PAGE, HPAGE - PAGE, 1, "collapsed");
}

void thp_shmem_mprotect(void)
{
	char *p = huge_shmem();

	must(!mprotect(p, HPAGE, PROT_READ) && !may_write(p), "writable under PROT_READ");
	protect(p, HPAGE, RW);
	must(write_faults(p, 2) == 0, "mprotect did not restore shared memory");
}

void thp_shmem_clear_refs(void)
{
	char *p = huge_shmem();

	clear_refs();
	must(!soft_dirty(p), "soft-dirty after clear_refs");
	protect_and_back(p, HPAGE);
	must(write_faults(p, 2) >= 1 && soft_dirty(p), "a write to a huge page of shmem is not soft-dirty");
	must(peek(p) == 2, "write lost");
}

static void bear(int sig)
{
	(void)sig;
}

/* The entry of a poisoned page has no marks left: try_to_migrate_one() 6.12 mm/rmap.c:2247 */
void thp_poisoned_tail(void)
{
	char *p = huge();

	/* By small entries; a huge one would be split without a look at the poison. */
	must(!mprotect(p, PAGE, PROT_READ) && !mprotect(p, PAGE, RW) && !has_thp(p), "mprotect: %s", strerror(errno));
	clear_refs();
	fill(p, HPAGE, 2);
	must_sd(p + 5 * PAGE, true, "not soft-dirty after a write");
	signal(SIGBUS, bear);
	if (madvise(p + 5 * PAGE, PAGE, MADV_HWPOISON))
		skip("MADV_HWPOISON: %s", strerror(errno));
	must(peek(p + 4 * PAGE) == 2 && peek(p + 6 * PAGE) == 2, "another page lost its contents");
	must_sd(p + 4 * PAGE, true, "the page before it lost its mark");
	must_sd(p + 6 * PAGE, true, "the page behind it lost its mark");
}
