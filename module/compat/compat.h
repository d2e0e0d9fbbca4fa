#define pr_fmt(fmt) "mmaudit: " fmt
/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h - gives older kernels what newer ones have. It is force-included, so that
 * the rest of the module is written for the newest. HAVE_NAME is defined if
 * probes/NAME.c compiles; that file cites the upstream commit. entry.h does the same
 * for entries and pages.
 */
#ifndef MMA_COMPAT_H
#define MMA_COMPAT_H

#include <linux/mm.h>
#include <linux/ptrace.h>
#include <linux/ring_buffer.h>
#include <linux/string.h>
#include <linux/userfaultfd_k.h>
#include <linux/version.h>
#include <uapi/linux/userfaultfd.h>	/* userfaultfd_k.h has it only with CONFIG_USERFAULTFD */

#include "../arch/arch.h"
#include "have.h"
#include "known.h"

#ifdef HAVE_RB_COMMIT_BUFFER_ONLY
#define mma_rb_commit(rb, event)	((void)(event), ring_buffer_unlock_commit(rb))
#else
#define mma_rb_commit(rb, event)	ring_buffer_unlock_commit(rb, event)
#endif

#ifdef HAVE_VM_FLAGS_SET
#define mma_vm_flags_set(vma, f)	vm_flags_set(vma, f)
#define mma_vm_flags_clear(vma, f)	vm_flags_clear(vma, f)
#else
#define mma_vm_flags_set(vma, f)	((vma)->vm_flags |= (f))
#define mma_vm_flags_clear(vma, f)	((vma)->vm_flags &= ~(f))
#endif

#ifndef HAVE_SYSTEM_DFL_WQ
#define system_dfl_wq			system_unbound_wq
#endif

#ifndef __uninitialized
#define __uninitialized
#endif

#ifndef HAVE_MEMSET_AFTER
#define memset_after(obj, v, member)	\
	memset((u8 *)(obj) + offsetofend(typeof(*(obj)), member), v, \
	       sizeof(*(obj)) - offsetofend(typeof(*(obj)), member))
#endif

/* Before 7.3 userfaultfd protects only from writes. */
#ifndef MM_CP_UFFD_RWP
#define MM_CP_UFFD_RWP			0
#define MM_CP_UFFD_RWP_RESOLVE		0
#endif

/* 7677f7fd8be7 "userfaultfd: add minor fault registration mode" (5.13) */
#ifndef VM_UFFD_MINOR
#define VM_UFFD_MINOR			VM_NONE
#endif

/* 9651fcedf7b9 "mm: add MAP_DROPPABLE for designating always lazily freeable mappings" (6.11) */
#ifndef VM_DROPPABLE
#define VM_DROPPABLE			VM_NONE
#endif

/* adef440691ba "userfaultfd: UFFDIO_MOVE uABI" (6.8) */
#ifdef UFFDIO_MOVE
#define MMA_HAS_UFFD_MOVE		IS_ENABLED(CONFIG_USERFAULTFD)
#else
#define MMA_HAS_UFFD_MOVE		0
#define UFFDIO_MOVE			0
#endif

/* Markers keep a uffd-wp mark where nothing is mapped; UFFDIO_COPY may replace them: 1db9dbc2ef05 (5.19) */
#define MMA_HAS_MARKERS			IS_ENABLED(CONFIG_PTE_MARKER_UFFD_WP)

/* Kernels without these never unshare, and never complete a fault that has dropped mmap_lock. */
#ifndef HAVE_FAULT_FLAG_UNSHARE
#define FAULT_FLAG_UNSHARE		0
#endif
#ifndef HAVE_VM_FAULT_COMPLETED
#define VM_FAULT_COMPLETED		((__force vm_fault_t)0)
#endif

#ifndef HAVE_FOLIO
#include "old_folio.h"
#endif

/*
 * Prototypes that differ between kernels, in the words of sites.h, and where the
 * arguments are. The command reads these words from the module and checks them
 * against the kernel's BTF before it loads the module.
 */
