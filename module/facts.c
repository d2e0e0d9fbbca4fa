// SPDX-License-Identifier: GPL-2.0
/* facts.c - turns an entry into MMA_F_* bits. It and facts.h, its inline half, alone look inside mm structures. */
#include <linux/backing-dev.h>
#include <linux/hash.h>
#include <linux/hugetlb.h>
#include <linux/ksm.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/sched/mm.h>

#include "bits.h"
#include "compat/entry.h"
#include "facts.h"
#include "mma.h"

/* Page tables are read as they are: of a Xen PV guest they hold what only the hypervisor can tell, machine frames. */
int mma_facts_init(void)
{
	if (!cpu_feature_enabled(X86_FEATURE_XENPV))
		return 0;
	pr_err("the page tables of a Xen PV guest are not readable: boot it as PVH or HVM\n");
	return -EOPNOTSUPP;
}

static u64 kernel_facts(void)
{
	return MMA_KERN_EXCL | MMA_KERN_VERSION_FACTS |
	       (IS_ENABLED(CONFIG_MEM_SOFT_DIRTY) ? MMA_F_KERN_SOFT_DIRTY : 0);
}

u64 mma_kernel_facts(void)
{
	return kernel_facts();
}

/* Such an entry is waited for by a fault, never granted by it. */
bool mma_is_migration(u64 raw, u8 level)
{
	return (mma_entry_facts(raw, level) & MMA_F_PTE_SWAP) && mma_pte_is_migration(__pte(raw));
}

bool mma_is_device_exclusive(u64 raw, u8 level)
{
	return level == MMA_LEVEL_PTE && (mma_entry_facts(raw, level) & MMA_F_PTE_SWAP) &&
	       mma_pte_is_exclusive(__pte(raw));
}

/* It holds a mark where nothing is mapped; what comes there is not swapped in. */
bool mma_is_marker(u64 raw, u8 level)
{
	return level == MMA_LEVEL_PTE && (mma_entry_facts(raw, level) & MMA_F_PTE_SWAP) &&
	       mma_pte_is_wp_marker(__pte(raw));
}

/* Whoever touches it is killed. */
bool mma_is_poisoned(u64 raw, u8 level)
{
	return level == MMA_LEVEL_PTE && (mma_entry_facts(raw, level) & MMA_F_PTE_SWAP) &&
	       mma_pte_is_poisoned(__pte(raw));
}

bool mma_maps_folio(u64 raw, u8 level, struct folio *folio)
{
	unsigned long pfn = level == MMA_LEVEL_PMD ? pmd_pfn(__pmd(raw)) : pte_pfn(__pte(raw));

	return pfn - folio_pfn(folio) < folio_nr_pages(folio);
}

/* Of a shared mapping. */
static noinline u64 file_facts(struct vm_area_struct *vma)
{
	struct address_space *mapping;

	if (!vma->vm_file)
		return 0;
	mapping = vma->vm_file->f_mapping;
	if (!mapping || !mapping->host)
		return 0;
	return (mapping_can_writeback(mapping) ? MMA_F_VMA_WRITEBACK : 0) |
	       (IS_DAX(mapping->host) ? MMA_F_VMA_DAX : 0);
}

/* What vm_flags say. */
static u64 flag_facts(unsigned long flags)
{
	u64 f = 0;

	if (flags & VM_WRITE)
		f |= MMA_F_VMA_WRITE;
	if (flags & VM_SHARED)
		f |= MMA_F_VMA_SHARED;
	if (flags & VM_MAYSHARE)
		f |= MMA_F_VMA_MAYSHARE;
	if (flags & VM_MAYWRITE)
		f |= MMA_F_VMA_MAYWRITE;
	if (flags & VM_SOFTDIRTY)
		f |= MMA_F_VMA_SOFTDIRTY;
	if (flags & VM_UFFD_WP)
		f |= MMA_F_VMA_UFFD_WP;
	if (flags & VM_UFFD_RWP)
		f |= MMA_F_VMA_UFFD_RWP;
	if (flags & RAW_FLAGS)
		f |= MMA_F_VMA_RAW;
	if (flags & VM_HUGETLB)
		f |= MMA_F_VMA_HUGETLB;
	return f;
}

/* And what they do not. */
#define UNFLAGGED (MMA_F_VMA_PROT_WRITE | MMA_F_VMA_PAGE_MKWRITE | MMA_F_VMA_PFN_MKWRITE |	\
		   MMA_F_VMA_WRITEBACK | MMA_F_VMA_DAX | MMA_F_VMA_ANON)

static __always_inline u64 unflagged_facts(struct vm_area_struct *vma)
{
	u64 f = vma->vm_flags & VM_SHARED ? file_facts(vma) : 0;
	const struct vm_operations_struct *ops = READ_ONCE(vma->vm_ops);

	if (pgprot_val(READ_ONCE(vma->vm_page_prot)) & _PAGE_RW)
		f |= MMA_F_VMA_PROT_WRITE;
	if (!ops)
		return f | MMA_F_VMA_ANON;
	if (ops->page_mkwrite)
		f |= MMA_F_VMA_PAGE_MKWRITE;
	if (ops->pfn_mkwrite)
		f |= MMA_F_VMA_PFN_MKWRITE;
	return f;
}

