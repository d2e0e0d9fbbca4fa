/* tracer.c - a child that writes to its parent's memory, whatever its protection: FOLL_FORCE. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include "kit.h"

/*
 * FOLL_FORCE breaks COW and leaves the entry read-only: 6.12 mm/gup.c:802. The child uses ptrace, because writes to
 * /proc/PID/mem may not be allowed to force (CONFIG_PROC_MEM_*, 6.12). It is forked before the page exists, so as not to share it.
 */
struct tracer tracer_make(char *p)
{
	struct tracer t = { gate_make(), fork_row() };
	pid_t parent;
	int status;

	if (t.pid)
		return t;
	parent = getppid();
	gate_wait(t.go);
	must(!ptrace(PTRACE_ATTACH, parent, NULL, NULL) && waitpid(parent, &status, __WALL) == parent,
	     "PTRACE_ATTACH: %s", strerror(errno));
	must(!ptrace(PTRACE_POKEDATA, parent, p, (void *)2l), "PTRACE_POKEDATA: %s", strerror(errno));
	ptrace(PTRACE_DETACH, parent, NULL, NULL);
	leave();
}

void tracer_write(struct tracer t, char *p, u64 old)
{
	gate_open(t.go);
	join(t.pid);
	must(peek(p) == 2, "forced write lost");
	must(!old || pfn(p) != old, "forced write went to a shared page");
	must(!may_write(p), "a forced write made a read-only mapping writable");
}
