#define pr_fmt(fmt) "mmaudit: " fmt
/* SPDX-License-Identifier: GPL-2.0 */
/* compat.h - the only home of kernel versions; force-included, so the rest has none. */
#ifndef MMA_COMPAT_H
#define MMA_COMPAT_H

#include <linux/version.h>
#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/ring_buffer.h>
#include <linux/userfaultfd_k.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "mmaudit supports Linux 6.1 to 6.12 so far"
#endif

/* 04aabc32fb3a "ring_buffer: Remove unused "event" parameter" (6.2) */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define mma_rb_commit(rb, event)	ring_buffer_unlock_commit(rb, event)
#else
#define mma_rb_commit(rb, event)	((void)(event), ring_buffer_unlock_commit(rb))
#endif

/* bc292ab00f6c "mm: introduce vma->vm_flags wrapper functions" (6.3) */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define mma_vm_flags_set(vma, f)	((vma)->vm_flags |= (f))
#define mma_vm_flags_clear(vma, f)	((vma)->vm_flags &= ~(f))
#else
#define mma_vm_flags_set(vma, f)	vm_flags_set(vma, f)
#define mma_vm_flags_clear(vma, f)	vm_flags_clear(vma, f)
#endif

/* 1ef488edd6c4 "mm/mprotect: drop pgprot_t parameter from change_protection()" (6.3) */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define MMA_PROT_CP_FLAGS_ARG	5
#else
#define MMA_PROT_CP_FLAGS_ARG	4
#endif

/* 61c5004022f5 "mm: convert mfill_atomic_pte_copy..."; dst_mm went with 6.3 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
#define MMA_ARGS_UFFD_FILL		"mm_struct - vm_area_struct ulong page - bool"
enum { MMA_FILL_VMA_ARG = 2, MMA_FILL_WP_ARG = 6 };
#define MMA_FILL_WP			1
#else
#define MMA_ARGS_UFFD_FILL		"- vm_area_struct ulong page - uint"
enum { MMA_FILL_VMA_ARG = 1, MMA_FILL_WP_ARG = 5 };
#define MMA_FILL_WP			((__force u32)MFILL_ATOMIC_WP)
#endif

#define MMA_ARGS_MREMAP			"- - vm_area_struct ulong ulong"
static inline void mma_mremap_args(struct pt_regs *regs, struct vm_area_struct **vma,
				   unsigned long *addr, unsigned long *len)
{
	*vma = (void *)regs_get_kernel_argument(regs, 2);
	*addr = regs_get_kernel_argument(regs, 3);
	*len = regs_get_kernel_argument(regs, 4);
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define MMA_ARGS_KSM_WP			"vm_area_struct page -"
#else
#define MMA_ARGS_KSM_WP			"vm_area_struct folio -"
#endif

/*
 * An ftrace callback that gets the arguments without all registers:
 * 02a474ca266a "ftrace/x86: Allow for arguments to be passed in to ftrace_regs
 * by default" (5.11). Only these registers of *regs are there: arguments and sp.
 */
#include <linux/ftrace.h>
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
/* e4cf33ca4812 "ftrace: Consolidate ftrace_regs accessor functions for archs using pt_regs" */
#ifdef arch_ftrace_regs
#define mma_ftrace_regs(fregs)	(&arch_ftrace_regs(fregs)->regs)
#else
#define mma_ftrace_regs(fregs)	(&(fregs)->regs)
#endif
#define MMA_FTRACE_FUNC(name)							\
	static void notrace name##_traced(unsigned long ip, unsigned long parent,	\
			struct ftrace_ops *ops, struct ftrace_regs *fregs)	\
	{									\
		name(mma_ftrace_regs(fregs));					\
	}
#define MMA_FTRACE_INIT(name)	.ops.func = name##_traced
#else
#define MMA_FTRACE_FUNC(name)
#define MMA_FTRACE_INIT(name)	.ops.func = NULL
#endif

/* How do_wp_page() decides here: MMA_F_KERN_* of rule.h, read from each kernel's mm/memory.c. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define MMA_KERN_VERSION_FACTS	0
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#define MMA_KERN_VERSION_FACTS	(MMA_F_KERN_SHARED_FIRST | MMA_F_KERN_UNSHARE_FILE)
#else
#define MMA_KERN_VERSION_FACTS	(MMA_F_KERN_SHARED_FIRST | MMA_F_KERN_UNSHARE_FILE | \
				 MMA_F_KERN_LARGE_COPY)
#endif

#endif /* MMA_COMPAT_H */
