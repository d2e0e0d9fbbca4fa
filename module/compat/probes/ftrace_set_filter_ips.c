/* since 5.18: "ftrace: Add ftrace_set_filter_ips function" */
#include <linux/ftrace.h>

int probe(struct ftrace_ops *ops, unsigned long *ips, unsigned int nr)
{
	return ftrace_set_filter_ips(ops, ips, nr, 0, 1);
}
