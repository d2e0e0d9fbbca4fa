// SPDX-License-Identifier: GPL-2.0
/*
 * rule_oracle.c - a second statement of the rules and of the write fault,
 * written from the kernel sources and not from rule.h, and the comparison of
 * the two over every combination of the facts they rest on.
 *
 * With the argument `first` it ends at the first difference, for mutate.sh.
 *
 * Where rule.h is known to say something else than the kernel does, a row of
 * gaps[] says so; a gap that no longer shows is a failure: delete its row.
 * Kernel lines are of Debian's linux-source-6.1 (6.1.192) and -6.12 (6.12.117).
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "rule.h"

#define F(name)		(1ULL << MMA_BIT_##name)
#define R(name)		(1U << MMA_RULE_##name)
#define ROWS(table)	(sizeof(table) / sizeof((table)[0]))

/* One state, unpacked: a bool for each fact, by the fact's name. */
struct world {
#define X(bit, name, text) bool name;
	MMA_FACTS(X)
#undef X
	__u32 refs, maps;
};

static struct world unpack(__u64 f)
{
	return (struct world) {
#define X(bit, name, text) .name = f >> (bit) & 1,
		MMA_FACTS(X)
#undef X
	};
}

/* ---- the mapping ---- */

/* is_cow_mapping() include/linux/mm.h */
static bool is_cow_mapping(const struct world *w)
{
	return w->VMA_MAYWRITE && !w->VMA_SHARED;
}

/* What vm_normal_page() finds no page for: a driver's frame, or the zero page. 6.12 mm/memory.c:577 */
static bool of_driver(const struct world *w)
{
	return (w->VMA_RAW || w->VMA_PFNMAP) && !w->PAGE;
}

/* vma_wants_writenotify(), of a shared writable mapping: 6.1 mm/mmap.c:1534, 6.12 mm/vma.c:1910 */
static bool wants_writenotify(const struct world *w)
{
	bool ops = w->VMA_PAGE_MKWRITE || w->VMA_PFN_MKWRITE;
	bool soft_dirty = w->KERN_SOFT_DIRTY && !w->VMA_SOFTDIRTY && !w->VMA_HUGETLB;
	bool uffd = w->KERN_UFFD_NOTIFY && w->VMA_UFFD_WP;

	return ops || soft_dirty || uffd || (w->VMA_WRITEBACK && !w->VMA_PFNMAP);
}

/* ---- the rules: what makes a writable entry sound ---- */

/* maybe_mkwrite(); drivers map by vm_page_prot, which has the bit only where VM_WRITE is. */
static bool sound_VM_WRITE(const struct world *w)
{
	return w->VMA_WRITE;
}

/* clear_refs and pagemap pass over VM_PFNMAP (6.1 fs/proc/task_mmu.c:1226), and a driver's frame is mapped as the driver says. */
static bool tracks(const struct world *w)
{
	return w->KERN_SOFT_DIRTY && !w->VMA_HUGETLB && !w->VMA_PFNMAP && !of_driver(w);
}

/* Tracking is off, or this write was counted. clear_refs leaves what is pinned as it was (6.1 fs/proc/task_mmu.c:1113). */
static bool sound_SOFT_DIRTY(const struct world *w)
{
	bool counted = w->VMA_SOFTDIRTY || w->PTE_SOFT_DIRTY;

	return !tracks(w) || counted;
}

/* userfaultfd_pte_wp(); userfaultfd_protected() in 7.3 */
static bool sound_UFFD_WP(const struct world *w)
{
	return !(w->VMA_UFFD_WP || w->VMA_UFFD_RWP) || !w->PTE_UFFD_WP;
}

/* VM_BUG_ON(anon && !PageAnonExclusive) 6.1 mm/memory.c:3093; page_mapcount() in 5.10 */
static bool sound_ANON_EXCL(const struct world *w)
{
	bool mine = w->KERN_EXCL ? w->PAGE_EXCL : !w->PAGE_MAPS;

	return mine || !w->PAGE_ANON;
}

static bool sound_KSM(const struct world *w)
{
	return !w->PAGE_KSM;
}

static bool sound_ZERO_PAGE(const struct world *w)
{
	bool remapped = w->VMA_PFNMAP && w->VMA_SHARED;		/* by frame number: remap_pfn_range() */

	return remapped || !w->PAGE_ZERO;
}

/* A KSM page is PageAnon() and has a rule of its own. */
static bool sound_PRIVATE_FILE(const struct world *w)
{
	bool anon = w->PAGE_ANON || w->PAGE_KSM;
	bool frame = w->VMA_RAW && w->PTE_SPECIAL;

	return !is_cow_mapping(w) || anon || w->PAGE_ZERO || !(w->PAGE || frame);
}

/*
 * page_mkclean_one() clears W and D together; the folio is dirty as long as one mapping may write. DAX clears W first, by
 * pfn_mkclean_range(), and then the tag of the xarray: 6.12 fs/dax.c:994, :1009.
 */
static bool sound_DIRTY(const struct world *w)
{
	bool tracked = w->VMA_PAGE_MKWRITE || w->VMA_PFN_MKWRITE || w->VMA_WRITEBACK;
	bool drivers_own = w->VMA_RAW && !w->PAGE_OF_FILE;	/* no page_mkclean() ever finds it */
	bool tracked_elsewhere = drivers_own || w->VMA_HUGETLB || w->PAGE_ANON;
	bool file_page = w->PAGE && !w->VMA_DAX;
	bool noted = w->PTE_DIRTY || (w->PAGE_DIRTY && !w->NEED_PTE_DIRTY);	/* folio_clear_dirty_for_io() follows */

	if (!w->VMA_SHARED || !tracked || tracked_elsewhere)
		return true;
	if (w->VMA_DAX)
		return !w->DAX_CLEAN && !w->NEED_PTE_DIRTY;
	return noted || !file_page;
}

/* vma_set_page_prot() 6.1 mm/mmap.c:90 */
static bool sound_VMA_PROT(const struct world *w)
{
	bool shared_writable = w->VMA_SHARED && w->VMA_WRITE;
	bool may_carry_it = shared_writable && !wants_writenotify(w);

	return may_carry_it || !w->VMA_PROT_WRITE;
}

static bool sound_PAGE_LOCK(const struct world *w)
{
	return w->PAGE_LOCKED || !w->PAGE || !w->NEED_PAGE_LOCK;
}