/*
 * Mappings that are alike to all rules, and what these say of them: each fault
 * asks, and a CPU meets few kinds.
 */
struct kind {
	u64 key;			/* vm_flags and, where these have no bits, UNFLAGGED; 0: none yet */
	u64 facts;
	struct mma_sieve sieve;
};

#define KIND_SHIFT	34
#define KIND_VALID	(1ULL << 51)
#define KIND_BITS	4
static DEFINE_PER_CPU(struct kind, kinds[1 << KIND_BITS]);

static __always_inline u64 kind_key(struct vm_area_struct *vma)
{
	BUILD_BUG_ON((UNFLAGGED << KIND_SHIFT >> KIND_SHIFT) != UNFLAGGED ||
		     (UNFLAGGED << KIND_SHIFT) <= KIND_VALID);
	return vma->vm_flags | unflagged_facts(vma) << KIND_SHIFT | KIND_VALID;
}

/* The bits of an entry that stand for these facts; ~0, which none has, for none suffices. */
static u64 needed_bits(u64 needs)
{
	if (needs == ~0ULL)
		return ~0ULL;
	return (needs & MMA_F_PTE_SOFT_DIRTY ? _PAGE_SOFT_DIRTY : 0) |
	       (needs & MMA_F_PTE_DIRTY ? _PAGE_DIRTY : 0);
}

/* From the key alone: without mmap_lock the flags may change meanwhile. */
static void kind_init(struct kind *k, u64 key)
{
	u64 f = flag_facts(key & (KIND_VALID - 1)) | (key >> KIND_SHIFT & UNFLAGGED) | kernel_facts();
	bool raw = f & MMA_F_VMA_RAW;		/* its entries may have no struct page */

	k->key = key;
	k->facts = f;
	k->sieve.anon = raw ? ~0ULL : needed_bits(mma_needs(f | MMA_KIND_ANON));
	k->sieve.file = raw ? ~0ULL : needed_bits(mma_needs(f | MMA_KIND_FILE));
}

/* Preemption off, or another task fills the place meanwhile: this_cpu_ptr() tells with CONFIG_DEBUG_PREEMPT. */
static const struct kind *kind_of(struct vm_area_struct *vma)
{
	u64 key = kind_key(vma);
	struct kind *k = this_cpu_ptr(&kinds[hash_64(key, KIND_BITS)]);

	if (unlikely(k->key != key))
		kind_init(k, key);
	return k;
}

/*
 * The page is in the swap cache still, as what the old entry names. Without the
 * exclusive bit a page is taken as the last reference to it, and the swap cache
 * has one: do_swap_page() mm/memory.c:4545 (6.12), wp_can_reuse_anon_folio(). So
 * one that was taken is out of there, unless reclaim puts it there again, under
 * the page lock.
 */
static bool is_same(const struct mma_hit *hit, struct page *page, struct folio *folio)
{
	pte_t old = __pte(hit->old);

	return hit->level == MMA_LEVEL_PTE && !pte_none(old) && !pte_present(old) &&
	       !folio_test_locked(folio) &&
	       mma_swap_slot(old) == page_private(&folio->page) + (page - &folio->page);
}

static u64 page_facts(struct mma_hit *hit, struct page *page)
{
	struct folio *folio = page_folio(page);
	u64 f = MMA_F_PAGE;

	hit->refs = folio_ref_count(folio);
	hit->maps = mma_mapcount(page, folio_test_large(folio));
	if (hit->maps > 1)
		f |= MMA_F_PAGE_MAPS;
	if (folio_test_anon(folio)) {
		f |= MMA_F_PAGE_ANON;
		if (PageAnonExclusive(page))
			f |= MMA_F_PAGE_EXCL;
		if (mma_ever_pinned(hit->mm) && folio_maybe_dma_pinned(folio))
			f |= MMA_F_PAGE_PINNED;
	}
	if (folio_test_ksm(folio))
		f |= MMA_F_PAGE_KSM;
	if (folio_test_dirty(folio))
		f |= MMA_F_PAGE_DIRTY;
	if (folio_test_locked(folio))
		f |= MMA_F_PAGE_LOCKED;
	if (folio_test_large(folio))
		f |= MMA_F_PAGE_LARGE;
	if (folio_test_lru(folio))
		f |= MMA_F_PAGE_LRU;
	if (folio_test_swapcache(folio)) {
		f |= MMA_F_PAGE_SWAPCACHE;
		if (is_same(hit, page, folio))
			f |= MMA_F_PAGE_SAME;
	}
	return f;
}

