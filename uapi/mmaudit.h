/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * mmaudit.h - the contract between the module and user space.
 *
 * Each open file of /dev/mmaudit is one reader, with a filter, a position and a loss
 * count of its own. It is opened read-only by a task with CAP_SYS_ADMIN in the initial
 * user namespace. Tasks that read from it or call its ioctls need that capability,
 * too, and the kernel must not be locked down for confidentiality: else -EPERM.
 *
 * A new reader gets violations of all tasks; MMA_IOC_FILTER changes that, and drops
 * what the old filter had queued. Ranges too long to be judged in the probe are
 * queued only if a reader that has called MMA_IOC_FILTER (pid 0 is enough) audits the
 * process; else they count as skipped.
 *
 * read() returns whole records, oldest first, as many as fit. Every record starts with
 * struct mma_hdr. A reader steps by hdr.size: it zeroes what an older module did not
 * send, and skips a tail or a type it does not know. The byte order and word size are
 * the kernel's.
 *
 *   read()  -EINVAL    the buffer is smaller than MMA_REC_MAX
 *           -EAGAIN    nothing is queued, and O_NONBLOCK is set
 *           -ERESTARTSYS (EINTR) a signal came first
 *   poll()  POLLIN     a record is queued
 *
 * ioctl() structs begin with `size`, which the caller sets to its own sizeof. The
 * module reads and writes as many bytes as both sides know. If the caller sets a flag,
 * bit or reserved word that the module does not know, or anything beyond the module's
 * size, it gets -EINVAL; for an unknown ioctl, -ENOTTY. Fields that are only written
 * (out), and reserved words among them, may have any value before.
 *
 * Structs only grow at their ends (struct mma_decision before its stack, hence
 * stack_off); ids are never reused. Rule, site, point, fact and reason ids are the
 * rows of module/rule.h and module/sites.h.
 */
#ifndef _UAPI_MMAUDIT_H
#define _UAPI_MMAUDIT_H

#ifndef __VMLINUX_H__		/* BPF: vmlinux.h has these types already */
#include <linux/ioctl.h>
#include <linux/types.h>
#endif

#define MMA_ABI_MAJOR	1	/* changes only when an old reader would misread */
#define MMA_ABI_MINOR	8	/* grows with every addition */
#define MMA_DEV_PATH	"/dev/mmaudit"

/* Bytes; no record is larger. */
#define MMA_REC_MAX	512
#define MMA_STACK_MAX	32	/* return addresses a record may carry */
#define MMA_COMM_LEN	16

enum mma_rec_type {
	MMA_REC_DECISION	= 1,	/* struct mma_decision */
	MMA_REC_LOST		= 2,	/* struct mma_lost */
	MMA_REC_FINDING		= 3,	/* struct mma_finding */
};

struct mma_hdr {
	__u16	size;		/* bytes in this record, header included */
	__u16	type;		/* enum mma_rec_type */
	__u32	cpu;		/* the CPU that made it */
	__u64	seq;		/* per reader and CPU, from 1; gaps only at a MMA_REC_LOST */
	__u64	time_ns;	/* CLOCK_MONOTONIC */
};

/* What the kernel decided about the write bit. */
enum mma_verdict {
	MMA_GRANTED	= 1,	/* the entry became writable here */
	MMA_DENIED	= 2,	/* a write fault is still needed; see reason */
	MMA_WRITABLE	= 3,	/* writable now; what it was before was not seen */
};

enum mma_level {
	MMA_LEVEL_NONE	= 0,	/* no entry */
	MMA_LEVEL_PTE	= 1,	/* 4 KiB */
	MMA_LEVEL_PMD	= 2,	/* 2 MiB */
	MMA_LEVEL_PUD	= 3,	/* 1 GiB */
};

/* mma_decision.flags */
#define MMA_DEC_OLD_UNKNOWN	0x0001	/* old_entry was not seen and is 0 */
#define MMA_DEC_CONFIRMED	0x0002	/* judged later under mmap_lock and page-table lock */
#define MMA_DEC_OLD_LOCKLESS	0x0004	/* old_entry was read without the page-table lock */
#define MMA_DEC_PLANTED		0x0008	/* by the self-test; only its own reader gets it */
#define MMA_DEC_NO_STACK	0x0010	/* too many at once under a lock: the stack was not unwound */
#define MMA_DEC_NOT_COMPARED	0x0020	/* no mark of the entry before had to stay, or there was none to compare with. Since 1.4 */
#define MMA_DEC_UNKNOWN_KERNEL	0x0040	/* judged as on older kernels, see MMA_STATE_UNKNOWN. Since 1.6 */

