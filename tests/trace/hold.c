/*
 * hold.c - `hold perf ID`, `hold bpf NAME`: has a tracepoint as perf, or as a BPF program, has one, says so, and keeps it
 * until it is killed. Status 1 and a word of the error if it may not.
 */
#define _GNU_SOURCE
#include <err.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Only counted, in this task: what perf allows to anyone if perf_event_paranoid is below 2. */
static int by_perf(const char *id)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr), .config = strtoull(id, NULL, 0) };

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

/* r0 = 0; exit */
static int program(void)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_RAW_TRACEPOINT, .insns = (uintptr_t)insns, .insn_cnt = 2, .license = (uintptr_t)"GPL",
	};

	return syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

static int by_bpf(const char *name)
{
	union bpf_attr attr = { .raw_tracepoint.name = (uintptr_t)name };
	int fd = program();

	if (fd < 0)
		return fd;
	attr.raw_tracepoint.prog_fd = fd;
	return syscall(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attr, sizeof(attr));
}

int main(int argc, char **argv)
{
	int fd;

	if (argc != 3)
		errx(2, "usage: hold perf ID | hold bpf NAME");
	fd = strcmp(argv[1], "perf") ? by_bpf(argv[2]) : by_perf(argv[2]);
	if (fd < 0)
		err(1, "%s %s", argv[1], argv[2]);
	puts("held");
	fflush(stdout);
	pause();
	return 0;
}
