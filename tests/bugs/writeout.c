/* writeout.c - a write to a shared file mapping of which the file system is not told is lost. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "bugs.h"

/* The disk behind a file, opened past its page cache. */
static int open_disk(int file)
{
	char path[] = "/tmp/disk.XXXXXX";
	struct stat st;
	int fd;

	must(!fstat(file, &st) && mkdtemp(path), "no place for a device node: %s", strerror(errno));
	must(!chdir(path) && !mknod("disk", S_IFBLK | 0600, st.st_dev), "mknod: %s", strerror(errno));
	fd = open("disk", O_RDONLY | O_DIRECT | O_CLOEXEC);
	must(fd >= 0, "cannot open the disk: %s", strerror(errno));
	unlink("disk");
	rmdir(path);
	return fd;
}

/* The first byte of the file as it is on the disk. */
static char on_disk(int file)
{
	char *buf = aligned_alloc(PAGE, PAGE);
	int disk = open_disk(file), size = 0, block = 0;
	off_t at, page;

	must(!ioctl(file, FIGETBSZ, &size) && !ioctl(file, FIBMAP, &block) && block,
	     "FIBMAP: %s", strerror(errno));
	at = (off_t)block * size;
	page = at & -PAGE;
	must(pread(disk, buf, PAGE, page) >= at - page + 1, "read of the disk: %s", strerror(errno));
	close(disk);
	return buf[at - page];
}

/*
 * A file system without ->migrate_folio is migrated by writing the page out: fallback_migrate_folio() ->
 * writeout() (6.1 mm/migrate.c:857) cleans the page while its entries are migration entries, which
 * page_mkclean() does not see, then remove_migration_ptes() makes them writable again.
 */
void migrate_writeout(void)
{
	int fd;
	char *p = map_fs("vfat", RW, MAP_SHARED, &fd), v;
	long faults;

	fsync(fd);
	poke(p, '1');
	move_or_skip(p);
	for (v = '2'; v <= '4'; v++) {
		faults = write_faults(p, v);
		must(!msync(p, PAGE, MS_SYNC) && !fsync(fd), "msync and fsync: %s", strerror(errno));
		if (on_disk(fd) != v)
			lost("msync and fsync succeeded and left '%c' on the disk, not '%c' (the write took %ld faults)",
			     on_disk(fd), v, faults);
	}
}
