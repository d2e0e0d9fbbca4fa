/* truth.c - rows about calls that do less, or more, than their name says: the history must say what was done. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <linux/userfaultfd.h>
#include <unistd.h>

#include "kit.h"
#include "rings.h"
#include "truth.h"

static void map_at(char *p, size_t len)
{
	must(mmap(p, len, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p, "mmap: %s", strerror(errno));
	madvise(p, len, MADV_NOHUGEPAGE);		/* as map_anon() has */
}

/* mremap() fills the hole between two mappings: they become one, and what was behind the hole was mapped all the time. */
void three_merged(void)
{
	char *p = map_anon(6 * PAGE), *behind = p + 2 * PAGE;

	munmap(p + PAGE, 5 * PAGE);
	clear_refs();
	map_at(behind, PAGE);
	rings_open(MMA_HISTORY_TRACKED);
	must(mremap(p, PAGE, 2 * PAGE, 0) == p, "mremap: %s", strerror(errno));
	must_see(MMA_EVENT_GROWN, MMA_EV_NO_SITE, p + PAGE);
	must_not_see(MMA_EVENT_GROWN, MMA_EV_NO_SITE, behind);
	if (smaps_kb(p, "Size") == 2 * PAGE / 1024)
		lacks(6, 1, "mremap() does not merge what it grows to (6.1)");
	must_see(MMA_EVENT_MERGED, MMA_EV_NO_SITE, behind, .was = MMA_EV_VM_SOFTDIRTY);
}

/* madvise() stores the flags of the mapping that it was called for in both, after the merge. Only that one is tracked. */
void merged_by_madvise(void)
{
	char *p = map_anon(2 * PAGE), *tracked = p + PAGE;

	munmap(p, PAGE);
	madvise(tracked, PAGE, MADV_SEQUENTIAL);
	clear_refs();
	map_at(p, PAGE);
	rings_open(MMA_HISTORY_TRACKED);
	must(!madvise(tracked, PAGE, MADV_NORMAL), "madvise: %s", strerror(errno));
	must_see(MMA_EVENT_MERGED, MMA_EV_NO_SITE, tracked, .was_not = MMA_EV_VM_SOFTDIRTY);
}

/* A hole in a file leaves the copies that a private mapping has made; in one that has made none, its pages go. */
void file_cut(void)
{
	int fd = memfd(2 * PAGE, 0);
	char *copied = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0), *shared = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);

	must(copied != MAP_FAILED && shared != MAP_FAILED, "mmap: %s", strerror(errno));
	poke(copied, 7);
	poke(shared, 1);
	rings_open(MMA_HISTORY_ALL);
	must(!fallocate(fd, 3 /* PUNCH_HOLE | KEEP_SIZE */, 0, PAGE), "fallocate: %s", strerror(errno));
	must(peek(copied) == 7, "the copy is gone");
	must_not_see(MMA_EVENT_ZAPPED, MMA_EV_NO_SITE, copied);
	must_see(MMA_EVENT_ZAPPED, MMA_EV_NO_SITE, shared);
}

/* Fork copies no entries that a fault brings again. */
void fork_shared(void)
{
	struct mma_history h = { 0 };
	struct child child;
	char *p = map_shared(PAGE), *q = map_anon(PAGE);

	poke(p, 1);
	poke(q, 1);
	rings_open(MMA_HISTORY_ALL);
	child = fork_idle();
	h.pid = child.pid;
	must(!rings_ask(&h), "the child's address space is not found");
	must_not_see(MMA_EVENT_COPIED, MMA_SITE_FORK, p, .mm = h.mm);
	must_see(MMA_EVENT_COPIED, MMA_SITE_FORK, q, .mm = h.mm);
	release(child);
}

/* vm_page_prot follows vm_flags only after the event: so it says nothing of PROT_WRITE. */
void prot_of_cleared(void)
{
	char *p = map_shared(PAGE);

	poke(p, 1);
	rings_open(MMA_HISTORY_ALL);
	clear_refs();
	must_see(MMA_EVENT_MAP, MMA_EV_NO_SITE, p, .is = MMA_EV_VM_WRITE, .is_not = MMA_EV_VM_SOFTDIRTY);
	must_not_see(MMA_EVENT_MAP, MMA_EV_NO_SITE, p, .is = MMA_EV_VM_PROT_WRITE);
}

#define SCAN_WP	1	/* PM_SCAN_WP_MATCHING */
#define WRITTEN	2	/* PAGE_IS_WRITTEN */

static void scan(char *p, size_t len, u64 flags)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	u64 regions[3 * 8];
	struct { u64 size, flags, start, end, walk_end, vec, vec_len, max_pages, inverted, mask, anyof, ret; } arg = {
		.size = sizeof(arg), .flags = flags, .start = (u64)p, .end = (u64)p + len, .vec = (u64)regions, .vec_len = 8,
		.mask = WRITTEN, .ret = WRITTEN,
	};

	must(ioctl(fd, _IOWR('f', 16, arg), &arg) >= 0, "PAGEMAP_SCAN: %s", strerror(errno));
	close(fd);
}

/* PAGEMAP_SCAN protects only if it is asked to. */
void scan_reads(void)
{
	char *p = map_anon(8 * PAGE);

	fill(p, 8 * PAGE, 1);
	ufd_watch(p, 8 * PAGE, UFD_WP_ASYNC | UFD_WP_UNPOPULATED, UFFDIO_REGISTER_MODE_WP);
	rings_open(MMA_HISTORY_TRACKED);
	scan(p, 8 * PAGE, 0);
	must_not_see(MMA_EVENT_RANGE, MMA_SITE_UFFD_WP, p);
	scan(p, 8 * PAGE, SCAN_WP);
	must(uffd_wp(p), "not protected");
	must_see(MMA_EVENT_RANGE, MMA_SITE_UFFD_WP, p, .is = MMA_F_PTE_UFFD_WP);
}

static pid_t fork_and_write(char *p)
{
	pid_t pid = fork_row();
	int status;

	if (!pid) {
		fill(p, HPAGE, 5);
		raise(SIGSTOP);
		leave();
	}
	waitpid(pid, &status, WUNTRACED);
	return pid;
}

/* The rmap leads to each process that may map a folio, also to one that has other pages there by now. */
void folio_elsewhere(void)
{
	char *p = huge(), *ours = p + 8 * PAGE;
	struct mma_history h = { 0 };
	pid_t pid = fork_and_write(p);

	protect(p, PAGE, PROT_READ);			/* small entries */
	rings_open(MMA_HISTORY_ALL);
	h.pid = pid;
	must(!rings_ask(&h), "the child's address space is not found");
	move_or_skip(ours);
	must_not_see(MMA_EVENT_RANGE, MMA_SITE_UNMAP, ours, .mm = h.mm);
	must_not_see(MMA_EVENT_RANGE, MMA_SITE_MIGRATION, ours, .mm = h.mm);
	kill(pid, SIGCONT);
	join(pid);
}
