/* uffd_stray.c - marks that must go with their registration, wherever the entry is then. Kernels before 6.1 leave them on purpose. */
#define _GNU_SOURCE
#include <linux/userfaultfd.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

static void unmarked(char *p)
{
	must_wp(p, false);
	poke(p, 2);
	must(peek(p) == 2 && write_faults(p, 3) == 0, "write to a page that nobody watches");
}

/* change_pte_range() takes the mark of a swap entry, too: 6.12 mm/mprotect.c:260 */
void uffd_stray_swap_close(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	swap_out(p, PAGE);
	must_wp(p, true);
	close(u->fd);
	must(peek(p) == 1, "contents lost");
	unmarked(p);
}

/* copy_nonpresent_pte() 6.12 mm/memory.c:897 */
void uffd_stray_swap_forked(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u;
	pid_t pid;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	swap_out(p, PAGE);
	pid = fork_row();
	if (!pid) {
		must(peek(p) == 1, "the child lost its page");
		unmarked(p);
		leave();
	}
	join(pid);
	must(peek(p) == 1, "the parent lost its page");
	must_wp(p, true);
	ufd_trapped(u, p, 2);
}

/* change_huge_pmd() 6.12 mm/huge_memory.c:2374 */
void uffd_stray_close_thp(void)
{
	char *p = huge();
	struct ufd *u = ufd_guard(p, HPAGE);

	close(u->fd);
	unmarked(p);
	unmarked(p + HPAGE - PAGE);
}

/* The other part is still watched. */
void uffd_stray_half(void)
{
	char *p = map_anon(2 * PAGE);
	struct ufd *u;

	fill(p, 2 * PAGE, 1);
	u = ufd_guard(p, 2 * PAGE);
	must(!ufd_unregister(u, p, PAGE), "UFFDIO_UNREGISTER");
	unmarked(p);
	must_wp(p + PAGE, true);
	ufd_trapped(u, p + PAGE, 2);
}