#ifdef CONFIG_MMU_GATHER_TABLE_FREE
#define MMA_ARGS_GATHER			"mmu_gather.start@16.end@24"
#else
#define MMA_ARGS_GATHER			"mmu_gather.start@8.end@16"
#endif
#if defined(HAVE_CHANGE_PROTECTION_NO_PROT)
#define MMA_ARGS_PROT			MMA_ARGS_GATHER " vm_area_struct ulong ulong ulong =long"
enum { MMA_PROT_VMA_ARG = 1, MMA_PROT_CP_FLAGS_ARG = 4, MMA_PROT_GATHERS = 1, MMA_PROT_FAILS = 1 };
#elif defined(HAVE_CHANGE_PROTECTION_VMA_FIRST)
#define MMA_ARGS_PROT			"vm_area_struct ulong ulong - ulong"
enum { MMA_PROT_VMA_ARG = 0, MMA_PROT_CP_FLAGS_ARG = 4, MMA_PROT_GATHERS = 0, MMA_PROT_FAILS = 0 };
#else
#define MMA_ARGS_PROT			MMA_ARGS_GATHER " vm_area_struct ulong ulong - ulong"
enum { MMA_PROT_VMA_ARG = 1, MMA_PROT_CP_FLAGS_ARG = 5, MMA_PROT_GATHERS = 1, MMA_PROT_FAILS = 0 };
#endif

#ifdef HAVE_RMAP_ONE_FOLIO
#define MMA_ARGS_RMAP_ONE		"folio vm_area_struct ulong -"
#else
#define MMA_ARGS_RMAP_ONE		"page vm_area_struct ulong -"
#endif

/* These functions are static, so no header shows their prototypes; only the check against BTF does. */
#define MMA_SINCE(a, b, c)		(LINUX_VERSION_CODE >= KERNEL_VERSION(a, b, c))
#define MMA_STABLE(a, b, c)		(MMA_SINCE(a, b, c) && !MMA_SINCE(a, (b) + 1, 0))

#ifndef HAVE_MFILL_ATOMIC_WP
#define MMA_ARGS_UFFD_FILL		"mm_struct - vm_area_struct ulong page - bool"
enum { MMA_FILL_VMA_ARG = 2, MMA_FILL_WP_ARG = 6, MMA_FILL_WP = 1 };
#else
#define MMA_FILL_WP			((__force u32)MFILL_ATOMIC_WP)
#if MMA_SINCE(7, 2, 0)			/* without "newly_allocated", mm/userfaultfd.c:357 (7.2) */
#define MMA_ARGS_UFFD_FILL		"- vm_area_struct ulong page uint"
enum { MMA_FILL_VMA_ARG = 1, MMA_FILL_WP_ARG = 4 };
#else
#define MMA_ARGS_UFFD_FILL		"- vm_area_struct ulong page - uint"
enum { MMA_FILL_VMA_ARG = 1, MMA_FILL_WP_ARG = 5 };
#endif
#endif

struct mma_table_move {
	struct vm_area_struct *old, *new;
	unsigned long old_addr, old_end, new_addr, len_in;
};

#if MMA_SINCE(6, 15, 0)			/* mm/internal.h:46 (7.2): what its callers set */
#define MMA_ARGS_MREMAP			"pagetable_move_control.old@0.new@8.old_addr@16.new_addr@32.len_in@40"
static inline struct mma_table_move mma_mremap_args(struct pt_regs *regs)
{
	return *(const struct mma_table_move *)mma_arg(regs, 0);
}
#else
#define MMA_ARGS_MREMAP			"vm_area_struct ulong vm_area_struct ulong ulong"
static inline struct mma_table_move mma_mremap_args(struct pt_regs *regs)
{
	return (struct mma_table_move) {
		.old = (void *)mma_arg(regs, 0),
		.old_addr = mma_arg(regs, 1),
		.new = (void *)mma_arg(regs, 2),
		.new_addr = mma_arg(regs, 3),
		.len_in = mma_arg(regs, 4),
	};
}
#endif

