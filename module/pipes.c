// SPDX-License-Identifier: GPL-2.0
/*
 * pipes.c - which pages of which process vmsplice() has put into pipes.
 *
 * A count of references does not tell who has them. A process may rightly have some to
 * its own pages: O_DIRECT before 6.5, MSG_ZEROCOPY, its own vmsplice(). They look like
 * those of another process that once shared the page and still reads it. So who filled
 * a pipe is remembered, and whether the pipe still has the page is read from the pipe.
 *
 * Probes of many CPUs use the table without a lock: an entry that one of them writes is
 * passed over by the others.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/pipe_fs_i.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

#include "pipes.h"

#define SET_BITS	6
#define WAYS		8

struct piped {
	const struct pipe_inode_info *pipe;	/* may be freed: see is_there() */
	const struct pipe_buf_operations *ops;
	const struct mm_struct *mm;		/* who put it there; only compared */
	unsigned long pfn;
	unsigned int index;			/* pipe->head by then */
};

struct place {
	unsigned int seq;			/* odd: being written */
	struct piped is;
};

/* A set for the pages of one folio; what does not fit is forgotten. */
static struct place places[1 << SET_BITS][WAYS];
bool mma_pipes_were_used;

/* Before the probe is on: what happened while it was off is not known. */
void mma_pipes_reset(void)
{
	WRITE_ONCE(mma_pipes_were_used, false);
	memset(places, 0, sizeof(places));
}

static bool read_place(const struct place *at, struct piped *is)
{
	unsigned int seq = smp_load_acquire(&at->seq);

	*is = data_race(at->is);
	smp_rmb();
	return !(seq & 1) && READ_ONCE(at->seq) == seq && is->pipe;
}

static void write_place(struct place *at, const struct piped *is)
{
	unsigned int seq = READ_ONCE(at->seq);

	if (seq & 1 || cmpxchg(&at->seq, seq, seq + 1) != seq)
		return;
	at->is = *is;
	smp_store_release(&at->seq, seq + 2);
}

/*
 * Whether the pipe still has the page. It may be gone, and its memory be used for
 * something else, so it is read in a way that cannot fault. A slot that is read or freed
 * loses its ops before the page is released: pipe_buf_release() include/linux/pipe_fs_i.h.
 * Heads only grow, until the ring gets another size: then the page is not found again.
 */
static bool is_there(const struct piped *is)
{
	struct pipe_inode_info pipe;
	struct pipe_buffer buf;

	if (copy_from_kernel_nofault(&pipe, is->pipe, sizeof(pipe)) || !pipe.files ||
	    is->index - pipe.tail >= pipe.head - pipe.tail)
		return false;
	return !copy_from_kernel_nofault(&buf, pipe.bufs + (is->index & (pipe.ring_size - 1)), sizeof(buf)) &&
	       buf.ops == is->ops && page_to_pfn(buf.page) == is->pfn;
}

static struct place *set_of(unsigned long folio)
{
	return places[hash_long(folio, SET_BITS)];
}

static bool same_slot(const struct piped *a, const struct piped *b)
{
	return a->pipe == b->pipe && a->index == b->index;
}

/* Where to remember `is`: over what was in the same slot of the pipe before, else over what no pipe has any more. */
static struct place *place_for(struct place *set, const struct piped *is)
{
	struct place *free = NULL;
	struct piped other;
	int i;

	for (i = 0; i < WAYS; i++) {
		bool taken = read_place(set + i, &other);

		if (taken && same_slot(&other, is))
			return set + i;
		if (!free && !(taken && is_there(&other)))
			free = set + i;
	}
	return free ?: set + is->index % WAYS;
}

/* The pipe is locked and has this buffer. May be preempted: then others pass over its place. */
static void add(const struct pipe_inode_info *pipe, unsigned int index)
{
	const struct pipe_buffer *buf = &pipe->bufs[index & (pipe->ring_size - 1)];
	const struct piped is = {
		.pipe = pipe, .ops = buf->ops, .mm = current->mm, .pfn = page_to_pfn(buf->page), .index = index,
	};

	/* Only pages of vmsplice() and of files can be stolen, and the latter are not anonymous: fs/splice.c:147, :160 (6.1). */
	if (!is.ops || !is.ops->try_steal)
		return;
	write_place(place_for(set_of(folio_pfn(page_folio(buf->page))), &is), &is);
	WRITE_ONCE(mma_pipes_were_used, true);
}

/*
 * Which pipe a task has locked, and where it ended before the task began to fill it. Of two tasks with the same hash the later
 * one has the place; the other is not seen.
 */
struct filling {
	struct task_struct *task;
	const struct pipe_inode_info *pipe;
	unsigned int head;
	bool begun;
};

#define FILLING_BITS	6
#define NEWEST		256	/* pages of one call that are remembered; a pipe has 16, unless somebody asked for more */

static struct filling fillings[1 << FILLING_BITS];

static struct filling *filling_of_current(void)
{
	return &fillings[hash_ptr(current, FILLING_BITS)];
}

void mma_pipes_lock(const struct pipe_inode_info *pipe)
{
	struct filling *f = filling_of_current();

	WRITE_ONCE(f->task, NULL);
	smp_wmb();
	WRITE_ONCE(f->pipe, pipe);
	WRITE_ONCE(f->begun, false);
	smp_store_release(&f->task, current);
}

/* If pipe_unlock() was missed, the pipe may be gone: it is read in a way that cannot fault. */
void mma_pipes_fill(void)
{
	struct filling *f = filling_of_current();
	const struct pipe_inode_info *pipe = READ_ONCE(f->pipe);
	unsigned int head;

	if (likely(smp_load_acquire(&f->task) != current) || READ_ONCE(f->begun) || f->pipe != pipe)
		return;
	if (copy_from_kernel_nofault(&head, &pipe->head, sizeof(head)))
		return;
	WRITE_ONCE(f->head, head);
	smp_wmb();
	WRITE_ONCE(f->begun, true);
}

void mma_pipes_unlock(const struct pipe_inode_info *pipe)
{
	struct filling *f = filling_of_current();
	unsigned int head = READ_ONCE(f->head), i;
	bool filled = READ_ONCE(f->begun) && READ_ONCE(f->pipe) == pipe;

	smp_rmb();
	if (READ_ONCE(f->task) != current)
		return;
	WRITE_ONCE(f->task, NULL);
	if (!filled || pipe->head - head > NEWEST)
		return;
	for (i = head; i != pipe->head; i++)
		add(pipe, i);
}

/* How many of these pages of a folio pipes have, put there by processes that do not have mm. The pages are mapped. */
u32 mma_piped_by_others(unsigned long folio, unsigned long pfn, unsigned long nr, const struct mm_struct *mm)
{
	const struct place *set = set_of(folio);
	struct piped is;
	u32 found = 0;
	int i;

	if (!mma_pipes_used())
		return 0;
	for (i = 0; i < WAYS; i++)
		found += read_place(set + i, &is) && is.mm != mm && is.pfn - pfn < nr && is_there(&is);
	return found;
}
