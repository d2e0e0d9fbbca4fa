// SPDX-License-Identifier: GPL-2.0
/*
 * pipes.c - which pages of which process vmsplice() has put into pipes.
 *
 * A count of references does not tell who has them. A process may rightly have some to
 * its own pages: O_DIRECT before 6.5, MSG_ZEROCOPY, its own vmsplice(). They look like
 * those of another process that once shared the page and still reads it. So who filled
 * a pipe is remembered until a pipe gives the page back.
 *
 * page_cache_pipe_buf_release() is called before the reference goes, and whoever reuses
 * a page looks at its references afterwards. So a page that is remembered has the
 * reference still: both take the set's lock, and dropping the last but one reference is a
 * full barrier. A page that was copied to a second pipe by tee() is forgotten with the
 * first of the two.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/pipe_fs_i.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>

#include "pipes.h"
#include "stat.h"

#define SET_BITS	6
#define WAYS		16
#define TRIES		256			/* how often a probe tries to get a lock, which nobody holds for long */

struct piped {
	const struct mm_struct *mm;		/* who put it there; only compared. NULL: free */
	unsigned long pfn;
};

/*
 * The pages of a folio are in one set. A folio stays one as long as a pipe has a page of
 * it: who splits it must have the last reference, can_split_folio() mm/huge_memory.c:3599,
 * folio_ref_freeze() :3621 (6.12). What does not fit is not seen.
 */
static struct set {
	raw_spinlock_t lock;			/* nothing that is probed is called under it */
	struct piped at[WAYS];
} sets[1 << SET_BITS] = { [0 ... (1 << SET_BITS) - 1] = { .lock = __RAW_SPIN_LOCK_UNLOCKED(sets) } };

bool mma_pipes_were_used;
static bool lost;				/* a page may be remembered that its pipe has given back */

static void give_up(void)
{
	mma_count_event(MMA_PIPED_LOST);
	WRITE_ONCE(lost, true);
}

static bool take(raw_spinlock_t *lock)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		if (raw_spin_trylock(lock))
			return true;
		cpu_relax();
	}
	return false;
}

static struct set *set_of(unsigned long folio)
{
	return &sets[hash_long(folio, SET_BITS)];
}

static unsigned long folio_of(struct page *page)
{
	return folio_pfn(page_folio(page));
}

/* The pipe is locked and has this page. */
static void remember(struct page *page)
{
	struct set *set = set_of(folio_of(page));
	struct piped *at;

	if (!take(&set->lock)) {
		mma_count_event(MMA_PIPED_LOST);
		return;
	}
	for (at = set->at; at < set->at + WAYS - 1 && at->mm; at++)
		;
	mma_count_events(MMA_PIPED_LOST, !!at->mm);	/* the last one gives way */
	*at = (struct piped){ current->mm, page_to_pfn(page) };
	WRITE_ONCE(mma_pipes_were_used, true);
	raw_spin_unlock(&set->lock);
}

/* The caller has a reference to page. */
void mma_pipes_release(struct page *page)
{
	const unsigned long pfn = page_to_pfn(page);
	struct set *set = set_of(folio_of(page));
	struct piped *at;

	if (!take(&set->lock)) {
		give_up();
		return;
	}
	for (at = set->at; at < set->at + WAYS; at++)
		if (at->pfn == pfn)
			*at = (struct piped){ };
	raw_spin_unlock(&set->lock);
}

/*
 * How many of these pages of a folio pipes have, put there by processes that do not have
 * mm. The pages are mapped. That is so only as long as no call was missed: mma_check_pipes().
 */
u32 mma_piped_by_others(unsigned long folio, unsigned long pfn, unsigned long nr, const struct mm_struct *mm)
{
	struct set *set = set_of(folio);
	const struct piped *at;
	u32 found = 0;

	if (!mma_pipes_used() || READ_ONCE(lost) || !take(&set->lock))
		return 0;
	for (at = set->at; at < set->at + WAYS; at++)
		found += at->mm && at->mm != mm && at->pfn - pfn < nr;
	raw_spin_unlock(&set->lock);
	return found;
}

