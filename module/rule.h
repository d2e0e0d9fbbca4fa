/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * rule.h - the rules a writable page table entry must meet, and what a write
 * fault would do with it: pure functions from facts to an answer.
 *
 * The module, the command, BPF and the tests compile the same code: no kernel
 * call, no global, no pointer followed. Kernel lines are those of Debian's
 * linux-source-6.1 (6.1.192) and -6.12 (6.12.117).
 */
#ifndef MMA_RULE_H
#define MMA_RULE_H

#ifndef __VMLINUX_H__		/* BPF: vmlinux.h has these types already */
#include <linux/types.h>
#endif

/*
 * Facts: one bit each, copied out of entry, vma and page.
 * X(bit, NAME, "when it is set")
 */
#define MMA_FACTS(X)							\
	/* the entry */							\
	X(0,  PTE_PRESENT,	"entry is present")			\
	X(1,  PTE_PROTNONE,	"entry is PROT_NONE or a NUMA hint")	\
	X(2,  PTE_WRITE,	"pte_write(): writable")		\
	X(3,  PTE_DIRTY,	"pte_dirty()")				\
	X(4,  PTE_SOFT_DIRTY,	"pte_soft_dirty()")			\
	X(5,  PTE_UFFD_WP,	"pte_uffd_wp()")			\
	X(6,  PTE_SPECIAL,	"pte_special(): no struct page to look at") \
	X(7,  PTE_SWAP,		"swap or migration entry")		\
	X(8,  PTE_HUGE,		"maps a huge page (PMD)")		\
	X(9,  PTE_SWP_EXCL,	"swap or migration entry of a page nobody else had") \
	/* the mapping */						\
	X(10, VMA_WRITE,	"VM_WRITE")				\
	X(11, VMA_SHARED,	"VM_SHARED")				\
	X(12, VMA_MAYSHARE,	"VM_MAYSHARE")				\
	X(13, VMA_MAYWRITE,	"VM_MAYWRITE")				\
	X(14, VMA_SOFTDIRTY,	"VM_SOFTDIRTY: all of it counts as soft-dirty") \
	X(15, VMA_UFFD_WP,	"VM_UFFD_WP")				\
	X(16, VMA_RAW,		"VM_PFNMAP, VM_MIXEDMAP or VM_IO: a driver's own entries") \
	X(17, VMA_HUGETLB,	"hugetlb mapping")			\
	X(18, VMA_PROT_WRITE,	"vm_page_prot carries the write bit")	\
	X(19, VMA_PAGE_MKWRITE,	"vm_ops->page_mkwrite")			\
	X(20, VMA_PFN_MKWRITE,	"vm_ops->pfn_mkwrite")			\
	X(21, VMA_WRITEBACK,	"file whose dirty pages are written back") \
	X(22, VMA_DAX,		"DAX file")				\
	X(23, VMA_ANON,		"no vm_ops: anonymous mapping")		\
	X(24, VMA_UFFD_ASYNC,	"userfaultfd protection that resolves itself (6.7)") \
	X(25, VMA_UFFD_RWP,	"VM_UFFD_RWP: PTE_UFFD_WP traps reads, too (7.3)") \
	X(26, VMA_PFNMAP,	"VM_PFNMAP: no pages, as clear_refs and pagemap see it") \
	X(28, DAX_CLEAN,	"writable entry of a DAX file that does not know its page as dirty") \
	/* the moment, continued */					\
	X(29, NOT_FLUSHED,	"this path had to flush the TLBs by now and has not: other CPUs may still write by an entry that is gone") \
	/* the page */							\
	X(30, PAGE,		"entry maps a page with a struct page")	\
	X(31, PAGE_ANON,	"anonymous page")			\
	X(32, PAGE_EXCL,	"PageAnonExclusive()")			\
	X(33, PAGE_KSM,		"KSM page")				\
	X(34, PAGE_ZERO,	"the shared zero page")			\
	X(35, PAGE_DIRTY,	"folio is dirty")			\
	X(36, PAGE_LOCKED,	"folio is locked, by whomever")		\
	X(37, PAGE_LARGE,	"part of a large folio")		\
	X(38, PAGE_LRU,		"folio is on an LRU list")		\
	X(39, PAGE_SWAPCACHE,	"folio is in the swap cache")		\
	X(40, PAGE_MAPS,	"mapped more than once")		\
	X(41, PAGE_PINNED,	"folio may be pinned for DMA, in a mm that ever pinned") \
	X(42, PAGE_SAME,	"what the old entry named, which nobody can have taken since") \
	X(43, PAGE_OF_FILE,	"belongs to the file that is mapped")	\
	/* the moment */						\
	X(44, STAYED,		"nobody else can have replaced the page since the look before") \
	X(45, WAS_PINNED,	"copy of an anonymous page that is this mapping's alone and pinned for DMA: mma_is_pinned()") \
	X(46, TAKEN,		"the page was taken away by reclaim, migration or a split: what is left must tell of its marks") \
	X(47, NEED_PTE_DIRTY,	"only its own dirty bit excuses it: page_mkclean() was just here") \
	X(48, LOCK_PTL,		"read under the page-table lock")	\
	X(49, LOCK_MM,		"read under mmap_lock or the vma lock")	\
	X(50, AT_GRANT,		"the entry became writable just now")	\
	X(51, NEED_PAGE_LOCK,	"this path must hold the page lock")	\
	X(52, UNSHARE,		"FAULT_FLAG_UNSHARE: break COW, keep read-only") \
	X(53, READ_FAULT,	"the fault only reads")			\
	X(54, KEEPS,		"this path must keep the marks of the old entry, and nothing else was at work on it") \
	X(55, MOVED,		"moved here by mremap or userfaultfd, and nothing else was at work on it: all of it counts as soft-dirty") \
	/* the kernel */						\
	X(56, KERN_EXCL,	"knows PageAnonExclusive (5.19)")	\
	X(57, KERN_SOFT_DIRTY,	"tracks soft-dirty")			\
	X(58, KERN_UFFD_NOTIFY,	"vma_wants_writenotify() heeds uffd-wp (6.2, 6.1.3)") \
	X(59, KERN_SHARED_FIRST, "do_wp_page() settles shared mappings before anon pages (6.2)") \
	X(60, KERN_UNSHARE_FILE, "unshare copies zero and page-cache pages too (6.2)") \
	X(61, KERN_LARGE_COPY,	"do_wp_page() never newly takes a large folio (6.10 to 6.14)") \
	X(27, KERN_UFFD_RESETS,	"takes uffd-wp marks away with their registration (6.13, 6.12.117, 6.1.192)") \
	/* userfaultfd's protection: the moment, and the mapping */	\
	X(62, PROTECTS,		"this path had to mark the entry, and nothing else was at work on it") \
	X(63, VMA_UFFD_HOLES,	"userfaultfd protects what is not mapped, too, by markers (5.19)")