/* Whoever must flush by now has done so, whatever the entry is. */
static bool sound_STALE_TLB(const struct world *w)
{
	return !w->NOT_FLUSHED;
}

/* page_try_dup_anon_rmap() gives up exclusivity first: 6.1 include/linux/mm.h:1370 */
static bool sound_EXCL_SHARED(const struct world *w)
{
	bool taken = w->KERN_EXCL && w->PAGE_ANON && w->PAGE_EXCL;

	return !taken || !w->PAGE_MAPS;
}

/* A page that a device reads or writes is never left for a copy: 6.1 mm/memory.c:3461 */
static bool sound_COPIED_PINNED(const struct world *w)
{
	return !w->WAS_PINNED;
}

/* PAGE_NONE goes with the mark: 7.3 mm/memory.c:5175, mm/mprotect.c:306, mm/hugetlb.c:6680 */
static bool sound_UFFD_RWP(const struct world *w)
{
	bool traps = w->VMA_UFFD_RWP && w->PTE_UFFD_WP;

	return w->PTE_PROTNONE || !traps;
}

/* Each way to end a registration, or to leave it, resets the entries: 6.12 mm/userfaultfd.c:1932, mm/mremap.c:217 */
static bool sound_STRAY_UFFD_WP(const struct world *w)
{
	bool watched = w->VMA_UFFD_WP || w->VMA_UFFD_RWP;
	bool left_on_purpose = !w->KERN_UFFD_RESETS;

	return watched || left_on_purpose || !w->PTE_UFFD_WP;
}

/* A rule without a statement here does not compile: write sound_NAME() above. */
static __u32 oracle_check(const struct world *w)
{
	const __u32 of_marks = R(UFFD_RWP) | R(STRAY_UFFD_WP);
	bool looked_at = w->PTE_PRESENT && w->PTE_WRITE && !w->PTE_PROTNONE;
	__u32 broken = 0;

#define X(id, name, severity, text, kernels, where) broken |= (__u32)!sound_##name(w) << (id);
	MMA_STATE_RULES(X)
#undef X
	if (!w->PTE_PRESENT)
		return broken & R(STALE_TLB);
	return looked_at ? broken : broken & (of_marks | R(STALE_TLB));
}

/* What must be held for the answer to be final. */
enum { ANY_TIME, UNDER_PTL, UNDER_BOTH };

static const struct {
	__u32 rule;
	int held;
} locks[] = {
	{ R(VM_WRITE), UNDER_BOTH },	{ R(SOFT_DIRTY), UNDER_BOTH },	{ R(UFFD_WP), UNDER_BOTH },
	{ R(VMA_PROT), UNDER_BOTH },	{ R(ANON_EXCL), UNDER_PTL },	{ R(KSM), UNDER_PTL },
	{ R(ZERO_PAGE), UNDER_PTL },	{ R(PRIVATE_FILE), UNDER_PTL },	{ R(DIRTY), UNDER_PTL },
	{ R(EXCL_SHARED), UNDER_PTL },	{ R(COPIED_PINNED), UNDER_PTL }, { R(PAGE_LOCK), ANY_TIME },
	{ R(UFFD_RWP), UNDER_BOTH },	{ R(STRAY_UFFD_WP), UNDER_BOTH }, { R(STALE_TLB), ANY_TIME },
	{ R(PIPED), UNDER_PTL },
	{ R(LOST_UFFD_WP), ANY_TIME },	{ R(LOST_SOFT_DIRTY), ANY_TIME }, { R(SWAP_EXCL), ANY_TIME },
	{ R(NOT_PROTECTED), ANY_TIME },
};

static __u32 oracle_final(bool ptl, bool mm)
{
	__u32 final = 0;
	unsigned int i;

	for (i = 0; i < ROWS(locks); i++)
		if (locks[i].held == ANY_TIME || (ptl && (mm || locks[i].held == UNDER_PTL)))
			final |= locks[i].rule;
	return final;
}

/* ---- the write fault ---- */

/* vm_normal_page() is NULL for a devmap entry though there is a page: 6.12 mm/memory.c:608 */
static bool has_normal_page(const struct world *w)
{
	return w->PAGE && !(w->PTE_SPECIAL && w->VMA_DAX);
}

static bool trapped(const struct world *w)
{
	return !w->VMA_UFFD_ASYNC && w->VMA_UFFD_WP && w->PTE_UFFD_WP && !w->UNSHARE;
}

/* The page may be written where it is: an unsharing fault then has nothing to do. */
static enum mma_fault take(const struct world *w)
{
	return w->UNSHARE ? MMA_FAULT_NOP : MMA_FAULT_REUSE;
}

/* wp_pfn_shared(), wp_page_shared(): 6.1 mm/memory.c:3329, :3347. is_fsdax_page(): 7.2 :4301; until then DAX has no normal page. */
static enum mma_fault shared_fault(const struct world *w)
{
	if (has_normal_page(w) && !w->VMA_DAX)
		return w->VMA_PAGE_MKWRITE ? MMA_FAULT_MKWRITE : MMA_FAULT_REUSE;
	return w->VMA_PFN_MKWRITE ? MMA_FAULT_PFN_MKWRITE : MMA_FAULT_REUSE;
}

/* 5.10 mm/memory.c:3163-3176 */
static bool last_user_510(const struct world *w)
{
	return !w->PAGE_KSM && !w->PAGE_LOCKED && w->refs == 1 && w->maps == 1;
}

/*
 * 6.1 mm/memory.c:3456-3495, 6.12 :3586. The references that may go away
 * on the way: one of an LRU batch, one of the swap cache.
 */
static bool last_user(const struct world *w)
{
	__u32 passing = !w->PAGE_LRU + w->PAGE_SWAPCACHE;

	return !w->PAGE_KSM && !w->PAGE_LOCKED && w->refs <= 3 && w->refs <= 1 + passing;
}

/* folio_free_swap() may fail, and then the swap cache's reference stays: 6.12 mm/memory.c:3619, mm/huge_memory.c:1877 */
static enum mma_fault take_last(const struct world *w)
{
	return w->PAGE_SWAPCACHE ? MMA_FAULT_REUSE_OR_COPY : take(w);
}

