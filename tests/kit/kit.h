/* kit.h - what the rows of legal, bugs, hostile, wrong and reach use: verdicts, guarded mappings, pagemap, faults, userfaultfd. */
#ifndef KIT_H
#define KIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/types.h>

typedef uint64_t u64;

enum { PAGE = 4096, LARGE = 64 << 10, HPAGE = 2 << 20 };	/* where the module can be built */

#define RW (PROT_READ | PROT_WRITE)

/* ---- rows (run.c) ---- */

struct row {
	const char *name;
	void (*fn)(void);
	const char *path;	/* the kernel path it must reach, for people */
	const char *reach;	/* kernel functions, one of which --prove wants called */
	const char *needs;	/* words of the table in env.c */
};

/* ABSENT: this kernel does not have it, whatever the machine. SKIP: this machine does not offer it. */
enum state { PASS, FAIL, SKIP, ABSENT, LOST };

struct verdict {
	enum state state;
	char why[256];
};

/* Runs one row in a child of its own; a crash or a hang is that row's failure only. */
struct verdict row_run(const struct row *row, unsigned int seconds, bool prove);
struct verdict row_needs(const struct row *row);	/* PASS: it could be run */
extern unsigned int row_seconds;		/* what the row that runs was given */
void rows_end_by_signals(void);			/* SIGINT, SIGTERM and SIGHUP end the row, then the runner */

/* End the row from any process or thread of it. The first verdict stands. */
void verdict(enum state state, const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 4, 5)));
#define fail(...)	verdict(FAIL, __FILE__, __LINE__, __VA_ARGS__)
#define skip(...)	verdict(SKIP, __FILE__, __LINE__, __VA_ARGS__)
#define absent(...)	verdict(ABSENT, __FILE__, __LINE__, __VA_ARGS__)
#define lost(...)	verdict(LOST, __FILE__, __LINE__, __VA_ARGS__)
/* For what came with that version: older kernels cannot have it. */
#define lacks(major, minor, ...) verdict(since(major, minor) ? SKIP : ABSENT, __FILE__, __LINE__, __VA_ARGS__)
#define must(cond, ...)	((cond) ? (void)0 : fail(__VA_ARGS__))

/* ---- --prove (prove.c) ---- */

int prove_begin(const char *reach);		/* how many of the functions can be probed */
u64 prove_calls(int nr);			/* how often one of them was called since, from 0 */
u64 prove_end(void);				/* how often they were called since */

/* ---- the machine (env.c) ---- */

struct verdict need_check(const char *word);	/* PASS, SKIP or ABSENT */
bool since(int major, int minor);		/* the running kernel's version, for documented differences only */
const char *dir_of(const char *fs);		/* "ext4" -> /mnt/ext4, or where files_in() says, or NULL */
void files_in(const char *dir);			/* a directory where rows may make files, too */

/* Change a sysfs/procfs setting until the row ends, however it ends. */
void setting(const char *path, const char *value);
void may_set(const char *path, const char *value);	/* a row that may change nothing does without it */
bool setting_is(const char *path, const char *value);
void settings_stay(void);			/* from now on a row that wants another setting is skipped */
void settings_restore(void);
bool read_str(const char *path, char *buf, size_t size);
long read_long(const char *path);
bool write_str(const char *path, const char *value);
long vmstat(const char *name);
long smaps_kb(const void *p, const char *field);	/* of the mapping that holds p */

/* ---- swap areas (swaps.c) ---- */

bool swap_any(void);
void swap_off(void);				/* all, until the row ends */
void swap_only(const char *device);		/* all but those with that name, until the row ends */
bool swap_off_on(void);				/* the first, for the stress */
void swaps_restore(void);

/* ---- memory (memory.c) ---- */

/* Every mapping has a guard on each side: no VMA merges with a neighbour unless a row wants it. */
char *map_at_guard(size_t len, int prot, int flags, int fd, off_t off, size_t align);
char *map_anon(size_t len);			/* private */
char *map_shared(size_t len);			/* shmem */
char *map_thp(size_t len);			/* private, huge-page aligned, MADV_HUGEPAGE */
char *huge(void);				/* one such page, filled with 1; or the row is skipped */
char *map_large(void);				/* a folio of LARGE bytes, mapped by an entry a page, filled with 1; the same */
void allow_huge_shmem(void);			/* with MADV_HUGEPAGE at least, until the row ends */
char *huge_shmem(void);				/* the same of shmem, whose first byte is 1 */
char *map_table(void);				/* private, what one page table maps, and no huge page */
char *map_hugetlb(int flags);			/* one huge page of hugetlbfs, MAP_PRIVATE or MAP_SHARED */
char *map_private_shmem(void);			/* a page of a shmem file */
char *map_fs(const char *fs, int prot, int flags, int *fd);	/* a page of a temp_file() there; fd may be NULL */
char *map_dax_huge(int *fd);				/* a huge page of a DAX file at fd, written once; fd may be NULL */
int temp_file(const char *dir, size_t len);	/* unlinked file filled with 'f' */
int memfd(size_t len, unsigned int flags);
char in_file(int fd);				/* its first byte */

