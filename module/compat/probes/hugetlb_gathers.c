/* since 5.10: "mm/hugetlb: fix excessive IPI broadcasts when unsharing PMD tables using mmu_gather" (in the stable trees since 5.10, too) */
#include <linux/mm.h>

void *probe(void)
{
	return tlb_gather_mmu_vma;
}
