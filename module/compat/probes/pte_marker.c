/* since 5.19: 1db9dbc2ef05 "mm/shmem: persist uffd-wp bit across zapping for file-backed" and what it rests on */
#include <linux/mm.h>
#include <linux/swap.h>
#include <linux/swapops.h>

int probe = PTE_MARKER_UFFD_WP;
