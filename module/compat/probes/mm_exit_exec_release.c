/* since 7.3: exit_mm_release() and exec_mm_release() became one, kernel/fork.c:1517 (7.3) */
#include <linux/sched/mm.h>

void probe(struct task_struct *task, struct mm_struct *mm)
{
	mm_exit_exec_release(task, mm);
}
