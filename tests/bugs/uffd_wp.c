/* uffd_wp.c - a write that userfaultfd was to stop or to report, and did not. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "bugs.h"

/*
 * uffd_wp_range() took the new protection from vm_flags alone (6.1 mm/userfaultfd.c:747) and so mapped a page
 * of shared memory writable although soft-dirty tracking wanted the write fault. Fixed by 931298e103c2.
 */
static void unwp(char *p, void (*undo)(struct ufd *u, char *p))
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);

	poke(p, 1);
	clear_refs();
	must(!soft_dirty(p), "soft-dirty stays set after clear_refs");
	must(!ufd_register(u, p, PAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	undo(u, p);
	must(!uffd_wp(p), "still write-protected");
	poke(p, 2);
	if (!soft_dirty(p))
		lost("a write after clear_refs left pagemap bit 55 at 0: a soft-dirty snapshot misses it");
}

static void wp_on_off(struct ufd *u, char *p)
{
	must(!ufd_wp(u, p, PAGE, true), "UFFDIO_WRITEPROTECT on");
	must(uffd_wp(p), "pagemap bit 57 is 0 after UFFDIO_WRITEPROTECT");
	must(!ufd_wp(u, p, PAGE, false), "UFFDIO_WRITEPROTECT off");
}

static void only_unregister(struct ufd *u, char *p)
{
	must(!ufd_unregister(u, p, PAGE), "UFFDIO_UNREGISTER");
}

/* userfaultfd_release() un-protects too (6.1 fs/userfaultfd.c:920). */
static void only_close(struct ufd *u, char *p)
{
	(void)p;
	close(u->fd);
}

void uffd_unwp(void)
{
	unwp(map_shared(PAGE), wp_on_off);
}

void uffd_unwp_unregister(void)
{
	unwp(map_shared(PAGE), only_unregister);
}

void uffd_unwp_close(void)
{
	unwp(map_shared(PAGE), only_close);
}

void uffd_unwp_memfd(void)
{
	unwp(map_at_guard(PAGE, RW, MAP_SHARED, memfd(PAGE, 0), 0, 0), wp_on_off);
}

void swapoff_uffd_wp(void)
{
	char *table = map_table(), *p = table + 300 * PAGE;	/* see soft_dirty.c, FAR */
	struct ufd *u;

	poke(p, 1);
	u = ufd_watch(table, HPAGE, 0, UFFDIO_REGISTER_MODE_WP);
	ufd_protect(u, p, PAGE);
	swap_out(p, PAGE);
	swap_off();
	ufd_serve_unwp(u);
	poke(p, 2);
	if (!u->faults)
		lost("a write-protected page was written after swapoff and nobody was told");
}

/* Fixed in 5.19 with mfill_atomic_install_pte(): 5.10 only took the uffd-wp branch when VM_WRITE was set. */
void uffdio_copy_readonly(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	char *src = map_anon(PAGE);
	char *p = map_at_guard(PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0, 0);

	poke(src, 1);
	must(!ufd_register(u, p, PAGE, UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(!ufd_copy(u, p, src, PAGE, UFFDIO_COPY_MODE_WP), "UFFDIO_COPY");
	protect(p, PAGE, RW);
	ufd_serve_unwp(u);
	poke(p, 2);
	if (!u->faults)
		lost("a page copied in with MODE_WP was written after mprotect RW and nobody was told");
}

/* replace_page() makes the entry afresh: mk_pte(kpage, vm_page_prot), 6.1 mm/ksm.c:1165, 6.12 :1397. */
void ksm_uffd_wp(void)
{
	char *p = map_anon(2 * PAGE);
	struct ufd *u;

	memset(p, 123, 2 * PAGE);
	u = ufd_guard(p, 2 * PAGE);
	ksm_merge(p);
	ksm_stop();
	ufd_serve_unwp(u);
	poke(p, 1);
	if (!u->faults)
		lost("ksmd merged a write-protected page; it was written and nobody was told");
}

/* hugetlb_wp() of 6.1 makes the unshared copy without uffd-wp: mm/hugetlb.c:5707. */
void hugetlb_unshare_uffd_wp(void)
{
	char *p = map_hugetlb(MAP_PRIVATE);
	struct child child;

	poke(p, 1);
	child = fork_idle();
	ufd_guard(p, HPAGE);
	must(uffd_wp(p), "not write-protected");
	read_pin(p);
	release(child);
	if (!uffd_wp(p))
		lost("a mere read of a huge page by process_vm_readv took its write protection away");
}

/* 5.10 set_pmd_migration_entry() and remove_migration_pmd() know no uffd-wp. */
void migrate_thp_uffd_wp(void)
{
	char *p = huge();
	struct ufd *u = ufd_guard(p, HPAGE);

	move_or_skip(p);
	ufd_serve_unwp(u);
	poke(p, 2);
	if (!u->faults)
		lost("a write-protected huge page was written after migration and nobody was told");
}