static unsigned long entry_pfn(u64 raw, u8 level)
{
	switch (level) {
	case MMA_LEVEL_PTE:
		return pte_pfn(__pte(raw));
	case MMA_LEVEL_PMD:
		return pmd_pfn(__pmd(raw));
	}
	return pud_pfn(__pud(raw));
}

/* Of a process that ever pinned; page-table lock held. */
bool mma_maps_pinned(u64 raw, u8 level)
{
	unsigned long pfn = entry_pfn(raw, level);
	struct folio *folio;

	if (!(mma_entry_facts(raw, level) & MMA_F_PTE_PRESENT) || !pfn_valid(pfn))
		return false;
	folio = page_folio(pfn_to_page(pfn));
	return folio_test_anon(folio) && folio_maybe_dma_pinned(folio);
}

/* The huge zero page is not exported; it alone is mapped in anonymous memory without being it. */
static bool is_huge_zero(struct page *page, struct vm_area_struct *vma)
{
	return !vma->vm_ops && !folio_test_anon(page_folio(page));
}

static u64 mapped_facts(struct mma_hit *hit, struct vm_area_struct *vma, u64 entry)
{
	unsigned long pfn = entry_pfn(hit->new, hit->level);
	bool huge = hit->level != MMA_LEVEL_PTE;

	if (!huge && is_zero_pfn(pfn))
		return MMA_F_PAGE_ZERO;
	if (!pfn_valid(pfn))
		return 0;
	/* Special, too, from 6.18: "mm/huge_memory: mark PMD mappings of the huge zero folio special" */
	if (huge && is_huge_zero(pfn_to_page(pfn), vma))
		return MMA_F_PAGE_ZERO;
	if (entry & MMA_F_PTE_SPECIAL)
		return 0;
	return page_facts(hit, pfn_to_page(pfn));
}

/* Of a mapping whose entries trap; MMA_F_LOCK_MM held. False: nobody can tell. */
static noinline bool async_facts(const struct vm_area_struct *vma, u64 *f)
{
	unsigned int features;

	if (!mma_uffd_features(vma, &features))
		return false;
	if (features & mma_uffd_async(vma))
		*f |= MMA_F_VMA_UFFD_ASYNC;
	return true;
}

static __always_inline bool traps(u64 f)
{
	return f & (MMA_F_VMA_UFFD_WP | MMA_F_VMA_UFFD_RWP);
}

/* What is the same for all entries of vma; under mmap_lock or the vma lock of a mm in use. */
u64 mma_vma_facts(struct vm_area_struct *vma)
{
	struct kind k;

	mma_assert_stable(vma);
	kind_init(&k, kind_key(vma));
	if (traps(k.facts))
		async_facts(vma, &k.facts);
	return k.facts;
}

/* Does the mark resolve itself, so that it may go? Where nobody can tell it is not asked for, and counted if it went. */
static noinline u64 trapped_facts(struct mma_hit *hit, const struct vm_area_struct *vma, u64 f)
{
	if (f & MMA_F_LOCK_MM && async_facts(vma, &f))
		return f;
	if (hit->before & ~mma_entry_facts(hit->new, hit->level) & MMA_F_PTE_UFFD_WP)
		mma_count_event(MMA_UNSURE);
	hit->before &= ~MMA_F_PTE_UFFD_WP;
	return f;
}

/* Fill in the facts of hit->new; what mma_vma_facts() told and the context are given. */
void mma_facts_within(struct mma_hit *hit, struct vm_area_struct *vma, u64 given)
{
	u64 f = mma_entry_facts(hit->new, hit->level);

	hit->refs = 0;
	hit->maps = 0;
	hit->mm = vma->vm_mm;
	if (f & MMA_F_PTE_PRESENT)
		f |= mapped_facts(hit, vma, f);
	hit->facts = f | given;
}

/*
 * Fill in the facts of hit->new at hit->level. The caller holds what `context`
 * (MMA_F_LOCK_*) says; under the page-table lock the mapped page cannot go.
 * Preemption off.
 */
void mma_facts(struct mma_hit *hit, struct vm_area_struct *vma, u64 context)
{
	u64 given = kind_of(vma)->facts | context;

	if (context & MMA_F_LOCK_MM)
		mma_assert_stable(vma);
	mma_facts_within(hit, vma, unlikely(traps(given)) ? trapped_facts(hit, vma, given) : given);
}

/* Of a page that an entry no longer maps. */
u64 mma_folio_facts(struct folio *folio)
{
	return MMA_F_PAGE | (folio_test_anon(folio) ? MMA_F_PAGE_ANON : 0);
}

/*
 * In a probe: no sleep. Whoever waits for the lock is woken by the unlock, so no
 * scheduler lock may be held. Not of a mm that nobody uses: on 5.10 exit_mmap()
 * takes it down without the lock, and waits before for khugepaged alone to let
 * go of it: mm/mmap.c:3215, __khugepaged_exit().
 */
bool mma_mm_trylock(struct mm_struct *mm)
{
	if (!mmap_read_trylock(mm))
		return false;
	if (atomic_read(&mm->mm_users))
		return true;
	mmap_read_unlock(mm);
	return false;
}

