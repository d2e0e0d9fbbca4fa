/* SPDX-License-Identifier: GPL-2.0 */
/* describe.h - what the record of a violation says of its mapping and folio, and no rule asks. In a probe, too. */
#ifndef MMA_DESCRIBE_H
#define MMA_DESCRIBE_H

#include "mmaudit.h"

struct mma_hit;
struct vm_area_struct;

/* Sets hit->order and hit->folio. The page-table lock of hit's entry is held. */
void mma_describe_folio(struct mma_hit *hit);
/* What an entry is: enum mma_entry_kind. */
u8 mma_entry_kind(u64 raw, u8 level);
/* vm_flags as letters.h has them. */
u64 mma_letters_of(unsigned long flags);
/* Sets *map from hit->vma and from what mma_describe_folio() has set; all 0 if hit has no mapping. */
void mma_describe(struct mma_map *map, const struct mma_hit *hit);

#endif /* MMA_DESCRIBE_H */