enum mma_fact {
#define X(bit, name, text) MMA_BIT_##name = bit,
	MMA_FACTS(X)
#undef X
};

#define X(bit, name, text) static const __u64 MMA_F_##name __attribute__((unused)) = 1ULL << (bit);
MMA_FACTS(X)
#undef X

/* All that are of the kernel. */
static const __u64 MMA_F_KERN_ALL __attribute__((unused)) =
	MMA_F_KERN_EXCL | MMA_F_KERN_SOFT_DIRTY | MMA_F_KERN_UFFD_NOTIFY | MMA_F_KERN_SHARED_FIRST |
	MMA_F_KERN_UNSHARE_FILE | MMA_F_KERN_LARGE_COPY | MMA_F_KERN_UFFD_RESETS;

/* What it means that a rule is broken. X(name, "in two words", "in a sentence") */
#define MMA_SEVERITIES(X)						\
	X(data, "data lost",						\
	  "a write, or what userfaultfd was to be told, is missed, or does not reach the disk") \
	X(isolation, "isolation broken",				\
	  "a process sees or changes memory of another, or a file that it may not change") \
	X(race, "race", "the entry is right, and was made without what keeps it so") \
	X(spurious, "spurious: nothing is lost",			\
	  "nothing is lost, but a process stops, or its monitor is told, without need")

/*
 * Rules on the state of an entry. Severity: one of MMA_SEVERITIES.
 * X(id, NAME, severity, "what is wrong", "kernels", "where the kernel itself ensures it")
 */
#define MMA_STATE_RULES(X)						\
	X(0, VM_WRITE, "isolation",					\
	  "writable entry in a mapping without VM_WRITE",		\
	  "all",							\
	  "maybe_mkwrite() include/linux/mm.h:1034 (6.1); can_change_pte_writable() mm/mprotect.c:48 (6.12)") \
	X(1, SOFT_DIRTY, "data",					\
	  "writable entry neither soft-dirty nor in a VM_SOFTDIRTY mapping: the next write is not tracked", \
	  "all with CONFIG_MEM_SOFT_DIRTY",				\
	  "vma_wants_writenotify() mm/mmap.c:1557 (6.1); pte_needs_soft_dirty_wp() mm/mprotect.c:56 (6.12)") \
	X(2, UFFD_WP, "data",						\
	  "writable entry still marked uffd-wp in a VM_UFFD_WP or VM_UFFD_RWP mapping: the next write is not trapped", \
	  "5.7 and later",						\
	  "userfaultfd_pte_wp() include/linux/userfaultfd_k.h:130 (6.1), :198 (6.12)") \
	X(3, ANON_EXCL, "isolation",					\
	  "writable entry on an anonymous page that is not exclusive: another mapping may see the write", \
	  "5.19 and later by PageAnonExclusive, before by map count",	\
	  "wp_page_reuse() mm/memory.c:3093 (6.1); can_change_pte_writable() mm/mprotect.c:71 (6.12)") \
	X(4, KSM, "isolation",						\
	  "writable entry on a KSM page, which other mappings share",	\
	  "all",							\
	  "do_wp_page() mm/memory.c:3471 (6.1); wp_can_reuse_anon_folio() mm/memory.c:3606 (6.12)") \
	X(5, ZERO_PAGE, "isolation",					\
	  "writable entry on the shared zero page",			\
	  "all",							\
	  "do_wp_page() copies what has no page, mm/memory.c:3428 (6.1), :3746 (6.12)") \
	X(6, PRIVATE_FILE, "isolation",					\
	  "writable entry of a private mapping on a page of the file: the write reaches the file", \
	  "all",							\
	  "wp_page_copy() mm/memory.c:3129 (6.1), :3332 (6.12)")	\
	X(7, DIRTY, "data",						\
	  "writable entry on a clean page whose file tracks writes: the next write may never reach the disk", \
	  "all",							\
	  "finish_mkwrite_fault() and page_mkclean_one(), mm/memory.c:3307 and mm/rmap.c:946 (6.1); dax_writeback_one() fs/dax.c:930 (6.12)") \
	X(8, VMA_PROT, "data",						\
	  "vm_page_prot carries the write bit in a mapping that must see first writes", \
	  "all",							\
	  "vma_wants_writenotify() mm/mmap.c:1534 (6.1), mm/vma.c:1910 (6.12)") \
	X(9, STALE_TLB, "race",						\
	  "write bit taken away, and no TLB flushed when it had to be: another CPU may still write to the page", \
	  "all for mprotect, 5.19 and later for copies",					\
	  "do_wp_page() mm/memory.c:3423 (6.1), :3690 (6.12); change_pte_range() mm/mprotect.c:202 (6.1), :197 (6.12)") \
	X(10, PAGE_LOCK, "race",					\
	  "write bit granted without the page lock this path rests on",	\
	  "all",							\
	  "rmap walk of remove_migration_ptes() mm/migrate.c:277, finish_mkwrite_fault() mm/memory.c:3307 (6.1)") \
	X(13, EXCL_SHARED, "isolation",					\
	  "writable entry on a page marked exclusive yet mapped more than once: another mapping sees the write", \
	  "5.19 and later",						\
	  "page_try_dup_anon_rmap() include/linux/mm.h:1370 (6.1)")	\
	X(14, COPIED_PINNED, "data",					\
	  "write fault left a page pinned for DMA behind: what the device does to it is not seen", \
	  "5.19 and later by PageAnonExclusive, before a guess: pinned for reading or 1,024 references look alike", \
	  "do_wp_page() mm/memory.c:3461 (6.1) takes an exclusive page, pinned or not; 5.10 :3191 copies what has references") \
	X(16, UFFD_RWP, "data",						\
	  "entry marked in a VM_UFFD_RWP mapping and yet accessible: the next read is not trapped", \
	  "7.3 and later",						\
	  "do_swap_page() mm/memory.c:5175, change_pte_range() mm/mprotect.c:306 (7.3)") \
	X(17, STRAY_UFFD_WP, "spurious",				\
	  "entry still marked uffd-wp in a mapping that is not watched: on hugetlb a write faults for ever, elsewhere it traps for who watches next", \
	  "6.13 and later, 6.12.117, 6.1.192; others leave marks on purpose", \
	  "userfaultfd_clear_vma() mm/userfaultfd.c:1932, copy_present_ptes() mm/memory.c:968, move_ptes() mm/mremap.c:217 (6.12)")