void mma_mm_unlock(struct mm_struct *mm)
{
	mmap_read_unlock(mm);
}

/* Who has it for writing, and no one who has it for reading: rwsem_set_owner() kernel/locking/rwsem.c:145 (6.12) */
static bool writes(const struct mm_struct *mm)
{
#ifdef CONFIG_PREEMPT_RT
	return false;		/* another kind of lock: nobody can tell */
#else
	return atomic_long_read(&mm->mmap_lock.owner) == (long)current;
#endif
}

/* Nobody but this task has mmap_lock for writing, at this moment. In a probe, like the above. */
bool mma_mm_still(struct mm_struct *mm)
{
	if (writes(mm))
		return true;
	if (!mma_mm_trylock(mm))
		return false;
	mma_mm_unlock(mm);
	return true;
}

/* The mapping of addr, under mmap_lock. */
struct vm_area_struct *mma_find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr && !is_vm_hugetlb_page(vma) ? vma : NULL;
}

/* What maps an address: a huge PUD entry, the place of a PMD entry, or nothing up to next. */
struct place {
	pud_t *pud;
	pmd_t *pmd;
	unsigned long next;
};

/*
 * Page tables stay while the caller holds mmap_lock, the vma lock or the rmap
 * lock; those of shared hugetlb mappings while it holds i_mmap_rwsem. What is
 * no table and not empty at a PUD is a huge or a migration entry.
 */
static struct place find_place(struct mm_struct *mm, unsigned long addr, unsigned long end)
{
	struct place at = { .pmd = find_pmd(mm, addr), .next = pmd_addr_end(addr, end) };
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;
	pud_t *pud;

	if (at.pmd)
		return at;
	at.next = pgd_addr_end(addr, end);
	if (pgd_none(*pgd) || pgd_bad(*pgd))
		return at;
	p4d = p4d_offset(pgd, addr);
	at.next = p4d_addr_end(addr, end);
	if (p4d_none(*p4d) || p4d_bad(*p4d))
		return at;
	pud = pud_offset(p4d, addr);
	at.next = pud_addr_end(addr, end);
	if (pud_none(*pud))
		return at;
	if (pud_bad(*pud)) {
		at.pud = pud;
		return at;
	}
	at.pmd = pmd_offset(pud, addr);
	at.next = pmd_addr_end(addr, end);
	return at;
}

static bool pmd_is_table(pmd_t pmd)
{
	return is_table(native_pmd_val(pmd));
}

static __always_inline u64 peek(pmd_t *pmdp, unsigned long addr, u8 *level)
{
	u64 raw;

	*level = MMA_LEVEL_NONE;
	if (!pmdp)
		return 0;
	raw = native_pmd_val(READ_ONCE(*pmdp));
	if (likely(is_table(raw))) {
		*level = MMA_LEVEL_PTE;
		return native_pte_val(READ_ONCE(*pte_of(raw, addr)));
	}
	if (pmd_none(__pmd(raw)))
		return 0;
	*level = MMA_LEVEL_PMD;
	return raw;
}

u64 mma_peek(struct mm_struct *mm, unsigned long addr, u8 *level)
{
	return peek(find_pmd(mm, addr), addr, level);
}

/* What mma_peek_at() would find: of an entry whose page-table lock is held. */
void mma_place_of(struct mma_place *at, pmd_t *pmdp, pte_t *ptep)
{
	at->pmd = pmdp;
	at->table = native_pmd_val(READ_ONCE(*pmdp));
	at->pte = ptep;
	at->level = MMA_LEVEL_PTE;
}

/* All of [addr, end) up to a huge entry. Returns how many; *at is of those in the last table. */
unsigned int mma_peek_all(struct mm_struct *mm, unsigned long addr, unsigned long end, u64 *raws,
			  struct mma_place *at)
{
	unsigned long next;
	u64 *out = raws, raw;
	pte_t *ptep;

	for (; addr < end; addr = next) {
		next = pmd_addr_end(addr, end);
		raw = locate(mm, addr, at);
		if (raw && !at->pte) {
			*out++ = raw;
			break;
		}
		ptep = at->pte;
		for (; addr < next; addr += PAGE_SIZE)
			*out++ = ptep ? native_pte_val(READ_ONCE(*ptep++)) : 0;
	}
	return out - raws;
}

/* None of [addr, end) is writable, of *nr more; false also where that takes more than a look at one table. */
bool mma_all_readonly(struct mm_struct *mm, unsigned long addr, unsigned long end,
		      unsigned int *nr)
{
	pmd_t *pmdp = find_pmd(mm, addr);
	u64 raw = pmdp ? native_pmd_val(READ_ONCE(*pmdp)) : 0;
	pte_t *ptep, pte;

	if (!is_table(raw) || (addr ^ (end - 1)) & PMD_MASK)
		return false;
	for (ptep = pte_of(raw, addr); addr < end; addr += PAGE_SIZE) {
		pte = READ_ONCE(*ptep++);
		if (!(native_pte_val(pte) & (_PAGE_PRESENT | _PAGE_PROTNONE)))
			continue;
		if (pte_write(pte))
			return false;
		++*nr;
	}
	return true;
}

