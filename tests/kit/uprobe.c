/* uprobe.c - code in a private mapping, and breakpoints in it. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "kit.h"

#define PMU_TYPE "/sys/bus/event_source/devices/uprobe/type"

/* The breakpoint of arm64 is its own: UPROBES_BRK_IMM, arch/arm64/include/asm/brk-imm.h:25 (6.12). */
#ifdef __aarch64__
typedef uint32_t insn;
enum { NOP = 0xd503201f, RET = 0xd65f03c0, BREAK = 0xd42000a0 };
#else
typedef uint8_t insn;
enum { NOP = 0x90, RET = 0xc3, BREAK = 0xcc };
#endif

/* No uprobe is set where a mapping is writable: valid_vma() kernel/events/uprobes.c. So it is not while code is probed. */
char *map_code(int *fd)
{
	insn page[PAGE / sizeof(insn)];
	size_t i;

	for (i = 0; i < PAGE / sizeof(insn); i++)
		page[i] = (insn)NOP;
	page[8] = (insn)RET;
	*fd = memfd(PAGE, 0);
	must(pwrite(*fd, page, PAGE, 0) == PAGE, "write: %s", strerror(errno));
	return map_at_guard(PAGE, RW | PROT_EXEC, MAP_PRIVATE, *fd, 0, 0);
}

void code_readonly(char *p)	{ protect(p, PAGE, PROT_READ | PROT_EXEC); }
void code_writable(char *p)	{ protect(p, PAGE, RW | PROT_EXEC); }

/* __extension__: ISO C has no pointer to code made of one to data. */
void code_run(char *p)		{ (__extension__ (void (*)(void))p)(); }

bool code_probed(const char *p)	{ return *(volatile const insn *)p == (insn)BREAK; }

int uprobe_set(int fd)
{
	struct perf_event_attr attr = { .size = sizeof(attr), .type = read_long(PMU_TYPE) };
	char path[64];
	int event;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	attr.config1 = (uintptr_t)path;		/* uprobe_path */
	event = syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
	return event < 0 ? -errno : event;
}