/* Rules on who else has the page, which a number tells: mma_check_holders(). */
#define MMA_HOLDER_RULES(X)						\
	X(19, PIPED, "isolation",					\
	  "writable entry on an anonymous page that a pipe has from another process: who reads the pipe sees the write", \
	  "all",							\
	  "do_wp_page() mm/memory.c:3457 (6.1), wp_can_reuse_anon_folio() :3586 (6.12) copy what has another reference; hugetlb_wp() does not")

/* Rules that compare the entry with what it was before. */
#define MMA_KEPT_RULES(X)						\
	X(11, LOST_UFFD_WP, "data",					\
	  "entry rewritten without the uffd-wp mark it had: the next write is not trapped", \
	  "5.7 and later",						\
	  "do_swap_page() mm/memory.c:4059, remove_migration_pte() mm/migrate.c:217, try_to_unmap_one() mm/rmap.c:1620 (6.1)") \
	X(12, LOST_SOFT_DIRTY, "data",					\
	  "entry rewritten without the soft-dirty bit it had: an earlier write is forgotten", \
	  "all with CONFIG_MEM_SOFT_DIRTY",				\
	  "do_swap_page() mm/memory.c:4057, move_soft_dirty_pte() mm/mremap.c:121 (6.1)") \
	X(15, SWAP_EXCL, "isolation",					\
	  "page came back as exclusive though its swap or migration entry was shared: who else has it will see the writes", \
	  "5.19 and later",						\
	  "do_swap_page() mm/memory.c:4053 (6.1), :4545 (6.12); remove_migration_pte() mm/migrate.c:221 (6.1)") \
	X(18, NOT_PROTECTED, "data",					\
	  "entry left without the mark that userfaultfd was asked to set: the next access is not trapped", \
	  "5.7 and later",						\
	  "change_pte_range() mm/mprotect.c:170 (6.1), :182 (6.12); change_huge_pmd() mm/huge_memory.c:1859 (6.1)")

/* The highest id is last: MMA_NR_RULES is that plus 1. */
#define MMA_RULES(X) MMA_STATE_RULES(X) MMA_KEPT_RULES(X) MMA_HOLDER_RULES(X)

enum mma_rule {
#define X(id, name, severity, text, kernels, where) MMA_RULE_##name = id,
	MMA_RULES(X)
#undef X
	MMA_NR_RULES
};

#define X(id, name, severity, text, kernels, where) _Static_assert((id) < MMA_NR_RULES, #name " is not counted by MMA_NR_RULES");
MMA_RULES(X)
#undef X

/* What do_wp_page() does with a present, write-protected entry. */
#define MMA_FAULTS(X)							\
	X(0, NONE,	"no write-protect fault: the entry was not present") \
	X(1, REUSE,	"reuse the page: make the entry writable, dirty and soft-dirty") \
	X(2, COPY,	"copy the page and map the copy writable")	\
	X(3, MKWRITE,	"tell the file (page_mkwrite), then reuse the page") \
	X(4, PFN_MKWRITE, "tell the driver (pfn_mkwrite), then make the entry writable") \
	X(5, UFFD,	"stop the writer and wake the userfaultfd monitor") \
	X(6, SEGV,	"refuse the write: SIGSEGV")			\
	X(7, NOP,	"nothing: the entry may stay as it is")		\
	X(8, NUMA,	"take a NUMA hinting fault first")		\
	X(9, REUSE_OR_COPY, "reuse the page if nobody else has it mapped or swapped out, else copy it: what is known here does not tell")

enum mma_fault {
#define X(id, name, text) MMA_FAULT_##name = id,
	MMA_FAULTS(X)
#undef X
};

/* Why an entry was left read-only. */
#define MMA_REASONS(X)							\
	X(0, NONE,	 "writable")					\
	X(1, NO_VM_WRITE, "the mapping has no VM_WRITE")		\
	X(2, PROTNONE,	 "the entry is PROT_NONE or a NUMA hint")	\
	X(3, SOFT_DIRTY, "soft-dirty tracking needs the write fault")	\
	X(4, UFFD_WP,	 "userfaultfd write protection needs the write fault") \
	X(5, NO_PAGE,	 "private mapping without a page of its own: zero page or special") \
	X(6, FILE_PAGE,	 "private mapping of a page of the file: must be copied") \
	X(7, KSM,	 "KSM page: must be copied")			\
	X(8, NOT_EXCL,	 "anonymous page not marked exclusive: the write fault decides") \
	X(9, CLEAN,	 "clean page of a shared mapping: its file wants the write fault") \
	X(10, NOT_PRESENT, "no present entry")				\
	X(11, KEPT,	 "this path keeps entries read-only unless they were writable")

enum mma_reason {
#define X(id, name, text) MMA_REASON_##name = id,
	MMA_REASONS(X)
#undef X
};

static inline int mma_all(__u64 facts, __u64 want)
{
	return (facts & want) == want;
}

/* Whether the entry has a mark that traps for somebody. */
static inline int mma_marked(__u64 f)
{
	return (f & MMA_F_PTE_UFFD_WP) && (f & (MMA_F_VMA_UFFD_WP | MMA_F_VMA_UFFD_RWP));
}

