/* SPDX-License-Identifier: GPL-2.0 */
/* x86_wrap.h - the trampolines of wrap.c in x86-64's assembly. */
#ifndef MMA_ARCH_X86_WRAP_H
#define MMA_ARCH_X86_WRAP_H

#include <linux/objtool.h>
#include <linux/ptrace.h>
#include <linux/stringify.h>

#include <asm/ibt.h>
#include <asm/linkage.h>

/* Bytes that a trampoline has for a struct call without its data. */
#define MMA_CALL_ROOM	256

/*
 * mma_wrap_go jumps to the address in %rax by a return, because with IBT no indirect
 * branch may enter the middle of a function, but a return may. mma_wrap_return
 * returns to the caller of the wrapped function.
 */
void mma_wrap_go(void);
void mma_wrap_return(void);
STACK_FRAME_NON_STANDARD(mma_wrap_go);
STACK_FRAME_NON_STANDARD(mma_wrap_return);
asm(".pushsection .text, \"ax\", @progbits\n"
    ".type mma_wrap_go, @function\n"
    "mma_wrap_go:\n"
    "	push	%rax\n"
    ASM_RET
    ".size mma_wrap_go, . - mma_wrap_go\n"
    ".type mma_wrap_return, @function\n"
    "mma_wrap_return:\n"
    "	add	$8, %rsp\n"
    ASM_RET
    ".size mma_wrap_return, . - mma_wrap_return\n"
    ".popsection\n");

/*
 * The stack, from the top: the return address of the function's caller; the address
 * in the function behind its call of the trampoline; the trampoline's frame. Registers
 * that hold an argument are saved and restored; arguments on the stack are not copied.
 * Trampolines are aligned, because newer kernels (7.2) take an odd address as one to
 * jump to. The numbers are offsets in struct pt_regs.
 */
static_assert(offsetof(struct pt_regs, di) == 112 && offsetof(struct pt_regs, si) == 104 &&
	      offsetof(struct pt_regs, dx) == 96 && offsetof(struct pt_regs, cx) == 88 &&
	      offsetof(struct pt_regs, r8) == 72 && offsetof(struct pt_regs, r9) == 64 &&
	      offsetof(struct pt_regs, sp) == 152 && offsetof(struct pt_regs, ax) == 80);

/* mma_wrapped_NAME, for a function of `args` arguments; `data`: bytes for its handlers; its slot is mma_slot_NAME. */
#define MMA_TRAMPOLINE(name, args, data)					\
	asm(".pushsection .text, \"ax\", @progbits\n"				\
	    ".balign 16, 0xcc\n"						\
	    ".type mma_wrapped_" #name ", @function\n"				\
	    "mma_wrapped_" #name ":\n"						\
	    ASM_ENDBR								\
	    "	push	%rbp\n"							\
	    "	mov	%rsp, %rbp\n"						\
	    "	sub	$(" #data " + " __stringify(MMA_CALL_ROOM) "), %rsp\n"	\
	    "	mov	%rdi, 112(%rsp)\n"					\
	    ".if " #args " > 1\n"						\
	    "	mov	%rsi, 104(%rsp)\n"					\
	    "	mov	%rdx, 96(%rsp)\n"					\
	    "	mov	%rcx, 88(%rsp)\n"					\
	    ".endif\n"								\
	    ".if " #args " > 4\n"						\
	    "	mov	%r8, 72(%rsp)\n"					\
	    "	mov	%r9, 64(%rsp)\n"					\
	    ".endif\n"								\
	    "	lea	16(%rbp), %rax\n"					\
	    "	mov	%rax, 152(%rsp)\n"					\
	    "	mov	%rsp, %rdi\n"						\
	    "	mov	$mma_slot_" #name ", %rsi\n"				\
	    "	call	mma_wrap_begin\n"					\
	    "	mov	112(%rsp), %rdi\n"					\
	    ".if " #args " > 1\n"						\
	    "	mov	104(%rsp), %rsi\n"					\
	    "	mov	96(%rsp), %rdx\n"					\
	    "	mov	88(%rsp), %rcx\n"					\
	    ".endif\n"								\
	    ".if " #args " > 4\n"						\
	    "	mov	72(%rsp), %r8\n"					\
	    "	mov	64(%rsp), %r9\n"					\
	    ".endif\n"								\
	    "	test	%eax, %eax\n"						\
	    "	jnz	1f\n"							\
	    "	mov	8(%rbp), %rax\n"					\
	    "	call	mma_wrap_go\n"						\
	    "	mov	%rax, 80(%rsp)\n"					\
	    "	mov	%rsp, %rdi\n"						\
	    "	mov	$mma_slot_" #name ", %rsi\n"				\
	    "	call	mma_wrap_end\n"					\
	    "	mov	80(%rsp), %rax\n"					\
	    "	leave\n"							\
	    "	jmp	mma_wrap_return\n"					\
	    "1:	leave\n"							\
	    ASM_RET								\
	    ".size mma_wrapped_" #name ", . - mma_wrapped_" #name "\n"		\
	    ".popsection\n");

#endif /* MMA_ARCH_X86_WRAP_H */