/*
 * Who may not wait tries for some microseconds, as long as such a lock is held:
 * what is judged later is judged without what was there before.
 */
#define LOCK_TRIES 128

static bool lock(spinlock_t *ptl, bool wait)
{
	int tries = LOCK_TRIES;

	if (wait) {
		spin_lock(ptl);
		return true;
	}
	while (!spin_trylock(ptl)) {
		if (!--tries)
			return false;
		cpu_relax();
	}
	return true;
}

/*
 * Lock what maps addr. 1: locked, the pmd is still `pmd`; 0: it changed; -1: busy.
 * Preemption is off or the rcu read lock held: 6.12 frees retracted tables after
 * a grace period (pte_free_defer).
 */
static int lock_pmd(struct mm_struct *mm, pmd_t *pmdp, pmd_t *pmd, spinlock_t **ptl, bool wait)
{
	*pmd = READ_ONCE(*pmdp);
	*ptl = pmd_is_table(*pmd) ? pte_lockptr(mm, pmd) : pmd_lockptr(mm, pmdp);
	if (!lock(*ptl, wait))
		return -1;
	if (pmd_same(*pmd, READ_ONCE(*pmdp)))
		return 1;
	spin_unlock(*ptl);
	return 0;
}

bool mma_slot_trylock(struct mma_slot *slot, struct mm_struct *mm, unsigned long addr)
{
	pmd_t *pmdp = find_pmd(mm, addr), pmd;

	if (!pmdp || lock_pmd(mm, pmdp, &pmd, &slot->ptl, false) <= 0)
		return false;
	slot->level = pmd_none(pmd) ? MMA_LEVEL_NONE : MMA_LEVEL_PMD;
	slot->raw = native_pmd_val(pmd);
	if (pmd_is_table(pmd)) {
		slot->level = MMA_LEVEL_PTE;
		slot->pte = pte_offset_kernel(&pmd, addr);
		slot->raw = native_pte_val(READ_ONCE(*slot->pte));
	}
	return true;
}

void mma_slot_unlock(struct mma_slot *slot)
{
	spin_unlock(slot->ptl);
}

static void walk_entry(struct vm_area_struct *vma, unsigned long addr, u64 raw, u8 level,
		       struct mma_walk *w)
{
	u64 f = mma_entry_facts(raw, level);

	w->present += !!(f & MMA_F_PTE_PRESENT);
	if (!w->writable || mma_all(f, MMA_F_PTE_PRESENT | MMA_F_PTE_WRITE))
		w->fn(vma, addr, raw, level, w->arg);
}

/* Under mmap_lock or the vma lock. It knows nothing of a moment's own demands, MMA_F_NEED_*. */
void mma_sieve_init(struct mma_sieve *s, struct vm_area_struct *vma)
{
	struct kind k;

	kind_init(&k, kind_key(vma));
	*s = k.sieve;
}

/* The same in a probe, where preemption is off. */
struct mma_sieve mma_sieve_of(struct vm_area_struct *vma)
{
	return kind_of(vma)->sieve;
}

/* is_lone_anon() of a page of a folio that mma_anon_no_ksm(), which `whole` huge entries map. */
static __always_inline bool is_lone_part(struct page *page, int whole)
{
	return mma_exclusive(page) && whole + mma_mapcount(page, false) <= 1;
}

/*
 * The other writable entries of vma and this table that map the large folio of
 * the present one at addr, each where it belongs; 511 at most. Those that need
 * a judge go to w->fn, of others w->granted tells how many; with no sieve, all go.
 */
void mma_walk_folio(struct vm_area_struct *vma, const struct mma_slot *slot, unsigned long addr,
		    struct mma_walk *w)
{
	unsigned long pfn = pte_pfn(__pte(slot->raw));
	struct page *page = pfn_to_page(pfn);
	long first, before, after, i;
	struct folio *folio;
	u64 anon, raw;
	int whole;

	if (slot->level != MMA_LEVEL_PTE || !pfn_valid(pfn) ||
	    mma_entry_facts(slot->raw, slot->level) & MMA_F_PTE_SPECIAL)
		return;
	folio = page_folio(page);
	if (!folio_test_large(folio))
		return;
	whole = max(0, mma_mapcount(page, true) - mma_mapcount(page, false));
	anon = w->sieve && mma_anon_no_ksm(folio) ? w->sieve->anon : ~0ULL;
	first = pfn - folio_pfn(folio);
	before = min_t(long, first, (addr - max(vma->vm_start, addr & PMD_MASK)) >> PAGE_SHIFT);
	after = min_t(long, folio_nr_pages(folio) - first, (pmd_addr_end(addr, vma->vm_end) - addr) >> PAGE_SHIFT);
	for (i = -before; i < after; i++) {
		raw = native_pte_val(READ_ONCE(slot->pte[i]));
		if (!i || !(raw & _PAGE_PRESENT) || !mma_raw_write(raw) || (raw & PTE_PFN_MASK) >> PAGE_SHIFT != pfn + i)
			continue;
		if (has_bits(raw, anon) && is_lone_part(page + i, whole))
			w->granted++;
		else
			w->fn(vma, addr + i * PAGE_SIZE, raw, MMA_LEVEL_PTE, w->arg);
	}
}

