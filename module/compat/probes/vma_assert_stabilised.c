/* since 7.0: "mm/vma: add and use vma_assert_stabilised()" */
#include <linux/mm.h>
#include <linux/mmap_lock.h>

void probe(struct vm_area_struct *vma)
{
	vma_assert_stabilised(vma);
}
