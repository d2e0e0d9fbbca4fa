/* since 6.4: "ftrace: Rename _ftrace_direct_multi APIs to _ftrace_direct APIs" */
#include <linux/ftrace.h>

int probe(struct ftrace_ops *ops, unsigned long addr)
{
	return register_ftrace_direct(ops, addr) ?: unregister_ftrace_direct(ops, addr, true);
}