/* Whether the owner of this mapping needs to see the first write to each page. */
static inline int mma_wants_notify(__u64 f)
{
	if (f & (MMA_F_VMA_PAGE_MKWRITE | MMA_F_VMA_PFN_MKWRITE))
		return 1;
	/* "Specialty mapping?" mm/mmap.c:1564 (6.1); vma_fs_can_writeback() mm/vma.c:1873 (6.12) */
	if ((f & MMA_F_VMA_WRITEBACK) && !(f & MMA_F_VMA_PFNMAP))
		return 1;
	/* hugetlb has no soft-dirty: mm/mmap.c:1557 (6.1), mm/vma.c:1930 (6.12) */
	if (mma_all(f, MMA_F_KERN_SOFT_DIRTY) && !(f & (MMA_F_VMA_SOFTDIRTY | MMA_F_VMA_HUGETLB)))
		return 1;
	return mma_all(f, MMA_F_KERN_UFFD_NOTIFY | MMA_F_VMA_UFFD_WP);
}

/*
 * Whether soft-dirty tracking reaches this entry. hugetlb has none. clear_refs and
 * pagemap pass over VM_PFNMAP, also over private copies there: clear_refs_test_walk()
 * fs/proc/task_mmu.c:1226, walk_page_test() mm/pagewalk.c:353 (6.1). And what has no
 * struct page a driver maps with a protection of its own: vmf_insert_pfn_prot().
 */
static inline int mma_soft_dirty_counts(__u64 f)
{
	if (!(f & MMA_F_KERN_SOFT_DIRTY) || (f & (MMA_F_VMA_SOFTDIRTY | MMA_F_VMA_HUGETLB | MMA_F_VMA_PFNMAP)))
		return 0;
	return !(f & MMA_F_VMA_RAW) || (f & MMA_F_PAGE);
}

/*
 * Whether soft-dirty tracking misses the next write. clear_soft_dirty() leaves entries
 * of pinned pages alone, fs/proc/task_mmu.c:1113 (6.1): pte_is_pinned(). That is no
 * excuse: such an entry stays writable, so it is sound only if it stays soft-dirty.
 */
static inline int mma_untracked(__u64 f)
{
	return mma_soft_dirty_counts(f) && !(f & MMA_F_PTE_SOFT_DIRTY);
}

/*
 * fork clears PageAnonExclusive before it maps the page again, under the source's
 * page-table lock. So under the page-table lock of an entry that maps an exclusive
 * page no other entry maps it.
 */
static inline int mma_shared_exclusive(__u64 f)
{
	return mma_all(f, MMA_F_KERN_EXCL | MMA_F_PAGE_ANON | MMA_F_PAGE_EXCL | MMA_F_PAGE_MAPS);
}

static inline int mma_not_exclusive(__u64 f)
{
	if (!(f & MMA_F_PAGE_ANON))
		return 0;
	if (f & MMA_F_KERN_EXCL)
		return !(f & MMA_F_PAGE_EXCL);
	return !!(f & MMA_F_PAGE_MAPS);
}

/*
 * A driver may remap any frame of a shared mapping, and /dev/mem does. In a private one
 * do_wp_page() copies what has no page. vm_insert_page() refuses the zero page where it
 * could be written (6.11): vm_mixed_zeropage_allowed() mm/memory.c:1994 (6.12).
 */
static inline int mma_zero_page(__u64 f)
{
	return (f & MMA_F_PAGE_ZERO) && !mma_all(f, MMA_F_VMA_PFNMAP | MMA_F_VMA_SHARED);
}

/*
 * A page of the file, or what a driver maps without a struct page, in a mapping whose
 * writes must stay private: vm_page_prot has no write bit there, and do_wp_page() copies
 * both. remap_pfn_range() takes what protection it is given, right or wrong.
 */
static inline int mma_private_file(__u64 f)
{
	if (!(f & MMA_F_VMA_MAYWRITE) ||
	    (f & (MMA_F_PAGE_ANON | MMA_F_PAGE_KSM | MMA_F_PAGE_ZERO | MMA_F_VMA_SHARED)))
		return 0;
	return (f & MMA_F_PAGE) || mma_all(f, MMA_F_VMA_RAW | MMA_F_PTE_SPECIAL);
}

/*
 * page_mkclean() visits every entry under its page-table lock before the
 * folio's dirty bit is cleared (mm/page-writeback.c folio_clear_dirty_for_io),
 * so under that lock one of the two is set while the entry is writable.
 * DAX does the same with a tag of the file's xarray, whether there is a struct page or
 * not: dax_facts() of facts.c. A page that a driver has mapped need not belong to the
 * file; then nobody writes it back, though the file may be a device node on a disk.
 */
static inline int mma_clean_shared(__u64 f)
{
	if (!(f & MMA_F_VMA_SHARED) ||
	    !(f & (MMA_F_VMA_PAGE_MKWRITE | MMA_F_VMA_PFN_MKWRITE | MMA_F_VMA_WRITEBACK)))
		return 0;
	if (f & (MMA_F_PAGE_ANON | MMA_F_VMA_HUGETLB))
		return 0;
	if ((f & MMA_F_VMA_RAW) && !(f & MMA_F_PAGE_OF_FILE))
		return 0;
	if (f & MMA_F_VMA_DAX)
		return !!(f & (MMA_F_DAX_CLEAN | MMA_F_NEED_PTE_DIRTY));
	if (!(f & MMA_F_PAGE))
		return 0;
	if (f & MMA_F_NEED_PTE_DIRTY)
		return !(f & MMA_F_PTE_DIRTY);
	return !(f & (MMA_F_PTE_DIRTY | MMA_F_PAGE_DIRTY));
}

/*
 * A driver's mmap() may set vm_page_prot as it likes: vma_set_page_prot() corrects it
 * afterwards, once the mapping is VM_SOFTDIRTY: mmap_region() mm/mmap.c:1574 (6.12),
 * :1906 (5.10). Before that nobody asks: mma_is_being_mapped().
 */
static inline int mma_prot_wrong(__u64 f)
{
	if (!(f & MMA_F_VMA_PROT_WRITE))
		return 0;
	return !mma_all(f, MMA_F_VMA_SHARED | MMA_F_VMA_WRITE) || mma_wants_notify(f);
}

/*
 * Whether this anonymous page is pinned for DMA, so that no write fault may replace it
 * by a copy. A pin of a small page is 1,024 references, so as many references of any
 * other kind look like one: page_maybe_dma_pinned() include/linux/mm.h:1602 (6.1). But
 * only an exclusive page can be pinned: FOLL_PIN breaks COW first, gup_must_unshare()
 * include/linux/mm.h:3189 (6.1), and fork leaves a pinned page exclusive,
 * page_try_dup_anon_rmap() include/linux/rmap.h:234. And an exclusive page is never
 * copied. Before 5.19 this cannot be known. A large page counts its pins as a whole:
 * one part of it may be pinned and another one shared.
 */
