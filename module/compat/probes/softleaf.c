/* since 6.19: "mm: introduce leaf entry type and use to simplify leaf entry logic"; before, swp_entry_t */
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/leafops.h>

int probe(pte_t pte)
{
	return softleaf_is_migration(softleaf_from_pte(pte));
}
