/* SPDX-License-Identifier: GPL-2.0 */
/* old_folio.h - folios for kernels before 5.16, which have none: a folio is then its head page. */
#ifndef MMA_OLD_FOLIO_H
#define MMA_OLD_FOLIO_H

#include <linux/mm.h>

struct folio {
	union {
		struct page page;
		struct {
			unsigned long flags;
			struct list_head lru;
			struct address_space *mapping;
		};
	};
};
static_assert(offsetof(struct folio, mapping) == offsetof(struct page, mapping), "a folio is its head page");

#define page_folio(p)			((struct folio *)compound_head(p))
#define folio_pfn(f)			page_to_pfn(&(f)->page)
#define folio_order(f)			compound_order(&(f)->page)
#define folio_nr_pages(f)		compound_nr(&(f)->page)
#define folio_ref_count(f)		page_ref_count(&(f)->page)
#define folio_size(f)			page_size(&(f)->page)
#define folio_maybe_dma_pinned(f)	page_maybe_dma_pinned(&(f)->page)
#define folio_test_anon(f)		PageAnon(&(f)->page)
#define folio_test_dirty(f)		PageDirty(&(f)->page)
#define folio_test_ksm(f)		PageKsm(&(f)->page)
#define folio_test_large(f)		PageHead(&(f)->page)
#define folio_test_locked(f)		PageLocked(&(f)->page)
#define folio_test_lru(f)		PageLRU(&(f)->page)
#define folio_test_swapbacked(f)	PageSwapBacked(&(f)->page)
#define folio_test_swapcache(f)		PageSwapCache(&(f)->page)

#endif /* MMA_OLD_FOLIO_H */
