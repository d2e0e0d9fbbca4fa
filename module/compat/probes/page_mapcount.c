/* until 6.11: "fs/proc: move page_mapcount() to fs/proc/internal.h" */
#include <linux/mm.h>

int probe(struct page *page)
{
	return page_mapcount(page);
}
