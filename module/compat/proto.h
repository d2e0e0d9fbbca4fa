/* SPDX-License-Identifier: GPL-2.0 */
/*
 * proto.h - the prototypes that headers show, as the handlers expect them. If a kernel
 * has changed one, perhaps by a vendor's backport, the build must fail: otherwise a
 * handler would follow something else as a pointer. Included once. MMA_SHOWN of sites.h
 * has the same functions. An unknown kernel may have changed any; there only BTF counts.
 */
#ifndef MMA_PROTO_H
#define MMA_PROTO_H

#include <linux/build_bug.h>
#include <linux/huge_mm.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/pipe_fs_i.h>
#include <linux/uprobes.h>

#define MMA_IS(fn, type)	__builtin_types_compatible_p(typeof(&fn), type)
#define MMA_PROTO(fn, ...)	static_assert(MMA_UNKNOWN_KERNEL || (__VA_ARGS__), #fn "() of this kernel is not the one mmaudit knows")

typedef struct vm_area_struct mma_vma;

MMA_PROTO(handle_mm_fault,
	  MMA_IS(handle_mm_fault, vm_fault_t (*)(mma_vma *, unsigned long, unsigned int, struct pt_regs *)));

#if defined(HAVE_CHANGE_PROTECTION_NO_PROT)
MMA_PROTO(change_protection,
	  MMA_IS(change_protection, long (*)(struct mmu_gather *, mma_vma *, unsigned long, unsigned long,
					     unsigned long)));
#elif defined(HAVE_CHANGE_PROTECTION_VMA_FIRST)
MMA_PROTO(change_protection,
	  MMA_IS(change_protection, unsigned long (*)(mma_vma *, unsigned long, unsigned long, pgprot_t,
						      unsigned long)));
#else
/* "mm/mprotect: use long for page accountings and retval" (6.2, and 6.1.y) */
MMA_PROTO(change_protection,
	  MMA_IS(change_protection, long (*)(struct mmu_gather *, mma_vma *, unsigned long, unsigned long,
					     pgprot_t, unsigned long)) ||
	  MMA_IS(change_protection, unsigned long (*)(struct mmu_gather *, mma_vma *, unsigned long, unsigned long,
						      pgprot_t, unsigned long)));
#endif

/* a72afd873089 "tlb: mmu_gather: Remove start/end arguments from tlb_gather_mmu()" (5.12) */
MMA_PROTO(tlb_gather_mmu,
	  MMA_IS(tlb_gather_mmu, void (*)(struct mmu_gather *, struct mm_struct *)) ||
	  MMA_IS(tlb_gather_mmu, void (*)(struct mmu_gather *, struct mm_struct *, unsigned long, unsigned long)));

MMA_PROTO(ptep_set_access_flags,
	  MMA_IS(ptep_set_access_flags, int (*)(mma_vma *, unsigned long, pte_t *, pte_t, int)));
MMA_PROTO(ptep_clear_flush, MMA_IS(ptep_clear_flush, pte_t (*)(mma_vma *, unsigned long, pte_t *)));
MMA_PROTO(copy_page_range, MMA_IS(copy_page_range, int (*)(mma_vma *, mma_vma *)));
MMA_PROTO(remap_pfn_range,
	  MMA_IS(remap_pfn_range, int (*)(mma_vma *, unsigned long, unsigned long, unsigned long, pgprot_t)));
MMA_PROTO(vm_insert_page, MMA_IS(vm_insert_page, int (*)(mma_vma *, unsigned long, struct page *)));
MMA_PROTO(vm_insert_pages,
	  MMA_IS(vm_insert_pages, int (*)(mma_vma *, unsigned long, struct page **, unsigned long *)));

#if defined(CONFIG_UPROBES) && defined(HAVE_UPROBE_WRITE_VMA)
MMA_PROTO(uprobe_write_opcode,
	  MMA_IS(uprobe_write_opcode, int (*)(struct arch_uprobe *, mma_vma *, unsigned long, uprobe_opcode_t)) ||
	  MMA_IS(uprobe_write_opcode, int (*)(struct arch_uprobe *, mma_vma *, unsigned long, uprobe_opcode_t, bool)));
#ifdef HAVE_UPROBE_WRITE
MMA_PROTO(uprobe_write,
	  MMA_IS(uprobe_write, int (*)(struct arch_uprobe *, mma_vma *, unsigned long, uprobe_opcode_t *, int,
				       uprobe_write_verify_t, bool, bool, void *)));
#endif
#elif defined(CONFIG_UPROBES)
MMA_PROTO(uprobe_write_opcode,
	  MMA_IS(uprobe_write_opcode, int (*)(struct arch_uprobe *, struct mm_struct *, unsigned long, uprobe_opcode_t)));
#endif

MMA_PROTO(vma_set_page_prot, MMA_IS(vma_set_page_prot, void (*)(mma_vma *)));

MMA_PROTO(pipe_lock, MMA_IS(pipe_lock, void (*)(struct pipe_inode_info *)));
MMA_PROTO(pipe_unlock, MMA_IS(pipe_unlock, void (*)(struct pipe_inode_info *)));

#ifdef CONFIG_HUGETLB_PAGE
MMA_PROTO(hugetlb_fault,
	  MMA_IS(hugetlb_fault, vm_fault_t (*)(struct mm_struct *, mma_vma *, unsigned long, unsigned int)));
#endif

#ifdef CONFIG_TRANSPARENT_HUGEPAGE
/* Of the last argument only whether it is 0 is read. */
MMA_PROTO(vma_adjust_trans_huge,
	  MMA_IS(vma_adjust_trans_huge, void (*)(mma_vma *, unsigned long, unsigned long, long)) ||
	  MMA_IS(vma_adjust_trans_huge, void (*)(mma_vma *, unsigned long, unsigned long, mma_vma *)));
MMA_PROTO(pmdp_set_access_flags,
	  MMA_IS(pmdp_set_access_flags, int (*)(mma_vma *, unsigned long, pmd_t *, pmd_t, int)));
/* Its last argument was a page, then a folio; none since 6.16. Not read. */
MMA_PROTO(__split_huge_pmd,
	  MMA_IS(__split_huge_pmd, void (*)(mma_vma *, pmd_t *, unsigned long, bool, struct page *)) ||
	  MMA_IS(__split_huge_pmd, void (*)(mma_vma *, pmd_t *, unsigned long, bool, struct folio *)) ||
	  MMA_IS(__split_huge_pmd, void (*)(mma_vma *, pmd_t *, unsigned long, bool)));
#endif

#endif /* MMA_PROTO_H */
