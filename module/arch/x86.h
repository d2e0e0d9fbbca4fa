/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86.h - what x86-64 alone knows: the bits of an entry, the levels of its tables,
 * the registers a probe is given.
 */
#ifndef MMA_ARCH_X86_H
#define MMA_ARCH_X86_H

#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/ptrace.h>

#include "../rule.h"

/*
 * ---- an entry as a number ----
 * A raw entry has its bits at the same places at every level. pte_val() and
 * __pte() are calls on a kernel that may run on Xen (CONFIG_PARAVIRT_XXL).
 */
static __always_inline u64 mma_pte_raw(pte_t pte)
{
	return native_pte_val(pte);
}

static __always_inline u64 mma_pmd_raw(pmd_t pmd)
{
	return native_pmd_val(pmd);
}

static __always_inline u64 mma_pud_raw(pud_t pud)
{
	return native_pud_val(pud);
}

static __always_inline pte_t mma_raw_pte(u64 raw)
{
	return native_make_pte(raw);
}

/* Of an entry with one of these there is no page to ask, or a mark forbids the write bit. */
#if defined(_PAGE_UFFD)				/* 7.3 */
#define MMA_RAW_UFFD	_PAGE_UFFD
#else
#define MMA_RAW_UFFD	_PAGE_UFFD_WP
#endif
#if defined(_PAGE_DEVMAP)			/* until 6.17 */
#define MMA_RAW_SPECIAL	(_PAGE_SPECIAL | _PAGE_DEVMAP)
#else
#define MMA_RAW_SPECIAL	_PAGE_SPECIAL
#endif
#define MMA_RAW_ODD	(MMA_RAW_SPECIAL | MMA_RAW_UFFD)
#define MMA_RAW_MARKS	(_PAGE_SOFT_DIRTY | MMA_RAW_UFFD)

/* The bits that say these PTE_* facts of a present entry. */
static __always_inline u64 mma_raw_bits(u64 f)
{
	return (f & MMA_F_PTE_PRESENT ? _PAGE_PRESENT : 0) |
	       (f & MMA_F_PTE_PROTNONE ? _PAGE_PROTNONE : 0) |
	       (f & MMA_F_PTE_WRITE ? _PAGE_RW : 0) |
	       (f & MMA_F_PTE_DIRTY ? _PAGE_DIRTY : 0) |
	       (f & MMA_F_PTE_SOFT_DIRTY ? _PAGE_SOFT_DIRTY : 0) |
	       (f & MMA_F_PTE_UFFD_WP ? MMA_RAW_UFFD : 0) |
	       (f & MMA_F_PTE_SPECIAL ? MMA_RAW_SPECIAL : 0);
}

/* Empty, but for what a CPU may have set in passing: _PAGE_KNL_ERRATUM_MASK. */
static __always_inline bool mma_raw_none(u64 raw)
{
	return pte_none(mma_raw_pte(raw));
}

/* The CPU follows it. */
static __always_inline bool mma_raw_present(u64 raw)
{
	return raw & _PAGE_PRESENT;
}

/* The kernel calls it present: also PROT_NONE, or a NUMA hint. */
static __always_inline bool mma_raw_mapped(u64 raw)
{
	return raw & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

/* Not pte_protnone(), which is constant without NUMA balancing. */
static __always_inline bool mma_raw_protnone(u64 raw)
{
	return (raw & (_PAGE_PROTNONE | _PAGE_PRESENT)) == _PAGE_PROTNONE;
}

/* pte_write(), which takes four instructions more. A shadow stack's entry is writable without its write bit. */
static __always_inline bool mma_raw_write(u64 raw)
{
	if (raw & _PAGE_RW)
		return true;
#ifdef X86_FEATURE_SHSTK
	return pte_shstk(mma_raw_pte(raw));
#else
	return false;
#endif
}

/* The write bit itself */
static __always_inline bool mma_raw_rw(u64 raw)
{
	return raw & _PAGE_RW;
}

static __always_inline u64 mma_raw_mkrw(u64 raw)
{
	return raw | _PAGE_RW;
}

static __always_inline bool mma_prot_write(pgprot_t prot)
{
	return pgprot_val(prot) & _PAGE_RW;
}

/* Of an entry that mma_raw_present(): another may have its address inverted, __pte_needs_invert(). */
static __always_inline unsigned long mma_raw_pfn(u64 raw)
{
	return (raw & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static __always_inline bool mma_raw_same_pfn(u64 a, u64 b)
{
	return !((a ^ b) & PTE_PFN_MASK);
}

/* But for what the CPU may set at any time. */
static inline bool mma_same_entry(u64 a, u64 b)
{
	return !((a ^ b) & ~(u64)(_PAGE_ACCESSED | _PAGE_DIRTY));
}

/* ---- levels ---- */

#define MMA_TABLE_BITS	9	/* of an address, that a table of any level resolves */

static __always_inline bool mma_five_levels(void)
{
	return pgtable_l5_enabled();
}

/* A table hangs below, as opposed to nothing or a huge entry. */
static __always_inline bool mma_raw_is_table(u64 raw)
{
	return (raw & (_PAGE_PRESENT | _PAGE_PSE)) == _PAGE_PRESENT;
}

static __always_inline void *mma_raw_table(u64 raw)
{
	return __va(raw & PTE_PFN_MASK);
}

/* Why page tables cannot be read here, or NULL: those of a Xen PV guest hold machine frames, which the hypervisor alone can tell. */
static inline const char *mma_arch_unreadable(void)
{
	if (!cpu_feature_enabled(X86_FEATURE_XENPV))
		return NULL;
	return "the page tables of a Xen PV guest are not readable: boot it as PVH or HVM";
}

/* ---- the registers of a probe ---- */

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

/* ---- trampolines of wrap.c ---- */

#define MMA_TRAMPOLINES	"arch/x86_wrap.h"

#endif /* MMA_ARCH_X86_H */