/* How the page table entries of records and events are coded. */
enum mma_entries {
	MMA_ENTRIES_X86_64	= 1,
	MMA_ENTRIES_ARM64	= 2,	/* Linux 6.10 and later, pages of 4 KiB: PROT_NONE has the bit that is nG elsewhere */
	MMA_ENTRIES_ARM64_OLD	= 3,	/* before: PROT_NONE has a bit of its own, and uffd-wp none */
};

/* What an entry is, which its bits alone do not say: swap types differ from kernel to kernel. 0: not told. */
enum mma_entry_kind {
	MMA_ENTRY_NONE		= 1,	/* nothing is mapped */
	MMA_ENTRY_PRESENT	= 2,
	MMA_ENTRY_SWAP		= 3,	/* its page was swapped out */
	MMA_ENTRY_MIGRATION	= 4,	/* its page is being moved, or its huge page split */
	MMA_ENTRY_MARKER	= 5,	/* nothing is mapped; keeps the mark uffd-wp */
	MMA_ENTRY_POISONED	= 6,	/* the memory of its page is broken */
	MMA_ENTRY_GUARD		= 7,	/* another marker: a guard, or a page that could not be read */
	MMA_ENTRY_EXCLUSIVE	= 8,	/* a device has its page for itself */
	MMA_ENTRY_OTHER		= 9,	/* none of these: memory of a device */
};

enum mma_map_kind {
	MMA_MAP_ANON	= 1,
	MMA_MAP_FILE	= 2,	/* also shared memory and hugetlb, whose files have no name anybody gave */
	MMA_MAP_HEAP	= 3,	/* what brk() grows */
	MMA_MAP_STACK	= 4,	/* of the first thread */
	MMA_MAP_SPECIAL	= 5,	/* the kernel's or a driver's own, without a file: [vdso] */
};

/* mma_map.folio, as it was when its entry was judged */
#define MMA_FOLIO_SEEN		0x01	/* the entry maps a folio, of which this and order say more */
#define MMA_FOLIO_WRITEBACK	0x02
#define MMA_FOLIO_LAZYFREE	0x04	/* anonymous and given up by MADV_FREE */
#define MMA_FOLIO_MLOCKED	0x08
#define MMA_FOLIO_RESERVED	0x10	/* no memory of the allocator */
#define MMA_FOLIO_POISONED	0x20	/* its memory is broken */

/*
 * The mapping of the first entry of a violation or finding, and the folio there. All 0
 * in a sound decision, and if the mapping was gone before it could be read.
 */
struct mma_map {
	__u64	start, end;	/* bytes */
	__u64	pgoff;		/* pages: where in its file it begins */
	__u64	vm_flags;	/* as this kernel has them */
	__u64	letters;	/* the same by name, which is alike on all kernels: rows of module/letters.h */
	__u64	ino;		/* its file, as in /proc/PID/maps; 0: none */
	__u32	dev;		/* major << 20 | minor */
	__u8	kind;		/* enum mma_map_kind; 0: nothing is known */
	__u8	order;		/* the folio has 1 << order pages */
	__u16	folio;		/* MMA_FOLIO_* */
};

/*
 * A sound decision about one entry; or, if broken != 0, a violation: `count` entries
 * within [addr, end) that one call of the kernel left so. Fields on an entry and its
 * page are those of the first one. Entries of the same call that broke other rules
 * have a record of their own; if there are more than four kinds, the last record has
 * the rules of all the rest. Only a violation has a stack[] (nr_stack > 0).
 */