#if MMA_SINCE(6, 9, 0)			/* mm/ksm.c:1246 (6.12) */
#define MMA_ARGS_KSM_WP			"vm_area_struct folio -"
#else
#define MMA_ARGS_KSM_WP			"vm_area_struct page -"
#endif

#if MMA_SINCE(6, 15, 0)			/* mm/memory.c:884 (7.2) */
#define MMA_ARGS_EXCLUSIVE		"vm_area_struct - - ulong"
enum { MMA_EXCLUSIVE_ADDR_ARG = 3 };
#else
#define MMA_ARGS_EXCLUSIVE		"vm_area_struct - ulong"
enum { MMA_EXCLUSIVE_ADDR_ARG = 2 };
#endif

/* Before, __replace_page() mapped a page of its own: kernel/events/uprobes.c:161 (6.12). */
#ifdef HAVE_UPROBE_WRITE_VMA
#define MMA_ARGS_UPROBE			"- vm_area_struct ulong"
#define MMA_UPROBE_VMA			1
#else
#define MMA_ARGS_UPROBE			"- mm_struct ulong"
#define MMA_UPROBE_VMA			0
#endif

/* hugetlb_change_protection() has a gather of its own, besides its caller's. */
#ifdef HAVE_HUGETLB_GATHERS
#define MMA_HUGETLB_GATHERS		1
#else
#define MMA_HUGETLB_GATHERS		0
#endif

/* Before, what a split had left of a hugetlb mapping could still share its table. */
#ifdef HAVE_HUGETLB_SPLIT
#define MMA_HUGETLB_UNSHARES		1
#else
#define MMA_HUGETLB_UNSHARES		0
#endif

/*
 * dispatch.c needs two things of ftrace. Callbacks that get the arguments without all
 * registers: 02a474ca266a "ftrace/x86: Allow for arguments to be passed in to
 * ftrace_regs by default" (5.11); of *regs only what mma_arg() and mma_return_address()
 * read is set. And a filter that is set to many functions at once: 4f554e955614 "ftrace:
 * Add ftrace_set_filter_ips function" (5.18). Where the arguments do not come in a struct
 * pt_regs, mma_arch_ftrace_regs() puts them into the one that `room` points to.
 */
#include <linux/ftrace.h>
#if defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS) && defined(HAVE_FTRACE_SET_FILTER_IPS) && \
	(MMA_FTRACE_PT_REGS || defined(mma_arch_ftrace_regs))
#define MMA_FTRACE			1
/* e4cf33ca4812 "ftrace: Consolidate ftrace_regs accessor functions for archs using pt_regs" */
#if defined(mma_arch_ftrace_regs)
#define mma_ftrace_regs(fregs, room)	mma_arch_ftrace_regs(fregs, room)
#elif defined(arch_ftrace_regs)
#define mma_ftrace_regs(fregs, room)	((void)(room), &arch_ftrace_regs(fregs)->regs)
#else
#define mma_ftrace_regs(fregs, room)	((void)(room), &(fregs)->regs)
#endif
#else					/* mma_dispatch_add() refuses all functions, so none of these is called */
#define MMA_FTRACE			0
#define mma_ftrace_regs(fregs, room)	((void)(room), (const struct pt_regs *)(fregs))
#define ftrace_set_filter_ips(ops, ips, nr, remove, reset)	((void)(ips), -EOPNOTSUPP)
#define ftrace_free_filter(ops)		((void)(ops))	/* not exported in 5.10 */
#if !MMA_SINCE(5, 11, 0)
#define ftrace_regs			pt_regs
#endif
#endif

/*
 * A trampoline that is called in place of a function: f64dd4627ec6 "ftrace: Add multi
 * direct register/unregister interface" (5.16). Not on 6.3, which mixes the names of
 * one interface with the arguments of the other.
 */
