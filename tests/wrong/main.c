/*
 * main.c - `wrong`: plants each rule's wrong entry in memory of its own and asks `mmaudit sweep` about itself: silent
 * before, exactly the planted rule and range while it is there, silent after. Needs wrong.ko and mmaudit.ko.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "kit.h"

enum { NR = 23, GIANT = 1 << 30 };

/* ---- planting and sweeping ---- */

static void order(const char *op, const char *p, size_t len)
{
	char text[80];
	int fd, n = snprintf(text, sizeof(text), "%s %lx %lx", op, (unsigned long)p, (unsigned long)p + len);

	if (strstr(op, "excl") && !since(5, 19))
		absent("PageAnonExclusive (5.19)");
	fd = open("/dev/wrong", O_WRONLY);
	must(fd >= 0, "/dev/wrong: %s", strerror(errno));
	must(write(fd, text, n) == n, "cannot plant '%s': %s", text, strerror(errno));
	close(fd);
}

/* "key":"value" or "key":["a","b"] of a line of JSON, as value or a,b. */
static void value_of(const char *line, const char *key, char *out, size_t size)
{
	char find[32];
	const char *at, *end;
	size_t n = 0;

	snprintf(find, sizeof(find), "\"%s\":", key);
	at = strstr(line, find);
	at = at ? at + strlen(find) : "";
	end = at + 1 + strcspn(at + !!*at, *at == '[' ? "]" : ",}");
	for (; *at && at < end && n + 1 < size; at++)
		if (!strchr("[]\"", *at))
			out[n++] = *at;
	out[n] = 0;
}

/* Every violation of ours: "RULES LEVEL START-END;" */
static void sweep(char *seen, size_t size)
{
	char cmd[64], line[4096], rules[128], level[8], start[24], end[24];
	FILE *f;
	int status;

	snprintf(cmd, sizeof(cmd), "mmaudit sweep --json --pid %d 2>/dev/null", (int)getpid());
	*seen = 0;
	f = popen(cmd, "r");		/* posix_spawn(): a fork would share and write-protect all pages */
	must(f, "popen: %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		if (strncmp(line, "{\"type\":\"violation\"", 19))
			continue;
		value_of(line, "rules", rules, sizeof(rules));
		value_of(line, "level", level, sizeof(level));
		value_of(line, "addr", start, sizeof(start));
		value_of(line, "end", end, sizeof(end));
		snprintf(seen + strlen(seen), size - strlen(seen), "%s %s %s-%s;", rules, level, start, end);
	}
	status = pclose(f);
	must(WIFEXITED(status) && WEXITSTATUS(status) == !!*seen, "mmaudit sweep: status 0x%x with '%s'", status, seen);
}

static void silent(const char *when)
{
	char seen[2048];

	sweep(seen, sizeof(seen));
	must(!*seen, "%s: %s", when, seen);
}

static void opposite(const char *op, char *back)
{
	strcpy(back, op);
	back[0] = op[0] == '+' ? '-' : '+';
}

/* op over [p, p + len) must be found as rules, there and nowhere else. */
static void planted(const char *op, char *p, size_t len, const char *rules, const char *level)
{
	char seen[2048], want[256], back[8];

	snprintf(want, sizeof(want), "%s %s 0x%lx-0x%lx;", rules, level, (unsigned long)p, (unsigned long)p + len);
	silent("before");
	order(op, p, len);
	sweep(seen, sizeof(seen));
	opposite(op, back);
	order(back, p, len);
	must(!strcmp(seen, want), "found '%s', planted '%s'", seen, want);
	silent("after it was undone");
}

static void found(const char *rules, const char *p, size_t len)
{
	char seen[2048], want[256];

	snprintf(want, sizeof(want), "%s PTE 0x%lx-0x%lx;", rules, (unsigned long)p, (unsigned long)p + len);
	sweep(seen, sizeof(seen));
	must(!strcmp(seen, want), "found '%s', planted '%s'", seen, want);
}

/* ---- memory ---- */

static char *pages(void)
{
	char *p = map_anon((NR + 2) * PAGE);

	fill(p, (NR + 2) * PAGE, 1);
	return p + PAGE;		/* with a sound neighbour on each side */
}

static char *huge_pages(void)
{
	char *p = map_thp(2 * HPAGE);

	fill(p, 2 * HPAGE, 1);
	if (!has_thp(p) || !has_thp(p + HPAGE))
		skip("no huge pages came");
	return p;
}