struct mma_decision {
	struct mma_hdr hdr;
	__u8	site;		/* enum mma_site: the kernel path that decided */
	__u8	point;		/* enum mma_point: the probe that saw it */
	__u8	verdict;	/* enum mma_verdict */
	__u8	level;		/* enum mma_level */
	__u8	fault_would;	/* enum mma_fault: do_wp_page() on the old entry */
	__u8	reason;		/* enum mma_reason: why not writable */
	__u16	flags;		/* MMA_DEC_* */
	__u32	broken;		/* 1 << enum mma_rule */
	__u32	pid;		/* acting thread, initial pid namespace */
	__u32	tgid;		/* its process */
	__u32	owner;		/* process whose memory it is; 0 if it has exited */
	__u64	addr;		/* user virtual address, bytes, page-aligned; of a violation the lowest */
	__u64	old_entry;	/* entry before, as in the page table */
	__u64	new_entry;	/* entry after */
	__u64	facts;		/* MMA_F_* of new_entry */
	__u32	refs;		/* folio reference count */
	__u32	maps;		/* page map count; 0 where the kernel keeps none */
	__u64	ip;		/* kernel address the deciding call returns to */
	char	comm[MMA_COMM_LEN];	/* of the acting thread, NUL-padded */
	__u32	nr_stack;
	__u32	stack_off;	/* bytes from the record's start to stack[]; more with newer modules */
	__u64	end;		/* end of the highest entry, bytes. Since 1.3; before, a violation is one entry */
	__u32	count;		/* entries, from 1 */
	__u32	piped;		/* pages of it that pipes have, put there by vmsplice() of other processes. Since 1.4, as all below */
	struct mma_map map;
	__u8	old_kind;	/* enum mma_entry_kind; 0, too, if old_entry was not seen */
	__u8	new_kind;
	__u16	old_facts;	/* MMA_F_PTE_* of old_entry */
	__u32	exempt;		/* 1 << enum mma_rule: rules that were not judged, because this path may break them */
	__u64	counter;	/* when, as in struct mma_event. Since 1.5, as all below */
	__u64	number;		/* violations and findings are counted from 1 since load; 0: sound */
	__u32	mm;		/* whose entry, as in struct mma_event; 0: not known */
	__u32	kept;		/* the rings that were kept for it, struct mma_history.set; 0: none */
	__u64	stack[];	/* return addresses, innermost first; stack[0] is ip, alone if no more was unwound */
};

/* Records dropped since the previous record of this reader and CPU. */
struct mma_lost {
	struct mma_hdr hdr;
	__u64	ring_full;	/* no room in this reader's ring */
	__u64	reserved[3];
};

/*
 * What a sweep found: a range of adjacent entries that are alike (mma_alike() of
 * module/finding.h), or a whole mapping if level is MMA_LEVEL_NONE. It is a violation
 * if broken != 0. It was read under mmap_lock and page-table lock.
 */
struct mma_finding {
	struct mma_hdr hdr;
	__u8	level;		/* enum mma_level */
	__u8	reserved0;
	__u16	flags;		/* MMA_FIND_* */
	__u32	broken;		/* 1 << enum mma_rule */
	__u32	pid;		/* process whose memory it is (tgid, initial namespace) */
	__u32	refs;		/* of the first entry's page, as in struct mma_decision */
	__u32	maps;
	__u32	piped;		/* since 1.4 */
	__u64	start;		/* user virtual addresses, bytes */
	__u64	end;
	__u64	entry;		/* the first one, as in the page table */
	__u64	facts;		/* MMA_F_* of the first one */
	char	comm[MMA_COMM_LEN];
	struct mma_map map;	/* since 1.4, as all below */
	__u8	kind;		/* enum mma_entry_kind; 0 if it is about a mapping */
	__u8	reserved2;
	__u16	reserved3;
	__u32	reserved4;
	__u64	counter;	/* when, as in struct mma_event. Since 1.5, as all below */
	__u64	number;		/* violations and findings are counted from 1 since load; 0: sound */
	__u32	mm;		/* whose memory, as in struct mma_event */
	__u32	kept;		/* the rings that were kept for it, struct mma_history.set; 0: none */
};

/* mma_finding.flags */
#define MMA_FIND_AT_EXIT	0x0001	/* found when its process gave this memory up */
#define MMA_FIND_UNKNOWN_KERNEL	0x0002	/* judged as on older kernels, see MMA_STATE_UNKNOWN. Since 1.6 */

/* ---- history ---- */

/*
 * What happened to an entry, a range of them, or a mapping. Each CPU has a ring of
 * these, which MMA_IOC_HISTORY copies; module/events.h takes one apart. What an event
 * does not say, and its kind needs, is in the slot behind it, of kind MORE.
 */
