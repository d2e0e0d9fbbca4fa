/* since 5.14: a458b76a41a3 "mm: gup: pack has_pinned in MMF_HAS_PINNED"; before, mm->has_pinned */
#include <linux/mm.h>

int probe = MMF_HAS_PINNED;
