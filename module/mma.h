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
#include "mmaudit.h"
#include "rule.h"
#include "sites.h"
#include "wrap.h"

/* One entry whose write bit was decided, on its way from a probe to the readers. */
struct mma_hit {
	u8 site, point, verdict, level;
	u16 flags;			/* MMA_DEC_* */
	struct mm_struct *mm;
	unsigned long addr, ip;
	u64 old, new;			/* raw entries */
	u64 before;			/* PTE_* facts of the entry before; 0: not known */
	u32 exempt;			/* rules this site has no part in */
	u64 facts;
	u32 refs, maps;
};

#include "batch.h"

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

struct mma_reader;

/* judge.c */
u32 mma_decide(struct mma_hit *hit);
void mma_judge(struct mma_hit *hit);
void mma_report(const struct mma_hit *hit, u32 broken);
void mma_batch_add(struct mma_batch *b, const struct mma_hit *hit, u32 broken);
void mma_batch_tell(struct mma_batch *b);
void mma_batch_tell_locked(struct mma_batch *b);
void mma_batch_confirm(const struct mma_batch *b, struct mma_decision *d);
void mma_fill(struct mma_decision *d, const struct mma_hit *hit, u32 broken);
void mma_stack_locked(struct mma_decision *d);

/* confirm.c: suspects, and the worker that has the exit sweeps of sweep.c, too */
enum mma_work { MMA_IDLE, MMA_BUSY, MMA_WORKED };	/* nothing to do; nothing now; a step was done */
int mma_confirm_init(void);
void mma_confirm_stop(void);
void mma_confirm_exit(void);
void mma_suspect(const struct mma_hit *hit, unsigned long end);
bool mma_audited(const struct mma_hit *hit);
int mma_flush(struct mma_reader *r);
u64 mma_work_ticket(void);
void mma_work_kick(void);
void mma_work_done(void);
#define MMA_PATIENCE	HZ		/* times a mm may be busy, a jiffy each, before its work is given up */

/* sweep.c */
int mma_sweep_init(void);
void mma_sweep_exit(void);
int mma_sweep_arm(bool on);
bool mma_sweep_at_exit(void);
u64 mma_sweep_missed(void);
int mma_sweep(struct mma_reader *r, struct mma_sweep *sw);
enum mma_work mma_sweep_leaving(void);
bool mma_sweep_pending(struct mma_reader *r, u64 ticket);
void mma_sweep_drop(void);

/* reader.c */
struct mma_proof;
int mma_readers_init(void);
void mma_readers_exit(void);
struct mma_reader *mma_reader_open(bool selftest);
void mma_reader_close(struct mma_reader *r);
int mma_reader_filter(struct mma_reader *r, const struct mma_filter *f);
ssize_t mma_reader_take(struct mma_reader *r, void *buf);
void mma_reader_consume(struct mma_reader *r);
struct mutex *mma_reader_lock(struct mma_reader *r);
struct wait_queue_head *mma_reader_wait(struct mma_reader *r);
bool mma_reader_empty(struct mma_reader *r);
struct mma_proof *mma_reader_proof(struct mma_reader *r);
void mma_reader_stats(struct mma_reader *r, struct mma_stats *st);
void mma_emit(struct mma_decision *d);
void mma_emit_finding(struct mma_finding *f);
bool mma_reader_audits(struct mma_reader *r, u32 tgid);
int mma_reader_pid(struct mma_reader *r, u32 tgid, bool add);
bool mma_readers_sweep(u32 tgid);
bool mma_readers_audit(u8 site, u32 tgid, u32 owner);
bool mma_reader_waits(struct mma_reader *r, u32 tgid, u32 owner);
extern bool mma_decisions;		/* some reader wants every decision */
/* And it is no self-test: that sees enough by points that are always armed, and an audit begins and ends with one. */
extern bool mma_tracing;

#include "quiet.h"

/* stat.c */
enum mma_count { MMA_GRANTS, MMA_DENIALS, MMA_VIOLATIONS, MMA_NR_COUNTS };
enum mma_event { MMA_SUSPECTS, MMA_CONFIRMED, MMA_CLEARED, MMA_SUSPECTS_LOST, MMA_SWEPT,
		 MMA_SWEEPS_LOST, MMA_UNSURE, MMA_FINDINGS, MMA_SKIPPED, MMA_NR_EVENTS };

struct mma_counts {
	u64 sites[MMA_NR_SITES][MMA_NR_COUNTS];
	u64 hits[MMA_NR_POINTS];
	u64 events[MMA_NR_EVENTS];
};

DECLARE_PER_CPU(struct mma_counts, mma_counts);

static inline void mma_count(enum mma_site site, enum mma_count what)
{
	this_cpu_inc(mma_counts.sites[site][what]);
}

static inline void mma_count_many(enum mma_site site, enum mma_count what, u64 n)
{
	this_cpu_add(mma_counts.sites[site][what], n);
}

static inline void mma_point_hit(enum mma_point point)
{
	this_cpu_inc(mma_counts.hits[point]);
}

static inline void mma_event(enum mma_event what)
{
	this_cpu_inc(mma_counts.events[what]);
}

static inline void mma_event_many(enum mma_event what, u64 n)
{
	this_cpu_add(mma_counts.events[what], n);
}

/*
 * Only the rules on what was lost are about a denial. Without a reader that
 * wants it, it is counted and no more.
 */
static inline bool mma_only_counted(enum mma_site site, u64 context)
{
	if (READ_ONCE(mma_decisions) || context & (MMA_F_KEEPS | MMA_F_MOVED))
		return false;
	mma_count(site, MMA_DENIALS);
	return true;
}

u64 mma_counted(enum mma_site site, enum mma_count what);
u64 mma_point_hits(enum mma_point point);
u64 mma_events(enum mma_event what);

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

/* action.c */
int mma_action_init(void);
void mma_action_exit(void);
void mma_findings(const struct mma_finding *f, unsigned int nr);

/* dev.c, selftest.c */
int mma_dev_init(void);
void mma_dev_exit(void);
#define MMA_REASON_MAX	sizeof_field(struct mma_version, reason)

/* What the self-test found, for one who asked; under its lock. */
struct mma_proof {
	u32 state;			/* enum mma_state; 0: has not asked */
	char reason[MMA_REASON_MAX];
	u64 dark;			/* mma_sites_dark() then */
};

int mma_selftest_init(void);
int mma_selftest(struct mma_proof *proof);
bool mma_selftest_owns(const struct mm_struct *mm, unsigned long addr);
void mma_selftest_result(const struct mma_proof *proof, u32 *state, char *reason, size_t size);

#endif /* MMA_H */
