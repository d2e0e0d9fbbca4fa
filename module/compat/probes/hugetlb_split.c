/* since 5.10: "mm/hugetlb: unshare page tables during VMA split, not before" (6.16, and the stable trees since 5.10) */
#include <linux/hugetlb.h>

void probe(struct vm_area_struct *vma)
{
	hugetlb_split(vma, 0);
}