struct mma_event {
	__u64	time;		/* of the processor's counter: struct mma_history says what time that is */
	__u64	where;		/* address of the first page, and in the low 12 bits MMA_EV_* and the kind */
	__u64	what;		/* depends on the kind */
	__u32	mm;		/* number of an address space; used again on x86-64 after 2^32 others, on arm64 perhaps once it has ended */
	__u32	tid;		/* acting thread, initial pid namespace */
	__u32	ip;		/* low half of the kernel address that the deciding call returns to, see mma_history.text */
	__u16	was, is;	/* facts before and after (10 bits); the site in the upper bits of `was` */
};

/* mma_event.where */
#define MMA_EV_KIND		0x03f	/* enum mma_event_kind */
#define MMA_EV_LEVEL		0x0c0	/* enum mma_level */
#define MMA_EV_LEVEL_SHIFT	6
#define MMA_EV_UNSEEN		0x100	/* what was there before was not seen */
#define MMA_EV_MORE		0x200	/* the next slot of this CPU belongs to it */
#define MMA_EV_BESIDE		0x400	/* marks that differ before and after may be what others did beside this call. Since 1.7 */
#define MMA_EV_PLACE		(~0xfffULL)

/* mma_event.was and .is */
#define MMA_EV_FACTS		0x3ff	/* of an entry MMA_F_PTE_*, of a mapping MMA_EV_VM_* */
#define MMA_EV_SITE_SHIFT	10	/* of `was`: above it enum mma_site */
#define MMA_EV_NO_SITE		63	/* none of these */

/* Which events are recorded; the greatest wish of all readers counts, unless the module's parameter history_mode says. */
enum mma_history_mode {
	MMA_HISTORY_DEFAULT	= 0,	/* TRACKED, and no set of rings is kept for this reader, which may not know of them */
	MMA_HISTORY_OFF		= 1,
	MMA_HISTORY_TRACKED	= 2,	/* of mappings in which soft-dirty was cleared, or which userfaultfd watches */
	MMA_HISTORY_AUDITED	= 3,	/* of memory or threads of a reader's filter */
	MMA_HISTORY_ALL		= 4,
};

/* ---- ioctl ---- */

enum mma_state {
	MMA_STATE_OK	= 1,	/* the self-test saw what it should */
	MMA_STATE_BLIND	= 2,	/* it did not; see reason */
	/*
	 * It did, but the kernel is newer than the module, which was built with
	 * ALLOW_UNKNOWN_KERNEL=1. It probes what BTF has shown to take the same arguments,
	 * and judges as if this were the newest kernel that it knows: so no audit is
	 * complete, and a violation may be a false one. Since 1.6.
	 */
	MMA_STATE_UNKNOWN = 3,
};

struct mma_version {
	__u32	size;
	__u16	abi_major;
	__u16	abi_minor;
	__u64	features;	/* MMA_FEAT_* */
	__u64	kernel_facts;	/* MMA_F_KERN_*: how this kernel decides */
	__u32	state;		/* enum mma_state */
	__u32	nr_sites;
	__u32	nr_points;
	__u32	nr_rules;
	char	release[64];	/* uname -r the module was built for */
	char	reason[128];	/* why not MMA_STATE_OK, one sentence; empty if it is */
	__u64	kernel_asked;	/* of the MMA_F_KERN_* those that were tried at load. Since 1.6 */
	__u64	kernel_shown;	/* those that headers and configuration settle; all others go by the version. Since 1.6 */
	__u32	entries;	/* enum mma_entries. Since 1.7; 0: the module is older, and of x86-64 */
	__u32	reserved0;
	__u64	reserved[1];
};

#define MMA_FEAT_DECISIONS	0x1	/* sound grants and denials can be read */
#define MMA_FEAT_DESCENDANTS	0x2	/* a pid filter can follow fork */
#define MMA_FEAT_SWEEP		0x4	/* MMA_IOC_SWEEP */
#define MMA_FEAT_SWEEP_EXIT	0x8	/* MMA_FILTER_SWEEP: its probes are planted */
#define MMA_FEAT_PID		0x10	/* MMA_IOC_PID */
#define MMA_FEAT_HISTORY	0x20	/* MMA_IOC_HISTORY: there are rings */

struct mma_filter {
	__u32	size;
	__u32	flags;		/* MMA_FILTER_* */
	__u32	pid;		/* process (tgid, initial namespace); 0: all */
	__u32	rules;		/* violations of these, 1 << enum mma_rule; 0: all */
	__u64	sites;		/* of these, 1 << enum mma_site; 0: all */
	__u32	history;	/* enum mma_history_mode wished for. Since 1.5; before, it had to be 0 */
	__u32	reserved0;	/* zero */
	__u64	reserved[3];	/* zero */
};