/* A KSM page is never exclusive: possible() */
static enum mma_fault anon_fault(const struct world *w)
{
	if (w->KERN_EXCL && w->PAGE_EXCL)
		return take(w);
	if (!w->KERN_EXCL)
		return last_user_510(w) ? take(w) : MMA_FAULT_COPY;
	/* 7.2 mm/memory.c:4109 counts the mappings of all of the folio, which the facts do not; 6.2 to 6.9 count references */
	if (w->PAGE_LARGE && w->KERN_SHARED_FIRST && !w->KERN_LARGE_COPY && !w->PAGE_MAPS)
		return MMA_FAULT_REUSE_OR_COPY;
	if (w->PAGE_LARGE && w->KERN_SHARED_FIRST)
		return MMA_FAULT_COPY;
	return last_user(w) ? take_last(w) : MMA_FAULT_COPY;
}

/* do_wp_page() up to 6.1: pages first. 6.1 mm/memory.c:3403 */
static enum mma_fault wp_page_61(const struct world *w)
{
	bool shared_writable = w->VMA_SHARED && w->VMA_WRITE;

	if (!has_normal_page(w)) {
		if (w->UNSHARE)
			return MMA_FAULT_NOP;
		return shared_writable ? shared_fault(w) : MMA_FAULT_COPY;
	}
	if (w->PAGE_ANON)
		return anon_fault(w);
	if (w->UNSHARE)
		return MMA_FAULT_NOP;
	return shared_writable ? shared_fault(w) : MMA_FAULT_COPY;
}

/*
 * do_wp_page() from 6.2: mappings first. 6.12 mm/memory.c:3656. Unsharing a
 * mapping that is not private is an ordinary read: sanitize_fault_flags() :6040
 */
static enum mma_fault wp_page_612(const struct world *w)
{
	if (w->VMA_SHARED || w->VMA_MAYSHARE)
		return w->UNSHARE ? MMA_FAULT_NOP : shared_fault(w);
	return has_normal_page(w) && w->PAGE_ANON ? anon_fault(w) : MMA_FAULT_COPY;
}

/*
 * do_huge_pmd_wp_page(): 6.1 mm/huge_memory.c:1323, 6.12 :1818. It waits for
 * the page lock, and takes a large page whole; a split entry is then copied
 * piece by piece. 5.10: reuse_swap_page(), map count only.
 */
static enum mma_fault wp_huge(const struct world *w)
{
	__u32 passing = w->PAGE_SWAPCACHE ? 512 : 0;

	if (!w->PAGE)
		return w->UNSHARE && !w->KERN_UNSHARE_FILE ? MMA_FAULT_NOP : MMA_FAULT_COPY;
	if (!w->KERN_EXCL)
		return w->maps <= 1 ? take_last(w) : MMA_FAULT_COPY;
	if (w->PAGE_EXCL)
		return take(w);
	return w->refs <= 1 + passing ? take_last(w) : MMA_FAULT_COPY;
}

/* hugetlb_wp(): 6.1 mm/hugetlb.c:5541, 6.12 :5827; uffd-wp is met before, 6.1 :6173 */
static enum mma_fault wp_hugetlb(const struct world *w)
{
	if (w->VMA_MAYSHARE)
		return take(w);
	return w->PAGE_ANON && w->maps == 1 ? take(w) : MMA_FAULT_COPY;
}

/* arch/x86/mm/fault.c:1097 (6.12), then handle_pte_fault() 6.1 mm/memory.c:5036 */
static enum mma_fault oracle_fault(const struct world *w)
{
	if (!w->PTE_PRESENT)
		return MMA_FAULT_NONE;
	if (!w->VMA_WRITE && !w->UNSHARE)
		return MMA_FAULT_SEGV;
	if (w->PTE_PROTNONE && w->VMA_UFFD_RWP && w->PTE_UFFD_WP) {		/* 7.3 mm/memory.c:6567 */
		if (!w->VMA_UFFD_ASYNC)
			return MMA_FAULT_UFFD;
		/* do_uffd_rwp() :6275 gives the entry back; the write faults again if it must */
	} else if (w->PTE_PROTNONE) {
		return MMA_FAULT_NUMA;
	}
	if (trapped(w))
		return MMA_FAULT_UFFD;
	if (w->VMA_HUGETLB)
		return wp_hugetlb(w);
	if (w->PTE_HUGE && w->VMA_ANON)
		return wp_huge(w);
	return w->KERN_SHARED_FIRST ? wp_page_612(w) : wp_page_61(w);
}

/* States no kernel gets into: if all of these, then all and none of those. */
static const struct {
	__u64 if_all, then_all, then_none;
} implied[] = {
	{ F(PAGE_ANON), F(PAGE), F(PTE_SPECIAL) },
	{ F(PAGE_EXCL), F(PAGE_ANON), F(PAGE_KSM) },
	{ F(PAGE_KSM), F(PAGE_ANON), F(PAGE_LARGE) },
	{ F(PAGE_SWAPCACHE), F(PAGE), 0 },
	{ F(PAGE_LRU), F(PAGE), 0 },
	{ F(PAGE_LOCKED), F(PAGE), 0 },
	{ F(PAGE_LARGE), F(PAGE), 0 },
	{ F(PAGE) | F(PTE_SPECIAL), F(VMA_DAX), 0 },
	{ F(VMA_ANON), 0, F(VMA_SHARED) | F(VMA_MAYSHARE) | F(VMA_DAX) | F(VMA_HUGETLB) |
			  F(VMA_PAGE_MKWRITE) | F(VMA_PFN_MKWRITE) },
	{ F(VMA_ANON) | F(PAGE), F(PAGE_ANON), 0 },
	{ F(PTE_HUGE) | F(PAGE_ANON), 0, F(PAGE_KSM) },
	{ F(PTE_HUGE) | F(PAGE), F(PAGE_LARGE), 0 },
	{ F(PTE_HUGE) | F(VMA_ANON) | F(PAGE), F(PAGE_LRU), 0 },
	{ F(VMA_HUGETLB), F(PTE_HUGE) | F(PAGE), F(VMA_DAX) | F(PTE_SPECIAL) | F(PAGE_LRU) |
			  F(PAGE_SWAPCACHE) | F(VMA_PAGE_MKWRITE) | F(VMA_PFN_MKWRITE) },
	{ F(VMA_HUGETLB) | F(VMA_SHARED), F(VMA_MAYSHARE), 0 },
	{ F(VMA_HUGETLB) | F(PTE_PROTNONE), 0, F(VMA_WRITE) },
};