static inline int mma_is_pinned(__u64 f)
{
	if (!mma_all(f, MMA_F_PAGE_ANON | MMA_F_PAGE_PINNED) ||
	    (f & (MMA_F_PAGE_KSM | MMA_F_PAGE_LARGE | MMA_F_PAGE_MAPS)))
		return 0;
	return !(f & MMA_F_KERN_EXCL) || (f & MMA_F_PAGE_EXCL);
}

/*
 * The rules that a read-only entry can break, too: only its mark can be wrong. A stray
 * marker is legal, a fault clears it: pte_marker_handle_uffd_wp() mm/memory.c:3973 (6.12).
 * A stray mark in a swap entry is judged when the page comes back.
 */
static inline __u32 mma_check_mark(__u64 f)
{
	if (!mma_all(f, MMA_F_PTE_PRESENT | MMA_F_PTE_UFFD_WP))
		return 0;
	if (!mma_marked(f))
		return f & MMA_F_KERN_UFFD_RESETS ? 1U << MMA_RULE_STRAY_UFFD_WP : 0;
	return (f & MMA_F_VMA_UFFD_RWP) && !(f & MMA_F_PTE_PROTNONE) ? 1U << MMA_RULE_UFFD_RWP : 0;
}

/* Returns the rules that these facts break, 1 << enum mma_rule; 0 if the entry is sound. */
static inline __u32 mma_check(__u64 f)
{
	__u32 broken = mma_check_mark(f) | (f & MMA_F_NOT_FLUSHED ? 1U << MMA_RULE_STALE_TLB : 0);

	/* All other rules are about a writable entry. */
	if (!mma_all(f, MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE))
		return broken;
	/* Up to 6.1 a NUMA hint may keep its write bit (6a56ccbcf6c6 ended it). */
	if (f & MMA_F_PTE_PROTNONE)
		return broken;

	if (!(f & MMA_F_VMA_WRITE))
		broken |= 1U << MMA_RULE_VM_WRITE;
	if (mma_untracked(f))
		broken |= 1U << MMA_RULE_SOFT_DIRTY;
	if (mma_marked(f))
		broken |= 1U << MMA_RULE_UFFD_WP;
	if (mma_not_exclusive(f))
		broken |= 1U << MMA_RULE_ANON_EXCL;
	if (f & MMA_F_PAGE_KSM)
		broken |= 1U << MMA_RULE_KSM;
	if (mma_zero_page(f))
		broken |= 1U << MMA_RULE_ZERO_PAGE;
	if (mma_private_file(f))
		broken |= 1U << MMA_RULE_PRIVATE_FILE;
	if (mma_clean_shared(f))
		broken |= 1U << MMA_RULE_DIRTY;
	if (mma_prot_wrong(f))
		broken |= 1U << MMA_RULE_VMA_PROT;
	if (mma_all(f, MMA_F_NEED_PAGE_LOCK | MMA_F_PAGE) && !(f & MMA_F_PAGE_LOCKED))
		broken |= 1U << MMA_RULE_PAGE_LOCK;
	if (mma_shared_exclusive(f))
		broken |= 1U << MMA_RULE_EXCL_SHARED;
	if (f & MMA_F_WAS_PINNED)
		broken |= 1U << MMA_RULE_COPIED_PINNED;
	return broken;
}

/*
 * The same of the rules that need a number, too. piped: how many pages of what the entry
 * maps are in pipes, put there by other processes.
 */
static inline __u32 mma_check_holders(__u64 f, __u32 piped)
{
	if (!mma_all(f, MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | MMA_F_PAGE_ANON) || (f & MMA_F_PTE_PROTNONE))
		return 0;
	return piped ? 1U << MMA_RULE_PIPED : 0;
}

/*
 * Whether a page became exclusive whose swap entry was shared. fork clears the exclusive
 * bit in both entries of a page that it shares: copy_nonpresent_pte() mm/memory.c:827 (6.1)
 */
static inline int mma_shared_taken(__u64 old, __u64 f)
{
	return mma_all(f, MMA_F_PTE_PRESENT | MMA_F_KERN_EXCL | MMA_F_PAGE_EXCL | MMA_F_PAGE_SAME) &&
	       (old & MMA_F_PTE_SWAP) && !(old & MMA_F_PTE_SWP_EXCL);
}

/*
 * Returns which of PTE_SOFT_DIRTY and PTE_DIRTY a writable entry must have to be sound
 * for sure; ~0: these bits cannot make it so. f has the facts of the mapping and the
 * kind of page; any other fact about a page of that kind can only excuse the entry,
 * but for DAX_CLEAN.
 */
#define MMA_KIND_ANON	(MMA_F_PAGE | MMA_F_PAGE_ANON | MMA_F_PAGE_EXCL)	/* mapped once, no KSM page, in nobody's pipe */
#define MMA_KIND_FILE	MMA_F_PAGE						/* and not the zero page */

static inline __u64 mma_needs(__u64 f)
{
	__u32 broken = mma_check(f | MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE);
	__u64 need = 0;

	if (broken & 1U << MMA_RULE_SOFT_DIRTY)
		need |= MMA_F_PTE_SOFT_DIRTY;
	if (f & MMA_F_VMA_DAX && mma_check(f | MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE | MMA_F_DAX_CLEAN) != broken)
		return ~0ULL;		/* its file must be asked */
	if (broken & 1U << MMA_RULE_DIRTY)
		need |= MMA_F_PTE_DIRTY;
	broken &= ~(1U << MMA_RULE_SOFT_DIRTY | 1U << MMA_RULE_DIRTY);
	return broken ? ~0ULL : need;
}

/* Most mappings are plain: they have the first facts and none of the second. There MMA_KIND_ANON needs neither bit. */
static inline __u64 mma_plain_has(void)
{
	return MMA_F_VMA_WRITE | MMA_F_VMA_SOFTDIRTY;
}

static inline __u64 mma_plain_lacks(void)
{
	return MMA_F_VMA_SHARED | MMA_F_VMA_RAW | MMA_F_VMA_PROT_WRITE;
}

