/* uffd.c - bugs of userfaultfd write protection. */
#define _GNU_SOURCE
#include <linux/userfaultfd.h>
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
