// SPDX-License-Identifier: GPL-2.0
/* facts.c - turns an entry, its page and its mapping into MMA_F_* bits. */
#include <linux/backing-dev.h>
#include <linux/hash.h>
#include <linux/hugetlb.h>
#include <linux/ksm.h>
#include <linux/mm.h>
#include <linux/percpu.h>

#include "bits.h"
#include "compat/entry.h"
#include "facts.h"
#include "hit.h"
#include "pipes.h"
#include "stat.h"

int mma_facts_init(void)
{
	const char *why = mma_arch_unreadable();

	if (!why)
		return 0;
	pr_err("%s\n", why);
	return -EOPNOTSUPP;
}

/* By version until ask.c has asked, which is before anything is probed. */
static u64 kernel_facts __read_mostly = MMA_KERN_EXCL | MMA_KERN_VERSION_FACTS |
	(IS_ENABLED(CONFIG_MEM_SOFT_DIRTY) ? MMA_F_KERN_SOFT_DIRTY : 0);

u64 mma_kernel_facts(void)
{
	return kernel_facts;
}

void mma_set_kernel_facts(u64 facts)
{
	kernel_facts = facts;
}

u64 mma_shown_facts(void)
{
	return MMA_KERN_SHOWN_FACTS;
}

/* A fault only waits for a migration entry; it grants nothing there. */
bool mma_is_migration(u64 raw, u8 level)
{
	return (mma_entry_facts(raw, level) & MMA_F_PTE_SWAP) && mma_pte_is_migration(__pte(raw));
}

bool mma_is_device_exclusive(u64 raw, u8 level)
{
	return level == MMA_LEVEL_PTE && (mma_entry_facts(raw, level) & MMA_F_PTE_SWAP) &&
	       mma_pte_is_exclusive(__pte(raw));
}

/* A marker keeps a mark where nothing is mapped; a page that a fault maps there is not swapped in. */
bool mma_is_marker(u64 raw, u8 level)
{
	return level == MMA_LEVEL_PTE && (mma_entry_facts(raw, level) & MMA_F_PTE_SWAP) &&
	       mma_pte_is_wp_marker(__pte(raw));
}

/* A task that touches it is killed. */
bool mma_is_poisoned(u64 raw, u8 level)
{
	return level == MMA_LEVEL_PTE && (mma_entry_facts(raw, level) & MMA_F_PTE_SWAP) &&
	       mma_pte_is_poisoned(__pte(raw));
}

/* It was not to be protected. */
bool mma_is_deadly(u64 raw, u8 level)
{
	return (mma_entry_facts(raw, level) & MMA_F_PTE_SWAP) && mma_pte_is_deadly(__pte(raw));
}

bool mma_maps_folio(u64 raw, u8 level, struct folio *folio)
{
	unsigned long pfn = level == MMA_LEVEL_PMD ? pmd_pfn(__pmd(raw)) : pte_pfn(__pte(raw));

	return pfn - folio_pfn(folio) < folio_nr_pages(folio);
}

/* For a shared mapping. */
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

static u64 flag_facts(unsigned long flags)
{
	u64 f = 0;

#define X(name, bits) f |= flags & (bits) ? MMA_F_VMA_##name : 0;
	MMA_VM_FLAGS(X)
#undef X
	return f;
}

/* Facts of a mapping that vm_flags do not say. */
#define UNFLAGGED (MMA_F_VMA_PROT_WRITE | MMA_F_VMA_PAGE_MKWRITE | MMA_F_VMA_PFN_MKWRITE |	\
		   MMA_F_VMA_WRITEBACK | MMA_F_VMA_DAX | MMA_F_VMA_ANON)

static __always_inline u64 unflagged_facts(struct vm_area_struct *vma)
{
	u64 f = vma->vm_flags & VM_SHARED ? file_facts(vma) : 0;
	const struct vm_operations_struct *ops = READ_ONCE(vma->vm_ops);

	if (mma_prot_write(READ_ONCE(vma->vm_page_prot)))
		f |= MMA_F_VMA_PROT_WRITE;
	if (!ops)
		return f | MMA_F_VMA_ANON;
	if (ops->page_mkwrite)
		f |= MMA_F_VMA_PAGE_MKWRITE;
	if (ops->pfn_mkwrite)
		f |= MMA_F_VMA_PFN_MKWRITE;
	return f;
}

#define KEY_SHIFT	34
#define KEY_VALID	(1ULL << 51)
#define MAPPING_BITS	4
static DEFINE_PER_CPU(struct mma_mapping, mappings[1 << MAPPING_BITS]);

