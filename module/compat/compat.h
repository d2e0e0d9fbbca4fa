#define pr_fmt(fmt) "mmaudit: " fmt
/* SPDX-License-Identifier: GPL-2.0 */
/* compat.h - the only home of kernel versions; force-included, so the rest has none. */
#ifndef MMA_COMPAT_H
#define MMA_COMPAT_H

#include <linux/version.h>
#include <linux/mm.h>
#include <linux/ring_buffer.h>

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
