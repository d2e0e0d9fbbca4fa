/* SPDX-License-Identifier: GPL-2.0 */
/* arm64_wrap.h - the trampolines of wrap.c in arm64's assembly. */
#ifndef MMA_ARCH_ARM64_WRAP_H
#define MMA_ARCH_ARM64_WRAP_H

#include <linux/ptrace.h>
#include <linux/stringify.h>

/* Bytes that a trampoline has for a struct call without its data; a multiple of 16, as sp is. */
#define MMA_CALL_ROOM	400

/*
 * A trampoline is called by the second instruction of the function, or jumped to by
 * ftrace_caller: x9 is where the function returns to, x30 the address in the function
 * behind the call, and x0 to x8 and x18 to x29 are the caller's. Only a return may go
 * there: with BTI no indirect branch may enter the middle of a function. arch/arm64/
 * kernel/entry-ftrace.S:20 and :157 (6.12).
 *
 * `bl 2f` enters the function with a return address of ours, by the return that ends the
 * trampoline when no handler wants the return. So calls and returns are as many, which
 * keeps the CPU's prediction of the returns behind this one right.
 *
 * The frame record at x29 shows the caller to the unwinder, as the function's own does.
 *
 * The function signs its return address (PAC) behind its call of the trampoline, so it
 * signs ours, and pushes ours to the shadow call stack (x18), which is left alone here.
 * The caller's is in our frame meanwhile, and signed where the kernel signs.
 */
#ifdef CONFIG_ARM64_PTR_AUTH_KERNEL
#define MMA_SIGN	"	hint	#25\n"		/* paciasp */
#define MMA_AUTH	"	hint	#29\n"		/* autiasp */
#else
#define MMA_SIGN	""
#define MMA_AUTH	""
#endif

static_assert(offsetof(struct pt_regs, regs[0]) == 0 && offsetof(struct pt_regs, regs[30]) == 240 &&
	      offsetof(struct pt_regs, sp) == 248 && offsetof(struct pt_regs, pc) == 256 &&
	      offsetof(struct pt_regs, pstate) == 264);

/*
 * mma_wrapped_NAME, for a function of `args` arguments; `data`: bytes for its handlers;
 * its slot is mma_slot_NAME. Registers that hold an argument are saved and restored;
 * arguments on the stack are not copied. The numbers are offsets in struct pt_regs.
 */
#define MMA_TRAMPOLINE(name, args, data)					\
	asm(".pushsection .text, \"ax\", @progbits\n"				\
	    ".balign 16\n"							\
	    ".type mma_wrapped_" #name ", %function\n"				\
	    "mma_wrapped_" #name ":\n"						\
	    "	hint	#34\n"			/* bti c */			\
	    "	mov	x10, x30\n"						\
	    "	mov	x30, x9\n"						\
	    MMA_SIGN								\
	    "	stp	x29, x30, [sp, #-16]!\n"				\
	    "	mov	x29, sp\n"						\
	    "	sub	sp, sp, #(" #data " + " __stringify(MMA_CALL_ROOM) ")\n" \
	    "	stp	x0, x1, [sp]\n"						\
	    ".if " #args " > 2\n"						\
	    "	stp	x2, x3, [sp, #16]\n"					\
	    ".endif\n"								\
	    ".if " #args " > 4\n"						\
	    "	stp	x4, x5, [sp, #32]\n"					\
	    ".endif\n"								\
	    "	add	x11, x29, #16\n"					\
	    "	stp	x9, x11, [sp, #240]\n"					\
	    "	str	x10, [sp, #256]\n"					\
	    "	mov	x0, sp\n"						\
	    "	adrp	x1, mma_slot_" #name "\n"				\
	    "	add	x1, x1, #:lo12:mma_slot_" #name "\n"			\
	    "	bl	mma_wrap_begin\n"					\
	    "	mov	w9, w0\n"						\
	    "	ldr	x10, [sp, #256]\n"					\
	    "	ldp	x0, x1, [sp]\n"						\
	    ".if " #args " > 2\n"						\
	    "	ldp	x2, x3, [sp, #16]\n"					\
	    ".endif\n"								\
	    ".if " #args " > 4\n"						\
	    "	ldp	x4, x5, [sp, #32]\n"					\
	    ".endif\n"								\
	    "	cbnz	w9, 1f\n"						\
	    "	bl	2f\n"							\
	    "	str	x0, [sp]\n"						\
	    "	str	xzr, [sp, #264]\n"	/* regs_return_value() reads it */ \
	    "	mov	x0, sp\n"						\
	    "	adrp	x1, mma_slot_" #name "\n"				\
	    "	add	x1, x1, #:lo12:mma_slot_" #name "\n"			\
	    "	bl	mma_wrap_end\n"						\
	    "	ldr	x0, [sp]\n"						\
	    "	mov	sp, x29\n"						\
	    "	ldp	x29, x30, [sp], #16\n"					\
	    MMA_AUTH								\
	    "	ret\n"								\
	    "1:	mov	sp, x29\n"						\
	    "	ldp	x29, x30, [sp], #16\n"					\
	    MMA_AUTH								\
	    "2:	ret	x10\n"							\
	    ".size mma_wrapped_" #name ", . - mma_wrapped_" #name "\n"		\
	    ".popsection\n");

#endif /* MMA_ARCH_ARM64_WRAP_H */
