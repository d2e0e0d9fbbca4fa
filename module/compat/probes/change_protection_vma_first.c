/* until 5.19: 4a18419f71cd "mm/mprotect: use mmu_gather" put that before the vma */
#include <linux/mm.h>

void probe(struct vm_area_struct *vma, pgprot_t prot)
{
	change_protection(vma, 0, 0, prot, 0);
}