/*
 * Whether a rewrite must keep the soft-dirty bit. A page of a file may be dropped and
 * mapped again without it, so a present entry must keep it only for anonymous memory
 * or where the page cannot have been dropped.
 */
static inline int mma_keeps_soft_dirty(__u64 f)
{
	if (!mma_soft_dirty_counts(f))
		return 0;
	if (!(f & MMA_F_PTE_PRESENT) && (f & MMA_F_VMA_SHARED))
		return 1;
	return (f & MMA_F_PAGE_ANON) || mma_all(f, MMA_F_PAGE_ZERO | MMA_F_VMA_ANON) ||
	       mma_all(f, MMA_F_PTE_PRESENT | MMA_F_STAYED);
}

/*
 * Whether reclaim may have discarded a small page that MADV_FREE gave up, and a read has
 * mapped the zero page in its place: MADV_FREE leaves the marks of the old entry.
 * try_to_unmap_one() mm/rmap.c:1672, do_anonymous_page() mm/memory.c:4148 (6.1). Not
 * where the page cannot have gone.
 */
static inline int mma_may_be_discarded(__u64 old, __u64 f)
{
	return (f & MMA_F_PAGE_ZERO) && !(f & (MMA_F_STAYED | MMA_F_MOVED)) && (old & MMA_F_PTE_PRESENT) &&
	       !(old & (MMA_F_PTE_SPECIAL | MMA_F_PTE_HUGE));
}

/*
 * Whether userfaultfd's protection has to mark an entry that was `old` before, in a
 * mapping with the facts `vma`, if nothing else is at work on it. An anonymous page that
 * MADV_FREE gave up may be discarded meanwhile, which leaves an empty entry without a
 * marker, and a fault may then map another page. A dirty one is not discarded:
 * try_to_unmap_one() mm/rmap.c:1672 (6.1), :1907 (6.12). A page of a file may go at any
 * time; 7.3's read-write protection leaves no marker then.
 */
static inline int mma_must_mark(__u64 old, __u64 vma)
{
	if ((old & MMA_F_PTE_PRESENT) && (vma & MMA_F_VMA_ANON))
		return !!(old & (MMA_F_PTE_DIRTY | MMA_F_PTE_SPECIAL));
	if ((old & MMA_F_PTE_SWAP) && (vma & MMA_F_VMA_ANON))
		return 1;
	return !!(vma & MMA_F_VMA_UFFD_HOLES);
}

/*
 * Whether an entry lacks the mark that was asked for. A write fault may take an
 * asynchronous mark at once, do_wp_page() mm/memory.c:3665 (6.12); but it leaves no
 * empty entry.
 */
static inline int mma_unprotected(__u64 f)
{
	if (!(f & MMA_F_PROTECTS) || !(f & (MMA_F_VMA_UFFD_WP | MMA_F_VMA_UFFD_RWP)))
		return 0;
	return !(f & MMA_F_PTE_UFFD_WP) &&
	       !((f & MMA_F_VMA_UFFD_ASYNC) && (f & (MMA_F_PTE_PRESENT | MMA_F_PTE_SWAP)));
}

/*
 * Returns the rules that were broken between two looks at one entry: `old` has the
 * PTE_* facts of the entry before. An anonymous page that MADV_FREE gave up leaves an
 * empty entry when reclaim discards it: try_to_unmap_one() mm/rmap.c:1672 (6.1).
 */
static inline __u32 mma_check_kept(__u64 old, __u64 f)
{
	__u64 lost = old & ~f;
	__u32 broken = mma_unprotected(f) ? 1U << MMA_RULE_NOT_PROTECTED : 0;

	if (!(f & (MMA_F_PTE_PRESENT | MMA_F_TAKEN)) ||
	    (!(f & (MMA_F_PTE_PRESENT | MMA_F_PTE_SWAP)) && (f & MMA_F_PAGE_ANON)))
		return broken;
	if (mma_shared_taken(old, f))
		broken |= 1U << MMA_RULE_SWAP_EXCL;
	if (f & MMA_F_MOVED)
		lost |= ~f & MMA_F_PTE_SOFT_DIRTY;
	else if (!(f & MMA_F_KEEPS))
		return broken;
	/* A fault may take an asynchronous mark at any time: do_wp_page() mm/memory.c:3665 (6.12) */
	if ((f & MMA_F_KEEPS) && !(f & MMA_F_VMA_UFFD_ASYNC) && (lost & MMA_F_PTE_UFFD_WP) &&
	    mma_marked(f | MMA_F_PTE_UFFD_WP))
		broken |= 1U << MMA_RULE_LOST_UFFD_WP;
	if ((lost & MMA_F_PTE_SOFT_DIRTY) && mma_keeps_soft_dirty(f) && !mma_may_be_discarded(old, f))
		broken |= 1U << MMA_RULE_LOST_SOFT_DIRTY;
	return broken;
}

/*
 * Returns the rules whose answer is final under the locks these facts were read with.
 * vm_flags and vm_page_prot change before the entries do (mprotect, clear_refs,
 * userfaultfd), so rules on them need mmap_lock or the vma lock besides the page-table
 * lock. PAGE_LOCK is about the moment of the grant, so it is final at once; so is
 * STALE_TLB, about the moment of a flush that was not made. So are the rules on marks,
 * which are asked only where MMA_F_KEEPS, _MOVED or _PROTECTS is set,
 * and SWAP_EXCL, because the page stays exclusive as long as the entry stays.
 */
static inline __u32 mma_final(__u64 f)
{
	const __u32 at_once = 1U << MMA_RULE_PAGE_LOCK | 1U << MMA_RULE_STALE_TLB |
			      1U << MMA_RULE_LOST_UFFD_WP | 1U << MMA_RULE_LOST_SOFT_DIRTY |
			      1U << MMA_RULE_SWAP_EXCL | 1U << MMA_RULE_NOT_PROTECTED;
	const __u32 needs_mm = 1U << MMA_RULE_VM_WRITE | 1U << MMA_RULE_SOFT_DIRTY |
			       1U << MMA_RULE_UFFD_WP | 1U << MMA_RULE_VMA_PROT |
			       1U << MMA_RULE_UFFD_RWP | 1U << MMA_RULE_STRAY_UFFD_WP;

	if (!(f & MMA_F_LOCK_PTL))
		return at_once;
	return f & MMA_F_LOCK_MM ? ~0U : ~needs_mm;
}

