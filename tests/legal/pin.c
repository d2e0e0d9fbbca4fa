/* pin.c - pages pinned for a device (FOLL_PIN | FOLL_LONGTERM), here by io_uring; and rings the kernel maps. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/if_packet.h>
#include <linux/perf_event.h>
#include <linux/io_uring.h>
#include <net/ethernet.h>
#include <arpa/inet.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include "rows.h"

/* Fork copies a pinned page for the child at once and leaves the parent's entry writable: 6.12 mm/memory.c:942 */
void fork_pinned(void)
{
	struct gate turn = gate_make();
	char *p = map_anon(PAGE);
	pid_t pid;
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	pid = fork_row();
	if (!pid) {
		must(pfn(p) != old && peek(p) == 1, "the child has the pinned page");
		gate_wait(turn);
		must(peek(p) == 1, "the parent's write is seen in the child");
		must(write_faults(p, 3) == 0, "the child's copy is read-only");
		leave();
	}
	must(write_faults(p, 2) == 0 && pfn(p) == old, "fork took a pinned page from its owner");
	gate_open(turn);
	join(pid);
	must(peek(p) == 2, "the child's write is seen in the parent");
}

/* A pin after fork must first break COW. */
void pin_after_fork(void)
{
	struct gate turn = gate_make();
	char *p = map_anon(PAGE);
	pid_t pid;
	u64 old;

	poke(p, 1);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		must(peek(p) == 1, "the parent's write is seen in the child");
		leave();
	}
	old = pfn(p);
	pin_page(p);
	must(pfn(p) != old, "a page of two processes was pinned for writing");
	old = pfn(p);
	poke(p, 2);
	must(pfn(p) == old, "a pinned page was replaced");
	gate_open(turn);
	join(pid);
}

/* clear_soft_dirty() spares pinned pages: they stay writable and soft-dirty, 6.12 fs/proc/task_mmu.c:1396 */
void pin_clear_refs(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	clear_refs();
	must(soft_dirty(p), "clear_refs made a pinned page look clean");
	must(write_faults(p, 2) == 0 && pfn(p) == old, "clear_refs protected a pinned page");
}

/* But not those mapped read-only, so clear_soft_dirty_pmd() need not, either: 6.12 fs/proc/task_mmu.c:1393 */
void pin_clear_refs_readonly(void)
{
	char *small = map_anon(PAGE), *large = huge();

	poke(small, 1);
	pin_page(small);
	pin_page(large);
	must(!mprotect(small, PAGE, PROT_READ) && !mprotect(large, HPAGE, PROT_READ), "mprotect: %s", strerror(errno));
	must(soft_dirty(small) && soft_dirty(large) && has_thp(large), "not soft-dirty before clear_refs");
	clear_refs();
	must(!soft_dirty(small) && !soft_dirty(large), "clear_refs spared a page that is mapped read-only");
}

void pin_mprotect(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	if (!since(5, 19))
		absent("this kernel has the bug mprotect-pinned");
	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	must(!mprotect(p, PAGE, PROT_READ) && !mprotect(p, PAGE, RW), "mprotect: %s", strerror(errno));
	poke(p, 2);
	must(pfn(p) == old, "a pinned page was replaced");
}

/* As many references as a small page has that is pinned once: GUP_PIN_COUNTING_BIAS, include/linux/mm.h:1908 (6.12) */
static void take_references(char *p, int wanted)
{
	struct iovec same[256];
	int pipes[2], i, taken = 0;

	for (i = 0; i < 256; i++)
		same[i] = (struct iovec){ p, 1 };
	while (taken < wanted) {
		must(!pipe(pipes) && fcntl(pipes[1], F_SETPIPE_SZ, 256 * PAGE) > 0, "pipe: %s", strerror(errno));
		i = vmsplice(pipes[1], same, 256, SPLICE_F_NONBLOCK);
		must(i > 0, "vmsplice: %s", strerror(errno));
		taken += i;
	}
}

/* A process that once pinned, and a page that nobody has pinned: a write may copy it, however many references it has. */
void pin_lookalike(void)
{
	char *p = map_anon(PAGE), buf[16];
	struct iovec to = { buf, sizeof(buf) }, from = { p, sizeof(buf) };
	pid_t pid;
	u64 old;

	if (!since(5, 19))
		absent("before PageAnonExclusive the kernel cannot tell them apart, nor mmaudit: mma_is_pinned()");
	poke(p, 1);
	must(process_vm_readv(getpid(), &to, 1, &from, 1, 0) == sizeof(buf), "process_vm_readv: %s", strerror(errno));
	pid = fork_row();
	if (!pid)
		leave();
	join(pid);
	take_references(p, 1100);
	old = pfn(p);
	poke(p, 2);
	must(pfn(p) != old, "the page was reused");
}

/* Neither migration nor reclaim may take it. */
void pin_stays(void)
{
	char *p = map_anon(PAGE);
	u64 old;

	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	must(!move_away(p), "a pinned page was migrated");
	madvise(p, PAGE, 21 /* MADV_PAGEOUT */);
	poke(p, 2);
	must(pfn(p) == old && peek(p) == 2, "a pinned page was replaced");
}

void pin_thp_fork(void)
{
	struct gate turn = gate_make();
	char *p = map_thp(HPAGE);
	pid_t pid;
	u64 old;

	fill(p, HPAGE, 1);
	if (!has_thp(p))
		skip("no huge page");
	pin_page(p + PAGE);
	old = pfn(p + PAGE);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		must(peek(p + PAGE) == 1, "the parent's write is seen in the child");
		leave();
	}
	poke(p + PAGE, 2);
	must(pfn(p + PAGE) == old, "a pinned page was replaced");
	gate_open(turn);
	join(pid);
}

void pin_hugetlb_fork(void)
{
	struct gate turn = gate_make();
	char *p = mmap(NULL, HPAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
	pid_t pid;
	u64 old;

	must(p != MAP_FAILED, "mmap of a huge page: %s", strerror(errno));
	if (!since(5, 12))
		absent("this kernel has the bug fork-pinned-hugetlb");
	poke(p, 1);
	pin_page(p);
	old = pfn(p);
	pid = fork_row();
	if (!pid) {
		gate_wait(turn);
		must(peek(p) == 1, "the parent's write is seen in the child");
		leave();
	}
	must(write_faults(p, 2) == 0 && pfn(p) == old, "fork took a pinned page from its owner");
	gate_open(turn);
	join(pid);
}

/* ---- rings: remap_pfn_range(), vm_insert_page(), a file of the kernel's own ---- */

void ring_io_uring(void)
{
	struct io_uring_params params = { 0 };
	int fd = syscall(SYS_io_uring_setup, 4, &params);
	char *sq;

	must(fd >= 0, "io_uring_setup: %s", strerror(errno));
	sq = mmap(NULL, PAGE, RW, MAP_SHARED, fd, IORING_OFF_SQ_RING);
	must(sq != MAP_FAILED, "mmap of a ring: %s", strerror(errno));
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
	page = mmap(NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	must(page != MAP_FAILED, "mmap of a ring: %s", strerror(errno));
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
	p = mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0);
	must(p != MAP_FAILED, "mmap of a ring: %s", strerror(errno));
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
