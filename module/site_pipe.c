// SPDX-License-Identifier: GPL-2.0
/* site_pipe.c - handler of vmsplice(), which puts pages of a process into a pipe: it grants nothing, but somebody else will read them. */
#include <linux/mm.h>
#include <linux/pipe_fs_i.h>

#include "pipes.h"
#include "probe.h"
#include "stat.h"

/*
 * add_to_pipe(pipe, buf): pipe->mutex is held, and the reference of buf->page. fuse calls
 * it, too, for pages of other processes; only those of vmsplice() can be stolen:
 * user_page_pipe_buf_ops, fs/splice.c:158 (6.12).
 */
static void pipe_enter(const struct pt_regs *regs)
{
	const struct pipe_inode_info *pipe = (void *)mma_arg(regs, 0);
	const struct pipe_buffer *buf = (void *)mma_arg(regs, 1);

	mma_count_hit(MMA_POINT_PIPE);
	if (buf->ops->try_steal && pipe->readers && !pipe_full(pipe->head, pipe->tail, pipe->max_usage))
		mma_pipes_add(pipe, buf);
}
NOKPROBE_SYMBOL(pipe_enter);

MMA_ENTRY_PROBE(pipe_enter) mma_probe_PIPE = { MMA_ENTRY(pipe_enter), .begin = mma_pipes_reset };