/* MMA_KIND_FILE; the zero page has no mapping. */
static noinline bool is_sound_file(const struct mma_sieve *s, pte_t pte)
{
	struct folio *folio;

	if (!has_bits(native_pte_val(pte), s->file))
		return false;
	folio = page_folio(mma_present_page(pte));
	return !folio_test_anon(folio) && folio->mapping;
}

/*
 * Writable, and sound for sure, as rule.h said when the sieve was made. No
 * special entry and no driver's mapping, so there is a struct page.
 */
static __always_inline bool is_sound(const struct mma_sieve *s, pte_t pte)
{
	return (has_bits(native_pte_val(pte), s->anon) && is_lone_anon(mma_present_page(pte))) ||
	       is_sound_file(s, pte);
}

/* The old entry has a mark that the new one lacks; a swapped one has its marks elsewhere. */
static __always_inline bool may_lose(u64 old, u64 new)
{
	if (old & ~new & (_PAGE_SOFT_DIRTY | MMA_PTE_UFFD))
		return true;
	return old && !(old & (_PAGE_PRESENT | _PAGE_PROTNONE));
}

/*
 * Nothing to judge in an entry that replaces `old`, a private mapping's:
 * ptep_set_access_flags() under the page-table lock. Preemption off.
 */
bool mma_sound_upgrade(struct vm_area_struct *vma, u64 old, u64 new)
{
	pte_t pte = native_make_pte(new);

	return !(vma->vm_flags & VM_SHARED) && !may_lose(old, new) &&
	       (is_plain_sound(vma, pte) || is_sound(&kind_of(vma)->sieve, pte));
}

/* mma_glance() of what is not plain, or changes. */
u64 mma_glance_kind(struct vm_area_struct *vma, pte_t *ptep, pte_t pte)
{
	u64 raw = native_pte_val(pte);

	if (!(raw & _PAGE_PRESENT))
		return 0;
	if (!mma_raw_write(raw))
		return raw;
	return is_sound(&kind_of(vma)->sieve, pte) && native_pte_val(READ_ONCE(*ptep)) == raw ? raw : 0;
}

/*
 * A write fault may copy the page instead of reusing it. A huge one is split
 * for that. With the page-table lock held, or with nothing but mmap_lock: who
 * makes another page of it meanwhile replaces the entry, too.
 */
bool mma_may_copy(struct vm_area_struct *vma, u64 raw, u8 level)
{
	struct page *page = mma_present_page(native_make_pte(raw));

	if (vma->vm_flags & VM_SHARED)
		return false;
	if (level != MMA_LEVEL_PTE || vma->vm_flags & RAW_FLAGS || raw & MMA_PTE_ODD)
		return true;
	return !mma_exclusive(page) || !folio_test_anon(page_folio(page));
}

static unsigned long pfn_at(u64 raw, u8 level, unsigned long addr)
{
	return entry_pfn(raw, level) + ((addr & (mma_level_size(level) - 1)) >> PAGE_SHIFT);
}

/* Of two present entries that map addr. */
bool mma_same_page(u64 a, u8 alevel, u64 b, u8 blevel, unsigned long addr)
{
	return pfn_at(a, alevel, addr) == pfn_at(b, blevel, addr);
}

static void walk_ptes(struct vm_area_struct *vma, pte_t *ptep, unsigned long addr,
		      unsigned long end, struct mma_walk *w)
{
	pte_t pte;

	for (; addr < end; addr += PAGE_SIZE, ptep++) {
		pte = READ_ONCE(*ptep);
		if (pte_present(pte)) {
			w->present++;
			if (w->writable && !pte_write(pte))
				continue;
		} else if (w->writable || pte_none(pte)) {
			continue;
		}
		w->fn(vma, addr, native_pte_val(pte), MMA_LEVEL_PTE, w->arg);
	}
}

/*
 * The one loop whose cost counts: a sweep or a large mprotect passes by nearly
 * all entries here. Returns the first that needs a judge, or end.
 */
static noinline pte_t *sift(struct mma_walk *w, pte_t *at, pte_t *end)
{
	const u64 asked = ASKED | w->sieve->anon, sound = _PAGE_PRESENT | _PAGE_RW | w->sieve->anon;
	u64 readonly = 0, granted = 0;
	pte_t pte;

	for (; at < end; at++) {
		pte = READ_ONCE(*at);
		if ((native_pte_val(pte) & asked) == sound && is_lone_anon(mma_present_page(pte)))
			granted++;
		else if (!(native_pte_val(pte) & (_PAGE_PRESENT | _PAGE_PROTNONE)))
			continue;
		else if (!mma_raw_write(native_pte_val(pte)))
			readonly++;
		else if (is_sound_file(w->sieve, pte))
			granted++;
		else
			break;
	}
	w->readonly += readonly;
	w->granted += granted;
	w->present += readonly + granted;
	return at;
}

