/* since 6.3: 1ef488edd6c4 "mm/mprotect: drop pgprot_t parameter from change_protection()" */
#include <linux/mm.h>

void probe(struct mmu_gather *tlb, struct vm_area_struct *vma)
{
	change_protection(tlb, vma, 0, 0, 0);
}
