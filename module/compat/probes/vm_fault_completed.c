/* since 6.0: d92725256b4f "mm: avoid unnecessary page fault retires on shared memory types" */
#include <linux/mm.h>

vm_fault_t probe = VM_FAULT_COMPLETED;