/* ---- who fills which pipe ---- */

#define FILLING_BITS	6

/*
 * Which pipe a task has locked, and where it ended before the task began to fill it. Of
 * two tasks with the same hash the later one has the place; the other is not seen.
 */
static struct filling {
	raw_spinlock_t lock;			/* nothing that is probed is called under it */
	struct task_struct *task;		/* NULL: none */
	const struct pipe_inode_info *pipe;
	unsigned int head;
	bool begun;
} fillings[1 << FILLING_BITS] = { [0 ... (1 << FILLING_BITS) - 1] = { .lock = __RAW_SPIN_LOCK_UNLOCKED(fillings) } };

static struct filling *filling_of_current(void)
{
	return &fillings[hash_ptr(current, FILLING_BITS)];
}

void mma_pipes_lock(const struct pipe_inode_info *pipe)
{
	struct filling *f = filling_of_current();

	if (!take(&f->lock)) {
		mma_count_event(MMA_PIPED_LOST);	/* what this task may put there is not seen */
		return;
	}
	if (f->begun && f->task && f->task != current)
		mma_count_event(MMA_PIPED_LOST);
	f->task = current;
	f->pipe = pipe;
	f->begun = false;
	raw_spin_unlock(&f->lock);
}

/*
 * If pipe_unlock() was missed, the pipe may be gone: it is read in a way that cannot
 * fault. It came from the kernel's own allocator, and whatever is there now is memory.
 */
void mma_pipes_fill(void)
{
	struct filling *f = filling_of_current();

	if (likely(READ_ONCE(f->task) != current))
		return;
	if (!take(&f->lock)) {
		mma_count_event(MMA_PIPED_LOST);
		return;
	}
	if (f->task == current && !f->begun)
		f->begun = !copy_from_kernel_nofault(&f->head, &f->pipe->head, sizeof(f->head));
	raw_spin_unlock(&f->lock);
}

/* Returns whether the current task has filled this pipe, and from where on. It does so no more. */
static bool end_filling(const struct pipe_inode_info *pipe, unsigned int *head)
{
	struct filling *f = filling_of_current();
	bool filled;

	if (READ_ONCE(f->task) != current)
		return false;
	if (!take(&f->lock)) {
		give_up();			/* what it says is of a pipe that is not locked any more */
		return false;
	}
	filled = f->task == current && f->begun && f->pipe == pipe;
	*head = f->head;
	if (f->task == current)
		f->task = NULL;
	raw_spin_unlock(&f->lock);
	return filled;
}

/* Only pages of vmsplice() and of files can be stolen: fs/splice.c:141, :157 (6.1). */
static bool is_spliced_memory(const struct pipe_buffer *buf)
{
	return buf->ops && buf->ops->try_steal && PageAnon(compound_head(buf->page));
}

void mma_pipes_unlock(const struct pipe_inode_info *pipe)
{
	const struct pipe_buffer *buf;
	unsigned int head, left = MMA_PIPES_FIRST;

	if (likely(!end_filling(pipe, &head)))
		return;
	for (; head != pipe->head && left--; head++) {
		buf = &pipe->bufs[head & (pipe->ring_size - 1)];
		if (is_spliced_memory(buf))
			remember(buf->page);
	}
	mma_count_events(MMA_PIPED_LOST, pipe->head - head);
}

static void forget_set(struct set *set)
{
	raw_spin_lock(&set->lock);
	memset(set->at, 0, sizeof(set->at));
	raw_spin_unlock(&set->lock);
}

static void forget_filling(struct filling *f)
{
	raw_spin_lock(&f->lock);
	f->task = NULL;
	raw_spin_unlock(&f->lock);
}

/* When the probes are armed: what happened while they were off is not known. In process context. */
void mma_pipes_reset(void)
{
	int i;

	WRITE_ONCE(mma_pipes_were_used, false);
	for (i = 0; i < 1 << FILLING_BITS; i++)
		forget_filling(&fillings[i]);
	for (i = 0; i < 1 << SET_BITS; i++)
		forget_set(&sets[i]);
	WRITE_ONCE(lost, false);
}