static __always_inline u64 mapping_key(struct vm_area_struct *vma)
{
	BUILD_BUG_ON((UNFLAGGED << KEY_SHIFT >> KEY_SHIFT) != UNFLAGGED ||
		     (UNFLAGGED << KEY_SHIFT) <= KEY_VALID);
	return vma->vm_flags | unflagged_facts(vma) << KEY_SHIFT | KEY_VALID;
}

/* Uses the key alone, because without mmap_lock the flags may change meanwhile. */
static void mapping_init(struct mma_mapping *m, u64 key)
{
	u64 f = flag_facts(key & (KEY_VALID - 1)) | (key >> KEY_SHIFT & UNFLAGGED) | kernel_facts;

	m->key = key;
	m->facts = f;
	m->sieve = mma_sieve_for(f);
}

/* Under mmap_lock or the vma lock. */
void mma_mapping_read(struct mma_mapping *m, struct vm_area_struct *vma)
{
	mapping_init(m, mapping_key(vma));
}

/* Preemption must be off, or another task may fill the same place: with CONFIG_DEBUG_PREEMPT this_cpu_ptr() warns. */
const struct mma_mapping *mma_mapping_of(struct vm_area_struct *vma)
{
	u64 key = mapping_key(vma);
	struct mma_mapping *m = this_cpu_ptr(&mappings[hash_64(key, MAPPING_BITS)]);

	if (unlikely(m->key != key))
		mapping_init(m, key);
	return m;
}

/*
 * Whether the page is still in the swap cache, in the slot that the old entry names.
 * Then nobody has taken it since: a page whose swap entry is not exclusive is taken
 * only by the last one who holds a reference, and the swap cache holds one:
 * do_swap_page() mm/memory.c:4545 (6.12), wp_can_reuse_anon_folio(). A page that was
 * taken has left the swap cache; reclaim may put it back, but under the page lock. Who
 * takes the page out clears the slot before he unlocks it: so the slot is read last.
 */
static bool is_same(const struct mma_hit *hit, struct page *page, struct folio *folio)
{
	pte_t old = __pte(hit->old);

	if (hit->level != MMA_LEVEL_PTE || pte_none(old) || pte_present(old) || folio_test_locked(folio))
		return false;
	smp_rmb();
	return mma_swap_slot(old) == page_private(&folio->page) + (page - &folio->page);
}

/* Each page in a pipe has a reference, which no mapping explains. */
static u32 piped(const struct mma_hit *hit, struct page *page, struct folio *folio)
{
	if (hit->refs <= hit->maps)
		return 0;
	return mma_piped_by_others(folio_pfn(folio), page_to_pfn(page), mma_level_size(hit->level) >> PAGE_SHIFT, hit->mm);
}

/*
 * A write fault that takes a page for itself counts its references, and then comes by here
 * under the page-table lock that it has had all the time: wp_can_reuse_anon_folio()
 * mm/memory.c:3620 (6.12), do_huge_pmd_wp_page() mm/huge_memory.c:1878. The barrier has the
 * map count read after that, so that it is without what whoever dropped his reference had
 * unmapped before: mma_mapcount(). Else two loads of one CPU might be in either order.
 */
