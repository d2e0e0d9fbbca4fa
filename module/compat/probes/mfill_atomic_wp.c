/* since 6.4: d9712937037e "mm: userfaultfd: combine 'mode' and 'wp_copy' arguments" */
#include <linux/mm.h>
#include <linux/userfaultfd_k.h>

u32 probe(void)
{
	return (__force u32)MFILL_ATOMIC_WP;
}
