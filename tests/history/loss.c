/*
 * loss.c - two kernel bugs. Where the kernel has soft-dirty bits: mremap moves a whole page table and marks nothing, on all kernels.
 * Elsewhere: UFFDIO_MOVE takes the uffd-wp mark of a swapped page along to where nobody watches for writes (6.8 to 7.3,
 * move_swap_uffd_wp() of tests/bugs); the fault that swaps the page in shows it.
 */
#include <linux/userfaultfd.h>

#include "loss.h"

static struct loss of_table(void)
{
	struct loss l = { .from = map_table(), .to = map_table(), .len = HPAGE };

	l.marked = *SOUGHT(MMA_EVENT_RANGE, MMA_SITE_CLEAR_REFS, l.from);
	l.moved = *SOUGHT(MMA_EVENT_MOVED, MMA_SITE_MREMAP, l.to);
	return l;
}

static struct loss of_swapped(void)
{
	struct loss l = { .from = map_anon(PAGE), .to = map_anon(PAGE), .len = PAGE };

	l.u = ufd_watch(l.from, PAGE, UFD_MOVE, UFFDIO_REGISTER_MODE_WP);
	must(!ufd_register(l.u, l.to, PAGE, UFFDIO_REGISTER_MODE_MISSING), "UFFDIO_REGISTER");
	l.marked = *SOUGHT(MMA_EVENT_ENTRY, MMA_SITE_UFFD_WP, l.from, .is = MMA_F_PTE_UFFD_WP);
	l.moved = *SOUGHT(MMA_EVENT_MOVED, MMA_SITE_UFFD_MOVE, l.to);
	return l;
}

struct loss loss_make(void)
{
	if (tracks())
		return of_table();
	if (!(ufd_features() & UFD_MOVE))
		lacks(6, 8, "neither soft-dirty nor UFFDIO_MOVE (6.8)");
	if (!swap_any())
		skip("no swap is on");
	return of_swapped();
}

void loss_mark(struct loss *l, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		fill(l[i].from, l[i].len, 1);
	clear_refs();
	for (i = 0; i < n && l[i].u; i++) {
		ufd_protect(l[i].u, l[i].from, PAGE);
		swap_out(l[i].from, PAGE);
	}
}

void loss_happens(struct loss *l)
{
	if (!l->u) {
		move_mapping(l->from, l->to, l->len);
		return;
	}
	must(!ufd_move(l->u, l->to, l->from, PAGE), "UFFDIO_MOVE");
	must(peek(l->to) == 1, "the page has lost its contents");
}

struct loss loss_met(void)
{
	struct loss l = loss_make();

	loss_mark(&l, 1);
	loss_happens(&l);
	return l;
}