static u64 page_facts(struct mma_hit *hit, struct page *page)
{
	struct folio *folio = page_folio(page);
	u64 f = MMA_F_PAGE;

	smp_rmb();
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
		hit->piped = piped(hit, page, folio);
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

unsigned long mma_entry_pfn(u64 raw, u8 level)
{
	switch (level) {
	case MMA_LEVEL_PTE:
		return pte_pfn(__pte(raw));
	case MMA_LEVEL_PMD:
		return pmd_pfn(__pmd(raw));
	}
	return pud_pfn(__pud(raw));
}

/* For a process that ever pinned memory; the page-table lock is held. */
bool mma_maps_pinned(u64 raw, u8 level)
{
	unsigned long pfn = mma_entry_pfn(raw, level);
	struct folio *folio;

	if (!(mma_entry_facts(raw, level) & MMA_F_PTE_PRESENT) || !pfn_valid(pfn))
		return false;
	folio = page_folio(pfn_to_page(pfn));
	return folio_test_anon(folio) && folio_maybe_dma_pinned(folio);
}

/*
 * Whether an entry of a private mapping has an anonymous page, mapped or swapped out.
 * The page-table lock is held. Whose page is being migrated is not known.
 */
bool mma_is_anon(u64 raw, u8 level)
{
	u64 f = mma_entry_facts(raw, level);
	unsigned long pfn = mma_entry_pfn(raw, level);

	if (f & MMA_F_PTE_PRESENT)
		return !(f & MMA_F_PTE_SPECIAL) && pfn_valid(pfn) && folio_test_anon(page_folio(pfn_to_page(pfn)));
	return (f & MMA_F_PTE_SWAP) && !mma_is_migration(raw, level) && !mma_is_marker(raw, level);
}

/* An anonymous page has another pointer in page->mapping, marked by its low bits. vm_file lives as long as vma. */
static bool is_of_file(struct page *page, struct vm_area_struct *vma)
{
	struct address_space *mapping = READ_ONCE(page_folio(page)->mapping);

	return mapping && vma->vm_file && mapping == vma->vm_file->f_mapping;
}

/* The huge zero page is not exported. It is the only page in an anonymous mapping that is not anonymous. */
static bool is_huge_zero(struct page *page, struct vm_area_struct *vma)
{
	return !vma->vm_ops && !folio_test_anon(page_folio(page));
}

static u64 mapped_facts(struct mma_hit *hit, struct vm_area_struct *vma, u64 entry)
{
	unsigned long pfn = mma_entry_pfn(hit->new, hit->level);
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
	return page_facts(hit, pfn_to_page(pfn)) | (is_of_file(pfn_to_page(pfn), vma) ? MMA_F_PAGE_OF_FILE : 0);
}

/*
 * Whether the file lacks the tag that says the page is dirty. A fault sets the tag and
 * then maps the page writable, both while it holds the lock of the file's entry;
 * writeback takes that lock, write-protects all entries, each under its page-table
 * lock, and then clears the tag: dax_insert_entry() fs/dax.c:917, dax_insert_pfn_mkwrite()
 * :1962, dax_writeback_one() :1009 (6.12). So under the page-table lock of a writable
 * entry the tag is set. A write() that breaks a shared extent clears the tag first and
 * unmaps afterwards, under the inode's lock: dax_iomap_iter() :1479; it cannot finish
 * while the entry is locked, so it is seen to hold that. Device DAX has no tags.
 *
 * The xarray is read under RCU: no node that holds the tag loses it by a change of others.
 */
static noinline u64 dax_facts(const struct vm_area_struct *vma, unsigned long addr)
{
	struct address_space *mapping = vma->vm_file->f_mapping;
	unsigned long index = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT);

	if (!S_ISREG(mapping->host->i_mode) || xa_get_mark(&mapping->i_pages, index, PAGECACHE_TAG_DIRTY))
		return 0;
	smp_rmb();	/* whoever cleared the tag had the lock before */
	return inode_is_locked(mapping->host) ? 0 : MMA_F_DAX_CLEAN;
}

/* For a mapping whose entries trap; the caller holds MMA_F_LOCK_MM. False: it cannot be known. */
static noinline bool async_facts(const struct vm_area_struct *vma, u64 *f)
{
	unsigned int features;

	if (!mma_uffd_features(vma, &features))
		return false;
	if (features & mma_uffd_async(vma))
		*f |= MMA_F_VMA_UFFD_ASYNC;
	if (mma_uffd_holes(vma, features))
		*f |= MMA_F_VMA_UFFD_HOLES;
	return true;
}

static __always_inline bool traps(u64 f)
{
	return f & (MMA_F_VMA_UFFD_WP | MMA_F_VMA_UFFD_RWP);
}

/* The facts that all entries of vma share. The caller holds mmap_lock or the vma lock, and the mm is in use. */
u64 mma_vma_facts(struct vm_area_struct *vma)
{
	struct mma_mapping m;

	mma_assert_stable(vma);
	mma_mapping_read(&m, vma);
	if (traps(m.facts))
		async_facts(vma, &m.facts);
	return m.facts;
}

/*
 * Adds whether a uffd-wp mark resolves itself and so may go. Where that cannot be
 * known the mark need not be kept; if it is gone, that is counted.
 */
static noinline u64 trapped_facts(struct mma_hit *hit, const struct vm_area_struct *vma, u64 f)
{
	if (f & MMA_F_LOCK_MM && async_facts(vma, &f))
		return f;
	if (hit->before & ~mma_entry_facts(hit->new, hit->level) & MMA_F_PTE_UFFD_WP)
		mma_count_event(MMA_UNSURE);
	hit->before &= ~MMA_F_PTE_UFFD_WP;
	return f & ~MMA_F_PROTECTS;
}

