/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arm64.h - what is particular to arm64: the bits of an entry, the levels of page
 * tables, the registers that a probe gets.
 */
#ifndef MMA_ARCH_ARM64_H
#define MMA_ARCH_ARM64_H

#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/ptrace.h>

#include <clocksource/arm_arch_timer.h>

#include "../rule.h"

/*
 * ---- an entry as a number ----
 * A raw entry has the same bits at every level, but for the one that tells a table or a
 * small page from a huge one.
 */
static __always_inline u64 mma_pte_raw(pte_t pte)
{
	return pte_val(pte);
}

static __always_inline u64 mma_pmd_raw(pmd_t pmd)
{
	return pmd_val(pmd);
}

static __always_inline u64 mma_pud_raw(pud_t pud)
{
	return pud_val(pud);
}

static __always_inline pte_t mma_raw_pte(u64 raw)
{
	return __pte(raw);
}

#if defined(PTE_UFFD)				/* 7.3 */
#define MMA_RAW_UFFD	PTE_UFFD
#elif defined(PTE_UFFD_WP)			/* 6.10 */
#define MMA_RAW_UFFD	PTE_UFFD_WP
#else
#define MMA_RAW_UFFD	0ULL
#endif
#if defined(PTE_DEVMAP)				/* until 6.17 */
#define MMA_RAW_SPECIAL	(PTE_SPECIAL | PTE_DEVMAP)
#else
#define MMA_RAW_SPECIAL	PTE_SPECIAL
#endif
/* An entry with one of these has no struct page to look at, or a mark that forbids the write bit. */
#define MMA_RAW_ODD	(MMA_RAW_SPECIAL | MMA_RAW_UFFD)
#define MMA_RAW_MARKS	MMA_RAW_UFFD		/* there is no soft-dirty */

/*
 * Entries that the CPU does not see, but the kernel does, asm/pgtable-prot.h. Until 6.10
 * PROT_NONE has a bit of its own, and a huge entry that is being rewritten another. Since
 * "arm64/mm: generalize PMD_PRESENT_INVALID for all levels" and "arm64/mm: Move
 * PTE_PRESENT_INVALID to overlay PTE_NG" both have nG, which each ordinary entry of user
 * space has, too: so it says something only without PTE_VALID. PROT_NONE is then without
 * any permission, pte_protnone().
 */
#if defined(PTE_PRESENT_INVALID)
#define MMA_ENTRIES	MMA_ENTRIES_ARM64
#define MMA_RAW_UNSEEN	PTE_PRESENT_INVALID
#define MMA_RAW_HOW	(PTE_VALID | PTE_PRESENT_INVALID | PTE_USER | PTE_UXN)
#define MMA_RAW_NONE	(PTE_PRESENT_INVALID | PTE_UXN)
#else
#define MMA_ENTRIES	MMA_ENTRIES_ARM64_OLD
#define MMA_RAW_UNSEEN	(PTE_PROT_NONE | PMD_PRESENT_INVALID)
#define MMA_RAW_HOW	(PTE_VALID | PTE_PROT_NONE)
#define MMA_RAW_NONE	PTE_PROT_NONE
#endif

/*
 * The bits of a present entry that tell these PTE_* facts, and which of them are set if
 * the facts are so. That an entry is present to the CPU says that it is not PROT_NONE. A
 * writable one is dirty once PTE_RDONLY is clear: the CPU clears it where it can, and so
 * does the kernel with each PTE_DIRTY, pte_mkdirty() and pte_mkwrite_novma(). What is
 * dirty by PTE_DIRTY alone is only not recognized by these bits.
 */
static __always_inline u64 mma_raw_bits(u64 f)
{
	return (f & MMA_F_PTE_PRESENT ? PTE_VALID : 0) |
	       (f & MMA_F_PTE_WRITE ? PTE_WRITE : 0) |
	       (f & MMA_F_PTE_DIRTY ? PTE_RDONLY : 0) |
	       (f & MMA_F_PTE_UFFD_WP ? MMA_RAW_UFFD : 0) |
	       (f & MMA_F_PTE_SPECIAL ? MMA_RAW_SPECIAL : 0);
}

static __always_inline u64 mma_raw_ones(u64 f)
{
	return mma_raw_bits(f & ~(u64)MMA_F_PTE_DIRTY);
}

/* Empty. */
static __always_inline bool mma_raw_none(u64 raw)
{
	return !raw;
}

/* Present to the CPU. */
static __always_inline bool mma_raw_present(u64 raw)
{
	return raw & PTE_VALID;
}

/* Present to the kernel: also PROT_NONE, or a NUMA hint. Swap entries have none of these bits. */
static __always_inline bool mma_raw_mapped(u64 raw)
{
	return raw & (PTE_VALID | MMA_RAW_UNSEEN);
}

/* pte_protnone() cannot be used: without NUMA balancing it is constant. */
static __always_inline bool mma_raw_protnone(u64 raw)
{
	return (raw & MMA_RAW_HOW) == MMA_RAW_NONE;
}

/*
 * The same as pte_write(). A clean entry traps all the same where the CPU has no DBM, but
 * only to be made dirty.
 */
