/* since 5.19: 78fbe906cc90 "mm/page-flags: reuse PG_mappedtodisk as PG_anon_exclusive for PageAnon() pages" */
#include <linux/mm.h>

int probe(struct page *page)
{
	return PageAnonExclusive(page);
}