static bool possible(__u64 f)
{
	unsigned int i;

	for (i = 0; i < ROWS(implied); i++)
		if ((f & implied[i].if_all) == implied[i].if_all &&
		    ((f & implied[i].then_all) != implied[i].then_all || f & implied[i].then_none))
			return false;
	/* Anonymous THP live in anonymous mappings only; 5.10 has no unshare. */
	if ((f & F(PTE_HUGE)) && (f & F(PAGE_ANON)) && !(f & (F(VMA_ANON) | F(VMA_HUGETLB))))
		return false;
	return f & F(KERN_EXCL) || !(f & (F(UNSHARE) | F(PAGE_EXCL)));
}

/* ---- why not: can_change_pte_writable() 6.12 mm/mprotect.c:43, told from its end ---- */

static enum mma_reason oracle_reason(const struct world *w)
{
	bool mine = w->KERN_EXCL ? w->PAGE_EXCL : !w->PAGE_MAPS;
	enum mma_reason why = mine ? MMA_REASON_KEPT : MMA_REASON_NOT_EXCL;

	if (!w->PAGE_ANON)
		why = MMA_REASON_FILE_PAGE;
	if (w->PAGE_KSM)
		why = MMA_REASON_KSM;
	if (!w->PAGE)
		why = MMA_REASON_NO_PAGE;
	if (w->VMA_SHARED)
		why = w->PTE_DIRTY ? MMA_REASON_KEPT : MMA_REASON_CLEAN;
	if (!sound_UFFD_WP(w))
		why = MMA_REASON_UFFD_WP;
	if (w->KERN_SOFT_DIRTY && !w->VMA_SOFTDIRTY && !w->PTE_SOFT_DIRTY && !w->VMA_HUGETLB)
		why = MMA_REASON_SOFT_DIRTY;
	if (w->PTE_PROTNONE)
		why = MMA_REASON_PROTNONE;
	if (!w->VMA_WRITE)
		why = MMA_REASON_NO_VM_WRITE;
	if (w->PTE_WRITE)
		why = MMA_REASON_NONE;
	return w->PTE_PRESENT ? why : MMA_REASON_NOT_PRESENT;
}

/* ---- where rule.h and the kernel differ, as far as known ---- */

static struct gap {
	const char *name;
	bool (*here)(const struct world *w);
	__u32 rules;		/* that differ there; 0: the fault does */
	unsigned long shown;
} gaps[] = {
	{ NULL, NULL, 0, 0 }	/* none known */
};

/* ---- the comparison ---- */

static unsigned long compared, differ, enough = 1000;

static void report(const char *what, __u64 f, const struct world *w, unsigned int rule_h, unsigned int oracle)
{
	if (differ++ < 5)
		printf("# %s differs: facts 0x%016llx refs %u maps %u: rule.h 0x%x, kernel 0x%x\n",
		       what, f, w->refs, w->maps, rule_h, oracle);
	if (differ < enough)
		return;
	check(0, "oracle", "gave up after %lu differences", enough);
	exit(check_done());
}

/* Is the difference one of gaps[]? rules: those that differ; 0: the fault does. */
static bool known(const struct world *w, __u32 rules)
{
	unsigned int i;

	for (i = 0; gaps[i].name; i++) {
		if (!gaps[i].here(w) || (rules ? !(rules & gaps[i].rules) : gaps[i].rules))
			continue;
		gaps[i].shown++;
		rules &= ~gaps[i].rules;
		if (!rules)
			return true;
	}
	return false;
}

static void compare_check(__u64 f)
{
	struct world w = unpack(f);
	__u32 got = mma_check(f), want = oracle_check(&w);

	compared++;
	if (__builtin_expect(got != want, 0) && !known(&w, got ^ want))
		report("mma_check", f, &w, got, want);
}

static void compare_fault(__u64 f, struct world *w, __u32 refs, __u32 maps)
{
	enum mma_fault got = mma_fault(f, refs, maps), want;

	w->refs = refs;
	w->maps = maps;
	want = oracle_fault(w);
	compared++;
	if (__builtin_expect(got != want, 0) && !known(w, 0))
		report("mma_fault", f, w, got, want);
}

static void compare_reason(__u64 f)
{
	struct world w = unpack(f);
	enum mma_reason got = mma_reason(f), want = oracle_reason(&w);

	compared++;
	if (got != want)
		report("mma_reason", f, &w, got, want);
}

/* Every combination of the facts in mask, the rest as in base. */
static void each_subset(__u64 mask, __u64 base, void (*compare)(__u64))
{
	__u64 f = 0;

	do {
		compare((base & ~mask) | f);
		f = (f - mask) & mask;
	} while (f);
}

static void verdict(const char *name)
{
	check(!differ && compared, name, "%lu of %lu differ", differ, compared);
	printf("# %lu compared\n", compared);
	compared = differ = 0;
}

#define GATES (F(PTE_PRESENT) | F(PTE_WRITE) | F(PTE_PROTNONE))

