/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x86.h - what is particular to x86-64: the bits of an entry, the levels of page
 * tables, the registers that a probe gets.
 */
#ifndef MMA_ARCH_X86_H
#define MMA_ARCH_X86_H

#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/ptrace.h>
#include <linux/timex.h>
#include <asm/tsc.h>

#include "../rule.h"

/*
 * ---- an entry as a number ----
 * A raw entry has the same bits at every level. pte_val() and __pte() are calls on a
 * kernel that may run on Xen (CONFIG_PARAVIRT_XXL), so native_*() are used.
 */
#define MMA_ENTRIES	MMA_ENTRIES_X86_64

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
/* An entry with one of these has no struct page to look at, or a mark that forbids the write bit. */
#define MMA_RAW_ODD	(MMA_RAW_SPECIAL | MMA_RAW_UFFD)
#define MMA_RAW_MARKS	(_PAGE_SOFT_DIRTY | MMA_RAW_UFFD)

/* The bits of a present entry that stand for these PTE_* facts. */
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

/* Those of them that are set if the facts are so: all. */
static __always_inline u64 mma_raw_ones(u64 f)
{
	return mma_raw_bits(f);
}

/* Empty, apart from bits that a CPU may set by an erratum: _PAGE_KNL_ERRATUM_MASK. */
static __always_inline bool mma_raw_none(u64 raw)
{
	return pte_none(mma_raw_pte(raw));
}

/* Present to the CPU. */
static __always_inline bool mma_raw_present(u64 raw)
{
	return raw & _PAGE_PRESENT;
}

