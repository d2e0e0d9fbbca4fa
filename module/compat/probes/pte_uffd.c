/* since 7.3: VM_UFFD_RWP shares the bit of uffd-wp, whose helpers lost their "_wp" for it */
#include <linux/mm.h>

int probe(pte_t pte, pmd_t pmd)
{
	return pte_uffd(pte) + pte_swp_uffd(pte) + pmd_uffd(pmd) + pmd_swp_uffd(pmd);
}
