/* soft_dirty.c - after echo 4 > clear_refs each later write is seen again. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "rows.h"

/* clear_soft_dirty() write-protects (6.12 fs/proc/task_mmu.c:1405); the next write faults and is recorded. */
static void forgotten(char *p)
{
	clear_refs();
	must(!soft_dirty(p), "soft-dirty after clear_refs");
}

static void recorded(char *p, char v)
{
	must(write_faults(p, v) >= 1, "no fault: the entry was writable under soft-dirty tracking");
	must(soft_dirty(p), "a write is not soft-dirty");
	must(peek(p) == v && write_faults(p, v) == 0, "write");
}

static void tracked(char *p)
{
	poke(p, 1);
	must(soft_dirty(p), "a first write is not soft-dirty");
	forgotten(p);
	must(read_faults(p) == 0 && !soft_dirty(p), "a read counts as a write");
	recorded(p, 2);
	forgotten(p);
	recorded(p, 3);
}

void clear_refs_anon(void)		{ tracked(map_anon(PAGE)); }
void clear_refs_shmem(void)		{ tracked(map_shared(PAGE)); }
void clear_refs_tmpfs(void)		{ tracked(map_fs("tmpfs", RW, MAP_SHARED, NULL)); }
void clear_refs_ext4(void)		{ tracked(map_fs("ext4", RW, MAP_SHARED, NULL)); }
void clear_refs_vfat(void)		{ tracked(map_fs("vfat", RW, MAP_SHARED, NULL)); }
void clear_refs_private_file(void)	{ tracked(map_fs("ext4", RW, MAP_PRIVATE, NULL)); }

/* A read fault under tracking maps shmem read-only: vma_wants_writenotify() keeps the bit out of vm_page_prot. */
void clear_refs_shmem_read(void)
{
	char *p = map_shared(PAGE);

	clear_refs();
	must(peek(p) == 0 && !soft_dirty(p), "a read counts as a write");
	recorded(p, 1);
}

void clear_refs_zero_page(void)
{
	char *p = map_anon(PAGE);

	(void)peek(p);
	forgotten(p);
	recorded(p, 1);
}

/* One fault, though the writer sleeps in it until it is un-protected. */
void clear_refs_trapped(void)
{
	char *p = map_anon(PAGE);
	struct ufd *u;

	poke(p, 1);
	u = ufd_guard(p, PAGE);
	ufd_serve_unwp(u);
	forgotten(p);
	must_wp(p, true);
	must(write_faults(p, 2) == 1 && u->faults == 1, "%d userfaults", u->faults);
	must(soft_dirty(p), "a write is not soft-dirty");
	must(peek(p) == 2 && write_faults(p, 3) == 0, "write");
}

/* can_change_pte_writable() says no: 6.12 mm/mprotect.c:56 */
static void mprotected(char *p)
{
	poke(p, 1);
	forgotten(p);
	protect_and_back(p, PAGE);
	must(!soft_dirty(p), "mprotect made the page soft-dirty");
	recorded(p, 2);
	forgotten(p);
	must(!mprotect(p, PAGE, PROT_NONE) && !mprotect(p, PAGE, RW), "mprotect: %s", strerror(errno));
	recorded(p, 3);
}

void clear_refs_mprotect(void)		{ mprotected(map_anon(PAGE)); }
void clear_refs_mprotect_shmem(void)	{ mprotected(map_shared(PAGE)); }

/* 5.10 grants here: that is the bug mprotect-file-softdirty. */
void clear_refs_mprotect_ext4(void)
{
	if (!since(6, 0))
		absent("this kernel has the bug mprotect-file-softdirty");
	mprotected(map_fs("ext4", RW, MAP_SHARED, NULL));
}

void clear_refs_fork(void)
{
	struct gate turn = gate_make();
	char *p = map_anon(2 * PAGE);
	pid_t pid;

	fill(p, 2 * PAGE, 1);
	forgotten(p);
	pid = fork_row();
	if (!pid) {
		recorded(p, 3);
		must(!soft_dirty(p + PAGE), "an untouched page is soft-dirty");
		gate_open(turn);
		leave();
	}
	gate_wait(turn);
	must(!soft_dirty(p), "the child's write counts for the parent");
	poke(p, 2);
	must(soft_dirty(p) && peek(p) == 2, "a write after fork is not soft-dirty");
	join(pid);
}

/* Moved entries are soft-dirty at their new address: move_soft_dirty_pte() */
void clear_refs_mremap(void)
{
	char *p = map_anon(PAGE), *q = map_anon(PAGE);

	poke(p, 1);
	forgotten(p);
	move_mapping(p, q, PAGE);
	must(soft_dirty(q), "a moved page is not soft-dirty");
	poke(q, 2);
	must(peek(q) == 2, "write lost");
}

/* A new mapping is soft-dirty as a whole: VM_SOFTDIRTY. */
void clear_refs_new(void)
{
	char *p;

	clear_refs();
	p = map_anon(PAGE);
	must(soft_dirty(p), "a new mapping is not soft-dirty");
	clear_refs();
	must(!soft_dirty(p), "soft-dirty after clear_refs");
	poke(p, 1);
	must(soft_dirty(p), "a first touch is not soft-dirty");
}

void clear_refs_madv_free(void)
{
	char *p = map_anon(PAGE);

	poke(p, 1);
	forgotten(p);
	must(!madvise(p, PAGE, MADV_FREE), "MADV_FREE: %s", strerror(errno));
	recorded(p, 2);
}

/* GUP writes are writes. */
void clear_refs_syscall(void)
{
	char *p = map_anon(PAGE);
	int pipefd[2];

	poke(p, 1);
	forgotten(p);
	must(!pipe(pipefd) && write(pipefd[1], "x", 1) == 1 && read(pipefd[0], p, 1) == 1, "pipe");
	must(peek(p) == 'x' && soft_dirty(p), "a write by the kernel is not soft-dirty");
}

/* clear_soft_dirty_pmd() */
void clear_refs_thp(void)
{
	char *p = huge();

	forgotten(p);
	must(has_thp(p), "clear_refs split the huge page");
	must(write_faults(p, 2) >= 1 && soft_dirty(p), "a write to a huge page is not soft-dirty");
	forgotten(p);
	protect_and_back(p, HPAGE);
	must(write_faults(p, 3) >= 1 && soft_dirty(p), "mprotect granted under soft-dirty tracking");
}

/* A split spreads the state of the PMD over the entries; the dirty ones come out soft-dirty too (pte_mkdirty()). */
void clear_refs_thp_split(void)
{
	char *p = huge();

	forgotten(p);
	protect(p, PAGE, PROT_READ);
	must(!has_thp(p), "not split");
	must(write_faults(p + PAGE, 2) >= 1 && soft_dirty(p + PAGE), "a write after the split is not soft-dirty");
}