static char *hugetlb(int flags, int nr)
{
	char *p = mmap(NULL, nr * HPAGE, RW, flags | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	must(p != MAP_FAILED, "mmap of huge pages: %s", strerror(errno));
	fill(p, nr * HPAGE, 1);
	return p;
}

static char *giant(void)
{
	char *p = mmap(NULL, GIANT, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | 30 << MAP_HUGE_SHIFT, -1, 0);

	if (p == MAP_FAILED)
		skip("no huge page of 1 GB (hugepagesz=1G hugepages=1)");
	poke(p, 1);
	return p;
}

static void read_only(char *p, size_t len)
{
	protect(p, len, PROT_READ);
}

static void watched(char *p, size_t len, u64 features)
{
	struct ufd *u = ufd_open(features);

	must(!ufd_register(u, p, len, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER: %s", strerror(errno));
}

static void read_all(const char *p, size_t len)
{
	for (; len; p += PAGE, len -= PAGE)
		(void)peek(p);
}

/* ---- PTE ---- */

static void vm_write(void)
{
	char *p = pages();

	read_only(p - PAGE, (NR + 2) * PAGE);
	planted("+w", p, NR * PAGE, "VM_WRITE", "PTE");
}

static void softdirty(void)
{
	char *p = pages();

	clear_refs();
	fill(p - PAGE, (NR + 2) * PAGE, 2);
	planted("-sd", p, NR * PAGE, "SOFT_DIRTY", "PTE");
}

static void wp(void)
{
	char *p = pages();

	watched(p - PAGE, (NR + 2) * PAGE, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	planted("+wp", p, NR * PAGE, "UFFD_WP", "PTE");
}

/* Nobody watches. Kernels before 6.1 leave such marks on purpose. */
static void stray_in(char *p, size_t len, const char *level)
{
	if (!since(6, 1))
		absent("marks go with their registration (6.1)");
	planted("+wp", p, len, "STRAY_UFFD_WP", level);
}

static void stray(void)
{
	stray_in(pages(), NR * PAGE, "PTE");
}

static char *read_only_pages(void)
{
	char *p = pages();

	read_only(p - PAGE, (NR + 2) * PAGE);
	return p;
}

static void stray_read_only(void)
{
	stray_in(read_only_pages(), NR * PAGE, "PTE");
}

/* Marked, but not PROT_NONE. */
static void accessible_in(char *p, size_t len, const char *level)
{
	struct ufd *u = ufd_open(UFD_RWP);

	must(!ufd_register(u, p, len, UFD_MODE_RWP), "UFFDIO_REGISTER: %s", strerror(errno));
	planted("+wp", p, len, "UFFD_RWP", level);
}

static void rwp(void)
{
	accessible_in(read_only_pages(), NR * PAGE, "PTE");
}

static void excl(void)
{
	planted("-excl", pages(), NR * PAGE, "ANON_EXCL", "PTE");
}

static void ksm(void)
{
	char *p = map_anon(NR * PAGE);
	int tries;

	memset(p, 123, NR * PAGE);
	setting(KSM "sleep_millisecs", "10");
	setting(KSM "pages_to_scan", "2000");
	setting(KSM "run", "1");
	must(!madvise(p, NR * PAGE, MADV_MERGEABLE), "MADV_MERGEABLE: %s", strerror(errno));
	for (tries = 0; tries < 400 && pfn(p) != pfn(p + (NR - 1) * PAGE); tries++)
		usleep(50000);
	setting(KSM "run", "0");
	if (pfn(p) != pfn(p + (NR - 1) * PAGE))
		skip("ksmd did not merge");
	/* Those that became the KSM page differ from those replaced by it, so one in the midst. */
	planted("+w", p + 5 * PAGE, PAGE, "ANON_EXCL,KSM", "PTE");
}

static void zero_page(void)
{
	char *p = map_anon(NR * PAGE);

	read_all(p, NR * PAGE);
	planted("+w", p, NR * PAGE, "ZERO_PAGE", "PTE");
}

static void private_file(void)
{
	char *p = map_at_guard(NR * PAGE, RW, MAP_PRIVATE, memfd(NR * PAGE, 0), 0, 0);

	read_all(p, NR * PAGE);
	planted("+w", p, NR * PAGE, "PRIVATE_FILE", "PTE");
}

/* Writeback takes the write bit and both dirty bits. */
static void dirty(void)
{
	char *p = map_at_guard(NR * PAGE, RW, MAP_SHARED, temp_file(dir_of("ext4"), NR * PAGE), 0, 0);

	fill(p, NR * PAGE, 1);
	must(!msync(p, NR * PAGE, MS_SYNC), "msync: %s", strerror(errno));
	planted("+w", p, NR * PAGE, "DIRTY", "PTE");
}

static void vma_prot(void)
{
	planted("+prot", map_anon(NR * PAGE), NR * PAGE, "VMA_PROT", "NONE");	/* without entries */
}

static void vma_prot_entries(void)
{
	char *p = map_anon(NR * PAGE);

	fill(p, NR * PAGE, 1);
	planted("+prot", p, NR * PAGE, "VMA_PROT", "NONE");
}

/* More than one call's records: none may be lost between two. */
static void many(void)
{
	enum { MANY = 3 * 512 };
	char *p = map_at_guard(2 * MANY * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, 0);
	char cmd[96], line[64] = "";
	FILE *f;
	int i;

	must(!madvise(p, 2 * MANY * PAGE, MADV_NOHUGEPAGE), "madvise: %s", strerror(errno));
	fill(p, 2 * MANY * PAGE, 1);
	for (i = 0; i < MANY; i++)
		order("-excl", p + 2 * i * PAGE, PAGE);
	snprintf(cmd, sizeof(cmd), "mmaudit sweep --json --pid %d 2>/dev/null | grep -c '^{\"type\":\"violation\".*\"ANON_EXCL\"'", (int)getpid());
	f = popen(cmd, "r");
	must(f && fgets(line, sizeof(line), f), "nothing came of the sweep");
	pclose(f);
	for (i = 0; i < MANY; i++)
		order("+excl", p + 2 * i * PAGE, PAGE);
	must(atoi(line) == MANY, "%d of %d were found", atoi(line), MANY);
}

/* Over more page tables than one call looks at it is still one range. */
static void long_range(void)
{
	size_t len = 70 * HPAGE;
	char *p = map_at_guard(len, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, 0);

	must(!madvise(p, len, MADV_NOHUGEPAGE), "madvise: %s", strerror(errno));
	fill(p, len, 1);
	planted("-excl", p, len, "ANON_EXCL", "PTE");
}

/* What a task gets unasked: 5-level page tables hand out the addresses above only when asked. */
#ifdef __aarch64__
enum { WINDOW = 48 };
#else
enum { WINDOW = 47 };
#endif

static void far_away(void)
{
	char *p = mmap((void *)(1ul << 52), NR * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(p != MAP_FAILED, "mmap: %s", strerror(errno));
	if ((unsigned long)p >> WINDOW == 0)
		absent("4-level page tables");
	fill(p, NR * PAGE, 1);
	planted("-excl", p, NR * PAGE, "ANON_EXCL", "PTE");
}

/* A page that may be written and that its DAX file has forgotten. */
static char *dax_pages(void)
{
	char *p = map_at_guard(NR * PAGE, RW, MAP_SHARED, temp_file(dir_of("dax"), NR * PAGE), 0, 0);

	fill(p, NR * PAGE, 1);
	return p;
}

static void dax_dirty(void)
{
	planted("-tag", dax_pages(), NR * PAGE, "DIRTY", "PTE");
}

/* Sound: written, clean, not mapped, only read, written again. */
static void dax_sound(void)
{
	char *p = dax_pages();

	silent("written");
	must(!msync(p, NR * PAGE, MS_SYNC), "msync: %s", strerror(errno));
	silent("clean");
	must(!madvise(p, NR * PAGE, MADV_DONTNEED), "MADV_DONTNEED: %s", strerror(errno));
	silent("not mapped");
	read_all(p, NR * PAGE);
	silent("only read");
	fill(p, NR * PAGE / 2, 2);
	silent("written again");
}

/* What writeback leaves writable, it forgets afterwards: fs/dax.c:1009 (6.12) */
static void dax_mkclean(void)
{
	char *p = dax_pages();

	order("!+w", p, NR * PAGE);
	must(!msync(p, NR * PAGE, MS_SYNC), "msync: %s", strerror(errno));
	order("-later", p, 0);
	found("DIRTY", p, NR * PAGE);
	order("-w", p, NR * PAGE);
	silent("after it was undone");
}

/* The same of the page cache. */
static void mkclean(void)
{
	char *p = map_at_guard(NR * PAGE, RW, MAP_SHARED, temp_file(dir_of("ext4"), NR * PAGE), 0, 0);

	fill(p, NR * PAGE, 1);
	order("!+w", p, NR * PAGE);
	must(!msync(p, NR * PAGE, MS_SYNC), "msync: %s", strerror(errno));
	order("-later", p, 0);
	found("DIRTY", p, NR * PAGE);
	order("-w", p, NR * PAGE);
	silent("after it was undone");
}

/* ---- PMD ---- */

static void dax_dirty_pmd(void)
{
	planted("-tag", map_dax_huge(NULL), HPAGE, "DIRTY", "PMD");
}

static void vm_write_pmd(void)
{
	char *p = huge_pages();

	read_only(p, 2 * HPAGE);
	planted("+w", p, 2 * HPAGE, "VM_WRITE", "PMD");
}

static void softdirty_pmd(void)
{
	char *p = huge_pages();

	clear_refs();
	fill(p, 2 * HPAGE, 2);
	if (!has_thp(p))
		skip("the huge page was split");
	planted("-sd", p, HPAGE, "SOFT_DIRTY", "PMD");
}

static void wp_pmd(void)
{
	char *p = huge_pages();

	watched(p, 2 * HPAGE, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	planted("+wp", p, 2 * HPAGE, "UFFD_WP", "PMD");
}

static char *read_only_huge_pages(void)
{
	char *p = huge_pages();

	read_only(p, 2 * HPAGE);
	return p;
}

static void stray_pmd(void)
{
	stray_in(read_only_huge_pages(), HPAGE, "PMD");
}

static void rwp_pmd(void)
{
	accessible_in(read_only_huge_pages(), HPAGE, "PMD");
}

static void excl_pmd(void)
{
	planted("-excl", huge_pages() + HPAGE, HPAGE, "ANON_EXCL", "PMD");
}

static void zero_page_pmd(void)
{
	char *p;

	setting(THP "use_zero_page", "1");
	p = map_thp(HPAGE);
	(void)peek(p);
	planted("+w", p, HPAGE, "ZERO_PAGE", "PMD");
}

static void private_file_pmd(void)
{
	int fd = memfd(HPAGE, 0);
	char *shared, *p;

	setting(THP "shmem_enabled", "advise");
	shared = map_at_guard(HPAGE, RW, MAP_SHARED, fd, 0, HPAGE);
	must(!madvise(shared, HPAGE, MADV_HUGEPAGE), "MADV_HUGEPAGE: %s", strerror(errno));
	poke(shared, 1);
	p = map_at_guard(HPAGE, RW, MAP_PRIVATE, fd, 0, HPAGE);
	madvise(p, HPAGE, MADV_HUGEPAGE);
	(void)peek(p);
	if (smaps_kb(p, "FilePmdMapped") <= 0 && smaps_kb(p, "ShmemPmdMapped") <= 0)
		skip("no huge page of a file came");
	planted("+w", p, HPAGE, "PRIVATE_FILE", "PMD");
}

/* ---- hugetlb ---- */

static void vm_write_hugetlb(void)
{
	char *p = hugetlb(MAP_PRIVATE, 2);

	read_only(p, 2 * HPAGE);
	planted("+w", p, 2 * HPAGE, "VM_WRITE", "PMD");
}

static void vm_write_hugetlb_shared(void)
{
	char *p = hugetlb(MAP_SHARED, 2);

	read_only(p, 2 * HPAGE);
	planted("+w", p, 2 * HPAGE, "VM_WRITE", "PMD");
}

static void wp_hugetlb(void)
{
	char *p = hugetlb(MAP_PRIVATE, 2);

	watched(p, 2 * HPAGE, UFFD_FEATURE_PAGEFAULT_FLAG_WP | UFD_WP_SHMEM);
	planted("+wp", p, HPAGE, "UFFD_WP", "PMD");
}

static char *read_only_hugetlb(void)
{
	char *p = hugetlb(MAP_PRIVATE, 2);

	read_only(p, 2 * HPAGE);
	return p;
}

static void stray_hugetlb(void)
{
	stray_in(read_only_hugetlb(), HPAGE, "PMD");
}

static void rwp_hugetlb(void)
{
	accessible_in(read_only_hugetlb(), HPAGE, "PMD");
}

static void excl_hugetlb(void)
{
	planted("-excl", hugetlb(MAP_PRIVATE, 2), 2 * HPAGE, "ANON_EXCL", "PMD");
}

/* No soft-dirty there: not a rule, whatever the bit. */
static void softdirty_hugetlb(void)
{
	char *p = hugetlb(MAP_PRIVATE, 1);

	clear_refs();
	fill(p, HPAGE, 2);
	order("-sd", p, HPAGE);
	silent("a hugetlb entry without soft-dirty");
}

static void excl_giant(void)
{
	planted("-excl", giant(), GIANT, "ANON_EXCL", "PUD");
}

static void vm_write_giant(void)
{
	char *p = giant();

	read_only(p, GIANT);
	planted("+w", p, GIANT, "VM_WRITE", "PUD");
}

/* ---- what drivers map: tests/guest/plant.sh runs these under audit, too ---- */

static void driver_maps(const char *op, int nr)
{
	char *p = map_anon(nr * PAGE);

	watched(p, nr * PAGE, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	silent("before");
	order(op, p, nr * PAGE);
	if (*op == '+')
		found("UFFD_WP,PRIVATE_FILE", p, nr * PAGE);
	else
		silent("after a driver mapped pages");
	must(read_faults(p) == 0 && read_faults(p + (nr - 1) * PAGE) == 0, "nothing was mapped");
}

static void insert_page(void)		{ driver_maps("+page", 1); }
static void insert_page_sound(void)	{ driver_maps("-page", 1); }
static void insert_pages(void)		{ driver_maps("+pages", NR); }
static void insert_pages_sound(void)	{ driver_maps("-pages", NR); }
static void insert_all(void)		{ driver_maps("+all", NR); }
static void insert_pfns(void)		{ driver_maps("+pfns", NR); }
static void insert_pfns_sound(void)	{ driver_maps("-pfns", NR); }

/* The third is there already: the first two are mapped, and -EBUSY. */
static void insert_pages_busy(void)
{
	char *p = map_anon(NR * PAGE), text[80];
	int fd = open("/dev/wrong", O_WRONLY), n;

	watched(p, NR * PAGE, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	order("-page", p + 2 * PAGE, PAGE);
	n = snprintf(text, sizeof(text), "+pages %lx %lx", (unsigned long)p, (unsigned long)p + NR * PAGE);
	must(write(fd, text, n) == -1 && errno == EBUSY, "a page twice: %s", strerror(errno));
	found("UFFD_WP,PRIVATE_FILE", p, 2 * PAGE);
}

/* ---- a device: pages of a driver (VM_MIXEDMAP) at offset 0, and frames (VM_PFNMAP) ---- */

enum { DEVICE_PAGES, DEVICE_FRAMES = PAGE };

static char *device(int flags, int offset)
{
	int fd = open("/dev/wrong", O_RDWR);
	char *p = mmap(NULL, NR * PAGE, RW, flags, fd, offset);

	must(fd >= 0 && p != MAP_FAILED, "mmap of /dev/wrong: %s", strerror(errno));
	close(fd);
	return p;
}

static void device_pages(void)
{
	char *p = device(MAP_SHARED, DEVICE_PAGES);

	silent("in a fresh mapping");
	clear_refs();
	silent("after clear_refs");
	fill(p, NR * PAGE, 2);
	planted("-sd", p, NR * PAGE, "SOFT_DIRTY", "PTE");
}

static void device_prot(void)
{
	char *p = device(MAP_SHARED, DEVICE_PAGES);

	clear_refs();
	planted("+prot", p, NR * PAGE, "VMA_PROT", "NONE");
}

/* clear_refs leaves frames as they are, and pagemap does not show them. */
static void device_frames(void)
{
	char *p = device(MAP_SHARED, DEVICE_FRAMES);

	clear_refs();
	fill(p, NR * PAGE, 2);
	order("-sd", p, NR * PAGE);
	silent("frames that are not soft-dirty");
}

static void device_frames_prot(void)
{
	char *p = device(MAP_SHARED, DEVICE_FRAMES);

	clear_refs();
	planted("+prot", p, NR * PAGE, "VMA_PROT", "NONE");
}

static void private_device_pages(void)
{
	planted("+w", device(MAP_PRIVATE, DEVICE_PAGES), NR * PAGE, "PRIVATE_FILE", "PTE");
}

static void private_device_frames(void)
{
	planted("+w", device(MAP_PRIVATE, DEVICE_FRAMES), NR * PAGE, "PRIVATE_FILE", "PTE");
}

/* Copies are pages of the process like all others. */
static void private_device_copy(void)
{
	char *p = device(MAP_PRIVATE, DEVICE_PAGES);

	clear_refs();
	fill(p, NR * PAGE, 2);
	if (tracks())
		planted("-sd", p, NR * PAGE, "SOFT_DIRTY", "PTE");
	if (since(5, 19))
		planted("-excl", p, NR * PAGE, "ANON_EXCL", "PTE");
}

/* But not for soft-dirty, where they are among frames. */
static void private_frames_copy(void)
{
	char *p = device(MAP_PRIVATE, DEVICE_FRAMES);

	fill(p, NR * PAGE, 2);
	clear_refs();
	order("-sd", p, NR * PAGE);
	silent("a copy of a frame that is not soft-dirty");
}

/* A child puts the byte at p + at into a pipe and unmaps p; the kernel would copy the page for a write, but for one of hugetlb. */
static void child_pipes(int fd, char *p, size_t len, size_t at)
{
	pid_t pid = fork_row();

	if (!pid) {
		if (present(p))
			into_pipe(fd, p + at);
		must(!munmap(p, len), "munmap: %s", strerror(errno));
		leave();
	}
	join(pid);
}

/*
 * With two CPUs, 6.12 and 7.3 leave about one child in a hundred without its page of 1 GiB, whether mmaudit is loaded or not
 * (seen with 1,800 forks of each; 6.1 does not). The child looks before it touches it, and then there is another child.
 */
static void let_child_pipe(int fds[2], char *p, size_t len, size_t at)
{
	int tries, filled = 0;

	must(!pipe(fds), "pipe: %s", strerror(errno));
	for (tries = 0; !filled && tries < 20; tries++) {
		child_pipes(fds[1], p, len, at);
		filled = poll(&(struct pollfd){ .fd = fds[0], .events = POLLIN }, 1, 0);
	}
	must(filled, "no child of %d had the page", tries);
}

static void planted_piped(char *p, size_t len, const char *level)
{
	planted("+w", p, len, since(5, 19) ? "ANON_EXCL,PIPED" : "PIPED", level);
}

static void piped(char *p, size_t len, size_t at, const char *level)
{
	int fds[2];

	let_child_pipe(fds, p, len, at);
	planted_piped(p, len, level);
	from_pipe(fds[0]);
}

static void piped_huge(void)
{
	piped(huge(), HPAGE, 5 * PAGE, "PMD");
}

/* Of a huge page that small entries map, only the page that is in the pipe. */
static void piped_split(void)
{
	char *p = huge();
	int fds[2];

	let_child_pipe(fds, p, HPAGE, 5 * PAGE);
	protect(p, PAGE, PROT_READ);
	planted_piped(p + 5 * PAGE, PAGE, "PTE");
	order("+w", p + 6 * PAGE, PAGE);
	if (since(5, 19))
		found("ANON_EXCL", p + 6 * PAGE, PAGE);
	else
		silent("a neighbour of the page in the pipe");
	from_pipe(fds[0]);
}

static void piped_hugetlb(void)
{
	piped(hugetlb(MAP_PRIVATE, 1), HPAGE, 0, "PMD");
}

/* All of it is one page, however far from its begin. */
static void piped_giant(void)
{
	piped(giant(), GIANT, GIANT / 3, "PUD");
}

static void zero_page_of_driver(void)
{
	char *p = map_anon(NR * PAGE);

	order("-page", p, PAGE);
	read_all(p + PAGE, (NR - 1) * PAGE);
	planted("+w", p + PAGE, (NR - 1) * PAGE, "ZERO_PAGE", "PTE");
}

/* ---- what a device had for itself: restore_exclusive_pte(), 7.2 mm/memory.c:884 ---- */

static void give_away(char *p, int nr)
{
	if (!since(6, 15))
		absent("make_device_exclusive() (6.15)");
	order("+device", p, nr * PAGE);
	must(!present(p) && !present(p + (nr - 1) * PAGE), "the device got nothing");
}

static char *given_away(void)
{
	char *p = pages();

	give_away(p, NR);
	return p;
}

static void device_exclusive(void)
{
	char *p = given_away();
	const long faults = read_faults(p);
	pid_t pid;

	/* It comes back old, mm/memory.c:890 (7.2): a processor that does not mark it accessed by itself faults once more. */
	must((faults == 1 || faults == 2) && write_faults(p, 2) == 0, "an exclusive page came back read-only");
	must(write_faults(p + PAGE, 3) == faults && peek(p + PAGE) == 3, "a write restores it");
	pid = fork_row();		/* restores them all, in the parent */
	if (!pid) {
		fill(p, NR * PAGE, 4);
		leave();
	}
	join(pid);
	must(peek(p) == 2 && peek(p + PAGE) == 3, "the child's write is seen in the parent");
	expect(p + 2 * PAGE, (NR - 2) * PAGE, 1, "restored");
	silent("after the device let go");
}

/* Nothing may be written any more by then, and soft-dirty is tracked. */
static void device_exclusive_read_only(void)
{
	char *p = given_away();

	read_only(p, NR * PAGE);
	must(peek(p) == 1 && !may_write(p), "it came back writable");
	must(!mprotect(p, NR * PAGE, RW) && write_faults(p, 2) <= 1 && peek(p) == 2, "write after mprotect");
	silent("after the device let go");
}

/* With vm_page_prot wrong, each entry made of it is. */
static void device_exclusive_wrong(void)
{
	char *p = given_away();

	read_only(p - PAGE, (NR + 2) * PAGE);
	order("+prot", p, PAGE);
	read_all(p, NR * PAGE);
	order("-prot", p, PAGE);
	found("VM_WRITE", p, NR * PAGE);
}

/* By fork, one behind the other under one page-table lock: more than it is right to look at the stack of. */
static void device_exclusive_flood(void)
{
	enum { MANY = 512 };
	char *p = map_anon(MANY * PAGE);
	pid_t pid;

	fill(p, MANY * PAGE, 1);
	give_away(p, MANY);
	read_only(p, MANY * PAGE);
	order("+prot", p, PAGE);
	pid = fork_row();
	if (!pid)
		leave();
	order("-prot", p, PAGE);
	join(pid);
	must(present(p) && present(p + (MANY - 1) * PAGE), "fork did not restore them");
}

/* ---- what reclaim puts back: try_to_unmap_one(), 6.12 mm/rmap.c:1901. plant.sh audits these, too ---- */

/* MADV_FREE gives the pages up, but they are written to before reclaim takes them. */
static char *given_up(void)
{
	char *p;

	run_on(0);			/* LRU batches are of one CPU */
	p = pages();
	if (madvise(p, NR * PAGE, MADV_FREE))
		skip("MADV_FREE: %s", strerror(errno));
	lru_drain();
	return p;
}

static void reclaim_in_vain(char *p)
{
	must(!madvise(p, NR * PAGE, 21 /* MADV_PAGEOUT */), "MADV_PAGEOUT: %s", strerror(errno));
}

/* op is done to what reclaim has put back. */
static void put_back(char *p, const char *op)
{
	int i;

	for (i = 0; i < NR; i++)
		must(!(kpageflags(p + i * PAGE) & KPF(KPF_SWAPBACKED)), "page %d was not given up", i);
	if (op)
		order(op, p, NR * PAGE);
	reclaim_in_vain(p);
	if (op)
		order("-later", p, 0);
	for (i = 0; i < NR; i++)
		if (!present(p + i * PAGE) || !(kpageflags(p + i * PAGE) & KPF(KPF_SWAPBACKED)))
			skip("reclaim did not come to page %d", i);
}

static void put_back_plain(const char *op)
{
	char *p = given_up();

	fill(p, NR * PAGE, 2);
	put_back(p, op);
	expect(p, NR * PAGE, 2, "what was put back");
}

static void put_back_readonly(const char *op)
{
	char *p = given_up();

	fill(p, NR * PAGE, 2);
	read_only(p - PAGE, (NR + 2) * PAGE);
	put_back(p, op);
}

static void put_back_softdirty(const char *op)
{
	char *p = given_up();

	clear_refs();
	fill(p, NR * PAGE, 2);
	read_only(p - PAGE, (NR + 2) * PAGE);
	put_back(p, op);
}

static void put_back_wp(const char *op)
{
	char *p = given_up();

	fill(p, NR * PAGE, 2);
	ufd_protect(ufd_watch(p - PAGE, (NR + 2) * PAGE, UFFD_FEATURE_PAGEFAULT_FLAG_WP, UFFDIO_REGISTER_MODE_WP), p, NR * PAGE);
	put_back(p, op);
}

static void put_back_sound(void)
{
	put_back_plain(NULL);
	put_back_readonly(NULL);
	silent("after reclaim put back what it could not take");
}

static void put_back_sound_marks(void)
{
	put_back_wp(NULL);
	put_back_softdirty(NULL);
	silent("after reclaim put back what it could not take");
}

static void put_back_shared(void)	{ put_back_plain("!-excl"); }
static void put_back_writable(void)	{ put_back_readonly("!+w"); }
static void put_back_clean(void)	{ put_back_softdirty("!-sd"); }
static void put_back_unwatched(void)	{ put_back_wp("!-wp"); }

/* ---- what a zap leaves in the mapping of a file: a marker for each mark. plant.sh audits these, too ---- */

struct marked {
	char *p;
	int fd;
	struct ufd *u;
};

static struct marked marked_file(int flags)
{
	struct marked m = { .fd = memfd(NR * PAGE, 0) };

	m.p = map_at_guard(NR * PAGE, RW, flags, m.fd, 0, 0);
	fill(m.p, NR * PAGE, 1);
	m.u = ufd_watch(m.p, NR * PAGE, UFFD_FEATURE_PAGEFAULT_FLAG_WP, UFFDIO_REGISTER_MODE_WP);
	ufd_protect(m.u, m.p, NR * PAGE);
	return m;
}

static void give_up(struct marked m)
{
	must(!madvise(m.p, NR * PAGE, MADV_DONTNEED), "MADV_DONTNEED: %s", strerror(errno));
}

static void make_hole(struct marked m)
{
	must(!fallocate(m.fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, NR * PAGE), "fallocate: %s", strerror(errno));
}

/* Takes the markers away before the zap returns. */
static void zap_unmarked(int flags, void (*zap)(struct marked m))
{
	struct marked m = marked_file(flags);

	order("!-mark", m.p, NR * PAGE);
	zap(m);
	order("-later", m.p, 0);
	must(!uffd_wp(m.p) && !uffd_wp(m.p + (NR - 1) * PAGE), "the markers are there");
}

static void zap_sound(void)
{
	struct marked m = marked_file(MAP_SHARED);

	give_up(m);
	make_hole(m);
	must(uffd_wp(m.p) && uffd_wp(m.p + (NR - 1) * PAGE), "the markers are not there");
	silent("after zaps that left markers");
}

/* hugetlb's gather ends in the zap on every kernel. */
static void zap_lost_hugetlb(void)
{
	char *p = map_hugetlb(MAP_SHARED);

	poke(p, 1);
	ufd_protect(ufd_watch(p, HPAGE, UFFD_FEATURE_PAGEFAULT_FLAG_WP, UFFDIO_REGISTER_MODE_WP), p, HPAGE);
	order("!-mark", p, HPAGE);
	must(!madvise(p, HPAGE, MADV_DONTNEED), "MADV_DONTNEED: %s", strerror(errno));
	order("-later", p, 0);
	must(!uffd_wp(p), "the marker is there");
}

static void zap_lost(void)		{ zap_unmarked(MAP_SHARED, give_up); }
static void zap_lost_private(void)	{ zap_unmarked(MAP_PRIVATE, give_up); }
static void zap_lost_hole(void)		{ zap_unmarked(MAP_SHARED, make_hole); }

static const struct row rows[] = {
	{ "vm-write", vm_write, "", NULL, "root" },
	{ "soft-dirty", softdirty, "", NULL, "root softdirty" },
	{ "uffd-wp", wp, "", NULL, "root uffd-wp" },
	{ "anon-excl", excl, "", NULL, "root" },
	{ "ksm", ksm, "", NULL, "root ksm" },
	{ "zero-page", zero_page, "", NULL, "root" },
	{ "private-file", private_file, "", NULL, "root" },
	{ "dirty", dirty, "", NULL, "root ext4" },
	{ "dax-dirty", dax_dirty, "", NULL, "root dax" },
	{ "dax-sound", dax_sound, "", NULL, "root dax" },
	{ "dax-mkclean", dax_mkclean, "", NULL, "root dax" },
	{ "mkclean", mkclean, "", NULL, "root ext4" },
	{ "dax-dirty-pmd", dax_dirty_pmd, "", NULL, "root dax" },
	{ "vma-prot", vma_prot, "", NULL, "root" },
	{ "vma-prot-entries", vma_prot_entries, "", NULL, "root" },
	{ "many", many, "", NULL, "root" },
	{ "long-range", long_range, "", NULL, "root" },
	{ "5-level", far_away, "", NULL, "root" },
	{ "vm-write-pmd", vm_write_pmd, "", NULL, "root thp" },
	{ "soft-dirty-pmd", softdirty_pmd, "", NULL, "root thp softdirty" },
	{ "uffd-wp-pmd", wp_pmd, "", NULL, "root thp uffd-wp" },
	{ "anon-excl-pmd", excl_pmd, "", NULL, "root thp" },
	{ "zero-page-pmd", zero_page_pmd, "", NULL, "root thp" },
	{ "private-file-pmd", private_file_pmd, "", NULL, "root thp" },
	{ "vm-write-hugetlb", vm_write_hugetlb, "", NULL, "root hugetlb" },
	{ "vm-write-hugetlb-shared", vm_write_hugetlb_shared, "", NULL, "root hugetlb" },
	{ "uffd-wp-hugetlb", wp_hugetlb, "", NULL, "root hugetlb uffd-shmem" },
	{ "stray-uffd-wp", stray, "", NULL, "root uffd-wp" },
	{ "stray-uffd-wp-read-only", stray_read_only, "", NULL, "root uffd-wp" },
	{ "stray-uffd-wp-pmd", stray_pmd, "", NULL, "root thp uffd-wp" },
	{ "stray-uffd-wp-hugetlb", stray_hugetlb, "", NULL, "root hugetlb uffd-wp" },
	{ "uffd-rwp", rwp, "", NULL, "root uffd-rwp" },
	{ "uffd-rwp-pmd", rwp_pmd, "", NULL, "root thp uffd-rwp" },
	{ "uffd-rwp-hugetlb", rwp_hugetlb, "", NULL, "root hugetlb uffd-rwp" },
	{ "anon-excl-hugetlb", excl_hugetlb, "", NULL, "root hugetlb" },
	{ "soft-dirty-hugetlb", softdirty_hugetlb, "", NULL, "root hugetlb softdirty" },
	{ "anon-excl-giant", excl_giant, "", NULL, "root" },
	{ "vm-write-giant", vm_write_giant, "", NULL, "root" },
	{ "device-exclusive", device_exclusive, "", NULL, "root" },
	{ "device-exclusive-read-only", device_exclusive_read_only, "", NULL, "root" },
	{ "device-exclusive-wrong", device_exclusive_wrong, "", NULL, "root" },
	{ "device-exclusive-flood", device_exclusive_flood, "", NULL, "root" },
	{ "insert-page", insert_page, "", NULL, "root uffd-wp" },
	{ "insert-page-sound", insert_page_sound, "", NULL, "root uffd-wp" },
	{ "insert-pages", insert_pages, "", NULL, "root uffd-wp" },
	{ "insert-pages-sound", insert_pages_sound, "", NULL, "root uffd-wp" },
	{ "insert-pages-busy", insert_pages_busy, "", NULL, "root uffd-wp" },
	{ "insert-all", insert_all, "", NULL, "root uffd-wp" },
	{ "insert-pfns", insert_pfns, "", NULL, "root uffd-wp" },
	{ "insert-pfns-sound", insert_pfns_sound, "", NULL, "root uffd-wp" },
	{ "put-back-sound", put_back_sound, "", NULL, "root" },
	{ "put-back-sound-marks", put_back_sound_marks, "", NULL, "root uffd-wp" },
	{ "put-back-shared", put_back_shared, "", NULL, "root" },
	{ "put-back-writable", put_back_writable, "", NULL, "root" },
	{ "put-back-clean", put_back_clean, "", NULL, "root softdirty" },
	{ "put-back-unwatched", put_back_unwatched, "", NULL, "root uffd-wp" },
	{ "device-pages", device_pages, "", NULL, "root softdirty" },
	{ "device-prot", device_prot, "", NULL, "root softdirty" },
	{ "device-frames", device_frames, "", NULL, "root softdirty" },
	{ "device-frames-prot", device_frames_prot, "", NULL, "root softdirty" },
	{ "private-device-pages", private_device_pages, "", NULL, "root" },
	{ "private-device-frames", private_device_frames, "", NULL, "root" },
	{ "private-device-copy", private_device_copy, "", NULL, "root" },
	{ "private-frames-copy", private_frames_copy, "", NULL, "root softdirty" },
	{ "piped-pmd", piped_huge, "", NULL, "root thp" },
	{ "piped-split", piped_split, "", NULL, "root thp" },
	{ "piped-hugetlb", piped_hugetlb, "", NULL, "root hugetlb" },
	{ "piped-giant", piped_giant, "", NULL, "root" },
	{ "zero-page-of-driver", zero_page_of_driver, "", NULL, "root" },
	{ "zap-sound", zap_sound, "", NULL, "root uffd-shmem" },
	{ "zap-lost", zap_lost, "", NULL, "root uffd-shmem" },
	{ "zap-lost-private", zap_lost_private, "", NULL, "root uffd-shmem" },
	{ "zap-lost-hole", zap_lost_hole, "", NULL, "root uffd-shmem" },
	{ "zap-lost-hugetlb", zap_lost_hugetlb, "", NULL, "root hugetlb uffd-shmem" },
};

/* Only when named: it takes mmap_lock for seconds, of a range of which a probe leaves something to be judged under it. */
static void hold(void)
{
	size_t len = 32 * HPAGE;

	order("+hold", map_anon(len), len);
}

/* More wrong entries than a probe looks at: the worker finds those beyond the first page table. */
static void large(void)
{
	size_t len = 4 * HPAGE;
	char *p = map_anon(len);

	watched(p, len, UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	order("+large", p, len);
	sleep(3);		/* the worker judges memory that somebody has */
}

/* Only by name. */
static const struct row apart[] = {
	{ "hold", hold, "", NULL, "root" },
	{ "large", large, "", NULL, "root uffd-wp" },
};

static int run(const struct row *row)
{
	static const char *const words[] = { "pass", "fail", "skip", "absent" };
	struct verdict v = row_run(row, 90, false);

	printf("%s %s%s%s\n", words[v.state], row->name, v.why[0] ? " " : "", v.why);
	fflush(stdout);
	return v.state == FAIL;
}

int main(int argc, char **argv)
{
	const struct row *row;
	int failed = 0, ran = 0;

	for (row = apart; argc > 1 && row < apart + sizeof(apart) / sizeof(apart[0]); row++)
		if (!strcmp(argv[1], row->name))
			return run(row);
	for (row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++) {
		if (argc > 1 && strcmp(argv[1], row->name))
			continue;
		failed |= run(row);
		ran++;
	}
	if (!ran)
		fprintf(stderr, "wrong: no row named %s\n", argv[1]);
	return ran ? failed : 2;
}
