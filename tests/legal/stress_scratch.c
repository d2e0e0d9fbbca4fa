/* stress_scratch.c - what the stress does to memory of its own, whose contents may go. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include "rows.h"
#include "stress.h"

enum { LEN = 16 * PAGE, ANONYMOUS = MAP_PRIVATE | MAP_ANONYMOUS };

/* MADV_FREE, MADV_DONTNEED, munmap of a part. */
bool scratch_advise(struct worker *w)
{
	size_t len = roll(w, 2) ? 2 * HPAGE : LEN;
	char *p = scratch_map(len, ANONYMOUS, -1);

	if (!p)
		return false;
	if (roll(w, 2))
		madvise(p, len, MADV_HUGEPAGE);
	fill(p, len, 1);
	madvise(p, len, MADV_FREE);
	fill(p, len, 2);
	expect(p, len, 2, "written after MADV_FREE");
	madvise(p + PAGE, 3 * PAGE, MADV_DONTNEED);
	expect(p + PAGE, 3 * PAGE, 0, "after MADV_DONTNEED");
	munmap(p + 5 * PAGE, PAGE);
	expect(p + 6 * PAGE, len - 6 * PAGE, 2, "after munmap");
	munmap(p, len);
	return true;
}

static void ufd_close(struct ufd *u)
{
	close(u->fd);
	free(u);
}

static bool can_protect(bool shared)
{
	static u64 features;

	if (!features)
		features = ufd_features();
	return features & (shared ? UFD_WP_SHMEM : UFFD_FEATURE_PAGEFAULT_FLAG_WP);
}

/* Each page by UFFDIO_COPY, write-protected or not, or by UFFDIO_ZEROPAGE; then written. */
static bool copy_in(struct worker *w, struct ufd *u, char *p, bool protect)
{
	static const char src[PAGE] __attribute__((aligned(PAGE))) = { 1 };
	size_t at;

	for (at = 0; at < LEN; at += PAGE) {
		bool wp = protect && roll(w, 2);

		if (!roll(w, 4)) {
			if (ufd_zeropage(u, p + at, PAGE))
				return false;
			must(peek(p + at) == 0, "after UFFDIO_ZEROPAGE");
			continue;
		}
		if (ufd_copy(u, p + at, src, PAGE, wp ? UFFDIO_COPY_MODE_WP : 0))
			return false;
		must(peek(p + at) == 1, "after UFFDIO_COPY");
	}
	if (protect && roll(w, 2))
		return !ufd_wp(u, p, LEN, true) && !ufd_wp(u, p, LEN, false);
	return !protect || !ufd_wp(u, p, LEN, false);
}

bool scratch_copy(struct worker *w)
{
	bool shared = roll(w, 2), protect = can_protect(shared) && roll(w, 2), ok;
	char *p = scratch_map(LEN, shared ? MAP_SHARED | MAP_ANONYMOUS : ANONYMOUS, -1);
	struct ufd *u;

	if (!p)
		return false;
	u = ufd_open(protect ? UFFD_FEATURE_PAGEFAULT_FLAG_WP : 0);
	ok = !ufd_register(u, p, LEN, UFFDIO_REGISTER_MODE_MISSING | (protect ? UFFDIO_REGISTER_MODE_WP : 0));
	ok = ok && copy_in(w, u, p, protect);
	if (roll(w, 2))
		ufd_unregister(u, p, LEN);
	if (ok) {
		fill(p, LEN, 3);
		expect(p, LEN, 3, "written after userfaultfd filled it");
	}
	ufd_close(u);
	munmap(p, LEN);
	return ok;
}

/* One mapping has the pages, the other gets them by UFFDIO_CONTINUE. */
bool scratch_continue(struct worker *w)
{
	int fd = memfd(LEN, 0);
	char *p = scratch_map(LEN, MAP_SHARED, fd), *q = scratch_map(LEN, MAP_SHARED, fd);
	struct ufd *u = ufd_open(0);
	bool ok = p && q && !ufd_register(u, q, LEN, UFFDIO_REGISTER_MODE_MINOR);

	close(fd);
	if (ok) {
		fill(p, LEN, 1);
		ok = !ufd_continue(u, q, LEN, 0);
	}
	if (ok) {
		fill(roll(w, 2) ? p : q, LEN, 2);
		expect(p, LEN, 2, "of the first mapping");
		expect(q, LEN, 2, "after UFFDIO_CONTINUE");
	}
	ufd_close(u);
	if (p)
		munmap(p, LEN);
	if (q)
		munmap(q, LEN);
	return ok;
}

/* A page shared with a running child does not move. */
bool scratch_move(struct worker *w)
{
	char *src = scratch_map(LEN, ANONYMOUS, -1), *dst = scratch_map(LEN, ANONYMOUS, -1);
	struct ufd *u = ufd_open(0);
	bool ok = src && dst && !ufd_register(u, dst, LEN, UFFDIO_REGISTER_MODE_MISSING);

	if (ok) {
		fill(src, LEN, 1);
		if (roll(w, 2))
			madvise(src, LEN, 21 /* MADV_PAGEOUT */);
		ok = !ufd_move(u, dst, src, LEN);
	}
	if (ok) {
		expect(dst, LEN, 1, "after UFFDIO_MOVE");
		fill(dst, LEN, 2);
	}
	ufd_close(u);
	if (src)
		munmap(src, LEN);
	if (dst)
		munmap(dst, LEN);
	return ok;
}

/* A pipe holds the page, too. */
bool scratch_splice(struct worker *w)
{
	char *p = scratch_map(LEN, ANONYMOUS, -1), back[PAGE];
	struct iovec iov = { p, PAGE };
	int fds[2];
	bool ok;

	if (!p)
		return false;
	must(!pipe2(fds, O_CLOEXEC), "pipe");
	fill(p, LEN, 1);
	ok = vmsplice(fds[1], &iov, 1, 0) == PAGE;
	if (ok) {
		if (roll(w, 2))
			madvise(p, PAGE, 21 /* MADV_PAGEOUT */);
		must(read(fds[0], back, PAGE) == PAGE && back[0] == 1, "of a spliced page");
		poke(p, 2);
	}
	close(fds[0]);
	close(fds[1]);
	munmap(p, LEN);
	return ok;
}
