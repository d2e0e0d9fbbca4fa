/* SPDX-License-Identifier: GPL-2.0 */
/* mma.h - what the module's files hand to each other. */
#ifndef MMA_H
#define MMA_H

#include <linux/bitmap.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/mm_types.h>
#include <linux/percpu.h>
#include <linux/types.h>

#include "arch/x86.h"
#include "hit.h"
#include "mmaudit.h"
#include "rule.h"
#include "sites.h"
#include "stat.h"
#include "wrap.h"

/* facts.c, and facts.h, its inline half - the only place that looks inside mm structures */
struct mma_slot {			/* one locked entry */
	u64 raw;
	pte_t *pte;			/* at MMA_LEVEL_PTE */
	spinlock_t *ptl;
	u8 level;
};

/* Where an entry was found: this stays while mmap_lock or the vma lock is held, but for a table that comes or goes. */
struct mma_place {
	pmd_t *pmd;			/* where its table hangs, or NULL */
	u64 table;			/* what was there */
	pte_t *pte;			/* if that is a table, at MMA_LEVEL_PTE; or NULL */
	u8 level;
};

typedef void (*mma_entry_fn)(struct vm_area_struct *vma, unsigned long addr,
			     u64 raw, u8 level, void *arg);

/*
 * Lets through what need not be judged, at a few instructions an entry: the
 * bits a writable entry of a mapping needs, by its page; ~0: none is let through.
 */
struct mma_sieve {
	u64 anon, file;			/* MMA_KIND_ANON, MMA_KIND_FILE of rule.h */
};

struct mma_walk {
	mma_entry_fn fn;
	void (*vma)(struct vm_area_struct *vma, void *arg);	/* mma_step(): told of each, or NULL */
	void *arg;
	int budget;			/* what it may still look at */
	bool wait;			/* for a busy lock, which else ends the walk */
	bool nowait;			/* mma_step(): not for mmap_lock or i_mmap_rwsem, which others may hold for long */
	bool busy;			/* mma_step(): one of these was, or its waiter is killed */
	bool writable;			/* tell only of entries that are */
	const struct mma_sieve *sieve;	/* and only of what it holds back, or NULL */
	u64 present, tables;		/* looked at so far */
	u64 readonly, granted;		/* let through by the sieve */
};

int mma_facts_init(void);
u64 mma_kernel_facts(void);
u64 mma_vma_facts(struct vm_area_struct *vma);
bool mma_is_migration(u64 raw, u8 level);
bool mma_maps_pinned(u64 raw, u8 level);
bool mma_is_device_exclusive(u64 raw, u8 level);
bool mma_is_marker(u64 raw, u8 level);
bool mma_is_poisoned(u64 raw, u8 level);
bool mma_maps_folio(u64 raw, u8 level, struct folio *folio);
void mma_facts(struct mma_hit *hit, struct vm_area_struct *vma, u64 context);
void mma_facts_within(struct mma_hit *hit, struct vm_area_struct *vma, u64 given);
u64 mma_peek(struct mm_struct *mm, unsigned long addr, u8 *level);
u64 mma_folio_facts(struct folio *folio);
void mma_place_of(struct mma_place *at, pmd_t *pmdp, pte_t *ptep);
bool mma_all_readonly(struct mm_struct *mm, unsigned long addr, unsigned long end,
		      unsigned int *nr);
unsigned int mma_peek_all(struct mm_struct *mm, unsigned long addr, unsigned long end, u64 *raws,
			  struct mma_place *at);
s64 mma_glance_all(struct vm_area_struct *vma, const struct mma_place *at, const u64 *olds, unsigned int nr);
bool mma_sound_upgrade(struct vm_area_struct *vma, u64 old, u64 new);
bool mma_may_copy(struct vm_area_struct *vma, u64 raw, u8 level);
bool mma_same_page(u64 a, u8 alevel, u64 b, u8 blevel, unsigned long addr);
bool mma_mm_trylock(struct mm_struct *mm);
bool mma_mm_still(struct mm_struct *mm);
void mma_mm_unlock(struct mm_struct *mm);
struct vm_area_struct *mma_find_vma(struct mm_struct *mm, unsigned long addr);
bool mma_slot_trylock(struct mma_slot *slot, struct mm_struct *mm, unsigned long addr);
void mma_slot_unlock(struct mma_slot *slot);
void mma_walk_folio(struct vm_area_struct *vma, const struct mma_slot *slot, unsigned long addr,
		    struct mma_walk *w);
