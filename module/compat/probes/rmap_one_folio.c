/* since 5.18: 2f031c6f042c "mm/rmap: Convert rmap_walk() to take a folio"; remove_migration_pte() is an rmap_one */
#include <linux/rmap.h>

static bool one(struct folio *folio, struct vm_area_struct *vma, unsigned long addr, void *arg)
{
	return true;
}

struct rmap_walk_control probe = { .rmap_one = one };
