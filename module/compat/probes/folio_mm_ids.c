/* since 6.15: "mm/rmap: initial MM owner tracking for large folios (!hugetlb)", for the reuse of large folios by do_wp_page() */
#include <linux/mm_types.h>

unsigned long probe(struct folio *folio)
{
	return folio->_mm_ids;
}
