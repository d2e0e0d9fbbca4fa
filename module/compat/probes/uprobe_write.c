/* since 6.18: "uprobes: Add uprobe_write function" */
#include <linux/mm.h>
#include <linux/uprobes.h>

void *probe = uprobe_write;