/*
 * Returns the rules whose alarm is proof: one look at the entry, under the locks that
 * make the answer final, shows that it is wrong. Only for these does action=panic stop
 * a machine. MMA_KEPT_RULES are not among them, because they compare two looks: that
 * nothing else was at work meanwhile is known from other probes, which may have missed
 * a call. Nor is COPIED_PINNED: folio_maybe_dma_pinned() compares a count of
 * references, a small page with 1,024 of any kind looks pinned, and in 5.10 so does
 * one that is pinned for reading. Nor PIPED, which rests on what other probes have seen.
 * Nor VMA_PROT, which a driver may have set as it likes, nor PAGE_LOCK or STALE_TLB,
 * races that may have been lost: no entry is wrong yet. Nor STRAY_UFFD_WP: it loses
 * nothing, and a machine must not stop for that.
 */
static inline __u32 mma_proof(void)
{
	return 1U << MMA_RULE_VM_WRITE | 1U << MMA_RULE_SOFT_DIRTY | 1U << MMA_RULE_UFFD_WP |
	       1U << MMA_RULE_ANON_EXCL | 1U << MMA_RULE_KSM | 1U << MMA_RULE_ZERO_PAGE |
	       1U << MMA_RULE_PRIVATE_FILE | 1U << MMA_RULE_DIRTY | 1U << MMA_RULE_EXCL_SHARED |
	       1U << MMA_RULE_UFFD_RWP;
}

/*
 * Of a page that is not exclusive, if its references are as few as they may be. Those of
 * the swap cache go if no swap entry names the page any more, and that is not known:
 * folio_free_swap(), then the references are counted again, mm/memory.c:3485 (6.1), :3619 (6.12).
 */
static inline enum mma_fault mma_fault_last(__u64 f)
{
	return f & MMA_F_PAGE_SWAPCACHE ? MMA_FAULT_REUSE_OR_COPY : MMA_FAULT_REUSE;
}

/*
 * A large folio that is not exclusive, mapped page by page, from 6.2 on. Since 6.15 it is
 * reused if all of its mappings are of this process and nobody has another reference,
 * which takes the map count of the whole folio: __wp_can_reuse_large_anon_folio()
 * mm/memory.c:4109 (7.2). A page that is mapped twice is another process's, too.
 */
static inline enum mma_fault mma_fault_part(__u64 f)
{
	if (f & (MMA_F_KERN_LARGE_COPY | MMA_F_PAGE_MAPS))
		return MMA_FAULT_COPY;
	return MMA_FAULT_REUSE_OR_COPY;
}

/* What do_wp_page() does with an anonymous page. */
static inline enum mma_fault mma_fault_anon(__u64 f, __u32 refs, __u32 maps)
{
	__u32 cache = !!(f & MMA_F_PAGE_SWAPCACHE);

	if (f & MMA_F_PAGE_KSM)
		return MMA_FAULT_COPY;
	if (!(f & MMA_F_KERN_EXCL))	/* 5.10 mm/memory.c:3163: a swap cache page has ref >= 2 */
		return refs == 1 && maps == 1 && !(f & MMA_F_PAGE_LOCKED) ? MMA_FAULT_REUSE : MMA_FAULT_COPY;
	if (f & MMA_F_PAGE_EXCL)
		return MMA_FAULT_REUSE;
	if (mma_all(f, MMA_F_KERN_SHARED_FIRST | MMA_F_PAGE_LARGE))
		return mma_fault_part(f);
	/* 6.1 mm/memory.c:3457: ref > 3 never; off-LRU pages may hold a batch reference */
	if (refs > 3 || refs > 1 + cache + !(f & MMA_F_PAGE_LRU) || (f & MMA_F_PAGE_LOCKED))
		return MMA_FAULT_COPY;
	return mma_fault_last(f);
}

/* An unsharing fault leaves a page alone that may be written where it is. */
static inline enum mma_fault mma_fault_of(__u64 f, enum mma_fault would)
{
	return would == MMA_FAULT_REUSE && (f & MMA_F_UNSHARE) ? MMA_FAULT_NOP : would;
}

/* A file on DAX is told of the frame, whether that has a struct page or not: do_wp_page() mm/memory.c:3713 (6.12), :4301 (7.2). */
static inline enum mma_fault mma_fault_shared(__u64 f)
{
	if (!(f & MMA_F_PAGE) || (f & MMA_F_VMA_DAX))
		return f & MMA_F_VMA_PFN_MKWRITE ? MMA_FAULT_PFN_MKWRITE : MMA_FAULT_REUSE;
	return f & MMA_F_VMA_PAGE_MKWRITE ? MMA_FAULT_MKWRITE : MMA_FAULT_REUSE;
}

/* The part of mma_fault() for private mappings and unshare, after userfaultfd and shared mappings. */
static inline enum mma_fault mma_fault_private(__u64 f, __u32 refs, __u32 maps)
{
	if (f & MMA_F_PAGE_ANON)
		return mma_fault_of(f, mma_fault_anon(f, refs, maps));
	return (f & MMA_F_UNSHARE) && !(f & MMA_F_KERN_UNSHARE_FILE) ? MMA_FAULT_NOP : MMA_FAULT_COPY;
}

/* hugetlb_wp() mm/hugetlb.c:5541 (6.1), :5827 (6.12): decides by the map count, never by references. */
static inline enum mma_fault mma_fault_hugetlb(__u64 f, __u32 maps)
{
	if ((f & MMA_F_VMA_MAYSHARE) || ((f & MMA_F_PAGE_ANON) && maps == 1))
		return mma_fault_of(f, MMA_FAULT_REUSE);
	return MMA_FAULT_COPY;
}

/*
 * do_huge_pmd_wp_page() mm/huge_memory.c:1323 (6.1), :1818 (6.12): waits for
 * the page lock and takes a large page whole, else splits; the pieces are copied.
 * 5.10 :1315 asks reuse_swap_page(), the map count.
 */
