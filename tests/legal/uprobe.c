/* uprobe.c - breakpoints in pages of code that have no mark to lose. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/userfaultfd.h>
#include <string.h>
#include <unistd.h>
#include "rows.h"

enum { DATA = 200 };	/* behind the code of the page */

static void set_and_remove(char *p, int fd)
{
	int event = uprobe_set(fd);

	must(event >= 0 && code_probed(p), "no uprobe: %s", strerror(-event));
	code_run(p);
	must(code_probed(p), "a uprobe was gone after it was met");
	close(event);
	must(!code_probed(p), "the uprobe is still there");
	code_run(p);
}

/* uprobe_write_opcode(): a copy of the file's page, and the file's page again. 6.12 kernel/events/uprobes.c:478 */
void uprobe_file(void)
{
	int fd;
	char *p = map_code(&fd);

	code_readonly(p);
	(void)peek(p);
	set_and_remove(p, fd);
}

/* From 6.16 on the copy is soft-dirty; it goes with the breakpoint. */
void uprobe_tracked(void)
{
	int fd;
	char *p = map_code(&fd);

	code_readonly(p);
	(void)peek(p);
	clear_refs();
	set_and_remove(p, fd);
}

void uprobe_clean(void)
{
	int fd;
	char *p = map_code(&fd);

	poke(p + DATA, 2);
	clear_refs();
	code_readonly(p);
	set_and_remove(p, fd);
	must(peek(p + DATA) == 2, "contents");
}

void uprobe_unmarked(void)
{
	struct ufd *u = ufd_open(UFFD_FEATURE_PAGEFAULT_FLAG_WP);
	int fd;
	char *p = map_code(&fd);

	poke(p + DATA, 2);
	must(!ufd_register(u, p, PAGE, UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	code_readonly(p);
	set_and_remove(p, fd);
	code_writable(p);
	ufd_serve_unwp(u);
	poke(p + DATA, 3);
	must(u->faults == 0, "a page that nobody protected");
}

/* The child's breakpoint is removed when the child meets it: unapply_uprobe(), under mmap_lock for reading up to 6.12. */
void uprobe_child(void)
{
	int fd, event;
	char *p = map_code(&fd);
	pid_t pid;

	code_readonly(p);
	event = uprobe_set(fd);
	must(event >= 0 && code_probed(p), "no uprobe: %s", strerror(-event));
	pid = fork_row();
	if (!pid) {
		code_run(p);
		must(!code_probed(p), "the child's uprobe is still there");
		leave();
	}
	join(pid);
	must(code_probed(p), "the child took its parent's uprobe away");
}