/* Present to the kernel: also PROT_NONE, or a NUMA hint. */
static __always_inline bool mma_raw_mapped(u64 raw)
{
	return raw & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

/* pte_protnone() cannot be used: without NUMA balancing it is constant. */
static __always_inline bool mma_raw_protnone(u64 raw)
{
	return (raw & (_PAGE_PROTNONE | _PAGE_PRESENT)) == _PAGE_PROTNONE;
}

/* The same as pte_write(), in four instructions less. An entry of a shadow stack is writable without the write bit. */
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

/* Only for an entry that is mma_raw_present(): others may have an inverted address, __pte_needs_invert(). */
static __always_inline unsigned long mma_raw_pfn(u64 raw)
{
	return (raw & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static __always_inline bool mma_raw_same_pfn(u64 a, u64 b)
{
	return !((a ^ b) & PTE_PFN_MASK);
}

/* Whether both are the same, apart from bits that the CPU may set at any time. */
static inline bool mma_same_entry(u64 a, u64 b)
{
	return !((a ^ b) & ~(u64)(_PAGE_ACCESSED | _PAGE_DIRTY));
}

/* An entry of a table whose lock is held. */
static __always_inline u64 mma_pte_locked(const pte_t *ptep)
{
	return mma_pte_raw(READ_ONCE(*ptep));
}

#define MMA_BLINKS	0	/* no entry is cleared only to be rewritten: who finds none without a lock may rely on it */

/* ---- upgrades ---- */

#define MMA_ONE_UPGRADE	0	/* pmdp_set_access_flags() is a function of its own */

static __always_inline bool mma_raw_is_small(u64 raw)
{
	return true;		/* ptep_set_access_flags() gets no others */
}

/* The new entry takes the old one's place as it is. */
static __always_inline u64 mma_raw_upgraded(u64 old, u64 new)
{
	return new;
}

/* ---- levels ---- */

#define MMA_TABLE_BITS	9	/* of an address; one table of any level resolves them */

static __always_inline bool mma_five_levels(void)
{
	return pgtable_l5_enabled();
}

/* The entry points to a table: it is neither empty nor huge. */
static __always_inline bool mma_raw_is_table(u64 raw)
{
	return (raw & (_PAGE_PRESENT | _PAGE_PSE)) == _PAGE_PRESENT;
}

static __always_inline void *mma_raw_table(u64 raw)
{
	return __va(raw & PTE_PFN_MASK);
}

/*
 * Why page tables cannot be read here, or NULL. Those of a Xen PV guest hold machine
 * frames, which only the hypervisor can translate.
 */
static inline const char *mma_arch_unreadable(void)
{
	if (!cpu_feature_enabled(X86_FEATURE_XENPV))
		return NULL;
	return "the page tables of a Xen PV guest are not readable: boot it as PVH or HVM";
}

/* ---- TLBs ---- */

#define MMA_COUNTS_FLUSHES	1

/* Another number after each flush of user addresses of mm, inc_mm_tlb_gen(), and at times without one. */
static __always_inline u64 mma_flushes(struct mm_struct *mm)
{
	return atomic64_read(&mm->context.tlb_gen);
}

/* Whether reclaim and migration change that number, too: arch_tlbbatch_add_pending() arch/x86/mm/tlb.c (7.2). */
static inline bool mma_counts_unmaps(void)
{
#ifdef X86_FEATURE_INVLPGB
	return !boot_cpu_has(X86_FEATURE_INVLPGB);
#else
	return true;
#endif
}

/* ---- history ---- */

/*
 * The history keeps of an entry that is present to the CPU, or empty, the bits 1 to 16
 * and 49 to 58, from which mma_pte_facts() takes all but that it is present. They fill
 * 32 bits, of which 10 to 15 are free for the site.
 */
#define MMA_PACKED	0xffff03ffU

static __always_inline u32 mma_raw_pack(u64 raw)
{
	return rol64(raw, 15) & MMA_PACKED;
}

/* One that is present has more than this bit: it is of user space. */
static inline u64 mma_raw_unpack(u32 packed)
{
	u64 raw = ror64(packed & MMA_PACKED, 15);

	return raw ? raw | _PAGE_PRESENT : 0;
}

#if defined(_PAGE_SAVED_DIRTY)			/* 6.6 */
#define MMA_RAW_SAVED	_PAGE_SAVED_DIRTY
#else
#define MMA_RAW_SAVED	0
#endif
static_assert(!(((u64)MMA_RAW_ODD | _PAGE_SOFT_DIRTY | _PAGE_RW | _PAGE_USER | _PAGE_DIRTY | MMA_RAW_SAVED) &
		~(GENMASK_ULL(58, 49) | GENMASK_ULL(16, 1))));

/* In the order of what all CPUs see, and not only of what this one does. */
static __always_inline u64 mma_counter(void)
{
	return rdtsc_ordered();
}

/* The kernel has found no reason to distrust it: unsynchronized_tsc(), and the watchdog of clocks. */
static inline bool mma_counters_in_step(void)
{
	return !check_tsc_unstable();
}

/* A number for an address space that no other one gets, in 2^32 of them. */
static __always_inline u32 mma_mm_id(const struct mm_struct *mm)
{
	return mm->context.ctx_id;
}

/* ---- the registers of a probe ---- */

/*
 * The n-th argument, at the function's first instruction. Of regs only the argument
 * registers and the stack pointer need be set.
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
	default: return ((unsigned long *)regs->sp)[n - 5];	/* above the return address */
	}
}

static inline unsigned long mma_return_address(const struct pt_regs *regs)
{
	return *(unsigned long *)regs->sp;	/* both kprobe kinds probe before the prologue */
}

/* A returned int or bool fills only %eax or %al; the rest of %rax is undefined, psABI 3.2.3. */
static inline int mma_returned_int(struct pt_regs *regs)
{
	return (int)regs_return_value(regs);
}

static inline bool mma_returned_bool(struct pt_regs *regs)
{
	return (u8)regs_return_value(regs);
}

#define MMA_FTRACE_PT_REGS	1	/* struct ftrace_regs has a struct pt_regs */

/* Kprobes know it: they use ftrace where they can. */
static inline unsigned long mma_ftrace_ip(const struct kprobe *kp)
{
	return 0;
}

/* ---- code ---- */

#define MMA_CALL_STEP	1	/* between the places where an instruction may begin */
#define MMA_CALL_SIZE	5
#define MMA_CALL_PAD	16	/* CONFIG_FUNCTION_PADDING_BYTES, behind which CONFIG_CALL_THUNKS puts what calls go to */

/* Where the call or the jump at ip goes to, or 0 if there is none. A byte within an instruction may look like one. */
static inline unsigned long mma_called_at(unsigned long ip)
{
	enum { CALL = 0xe8, JMP = 0xe9 };
	const u8 *code = (const u8 *)ip;

	return *code == CALL || *code == JMP ? ip + MMA_CALL_SIZE + *(const s32 *)(code + 1) : 0;
}

/* ---- trampolines of wrap.c ---- */

#define MMA_TRAMPOLINES	"arch/x86_wrap.h"

#endif /* MMA_ARCH_X86_H */
