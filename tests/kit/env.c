/* env.c - what the machine offers a row, and settings that are put back when the row has ended. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "kit.h"

/* ---- small files ---- */

bool read_str(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = 0;
	return n >= 0;
}

bool write_str(const char *path, const char *value)
{
	ssize_t len = strlen(value);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, value, len) == len;

	if (fd >= 0)
		close(fd);
	return ok;
}

long read_long(const char *path)
{
	char buf[64];

	return read_str(path, buf, sizeof(buf)) ? strtol(buf, NULL, 10) : -1;
}

/* "name value" lines: the value, or -1. */
static long line_value(FILE *f, const char *name)
{
	size_t len = strlen(name);
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, name, len) && (line[len] == ' ' || line[len] == ':'))
			return strtol(line + len + 1, NULL, 10);
	return -1;
}

long vmstat(const char *name)
{
	FILE *f = fopen("/proc/vmstat", "re");
	long value = line_value(f, name);

	if (f)
		fclose(f);
	return value;
}

long smaps_kb(const void *p, const char *field)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	unsigned long start, end, at = (unsigned long)p;
	long value = -1;
	char line[256];

	while (f && value < 0 && fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2 && start <= at && at < end)
			value = line_value(f, field);
	if (f)
		fclose(f);
	return value;
}

/* ---- settings ---- */

#define SETTINGS 8

/* Shared with the runner, which restores them even if the row has died. */
static struct old {
	char path[96];
	char value[96];
} *old;

/* "always [madvise] never" -> "madvise" */
static void chosen(char *value)
{
	char *open = strchr(value, '['), *close = strchr(value, ']');

	if (open && close) {
		*close = 0;
		memmove(value, open + 1, close - open);
	}
	value[strcspn(value, "\n")] = 0;
}

static void remember(const char *path)
{
	int i;

	for (i = 0; i < SETTINGS && old[i].path[0]; i++)
		if (!strcmp(old[i].path, path))
			return;
	must(i < SETTINGS, "too many settings");
	if (!read_str(path, old[i].value, sizeof(old[i].value)))
		skip("no %s", path);
	chosen(old[i].value);
	snprintf(old[i].path, sizeof(old[i].path), "%s", path);
}

static bool stay;

void settings_stay(void)
{
	stay = true;
}

bool setting_is(const char *path, const char *value)
{
	char now[96];

	if (!read_str(path, now, sizeof(now)))
		return false;
	chosen(now);
	return !strcmp(now, value);
}

void setting(const char *path, const char *value)
{
	if (stay && setting_is(path, value))
		return;
	if (stay)
		skip("it needs \"%s\" in %s, and may not set that", value, path);
	remember(path);
	if (!write_str(path, value))
		skip("cannot write \"%s\" to %s: %s", value, path, strerror(errno));
}

void may_set(const char *path, const char *value)
{
	if (!stay)
		setting(path, value);
}

void settings_restore(void)
{
	int i;

	for (i = SETTINGS - 1; i >= 0; i--)
		if (old[i].path[0])
			write_str(old[i].path, old[i].value);
	memset(old, 0, SETTINGS * sizeof(*old));
}

