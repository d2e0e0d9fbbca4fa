/* SPDX-License-Identifier: GPL-2.0 */
/* pipes.h - which pages of which process vmsplice() has put into pipes. */
#ifndef MMA_PIPES_H
#define MMA_PIPES_H

#include <linux/compiler.h>
#include <linux/types.h>

#define MMA_PIPES_FIRST		256	/* pages of one call that are looked at; a pipe has 16, unless somebody asked for more */

struct mm_struct;
struct page;
struct pipe_inode_info;

/* Whether vmsplice() has put anything into a pipe since the probe is on. */
extern bool mma_pipes_were_used;
static inline bool mma_pipes_used(void)
{
	return READ_ONCE(mma_pipes_were_used);
}

void mma_pipes_reset(void);

/* The current task locks a pipe, puts its own pages into it, and unlocks it. */
void mma_pipes_lock(const struct pipe_inode_info *pipe);
void mma_pipes_fill(void);
void mma_pipes_unlock(const struct pipe_inode_info *pipe);

/* A pipe is about to give page back. */
void mma_pipes_release(struct page *page);

u32 mma_piped_by_others(unsigned long folio, unsigned long pfn, unsigned long nr, const struct mm_struct *mm);

#endif /* MMA_PIPES_H */
