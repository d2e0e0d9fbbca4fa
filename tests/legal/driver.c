/* driver.c - entries that drivers make: remap_pfn_range(), vm_insert_page() and its like, files of the kernel's own. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/udmabuf.h>
#include <net/ethernet.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "rows.h"

/* remap_pfn_range(): 6.12 mm/memory.c:2544. The BIOS ROM, so nothing is written. */
void devmem_shared(void)
{
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	char *p;

	if (fd < 0)
		skip("/dev/mem: %s", strerror(errno));
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0xf0000);
	if (p == MAP_FAILED)
		skip("mmap of /dev/mem: %s", strerror(errno));
	must(read_faults(p) == 0, "remap_pfn_range left the entry empty");
}

static char *map_ring(int fd, size_t len)
{
	char *p = mmap(NULL, len, RW, MAP_SHARED, fd, 0);

	must(p != MAP_FAILED, "mmap: %s", strerror(errno));
	return p;
}

/* vm_insert_page() for each page: 6.12 net/packet/af_packet.c:4810 */
void packet_ring(void)
{
	struct tpacket_req ring = { .tp_block_size = 4 * PAGE, .tp_block_nr = 2,
				    .tp_frame_size = PAGE, .tp_frame_nr = 8 };
	int fd = socket(AF_PACKET, SOCK_RAW, 0), i;
	char *p;

	if (fd < 0)
		skip("AF_PACKET: %s", strerror(errno));
	must(!setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)), "PACKET_RX_RING: %s", strerror(errno));
	p = map_ring(fd, 8 * PAGE);
	for (i = 0; i < 8; i++)
		must(write_faults(p + i * PAGE, 0) == 0, "page %d of the ring came by a fault", i);
}

static int packet_socket(void)
{
	struct tpacket_req ring = { .tp_block_size = PAGE, .tp_block_nr = 1, .tp_frame_size = PAGE, .tp_frame_nr = 1 };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0)
		skip("AF_PACKET: %s", strerror(errno));
	must(!setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)), "PACKET_RX_RING: %s", strerror(errno));
	return fd;
}

/* clear_refs walks a driver's pages like all others; it passes over VM_PFNMAP alone: 6.12 fs/proc/task_mmu.c:1533 */
void packet_ring_tracked(void)
{
	char *p = map_ring(packet_socket(), PAGE);

	clear_refs();
	must(!soft_dirty(p), "clear_refs left the ring soft-dirty");
	must(write_faults(p, 1) == 1 && soft_dirty(p), "a write to the ring");
	protect_and_back(p, PAGE);
	must(soft_dirty(p), "mprotect");
	poke(p, 2);
}

/* A private mapping of a driver's page: COW as of a file. */
void packet_ring_private(void)
{
	int fd = packet_socket();
	char *ring = map_ring(fd, PAGE), *p = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0), old = peek(ring + 1);

	must(p != MAP_FAILED, "mmap: %s", strerror(errno));
	must(read_faults(p + 1) == 0 && write_faults(p + 1, old + 1) == 1, "a write to the private ring");
	must(peek(ring + 1) == old, "the private write is seen in the ring");
	clear_refs();
	must(write_faults(p + 1, old + 2) == tracks(), "a write after clear_refs");
	must_sd(p, true, "a write after clear_refs is not soft-dirty");
}

/* clear_refs leaves these entries writable, and pagemap never calls them soft-dirty. */
void devmem_tracked(void)
{
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	char *p;

	if (fd < 0)
		skip("/dev/mem: %s", strerror(errno));
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0xf0000);
	if (p == MAP_FAILED)
		skip("mmap of /dev/mem: %s", strerror(errno));
	clear_refs();
	must(!soft_dirty(p), "pagemap shows a frame");
	protect_and_back(p, PAGE);
	(void)peek(p);
}

/* vm_insert_pages(), 6.12 io_uring/memmap.c:244, or remap_pfn_range(), 5.10 io_uring/io_uring.c:9831 */
void uring_ring(void)
{
	struct io_uring_params params = { 0 };
	int fd = syscall(SYS_io_uring_setup, 8, &params);

	must(fd >= 0, "io_uring_setup: %s", strerror(errno));
	must(read_faults(map_ring(fd, PAGE)) == 0, "the ring came by a fault");
}

