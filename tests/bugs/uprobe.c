/* uprobe.c - a uprobe writes to a page of code, and its entry is made anew. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "bugs.h"

enum { DATA = 200 };	/* behind the code of the page */

/*
 * __replace_page() maps a copy with the breakpoint: mk_pte(new_page, vm_page_prot), 5.10 kernel/events/uprobes.c:200,
 * 6.1 :199, 6.12 :217. Since 6.16 the page that is there is written to.
 */
static char *written_code(int *fd)
{
	char *p = map_code(fd);

	poke(p + DATA, 1);
	clear_refs();
	poke(p + DATA, 2);
	code_readonly(p);
	must(soft_dirty(p), "the write is not soft-dirty");
	return p;
}

static void expect_kept(const char *p, const char *what)
{
	must(peek(p + DATA) == 2, "the page has lost its contents");
	if (!soft_dirty(p))
		lost("%s took the soft-dirty bit of a page that was written", what);
}

void uprobe_softdirty(void)
{
	int fd, event;
	char *p = written_code(&fd);

	event = uprobe_set(fd);
	must(event >= 0 && code_probed(p), "no uprobe: %s", strerror(-event));
	expect_kept(p, "setting a uprobe");
}

/* The handler finds that nobody probes this process, and removes the breakpoint: unapply_uprobe(), mmap_lock for reading. */
static void run_in_child(char *p)
{
	pid_t pid = fork_row();

	if (pid) {
		join(pid);
		return;
	}
	clear_refs();
	code_writable(p);
	poke(p + DATA, 2);
	code_readonly(p);
	must(code_probed(p) && soft_dirty(p), "the child has no uprobe, or its write is not soft-dirty");
	code_run(p);
	must(!code_probed(p), "the child's uprobe is still there");
	expect_kept(p, "a uprobe that a child met");
	leave();
}

void uprobe_hit_softdirty(void)
{
	int fd, event;
	char *p = map_code(&fd);

	code_readonly(p);
	event = uprobe_set(fd);
	must(event >= 0 && code_probed(p), "no uprobe: %s", strerror(-event));
	run_in_child(p);
}

static void expect_trapped(struct ufd *u, char *p, const char *what)
{
	code_writable(p);
	ufd_serve_unwp(u);
	poke(p + DATA, 3);
	if (!u->faults)
		lost("a write-protected page was written after %s and nobody was told", what);
}

/* Since 6.16 such a page gets no uprobe: __uprobe_write() kernel/events/uprobes.c:422 (7.2) */
void uprobe_uffd_wp(void)
{
	struct ufd *u;
	int fd;
	char *p = map_code(&fd);

	poke(p + DATA, 2);
	u = ufd_guard(p, PAGE);
	must_wp(p, true);
	code_readonly(p);
	(void)uprobe_set(fd);
	expect_trapped(u, p, "a uprobe was set");
}

/* A page that is like the file's again is taken away, and no marker is left. */
void uprobe_remove_uffd_wp(void)
{
	struct ufd *u;
	int fd, event;
	char *p = map_code(&fd);

	code_readonly(p);
	event = uprobe_set(fd);
	must(event >= 0 && code_probed(p), "no uprobe: %s", strerror(-event));
	u = ufd_guard(p, PAGE);
	must_wp(p, true);
	close(event);
	expect_trapped(u, p, "a uprobe was removed");
}