#define MMA_FILTER_DECISIONS	0x1	/* every decision, not only violations */
#define MMA_FILTER_DESCENDANTS	0x2	/* pid and all it forks from now on */
/*
 * Sweep the memory of each process of the filter when the process gives it up, by exit
 * or exec; findings are queued as records. The sweep is queued before the parent can
 * see the exit, so MMA_IOC_FLUSH after wait() waits for it. A filter with sites lets no
 * finding through. -EOPNOTSUPP without MMA_FEAT_SWEEP_EXIT.
 */
#define MMA_FILTER_SWEEP	0x4

/*
 * Counts since load, except the reader's own (seen to ring_full), which begin anew with
 * each filter. For these: seen = delivered + queued + filtered + ring_full.
 */
struct mma_stats {
	__u32	size;
	__u32	reserved0;
	__u64	seen;		/* records offered to this reader */
	__u64	delivered;	/* of these: read */
	__u64	queued;		/*           still in its ring */
	__u64	filtered;	/*           not let through by its filter */
	__u64	ring_full;	/*           lost, no room */
	__u64	missed;		/* probe hits that the kernel did not hand to the module, all points */
	__u64	grants;		/* entries that became writable, or may have; all sites */
	__u64	denials;	/* entries left read-only, as far as they were looked at */
	__u64	violations;	/* entries that broke a rule when written; a record tells of `count` of them */
	__u64	suspects;	/* handed to process context; each ends in one of the next three or in skipped: */
	__u64	confirmed;	/* found wrong there */
	__u64	cleared;	/* found right, or no longer as they were */
	__u64	suspects_lost;	/* dropped: too many at once, or their memory was busy for too long */
	__u64	swept;		/* address spaces swept at exit or exec */
	__u64	sweeps_lost;	/* not swept then: too many at once, or busy for too long */
	__u64	unsure;		/* lost marks that were not judged, because others were at work there */
	__u64	findings;	/* entries and mappings that sweeps found wrong, once for each sweep */
	__u64	skipped;	/* suspects dropped as too long, too many or busy, of processes that no reader audits */
	__u64	piped_lost;	/* pages that vmsplice() put into pipes, and that were too many at once to be remembered. Since 1.4 */
	__u64	reserved[2];
	__u64	found[32];	/* of findings, by enum mma_rule; what broke two rules counts at both. Since 1.6 */
};

enum mma_point_state {
	MMA_POINT_ON		= 1,	/* planted and armed */
	MMA_POINT_IDLE		= 2,	/* planted, armed when a reader wants decisions */
	MMA_POINT_ABSENT	= 3,	/* no such symbol: inlined or not built; see err */
	MMA_POINT_REFUSED	= 4,	/* switched off at load, e.g. because its prototype differs */
	MMA_POINT_UNCHECKED	= 5,	/* off: no header shows its prototype, and it was loaded without checked=Y */
};

/* How the handlers of a point are called; the most expensive way last. */
enum mma_hook {
	MMA_HOOK_NONE		= 0,	/* not armed, or the module is older than 1.2 */
	MMA_HOOK_FTRACE		= 1,	/* entry: a callback of ftrace */
	MMA_HOOK_KPROBE		= 2,
	MMA_HOOK_WRAP		= 3,	/* entry and return: a trampoline of mmaudit_wrap */
	MMA_HOOK_KRETPROBE	= 4,
};

struct mma_point_info {
	__u32	size;
	__u32	id;		/* in: enum mma_point; -EINVAL past the last */
	__u32	state;		/* enum mma_point_state */
	__s32	err;		/* -errno of planting, 0 if planted */
	__u64	hits;
	__u64	missed;		/* nmissed of the probe */
	char	symbol[64];	/* the function that is probed, or was looked for */
	__u32	hook;		/* enum mma_hook */
	__u32	inlined;	/* 1: a caller in the same file has the function inlined, and is not seen. Since 1.8 */
	__u64	reserved[3];
};

