// SPDX-License-Identifier: GPL-2.0
/*
 * site_pipe.c - handlers of vmsplice(), which puts pages of a process into a pipe: it grants nothing, but somebody else will
 * read them. add_to_pipe() alone would tell it, but it is inlined from 7.2 on. So its callees in other files are probed:
 *
 *	pipe_lock() [which pipe], may wait for room, iov_iter_get_pages2() [where the pipe ends], fills it, pipe_unlock()
 *	[what is there now]: vmsplice_to_pipe(), iter_to_pipe() fs/splice.c (6.1 :1233, :1178; 7.2 :1534, :1442)
 *
 * Between the last two nobody else fills the pipe: pipe->mutex is held.
 */
#include <linux/mm.h>
#include <linux/pipe_fs_i.h>

#include "pipes.h"
#include "probe.h"
#include "stat.h"

/* pipe_lock(pipe): the caller keeps pipe until pipe_unlock(). */
static void pipe_lock_enter(const struct pt_regs *regs)
{
	mma_count_hit(MMA_POINT_PIPE_LOCK);
	mma_pipes_lock((void *)mma_arg(regs, 0));
}
NOKPROBE_SYMBOL(pipe_lock_enter);

/* Between pipe_lock() and pipe_unlock() vmsplice() calls it, and reads of files do (before 6.5), whose pages are not anonymous. */
static void pipe_pages_enter(const struct pt_regs *regs)
{
	mma_count_hit(MMA_POINT_PIPE_PAGES);
	mma_pipes_fill();
}
NOKPROBE_SYMBOL(pipe_pages_enter);

static void old_pipe_pages_enter(const struct pt_regs *regs)
{
	mma_count_hit(MMA_POINT_OLD_PIPE_PAGES);
	mma_pipes_fill();
}
NOKPROBE_SYMBOL(old_pipe_pages_enter);

/* pipe_unlock(pipe): pipe->mutex is held. */
static void pipe_enter(const struct pt_regs *regs)
{
	mma_count_hit(MMA_POINT_PIPE);
	mma_pipes_unlock((void *)mma_arg(regs, 0));
}
NOKPROBE_SYMBOL(pipe_enter);

/* page_cache_pipe_buf_release(pipe, buf): the reference of buf->page is still there. */
static void pipe_release_enter(const struct pt_regs *regs)
{
	const struct pipe_buffer *buf = (void *)mma_arg(regs, 1);

	mma_count_hit(MMA_POINT_PIPE_RELEASE);
	if (mma_pipes_used())
		mma_pipes_release(buf->page);
}
NOKPROBE_SYMBOL(pipe_release_enter);

/* Both reset the table: what was put there before the other one was on may have been given back. */
MMA_ENTRY_PROBE(pipe_release_enter) mma_probe_PIPE_RELEASE = { MMA_ENTRY(pipe_release_enter), .begin = mma_pipes_reset };
MMA_ENTRY_PROBE(pipe_lock_enter) mma_probe_PIPE_LOCK = { MMA_ENTRY(pipe_lock_enter) };
MMA_ENTRY_PROBE(pipe_pages_enter) mma_probe_PIPE_PAGES = { MMA_ENTRY(pipe_pages_enter) };
MMA_ENTRY_PROBE(old_pipe_pages_enter) mma_probe_OLD_PIPE_PAGES = { MMA_ENTRY(old_pipe_pages_enter) };
MMA_ENTRY_PROBE(pipe_enter) mma_probe_PIPE = { MMA_ENTRY(pipe_enter), .begin = mma_pipes_reset };
