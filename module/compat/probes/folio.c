/* since 5.16: 7b230db3b8d3 "mm: Introduce struct folio" */
#include <linux/mm.h>

int probe(struct page *page)
{
	struct folio *folio = page_folio(page);

	return folio_ref_count(folio) + folio_test_anon(folio);
}
