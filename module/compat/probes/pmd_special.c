/* since 6.12: "mm: mark special bits for huge pfn mappings when inject" */
#include <linux/mm.h>

int probe(pmd_t pmd)
{
	return pmd_special(pmd);
}
