/* since 6.1: "mm: clear uffd-wp PTE/PMD state on mremap()" (6.13, and 6.1.y, 6.12.y) */
#include <linux/mm.h>
#include <linux/userfaultfd_k.h>

bool probe(struct vm_area_struct *vma)
{
	return vma_has_uffd_without_event_remap(vma);
}