enum mma_site_state {
	MMA_SITE_SEEN		= 1,	/* a point that sees it is on */
	MMA_SITE_NOT_HERE	= 2,	/* this kernel has no such path: nothing is missed */
	MMA_SITE_UNSEEN		= 3,	/* it has, but none of the points that see it is on */
	MMA_SITE_PARTLY		= 4,	/* one is, but its function is inlined in a caller, which is not seen. Since 1.8 */
};

struct mma_site_info {
	__u32	size;
	__u32	id;		/* in: enum mma_site; -EINVAL past the last */
	__u64	points;		/* 1 << enum mma_point that see it here now */
	__u64	grants;
	__u64	denials;
	__u64	violations;	/* entries, as in struct mma_stats */
	__u32	state;		/* enum mma_site_state; 0: the module is older than 1.3 */
	__u32	reserved0;
	/*
	 * What a write fault would have done with these entries. Counted where mmaudit reads
	 * what an entry maps: see "What a write fault would do" in docs/rules.md. Since 1.5.
	 */
	__u64	grants_refused;	/* of grants: it would have copied the page, stopped the writer or refused the write */
	__u64	denials_judged;	/* of denials: those asked about */
	__u64	denials_reusable; /* of these: it would only make the entry writable, and nobody needs to see the write */
	__u64	broken[32];	/* of violations, by enum mma_rule; an entry that broke two rules counts at both. Since 1.6 */
};

/* Resolve a kernel address from a record to "symbol+0xoff/0xsize". */
struct mma_symbol {
	__u32	size;
	__u32	reserved0;
	__u64	addr;		/* in */
	char	name[256];	/* out */
};

/*
 * Judge the memory of one process, a part per call: call it until addr comes back 0.
 * One call does bounded work and ends early on a signal. What is found goes to the
 * caller's buffer as whole records, and to no other reader; a call ends before the
 * buffer can be full. Violations go to the kernel log, too.
 *   -ESRCH   no such process, or it has no memory any more
 *   -EINVAL  a kernel thread; or what the module does not know
 *   -ENOENT  MMA_SWEEP_AUDITED, and the process is not of this reader's filter
 */
struct mma_sweep {
	__u32	size;
	__u32	flags;		/* MMA_SWEEP_* */
	__u32	pid;		/* process or thread, initial namespace */
	__u32	room;		/* bytes at buffer, at least MMA_SWEEP_ROOM */
	__u64	buffer;		/* address of where the records go */
	__u64	addr;		/* in: 0 at first, then as the last call set it; out: 0 at the end */
	__u64	cookie;		/* in: 0 at first, then as the last call set it */
	__u32	used;		/* out: bytes of records */
	__u32	reserved0;
	__u64	present;	/* out, of this call: present entries looked at */
	__u64	writable;	/* of these, judged */
	__u64	tables;		/* page tables and huge entries locked */
	__u64	violations;	/* entries and mappings that broke a rule */
	__u64	reserved[4];
};

#define MMA_SWEEP_DUMP		0x1	/* every entry that is not empty, sound or not */
#define MMA_SWEEP_AUDITED	0x2	/* only a process of this reader's filter */
#define MMA_SWEEP_ROOM		0x10000

/*
 * Whether a process is of this reader's filter. With MMA_PID_ADD it is from now on, and
 * with MMA_FILTER_DESCENDANTS so are all that it forks. To add the children that a
 * process has already, add the process first, then list its children and add them until
 * a list has nothing new: what is forked meanwhile is forked by an audited process, or is
 * in the next list. A number that no process has is no error: a process that gets it
 * later is audited if its parent is.
 *   -EINVAL  a number that no process can have; MMA_PID_ADD if all are audited;
 *            or what the module does not know
 */
struct mma_pid {
	__u32	size;
	__u32	flags;		/* MMA_PID_* */
	__u32	pid;		/* process (tgid, initial namespace) */
	__u32	audited;	/* out: 0 or 1 */
	__u64	reserved[2];	/* zero */
};

#define MMA_PID_ADD		0x1