void mma_sieve_init(struct mma_sieve *s, struct vm_area_struct *vma);
struct mma_sieve mma_sieve_of(struct vm_area_struct *vma);
unsigned long mma_walk(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		       struct mma_walk *w);
unsigned long mma_step(struct mm_struct *mm, unsigned long addr, unsigned long end,
		       struct mma_walk *w);
int mma_flush_pending(struct mm_struct *mm);
bool mma_ever_pinned(struct mm_struct *mm);
bool mma_marks_move(const struct vm_area_struct *vma);
unsigned long mma_vma_end(const struct vm_area_struct *vma);
unsigned long mma_anon_address(struct vm_area_struct *vma, struct page *page);
bool mma_same_entry(u64 a, u64 b);
u32 mma_owner(struct mm_struct *mm);
unsigned long mma_level_size(u8 level);

#include "quiet.h"

/* site.c */
struct mma_probe {
	struct kretprobe rp;		/* symbol and handlers; .handler NULL: entry only */
	struct ftrace_ops ops;		/* the same entry handler, if it may be called so; or .func NULL */
	enum mma_wrap_slot wrap;	/* what may stand in for rp, or MMA_WRAP_NONE */
};

/*
 * Handlers run with preemption off on every kernel: kprobes, kretprobes and
 * mmaudit_wrap see to it. One that ftrace calls is on its own.
 *
 * An entry handler, void name(const struct pt_regs *), for both ftrace and
 * kprobe. Called by ftrace preemption is off only if the probed function's
 * caller holds a spinlock, on PREEMPT_RT never but by us, and nothing guards
 * against recursion. None of ours can: they call no function that is probed.
 */
#define MMA_ENTRY_PROBE(name)							\
	static int name##_probed(struct kprobe *kp, struct pt_regs *regs)	\
	{									\
		name(regs);							\
		return 0;							\
	}									\
	NOKPROBE_SYMBOL(name##_probed);						\
	MMA_FTRACE_FUNC(name)							\
	struct mma_probe

/* A return probe whose data is a `type`, in a slot of wrap.h. */
#define MMA_WRAPPED(slot, type)							\
	.wrap = MMA_WRAP_##slot + BUILD_BUG_ON_ZERO(sizeof(type) > MMA_WRAP_DATA_##slot)

#define MMA_ENTRY(name)	.rp.kp.pre_handler = name##_probed, MMA_FTRACE_INIT(name)

int mma_sites_init(void);
void mma_sites_exit(void);
void mma_sites_arm(void);
void mma_sites_hold(void);
void mma_sites_release(void);
extern u64 mma_armed;			/* bit per point */
static inline bool mma_point_on(enum mma_point point)
{
	return READ_ONCE(mma_armed) >> point & 1;
}
void mma_point_info(struct mma_point_info *info);
bool mma_sites_see(char *why, size_t size);
u64 mma_sites_dark(char *why, size_t size);
u64 mma_missed(void);
bool mma_dropped(u64 points);
u64 mma_site_points(enum mma_site site);
enum mma_site_state mma_site_state(enum mma_site site);

extern struct mma_probe mma_probe_upgrade, mma_probe_upgrade_pmd, mma_probe_wp_fault,
	mma_probe_wp_copy, mma_probe_fault, mma_probe_can_change, mma_probe_prot,
	mma_probe_migrate, mma_probe_migrate_pmd, mma_probe_gather, mma_probe_clear_refs,
	mma_probe_swapoff, mma_probe_mremap, mma_probe_uffd_fill, mma_probe_uffd_move,
	mma_probe_split, mma_probe_collapse, mma_probe_fork, mma_probe_ksm_wp, mma_probe_ksm_merge,
	mma_probe_mkclean, mma_probe_hugetlb,
	mma_probe_uffd_move_ptes, mma_probe_uffd_move_huge, mma_probe_uffd_copy,
	mma_probe_hugetlb_fill, mma_probe_hugetlb_copy, mma_probe_collapse_file, mma_probe_unuse, mma_probe_unuse_lookup,
	mma_probe_unuse_rmap, mma_probe_unmap, mma_probe_unmap_migrate,
	mma_probe_clear_range,
	mma_probe_remap_pfn, mma_probe_insert_page, mma_probe_insert_pages, mma_probe_mmap_action,
	mma_probe_exclusive, mma_probe_scan, mma_probe_gather_end, mma_probe_mremap_begin, mma_probe_moves;

#define MMA_REASON_MAX	sizeof_field(struct mma_version, reason)

/* Until each file includes what it wants. */
#include "judge.h"
#include "record.h"
#include "suspect.h"

#endif /* MMA_H */
