/* until 6.3: "mm/mmap: remove __vma_adjust()" */
#include <linux/mm.h>

int probe(struct vm_area_struct *vma)
{
	return __vma_adjust(vma, vma->vm_start, vma->vm_end, vma->vm_pgoff, NULL, vma);
}