/* System calls that must succeed. */
void sync_page(char *p);			/* msync */
void protect(char *p, size_t len, int prot);	/* mprotect */
void protect_and_back(char *p, size_t len);	/* to PROT_READ, then to RW */
void move_mapping(char *from, char *to, size_t len);	/* mremap */

#define peek(p)		(*(volatile char *)(p))
#define poke(p, v)	(*(volatile char *)(p) = (v))
void fill(char *p, size_t len, char v);		/* first byte of each page */
void expect(const char *p, size_t len, char v, const char *what);

long faults_so_far(void);		/* minor and major ones of this thread */
/* Minor+major faults one access takes: 0 says the entry already allowed it. */
long write_faults(char *p, char v);
long read_faults(const char *p);
extern long last_faults;
bool may_write(char *p);			/* no SIGSEGV */

u64 pagemap(const void *p);
#define PM_SOFT_DIRTY	(1ull << 55)
#define PM_EXCLUSIVE	(1ull << 56)
#define PM_UFFD_WP	(1ull << 57)
#define PM_FILE		(1ull << 61)
#define PM_SWAP		(1ull << 62)
#define PM_PRESENT	(1ull << 63)
#define PM_PFN(e)	((e) & ((1ull << 55) - 1))
#define soft_dirty(p)	(!!(pagemap(p) & PM_SOFT_DIRTY))
#define uffd_wp(p)	(!!(pagemap(p) & PM_UFFD_WP))
/* pagemap tells of uffd-wp since 5.14 */
#define must_wp(p, on)	must(!since(5, 14) || uffd_wp(p) == (on), "pagemap bit 57 is %d", !(on))
#define present(p)	(!!(pagemap(p) & PM_PRESENT))
#define swapped(p)	(!!(pagemap(p) & PM_SWAP))
#define pfn(p)		PM_PFN(pagemap(p))

u64 kpageflags(const void *p);			/* of the page mapped at p; 0 if none */
#define KPF(bit)	(1ull << (bit))
enum { KPF_DIRTY = 4, KPF_LRU = 5, KPF_ANON = 12, KPF_SWAPBACKED = 14, KPF_KSM = 21, KPF_THP = 22, KPF_ZERO_PAGE = 24 };

bool tracks(void);				/* the kernel has soft-dirty bits, of which arm64 has none */
void clear_refs(void);				/* echo 4: forget soft-dirty, if it tracks() */
/* For a row that proves more than this; one that proves only this needs "softdirty". */
#define must_sd(p, on, ...)	must(!tracks() || soft_dirty(p) == (on), __VA_ARGS__)
bool has_thp(const void *p);			/* mapped by a PMD */
void swap_out(char *p, size_t len);		/* all of it, or the row is skipped */
int node_of(const void *p);
bool move_to(const void *p, int node);		/* move_pages(2), MPOL_MF_MOVE_ALL; true: it is there */
bool move_away(const void *p);			/* to the other of nodes 0 and 1 */

void move_or_skip(const char *p);		/* move_away(), or the row is skipped */

void pin_page(char *p);				/* as for a device, until the process ends */
char read_pin(char *p);				/* pins for a moment, without FOLL_WRITE; returns the byte */
void write_protect(char *p);			/* the entry of its own page, and of no other, is read-only and all else as before */
void take_references(char *p, int wanted);	/* so many to its page, none of them a pin */
void into_pipe(int fd, char *p);		/* vmsplice() of one byte: the pipe has the page, not a copy */
char from_pipe(int fd);				/* reads one byte */
void lru_drain(void);				/* this CPU's batches */

/* ---- KSM (ksm.c) ---- */

#define KSM	"/sys/kernel/mm/ksm/"
#define THP	"/sys/kernel/mm/transparent_hugepage/"

bool is_merged(const char *p);			/* the pages at p and p + PAGE are one */
void ksm_merge(char *p);			/* merged, or the row is skipped; ksmd goes on */
void ksm_stop(void);
void ksm_scan(char *p, bool (*done)(const char *p), const char *otherwise);	/* until done, or the row is skipped */

/* ---- khugepaged (khugepaged.c) ---- */

char *map_small(void);				/* 2 MB, private; the first 128 KB are small pages, filled with 1 */
bool khugepaged_came(char *p);			/* it has made a folio of 64 KB at p */
bool khugepaged_passed(char *p);		/* it has gone over all memory three times */