static __always_inline bool mma_raw_write(u64 raw)
{
	return raw & PTE_WRITE;
}

/* The write bit itself */
static __always_inline bool mma_raw_rw(u64 raw)
{
	return raw & PTE_WRITE;
}

static __always_inline u64 mma_raw_mkrw(u64 raw)
{
	return raw | PTE_WRITE;
}

static __always_inline bool mma_prot_write(pgprot_t prot)
{
	return pgprot_val(prot) & PTE_WRITE;
}

/* Only for an entry that is mma_raw_present(). Its high bits may be where others have the shareability: LPA2. */
static __always_inline unsigned long mma_raw_pfn(u64 raw)
{
	return pte_pfn(__pte(raw));
}

static __always_inline bool mma_raw_same_pfn(u64 a, u64 b)
{
	return mma_raw_pfn(a) == mma_raw_pfn(b);
}

/*
 * Whether both are the same, apart from bits that the CPU may set at any time, and from
 * those that the kernel changes where the CPU does not: PTE_DIRTY, and PTE_CONT, with
 * which it rewrites the entries of a block, contpte_convert().
 */
static inline bool mma_same_entry(u64 a, u64 b)
{
	return !((a ^ b) & ~(u64)(PTE_AF | PTE_RDONLY | PTE_DIRTY | PTE_CONT));
}

/*
 * An entry of a table whose lock is held. Of a block of entries that the CPU takes for
 * one (PTE_CONT) any may say that all are dirty: contpte_ptep_get() arch/arm64/mm/contpte.c.
 */
static __always_inline u64 mma_pte_locked(const pte_t *ptep)
{
	pte_t pte = READ_ONCE(*ptep);
	const pte_t *first;
	int i;

	if (likely((pte_val(pte) & (PTE_VALID | PTE_CONT)) != (PTE_VALID | PTE_CONT)) || pte_dirty(pte))
		return pte_val(pte);
	first = PTR_ALIGN_DOWN(ptep, sizeof(*ptep) * CONT_PTES);
	for (i = 0; i < CONT_PTES; i++)
		if (pte_dirty(READ_ONCE(first[i])))
			return pte_val(pte_mkdirty(pte));
	return pte_val(pte);
}

/*
 * While the kernel makes such a block of entries, or undoes it, it clears all of them for
 * a moment, under their lock: who looks without it may find none where one is.
 */
#define MMA_BLINKS	IS_ENABLED(CONFIG_ARM64_CONTPTE)

/* ---- upgrades ---- */

/*
 * One function upgrades entries of all sizes: pmdp_set_access_flags() is inline,
 * asm/pgtable.h:1197 (6.12). A huge entry is a block, so without the bit of a table.
 */
#define MMA_ONE_UPGRADE	1

static __always_inline bool mma_raw_is_small(u64 raw)
{
	return (raw & PTE_TYPE_PAGE) == PTE_TYPE_PAGE;
}

/* What it makes of the old entry: it takes no more than these bits of the new one, __ptep_set_access_flags() arch/arm64/mm/fault.c:206 (6.12). */
static __always_inline u64 mma_raw_upgraded(u64 old, u64 new)
{
	return ((old | (new & (PTE_AF | PTE_WRITE | PTE_DIRTY))) & ~(u64)PTE_RDONLY) | (old & new & PTE_RDONLY);
}

/* ---- levels ---- */

#define MMA_TABLE_BITS	(PAGE_SHIFT - 3)	/* of an address; one table of any level resolves them */

static __always_inline bool mma_five_levels(void)
{
#if CONFIG_PGTABLE_LEVELS > 4			/* 6.9 */
	return pgtable_l5_enabled();
#else
	return false;
#endif
}

/* The entry points to a table: it is neither empty nor huge. */
static __always_inline bool mma_raw_is_table(u64 raw)
{
	return (raw & PMD_TYPE_TABLE) == PMD_TYPE_TABLE;
}

static __always_inline void *mma_raw_table(u64 raw)
{
	return __va(__pte_to_phys(__pte(raw)));
}

/* Why page tables cannot be read here, or NULL. */
static inline const char *mma_arch_unreadable(void)
{
	return NULL;
}

/* ---- TLBs ---- */

/*
 * Instructions flush the TLBs of all CPUs, and nothing counts them: flush_tlb_mm()
 * asm/tlbflush.h:262 (6.12). So no missing flush is found.
 */
#define MMA_COUNTS_FLUSHES	0

static __always_inline u64 mma_flushes(struct mm_struct *mm)
{
	return 0;
}

static inline bool mma_counts_unmaps(void)
{
	return false;
}

/* ---- history ---- */

/*
 * The history keeps of an entry that is present to the CPU, or empty, the bits 2 to 17
 * and 50 to 59, from which mma_pte_facts() takes all but that it is present. They fill
 * 32 bits, of which 10 to 15 are free for the site.
 */
#define MMA_PACKED	0xffff03ffU

static __always_inline u32 mma_raw_pack(u64 raw)
{
	return rol64(raw, 14) & MMA_PACKED;
}

