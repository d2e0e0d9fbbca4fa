/* since 6.13: "mm: convert page_to_pgoff() to page_pgoff()" */
#include <linux/mm.h>
#include <linux/pagemap.h>

pgoff_t probe(struct page *page)
{
	return page_pgoff(page_folio(page), page);
}