/* Overlapping groups of facts: all a rule rests on is within one. */
static const struct {
	const char *name;
	__u64 mask;
} groups[] = {
	{ "entry-and-anon-page", GATES | F(PTE_HUGE) | F(VMA_WRITE) | F(VMA_RAW) | F(VMA_HUGETLB) |
	  F(KERN_SOFT_DIRTY) | F(VMA_SOFTDIRTY) | F(PTE_SOFT_DIRTY) | F(AT_GRANT) | F(PAGE_PINNED) |
	  F(PTE_UFFD_WP) | F(VMA_UFFD_WP) | F(VMA_UFFD_RWP) | F(KERN_EXCL) | F(PAGE_ANON) | F(PAGE_EXCL) | F(PAGE_MAPS) |
	  F(PAGE_KSM) | F(PAGE_ZERO) | F(PAGE) | F(VMA_PFNMAP) },
	{ "files", GATES | F(PTE_HUGE) | F(PTE_DIRTY) | F(VMA_WRITE) | F(VMA_MAYWRITE) | F(VMA_SHARED) |
	  F(VMA_RAW) | F(VMA_HUGETLB) | F(VMA_DAX) | F(VMA_PAGE_MKWRITE) | F(VMA_PFN_MKWRITE) |
	  F(VMA_WRITEBACK) | F(PAGE) | F(PAGE_ANON) | F(PAGE_KSM) | F(PAGE_ZERO) | F(PAGE_DIRTY) |
	  F(PAGE_LOCKED) | F(NEED_PAGE_LOCK) | F(NEED_PTE_DIRTY) | F(DAX_CLEAN) | F(PAGE_OF_FILE) },
	{ "private", GATES | F(VMA_MAYWRITE) | F(VMA_SHARED) | F(VMA_RAW) | F(VMA_PFNMAP) | F(PTE_SPECIAL) |
	  F(PAGE) | F(PAGE_ANON) | F(PAGE_KSM) | F(PAGE_ZERO) | F(VMA_WRITE) },
	{ "marks", GATES | F(PTE_UFFD_WP) | F(VMA_UFFD_WP) | F(VMA_UFFD_RWP) | F(KERN_UFFD_RESETS) | F(VMA_HUGETLB) },
	{ "copies", GATES | F(WAS_PINNED) | F(UNSHARE) | F(PAGE_ANON) | F(PAGE_PINNED) | F(NOT_FLUSHED) },
	{ "vm-page-prot", GATES | F(VMA_WRITE) | F(VMA_SHARED) | F(VMA_MAYSHARE) | F(VMA_RAW) |
	  F(VMA_HUGETLB) | F(VMA_PROT_WRITE) | F(VMA_PAGE_MKWRITE) | F(VMA_PFN_MKWRITE) |
	  F(VMA_WRITEBACK) | F(VMA_SOFTDIRTY) | F(VMA_UFFD_WP) | F(VMA_DAX) | F(VMA_ANON) |
	  F(KERN_SOFT_DIRTY) | F(KERN_UFFD_NOTIFY) | F(VMA_PFNMAP) | F(PTE_SOFT_DIRTY) },
};

static void test_groups(void)
{
	char name[64];
	unsigned int i;

	for (i = 0; i < ROWS(groups); i++) {
		each_subset(groups[i].mask, 0, compare_check);
		each_subset(groups[i].mask, ~0ULL, compare_check);
		snprintf(name, sizeof(name), "all-of-%s", groups[i].name);
		verdict(name);
	}
}

/* xorshift64*, fixed seed: a failure repeats. */
static __u64 random_word(void)
{
	static __u64 state = 0x6d6d61756469740aULL;

	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dULL;
}

/* Sparse, even and dense words in turn. */
static __u64 random_facts(unsigned int i)
{
	__u64 f = random_word();

	if (i % 4 == 1)
		f &= random_word();
	if (i % 4 == 2)
		f |= random_word();
	return f;
}

static void test_random(void)
{
	unsigned int i;

	for (i = 0; i < 20000000; i++) {
		__u64 f = random_facts(i);

		if (i & 1)		/* the other half: past the gates */
			f = (f | F(PTE_PRESENT) | F(PTE_WRITE)) & ~F(PTE_PROTNONE);
		compare_check(f);
	}
	verdict("random-words");
}

/*
 * The groups prove what they claim only if all facts that decide a rule are
 * in one of them; which those are is measured, not declared.
 */
