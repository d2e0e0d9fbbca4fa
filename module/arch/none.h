/* SPDX-License-Identifier: GPL-2.0 */
/*
 * none.h - the list of what a header of this directory must offer, each of them empty.
 * The module compiles with it (tests/check.sh build, -DMMA_ARCH_NONE), which proves
 * that no other file uses a name of an architecture. Such a module audits nothing.
 */
#ifndef MMA_ARCH_NONE_H
#define MMA_ARCH_NONE_H

/* Included before the names below are taken away, because their inline functions use them. */
#include <linux/backing-dev.h>
#include <linux/ftrace.h>
#include <linux/hugetlb.h>
#include <linux/kprobes.h>
#include <linux/ksm.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pgtable.h>
#include <linux/ptrace.h>
#include <linux/swapops.h>
#include <linux/userfaultfd_k.h>

#include "../rule.h"

#undef _PAGE_PRESENT
#undef _PAGE_RW
#undef _PAGE_DIRTY
#undef _PAGE_ACCESSED
#undef _PAGE_SOFT_DIRTY
#undef _PAGE_UFFD_WP
#undef _PAGE_UFFD
#undef _PAGE_PROTNONE
#undef _PAGE_PSE
#undef _PAGE_SPECIAL
#undef _PAGE_DEVMAP
#undef PTE_PFN_MASK
#pragma GCC poison native_pte_val native_pmd_val native_pud_val native_p4d_val native_pgd_val native_make_pte

/* 0, but the compiler must not know it, or it would drop the code behind. */
static __always_inline unsigned long mma_nothing(void)
{
	unsigned long nothing = 0;

	OPTIMIZER_HIDE_VAR(nothing);
	return nothing;
}

/* An entry as a number */
#define MMA_ENTRIES	mma_nothing()	/* enum mma_entries */
static inline u64 mma_pte_raw(pte_t pte) { return mma_nothing(); }
static inline u64 mma_pmd_raw(pmd_t pmd) { return mma_nothing(); }
static inline u64 mma_pud_raw(pud_t pud) { return mma_nothing(); }
static inline pte_t mma_raw_pte(u64 raw) { return (pte_t){}; }

/* Bits */
#define MMA_RAW_UFFD	mma_nothing()
#define MMA_RAW_ODD	mma_nothing()
#define MMA_RAW_MARKS	mma_nothing()
static inline u64 mma_raw_bits(u64 f) { return mma_nothing(); }
static inline u64 mma_raw_ones(u64 f) { return mma_nothing(); }
static inline bool mma_raw_none(u64 raw) { return mma_nothing(); }
static inline bool mma_raw_present(u64 raw) { return mma_nothing(); }
static inline bool mma_raw_mapped(u64 raw) { return mma_nothing(); }
static inline bool mma_raw_protnone(u64 raw) { return mma_nothing(); }
static inline bool mma_raw_write(u64 raw) { return mma_nothing(); }
static inline bool mma_raw_rw(u64 raw) { return mma_nothing(); }
static inline u64 mma_raw_mkrw(u64 raw) { return mma_nothing(); }
static inline bool mma_prot_write(pgprot_t prot) { return mma_nothing(); }
static inline unsigned long mma_raw_pfn(u64 raw) { return mma_nothing(); }
static inline bool mma_raw_same_pfn(u64 a, u64 b) { return mma_nothing(); }
static inline bool mma_same_entry(u64 a, u64 b) { return mma_nothing(); }

static inline u64 mma_pte_locked(const pte_t *ptep) { return mma_nothing(); }
#define MMA_BLINKS	0

/* Upgrades */
#define MMA_ONE_UPGRADE	0
static inline bool mma_raw_is_small(u64 raw) { return mma_nothing(); }
static inline u64 mma_raw_upgraded(u64 old, u64 new) { return mma_nothing(); }

/* Levels */
#define MMA_TABLE_BITS	(PAGE_SHIFT - 3)
static inline bool mma_five_levels(void) { return mma_nothing(); }
static inline bool mma_raw_is_table(u64 raw) { return mma_nothing(); }
static inline void *mma_raw_table(u64 raw) { return (void *)mma_nothing(); }
static inline const char *mma_arch_unreadable(void) { return "no architecture"; }

/* TLBs */
#define MMA_COUNTS_FLUSHES	0
static inline u64 mma_flushes(struct mm_struct *mm) { return mma_nothing(); }
static inline bool mma_counts_unmaps(void) { return mma_nothing(); }

/* History */
static inline u32 mma_raw_pack(u64 raw) { return mma_nothing(); }
static inline u64 mma_raw_unpack(u32 packed) { return mma_nothing(); }
static inline u64 mma_counter(void) { return mma_nothing(); }
static inline bool mma_counters_in_step(void) { return mma_nothing(); }
static inline u32 mma_mm_id(const struct mm_struct *mm) { return mma_nothing(); }

/* Registers of a probe */
static inline unsigned long mma_arg(const struct pt_regs *regs, unsigned int n) { return mma_nothing(); }
static inline unsigned long mma_return_address(const struct pt_regs *regs) { return mma_nothing(); }
static inline int mma_returned_int(struct pt_regs *regs) { return mma_nothing(); }
static inline bool mma_returned_bool(struct pt_regs *regs) { return mma_nothing(); }

#define MMA_FTRACE_PT_REGS	1

/* Where a function calls ftrace, if a kprobe at its first instruction does not use that call; or 0 */
static inline unsigned long mma_ftrace_ip(const struct kprobe *kp) { return mma_nothing(); }

/* Code: between the places of instructions; how long a call is, and how far before its function it may go; where one at ip goes to */
#define MMA_CALL_STEP	1
#define MMA_CALL_SIZE	1
#define MMA_CALL_PAD	0
static inline unsigned long mma_called_at(unsigned long ip) { return mma_nothing(); }

/* No MMA_TRAMPOLINES: kretprobes are used instead. */

#endif /* MMA_ARCH_NONE_H */
