/* since 6.16: "kernel/events/uprobes: pass VMA to set_swbp(), set_orig_insn() and uprobe_write_opcode()" */
#include <linux/mm.h>
#include <linux/uprobes.h>

#define IS(...) __builtin_types_compatible_p(typeof(uprobe_write_opcode), int (__VA_ARGS__))

/* The last argument came with 6.18. */
_Static_assert(IS(struct arch_uprobe *, struct vm_area_struct *, unsigned long, uprobe_opcode_t) ||
	       IS(struct arch_uprobe *, struct vm_area_struct *, unsigned long, uprobe_opcode_t, bool), "");