static void test_groups_cover_rules(void)
{
	__u64 rests_on[32] = { 0 };
	unsigned int i, bit, rule;
	char name[64];

	for (i = 0; i < 200000; i++) {
		__u64 f = (random_facts(i) | F(PTE_PRESENT) | F(PTE_WRITE)) & ~F(PTE_PROTNONE);
		__u32 broken = mma_check(f);

		for (bit = 0; bit < 64; bit++) {
			__u32 changed = broken ^ mma_check(f ^ 1ULL << bit);

			for (; changed; changed &= changed - 1)
				rests_on[__builtin_ctz(changed)] |= 1ULL << bit;
		}
	}
#define X(id, rule_name, severity, text, kernels, where)			\
	for (rule = 0, i = 0; i < ROWS(groups); i++)				\
		rule |= !(rests_on[id] & ~groups[i].mask);			\
	snprintf(name, sizeof(name), "group-holds-%s", #rule_name);		\
	check(rule && rests_on[id], name, "no group holds all of 0x%llx", rests_on[id]);
	MMA_STATE_RULES(X)
#undef X
}

/*
 * What must survive a rewrite: pagemap says "soft-dirty" of an entry for its own
 * bit or for its mapping's, and a trap is a uffd-wp bit in a registered mapping.
 */
static bool says_soft_dirty(const struct world *w, bool bit)
{
	return bit || w->VMA_SOFTDIRTY;
}

static __u32 oracle_kept(__u64 old, const struct world *w)
{
	bool anon = w->PAGE_ANON || (w->PAGE_ZERO && w->VMA_ANON);
	bool told = anon || (w->PTE_PRESENT ? w->STAYED : w->VMA_SHARED);	/* of a page of a file */
	bool watched = (w->VMA_UFFD_WP || w->VMA_UFFD_RWP) && !w->VMA_UFFD_ASYNC;
	bool was_dirty = w->MOVED || (w->KEEPS && (old & F(PTE_SOFT_DIRTY)));
	bool was_trapped = w->KEEPS && watched && (old & F(PTE_UFFD_WP));
	/* RMAP_EXCLUSIVE, 6.12 mm/memory.c:4545 and mm/migrate.c:343; a count of 1 needs a page that is another's no more */
	bool was_exclusive = (old & F(PTE_SWP_EXCL)) || !(old & F(PTE_SWAP)) || !w->PAGE_SAME;
	bool taken = w->PTE_PRESENT && w->KERN_EXCL && w->PAGE_EXCL;
	/* A page of its own, which MADV_FREE gave up, reclaim discarded, and a read replaced by the zero page */
	bool own = (old & F(PTE_PRESENT)) && !(old & F(PTE_SPECIAL)) && !(old & F(PTE_HUGE));
	bool discarded = own && w->PAGE_ZERO && !w->STAYED && !w->MOVED;
	/* userfaultfd_pte_wp() and do_uffd_rwp() trap by the mark; an async fault takes it from what is there */
	bool empty = !w->PTE_PRESENT && !w->PTE_SWAP;
	bool untrapped = (w->VMA_UFFD_WP || w->VMA_UFFD_RWP) && !w->PTE_UFFD_WP && (empty || !w->VMA_UFFD_ASYNC);
	__u32 broken = w->PROTECTS && untrapped ? R(NOT_PROTECTED) : 0;

	if (!w->PTE_PRESENT) {
		if (!w->TAKEN)
			return broken;
		if (w->PAGE_ANON && !w->PTE_SWAP)	/* try_to_unmap_one(): "goto discard" */
			return broken;
	}
	if (taken && !was_exclusive)
		broken |= R(SWAP_EXCL);
	if (was_trapped && !w->PTE_UFFD_WP)
		broken |= R(LOST_UFFD_WP);
	if (tracks(w) && told && !discarded && was_dirty && !says_soft_dirty(w, w->PTE_SOFT_DIRTY))
		broken |= R(LOST_SOFT_DIRTY);
	return broken;
}

static const __u64 olds[] = {
	0, F(PTE_PRESENT), F(PTE_SWAP) | F(PTE_UFFD_WP), F(PTE_PRESENT) | F(PTE_SOFT_DIRTY),
	F(PTE_SWAP) | F(PTE_UFFD_WP) | F(PTE_SOFT_DIRTY) | F(PTE_HUGE),
	F(PTE_SWAP) | F(PTE_SWP_EXCL) | F(PTE_SOFT_DIRTY),
	F(PTE_PRESENT) | F(PTE_SPECIAL) | F(PTE_SOFT_DIRTY),
	F(PTE_PRESENT) | F(PTE_HUGE) | F(PTE_SOFT_DIRTY),
};

static void compare_kept(__u64 f)
{
	struct world w = unpack(f);
	unsigned int i;

	for (i = 0; i < ROWS(olds); i++) {
		__u32 got = mma_check_kept(olds[i], f), want = oracle_kept(olds[i], &w);

		compared++;
		if (got != want)
			report("mma_check_kept", f, &w, got, want);
	}
}

static void test_kept(void)
{
	const __u64 mask = F(PTE_PRESENT) | F(PTE_UFFD_WP) | F(PTE_SOFT_DIRTY) | F(VMA_UFFD_WP) | F(VMA_RAW) |
			   F(VMA_SOFTDIRTY) | F(VMA_HUGETLB) | F(VMA_ANON) | F(PAGE_ANON) | F(PAGE_ZERO) |
			   F(KERN_SOFT_DIRTY) | F(KEEPS) | F(MOVED) | F(VMA_UFFD_ASYNC) |
			   F(TAKEN) | F(PTE_SWAP) | F(VMA_SHARED) | F(KERN_EXCL) | F(PAGE_EXCL) | F(PAGE_SAME) |
			   F(VMA_UFFD_RWP) | F(STAYED) | F(PROTECTS) | F(PAGE) | F(VMA_PFNMAP);
	unsigned int i;

	each_subset(mask, 0, compare_kept);
	each_subset(mask, ~0ULL, compare_kept);
	for (i = 0; i < 1000000; i++)
		compare_kept(random_facts(i));
	verdict("kept");
}

/*
 * What change_pte_range() marks, 6.12 mm/mprotect.c:170: what is present, what is swapped,
 * and by userfaultfd_wp_use_markers() what is empty. But what is present may be gone
 * before: a file's page with a marker in its place, if there are any, an anonymous one
 * without, if it is clean ("goto discard") and no zero page.
 */
static bool oracle_due(__u64 old, const struct world *vma)
{
	bool empty = !(old & (F(PTE_PRESENT) | F(PTE_SWAP)));
	bool goes = old & F(PTE_PRESENT) && !(old & (F(PTE_DIRTY) | F(PTE_SPECIAL)));

	if (empty || !vma->VMA_ANON)
		return vma->VMA_UFFD_HOLES;
	return !goes;
}

static void compare_due(__u64 f)
{
	const __u64 mapping = F(VMA_ANON) | F(VMA_UFFD_HOLES) | F(VMA_UFFD_RWP);
	struct world w = unpack(f & mapping);
	bool got = mma_must_mark(f & ~mapping, f & mapping), want = oracle_due(f & ~mapping, &w);

	compared++;
	if (got != want)
		report("mma_must_mark", f, &w, got, want);
}

/* An entry is not both present and swapped. */
static void test_due(void)
{
	const __u64 rest = F(PTE_DIRTY) | F(PTE_SPECIAL) | F(PTE_HUGE) | F(PTE_UFFD_WP) | F(PTE_SOFT_DIRTY) |
			   F(VMA_ANON) | F(VMA_UFFD_HOLES) | F(VMA_UFFD_RWP);

	each_subset(rest & ~(F(PTE_DIRTY) | F(PTE_SPECIAL)), 0, compare_due);
	each_subset(rest, F(PTE_PRESENT), compare_due);
	each_subset(rest & ~F(PTE_SPECIAL), F(PTE_SWAP), compare_due);
	verdict("due");
}

static void test_final(void)
{
	__u32 all = 0;
	unsigned int i;

#define X(id, name, severity, text, kernels, where) all |= 1U << (id);
	MMA_RULES(X)
#undef X
	for (i = 0; i < 4; i++) {
		__u64 f = (i & 1 ? F(LOCK_PTL) : 0) | (i & 2 ? F(LOCK_MM) : 0);
		struct world w = unpack(f);
		__u32 want = oracle_final(i & 1, i & 2);

		compared += 2;
		if ((mma_final(f) & all) != want)
			report("mma_final", f, &w, mma_final(f) & all, want);
		f |= ~(F(LOCK_PTL) | F(LOCK_MM));
		if ((mma_final(f) & all) != want)
			report("mma_final", f, &w, mma_final(f) & all, want);
	}
	verdict("final");
}

static void test_reason(void)
{
	const __u64 mask = GATES | F(PTE_DIRTY) | F(PTE_SOFT_DIRTY) | F(PTE_UFFD_WP) | F(VMA_WRITE) |
			   F(VMA_SHARED) | F(VMA_SOFTDIRTY) | F(VMA_UFFD_WP) | F(VMA_UFFD_RWP) | F(VMA_HUGETLB) |
			   F(VMA_RAW) | F(KERN_SOFT_DIRTY) | F(KERN_EXCL) | F(PAGE) | F(PAGE_ANON) |
			   F(PAGE_EXCL) | F(PAGE_KSM) | F(PAGE_MAPS);
	unsigned int i;

	each_subset(mask, 0, compare_reason);
	each_subset(mask, ~0ULL, compare_reason);
	for (i = 0; i < 4000000; i++)
		compare_reason(random_facts(i));
	verdict("reason");
}

/* Before 5.19, to 6.1, to 6.9, since 6.10. */
static const __u64 kernels[] = {
	0,
	F(KERN_EXCL),
	F(KERN_EXCL) | F(KERN_SHARED_FIRST) | F(KERN_UNSHARE_FILE),
	F(KERN_EXCL) | F(KERN_SHARED_FIRST) | F(KERN_UNSHARE_FILE) | F(KERN_LARGE_COPY),
	/* and there with a userfaultfd that resolves itself */
	F(KERN_EXCL) | F(KERN_SHARED_FIRST) | F(KERN_UNSHARE_FILE) | F(KERN_LARGE_COPY) | F(VMA_UFFD_ASYNC),
	/* and 7.3's traps for reads */
	F(KERN_EXCL) | F(KERN_SHARED_FIRST) | F(KERN_UNSHARE_FILE) | F(VMA_UFFD_RWP),
	F(KERN_EXCL) | F(KERN_SHARED_FIRST) | F(KERN_UNSHARE_FILE) | F(VMA_UFFD_RWP) | F(VMA_UFFD_ASYNC),
};

static const __u64 fault_facts =
	1ULL << MMA_BIT_PTE_PRESENT | 1ULL << MMA_BIT_PTE_PROTNONE | 1ULL << MMA_BIT_PTE_UFFD_WP |
	1ULL << MMA_BIT_PTE_SPECIAL | 1ULL << MMA_BIT_PTE_HUGE | 1ULL << MMA_BIT_VMA_WRITE |
	1ULL << MMA_BIT_VMA_SHARED | 1ULL << MMA_BIT_VMA_MAYSHARE | 1ULL << MMA_BIT_VMA_UFFD_WP |
	1ULL << MMA_BIT_VMA_HUGETLB | 1ULL << MMA_BIT_VMA_PAGE_MKWRITE |
	1ULL << MMA_BIT_VMA_PFN_MKWRITE | 1ULL << MMA_BIT_VMA_DAX | 1ULL << MMA_BIT_VMA_ANON |
	1ULL << MMA_BIT_PAGE | 1ULL << MMA_BIT_PAGE_ANON | 1ULL << MMA_BIT_PAGE_EXCL |
	1ULL << MMA_BIT_PAGE_KSM | 1ULL << MMA_BIT_PAGE_LOCKED | 1ULL << MMA_BIT_PAGE_LARGE |
	1ULL << MMA_BIT_PAGE_LRU | 1ULL << MMA_BIT_PAGE_SWAPCACHE | 1ULL << MMA_BIT_UNSHARE;

static void compare_counts(__u64 f)
{
	static const __u32 refs[] = { 0, 1, 2, 3, 4, 5, 6, 512, 513, 514 };
	struct world w, twice;
	unsigned int i, maps;

	if (!possible(f))
		return;
	w = unpack(f);
	twice = unpack(f | F(PAGE_MAPS));
	for (i = 0; i < ROWS(refs); i++)
		for (maps = 0; maps <= 3; maps++)
			if (maps > 1 && w.PAGE)
				compare_fault(f | F(PAGE_MAPS), &twice, refs[i], maps);
			else
				compare_fault(f, &w, refs[i], maps);
}

static void test_fault(void)
{
	unsigned int k;

	for (k = 0; k < ROWS(kernels); k++)
		each_subset(fault_facts, kernels[k], compare_counts);
	verdict("fault");
}

/* No other fact may move the answer: what test_fault() leaves out does not matter. */
static void test_fault_rests_on(void)
{
	const __u64 asked = fault_facts | F(KERN_EXCL) | F(KERN_SHARED_FIRST) | F(KERN_UNSHARE_FILE) |
			    F(KERN_LARGE_COPY) | F(VMA_UFFD_ASYNC) | F(VMA_UFFD_RWP) | F(PAGE_MAPS);
	__u64 moved = 0;
	unsigned int i, bit;

	for (i = 0; i < 400000; i++) {
		__u64 f = random_facts(i) | F(PTE_PRESENT);
		__u32 refs = i % 7, maps = i / 7 % 4;

		for (bit = 0; bit < 64; bit++)
			if (!(asked >> bit & 1) &&
			    mma_fault(f, refs, maps) != mma_fault(f ^ 1ULL << bit, refs, maps))
				moved |= 1ULL << bit;
	}
	check(!moved, "fault-rests-on", "facts 0x%llx move it, but are not enumerated", moved);
}

/*
 * ---- the sieve: an entry that it lets through breaks no rule, whatever else is so,
 * and of those that break none it asks for no more than it must ----
 */

#define ENTRY		(F(PTE_PRESENT) | F(PTE_PROTNONE) | F(PTE_WRITE) | F(PTE_DIRTY) | F(PTE_SOFT_DIRTY) | \
			 F(PTE_UFFD_WP) | F(PTE_SPECIAL))
