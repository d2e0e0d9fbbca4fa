/* pinned.c - pinned pages: the device keeps the old page while the process gets a new one, or its writes are missed. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include "bugs.h"

/* Before PageAnonExclusive (5.19) a page with more references than mappings was copied: 5.10 mm/memory.c:3163. */
void mprotect_pinned(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	protect_and_back(p, PAGE);
	poke(p, 2);
	if (pfn(p) != old)
		lost("a write after mprotect R, RW went to a copy: what a device does to the pinned page is not seen");
}

/* clear_soft_dirty() spares pinned pages, for a device may write them; clear_soft_dirty_pmd() does not. */
void clear_refs_pinned_thp(void)
{
	char *p = huge();

	pin_page(p);
	clear_refs();
	if (!soft_dirty(p))
		lost("clear_refs made a pinned huge page look clean: what a device writes there is missed");
}

/*
 * clear_soft_dirty() leaves the entry of a pinned page as it is, 6.12 fs/proc/task_mmu.c:1419. It may be writable and
 * not soft-dirty, because all of its mapping was: VM_SOFTDIRTY, which clear_refs takes away. Here a neighbour that is
 * merged brings VM_SOFTDIRTY, as growth of the heap does, and mprotect then makes writable what clear_refs had protected.
 */
void clear_refs_pinned_clean(void)
{
	char *p = map_at_guard(PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, 0);

	poke(p, 1);
	clear_refs();
	must(!soft_dirty(p), "soft-dirty stays set after clear_refs");
	must(mmap(p + PAGE, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p + PAGE, "mmap: %s", strerror(errno));
	must(soft_dirty(p), "the neighbour was not merged");
	protect_and_back(p, 2 * PAGE);
	pin_page(p);
	clear_refs();
	poke(p, 2);
	if (!soft_dirty(p))
		lost("a write to a pinned page after clear_refs left pagemap bit 55 at 0");
}

/* copy_hugetlb_page_range() copies pinned pages for the child since 5.12. */
void fork_pinned_hugetlb(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct child child;
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	child = fork_idle();
	poke(p, 2);
	release(child);
	if (pfn(p) != old)
		lost("a write after fork went to a copy: what a device does to the pinned huge page is not seen");
}
