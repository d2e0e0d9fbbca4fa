/* until 6.17: "mm: remove devmap related functions and page table bits" */
#include <linux/mm.h>

int probe(pte_t pte, pmd_t pmd)
{
	return pte_devmap(pte) + pmd_devmap(pmd);
}
