/* SPDX-License-Identifier: GPL-2.0 */
/* arch.h - picks the one header that knows this architecture. A new one offers what x86.h does; none.h lists it. */
#ifdef MMA_ARCH_NONE
#include "none.h"
#elif defined(CONFIG_X86_64)
#include "x86.h"
#elif defined(CONFIG_ARM64)
#include "arm64.h"
#else
#error mmaudit knows x86-64 and arm64 alone
#endif
