// SPDX-License-Identifier: GPL-2.0
/* count.bpf.c - a BPF program that counts calls of one function; AT is fentry/FUNCTION or fexit/FUNCTION. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} calls SEC(".maps");

SEC(AT)
int count(void *ctx)
{
	__u32 key = 0;
	__u64 *n = bpf_map_lookup_elem(&calls, &key);

	if (n)
		++*n;
	return 0;
}

char _license[] SEC("license") = "GPL";