static inline enum mma_fault mma_fault_huge(__u64 f, __u32 refs, __u32 maps)
{
	__u32 cache = f & MMA_F_PAGE_SWAPCACHE ? 512 : 0;	/* HPAGE_PMD_NR */

	if (mma_all(f, MMA_F_KERN_EXCL | MMA_F_PAGE_EXCL))
		return mma_fault_of(f, MMA_FAULT_REUSE);
	if (f & MMA_F_KERN_EXCL ? refs <= 1 + cache : maps <= 1)
		return mma_fault_of(f, mma_fault_last(f));
	return MMA_FAULT_COPY;
}

/*
 * A PROT_NONE entry in a mapping that may be written. userfaultfd's read trap, if it is
 * asynchronous, gives back what was there, and the write goes on: do_uffd_rwp() mm/memory.c:6260 (7.3).
 */
static inline enum mma_fault mma_fault_protnone(__u64 f)
{
	if (!mma_all(f, MMA_F_PTE_UFFD_WP | MMA_F_VMA_UFFD_RWP))
		return MMA_FAULT_NUMA;
	return f & MMA_F_VMA_UFFD_ASYNC ? MMA_FAULT_NONE : MMA_FAULT_UFFD;
}

/*
 * What a write fault does with a present entry, whether that is writable or not: 5.10
 * mm/memory.c:3120, 6.1 :3403, 6.12 :3656. refs: folio references, maps: map count.
 */
static inline enum mma_fault mma_fault(__u64 f, __u32 refs, __u32 maps)
{
	int unshare = !!(f & MMA_F_UNSHARE);

	if (!(f & MMA_F_PTE_PRESENT))
		return MMA_FAULT_NONE;
	/* access_error() arch/x86/mm/fault.c comes first */
	if (!unshare && !(f & MMA_F_VMA_WRITE))
		return MMA_FAULT_SEGV;
	if ((f & MMA_F_PTE_PROTNONE) && mma_fault_protnone(f))	/* mm/memory.c:6567 (7.3), or do_numa_page() */
		return mma_fault_protnone(f);
	if (!unshare && mma_all(f, MMA_F_VMA_UFFD_WP | MMA_F_PTE_UFFD_WP) &&
	    !(f & MMA_F_VMA_UFFD_ASYNC))
		return MMA_FAULT_UFFD;
	if (f & MMA_F_VMA_HUGETLB)
		return mma_fault_hugetlb(f, maps);
	if (mma_all(f, MMA_F_PTE_HUGE | MMA_F_VMA_ANON | MMA_F_PAGE))
		return mma_fault_huge(f, refs, maps);
	if (f & MMA_F_KERN_SHARED_FIRST) {
		if (f & (MMA_F_VMA_SHARED | MMA_F_VMA_MAYSHARE))
			return unshare ? MMA_FAULT_NOP : mma_fault_shared(f);
	} else if (!unshare && mma_all(f, MMA_F_VMA_WRITE | MMA_F_VMA_SHARED) &&
		   !(f & MMA_F_PAGE_ANON)) {
		return mma_fault_shared(f);
	}
	return mma_fault_private(f, refs, maps);
}

/*
 * The same of a fault that put another page there: `would` was asked of the new page,
 * which is all that is left to look at, so it holds only if it rests on the old entry.
 */
static inline enum mma_fault mma_fault_copied(enum mma_fault would)
{
	switch (would) {
	case MMA_FAULT_NONE:
	case MMA_FAULT_UFFD:
	case MMA_FAULT_SEGV:
	case MMA_FAULT_NUMA:
		return would;
	default:
		return MMA_FAULT_COPY;
	}
}

/*
 * Why an entry is rightly left read-only, in the order of
 * can_change_pte_writable() mm/mprotect.c:43 (6.12).
 */
static inline enum mma_reason mma_reason(__u64 f)
{
	if (mma_all(f, MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE))
		return MMA_REASON_NONE;
	if (!(f & MMA_F_PTE_PRESENT))
		return MMA_REASON_NOT_PRESENT;
	if (!(f & MMA_F_VMA_WRITE))
		return MMA_REASON_NO_VM_WRITE;
	if (f & MMA_F_PTE_PROTNONE)
		return MMA_REASON_PROTNONE;
	if ((f & MMA_F_KERN_SOFT_DIRTY) &&
	    !(f & (MMA_F_VMA_SOFTDIRTY | MMA_F_PTE_SOFT_DIRTY | MMA_F_VMA_HUGETLB)))
		return MMA_REASON_SOFT_DIRTY;
	if (mma_marked(f))
		return MMA_REASON_UFFD_WP;
	if (f & MMA_F_VMA_SHARED)
		return f & MMA_F_PTE_DIRTY ? MMA_REASON_KEPT : MMA_REASON_CLEAN;
	if (!(f & MMA_F_PAGE))
		return MMA_REASON_NO_PAGE;
	if (f & MMA_F_PAGE_KSM)
		return MMA_REASON_KSM;
	if (!(f & MMA_F_PAGE_ANON))
		return MMA_REASON_FILE_PAGE;
	return mma_not_exclusive(f) ? MMA_REASON_NOT_EXCL : MMA_REASON_KEPT;
}

/*
 * Whether a write fault would not have granted what was granted: it would have copied
 * the page, stopped the writer or refused the write. Without mmap_lock the flags of the
 * mapping may be new and the entry not yet, so then only the page is asked about; without
 * the page-table lock nothing is. Before 5.19 do_wp_page() goes by references that come
 * and go, so there is nothing to compare with.
 */
static inline int mma_fault_refuses(__u64 f, __u32 refs, __u32 maps)
{
	enum mma_fault would;

	if (!mma_all(f, MMA_F_KERN_EXCL | MMA_F_LOCK_PTL))
		return 0;
	if (!(f & MMA_F_LOCK_MM))
		f = (f | MMA_F_VMA_WRITE) & ~MMA_F_VMA_UFFD_WP;
	would = mma_fault(f & ~MMA_F_UNSHARE, refs, maps);
	return would == MMA_FAULT_COPY || would == MMA_FAULT_UFFD || would == MMA_FAULT_SEGV;
}

/* Whether all that a write fault would do is to make the entry writable, and nobody needs to see the write. */
static inline int mma_fault_reuses(__u64 f, __u32 refs, __u32 maps)
{
	return mma_fault(f & ~MMA_F_UNSHARE, refs, maps) == MMA_FAULT_REUSE && mma_reason(f) != MMA_REASON_SOFT_DIRTY;
}

#endif /* MMA_RULE_H */