/* ---- NUMA balancing (balancing.c) ---- */

char *far_pages(char *p, size_t len, char v);	/* filled with v on the node of CPU 1 */
void balancing_on(void);			/* until the row ends; this thread is on CPU 0 */

/* ---- processes (process.c) ---- */

pid_t fork_row(void);				/* fork(); a failed row fails here */
void join(pid_t pid);				/* waits; the child's failure is ours */
void leave(void) __attribute__((noreturn));	/* ends a child without failure */

struct gate { int fd; };			/* an eventfd: opens once for each wait */
struct gate gate_make(void);
void gate_open(struct gate g);
void gate_wait(struct gate g);

/* A child that has the row's pages and waits for release(), which also waits for its end. */
struct child { struct gate turn; pid_t pid; };
struct child fork_idle(void);			/* ends then */
struct child fork_reader(char *p, size_t len, char v);	/* must then still read v in each page */
struct child fork_writer(char *p, size_t len, char v, char own);	/* the same, and then writes own */
void release(struct child child);
void expect_shared(char *p);			/* a child and the row see what the other writes */
void fork_and_end(void);			/* one that ends at once: the pages were shared for a moment */

double now(void);				/* seconds */
void run_on(int nr);				/* this thread on that CPU, or the row is skipped */

/* ---- a child that writes past all protection (tracer.c) ---- */

struct tracer { struct gate go; pid_t pid; };
struct tracer tracer_make(char *p);		/* before p is touched, so that it shares no page */
void tracer_write(struct tracer t, char *p, u64 old);	/* 2 to p, not to the page at frame old */

/* ---- uprobes (uprobe.c) ---- */

char *map_code(int *fd);			/* a page of a shmem file, MAP_PRIVATE, RWX: a function that does nothing */
void code_readonly(char *p);			/* R-X */
void code_writable(char *p);			/* RWX */
void code_run(char *p);				/* calls it */
bool code_probed(const char *p);		/* a breakpoint is there */
int uprobe_set(int fd);				/* at the start of the file, for this task; the event, or -errno */

/* ---- userfaultfd (uffd.c) ---- */

struct ufd {
	int fd;
	int (*resolve)(struct ufd *u, u64 addr, u64 flags);	/* in the handler thread */
	const char *src;		/* a page to copy from */
	volatile int faults;
	volatile u64 last_flags;
};

u64 ufd_features(void);				/* what the kernel offers, 0 without userfaultfd */
struct ufd *ufd_open(u64 features);
int ufd_register(struct ufd *u, void *p, size_t len, u64 mode);
int ufd_unregister(struct ufd *u, void *p, size_t len);
int ufd_wp(struct ufd *u, const void *p, size_t len, bool on);
int ufd_rwp(struct ufd *u, const void *p, size_t len, bool on);
int ufd_copy(struct ufd *u, void *dst, const void *src, size_t len, u64 mode);
int ufd_zeropage(struct ufd *u, void *dst, size_t len);
int ufd_continue(struct ufd *u, void *dst, size_t len, u64 mode);
int ufd_move(struct ufd *u, void *dst, void *src, size_t len);
void ufd_serve(struct ufd *u, int (*resolve)(struct ufd *u, u64 addr, u64 flags));

void ufd_serve_unwp(struct ufd *u);	/* resolve = take the write protection away */
void ufd_serve_unwp_huge(struct ufd *u);	/* of a huge page */

/* These fail the row rather than return an error. */
struct ufd *ufd_watch(char *p, size_t len, u64 features, u64 mode);
void ufd_protect(struct ufd *u, char *p, size_t len);
struct ufd *ufd_guard(char *p, size_t len);	/* both, for write protection alone */
void ufd_unprotect(struct ufd *u, char *p, size_t len);
void ufd_trapped(struct ufd *u, char *p, char v);	/* a write is told to user space exactly once, then succeeds */

/* Newer than the uapi headers of Debian 12. */
#define UFD_WP_UNPOPULATED	(1 << 13)
#define UFD_POISON		(1 << 14)
#define UFD_WP_ASYNC		(1 << 15)
#define UFD_MOVE		(1 << 16)
#define UFD_RWP			(1 << 17)
#define UFD_MODE_RWP		(1 << 3)	/* UFFDIO_REGISTER_MODE_RWP, 7.3 include/uapi/linux/userfaultfd.h */
#define UFD_WP_SHMEM		(1 << 12)	/* UFFD_FEATURE_WP_HUGETLBFS_SHMEM, 5.19 */
#define UFD_CONTINUE_WP		(1 << 1)	/* UFFDIO_CONTINUE_MODE_WP, 6.4 */

#endif
