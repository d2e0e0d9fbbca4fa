/* page_size.c - compiled fourth, must be yes: has the kernel pages of a size that mmaudit is for? */
#include <linux/mm.h>

#if PAGE_SHIFT != 12
#error mmaudit is for kernels with pages of 4 KiB: what it remembers of a call is the entries of one of their page tables
#endif
