/* range.c - asked next: is this a kernel mmaudit knows? known.h says which those are. */
#include "../known.h"
#if MMA_TOO_OLD
#error mmaudit is for Linux 5.10 to 7.3
#elif MMA_UNKNOWN_KERNEL && !defined(MMA_ALLOW_UNKNOWN_KERNEL)
#error mmaudit is for Linux 5.10 to 7.3; make ALLOW_UNKNOWN_KERNEL=1 builds it for a newer one, whose audits are then never complete
#endif
#if defined(CONFIG_PREEMPT_RT) && LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error mmaudit is for PREEMPT_RT kernels from 6.1 on: what the locks of older ones allow in a probe was not read
#endif