#if !defined(CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS) || !defined(MMA_TRAMPOLINES)
#elif defined(HAVE_FTRACE_DIRECT_OPS)
#define MMA_DIRECT
#define mma_direct_on(ops, addr)	register_ftrace_direct(ops, addr)
#define mma_direct_off(ops, addr)	unregister_ftrace_direct(ops, addr, false)
#elif MMA_SINCE(5, 16, 0) && !MMA_SINCE(6, 3, 0)
#define MMA_DIRECT
#define mma_direct_on(ops, addr)	register_ftrace_direct_multi(ops, addr)
#define mma_direct_off(ops, addr)	unregister_ftrace_direct_multi(ops, addr)
#endif
#ifndef MMA_DIRECT
#define mma_direct_on(ops, addr)	((void)(ops), -EOPNOTSUPP)
#define mma_direct_off(ops, addr)	((void)(ops), -EOPNOTSUPP)
#endif

/*
 * How the kernel decides inside its functions, which no header shows: here by version.
 * This is the only table of versions; it was read from the source of each kernel of
 * tests/vm/kernels. ask.c says which of it is tried at load, so that the version only
 * stands in. Headers overrule it where what they show or lack came with the change.
 */
#ifdef HAVE_FOLIO_MM_IDS
#define MMA_LARGE_REUSE			1
#else
#define MMA_LARGE_REUSE			0
#endif
#ifdef HAVE_UFFD_WITHOUT_EVENT_REMAP
#define MMA_MREMAP_RESETS		1
#else
#define MMA_MREMAP_RESETS		0
#endif

#define MMA_KERN_VERSION_FACTS						\
	/* 51d3d5eb74ff "mm/userfaultfd: enable writenotify while userfaultfd-wp is enabled for a VMA" */ \
	((MMA_SINCE(6, 1, 3) ? MMA_F_KERN_UFFD_NOTIFY : 0) |		\
	/* b9086fde6d44 "mm: rework handling in do_wp_page() based on private vs. shared mappings" */ \
	 (MMA_SINCE(6, 2, 0) ? MMA_F_KERN_SHARED_FIRST : 0) |		\
	/* "mm: extend FAULT_FLAG_UNSHARE support to anything in a COW mapping" */ \
	 (MMA_SINCE(6, 2, 0) ? MMA_F_KERN_UNSHARE_FILE : 0) |		\
	/* until "mm: Copy-on-Write (COW) reuse support for PTE-mapped THP" (6.15) */ \
	 (MMA_SINCE(6, 10, 0) && !MMA_SINCE(6, 15, 0) && !MMA_LARGE_REUSE ? MMA_F_KERN_LARGE_COPY : 0) | \
	 /*								\
	  * Three commits end stray marks: "mm/uffd: reset write protection when unregister with	\
	  * wp-mode" (6.0), "mm/userfaultfd: reset ptes when close() for wr-protected ones" (6.9),	\
	  * "mm: clear uffd-wp PTE/PMD state on mremap()" (6.13). Stable kernels have them, too, but	\
	  * only these were read, so older ones are not judged.		\
	  */								\
	 (MMA_MREMAP_RESETS && (MMA_SINCE(6, 13, 0) || MMA_STABLE(6, 1, 192) || MMA_STABLE(6, 12, 117)) ? \
	  MMA_F_KERN_UFFD_RESETS : 0))

/* The facts that headers and configuration settle, so that the version has no say. */
#define MMA_KERN_SHOWN_FACTS						\
	(MMA_F_KERN_EXCL | MMA_F_KERN_SOFT_DIRTY |			\
	 (FAULT_FLAG_UNSHARE ? 0 : MMA_F_KERN_UNSHARE_FILE) |		\
	 (MMA_LARGE_REUSE ? MMA_F_KERN_LARGE_COPY : 0) |		\
	 (MMA_MREMAP_RESETS ? 0 : MMA_F_KERN_UFFD_RESETS))

/* A fault maps more of an anonymous large folio than its page. */
#ifdef HAVE_FAULTS_LARGE
#define MMA_FAULTS_LARGE		1
#else
#define MMA_FAULTS_LARGE		0
#endif

#endif /* MMA_COMPAT_H */