/*
 * Copies events of one CPU, the oldest first, as many as there is room for. The rings
 * are written on meanwhile: what is overwritten before it was copied is passed over,
 * and `first` says so. On the first violation of a kind (rules, site, caller) since a
 * reader set its filter, the module goes on in a second set of rings and keeps the one
 * with that violation's history, until all readers that were told of it, and whose
 * filter names TRACKED or more, have given it back, closed the device or set another
 * filter. What no such reader is told of keeps nothing, unless nobody audits and the
 * module's parameter `freeze` is set.
 *   -EOPNOTSUPP  there are no rings: without MMA_FEAT_HISTORY
 *   -ENOENT      `set` is not there any more
 *   -EBUSY       MMA_HISTORY_GIVE_BACK, and `freeze` has stopped the history, or this
 *                reader was not told of the set or has given it back already
 *   -ESRCH       no process has this pid, or it has no memory any more
 *   -EINVAL      no such CPU; or what the module does not know
 */
struct mma_history {
	__u32	size;
	__u32	flags;		/* MMA_HISTORY_* */
	__u32	set;		/* in: 0 for the rings that are written now, or a number of mma_decision.kept; out: its number */
	__u32	cpu;		/* in: of this one */
	__u64	buffer;		/* in: address of where the events go */
	__u32	room;		/* in: bytes there; 0: none are wanted */
	__u32	events;		/* out: how many were copied */
	__u64	next;		/* in: 0 from the oldest, then as the last call set it; out: position behind the last one copied */
	__u64	first;		/* out: position of the first one copied; a CPU's events are counted from 0 */
	__u64	oldest;		/* out: position of the oldest one that was still there */
	__u64	end;		/* out: position behind the newest one */
	__u64	counter[2];	/* out: the processor's counter, */
	__u64	time_ns[2];	/* out: and CLOCK_MONOTONIC at the same moment: at load, or when the machine last woke up; and now */
	__u32	pid;		/* in: 0, or process or thread, initial namespace; */
	__u32	mm;		/* out: its address space's number */
	__u32	mode;		/* out: enum mma_history_mode in force */
	__u32	nr_cpus;	/* out: CPUs are below it; those never seen have no events */
	__u32	capacity;	/* out: events that a CPU's ring can hold */
	__u32	kept;		/* out: number of the set that is kept now; 0: none */
	__u64	not_kept;	/* out: violations of a new kind whose history was not kept, because a set was kept already, or kinds were too many */
	__u64	since;		/* out: counter when `mode`, or in AUDITED a filter, last changed, or the machine woke up; freeze changes it when it ends */
	__u64	missed;		/* out: events of this CPU that were lost because it has no ring: there was no memory */
	__u64	begun;		/* out: counter when this set began to be written: what was before is in the set with the number before */
	__u32	state;		/* out: MMA_HISTORY_UNORDERED */
	__u32	reserved0;
	__u64	text;		/* out: an address of the kernel: that of an event is the nearest one with its low half. Since 1.7; 0: its upper half is all ones */
};

#define MMA_HISTORY_GIVE_BACK	0x1	/* the kept set `set` is not needed any more; nothing is copied */

#define MMA_HISTORY_UNORDERED	0x1	/* the kernel does not trust the counters of different CPUs to be in step */

#define MMA_IOC_VERSION		_IOWR('M', 0xA0, struct mma_version)
#define MMA_IOC_FILTER		_IOW('M',  0xA1, struct mma_filter)
#define MMA_IOC_STATS		_IOWR('M', 0xA2, struct mma_stats)
#define MMA_IOC_POINT		_IOWR('M', 0xA3, struct mma_point_info)
#define MMA_IOC_SITE		_IOWR('M', 0xA4, struct mma_site_info)
#define MMA_IOC_SYMBOL		_IOWR('M', 0xA5, struct mma_symbol)
/*
 * Wait until all suspects and exit sweeps queued so far for processes that this reader
 * audits are judged, or counted as lost: that is done with each whose memory is busy for
 * about a second. -EINTR on a signal.
 */
#define MMA_IOC_FLUSH		_IO('M',   0xA6)
/*
 * Repeat the self-test in the calling task; MMA_IOC_VERSION of the same open file has
 * the result. Since 1.3 that is blind, too, if the module was blind for a second since
 * the last self-test of this file: so one at the begin and one at the end of an audit
 * cover all of it. -EINTR on a fatal signal.
 */
#define MMA_IOC_SELFTEST	_IO('M',   0xA7)
#define MMA_IOC_SWEEP		_IOWR('M', 0xA8, struct mma_sweep)
#define MMA_IOC_PID		_IOWR('M', 0xA9, struct mma_pid)
#define MMA_IOC_HISTORY		_IOWR('M', 0xAA, struct mma_history)

#endif /* _UAPI_MMAUDIT_H */