__attribute__((constructor)) static void env_init(void)
{
	old = mmap(NULL, SETTINGS * sizeof(*old), PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/* ---- needs ---- */

/* No kernel has it there. arm64 has the mark uffd-wp, and so all that needs it, since "arm64/mm: Add uffd write-protect support" (6.10). */
#ifdef __aarch64__
#define NEVER_ON_ARM64 { 1000, 0 }
#define NEVER_ON_X86 { 0, 0 }
#define ON_ARM64_SINCE_6_10(major, minor) { 6, 10 }
#else
#define NEVER_ON_ARM64 { 0, 0 }
#define NEVER_ON_X86 { 1000, 0 }
#define ON_ARM64_SINCE_6_10(major, minor) { major, minor }
#endif

bool since(int major, int minor)
{
	struct utsname u;
	int a = 0, b = 0;

	uname(&u);
	sscanf(u.release, "%d.%d", &a, &b);
	return a > major || (a == major && b >= minor);
}

static const struct fs {
	const char *name, *dir;
	long magic;
} filesystems[] = {
	{ "ext4",  "/mnt/ext4",	EXT4_SUPER_MAGIC },
	{ "vfat",  "/mnt/vfat",	MSDOS_SUPER_MAGIC },
	{ "dax",   "/mnt/dax",	EXT4_SUPER_MAGIC },
	{ "tmpfs", "/dev/shm",	TMPFS_MAGIC },
};

static const char *more_files;

void files_in(const char *dir)
{
	more_files = dir;
}

/* Whether a file made there is on persistent memory and mapped without a page cache. */
static bool is_dax(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct statx st = { 0 };
	bool dax = fd >= 0 && !statx(fd, "", AT_EMPTY_PATH, 0, &st) && st.stx_attributes & STATX_ATTR_DAX;

	if (fd >= 0)
		close(fd);
	return dax;
}

/* Whether files can be made in a directory of that file system. */
static bool is_of(const char *dir, const struct fs *fs)
{
	struct statfs sfs;

	return !statfs(dir, &sfs) && sfs.f_type == fs->magic && !access(dir, W_OK);
}

static bool more_is_of(const struct fs *fs)
{
	return more_files && (strcmp(fs->name, "dax") ? is_of(more_files, fs) : is_dax(more_files));
}

const char *dir_of(const char *name)
{
	const struct fs *fs;

	for (fs = filesystems; fs < filesystems + sizeof(filesystems) / sizeof(*fs); fs++)
		if (!strcmp(fs->name, name))
			return is_of(fs->dir, fs) ? fs->dir : more_is_of(fs) ? more_files : NULL;
	return NULL;
}

static bool has_ext4(void)	{ return dir_of("ext4"); }
static bool has_vfat(void)	{ return dir_of("vfat"); }
static bool has_dax(void)	{ return dir_of("dax"); }
static bool has_tmpfs(void)	{ return dir_of("tmpfs"); }
static bool is_root(void)	{ return geteuid() == 0; }
static bool has_reclaim(void)	{ return !access("/sys/fs/cgroup/memory.reclaim", W_OK); }
static bool has_ksm(void)	{ return read_long("/sys/kernel/mm/ksm/run") >= 0; }
static bool has_hugetlb(void)	{ return read_long("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages") >= 4; }

static bool has_hugetlb_64k(void) { return !access("/sys/kernel/mm/hugepages/hugepages-64kB/nr_hugepages", W_OK); }

static bool thp_is_not(const char *bad)
{
	char buf[64];

	return read_str("/sys/kernel/mm/transparent_hugepage/enabled", buf, sizeof(buf)) && !strstr(buf, bad);
}

static bool thp_on(void)	{ return thp_is_not("[never]"); }

static bool has_mthp(void)
{
	return !access("/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled", W_OK);
}

static bool has_migration(void)	{ return !syscall(SYS_move_pages, 0, 0UL, NULL, NULL, NULL, 0); }
static bool has_mthp_collapse(void)
{
	return !access("/sys/kernel/mm/transparent_hugepage/hugepages-64kB/stats/collapse_alloc", R_OK);
}

static bool has_compaction(void) { return !access("/proc/sys/vm/compact_memory", W_OK); }

/* Without migration nothing moves from one to the other. */
static bool has_numa(void)
{
	char buf[64];

	return has_migration() && read_str("/sys/devices/system/node/has_memory", buf, sizeof(buf)) && strpbrk(buf, "-,");
}

static bool has_soft_dirty(void)
{
	char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	bool dirty, clean;

	poke(p, 1);
	dirty = soft_dirty(p);
	clean = write_str("/proc/self/clear_refs", "4") && !soft_dirty(p);
	munmap(p, PAGE);
	return dirty && clean;
}

static bool has_uring(void)
{
	char params[120] = { 0 };
	int fd = syscall(SYS_io_uring_setup, 1, params);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool has_uprobe(void)	{ return read_long("/sys/bus/event_source/devices/uprobe/type") >= 0; }
static bool has_ufd(void)	{ return ufd_features(); }
static bool has_wp(void)	{ return ufd_features() & 1; /* UFFD_FEATURE_PAGEFAULT_FLAG_WP */ }
static bool has_wp_shmem(void)	{ return ufd_features() & UFD_WP_SHMEM; }
static bool has_minor(void)	{ return ufd_features() & (1 << 10); /* UFFD_FEATURE_MINOR_SHMEM */ }
static bool has_async(void)	{ return ufd_features() & UFD_WP_ASYNC; }
static bool has_move(void)	{ return ufd_features() & UFD_MOVE; }
static bool has_rwp(void)	{ return ufd_features() & UFD_RWP; }

static const struct need {
	const char *word;
	bool (*met)(void);
	const char *otherwise;	/* "(CONFIG_...)": the kernel is built without it; `mmaudit verdict` looks for that */
	int since[2];		/* older kernels do not have it at all */
} needs[] = {
	{ "root",	is_root,	"needs root", { 0, 0 } },
	{ "softdirty",	has_soft_dirty,	"no soft-dirty tracking (CONFIG_MEM_SOFT_DIRTY)", NEVER_ON_ARM64 },
	{ "swap",	swap_any,	"no swap is on", { 0, 0 } },
	{ "numa",	has_numa,	"needs two NUMA nodes with memory, and CONFIG_MIGRATION", { 0, 0 } },
	{ "compaction",	has_compaction,	"no compact_memory (CONFIG_COMPACTION)", { 0, 0 } },
	{ "reclaim",	has_reclaim,	"no /sys/fs/cgroup/memory.reclaim (5.19, cgroup2 mounted)", { 5, 19 } },
	{ "ksm",	has_ksm,	"no KSM", { 0, 0 } },
	{ "thp",	thp_on,		"transparent huge pages are off", { 0, 0 } },
	{ "mthp",	has_mthp,	"no large folios of 64 KB (6.8)", { 6, 8 } },
	{ "mthp-collapse", has_mthp_collapse, "khugepaged makes no large folios of 64 KB (7.2)", { 7, 2 } },
	{ "hugetlb",	has_hugetlb,	"needs 4 free huge pages of 2 MB", { 0, 0 } },
	{ "hugetlb-64k", has_hugetlb_64k, "no huge pages of 64 KB", NEVER_ON_X86 },
	{ "uprobe",	has_uprobe,	"no uprobes (CONFIG_UPROBE_EVENTS)", { 0, 0 } },
	{ "uring",	has_uring,	"no io_uring", { 0, 0 } },
	{ "ext4",	has_ext4,	"no ext4 at /mnt/ext4", { 0, 0 } },
	{ "vfat",	has_vfat,	"no vfat at /mnt/vfat", { 0, 0 } },
	{ "dax",	has_dax,	"no ext4 -o dax at /mnt/dax (needs memmap=...! on the kernel command line)", { 0, 0 } },
	{ "tmpfs",	has_tmpfs,	"no tmpfs at /dev/shm", { 0, 0 } },
	{ "uffd",	has_ufd,	"no userfaultfd", { 0, 0 } },
	{ "uffd-wp",	has_wp,		"no userfaultfd write protection", ON_ARM64_SINCE_6_10(5, 7) },
	{ "uffd-shmem",	has_wp_shmem,	"no userfaultfd write protection of shmem (5.19)", ON_ARM64_SINCE_6_10(5, 19) },
	{ "uffd-minor",	has_minor,	"no userfaultfd minor faults of shmem (5.14)", { 5, 14 } },
	{ "uffd-async",	has_async,	"no userfaultfd WP_ASYNC (6.7)", { 6, 7 } },
	{ "uffd-move",	has_move,	"no UFFDIO_MOVE (6.8)", { 6, 8 } },
	{ "uffd-rwp",	has_rwp,	"no userfaultfd read-write protection (7.3)", { 7, 3 } },
};

struct verdict need_check(const char *word)
{
	struct verdict v = { .state = FAIL, .why = "names a need nobody knows" };
	const struct need *need;

	for (need = needs; need < needs + sizeof(needs) / sizeof(*need); need++)
		if (!strcmp(need->word, word)) {
			v.state = need->met() ? PASS : since(need->since[0], need->since[1]) ? SKIP : ABSENT;
			snprintf(v.why, sizeof(v.why), "%s", v.state == PASS ? "" : need->otherwise);
		}
	return v;
}
