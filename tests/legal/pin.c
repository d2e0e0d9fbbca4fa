/* pin.c - pages pinned for a device (FOLL_PIN | FOLL_LONGTERM, here by io_uring) stay where they are and who has them. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

/* Fork copies a pinned page for the child at once and leaves the parent's entry writable: 6.12 mm/memory.c:942 */
void fork_pinned(void)
{
	struct gate turn = gate_make();
	char *p = map_anon(PAGE);
	pid_t pid;
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	pid = fork_row();
	if (!pid) {
		must(pfn(p) != old && peek(p) == 1, "the child has the pinned page");
		gate_wait(turn);
		must(peek(p) == 1, "the parent's write is seen in the child");
		must(write_faults(p, 3) == 0, "the child's copy is read-only");
		leave();
	}
	must(write_faults(p, 2) == 0 && pfn(p) == old, "fork took a pinned page from its owner");
	gate_open(turn);
	join(pid);
	must(peek(p) == 2, "the child's write is seen in the parent");
}

/* A pin after fork must first break COW. */
void pin_after_fork(void)
{
	char *p = map_anon(PAGE);
	struct child child;
	u64 old;

	poke(p, 1);
	child = fork_reader(p, PAGE, 1);
	old = pfn(p);
	pin_page(p);
	must(pfn(p) != old, "a page of two processes was pinned for writing");
	old = pfn(p);
	poke(p, 2);
	must(pfn(p) == old, "a pinned page was replaced");
	release(child);
}

/* clear_soft_dirty() spares pinned pages: they stay writable and soft-dirty, 6.12 fs/proc/task_mmu.c:1396 */
void pin_clear_refs(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	clear_refs();
	must(soft_dirty(p), "clear_refs made a pinned page look clean");
	must(write_faults(p, 2) == 0 && pfn(p) == old, "clear_refs protected a pinned page");
}

/* clear_soft_dirty() does not spare pinned pages mapped read-only, so clear_soft_dirty_pmd() need not: 6.12 fs/proc/task_mmu.c:1393 */
void pin_clear_refs_readonly(void)
{
	char *small = map_anon(PAGE), *large = huge();

	poke(small, 1);
	pin_page(small);
	pin_page(large);
	must(!mprotect(small, PAGE, PROT_READ) && !mprotect(large, HPAGE, PROT_READ), "mprotect: %s", strerror(errno));
	must(soft_dirty(small) && soft_dirty(large) && has_thp(large), "not soft-dirty before clear_refs");
	clear_refs();
	must(!soft_dirty(small) && !soft_dirty(large), "clear_refs spared a page that is mapped read-only");
}

void pin_mprotect(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	if (!since(5, 19))
		absent("this kernel has the bug mprotect-pinned");
	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	protect_and_back(p, PAGE);
	poke(p, 2);
	must(pfn(p) == old, "a pinned page was replaced");
}

/* A write may copy a page that nobody has pinned, however many references it has, though the process has pinned before. */
void pin_lookalike(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	if (!since(5, 19))
		absent("before PageAnonExclusive the kernel cannot tell them apart, nor mmaudit: mma_is_pinned()");
	poke(p, 1);
	read_pin(p);		/* the kernel knows from now on that this process pins */
	fork_and_end();
	take_references(p, 1100);	/* a page pinned once has 1024: GUP_PIN_COUNTING_BIAS, include/linux/mm.h:1908 (6.12) */
	old = pfn(p);
	poke(p, 2);
	must(pfn(p) != old, "the page was reused");
}

/* Neither migration nor reclaim may take it. */
void pin_stays(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	must(!move_away(p), "a pinned page was migrated");
	madvise(p, PAGE, 21 /* MADV_PAGEOUT */);
	poke(p, 2);
	must(pfn(p) == old && peek(p) == 2, "a pinned page was replaced");
}

void pin_thp_fork(void)
{
	char *p = huge();
	struct child child;
	u64 old;

	pin_page(p + PAGE);
	old = pfn(p + PAGE);
	child = fork_reader(p + PAGE, PAGE, 1);
	poke(p + PAGE, 2);
	must(pfn(p + PAGE) == old, "a pinned page was replaced");
	release(child);
}

void pin_hugetlb_fork(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct child child;
	u64 old;

	if (!since(5, 12))
		absent("this kernel has the bug fork-pinned-hugetlb");
	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	child = fork_reader(p, PAGE, 1);
	must(write_faults(p, 2) == 0 && pfn(p) == old, "fork took a pinned page from its owner");
	release(child);
}