/* Sets the facts of hit->new. `given` has those of mma_vma_facts() and of the context. */
void mma_facts_within(struct mma_hit *hit, struct vm_area_struct *vma, u64 given)
{
	u64 f = mma_entry_facts(hit->new, hit->level);

	hit->refs = 0;
	hit->maps = 0;
	hit->piped = 0;
	hit->mm = vma->vm_mm;
	hit->vma = vma;
	if (f & MMA_F_PTE_PRESENT)
		f |= mapped_facts(hit, vma, f);
	if (unlikely(given & MMA_F_VMA_DAX) && f & MMA_F_PTE_WRITE)
		f = (f & ~MMA_F_PAGE_DIRTY) | dax_facts(vma, hit->addr);	/* nobody clears the flag of its page */
	hit->facts = f | given;
}

/*
 * Sets the facts of hit->new at hit->level. The caller holds the locks that `context`
 * (MMA_F_LOCK_*) says; under the page-table lock the mapped page cannot be freed.
 * Preemption is off.
 */
void mma_facts(struct mma_hit *hit, struct vm_area_struct *vma, u64 context)
{
	u64 given = mma_mapping_of(vma)->facts | context;

	if (context & MMA_F_LOCK_MM)
		mma_assert_stable(vma);
	mma_facts_within(hit, vma, unlikely(traps(given)) ? trapped_facts(hit, vma, given) : given);
}

/* For a page that the entry no longer maps. */
u64 mma_folio_facts(struct folio *folio)
{
	return MMA_F_PAGE | (folio_test_anon(folio) ? MMA_F_PAGE_ANON : 0);
}

/*
 * Whether its anonymous page may prove impossible to take once its entry is cleared:
 * because MADV_FREE gave it up and it was written to since, or it is pinned. That no
 * swap slot can be had is not known before. The folio is locked.
 */
bool mma_may_stay(struct folio *folio)
{
	return folio_test_anon(folio) && (!folio_test_swapbacked(folio) || folio_maybe_dma_pinned(folio));
}

/*
 * Whether a write fault may copy the page instead of reusing it; a huge page is
 * split for that. The caller holds the page-table lock, or only mmap_lock: if the
 * page is freed and used anew meanwhile, the entry has been replaced, too. What fork has
 * done to the page is seen then, since it held mmap_lock for writing.
 */
bool mma_may_copy(struct vm_area_struct *vma, u64 raw, u8 level)
{
	struct page *page = mma_present_page(raw);

	if (vma->vm_flags & VM_SHARED)
		return false;
	if (level != MMA_LEVEL_PTE || vma->vm_flags & MMA_VM_RAW || raw & MMA_RAW_ODD)
		return true;
	return !mma_exclusive(page) || !folio_test_anon(page_folio(page));
}

static unsigned long pfn_at(u64 raw, u8 level, unsigned long addr)
{
	return mma_entry_pfn(raw, level) + ((addr & (mma_level_size(level) - 1)) >> PAGE_SHIFT);
}

/* For two present entries that map addr. */
bool mma_same_page(u64 a, u8 alevel, u64 b, u8 blevel, unsigned long addr)
{
	return pfn_at(a, alevel, addr) == pfn_at(b, blevel, addr);
}

/* How many tasks are zapping, write-protecting or un-write-protecting in this mm and have not flushed yet. */
int mma_flush_pending(struct mm_struct *mm)
{
	return atomic_read(&mm->tlb_flush_pending);
}

bool mma_ever_pinned(struct mm_struct *mm)
{
	return mma_mm_pinned(mm);
}

/*
 * Whether mremap must keep the marks, because the new mapping is watched like this
 * one: vma_has_uffd_without_event_remap(), include/linux/userfaultfd_k.h:256 (6.12).
 * Before 6.8 that cannot be known, and the answer is no. mmap_lock is held.
 */
bool mma_marks_move(const struct vm_area_struct *vma)
{
	unsigned int features;

	return mma_uffd_features(vma, &features) && (features & UFFD_FEATURE_EVENT_REMAP);
}

/* Whether the new mapping is not watched, so that mremap must take the marks away. Before 6.8: never. mmap_lock is held. */
bool mma_marks_end(const struct vm_area_struct *vma)
{
	unsigned int features;

	return MMA_SEES_UFFD_CTX && mma_uffd_features(vma, &features) && !(features & UFFD_FEATURE_EVENT_REMAP);
}

unsigned long mma_vma_end(const struct vm_area_struct *vma)
{
	return vma->vm_end;
}

/* The address at which vma maps an anonymous page, 0 if none: page_address_in_vma() is not exported. */
unsigned long mma_anon_address(struct vm_area_struct *vma, struct page *page)
{
	unsigned long at = vma->vm_start + ((mma_pgoff(page) - vma->vm_pgoff) << PAGE_SHIFT);

	return at >= vma->vm_start && at < vma->vm_end ? at : 0;
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