/* Only the first page may be written, once its driver was told; 7.x maps them all in mmap(): 7.3 kernel/events/core.c:7227 */
void perf_ring(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
					.config = PERF_COUNT_SW_DUMMY, .disabled = 1 };
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	char *p;

	must(fd >= 0, "perf_event_open: %s", strerror(errno));
	p = map_ring(fd, 5 * PAGE);
	must(write_faults(p + PAGE / 2, 0) >= 1 && write_faults(p + PAGE / 2, 0) == 0, "the first page");
	read_faults(p + PAGE);
}

/* COW of a page without struct page: 6.12 mm/memory.c:3410 */
void devmem_private(void)
{
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	char *p, c;

	if (fd < 0)
		skip("/dev/mem: %s", strerror(errno));
	p = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0xf0000);
	if (p == MAP_FAILED)
		skip("mmap of /dev/mem: %s", strerror(errno));
	c = peek(p + 1);
	must(write_faults(p, 1) >= 1 && peek(p) == 1 && peek(p + 1) == c, "private copy of the ROM");
}

/* vmf_insert_pfn() with the write bit of vm_page_prot: 6.12 drivers/dma-buf/udmabuf.c:41, mm/memory.c:2343 */
void insert_pfn(void)
{
	int device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), fd = memfd(PAGE, 2 /* MFD_ALLOW_SEALING */), buffer;
	struct udmabuf_create create = { .memfd = fd, .flags = UDMABUF_FLAGS_CLOEXEC, .size = PAGE };
	char *p;

	if (device < 0)
		absent("no /dev/udmabuf (CONFIG_UDMABUF)");
	must(pwrite(fd, "7", 1, 0) == 1 && !fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), "memfd: %s", strerror(errno));
	buffer = ioctl(device, UDMABUF_CREATE, &create);
	must(buffer >= 0, "UDMABUF_CREATE: %s", strerror(errno));
	p = map_ring(buffer, PAGE);
	must(peek(p) == '7' && write_faults(p, '8') == 0, "a driver's entry");
	must(in_file(fd) == '8', "write lost");
}

/* Pages nobody else can reach; faulted in by a driver of its own. */
void secretmem(void)
{
	int fd = syscall(447 /* memfd_secret */, 0);
	char *p;

	if (fd < 0)
		lacks(6, 5, "no memfd_secret (6.5, before that secretmem.enable=1)");
	must(!ftruncate(fd, PAGE), "ftruncate: %s", strerror(errno));
	p = map_ring(fd, PAGE);
	must(write_faults(p, 1) >= 1 && write_faults(p, 2) == 0 && peek(p) == 2, "write");
}

void ring_io_uring(void)
{
	struct io_uring_params params = { 0 };
	int fd = syscall(SYS_io_uring_setup, 4, &params);
	char *sq;

	must(fd >= 0, "io_uring_setup: %s", strerror(errno));
	sq = map_ring(fd, PAGE);		/* IORING_OFF_SQ_RING is 0 */
	must(*(volatile unsigned int *)(sq + params.sq_off.ring_entries) == params.sq_entries, "contents");
	must(write_faults(sq + params.sq_off.tail, 0) == 0, "the ring is not writable");
}

void ring_perf(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_DUMMY, .size = sizeof(attr),
	};
	int fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
	struct perf_event_mmap_page *page;

	if (fd < 0)
		skip("perf_event_open: %s", strerror(errno));
	page = (struct perf_event_mmap_page *)map_ring(fd, 2 * PAGE);
	must(page->data_size == PAGE, "contents");
	must(write_faults((char *)&page->data_tail, 0) <= 1, "the control page");
}

void ring_packet(void)
{
	struct tpacket_req req = {
		.tp_block_size = PAGE, .tp_block_nr = 1, .tp_frame_size = 2048, .tp_frame_nr = 2,
	};
	int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
	char *p;

	if (fd < 0)
		skip("AF_PACKET: %s", strerror(errno));
	must(!setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof(req)), "PACKET_RX_RING: %s", strerror(errno));
	p = map_ring(fd, PAGE);
	must(write_faults(p + PAGE - 1, 1) == 0 && peek(p + PAGE - 1) == 1, "the ring is not writable");
}

/* aio keeps its ring in a file of its own, which migrates: aio_migrate_folio() */
void ring_aio(void)
{
	aio_context_t ctx = 0;
	char *ring;
	unsigned int magic;

	must(!syscall(SYS_io_setup, 4, &ctx), "io_setup: %s", strerror(errno));
	ring = (char *)ctx;
	magic = *(unsigned int *)(ring + 16);
	move_away(ring);
	must(*(unsigned int *)(ring + 16) == magic, "migration damaged the ring");
	must(!syscall(SYS_io_destroy, ctx), "io_destroy: %s", strerror(errno));
}
