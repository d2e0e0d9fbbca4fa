/* file.c - entries of files, shared and private, of DAX, and of what drivers map. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <linux/userfaultfd.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "would.h"

static struct made of(char *p)
{
	return (struct made){ p, NULL };
}

static char *read_first(char *p, char v)
{
	must(peek(p) == v, "contents");
	return p;
}

static char *ext4(int flags)
{
	return map_fs("ext4", RW, flags, NULL);
}

struct made ext4_private(void)
{
	return of(read_first(ext4(MAP_PRIVATE), 'f'));
}

/* Its copy of the file's page, which only it has. */
struct made ext4_private_own(void)
{
	char *p = ext4(MAP_PRIVATE);

	poke(p, 1);
	lru_drain();
	write_protect(p);
	return of(p);
}

static void synced(int fd)
{
	must(!fsync(fd), "fsync: %s", strerror(errno));
}

/* Read before it was ever written. */
static char *clean(const char *fs)
{
	int fd;
	char *p = map_fs(fs, RW, MAP_SHARED, &fd);

	synced(fd);
	return read_first(p, 'f');
}

struct made ext4_clean(void)	{ return of(clean("ext4")); }
struct made vfat_clean(void)	{ return of(clean("vfat")); }
struct made dax_clean(void)	{ return of(clean("dax")); }

/* Written, and written back. */
static char *cleaned(const char *fs)
{
	char *p = map_fs(fs, RW, MAP_SHARED, NULL);

	poke(p, 1);
	sync_page(p);
	return p;
}

struct made ext4_cleaned(void)	{ return of(cleaned("ext4")); }
struct made dax_cleaned(void)	{ return of(cleaned("dax")); }

/* write(2) makes the page dirty, not the entry. */
struct made ext4_dirty(void)
{
	int fd;
	char *p = map_fs("ext4", RW, MAP_SHARED, &fd);

	synced(fd);
	must(pwrite(fd, "d", 1, 0) == 1, "pwrite: %s", strerror(errno));
	return of(read_first(p, 'd'));
}

struct made ext4_readonly(void)
{
	return of(read_first(map_fs("ext4", PROT_READ, MAP_SHARED, NULL), 'f'));
}

/*
 * Read-only by clear_refs; or where that does nothing by a read while userfaultfd may protect the mapping, and whoever lets it
 * go gives no entry back that is not dirty: can_change_pte_writable() 6.12 mm/mprotect.c:83.
 */
struct made shmem_tracked(void)
{
	char *p = map_shared(PAGE);
	struct ufd *u;

	poke(p, 1);
	clear_refs();
	if (!tracks()) {
		if (!(ufd_features() & UFD_WP_SHMEM))
			absent("nothing takes the write bit and leaves no mark");
		must(!madvise(p, PAGE, MADV_DONTNEED), "MADV_DONTNEED: %s", strerror(errno));
		u = ufd_watch(p, PAGE, UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFD_WP_SHMEM, UFFDIO_REGISTER_MODE_WP);
		read_first(p, 1);
		must(!ufd_unregister(u, p, PAGE), "UFFDIO_UNREGISTER");
	}
	return of(p);
}

struct made shmem_private(void)
{
	return of(read_first(map_private_shmem(), 0));
}

struct made shmem_huge(void)
{
	char *p = huge_shmem();

	clear_refs();
	return of(p);
}

struct made dax_private(void)
{
	return of(read_first(map_fs("dax", RW, MAP_PRIVATE, NULL), 'f'));
}

struct made dax_huge(void)
{
	int fd;
	char *p = map_dax_huge(&fd);

	synced(fd);
	return of(p);
}

/* ---- drivers ---- */

static char *ring(int fd, int flags)
{
	struct tpacket_req req = { .tp_block_size = PAGE, .tp_block_nr = 1, .tp_frame_size = PAGE, .tp_frame_nr = 1 };
	char *p;

	must(!setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)), "PACKET_RX_RING: %s", strerror(errno));
	p = mmap(NULL, PAGE, RW, flags, fd, 0);
	must(p != MAP_FAILED, "mmap: %s", strerror(errno));
	return p;
}

static int packet_socket(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0)
		skip("AF_PACKET: %s", strerror(errno));
	return fd;
}

/* Pages that a driver has, mapped by vm_insert_page(). */
struct made ring_tracked(void)
{
	char *p = ring(packet_socket(), MAP_SHARED);

	clear_refs();
	return of(p);
}

struct made ring_private(void)
{
	return of(ring(packet_socket(), MAP_PRIVATE));
}

/* Frames without a page that the mapping could count: the BIOS ROM. */
struct made devmem_private(void)
{
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	char *p = fd < 0 ? MAP_FAILED : mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0xf0000);

	if (p == MAP_FAILED)
		skip("/dev/mem: %s", strerror(errno));
	(void)peek(p);
	return of(p);
}
