// SPDX-License-Identifier: GPL-2.0
/* traced.c - canaries of the hooks that use ftrace: the only functions of the module that ftrace may trace. */
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
