// SPDX-License-Identifier: GPL-2.0
/* traced.c - functions of ours that ftrace may trace, unlike all others: canaries of the hooks that rest on it. */
#include <linux/compiler.h>

#include "traced.h"

noinline void mma_canary_traced(void)
{
	barrier();
}

noinline void mma_canary_probed(void)
{
	barrier();
}

noinline void mma_canary_returned(void)
{
	barrier();
}

noinline void mma_canary_wrapped(void)
{
	barrier();
}