/* What it does not look at; of a file's page, more. */
#define UNASKED		(F(PAGE_DIRTY) | F(PAGE_LOCKED) | F(PAGE_PINNED) | F(AT_GRANT))
#define UNASKED_FILE	(UNASKED | F(PAGE_LARGE) | F(PAGE_MAPS))
#define UNASKED_DAX	(UNASKED_FILE | F(DAX_CLEAN))

/* Raw entries have their bits elsewhere than facts do, and one is set if the fact is not so, as on arm64. */
static inline __u64 mma_raw_bits(__u64 f)
{
	return (f & ENTRY) << 40;
}

static inline __u64 mma_raw_ones(__u64 f)
{
	return mma_raw_bits(f & ~F(PTE_DIRTY));
}

static __u64 raw_of(__u64 f)
{
	return mma_raw_bits(f) ^ mma_raw_bits(F(PTE_DIRTY));
}

#include "sieve_bits.h"

static __u64 let_through, unasked;
static struct mma_pass pass;

/*
 * What the sieve finds sound is counted as granted and nothing else, so a write fault must not refuse it, whoever has a
 * reference. VM_WRITE comes only with VM_MAYWRITE, and VM_SHARED with VM_MAYSHARE.
 */
static void compare_given(__u64 f)
{
	static const __u64 deciding[] = {
		0, F(KERN_SHARED_FIRST) | F(KERN_UNSHARE_FILE),
		F(KERN_SHARED_FIRST) | F(KERN_UNSHARE_FILE) | F(KERN_LARGE_COPY),
	};
	const __u64 held = F(LOCK_PTL) | F(LOCK_MM);
	struct world w = unpack(f);
	unsigned int i;

	if (!w.VMA_MAYWRITE || (w.VMA_SHARED && !w.VMA_MAYSHARE))
		return;
	for (i = 0; i < sizeof(deciding) / sizeof(deciding[0]); i++)
		if (mma_fault_refuses(f | deciding[i] | held, 1, 1) ||
		    mma_fault_refuses(f | deciding[i] | held, 1024, 1))
			report("sieve, of what a fault would refuse", f | deciding[i], &w, 1, 0);
}

