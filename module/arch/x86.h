/* SPDX-License-Identifier: GPL-2.0 */
/* x86.h - what x86-64 alone knows: the registers a probe is given. */
#ifndef MMA_ARCH_X86_H
#define MMA_ARCH_X86_H

#include <linux/ptrace.h>

/*
 * The n-th argument, at the function's first instruction. regs may have
 * registers of arguments and the stack pointer alone.
 */
static __always_inline unsigned long mma_arg(const struct pt_regs *regs, unsigned int n)
{
	switch (n) {
	case 0: return regs->di;
	case 1: return regs->si;
	case 2: return regs->dx;
	case 3: return regs->cx;
	case 4: return regs->r8;
	case 5: return regs->r9;
	default: return ((unsigned long *)regs->sp)[n - 5];	/* behind the return address */
	}
}

static inline unsigned long mma_return_address(const struct pt_regs *regs)
{
	return *(unsigned long *)regs->sp;	/* both kprobe kinds probe before the prologue */
}

/* What a function returns fills %eax or %al alone: the rest of %rax is left over, psABI 3.2.3. */
static inline int mma_returned_int(struct pt_regs *regs)
{
	return (int)regs_return_value(regs);
}

static inline bool mma_returned_bool(struct pt_regs *regs)
{
	return (u8)regs_return_value(regs);
}

#endif /* MMA_ARCH_X86_H */