/* One that is present has more than these bits: it is of user space. */
static inline u64 mma_raw_unpack(u32 packed)
{
	u64 raw = ror64(packed & MMA_PACKED, 14);

	return raw ? raw | PTE_TYPE_PAGE : 0;
}

static_assert(!(((u64)MMA_RAW_ODD | PTE_USER | PTE_RDONLY | PTE_WRITE | PTE_UXN | PTE_DIRTY) &
		~(GENMASK_ULL(59, 50) | GENMASK_ULL(17, 2))));

/*
 * In the order of what all CPUs see, and not only of what this one does. As the kernel reads
 * it, for CNTVCT_EL0 may say something else. Where KVM's host has no VHE it is the guest's
 * while a guest is loaded, timer_restore_state() arch/arm64/kvm/arch_timer.c:619 (6.12), and
 * faults are handled for a guest then; and some CPUs' counters must be read more than once:
 * arch_counter_register() drivers/clocksource/arm_arch_timer.c:1132. It is a pointer to one of
 * the kernel's functions that are notrace, and exported for modules to call by.
 */
static __always_inline u64 mma_counter(void)
{
	return arch_timer_read_counter();
}

/* All CPUs show the same counter: that of the system. */
static inline bool mma_counters_in_step(void)
{
	return true;
}

/*
 * A number for an address space that no other one has at the same time in 256 GiB of memory. That
 * of a process that ended may be used again: nothing in a struct mm_struct is of it alone
 * for ever. context.id, an ASID, is another after each turn of the ASIDs. The structs are
 * aligned to a cache line. Where 256 GiB are not all, as with two sockets whose memories begin
 * at 1 << 31 and 1 << 42, the higher bits tell equal places in them apart.
 */
static __always_inline u32 mma_mm_id(const struct mm_struct *mm)
{
	const unsigned long at = (unsigned long)mm;

	return (u32)(at >> 6) ^ (u32)(at >> 38) * GOLDEN_RATIO_32;
}

/* ---- the registers of a probe ---- */

/*
 * The n-th argument, at the function's first instruction. Of regs only the argument
 * registers, the stack pointer and the link register need be set.
 */
static __always_inline unsigned long mma_arg(const struct pt_regs *regs, unsigned int n)
{
	return n < 8 ? regs->regs[n] : ((unsigned long *)regs->sp)[n - 8];
}

/* A probe stands before the prologue, which may sign it. */
static inline unsigned long mma_return_address(const struct pt_regs *regs)
{
	return regs->regs[30];
}

/* A returned int or bool fills only the low 32 or 8 bits; the rest is undefined, AAPCS64 6.8.2. */
static inline int mma_returned_int(struct pt_regs *regs)
{
	return (int)regs_return_value(regs);
}

static inline bool mma_returned_bool(struct pt_regs *regs)
{
	return (u8)regs_return_value(regs);
}

/* ---- ftrace ---- */

/*
 * Where the function calls ftrace, or 0 if it does not: behind a `bti c`, if it begins
 * so, and the `mov x9, lr` that ftrace puts before each of its calls, ftrace_call_adjust()
 * and ftrace_init_nop() arch/arm64/kernel/ftrace.c (6.12). kp is registered at the
 * function's first instruction, and has it, whatever stands there now.
 */
static inline unsigned long mma_ftrace_ip(const struct kprobe *kp)
{
	enum { BTI_C = 0xd503245f, MOV_X9_LR = 0xaa1e03e9 };
	const __le32 *insn = (const __le32 *)kp->addr;
	u32 first = kp->opcode;

	if (first == BTI_C)
		first = le32_to_cpu(*++insn);
	return first == MOV_X9_LR ? (unsigned long)(insn + 1) : 0;
}

/* What ftrace gives has the registers of arguments and four others, asm/ftrace.h:69 (6.12). */
#define MMA_FTRACE_PT_REGS	0
#if defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS) && defined(arch_ftrace_regs)
static __always_inline const struct pt_regs *mma_arch_ftrace_regs(struct ftrace_regs *fregs, struct pt_regs *room)
{
	const struct __arch_ftrace_regs *saved = arch_ftrace_regs(fregs);
	int i;

	for (i = 0; i < 8; i++)
		room->regs[i] = saved->regs[i];
	room->regs[30] = saved->lr;
	room->sp = saved->sp;
	return room;
}
#define mma_arch_ftrace_regs	mma_arch_ftrace_regs
#endif

/* ---- code ---- */

#define MMA_CALL_STEP	4
#define MMA_CALL_SIZE	4
#define MMA_CALL_PAD	0

/* Where the `bl` or the `b` at ip goes to, or 0 if there is none. */
static inline unsigned long mma_called_at(unsigned long ip)
{
	enum { B = 0x14000000, B_MASK = 0x7c000000 };	/* bl has bit 31 besides */
	const u32 insn = le32_to_cpu(*(const __le32 *)ip);

	return (insn & B_MASK) == B ? ip + ((long)sign_extend32(insn, 25) << 2) : 0;
}

/* ---- trampolines of wrap.c ---- */

#define MMA_TRAMPOLINES	"arch/arm64_wrap.h"

#endif /* MMA_ARCH_ARM64_H */
