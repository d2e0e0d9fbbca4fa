/* since 5.19: c89357e27f20 "mm: support GUP-triggered unsharing of anonymous pages" */
#include <linux/mm.h>

unsigned int probe = FAULT_FLAG_UNSHARE;
