/* since 6.15: "mm/rmap: convert make_device_exclusive_range() to make_device_exclusive()" */
#include <linux/rmap.h>
struct page *probe(struct mm_struct *mm, struct folio **folio);
struct page *probe(struct mm_struct *mm, struct folio **folio)
{
	return make_device_exclusive(mm, 0, NULL, folio);
}