/*
 * `nr` entries of one table in one look, without their lock: how many are
 * granted << 32 | how many read-only, or -1 if one needs a judge. olds tells
 * what they were, at where. mmap_lock held, preemption off.
 */
s64 mma_glance_all(struct vm_area_struct *vma, const struct mma_place *at, const u64 *olds, unsigned int nr)
{
	const s64 granted = 1LL << 32;
	pte_t *ptep = at->pte, pte;
	s64 counts = 0;

	if (!ptep || native_pmd_val(READ_ONCE(*at->pmd)) != at->table)
		return -1;
	for (; nr; nr--, ptep++, olds++) {
		pte = READ_ONCE(*ptep);
		if (!(native_pte_val(pte) & (_PAGE_PRESENT | _PAGE_PROTNONE)))
			continue;
		if (may_lose(*olds, native_pte_val(pte)))
			return -1;
		if (!mma_raw_write(native_pte_val(pte))) {
			counts++;
			continue;
		}
		if ((!is_plain_sound(vma, pte) && !is_sound(&kind_of(vma)->sieve, pte)) ||
		    native_pte_val(READ_ONCE(*ptep)) != native_pte_val(pte))
			return -1;
		counts += *olds & _PAGE_RW ? 0 : granted;
	}
	return counts;
}

static void sift_ptes(struct vm_area_struct *vma, pte_t *ptep, unsigned long addr,
		      unsigned long end, struct mma_walk *w)
{
	pte_t *first = ptep, *last = ptep + ((end - addr) >> PAGE_SHIFT);

	for (; ; ptep++) {
		ptep = sift(w, ptep, last);
		if (ptep == last)
			break;
		w->present++;
		w->fn(vma, addr + ((ptep - first) << PAGE_SHIFT), native_pte_val(READ_ONCE(*ptep)),
		      MMA_LEVEL_PTE, w->arg);
	}
}

static unsigned long walk_table(struct vm_area_struct *vma, pmd_t pmd, unsigned long addr,
				unsigned long end, struct mma_walk *w)
{
	pte_t *ptep = pte_offset_kernel(&pmd, addr);

	end = min(end, addr + ((unsigned long)max(w->budget, 0) << PAGE_SHIFT));
	w->budget -= (end - addr) >> PAGE_SHIFT;
	if (w->sieve)
		sift_ptes(vma, ptep, addr, end, w);
	else
		walk_ptes(vma, ptep, addr, end, w);
	return end;
}

/* Returns where to go on: addr again if what is there changed, or is busy; then *busy is set. */
static unsigned long walk_pmd(struct vm_area_struct *vma, const struct place *at, unsigned long addr,
			      struct mma_walk *w, bool *busy)
{
	unsigned long next = addr;
	spinlock_t *ptl;
	int locked;
	pmd_t pmd;

	rcu_read_lock();
	locked = lock_pmd(vma->vm_mm, at->pmd, &pmd, &ptl, w->wait);
	if (locked > 0) {
		next = at->next;
		if (pmd_is_table(pmd)) {
			next = walk_table(vma, pmd, addr, next, w);
		} else if (!pmd_none(pmd)) {
			walk_entry(vma, addr & PMD_MASK, native_pmd_val(pmd), MMA_LEVEL_PMD, w);
			next = (addr & PMD_MASK) + PMD_SIZE;
		}
		spin_unlock(ptl);
		w->tables++;
	}
	rcu_read_unlock();
	*busy = locked < 0 || (!locked && !w->wait);
	return next;
}

/* As huge_pte_lockptr() has it for what is no PMD; DAX's huge PUDs have the same lock. */
static unsigned long walk_pud(struct vm_area_struct *vma, const struct place *at, unsigned long addr,
			      struct mma_walk *w, bool *busy)
{
	spinlock_t *ptl = pud_lockptr(vma->vm_mm, at->pud);
	pud_t pud;

	*busy = !lock(ptl, w->wait);
	if (*busy)
		return addr;
	pud = READ_ONCE(*at->pud);
	if (pud_bad(pud))
		walk_entry(vma, addr & PUD_MASK, native_pud_val(pud), MMA_LEVEL_PUD, w);
	spin_unlock(ptl);
	w->tables++;
	if (pud_none(pud))
		return at->next;
	return pud_bad(pud) ? (addr & PUD_MASK) + PUD_SIZE : addr;
}

/*
 * Hand the entries of [start, end) that are not empty to w->fn, each under its
 * page-table lock. An entry costs one of w->budget, and so does each table,
 * there or absent. Returns where it stopped; end if nowhere, or beyond it behind
 * a huge entry, so that who goes on there does not meet that again.
 */