static void compare_sound(__u64 f)
{
	struct world w = unpack(f);

	compared++;
	let_through++;
	if (!w.PTE_PRESENT || !w.PTE_WRITE || w.PTE_PROTNONE || w.PTE_SPECIAL)
		report("sieve: no writable entry of a page", f, &w, 1, 0);
	if (mma_check(f) || oracle_check(&w))
		report("sieve", f, &w, 0, mma_check(f) | oracle_check(&w));
	compare_given(f);
}

static void compare_entry(__u64 f)
{
	if (mma_passes(pass, raw_of(f)))
		each_subset(unasked, f, compare_sound);
}

/* Least: sound only with the marks that are asked for, at a grant, with nothing to excuse it. */
static void compare_least(__u64 f, __u64 kind)
{
	const __u64 both = F(PTE_DIRTY) | F(PTE_SOFT_DIRTY), bare = F(PTE_PRESENT) | F(PTE_WRITE) | F(AT_GRANT);
	const __u64 plain = mma_plain_has() | mma_plain_lacks();
	bool some = mma_passes(pass, raw_of(bare | both)), wrong = false;
	const __u64 worst = f & F(VMA_DAX) ? F(DAX_CLEAN) : 0;	/* no bit of the entry tells */
	bool sound = !mma_check(f | kind | bare | both | worst) && !(f & F(VMA_RAW));
	__u64 bit;

	for (bit = 1; bit <= ENTRY; bit <<= 1)
		if (some && (bit & both) && !mma_passes(pass, raw_of(bare | (both & ~bit))))
			wrong |= !mma_check(f | kind | bare | (both & ~bit));
	if (kind == MMA_KIND_ANON && (f & plain) == mma_plain_has())
		wrong |= !mma_passes(pass, raw_of(bare));
	compared++;
	if (some != sound || wrong) {
		struct world w = unpack(f | kind);

		report("sieve for nothing", f | kind, &w, some, sound);
	}
}

static void compare_kind(__u64 f, __u64 kind, struct mma_pass of, __u64 not_asked)
{
	pass = of;
	unasked = not_asked;
	compare_least(f, kind);
	if (!(f & F(KERN_EXCL)))
		kind &= ~F(PAGE_EXCL);	/* nothing to read there */
	each_subset(ENTRY, f | kind, compare_entry);
}

static void compare_sieve(__u64 f)
{
	struct mma_sieve s = mma_sieve_for(f);

	compare_kind(f, MMA_KIND_ANON, s.anon, UNASKED);
	compare_kind(f, MMA_KIND_FILE, s.file, f & F(VMA_DAX) ? UNASKED_DAX : UNASKED_FILE);
}

static void test_sieve(void)
{
	const __u64 mapping = F(VMA_WRITE) | F(VMA_SHARED) | F(VMA_MAYSHARE) | F(VMA_MAYWRITE) | F(VMA_RAW) |
			      F(VMA_SOFTDIRTY) | F(VMA_UFFD_WP) | F(VMA_HUGETLB) | F(VMA_PROT_WRITE) |
			      F(VMA_PAGE_MKWRITE) | F(VMA_PFN_MKWRITE) | F(VMA_WRITEBACK) | F(VMA_DAX) |
			      F(KERN_EXCL) | F(KERN_SOFT_DIRTY) | F(KERN_UFFD_NOTIFY);

	each_subset(mapping, 0, compare_sieve);
	verdict("sieve");
	check(let_through > 100000, "sieve-lets-through", "%llu of them", let_through);
}

static struct mma_pass wrong_pass;

/* A read-only entry is judged if its mark is wrong, and else it is not. */
static void compare_readonly(__u64 f)
{
	struct world w = unpack(f);
	bool judged = w.PTE_UFFD_WP && mma_passes(wrong_pass, raw_of(f));

	compared++;
	if (w.PTE_PRESENT && !w.PTE_WRITE && judged != !!oracle_check(&w))
		report("sieve of read-only entries", f, &w, judged, oracle_check(&w));
}

static void compare_readonly_in(__u64 f)
{
	wrong_pass = mma_sieve_for(f).wrong;
	each_subset(ENTRY, f, compare_readonly);
}

static void test_sieve_readonly(void)
{
	const __u64 mapping = F(VMA_WRITE) | F(VMA_SHARED) | F(VMA_RAW) | F(VMA_HUGETLB) | F(VMA_UFFD_WP) |
			      F(VMA_UFFD_RWP) | F(KERN_UFFD_RESETS) | F(KERN_EXCL) | F(KERN_SOFT_DIRTY);

	each_subset(mapping, 0, compare_readonly_in);
	verdict("sieve-readonly");
}

static void test_gaps(void)
{
	char name[64];
	unsigned int i;

	for (i = 0; gaps[i].name; i++) {
		snprintf(name, sizeof(name), "gap-%s", gaps[i].name);
		check(gaps[i].shown, name, "closed: rule.h agrees with the kernel now, delete this row");
	}
}

int main(int argc, char *argv[])
{
	if (argc > 1 && !strcmp(argv[1], "first"))
		enough = 1;
	test_groups();
	test_groups_cover_rules();
	test_random();
	test_kept();
	test_due();
	test_final();
	test_reason();
	test_fault();
	test_fault_rests_on();
	test_sieve();
	test_sieve_readonly();
	test_gaps();
	return check_done();
}
