/* range.c - asked next: is this a kernel mmaudit knows? The one place that says which those are. */
#include <linux/version.h>
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0) || LINUX_VERSION_CODE >= KERNEL_VERSION(7, 4, 0)
#error mmaudit is for Linux 5.10 to 7.3
#endif
#ifdef CONFIG_PREEMPT_RT
#error mmaudit is not for PREEMPT_RT kernels: their page-table locks sleep, which a probe may not
#endif
