/* sane.c - compiled third, must be yes: else every other "no" could be a fault of compiler, flags or headers. */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/ring_buffer.h>
#include <linux/rmap.h>
#include <linux/string.h>
#include <linux/swap.h>
#include <linux/swapops.h>

unsigned long probe(struct vm_area_struct *vma, struct page *page, pte_t pte)
{
	struct rmap_walk_control rwc = {};

	return vma->vm_flags + PageAnon(page) + pte_write(pte) + !rwc.arg;
}
