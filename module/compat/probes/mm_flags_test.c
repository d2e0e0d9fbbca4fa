/* since 6.18: "mm: add bitmap mm->flags field" */
#include <linux/mm.h>

int probe(struct mm_struct *mm)
{
	return mm_flags_test(MMF_HAS_PINNED, mm);
}
