/* uffd_async.c - asynchronous write protection and PAGEMAP_SCAN (6.7): the write fault resolves itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

#define WP		UFFDIO_REGISTER_MODE_WP

struct scan_arg {
	u64 size, flags, start, end, walk_end, vec, vec_len, max_pages;
	u64 inverted, mask, anyof_mask, return_mask;
};

struct region {
	u64 start, end, categories;
};

enum { SCAN_WP_MATCHING = 1, SCAN_CHECK_WPASYNC = 2, PAGE_IS_WRITTEN = 2 };

/* The number of regions written since the last call with SCAN_WP_MATCHING. */
static int written(char *p, size_t len, u64 flags)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC), n;
	struct region regions[8];
	struct scan_arg arg = {
		.size = sizeof(arg), .flags = flags, .start = (uintptr_t)p, .end = (uintptr_t)p + len,
		.vec = (uintptr_t)regions, .vec_len = 8, .mask = PAGE_IS_WRITTEN, .return_mask = PAGE_IS_WRITTEN,
	};

	n = ioctl(fd, _IOWR('f', 16, struct scan_arg), &arg);
	must(n >= 0, "PAGEMAP_SCAN: %s", strerror(errno));
	close(fd);
	return n;
}

/* The write fault itself clears the bit and goes on: 6.12 mm/memory.c:3674 */
static void async(char *p)
{
	struct ufd *u;

	fill(p, 3 * PAGE, 1);
	u = ufd_watch(p, 3 * PAGE, UFD_WP_ASYNC | UFD_WP_UNPOPULATED, WP);
	must(written(p, 3 * PAGE, SCAN_WP_MATCHING | SCAN_CHECK_WPASYNC) == 1, "all is written at first");
	must_wp(p, true);
	must(written(p, 3 * PAGE, 0) == 0, "written though protected");
	must(write_faults(p + PAGE, 2) >= 1 && peek(p + PAGE) == 2, "asynchronous write");
	must(!uffd_wp(p + PAGE) && uffd_wp(p), "the wrong entry was un-protected");
	must(written(p, 3 * PAGE, SCAN_WP_MATCHING) == 1, "the write was not recorded");
	must(written(p, 3 * PAGE, 0) == 0 && write_faults(p + PAGE, 3) >= 1, "the scan did not protect again");
	must(!ufd_unregister(u, p, 3 * PAGE), "UFFDIO_UNREGISTER");
	fill(p, 3 * PAGE, 4);
}

void uffd_async_anon(void)	{ async(map_anon(3 * PAGE)); }
void uffd_async_shmem(void)	{ async(map_shared(3 * PAGE)); }

void uffd_async_ext4(void)
{
	async(map_at_guard(3 * PAGE, RW, MAP_SHARED, temp_file(dir_of("ext4"), 3 * PAGE), 0, 0));
}

void uffd_async_thp(void)
{
	char *p = map_thp(HPAGE);
	struct ufd *u;

	poke(p, 1);
	if (!has_thp(p))
		skip("no huge page");
	u = ufd_watch(p, HPAGE, UFD_WP_ASYNC | UFD_WP_UNPOPULATED, WP);
	ufd_protect(u, p, HPAGE);
	must(uffd_wp(p) && uffd_wp(p + HPAGE - PAGE), "not protected");
	poke(p + PAGE, 2);
	must(peek(p) == 1 && peek(p + PAGE) == 2 && !uffd_wp(p + PAGE), "asynchronous write to a huge page");
}