unsigned long mma_walk(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		       struct mma_walk *w)
{
	unsigned long addr = start;
	bool busy = false;
	struct place at;

	while (addr < end && w->budget-- > 0 && !busy) {
		at = find_place(vma->vm_mm, addr, end);
		if (at.pud)
			addr = walk_pud(vma, &at, addr, w, &busy);
		else if (at.pmd && !pmd_none(READ_ONCE(*at.pmd)))
			addr = walk_pmd(vma, &at, addr, w, &busy);
		else
			addr = at.next;
	}
	return addr;
}

/* For reading. Others may hold it for as long as they like: it is not waited for, or until we are killed. */
static bool lock_sleeping(struct rw_semaphore *sem, struct mma_walk *w)
{
	w->busy = w->nowait ? !down_read_trylock(sem) : !!down_read_killable(sem);
	return !w->busy;
}

static bool lock_mm(struct mm_struct *mm, struct mma_walk *w)
{
	w->busy = w->nowait ? !mmap_read_trylock(mm) : !!mmap_read_lock_killable(mm);
	return !w->busy;
}

/*
 * hugetlb unshares the PMD tables of shared mappings under i_mmap_rwsem for
 * writing: huge_pte_offset(), include/linux/hugetlb.h:199 (6.12).
 */
static unsigned long walk_vma(struct vm_area_struct *vma, unsigned long addr, unsigned long end,
			      struct mma_walk *w)
{
	struct address_space *shared = NULL;

	if (mma_shares_tables(vma))
		shared = vma->vm_file->f_mapping;
	if (shared && !lock_sleeping(&shared->i_mmap_rwsem, w))
		return addr;
	addr = mma_walk(vma, addr, end, w);
	if (shared)
		i_mmap_unlock_read(shared);
	return addr;
}

/*
 * One step through [addr, end) of an address space. It holds mmap_lock until
 * w->budget is spent, which each mapping costs one of, too. May sleep.
 * Returns where to go on: end when through; w->busy if a lock was not to be had.
 */
unsigned long mma_step(struct mm_struct *mm, unsigned long addr, unsigned long end,
		       struct mma_walk *w)
{
	struct vm_area_struct *vma;

	if (!lock_mm(mm, w))
		return addr;
	while (addr < end && w->budget > 0 && !w->busy) {
		vma = find_vma(mm, addr);
		if (!vma || vma->vm_start >= end) {
			addr = end;
			break;
		}
		w->budget--;
		if (w->vma)
			w->vma(vma, w->arg);
		addr = walk_vma(vma, max(addr, vma->vm_start), min(end, vma->vm_end), w);
	}
	mmap_read_unlock(mm);
	cond_resched();
	return addr;
}

/* How many zap, write-protect or un-write-protect there and have not flushed yet. */
int mma_flush_pending(struct mm_struct *mm)
{
	return atomic_read(&mm->tlb_flush_pending);
}

bool mma_ever_pinned(struct mm_struct *mm)
{
	return mma_mm_pinned(mm);
}

/*
 * The new mapping is watched like this one, so what it marks mremap must keep:
 * vma_has_uffd_without_event_remap(), include/linux/userfaultfd_k.h:256 (6.12).
 * Before 6.8 nobody can tell. mmap_lock held.
 */
bool mma_marks_move(const struct vm_area_struct *vma)
{
	unsigned int features;

	return mma_uffd_features(vma, &features) && (features & UFFD_FEATURE_EVENT_REMAP);
}

unsigned long mma_vma_end(const struct vm_area_struct *vma)
{
	return vma->vm_end;
}

/* Where vma maps an anonymous page: page_address_in_vma(), which is not exported. 0: nowhere. */
unsigned long mma_anon_address(struct vm_area_struct *vma, struct page *page)
{
	unsigned long at = vma->vm_start + ((mma_pgoff(page) - vma->vm_pgoff) << PAGE_SHIFT);

	return at >= vma->vm_start && at < vma->vm_end ? at : 0;
}

/* The CPU may set accessed and dirty at any time. */
bool mma_same_entry(u64 a, u64 b)
{
	const u64 cpu = _PAGE_ACCESSED | _PAGE_DIRTY;

	return (a & ~cpu) == (b & ~cpu);
}

u32 mma_owner(struct mm_struct *mm)
{
	u32 tgid = 0;
#ifdef CONFIG_MEMCG
	struct task_struct *owner;

	rcu_read_lock();
	owner = rcu_dereference(mm->owner);
	if (owner)
		tgid = owner->tgid;
	rcu_read_unlock();
#else
	if (mm == current->mm)
		tgid = current->tgid;
#endif
	return tgid;
}

unsigned long mma_level_size(u8 level)
{
	if (level == MMA_LEVEL_PUD)
		return PUD_SIZE;
	return level == MMA_LEVEL_PMD ? PMD_SIZE : PAGE_SIZE;
}
