// SPDX-License-Identifier: GPL-2.0
/* inlined.c - looks through the code of the callers of a probed function for its call. */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "inlined.h"
#include "sites.h"

static const struct { unsigned int point; const char *caller; } callers[] = {
#define X(name, caller) { MMA_POINT_##name, caller },
	MMA_CALLERS(X)
#undef X
};

/* The function that addr is in, as kallsyms tells it: "name+0xoffset/0xsize". */
static bool bounds(unsigned long addr, unsigned long *begin, unsigned long *end)
{
	char *text = kmalloc(KSYM_SYMBOL_LEN, GFP_KERNEL), *at;
	unsigned long offset, size;
	bool found;

	if (!text)
		return false;
	sprint_symbol(text, addr);
	at = strrchr(text, '+');
	found = at && sscanf(at, "+0x%lx/0x%lx", &offset, &size) == 2;
	kfree(text);
	if (!found)
		return false;
	*begin = addr - offset;
	*end = *begin + size;
	return true;
}

/* A probe that is never armed, for only kprobes tells a module where a function is. */
static unsigned long address_of(const char *symbol)
{
	struct kprobe kp = { .symbol_name = symbol, .flags = KPROBE_FLAG_DISABLED };
	unsigned long addr;

	if (register_kprobe(&kp))
		return 0;
	addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return addr;
}

/*
 * A call may go to what stands before the function (CONFIG_CALL_THUNKS pads it), and the
 * probe behind an endbr or a bti.
 */
static bool is_call_to(unsigned long target, unsigned long begin, unsigned long probed)
{
	return target >= begin - MMA_CALL_PAD && target <= probed;
}

static bool calls(const char *caller, unsigned long begin, unsigned long probed)
{
	unsigned long ip, end, addr = address_of(caller);

	if (!addr || !bounds(addr, &ip, &end))
		return false;
	for (; ip + MMA_CALL_SIZE <= end; ip += MMA_CALL_STEP)
		if (is_call_to(mma_called_at(ip), begin, probed))
			return true;
	return false;
}

bool mma_inlined(unsigned int point, unsigned long addr)
{
	unsigned long begin, end;
	bool listed = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(callers); i++) {
		if (callers[i].point != point)
			continue;
		if (!listed && !bounds(addr, &begin, &end))
			return true;
		listed = true;
		if (calls(callers[i].caller, begin, addr))
			return false;
	}
	return listed;
}
